"""How every Django form of the platform is drawn."""

from __future__ import annotations

from typing import Any

from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import CheckboxInput, ChoiceWidget, MultiWidget, Select, SelectDateWidget


class Field(BoundField):
    """A bound field that knows the anchor its errors link to.

    The browser's own `required` bubbles are left out: they speak the browser's language and hide the
    sentences of the form. Optional fields say "facultatif" instead.
    """

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Any = None) -> dict[str, Any]:
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        built.pop("required", None)
        return built

    @property
    def anchor(self) -> str:
        """Identifier of the first control: where a link of the error summary puts the focus."""
        widget = self.field.widget
        base = widget.attrs.get("id") or self.auto_id
        if isinstance(widget, SelectDateWidget):
            return f"{base}_day"
        several = isinstance(widget, ChoiceWidget) and not isinstance(widget, Select)
        return f"{base}_0" if several or isinstance(widget, MultiWidget) else base

    @property
    def is_checkbox(self) -> bool:
        """One box with its sentence after it."""
        return isinstance(self.field.widget, CheckboxInput)

    @property
    def is_optional(self) -> bool:
        if not getattr(self.field, "says_optional", True):
            return False
        return not self.field.required and not self.field.disabled and not self.is_checkbox


class Renderer(TemplatesSetting):
    """`FORM_RENDERER`: our templates for forms, fields and widgets."""

    form_template_name = "forms/form.html"
    formset_template_name = "forms/formset.html"
    field_template_name = "forms/field.html"
    bound_field_class = Field
