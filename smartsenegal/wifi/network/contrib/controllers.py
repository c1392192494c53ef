"""What is typed in the pages of a controller that reads no file, as a sheet to follow and keep."""

from smartsenegal.wifi.network.contrib.base import Central, File, Gateway, has_api

Steps = list[tuple[str, list[tuple[str, str]]]]


def sheet(title: str, gateway: Gateway, central: Central, steps: Steps) -> File:
    """The sheet: one block a page of the controller, one line a field."""
    lines = [f"{title} : {gateway.name} ({gateway.identifier})"]
    for page, fields in steps:
        lines += ["", page]
        lines += [f"  {label} : {value}" for label, value in fields]
    return File(f"{gateway.code}.txt", "\n".join(lines) + "\n", "À saisir dans les pages du contrôleur")


def servers(gateway: Gateway, central: Central) -> list[tuple[str, str]]:
    """Fields of the RADIUS servers, one line each."""
    fields = []
    for number, address in enumerate(central.radius, 1):
        fields += [
            (f"Authentication server {number}", f"{address}, port {central.auth_port}"),
            (f"Accounting server {number}", f"{address}, port {central.acct_port}"),
        ]
    return [*fields, ("Shared secret", gateway.secret)]


def dhcp(gateway: Gateway, central: Central) -> Steps:
    """The block of DHCP: range, lease, and option 114 of RFC 8910 where it may be given."""
    fields = [("Subnet", gateway.pool)] if gateway.pool else []
    fields.append(("Lease time", f"{gateway.lease_seconds} s"))
    if has_api(central):
        fields.append(("Custom option", f"code 114, type text, value {central.api_url}"))
    return [("DHCP", fields)]
