"""At the centre: prepare a kit, take its file once, show its key once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.lib.crypto import random_key
from smartsenegal.wifi.access import api as access
from smartsenegal.wifi.kit import queries, rules
from smartsenegal.wifi.kit.actions_base import check, key, locked, one_act, seal_key, tell
from smartsenegal.wifi.kit.errors import KitRefused
from smartsenegal.wifi.kit.models import Kit
from smartsenegal.wifi.network import api as network

_HOTSPOT = (
    "ssid", "secure_ssid", "uplink_down_kbps", "uplink_up_kbps", "clients_at_most", "pool", "lease_seconds",
    "languages", "welcome", "kinds_of_access",
)  # fmt: skip
NAS = ("gateway", "transport", "network", "certificate_name", "identifier", "lenient_reason", "coa_address",
       "coa_port", "interim_seconds")  # fmt: skip
_PLAN = ("code", "name", "session_seconds", "daily_seconds", "daily_octets", "idle_seconds", "down_kbps",
         "up_kbps", "devices", "priority")  # fmt: skip


def prepare(
    by: Principal,
    *,
    name: str,
    hotspots: Sequence[network.Hotspot],
    starts_at: datetime,
    ends_at: datetime,
    due_at: datetime,
    batches: Sequence[access.VoucherBatch] = (),
    vouchers: int = 0,
    plan: int | None = None,
) -> Kit:
    """Prepare a kit for hotspots: `batches` are vouchers it takes along, `vouchers` how many to make for
    each hotspot.

    Each gateway in service there gives the kit one of its own, which only the kit answers, in these dates.
    Raises PermissionRefused, KitRefused, AccessRefused.
    """
    with one_act():
        check(by, hotspots)
        fault, at = _fault(hotspots, starts_at, ends_at, due_at, batches)
        if fault:
            raise KitRefused(fault, at)
        kit = Kit(
            name=name, plan=plan, sites=[hotspot.site.code for hotspot in hotspots], author=by.label[:200],
            starts_at=starts_at, expires_at=ends_at, due_at=due_at,
        )  # fmt: skip
        taken = list(batches)
        for hotspot in hotspots if vouchers else ():
            made = access.make_vouchers(
                by, name=f"Kit {name}"[:120], count=vouchers, valid_until=ends_at, hotspot=hotspot
            )
            taken.append(made)
        kit.batches = [batch.pk for batch in taken]
        kit.gateways = _lend(by, hotspots, starts_at, ends_at)
        seal_key(kit, random_key())
        kit.save(force_insert=True)
        tell(by, kit, "kit_prepared", gateways=len(kit.gateways), batches=len(taken), name=name)
    return kit


def _fault(
    hotspots: Sequence[network.Hotspot],
    starts_at: datetime,
    ends_at: datetime,
    due_at: datetime,
    batches: Sequence[access.VoucherBatch],
) -> tuple[str, str]:
    """What is wrong, and beside which field; ("", "") when nothing is."""
    here = {hotspot.pk for hotspot in hotspots}
    if ends_at <= timezone.now():
        return "La fin de l’événement est déjà passée.", "ends_on"
    if ends_at <= starts_at:
        return "La fin vient après le début : corrigez l’un des deux jours.", "ends_on"
    if due_at < ends_at:
        return "Un kit se rend après la fin de l’événement.", "back_days"
    for hotspot in hotspots:
        if not hotspot.nas.filter(state="active").exists():
            place = hotspot.site.name
            return f"« {place} » n’a pas de passerelle en service : ajoutez-la d’abord.", "hotspots"
    free = {batch.pk for batch in queries.batches(hotspots)}
    for batch in batches:
        if batch.hotspot_id not in here:
            return f"Le lot « {batch.name} » n’est pas celui d’un de ces points.", "batches"
        if not _is_readable(batch):
            return _UNREADABLE.format(batch.name), "batches"
        if batch.pk not in free:
            return f"Le lot « {batch.name} » est échu, ou déjà celui d’un autre kit.", "batches"
    return "", ""


_UNREADABLE = "Les codes du lot « {} » ne sont plus lisibles : préparez le kit avec un autre lot."


def _is_readable(batch: access.VoucherBatch) -> bool:
    return batch.closed_at is None and bool(batch.codes)


def _lend(
    by: Principal, hotspots: Sequence[network.Hotspot], starts_at: datetime, ends_at: datetime
) -> list[int]:
    until = ends_at + rules.CLOSING
    return [
        network.lend_gateway(by, nas, starts_at, until).pk
        for hotspot in hotspots
        for nas in hotspot.nas.filter(state="active").order_by("pk")
    ]


def take_file(by: Principal, kit: Kit) -> bytes:
    """The sealed file that makes a machine this kit, once: it holds the hotspots, the kit's own gateways, the
    plans given there to everybody, and its vouchers. No secret of a gateway is in it, no account, no other
    site. Raises PermissionRefused, KitRefused the second time.
    """
    with one_act():
        kit = locked(by, kit)
        if kit.state != "prepared":
            raise KitRefused("Ce fichier a déjà été pris : perdu, préparez un autre kit.")
        if kit.expires_at <= timezone.now():
            raise KitRefused("Ce kit est échu : préparez-en un autre.")
        plain = _settings(kit)
        kit.state, kit.taken_at = "away", timezone.now()
        kit.save(update_fields=["state", "taken_at"])
        tell(by, kit, "kit_exported", vouchers=len(plain["vouchers"]))
        return rules.sealed_settings(kit.id, key(kit), plain)


def show_key(by: Principal, kit: Kit) -> str:
    """The key of a kit as people copy it, once. Raises PermissionRefused, KitRefused the second time."""
    with one_act():
        kit = locked(by, kit)
        if kit.key_shown_at is not None:
            raise KitRefused("Cette clé a déjà été montrée : perdue, préparez un autre kit.")
        said = rules.spelt(key(kit))
        kit.key_shown_at = timezone.now()
        kit.save(update_fields=["key_shown_at"])
        tell(by, kit, "kit_key_shown")
    return said


def _settings(kit: Kit) -> dict[str, Any]:
    lent = network.Nas.objects.filter(pk__in=kit.gateways, state="lent").select_related("hotspot__site")
    places = {nas.hotspot.pk: nas.hotspot for nas in lent.order_by("pk") if nas.hotspot}
    given = access.PlanRule.objects.filter(group=None, zone=None, closed=False).select_related("plan")
    here = [rule for rule in given if rule.hotspot_id in (None, *places)]
    plans = {rule.plan_id: rule.plan for rule in here}
    batches = access.VoucherBatch.objects.filter(pk__in=kit.batches).select_related("hotspot__site")
    return {
        "name": kit.name,
        "starts_at": kit.starts_at.isoformat(),
        "expires_at": kit.expires_at.isoformat(),
        "due_at": kit.due_at.isoformat(),
        "hotspots": [_hotspot(place) for place in places.values()],
        "gateways": [
            {"pk": n.pk, "code": n.code, "site": n.hotspot.site.code}
            | {name: getattr(n, name) for name in NAS}
            for n in lent
            if n.hotspot
        ],
        "plans": [{"pk": p.pk} | {name: getattr(p, name) for name in _PLAN} for p in plans.values()],
        "rules": [_rule(rule, kit.expires_at) for rule in here],
        "vouchers": [row for batch in batches for row in _vouchers(batch, kit.expires_at)],
    }


def _hotspot(hotspot: network.Hotspot) -> dict[str, Any]:
    site = hotspot.site
    told = {name: getattr(hotspot, name) for name in _HOTSPOT}
    return {"code": site.code, "name": site.name, "territory": site.territory_id, "values": told}


def _rule(rule: access.PlanRule, expires_at: datetime) -> dict[str, Any]:
    until = min(rule.ends_at or expires_at, expires_at)
    starts = rule.starts_at.isoformat() if rule.starts_at else None
    at = rule.hotspot.site.code if rule.hotspot else None
    return {
        "plan": rule.plan_id,
        "site": at,
        "hours": rule.hours,
        "starts_at": starts,
        "ends_at": until.isoformat(),
    }


def _vouchers(batch: access.VoucherBatch, expires_at: datetime) -> list[dict[str, Any]]:
    """The vouchers of a batch that are still good, each with its code. Raises KitRefused."""
    if not _is_readable(batch):
        raise KitRefused(_UNREADABLE.format(batch.name))
    codes = {
        access.login_of_voucher(code): code for code in access.open_codes(batch.pk, bytes(batch.codes or b""))
    }
    found = access.Credential.objects.filter(batch=batch, closed_because="", login__in=codes)
    return [
        {
            "pk": c.pk,
            "code": codes[c.login],
            "holder": c.holder,
            "site": batch.hotspot.site.code if batch.hotspot else None,
            "seconds_in_all": c.seconds_in_all,
            "octets_in_all": c.octets_in_all,
            "valid_until": min(c.valid_until or expires_at, expires_at).isoformat(),
        }
        for c in found
    ]
