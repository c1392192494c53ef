"""What a fee costs in a commune or a wider territory, from a day on."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.territory import api as territory
from smartsenegal.lib.money import format_fcfa
from smartsenegal.lib.text import clean, typography
from smartsenegal.onestop.procedures import actions, queries
from smartsenegal.onestop.procedures.definition import Fee
from smartsenegal.onestop.procedures.errors import ProcedureRefused
from smartsenegal.onestop.procedures.models import LocalTariff, Procedure
from smartsenegal.onestop.procedures.queries_tariffs import local_fees
from smartsenegal.onestop.procedures.rules import in_range

PAST = "Ce jour est passé. Choisissez aujourd’hui ou un jour à venir."


@transaction.atomic
def set_local_tariff(
    code: str, fee: str, place: str, starts_on: date, amount: int | None, source: str, by: Principal
) -> LocalTariff:
    """Note what a territory (its code) asks for a fee from a day on, today or later; returns the tariff.

    No `amount`: from that day, again what the wider territory asks. `source` is the text that fixes it. Given
    again for the same day, it replaces what was noted. Requests already filed keep what they owe. Raises
    PermissionRefused, ProcedureRefused.
    """
    procedure = _procedure(code, by)
    known = _fee(procedure, fee)
    words = clean(source, 300)
    if not words:
        raise ProcedureRefused("Indiquez le texte qui fixe ce montant, par exemple la délibération.")
    if starts_on < timezone.localdate():
        raise ProcedureRefused(PAST)
    if amount is not None and not in_range(known, amount):
        raise ProcedureRefused(out_of_range(known))
    where = territory.find(place)
    if where is None:
        raise ProcedureRefused("Ce territoire est inconnu.")
    given = {"amount": amount, "source": words, "entered_by": by.label[:200]}
    tariff, _ = LocalTariff.objects.update_or_create(
        procedure=procedure, fee=fee, territory=where, starts_on=starts_on, defaults=given
    )
    told = {"fee": fee, "territory": place, "starts_on": str(starts_on), "amount": amount}
    audit.record(by.actor, "procedures.tariff", f"procedure:{code}", told, words)
    return tariff


@transaction.atomic
def drop_local_tariff(code: str, tariff_id: int, by: Principal) -> None:
    """Take back a tariff that has not begun. Raises LocalTariff.DoesNotExist, PermissionRefused,
    ProcedureRefused."""
    procedure = _procedure(code, by)
    tariff = LocalTariff.objects.select_for_update().get(pk=tariff_id, procedure=procedure)
    if tariff.starts_on <= timezone.localdate():
        raise ProcedureRefused("Ce tarif a commencé\u00a0: donnez-en un autre à partir d’un jour à venir.")
    told = {"fee": tariff.fee, "territory": tariff.territory_id, "starts_on": str(tariff.starts_on)}
    audit.record(by.actor, "procedures.drop_tariff", f"procedure:{code}", told)
    tariff.delete()


def _procedure(code: str, by: Principal) -> Procedure:
    found = queries.find(code)
    if found is None:
        raise ProcedureRefused(f"La démarche «\u00a0{code}\u00a0» n’existe pas.")
    if not actions.may_manage(by, found.owner):
        raise PermissionRefused("Seul le responsable de cette démarche fixe ses tarifs.")
    return found


def _fee(procedure: Procedure, key: str) -> Fee:
    known = local_fees(procedure.current.definition) if procedure.current else []
    found = next((fee for fee in known if fee.key == key), None)
    if found is None:
        raise ProcedureRefused("Le montant de cette somme ne dépend pas du lieu.")
    return found


def out_of_range(fee: Fee) -> str:
    """What to write instead of an amount that the revision does not allow."""
    low, high = format_fcfa(fee.minimum or 0), format_fcfa(fee.maximum or 0)
    return typography(f"La fiche publie un montant de {low} à {high}. Écrivez-en un entre les deux.")
