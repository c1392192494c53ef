"""Routers, points of exchange and sessions as they are meant: added and changed."""

from ipaddress import ip_address, ip_network
from typing import Any

from django.db import transaction

from smartsenegal.cable.network.api import Equipment
from smartsenegal.cable.peering.actions.base import check, tell
from smartsenegal.cable.peering.errors import PeeringRefused
from smartsenegal.cable.peering.models import Exchange, Router, Session
from smartsenegal.cable.peering.rules.rpki import LARGEST_ASN
from smartsenegal.cable.peering.rules.words import CUSTOMER, EXCHANGE, SERVER
from smartsenegal.kernel.identity.api import Principal


@transaction.atomic
def add_router(by: Principal, *, equipment: Equipment, **values: Any) -> Router:
    """Have an equipment of the inventory speak BGP. Raises PermissionRefused, PeeringRefused."""
    check(by)
    if Router.objects.filter(equipment=equipment).exists():
        raise PeeringRefused("Cet équipement est déjà un routeur BGP.", "equipment")
    router = Router(equipment=equipment, code=equipment.code, **values)
    _check_router(router)
    router.save()
    tell(by, f"cable_router:{router.pk}", "router_added", {"code": router.code})
    return router


@transaction.atomic
def change_router(by: Principal, router: Router, **values: Any) -> Router:
    """Correct a router. Raises as `add_router`."""
    check(by)
    router = Router.objects.select_for_update().get(pk=router.pk)
    if changed := _set(router, values):
        _check_router(router)
        router.save(update_fields=changed)
        tell(by, f"cable_router:{router.pk}", "router_changed", {"code": router.code, "fields": changed})
    return router


def _check_router(router: Router) -> None:
    _check_asn(router.asn)
    others = Router.objects.exclude(pk=router.pk)
    if router.bmp_address and others.filter(bmp_address=router.bmp_address).exists():
        raise PeeringRefused("Cette adresse est déjà celle d’un autre routeur.", "bmp_address")


def _check_asn(asn: int) -> None:
    if not 0 < asn <= LARGEST_ASN:
        raise PeeringRefused("Un numéro d’AS va de 1 à 4 294 967 295.", "asn")


def _set(row: Any, values: dict[str, Any]) -> list[str]:
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, values[name])
    return changed


@transaction.atomic
def add_exchange(by: Principal, **values: Any) -> Exchange:
    """Add a point of exchange. Raises PermissionRefused, PeeringRefused for a code that is taken."""
    check(by)
    if Exchange.objects.filter(code=values["code"]).exists():
        raise PeeringRefused("Ce code est déjà pris.", "code")
    found = Exchange.objects.create(**values)
    tell(by, f"cable_exchange:{found.pk}", "exchange_added", {"code": found.code})
    return found


@transaction.atomic
def add_session(by: Principal, **values: Any) -> Session:
    """Say that a session is meant. Raises PermissionRefused, PeeringRefused for a code or an address that is
    taken, addresses of two families, prefixes that are none."""
    check(by)
    session = Session(**values)
    _check_session(session)
    session.save()
    tell(by, f"cable_session:{session.pk}", "session_added", {"code": session.code, "asn": session.asn})
    return session


@transaction.atomic
def change_session(by: Principal, session: Session, **values: Any) -> Session:
    """Correct what is meant of a session, stop it or take it up again. Raises as `add_session`."""
    check(by)
    session = Session.objects.select_for_update().get(pk=session.pk)
    if changed := _set(session, values):
        _check_session(session)
        session.save(update_fields=changed)
        detail = {"code": session.code, "fields": changed, "stopped": session.stopped}
        tell(by, f"cable_session:{session.pk}", "session_changed", detail)
    return session


def _check_session(session: Session) -> None:
    _check_asn(session.asn)
    others = Session.objects.exclude(pk=session.pk)
    if others.filter(code=session.code).exists():
        raise PeeringRefused("Ce code est déjà pris.", "code")
    if not (session.ipv4 or session.ipv6):
        raise PeeringRefused("Une session échange IPv4, IPv6 ou les deux.", "ipv4")
    if session.asn == session.router.asn:
        raise PeeringRefused("Cet AS est celui du routeur : une session interne ne se décrit pas ici.", "asn")
    ends = ip_address(session.address), ip_address(session.local_address)
    if ends[0].version != ends[1].version:
        raise PeeringRefused("Les deux adresses sont de la même famille.", "local_address")
    if ends[0] == ends[1]:
        raise PeeringRefused("Les deux adresses sont différentes.", "local_address")
    session.address, session.local_address = str(ends[0]), str(ends[1])
    if others.filter(router=session.router, address=session.address).exists():
        raise PeeringRefused("Ce routeur a déjà une session avec cette adresse.", "address")
    if session.exchange_id and session.role not in (EXCHANGE, SERVER):
        raise PeeringRefused("Ce rôle n’est pas celui d’un point d’échange.", "exchange")
    if session.prefixes and session.role != CUSTOMER:
        raise PeeringRefused("Seul un client a une liste de préfixes.", "prefixes")
    session.prefixes = _networks(session.prefixes)


def _networks(prefixes: list[str]) -> list[str]:
    found = []
    for prefix in prefixes:
        try:
            found.append(str(ip_network(prefix)))
        except ValueError:
            raise PeeringRefused(
                f"« {prefix[:50]} » n’est pas un préfixe, comme 196.1.92.0/24.", "prefixes"
            ) from None
    return list(dict.fromkeys(found))
