"""Realms: whose devices log in here by 802.1X, and by which methods."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from smartsenegal.kernel.identity.api import Organisation, Principal
from smartsenegal.wifi.access import rules
from smartsenegal.wifi.access.actions.base import check, tell
from smartsenegal.wifi.access.errors import AccessRefused
from smartsenegal.wifi.access.models import Realm
from smartsenegal.wifi.network.api import changes


@transaction.atomic
def add_realm(
    by: Principal, *, name: str, methods: Sequence[str], organisation: Organisation | None = None
) -> Realm:
    """Open a realm that we answer for; without an organisation, to whoever has an account.

    Raises PermissionRefused, AccessRefused.
    """
    check(by)
    name = name.strip().lower()
    if not rules.is_domain(name):
        raise AccessRefused("Écrivez le domaine comme ucad.sn : sans @, sans espace, avec un point.", "name")
    try:
        with transaction.atomic():
            realm = Realm.objects.create(
                name=name, kind="local", organisation=organisation, methods=_methods(methods)
            )
    except IntegrityError:
        raise AccessRefused("Ce domaine est déjà là.", "name") from None
    tell(by, "realm_added", {"realm": name, "methods": realm.methods}, subject(realm))
    return realm


@transaction.atomic
def change_realm(
    by: Principal, realm: Realm, *, methods: Sequence[str], organisation: Organisation | None = None
) -> Realm:
    """Change whose a realm is and its methods; passwords that no method needs to read any more are erased.

    Raises PermissionRefused, AccessRefused.
    """
    check(by)
    realm = _locked(realm)
    values = {"methods": _methods(methods), "organisation_id": organisation.pk if organisation else None}
    if changed := changes(realm, values):
        realm.save(update_fields=changed)
        if not rules.needs_readable(realm.methods):
            realm.credentials.exclude(sealed=None).update(sealed=None)
        tell(by, "realm_changed", {"realm": realm.name, "methods": realm.methods}, subject(realm))
    return realm


@transaction.atomic
def retire_realm(by: Principal, realm: Realm) -> int:
    """Close a realm and every access in it; of how many accesses. Raises PermissionRefused, AccessRefused.

    Its row stays, since processes hold a copy of it; giving it methods opens it again, to new passwords.
    """
    check(by)
    realm = _locked(realm)
    realm.methods = []
    realm.save(update_fields=["methods"])
    open_ones = realm.credentials.filter(closed_because="")
    count = open_ones.update(closed_because="withdrawn", verifier=None, sealed=None)
    realm.rosters.exclude(sealed=None).update(sealed=None)
    tell(by, "realm_retired", {"realm": realm.name, "count": count}, subject(realm))
    return count


def subject(realm: Realm) -> str:
    """Under which name the journal knows a realm."""
    return f"wifi_realm:{realm.pk}"


def _locked(realm: Realm) -> Realm:
    found = Realm.objects.select_for_update().get(pk=realm.pk)
    if not found.name or found.kind != "local":
        raise AccessRefused("Ce domaine ne se règle pas ici.")
    return found


def _methods(methods: Sequence[str]) -> list[str]:
    known = [name for name, _ in rules.EAP_METHODS if name in methods]
    if not known:
        raise AccessRefused("Choisissez une méthode au moins.", "methods")
    return known
