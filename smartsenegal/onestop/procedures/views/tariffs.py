"""What communes, and wider territories, ask for the fees of a procedure: for those in charge of it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from smartsenegal.lib.dates import format_date
from smartsenegal.lib.money import format_fcfa
from smartsenegal.lib.text import typography
from smartsenegal.onestop.procedures import actions_tariffs
from smartsenegal.onestop.procedures.controls import short_date
from smartsenegal.onestop.procedures.definition import Fee
from smartsenegal.onestop.procedures.errors import ProcedureRefused
from smartsenegal.onestop.procedures.fields import CleanText, Day, Francs, PlaceText
from smartsenegal.onestop.procedures.models import LocalTariff, Procedure
from smartsenegal.onestop.procedures.queries_tariffs import local_fees, tariffs_of
from smartsenegal.onestop.procedures.rules import in_range
from smartsenegal.onestop.procedures.views.manage import principal_of, procedure_in_charge, shell


class TariffForm(forms.Form):
    """Which fee, where, from when, how much, by which text."""

    fee = forms.ChoiceField(label="Somme", error_messages={"required": "Choisissez la somme."})
    place = PlaceText(
        label="Commune, département ou région",
        error_messages={"required": "Écrivez le nom du lieu."},
    )
    amount = Francs(least=0, most=None, label="Montant", required=False)
    starts_on = Day(label="À partir du", help_text="Aujourd’hui, ou un jour à venir.")
    source = CleanText(
        label="Texte qui le fixe",
        help_text="Par exemple la délibération du conseil municipal, avec sa date.",
        longest=300,
        error_messages={"required": "Indiquez le texte qui fixe ce montant."},
    )

    def __init__(self, *args: Any, fees: Sequence[Fee], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fees = {fee.key: fee for fee in fees}
        self.fields["fee"].choices = [(fee.key, _named(fee)) for fee in fees]  # type: ignore[attr-defined]
        self.fields["starts_on"].widget.template_name = "forms/widgets/date.html"
        told = "Vide : le montant du territoire plus large vaut de nouveau."
        self.fields["amount"].help_text = typography(told)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        fee, amount, day = self.fees.get(given.get("fee", "")), given.get("amount"), given.get("starts_on")
        if fee and amount is not None and not in_range(fee, amount):
            self.add_error("amount", actions_tariffs.out_of_range(fee))
        if day is None and "starts_on" not in self.errors:
            self.add_error("starts_on", "Écrivez le jour où ce montant commence.")
        elif day is not None and day < timezone.localdate():
            self.add_error("starts_on", actions_tariffs.PAST)
        return given


def _named(fee: Fee) -> str:
    span = f"de {format_fcfa(fee.minimum or 0)} à {format_fcfa(fee.maximum or 0)}"
    return typography(f"{fee.label}, {span}")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tariffs(request: HttpRequest, code: str) -> HttpResponse:
    """The tariffs set, place by place, and a form to set one."""
    procedure = procedure_in_charge(request, code)
    fees = local_fees(procedure.current.definition) if procedure.current else []
    today = {"starts_on": short_date(timezone.localdate()), "fee": fees[0].key if fees else ""}
    form = TariffForm(request.POST if request.method == "POST" else None, fees=fees, initial=today)
    if form.is_valid() and _set(request, procedure, form):
        return redirect("procedures:tariffs", code)
    context = shell(procedure=procedure, form=form if fees else None, rows=_rows(procedure, fees))
    return render(request, "procedures/tariffs.html", context, status=422 if form.errors else 200)


def _set(request: HttpRequest, procedure: Procedure, form: TariffForm) -> bool:
    given = form.cleaned_data
    try:
        actions_tariffs.set_local_tariff(
            procedure.code, given["fee"], given["place"]["code"], given["starts_on"], given["amount"],
            given["source"], principal_of(request),
        )  # fmt: skip
    except ProcedureRefused as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, "Le tarif est inscrit.")
    return True


def _rows(procedure: Procedure, fees: Sequence[Fee]) -> list[dict[str, Any]]:
    labels, today = {fee.key: fee.label for fee in fees}, timezone.localdate()
    return [
        {
            "tariff": t,
            "place": f"{t.territory.label} ({t.territory.get_kind_display().lower()})",
            "fee": labels.get(t.fee, t.fee),
            "amount": "Celui du territoire plus large" if t.amount is None else format_fcfa(t.amount),
            "starts": format_date(t.starts_on),
            "is_to_come": t.starts_on > today,
        }
        for t in tariffs_of(procedure.code)
    ]


@login_required
@require_POST
def drop_tariff(request: HttpRequest, code: str, tariff_id: int) -> HttpResponse:
    """Take back a tariff that has not begun."""
    procedure = procedure_in_charge(request, code)
    try:
        actions_tariffs.drop_local_tariff(procedure.code, tariff_id, principal_of(request))
        messages.success(request, "Le tarif à venir est retiré.")
    except LocalTariff.DoesNotExist:
        raise Http404("Ce tarif n’existe plus.") from None
    except ProcedureRefused as refused:
        messages.error(request, str(refused))
    return redirect("procedures:tariffs", code)
