"""The controls behind each type of question: what is typed becomes plain JSON, or a sentence that says how
to mend it."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.text import format_lazy

from smartsenegal.kernel.territory import api as territory
from smartsenegal.lib import dates, identifiers, money, phones
from smartsenegal.lib.text import TextRefused, clean, fold, group_digits, typography
from smartsenegal.onestop.procedures.definition import Field

EXAMPLE_DATE = "27\u00a03\u00a01994"
# Beyond this many times its limit a text is refused unread: cleaning 10 MB costs seconds.
UNREAD = 4
FEW = 7  # choices shown as buttons; more make a list to unfold


def sentence(words: str) -> str:
    """The words in French typography."""
    return typography(words)


def required_words(label: str, verb: str = "Écrivez votre réponse") -> dict[str, str]:
    """What an empty compulsory question answers: it must make sense in the summary, away from its field."""
    name = label.rstrip(" ?:\u00a0\u202f")
    return {"required": sentence(f"« {name} » attend une réponse. {verb}.")}


class CleanText(forms.CharField):
    """A text kept as `lib.text.clean` leaves it, on one line or several."""

    def __init__(self, *, longest: int, multiline: bool = False, **options: Any) -> None:
        self.longest, self.multiline = longest, multiline
        super().__init__(strip=False, **options)

    def to_python(self, value: Any) -> str:
        text = "" if value is None else str(value)
        if len(text) > UNREAD * self.longest + 1000:
            size = f"{group_digits(len(text))} caractères"
            wish = f"raccourcissez-le à {self.longest} au plus"
            raise ValidationError(sentence(f"Ce texte compte {size} : {wish}."))
        try:
            return clean(text, self.longest, self.multiline)
        except TextRefused as error:
            raise ValidationError(str(error)) from error


class NameText(CleanText):
    """A name as papers write it: letters of any script, spaces, apostrophes, hyphens and dots."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        wrong = dict.fromkeys(c for c in text if not _of_a_name(c))
        if wrong:
            shown = " ".join(wrong)[:20]
            raise ValidationError(sentence(f"Un nom n’a ni chiffre ni signe : retirez « {shown} »."))
        return text


def _of_a_name(character: str) -> bool:
    return character in " '’-‐.\u00a0" or unicodedata.category(character)[0] in "LM"


class EmailText(CleanText):
    """An e-mail address."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if text:
            try:
                validate_email(text)
            except ValidationError:
                raise ValidationError(
                    sentence("Cette adresse n’a pas la bonne forme. Écrivez-la ainsi : nom@exemple.sn.")
                ) from None
        return text


class PhoneText(CleanText):
    """A phone number; gives E.164 (`+221771234567`)."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        try:
            return phones.parse_phone(text) if text else ""
        except phones.PhoneRefused as error:
            raise ValidationError(str(error)) from error


class IdentifierText(CleanText):
    """A number given by an administration, checked as far as its published form allows."""

    def __init__(self, *, kind: identifiers.Kind, **options: Any) -> None:
        self.kind = kind
        super().__init__(longest=40, **options)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        try:
            return identifiers.normalise(self.kind, text).value if text else ""
        except identifiers.IdentifierRefused as error:
            raise ValidationError(str(error)) from error


class WholeNumber(CleanText):
    """A whole number between two bounds; gives an int, or None."""

    def __init__(self, *, least: int | None, most: int | None, **options: Any) -> None:
        self.least, self.most = least, most
        super().__init__(longest=30, **options)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        number = self.parse(text)
        if self.least is not None and number < self.least:
            least = self.show(self.least)
            raise ValidationError(sentence(f"Ce nombre est trop petit. Écrivez au moins {least}."))
        if self.most is not None and number > self.most:
            most = self.show(self.most)
            raise ValidationError(sentence(f"Ce nombre est trop grand. Écrivez au plus {most}."))
        return number

    def parse(self, text: str) -> int:
        digits = fold(text).replace(" ", "")
        negative = text[0] in "-\u2212\u2013"
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 15:
            wrong = f"« {text[:30]} » n’est pas un nombre entier."
            raise ValidationError(sentence(f"{wrong} Écrivez-le en chiffres."))
        return -int(digits) if negative else int(digits)

    def show(self, number: int) -> str:
        return group_digits(number)

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        return


class Francs(WholeNumber):
    """An amount in F CFA; gives an int, or None."""

    def parse(self, text: str) -> int:
        try:
            return money.parse_fcfa(text)
        except money.MoneyRefused as error:
            raise ValidationError(str(error)) from error

    def show(self, number: int) -> str:
        return money.format_fcfa(number)


class DateText(CleanText):
    """A date in one box; gives its ISO 8601 text, or None."""

    def __init__(self, *, earliest: Any, latest: Any, what: str = "une date", **options: Any) -> None:
        self.earliest, self.latest, self.what = earliest, latest, what
        super().__init__(longest=40, **options)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            day = dates.parse_date(text)
        except dates.DateRefused as error:
            raise ValidationError(str(error)) from error
        self._bound(day)
        return day.isoformat()

    def _bound(self, day: date) -> None:
        today = timezone.localdate()
        earliest, latest = _bound_day(self.earliest, today), _bound_day(self.latest, today)
        wish = f"Écrivez {self.what}, par exemple {EXAMPLE_DATE}."
        if latest and day > latest:
            when = (
                "est dans le futur" if self.latest == "today" else f"est après le {dates.format_date(latest)}"
            )
            raise ValidationError(sentence(f"La date {when}. {wish if latest <= today else 'Vérifiez-la.'}"))
        if earliest and day < earliest:
            when = "est passée" if self.earliest == "today" else f"est avant le {dates.format_date(earliest)}"
            raise ValidationError(sentence(f"La date {when}. Vérifiez le jour, le mois et l’année."))

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        return


def _bound_day(bound: Any, today: date) -> date | None:
    if bound is None:
        return None
    return today if bound == "today" else date.fromisoformat(str(bound))


class Day(forms.CharField):
    """A date in one box; gives a date."""

    def to_python(self, value: Any) -> Any:
        try:
            return dates.parse_date(str(value or "").replace("\x00", "")) if value else None
        except dates.DateRefused as error:
            raise ValidationError(str(error)) from error

    def validate(self, value: Any) -> None:
        return

    def run_validators(self, value: Any) -> None:
        return


class YesNo(forms.TypedChoiceField):
    """Two buttons; gives True, False, or None."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            choices=[("oui", "Oui"), ("non", "Non")],
            coerce=lambda value: value == "oui",
            empty_value=None,
            widget=forms.RadioSelect(attrs={"inline": True}),
            **options,
        )


class Statement(forms.BooleanField):
    """A sentence to agree to; gives True, or False."""


# --- places -------------------------------------------------------------------


@dataclass(frozen=True)
class TypedPlace:
    """What came from a place's control: the text, and the code picked among the matches."""

    text: str = ""
    code: str = ""


class PlaceInput(forms.TextInput):
    """A text, with the matches found for it as buttons named `<name>_code`."""

    template_name = "forms/widgets/place.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return TypedPlace(str(data.get(name) or ""), str(data.get(f"{name}_code") or ""))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def format_value(self, value: Any) -> str:
        if isinstance(value, Mapping):
            return str(value.get("label", ""))
        return value.text if isinstance(value, TypedPlace) else str(value or "")


class CommuneText(forms.Field):
    """A commune by its name, homonyms told apart on the same page; gives {"code", "label"}, or None.

    The text is resolved when one commune alone bears that name; otherwise the communes found are shown to
    choose from, and what was typed stays.
    """

    widget = PlaceInput
    suggestions = reverse_lazy("territory_search_json")
    kinds: Sequence[str] = ("commune",)
    found: dict[str, str] | None = None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"data-places": self.suggestions}

    def clean(self, value: Any) -> Any:
        typed = value if isinstance(value, TypedPlace) else TypedPlace(str(value or ""))
        text = CleanText(longest=200, required=False).clean(typed.text)
        if not text:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        self.found = self._resolve(text, typed.code[:60])
        return self.found

    def bound_data(self, data: Any, initial: Any) -> Any:
        # Once told apart, the place stays so when another question of the page is wrong.
        return self.found or super().bound_data(data, initial)

    def _resolve(self, text: str, code: str) -> dict[str, str]:
        exact = territory.resolve(text, self.kinds)
        if exact and code in ("", exact.code):
            return _place(exact)
        matches = territory.search(text, self.kinds, 12)
        picked = next((m for m in matches if m.code == code), None) or exact
        if picked:
            return _place(picked)
        homonyms = [m for m in matches if fold(m.name) == fold(text)]
        offered = homonyms if len(homonyms) > 1 else matches
        self.widget.attrs["matches"] = [(m.code, self.named(m)) for m in offered]
        raise ValidationError(sentence(self.which(text, matches)))

    def which(self, text: str, matches: Sequence[territory.Territory]) -> str:
        """Why what was typed names no one place, and what to do."""
        return _which(text, matches)

    def named(self, place: territory.Territory) -> str:
        """How a place is told apart from others."""
        return place.label


class PlaceText(CommuneText):
    """A commune, a département or a région."""

    kinds = ("commune", "departement", "region")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # Lazy: a form's class is made before the addresses are known.
        return {"data-places": format_lazy("{}?kinds={}", self.suggestions, ",".join(self.kinds))}

    def named(self, place: territory.Territory) -> str:
        return f"{place.label} ({place.get_kind_display().lower()})"

    def which(self, text: str, matches: Sequence[territory.Territory]) -> str:
        if not matches:
            return f"Nous ne trouvons pas de lieu « {text[:60]} ». Vérifiez l’orthographe."
        return f"« {text[:60]} » peut désigner plusieurs lieux. Choisissez dans la liste."


def _place(found: territory.Territory) -> dict[str, str]:
    return {"code": found.code, "label": found.label or found.name}


def _which(text: str, matches: Sequence[territory.Territory]) -> str:
    if not matches:
        return (
            f"Nous ne trouvons pas de commune « {text[:60]} ». Vérifiez l’orthographe, "
            "ou écrivez le nom de votre département."
        )
    if len(matches) == 1:
        return f"Voulez-vous dire « {matches[0].label} » ? Choisissez-la si c’est bien elle."
    same = [m for m in matches if fold(m.name) == fold(text)]
    if len(same) > 1:
        return f"Plusieurs communes s’appellent « {same[0].name} ». Choisissez la vôtre dans la liste."
    return f"Plusieurs communes ressemblent à « {text[:60]} ». Choisissez la vôtre dans la liste."


# --- from a question to its control ------------------------------------------------


def choice_widget(field: Field) -> forms.Widget:
    """Buttons for a few choices, a list to unfold for many."""
    if len(field.options) > FEW:
        return forms.Select()
    hints = {o.value: o.hint for o in field.options if o.hint}
    return forms.RadioSelect(attrs={"hints": hints} if hints else {})


def pairs(field: Field) -> list[tuple[str, str]]:
    """Values and labels of a question's options."""
    return [(o.value, sentence(o.label)) for o in field.options]
