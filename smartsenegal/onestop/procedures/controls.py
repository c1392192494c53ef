"""From questions to named controls, and back from what was typed to one JSON answer a question.

Names: `key` for a simple question, `key-part` for the parts of a composite one, `key-0-part` for those of the
first row of a repeated one.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from smartsenegal.lib import phones
from smartsenegal.onestop.procedures import fields as controls
from smartsenegal.onestop.procedures.countries import COUNTRIES, HOME
from smartsenegal.onestop.procedures.definition import Field
from smartsenegal.onestop.procedures.fields import pairs, required_words, sentence
from smartsenegal.onestop.procedures.rules import as_date

IDENTITY = ("first_names", "last_name", "birth_date", "birth_country", "birth_commune", "birth_place")
ADDRESS = ("commune", "line")
PARTS = {"identity": IDENTITY, "address": ADDRESS}
OLDEST = "1900-01-01"
LONGEST_NAME = 100
_BAD_CHOICE = "Cette réponse n’est pas dans la liste. Choisissez l’une de celles qui sont proposées."


def names_of(field: Field, name: str) -> list[str]:
    """Names of the controls of one question (not of a repeated one)."""
    parts = PARTS.get(field.type)
    return [f"{name}-{part}" for part in parts] if parts else [name]


def controls_of(field: Field, name: str) -> dict[str, forms.Field]:
    """The controls of one question (not of a repeated one), by their names."""
    if field.type == "identity":
        return {f"{name}-{part}": control for part, control in _identity(field).items()}
    if field.type == "address":
        return {f"{name}-{part}": control for part, control in _address(field).items()}
    return {name: _simple(field)}


def _options(field: Field, verb: str = "Écrivez votre réponse") -> dict[str, Any]:
    return {
        "label": sentence(field.label),
        "help_text": sentence(field.hint),
        "required": field.required,
        "error_messages": required_words(field.label, verb),
    }


def _simple(field: Field) -> forms.Field:
    maker = _MAKERS.get(field.type, _text)
    control = maker(field)
    if field.autocomplete:
        control.widget.attrs["autocomplete"] = field.autocomplete
    return control


def _text(field: Field) -> forms.Field:
    kind = controls.NameText if field.autocomplete in _NAMES else controls.CleanText
    return kind(longest=field.max_length, **_options(field))


_NAMES = ("given-name", "family-name")


def _long_text(field: Field) -> forms.Field:
    area = forms.Textarea(attrs={"rows": 5})
    return controls.CleanText(longest=field.max_length, multiline=True, widget=area, **_options(field))


def _email(field: Field) -> forms.Field:
    box = forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"})
    return controls.EmailText(longest=254, widget=box, **_options(field))


def _box(template: str) -> forms.TextInput:
    widget = forms.TextInput()
    widget.template_name = f"forms/widgets/{template}.html"
    return widget


def _phone(field: Field) -> forms.Field:
    return controls.PhoneText(longest=40, widget=_box("phone"), **_options(field))


def _identifier(field: Field) -> forms.Field:
    box = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    kind: Any = field.identifier.lower()
    return controls.IdentifierText(kind=kind, widget=box, **_options(field))


def _whole(bound: int | str | None) -> int | None:
    return bound if isinstance(bound, int) else None


def _integer(field: Field) -> forms.Field:
    box = forms.TextInput(attrs={"inputmode": "numeric", "class": "ss-input--number", "autocomplete": "off"})
    least, most = _whole(field.minimum), _whole(field.maximum)
    return controls.WholeNumber(least=least, most=most, widget=box, **_options(field, "Écrivez un nombre"))


def _money(field: Field) -> forms.Field:
    least, most = _whole(field.minimum), _whole(field.maximum)
    options = _options(field, "Écrivez un montant")
    return controls.Francs(least=0 if least is None else least, most=most, widget=_box("money"), **options)


def _date(field: Field) -> forms.Field:
    options = _options(field, f"Écrivez une date, par exemple {_example_of(field)}")
    return controls.DateText(earliest=field.minimum, latest=field.maximum, widget=_box("date"), **options)


def _example_of(field: Field) -> str:
    """A date that the field would take: one to come, when it asks for one."""
    if field.minimum == "today":
        return short_date(timezone.localdate() + timedelta(days=30)).replace(" ", "\u00a0")
    return controls.EXAMPLE_DATE


def _yes_no(field: Field) -> forms.Field:
    options = _options(field, "Choisissez « Oui » ou « Non »")
    options["error_messages"] |= {"invalid_choice": _BAD_CHOICE}
    return controls.YesNo(**options)


def _choice(field: Field) -> forms.Field:
    options = _options(field, "Choisissez une réponse")
    options["error_messages"] |= {"invalid_choice": _BAD_CHOICE}
    widget = controls.choice_widget(field)
    shown = pairs(field)
    if not field.required or isinstance(widget, forms.Select):
        shown = [("", "Choisissez" if field.required else "Sans réponse"), *shown]
    return forms.ChoiceField(choices=shown, widget=widget, **options)


def _choices(field: Field) -> forms.Field:
    options = _options(field, "Cochez au moins une réponse")
    options["error_messages"] |= {"invalid_choice": _BAD_CHOICE, "invalid_list": _BAD_CHOICE}
    hints = {o.value: sentence(o.hint) for o in field.options if o.hint}
    boxes = forms.CheckboxSelectMultiple(attrs={"hints": hints} if hints else {})
    return forms.MultipleChoiceField(choices=pairs(field), widget=boxes, **options)


def _commune(field: Field) -> forms.Field:
    return controls.CommuneText(**_options(field, "Écrivez le nom de la commune"))


def _country(field: Field) -> forms.Field:
    options = _options(field, "Choisissez un pays")
    options["error_messages"] |= {"invalid_choice": _BAD_CHOICE}
    home = [(HOME, COUNTRIES[HOME])]
    others = [(code, name) for code, name in COUNTRIES.items() if code != HOME]
    return forms.ChoiceField(choices=[("", "Choisissez"), *home, *others], **options)


def _statement(field: Field) -> forms.Field:
    options = _options(field)
    wish = f"Pour continuer, cochez « {field.label.rstrip('.')} »."
    options["error_messages"] = {"required": sentence(wish)}
    return controls.Statement(**options)


_MAKERS = {
    "long_text": _long_text, "email": _email, "phone": _phone, "identifier": _identifier, "integer": _integer,
    "money": _money, "date": _date, "yes_no": _yes_no, "choice": _choice, "choices": _choices,
    "commune": _commune, "country": _country, "statement": _statement,
}  # fmt: skip


def _part(key: str, kind: Any, label: str, whole: Field, **more: Any) -> Field:
    return Field(key, kind, label, required=whole.required, **more)


def _identity(whole: Field) -> dict[str, forms.Field]:
    names = {"max_length": LONGEST_NAME}
    here = "Si la naissance a eu lieu au Sénégal."
    abroad = "Si la naissance a eu lieu hors du Sénégal."
    parts = {
        "first_names": _part("first_names", "text", "Prénoms", whole, autocomplete="given-name", **names),
        "last_name": _part("last_name", "text", "Nom", whole, autocomplete="family-name", **names),
        "birth_date": _part(
            "birth_date", "date", "Date de naissance", whole,
            hint="Jour, mois, année, comme sur l’extrait de naissance", minimum=OLDEST, maximum="today",
        ),
        "birth_country": _part("birth_country", "country", "Pays de naissance", whole),
        "birth_commune": _part(
            "birth_commune", "commune", "Commune de naissance", whole, hint=here
        ),
        "birth_place": _part(
            "birth_place", "text", "Ville de naissance à l’étranger", whole, hint=abroad, **names
        ),

    }  # fmt: skip
    made = {key: _simple(part) for key, part in parts.items()}
    birth_date = made["birth_date"]
    assert isinstance(birth_date, controls.DateText)
    birth_date.what = "la date de naissance"
    made["birth_country"].initial = HOME
    # The styles show the one that the country chosen calls for; a browser that cannot shows both.
    made["birth_commune"].widget.attrs["data-born"] = "home"
    made["birth_place"].widget.attrs["data-born"] = "abroad"
    return made


def _address(whole: Field) -> dict[str, forms.Field]:
    line = "Quartier, rue, numéro de la maison ou repère"
    return {
        "commune": _simple(_part("commune", "commune", "Commune", whole)),
        "line": _simple(_part("line", "text", "Adresse", whole, hint=line, autocomplete="street-address")),
    }


# --- from answers to what the controls show ------------------------------------------


def shown_values(field: Field, name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """What the controls of one question show for a saved answer."""
    parts = PARTS.get(field.type)
    if not parts:
        yield name, shown(field.type, value)
        return
    given = value if isinstance(value, Mapping) else {}
    for part in parts:
        if given.get(part) is not None:
            yield f"{name}-{part}", shown(_PART_TYPES.get(part, "text"), given[part])


_PART_TYPES = {"birth_date": "date", "birth_commune": "commune", "commune": "commune"}


def shown(kind: str, value: Any) -> Any:
    """One answer as its control shows it."""
    if kind == "date":
        day = as_date(value)
        return short_date(day) if day else value
    if kind == "yes_no" and isinstance(value, bool):
        return "oui" if value else "non"
    if kind == "phone" and value:
        return phones.format_phone(str(value))
    return value


def short_date(day: date) -> str:
    """A date as people type it: 27 3 1994."""
    return f"{day.day} {day.month} {day.year}"
