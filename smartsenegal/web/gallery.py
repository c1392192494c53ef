"""Every component and every widget on one page, in its normal, filled and refused state.

Shown in demonstrations and development only; the accessibility tests walk it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from smartsenegal.web import gallery_sample as sample

STATES = {"normal": "Vide", "filled": "Rempli", "error": "Refusé"}


def widget(base: type[forms.Widget], template_name: str, **attrs: Any) -> forms.Widget:
    made = base(attrs=attrs)
    made.template_name = template_name  # type: ignore[attr-defined]
    return made


class DateParts(forms.MultiWidget):
    template_name = "forms/widgets/date_parts.html"
    use_fieldset = True

    def __init__(self) -> None:
        super().__init__([forms.TextInput(), forms.TextInput(), forms.TextInput()])

    def decompress(self, value: Any) -> list[Any]:
        return [value.day, value.month, value.year] if isinstance(value, date) else [None, None, None]


class Sample(forms.Form):
    """One field of each kind."""

    name = forms.CharField(
        label="Nom complet", help_text="Comme sur votre carte d’identité", widget=forms.TextInput()
    )
    email = forms.EmailField(label="Adresse électronique", required=False)
    area = forms.CharField(
        label="Surface de la parcelle",
        widget=forms.TextInput({"suffix": "m²", "size": 8, "inputmode": "numeric"}),
    )
    amount = forms.CharField(
        label="Montant des travaux", widget=widget(forms.TextInput, "forms/widgets/money.html")
    )
    phone = forms.CharField(
        label="Téléphone",
        help_text="Par exemple 77\u00a0123\u00a045\u00a067",
        widget=widget(forms.TextInput, "forms/widgets/phone.html"),
    )
    code = forms.CharField(
        label="Code reçu par SMS",
        help_text="Six chiffres",
        widget=widget(forms.TextInput, "forms/widgets/code.html"),
    )
    born = forms.CharField(
        label="Date de naissance",
        help_text="Jour, mois, année, par exemple 27\u00a03\u00a01994",
        widget=widget(forms.TextInput, "forms/widgets/date.html"),
    )
    works = forms.CharField(label="Début des travaux", help_text="Par exemple 1 12 2026", widget=DateParts())
    reason = forms.CharField(label="Motif de la demande", widget=forms.Textarea({"rows": 4}))
    copies = forms.ChoiceField(
        label="Nombre d’exemplaires",
        choices=[("1", "1 exemplaire"), ("2", "2 exemplaires"), ("5", "5 exemplaires")],
    )
    pickup = forms.ChoiceField(
        label="Comment recevoir l’acte\u00a0?",
        choices=[("phone", "Sur mon téléphone"), ("desk", "À l’Espace Sénégal Services")],
        widget=forms.RadioSelect(
            {"hints": {"phone": "Un message avec un lien", "desk": "Avec votre numéro de dossier"}}
        ),
    )
    married = forms.ChoiceField(
        label="Êtes-vous marié\u00a0?",
        choices=[("yes", "Oui"), ("no", "Non")],
        widget=forms.RadioSelect({"inline": True}),
    )
    channels = forms.MultipleChoiceField(
        label="Comment vous prévenir\u00a0?",
        required=False,
        choices=[("sms", "Par SMS"), ("email", "Par courrier électronique")],
        widget=forms.CheckboxSelectMultiple(),
    )
    commune = forms.CharField(
        label="Commune",
        help_text="Tapez les premières lettres",
        widget=widget(forms.TextInput, "forms/widgets/place.html"),
    )
    piece = forms.FileField(
        label="Carte d’identité, recto",
        help_text="Une photographie nette ou un PDF",
        widget=forms.FileInput({"accept": "image/*,application/pdf", "camera": True, "max_size": 10_000_000}),
    )
    password = forms.CharField(
        label="Mot de passe", widget=forms.PasswordInput({"autocomplete": "current-password"})
    )
    agree = forms.BooleanField(label="Je certifie que ces renseignements sont exacts")


class Child(forms.Form):
    name = forms.CharField(label="Prénom et nom")
    born = forms.CharField(
        label="Date de naissance", widget=widget(forms.TextInput, "forms/widgets/date.html")
    )


FILLED = {
    "name": "Awa Ndiaye",
    "email": "awa@exemple.sn",
    "area": "300",
    "amount": "12000000",
    "phone": "77 123 45 67",
    "code": "482913",
    "born": "27 3 1994",
    "works_0": "1",
    "works_1": "12",
    "works_2": "2026",
    "reason": "Dossier demandé par mon employeur.",
    "copies": "2",
    "pickup": "phone",
    "married": "no",
    "channels": ["sms"],
    "commune": "Thiès Nord, département de Thiès",
    "password": "",
    "agree": "on",
}
REFUSALS = {
    "name": "Écrivez votre nom complet.",
    "area": "Écrivez la surface en chiffres, par exemple 300.",
    "amount": "Le montant est négatif. Écrivez un nombre de francs, par exemple 12\u00a0000.",
    "phone": "Ce numéro n’a que 8 chiffres. Écrivez-en 9, par exemple 77\u00a0123\u00a045\u00a067.",
    "code": "Ce code n’est plus valable. Demandez-en un autre.",
    "born": "La date est dans le futur. Écrivez votre date de naissance, par exemple 27\u00a03\u00a01994.",
    "works": "Le mois va de 1 à 12.",
    "reason": "Dites en une phrase pourquoi vous faites cette demande.",
    "copies": "Choisissez un nombre d’exemplaires.",
    "pickup": "Choisissez comment recevoir l’acte.",
    "married": "Répondez oui ou non.",
    "channels": "Choisissez au moins un moyen.",
    "commune": "Plusieurs communes portent ce nom. Choisissez la vôtre dans la liste.",
    "piece": "Ce fichier est vide. Photographiez la pièce de nouveau.",
    "password": "Le mot de passe ne correspond pas à ce compte.",
    "agree": "Cochez la case pour certifier vos réponses.",
}


def sample_form(state: str) -> Sample:
    if state == "normal":
        return Sample(prefix=state)
    data = {f"{state}-{name}": value for name, value in FILLED.items()}
    form = Sample(data, prefix=state)
    if state == "filled":
        form.full_clean()
        for name in ("piece", "password"):
            form.errors.pop(name, None)
        return form
    form.fields["commune"].widget.attrs["matches"] = [
        ("SN-TH-1", "Thiès Nord, département de Thiès"),
        ("SN-TH-2", "Thiès Ouest, département de Thiès"),
    ]
    form.full_clean()
    form.errors.clear()
    for name, sentence in REFUSALS.items():
        form.add_error(name, sentence)
    return form


def children() -> forms.BaseFormSet[Child]:
    block = forms.formset_factory(Child, extra=2, min_num=0, max_num=8)
    made: forms.BaseFormSet[Child] = block(prefix="child")
    return made


def content() -> dict[str, Any]:
    """The sample, with the forms in each of their states."""
    shown = [{"state": state, "title": title, "form": sample_form(state)} for state, title in STATES.items()]
    return {**sample.content(), "forms": shown, "children": children()}


class Question(forms.Form):
    """A page that asks one thing."""

    born = forms.CharField(
        label="Date de naissance",
        help_text="Jour, mois, année, comme sur votre extrait",
        widget=widget(forms.TextInput, "forms/widgets/date.html"),
    )


class Reason(forms.Form):
    reason = forms.CharField(label="Pourquoi\u00a0?", required=False, widget=forms.Textarea({"rows": 3}))


def question() -> dict[str, Any]:
    form = Question({"born": "27 3 2994"})
    form.add_error("born", REFUSALS["born"])
    return {"form": form, "title": "Quelle est votre date de naissance\u00a0?"}


def withdrawal() -> dict[str, Any]:
    return {
        "title": "Retirer cette demande\u00a0?",
        "text": "Votre demande CJ-2026-004188 ne sera plus examinée.",
        "consequences": ["Les 400\u00a0F\u00a0CFA payés vous seront rendus.", "Vos pièces seront effacées."],
        "confirm_label": "Retirer ma demande",
        "cancel_url": "#",
        "danger": True,
        "form": Reason(),
    }


# One page of each kind, by the value of `?page=`.
PAGES = {
    "question": ("web/gallery_question.html", question),
    "confirmation": ("web/gallery_confirmation.html", content),
    "retrait": ("web/confirm.html", withdrawal),
}


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """`?face=operations` for the dense face; `?page=question`, `confirmation`, `retrait` for whole pages."""
    if request.GET.get("page") in PAGES:
        template, values = PAGES[request.GET["page"]]
        return render(request, template, values())
    if request.GET.get("face") == "operations":
        context = {**content(), "rail": sample.RAIL, "rail_place": sample.PLACE}
        return render(request, "web/gallery_operations.html", context)
    return render(request, "web/gallery_public.html", content())
