"""Certificates by which gateways connect by RadSec: given, and revoked when a key is lost."""

from django.db import transaction
from django.utils import timezone

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.wifi.network import rules
from smartsenegal.wifi.network.actions.base import check, tell
from smartsenegal.wifi.network.actions.gateways import locked_gateway
from smartsenegal.wifi.network.certificates import Issued, issue
from smartsenegal.wifi.network.errors import NetworkRefused
from smartsenegal.wifi.network.models import Certificate, Nas


@transaction.atomic
def give_certificate(by: Principal, nas: Nas) -> Issued:
    """A certificate for a gateway that connects by RadSec; its key is in what is returned, and nowhere else.

    Those given before go on until their own end, or until they are revoked. Raises PermissionRefused,
    NetworkRefused for a gateway that is retired or speaks UDP.
    """
    nas, hotspot = locked_gateway(nas)
    check(by, hotspot.site)
    if nas.state != "active" or nas.transport != "radsec":
        raise NetworkRefused("Un certificat ne sert qu’à une passerelle en service, par RadSec.")
    made = issue(nas.certificate_name)
    Certificate.objects.create(
        nas=nas, fingerprint=made.fingerprint, serial=made.serial, given_at=timezone.now(), until=made.until
    )
    nas.certificate_until = made.until
    nas.save(update_fields=["certificate_until"])
    told = {
        "gateway": nas.code, "name": nas.certificate_name, "until": made.until.isoformat(),
        "fingerprint": made.fingerprint,
    }  # fmt: skip
    tell(by, hotspot, "gateway_certificate", told)
    return made


@transaction.atomic
def revoke_certificate(by: Principal, nas: Nas, *, mark: str, reason: str) -> Certificate:
    """Answer no more who shows this certificate of a gateway: its SHA-256 fingerprint, or its serial number.

    One that we did not make (of another authority, or from before they were noted) is revoked too: what is
    noted is what was typed. Raises PermissionRefused, NetworkRefused.
    """
    nas, hotspot = locked_gateway(nas)
    check(by, hotspot.site)
    if nas.transport != "radsec":
        raise NetworkRefused("Cette passerelle ne se connecte pas par RadSec : elle n’a pas de certificat.")
    read = rules.certificate_mark(mark)
    if read is None:
        told = "Écrivez l’empreinte SHA-256 (64 chiffres hexadécimaux) ou le numéro de série (40 au plus)."
        raise NetworkRefused(told, "mark")
    field, value = read
    known = Certificate.objects.select_for_update().filter(nas=nas, **{field: value}).first()
    found = known or Certificate(nas=nas, **{field: value})
    if found.revoked_at:
        raise NetworkRefused("Ce certificat est déjà révoqué.", "mark")
    found.revoked_at, found.reason = timezone.now(), reason
    found.save()
    last = nas.certificates.filter(revoked_at=None).order_by("-given_at").first()
    if known:
        nas.certificate_until = last.until if last else None
        nas.save(update_fields=["certificate_until"])
    tell(by, hotspot, "certificate_revoked", {"gateway": nas.code, field: value, "reason": reason})
    return found
