"""What the forms of the domains are made of."""

import re
from datetime import date, time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from smartsenegal.lib.dates import DateRefused, parse_date
from smartsenegal.lib.text import TextRefused, clean, typography


class LineField(forms.CharField):
    """One line of text, as the platform keeps it."""

    def clean(self, value: Any) -> str:
        found: str = super().clean(value)
        try:
            return clean(found, self.max_length or 300)
        except TextRefused as refused:
            raise ValidationError(str(refused)) from None


class DayField(forms.CharField):
    """A day as people write it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, **kwargs)
        self.widget.template_name = "forms/widgets/date.html"

    def clean(self, value: Any) -> date | None:  # type: ignore[override]
        typed = super().clean(value)
        try:
            return parse_date(typed) if typed else None
        except DateRefused as refused:
            raise ValidationError(str(refused)) from None


class HourField(forms.TimeField):
    """An hour of the day as people write it: `8 h`, `8 h 30`, `8h30`, `08:30`."""

    _WRITTEN = re.compile(r"([0-9]{1,2})(?:\s*(?:h|:)\s*([0-9]{2})?)?(?:\s*min)?", re.I)

    def __init__(self, **kwargs: Any) -> None:
        told = dict.fromkeys(("required", "invalid"), "Écrivez l’heure comme 8 h 30.")
        kwargs.setdefault("help_text", "Comme 8 h ou 8 h 30.")
        super().__init__(
            widget=forms.TimeInput(format="%H h %M"),
            error_messages={**told, **kwargs.pop("error_messages", {})},
            **kwargs,
        )
        self.widget.template_name = "forms/widgets/date.html"

    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values or isinstance(value, time):
            return value or None
        if found := self._WRITTEN.fullmatch(str(value).strip()):
            hours, minutes = int(found[1]), int(found[2] or 0)
            if hours < 24 and minutes < 60:
                return time(hours, minutes)
        raise ValidationError(self.error_messages["invalid"], code="invalid")


class Thousands(forms.DecimalField):
    """A number of kW or Gbit/s, kept as a whole number of W or Mbit/s."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            min_value=0,
            max_digits=9,
            decimal_places=3,
            localize=True,
            **kwargs,
        )

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        found = super().clean(value)
        return None if found is None else int(found * 1000)

    def prepare_value(self, value: Any) -> Any:
        return (Decimal(value) / 1000).normalize() if isinstance(value, int) else value


_DASHES = "---------"  # Django's own


class French(forms.Form):
    """Its labels, help and its errors have the spaces of French print; nothing chosen is told in words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label, field.help_text = typography(str(field.label)), typography(str(field.help_text))
            field.error_messages = {key: _typeset(told) for key, told in field.error_messages.items()}
            if isinstance(field, forms.ModelChoiceField) and field.empty_label == _DASHES:
                field.empty_label = "Choisissez" if field.required else "Non indiqué"


def _typeset(told: Any) -> Any:
    # Django's own sentences have forms for one and for many: they stay as they are.
    return typography(told) if isinstance(told, str) else told
