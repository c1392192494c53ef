"""At the centre: a kit is back, lost, or was prepared for nothing. Its keys open nothing any more."""

from django.utils import timezone

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.wifi.access import api as access
from smartsenegal.wifi.kit import queries, rules
from smartsenegal.wifi.kit.actions_base import locked, one_act, tell
from smartsenegal.wifi.kit.errors import KitRefused
from smartsenegal.wifi.kit.models import Kit
from smartsenegal.wifi.network import api as network


def say_returned(by: Principal, kit: Kit) -> None:
    """The machine is back and all it counted is settled: its key is forgotten, its gateways are retired.

    Raises PermissionRefused, KitRefused while events of its last file are missing.
    """
    with one_act():
        kit = locked(by, kit)
        if kit.state == "returned":
            return
        if kit.state != "away":
            raise KitRefused("Seul un kit sorti se rend.")
        report = queries.report(kit)
        if fault := rules.return_fault(report.sent, report.settled):
            raise KitRefused(fault)
        _close(by, kit, "returned")
        tell(by, kit, "kit_returned", events=report.taken.events)


def revoke(by: Principal, kit: Kit) -> None:
    """A kit that is lost or stolen, or that never left: its key and its gateways are revoked, its vouchers
    closed, and nothing that it sends is taken any more. What came back before stays.

    Raises PermissionRefused, KitRefused for a kit that is returned.
    """
    with one_act():
        kit = locked(by, kit)
        if kit.state in ("lost", "dropped"):
            return
        if kit.state not in ("prepared", "away"):
            raise KitRefused("Seul un kit préparé ou sorti se révoque.")
        _close(by, kit, "lost" if kit.state == "away" else "dropped")
        for batch in access.VoucherBatch.objects.filter(pk__in=kit.batches):
            access.close_batch(by, batch)
        tell(by, kit, "kit_revoked" if kit.state == "lost" else "kit_dropped")


def _close(by: Principal, kit: Kit, state: str) -> None:
    kit.state, kit.key, kit.closed_at = state, None, timezone.now()
    kit.save(update_fields=["state", "key", "closed_at"])
    for nas in network.Nas.objects.filter(pk__in=kit.gateways):
        network.retire_gateway(by, nas)
