"""Contracts, their ports, what they say and when they were not honoured."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from smartsenegal.cable.billing.actions.base import check, lock, tell
from smartsenegal.cable.billing.errors import BillingRefused
from smartsenegal.cable.billing.models import Contract, Conventions, Downtime, Port
from smartsenegal.cable.billing.rules.conventions import Terms, faults_of
from smartsenegal.kernel.identity.api import Principal


@transaction.atomic
def add_contract(by: Principal, **values: Any) -> Contract:
    """Add a contract. Raises PermissionRefused, BillingRefused for a code that is taken or an end before its
    start."""
    check(by)
    contract = Contract(**values)
    if contract.ends_on and contract.ends_on <= contract.starts_on:
        raise BillingRefused("La fin vient après le début.", "ends_on")
    if Contract.objects.filter(code=contract.code).exists():
        raise BillingRefused("Ce code est déjà pris.", "code")
    contract.save()
    tell(by, contract, "contract_added", {"payer": contract.payer})
    return contract


@transaction.atomic
def end_contract(by: Principal, contract: Contract, ends_on: date) -> Contract:
    """Say from which day on the service is no longer given; a month already invoiced changes when it is
    corrected.

    Raises PermissionRefused, BillingRefused for an end before the start."""
    check(by)
    contract = lock(contract)
    if ends_on <= contract.starts_on:
        raise BillingRefused("La fin vient après le début.", "ends_on")
    contract.ends_on = ends_on
    contract.save(update_fields=["ends_on"])
    tell(by, contract, "contract_ended", {"ends_on": ends_on.isoformat()})
    return contract


@transaction.atomic
def add_port(by: Principal, contract: Contract, **values: Any) -> Port:
    """Add a port to a contract that has no invoice yet: what was invoiced must stay computable.

    Raises PermissionRefused, BillingRefused."""
    check(by)
    contract = lock(contract)
    if contract.invoices.exists():
        raise BillingRefused(
            "Ce contrat est déjà facturé : ses ports ne changent plus. "
            "Ajoutez un contrat pour les mois qui viennent."
        )
    port = Port(contract=contract, **values)
    if Port.objects.filter(code=port.code).exists():
        raise BillingRefused("Ce code est déjà celui d’un port.", "code")
    port.save()
    tell(by, contract, "port_added", {"port": port.code})
    return port


@transaction.atomic
def write_conventions(
    by: Principal, contract: Contract, *, valid_from: date, terms: Terms, source: str
) -> Conventions:
    """Write what a contract says from the first day of a month on. What was written before stays; an invoice
    already issued changes only when it is corrected.

    Raises PermissionRefused, BillingRefused for terms that do not hold."""
    check(by)
    contract = lock(contract)
    if valid_from.day != 1:
        raise BillingRefused("Les conditions changent le premier jour d’un mois.", "valid_from")
    for field, sentence in faults_of(terms):
        raise BillingRefused(sentence, field)
    values = {name: getattr(terms, name) for name in Terms.__dataclass_fields__}
    values["tiers"] = [[tier.upto_kbps, tier.price] for tier in terms.tiers]
    said = Conventions.objects.create(contract=contract, valid_from=valid_from, source=source, **values)
    tell(by, contract, "conventions_written", {"from": valid_from.isoformat(), "row": said.pk}, source)
    return said


@transaction.atomic
def declare_downtime(
    by: Principal, contract: Contract, *, began_at: datetime, ended_at: datetime, reason: str
) -> Downtime:
    """Declare that the service was not given. Raises PermissionRefused, BillingRefused for an end before the
    start or in the future."""
    check(by)
    if ended_at <= began_at:
        raise BillingRefused("La fin vient après le début.", "ended_on")
    if ended_at > timezone.now():
        raise BillingRefused("Une interruption se déclare quand elle est finie.", "ended_on")
    found = Downtime.objects.create(
        contract=contract, began_at=began_at, ended_at=ended_at, reason=reason.strip()[:300]
    )
    detail = {"from": began_at.isoformat(), "until": ended_at.isoformat()}
    tell(by, contract, "downtime_declared", detail, reason)
    return found


@transaction.atomic
def withdraw_downtime(by: Principal, found: Downtime) -> Downtime:
    """Withdraw what was declared by mistake. Raises PermissionRefused, BillingRefused when it is
    withdrawn."""
    check(by)
    found = Downtime.objects.select_for_update(of=("self",)).select_related("contract").get(pk=found.pk)
    if found.withdrawn_at:
        raise BillingRefused("Cette interruption est déjà retirée.")
    found.withdrawn_at = timezone.now()
    found.save(update_fields=["withdrawn_at"])
    tell(by, found.contract, "downtime_withdrawn", {"row": found.pk}, found.reason)
    return found
