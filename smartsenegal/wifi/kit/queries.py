"""Reads of kits, and of what came back from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections
from django.db.models import Sum
from django.utils import timezone

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.wifi.access.api import Credential, VoucherBatch
from smartsenegal.wifi.kit import rules
from smartsenegal.wifi.kit.actions_base import manages
from smartsenegal.wifi.kit.models import Kit, Return
from smartsenegal.wifi.kit.rules import Balance
from smartsenegal.wifi.network import api as network

READ = "wifi.read"
# What a kit's own gateways reported: sessions, and accesses of its vouchers among those that were used.
_USED = """
    SELECT count(DISTINCT session), array_agg(DISTINCT credential) FILTER (WHERE credential IS NOT NULL)
    FROM wifi_sessions_event
    WHERE day BETWEEN %(first)s AND %(last)s AND nas = ANY(%(gateways)s) AND session <> ''
"""


def hotspots_of(codes: Sequence[str]) -> list[network.Hotspot]:
    """The hotspots of a kit that still exist, in their order."""
    found = network.Hotspot.objects.select_related("site__territory").filter(site__code__in=codes)
    known = {hotspot.site.code: hotspot for hotspot in found}
    return [known[code] for code in codes if code in known]


def kits(by: Principal) -> list[Kit]:
    """The kits all whose hotspots `by` sees: those that are out first, then the latest."""
    found = list(Kit.objects.exclude(state="here").order_by("-starts_at", "-made_at"))
    known = {h.site.code: h for h in hotspots_of(list({code for kit in found for code in kit.sites}))}
    seen = [kit for kit in found if _seen(by, kit, known)]
    return sorted(seen, key=lambda kit: kit.closed_at is not None)


def kit(by: Principal, number: UUID) -> Kit | None:
    """The kit of that number, None when there is none or `by` does not see all its hotspots."""
    found = Kit.objects.exclude(state="here").filter(pk=number).first()
    known = {h.site.code: h for h in hotspots_of(found.sites)} if found else {}
    return found if found and _seen(by, found, known) else None


def _seen(by: Principal, kit: Kit, known: Mapping[str, network.Hotspot]) -> bool:
    return by.may(READ) and all(
        code not in known or network.may_read(by, known[code].site) for code in kit.sites
    )


def hotspots(by: Principal) -> list[network.Hotspot]:
    """The hotspots with a gateway in service that `by` manages, by name."""
    found = network.Hotspot.objects.filter(nas__state="active").distinct()
    ordered = found.select_related("site__territory").order_by("site__name", "pk")
    return [hotspot for hotspot in ordered if manages(by, hotspot)]


def batches(at: Sequence[network.Hotspot]) -> list[VoucherBatch]:
    """The vouchers of these hotspots that a kit can take along: their codes can still be read, and no kit
    that is prepared or out has them."""
    gone = Kit.objects.filter(state__in=["prepared", "away"]).values_list("batches", flat=True)
    found = VoucherBatch.objects.filter(hotspot__in=at, closed_at=None, valid_until__gt=timezone.now())
    found = found.exclude(pk__in={number for batches in gone for number in batches})
    return list(found.exclude(codes=None).select_related("hotspot__site").order_by("-made_at", "-pk"))


def balance(kit: Kit) -> Balance:
    """What was counted of a kit's packs on this side."""
    found = kit.packs.aggregate(e=Sum("events"), i=Sum("octets_in"), o=Sum("octets_out"))
    return Balance(found["e"] or 0, found["i"] or 0, found["o"] or 0)


@dataclass(frozen=True)
class Report:
    """What came back of a kit. `sent` is what its fullest file says it has, None before any; `taken` what is
    written of it, `refused` the rest by reason. `used` of its `vouchers` were used there."""

    sent: Balance | None
    taken: Balance
    refused: Mapping[str, Balance] = field(default_factory=dict)
    sessions: int = 0
    used: int = 0
    vouchers: int = 0
    returns: Sequence[Return] = ()

    @property
    def settled(self) -> Balance:
        """Taken or refused."""
        return sum(self.refused.values(), self.taken)


def report(kit: Kit) -> Report:
    """What came back of a kit, up to now."""
    returns = list(kit.returns.all())
    fullest = max(returns, key=lambda each: each.sent_events, default=None)
    sent = Balance(fullest.sent_events, fullest.sent_in, fullest.sent_out) if fullest else None
    refused = rules.added(kit.packs.exclude(refused={}).values_list("refused", flat=True))
    sessions, credentials = _used(kit) if returns else (0, [])
    own = Credential.objects.filter(batch__in=kit.batches)
    return Report(
        sent, balance(kit), refused, sessions, own.filter(pk__in=credentials).count(), own.count(), returns
    )


def _used(kit: Kit) -> tuple[int, list[int]]:
    span: dict[str, Any] = {
        "first": kit.starts_at.date(),
        "last": (kit.expires_at + rules.CLOSING + timedelta(days=1)).date(),
        "gateways": list(kit.gateways),
    }
    with connections[settings.FLOWS].cursor() as cursor:
        cursor.execute(_USED, span)
        sessions, credentials = cursor.fetchone()
    return sessions, credentials or []
