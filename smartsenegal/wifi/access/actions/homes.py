"""Realms of others, and the home servers that answer for them: opened, ordered, taken out."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.wifi.access import homes, rules
from smartsenegal.wifi.access.actions.base import check, tell
from smartsenegal.wifi.access.actions.realms import subject
from smartsenegal.wifi.access.errors import AccessRefused
from smartsenegal.wifi.access.models import HomeServer, Realm
from smartsenegal.wifi.access.secrets import seal_home_secret

AT_MOST = 8


@transaction.atomic
def add_realm_elsewhere(by: Principal, *, name: str) -> Realm:
    """Declare a realm whose logins are relayed; without a home server they are refused.

    Raises PermissionRefused, AccessRefused.
    """
    check(by)
    name = name.strip().lower()
    if not rules.is_domain(name):
        raise AccessRefused("Écrivez le domaine comme ugb.sn : sans @, sans espace, avec un point.", "name")
    try:
        with transaction.atomic():
            realm = Realm.objects.create(name=name, kind="proxy", methods=[])
    except IntegrityError:
        raise AccessRefused("Ce domaine est déjà là.", "name") from None
    tell(by, "realm_elsewhere_added", {"realm": name}, subject(realm))
    return realm


@transaction.atomic
def add_home_server(
    by: Principal, realm: Realm, *, address: str, transport: str, port: int | None = None, secret: str = ""
) -> HomeServer:
    """Add the server that is asked last. `port`: None for the one of its transport. The secret is sealed.

    Raises PermissionRefused, AccessRefused.
    """
    check(by)
    realm = _locked(realm)
    address = _address(address)
    port = _port(transport, port)
    if fault := homes.fault_of_secret(transport, secret):
        raise AccessRefused(fault, "secret")
    known = _open(realm)
    if len(known) >= AT_MOST:
        raise AccessRefused(f"Un domaine a {AT_MOST} serveurs au plus : retirez-en un.")
    try:
        with transaction.atomic():
            server = HomeServer.objects.create(
                realm=realm, rank=len(known) + 1, address=address, port=port, transport=transport,
                secret=seal_home_secret(realm.pk, address, secret.encode()) if secret else None,
            )  # fmt: skip
    except IntegrityError:
        raise AccessRefused("Ce serveur est déjà dans ce domaine.", "address") from None
    tell(by, "home_server_added", _told(server), subject(realm))
    return server


@transaction.atomic
def raise_home_server(by: Principal, server: HomeServer) -> HomeServer:
    """Ask a server one place earlier. Raises PermissionRefused, AccessRefused."""
    check(by)
    realm = _locked(server.realm)
    known = _open(realm)
    place = _place(known, server)
    if place:
        known[place - 1], known[place] = known[place], known[place - 1]
        _rank(known)
        tell(by, "home_server_raised", _told(known[place - 1]), subject(realm))
    return known[max(place - 1, 0)]


@transaction.atomic
def close_home_server(by: Principal, server: HomeServer) -> HomeServer:
    """Ask a server no more, and forget its secret. Raises PermissionRefused, AccessRefused."""
    check(by)
    realm = _locked(server.realm)
    known = _open(realm)
    closed = known.pop(_place(known, server))
    closed.closed_at, closed.secret = timezone.now(), None
    closed.save(update_fields=["closed_at", "secret"])
    _rank(known)
    tell(by, "home_server_closed", _told(closed), subject(realm))
    return closed


def _locked(realm: Realm) -> Realm:
    found = Realm.objects.select_for_update().get(pk=realm.pk)
    if found.kind != "proxy":
        raise AccessRefused("Nous répondons nous-mêmes pour ce domaine : il n’a pas de serveur d’origine.")
    return found


def _open(realm: Realm) -> list[HomeServer]:
    return list(realm.home_servers.filter(closed_at=None).order_by("rank", "pk"))


def _place(known: list[HomeServer], server: HomeServer) -> int:
    for place, each in enumerate(known):
        if each.pk == server.pk:
            return place
    raise AccessRefused("Ce serveur est déjà retiré.")


def _rank(known: list[HomeServer]) -> None:
    for rank, each in enumerate(known, 1):
        if each.rank != rank:
            each.rank = rank
            each.save(update_fields=["rank"])


def _address(typed: str) -> str:
    if found := homes.read_address(typed):
        return found
    raise AccessRefused("Écrivez un nom comme radius.ugb.sn, ou une adresse comme 196.1.95.10.", "address")


def _port(transport: str, port: int | None) -> int:
    if transport not in homes.PORTS:
        raise AccessRefused("Choisissez RadSec ou UDP.", "transport")
    port = homes.PORTS[transport] if port is None else port
    if not 1 <= port <= 65535:
        raise AccessRefused("Un port est un nombre de 1 à 65535.", "port")
    return port


def _told(server: HomeServer) -> dict[str, str | int]:
    return {"server": str(server), "transport": server.transport, "rank": server.rank}
