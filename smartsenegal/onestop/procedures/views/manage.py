"""Pages of those in charge of procedures: list, history, draft, publication, withdrawal."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.lib.dates import format_date
from smartsenegal.lib.money import format_fcfa
from smartsenegal.lib.text import TextRefused, typography
from smartsenegal.onestop.procedures import actions, files, presenting, queries
from smartsenegal.onestop.procedures.controls import short_date
from smartsenegal.onestop.procedures.errors import ProcedureRefused
from smartsenegal.onestop.procedures.fields import CleanText, Day
from smartsenegal.onestop.procedures.files import FileRefused
from smartsenegal.onestop.procedures.models import Procedure, Revision
from smartsenegal.onestop.procedures.queries_tariffs import local_fees
from smartsenegal.onestop.procedures.rules.effects import NewTariff, new_tariffs, with_tariffs

STATE_TONES = {"draft": "amber", "published": "green", "retired": "neutral"}
OLD_MONTHS = 12


def principal_of(request: HttpRequest) -> Principal:
    """Who asks, in charge of some procedure. Raises PermissionRefused."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    if not principal.may(actions.MANAGE):
        raise PermissionRefused("Cette page est réservée aux responsables de démarches.")
    return principal


def procedure_in_charge(request: HttpRequest, code: str) -> Procedure:
    """A procedure that they are in charge of. Raises Http404, PermissionRefused."""
    principal = principal_of(request)
    found = queries.find(code)
    if found is None:
        raise Http404
    if not actions.may_manage(principal, found.owner):
        raise PermissionRefused("Seul le responsable de cette démarche peut la gérer.")
    return found


def shell(**context: Any) -> dict[str, Any]:
    """What every page of those in charge is given."""
    url = reverse("procedures:managed")
    return {
        "rail": [{"label": "Démarches", "url": url, "icon": "scroll-text", "current": True}],
        "home": {"label": "Démarches", "url": url},
        **context,
    }


@login_required
@require_safe
def managed(request: HttpRequest) -> HttpResponse:
    """The procedures this person is in charge of, with how sure they are and when they were last reviewed."""
    principal = principal_of(request)
    found = list(queries.managed())
    mine = actions.managed_owners(principal, (p.owner for p in found))
    rows = [_managed_row(p) for p in found if p.owner in mine]
    return render(request, "procedures/managed.html", shell(rows=rows))


def _managed_row(p: Procedure) -> dict[str, Any]:
    return {
        "url": reverse("procedures:history", args=[p.code]),
        "title": p.title,
        "code": p.code,
        "state": _state(p),
        "certainty": presenting.CERTAINTY_WORDS[p.certainty],
        "tone": presenting.TONES[p.certainty],
        "reviewed": p.reviewed_on,
        "is_old": bool(p.reviewed_on and _months_since(p.reviewed_on) >= OLD_MONTHS),
        "number": p.current.number if p.current else "",
    }


def _state(p: Procedure) -> tuple[str, str]:
    if p.published:
        return "En ligne", "green"
    return ("Retirée", "neutral") if p.current else ("Brouillon", "amber")


def _months_since(day: date) -> int:
    today = timezone.localdate()
    return (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)


@login_required
@require_safe
def history(request: HttpRequest, code: str) -> HttpResponse:
    """Every revision of a procedure, and what may be done next."""
    procedure = procedure_in_charge(request, code)
    revisions = queries.revisions_of(code)
    draft = next((r for r in revisions if r.state == "draft"), None)
    current = procedure.current.definition if procedure.current else None
    context = shell(
        procedure=procedure,
        revisions=[_revision_row(r) for r in revisions],
        changes=[_changes(new, old) for new, old in pairwise(revisions)],
        draft=draft,
        faults=queries.faults_of(draft.definition) if draft else [],
        binding=presenting.binding_rows(current) if current else [],
        unknown=current.unknown if current else (),
        has_tariffs=bool(current and local_fees(current)),
    )
    return render(request, "procedures/history.html", context)


def _changes(new: Revision, old: Revision) -> dict[str, Any]:
    on = None if new.state == "draft" else new.effective_from
    found = presenting.comparison(old.definition, new.definition, on)
    return found | {"title": f"De la révision {old.number} à la révision {new.number}"}


def _revision_row(r: Revision) -> dict[str, Any]:
    return {
        "revision": r,
        "state": r.get_state_display(),
        "tone": STATE_TONES[r.state],
        "url": reverse("procedures:revision", args=[r.procedure.code, r.number]),
    }


@login_required
@require_safe
def revision(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The file of one revision, to read or to keep."""
    procedure = procedure_in_charge(request, code)
    found = procedure.revisions.filter(number=number).first()
    if found is None:
        raise Http404
    text = files.to_yaml(found.definition)
    if request.GET.get("format") == "yaml":
        answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{code}-r{number}.yaml"'
        return answer
    context = shell(procedure=procedure, row=_revision_row(found), revision=found, text=text)
    return render(request, "procedures/revision.html", context)


# --- draft --------------------------------------------------------------------------


class DraftForm(forms.Form):
    """The file of the draft, as text. What it says is checked by `files`, not here."""

    text = forms.CharField(
        label="Fichier de la démarche",
        help_text="Gardez les retraits : deux espaces par niveau.".replace(" :", "\u00a0:"),
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "class": "ss-input--source"}),
        strip=False,
        error_messages={"required": "Le fichier est vide. Écrivez-le, ou revenez sans enregistrer."},
    )

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, code: str) -> HttpResponse:
    """The text of the draft with its faults beside; opened on a copy of the current revision if need be."""
    procedure = procedure_in_charge(request, code)
    if request.method == "POST":
        return _save(request, procedure)
    found = queries.draft_of(code) or procedure.current
    text = files.to_yaml(found.definition) if found else ""
    faults = queries.faults_of(found.definition) if found and found.state == "draft" else []
    return _editor(request, procedure, DraftForm(initial={"text": text}), faults)


def _save(request: HttpRequest, procedure: Procedure) -> HttpResponse:
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _editor(request, procedure, form, [], status=422)
    try:
        text, seen = form.cleaned_data["text"], request.POST.get("seen", "")
        saved = actions.edit_draft(procedure.code, text, principal_of(request), seen=seen)
    except (FileRefused, ProcedureRefused) as refused:
        form.add_error("text", "Le brouillon n’est pas enregistré. Corrigez ce qui est listé à côté.")
        return _editor(request, procedure, form, refused.faults, status=422)
    if queries.faults_of(saved.definition):
        messages.warning(request, "Le brouillon est enregistré. Il ne peut pas encore être publié.")
    else:
        messages.success(request, "Le brouillon est enregistré. Il peut être publié.")
    return redirect("procedures:draft", procedure.code)


def _editor(
    request: HttpRequest, procedure: Procedure, form: DraftForm, faults: list[str], status: int = 200
) -> HttpResponse:
    found = queries.draft_of(procedure.code)
    edited = found or procedure.current
    context = shell(
        procedure=procedure,
        form=form,
        faults=faults,
        has_draft=found is not None,
        seen=edited.digest if edited else "",
    )
    return render(request, "procedures/draft.html", context, status=status)


@login_required
@require_POST
def drop(request: HttpRequest, code: str) -> HttpResponse:
    """Throw the draft away, asked once more first."""
    procedure = procedure_in_charge(request, code)
    if request.POST.get("confirm") != "1":
        return _confirm(
            request, procedure, "Jeter ce brouillon ?", "Ce qu’il contient sera perdu.", "Jeter le brouillon"
        )
    actions.drop_draft(code, principal_of(request))
    messages.success(request, "Le brouillon est jeté.")
    return redirect("procedures:history", code)


def _confirm(request: HttpRequest, procedure: Procedure, title: str, text: str, label: str) -> HttpResponse:
    return _confirm_page(
        request,
        title=title.replace(" ?", "\u202f?"),
        text=text,
        confirm_label=label,
        fields=[{"name": "confirm", "value": "1"}],
        cancel_url=reverse("procedures:history", args=[procedure.code]),
    )


def _confirm_page(request: HttpRequest, status: int = 200, **context: Any) -> HttpResponse:
    frame = {"shell": "shell/operations.html", "danger": True}
    return render(request, "web/confirm.html", shell(**context) | frame, status=status)


# --- publication ------------------------------------------------------------------------


class PublishForm(forms.Form):
    """From when, and why; for each amount that changes, from which day."""

    effective_from = Day(
        label="En vigueur le",
        help_text="Aujourd’hui, ou une date à venir. Les dossiers déjà ouverts gardent leur révision.",
        required=False,
    )
    note = CleanText(
        label="Ce qui change",
        help_text="Une phrase, gardée dans l’historique.",
        longest=500,
        error_messages={"required": "Dites en une phrase ce qui change."},
    )

    def __init__(self, *args: Any, tariffs: Sequence[NewTariff] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.tariffs = tariffs
        for tariff in tariffs:
            self.fields[f"tariff_{tariff.key}"] = _tariff_field(tariff)
        self.order_fields(["effective_from", *(f"tariff_{t.key}" for t in tariffs), "note"])
        for field in self.fields.values():
            if isinstance(field, Day):
                field.widget.template_name = "forms/widgets/date.html"

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        today = timezone.localdate()
        starts = found.get("effective_from") or today
        if starts < today:
            self.add_error("effective_from", actions.PAST)
        for tariff in self.tariffs:
            day = found.get(f"tariff_{tariff.key}")
            if day and day < starts:
                self.add_error(f"tariff_{tariff.key}", actions.TOO_EARLY)
        return found

    def starts(self, today: date) -> dict[str, date]:
        """From which day each new amount holds, by fee key; the day of the revision by default."""
        given = getattr(self, "cleaned_data", {})
        default = given.get("effective_from") or today
        return {t.key: given.get(f"tariff_{t.key}") or t.starts_on or default for t in self.tariffs}


def _tariff_field(tariff: NewTariff) -> Day:
    was, becomes = format_fcfa(tariff.was), format_fcfa(tariff.becomes)
    return Day(
        label=typography(f"« {tariff.label} » passe de {was} à {becomes} à partir du"),
        help_text="Les demandes déposées avant ce jour paient l’ancien montant.",
        required=False,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Publish the draft: the faults that forbid it, or a date and a sentence."""
    procedure = procedure_in_charge(request, code)
    found = queries.draft_of(code)
    if found is None:
        return redirect("procedures:history", code)
    if request.method == "POST":
        return _publish(request, procedure, found)
    form = PublishForm(tariffs=_tariffs(found), initial=_initial(found))
    return _publish_page(request, procedure, found, form, queries.faults_of(found.definition))


def _tariffs(draft: Revision) -> list[NewTariff]:
    replaced = queries.replaced_by(draft)
    return new_tariffs(replaced.definition if replaced else None, draft.definition)


def _initial(draft: Revision) -> dict[str, str]:
    today = short_date(timezone.localdate())
    days = {f"tariff_{t.key}": short_date(t.starts_on) for t in _tariffs(draft) if t.starts_on}
    return {"effective_from": today, "note": draft.note} | days


def _publish(request: HttpRequest, procedure: Procedure, found: Revision) -> HttpResponse:
    form = PublishForm(request.POST, tariffs=_tariffs(found))
    if not form.is_valid():
        return _publish_page(request, procedure, found, form, [], status=422)
    given = {"effective_from": form.cleaned_data["effective_from"], "note": form.cleaned_data["note"]}
    try:
        tariffs = form.starts(timezone.localdate())
        seen = request.POST.get("seen", "")
        by = principal_of(request)
        published = actions.publish(procedure.code, by, tariffs=tariffs, seen=seen, **given)
    except ProcedureRefused as refused:
        return _publish_page(request, procedure, found, form, refused.faults, status=422)
    day = format_date(published.effective_from) if published.effective_from else ""
    messages.success(request, f"La révision {published.number} est publiée, en vigueur le {day}.")
    return redirect("procedures:history", procedure.code)


def _publish_page(
    request: HttpRequest,
    procedure: Procedure,
    found: Revision,
    form: PublishForm,
    faults: list[str],
    status: int = 200,
) -> HttpResponse:
    context = shell(procedure=procedure, draft=found, form=form, faults=faults, change=_change(found, form))
    return render(request, "procedures/publish.html", context, status=status)


def _change(draft: Revision, form: PublishForm) -> dict[str, Any] | None:
    replaced = queries.replaced_by(draft)
    if replaced is None:
        return None
    today = timezone.localdate()
    on = max(getattr(form, "cleaned_data", {}).get("effective_from") or today, today)
    after = with_tariffs(replaced.definition, draft.definition, form.starts(today))
    return presenting.comparison(replaced.definition, after, on)


class ReasonForm(forms.Form):
    reason = CleanText(
        label="Pourquoi la démarche est-elle retirée\u202f?",
        longest=500,
        error_messages={"required": "Dites en une phrase pourquoi la démarche est retirée."},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take a procedure off the catalogue, with a reason."""
    procedure = procedure_in_charge(request, code)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _withdrawn(request, procedure, form)
    return _confirm_page(
        request,
        422 if form.errors else 200,
        title="Retirer cette démarche du catalogue\u202f?",
        text="Elle n’apparaîtra plus, et personne ne pourra plus la commencer.",
        consequences=["Les dossiers déjà ouverts continuent.", "Une nouvelle publication la remet en ligne."],
        confirm_label="Retirer la démarche",
        form=form,
        cancel_url=reverse("procedures:history", args=[code]),
    )


def _withdrawn(request: HttpRequest, procedure: Procedure, form: ReasonForm) -> HttpResponseRedirect:
    try:
        actions.withdraw(procedure.code, principal_of(request), form.cleaned_data["reason"])
        messages.success(request, "La démarche est retirée du catalogue.")
    except (ProcedureRefused, TextRefused) as refused:
        messages.error(request, str(refused))
    return redirect("procedures:history", procedure.code)
