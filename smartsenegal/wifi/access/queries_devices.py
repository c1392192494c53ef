"""What a person's page of devices reads."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from smartsenegal.kernel.identity.api import Principal, parties_of
from smartsenegal.wifi.access import profiles
from smartsenegal.wifi.access.authority import Authority, authority
from smartsenegal.wifi.access.models import Credential, Realm
from smartsenegal.wifi.network.api import Hotspot


@dataclass(frozen=True)
class Opening:
    """By what devices know the network, and the names of the secure networks."""

    authority: Authority
    ssids: tuple[str, ...]


def opening() -> Opening | None:
    """What devices need to join the secure Wi-Fi and to check it; None while something of it is missing."""
    told = authority()
    found = Hotspot.objects.exclude(secure_ssid="").exclude(site__state="closed")
    ssids = tuple(found.order_by("secure_ssid").values_list("secure_ssid", flat=True).distinct())
    return Opening(told, ssids) if told and ssids else None


def realms_for(by: Principal) -> list[Realm]:
    """The realms in which `by` may have a password, by name: those of all, and of their organisations."""
    if by.account_id is None:
        return []
    mine = {g.organisation_id for g in by.grants if not g.delegated and not g.scopes}
    mine |= {p.organisation_id for p in parties_of(by) if p.kind == "member" and p.organisation_id}
    found = Realm.objects.filter(Q(organisation=None) | Q(organisation__in=mine), kind="local")
    named = found.exclude(name="").order_by("name")
    return [realm for realm in named if profiles.method_of(realm.methods)]


def password_in(by: Principal, realm: Realm) -> Credential | None:
    """The password of `by` in a realm, or None."""
    if by.account_id is None:
        return None
    found = Credential.objects.filter(account=UUID(by.account_id), kind="password", closed_because="")
    return found.filter(realm=realm).select_related("realm").first()


def profile(by: Principal, realm: Realm) -> profiles.Profile | None:
    """What a device of `by` is given; None without a password there, or while the network is not open."""
    found, given = password_in(by, realm), opening()
    if found is None or given is None or not (method := profiles.method_of(realm.methods)):
        return None
    told = given.authority
    return profiles.Profile(realm.name, found.login, method, given.ssids, told.root_pem, told.server_name)
