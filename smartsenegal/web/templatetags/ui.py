"""The words and pieces every template uses. Loaded as built-ins: no `{% load %}` is needed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from django import template
from django.forms.boundfield import BoundField
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from smartsenegal.lib import dates, money, phones, text
from smartsenegal.web import rules, tables

register = template.Library()

WEB = Path(__file__).resolve().parent.parent
# Options of our widgets' templates that are not HTML attributes.
DISPLAY_ATTRS = frozenset({"class", "suffix", "prefix", "hints", "camera", "max_size", "matches", "inline"})


_REFERENCE = re.compile(r"\b[A-Z]{2,4}-\d{4}-\d{6}\b")


# --- pictograms ---------------------------------------------------------------


@lru_cache
def icon_names() -> frozenset[str]:
    """Pictograms that can be shown; others are added in `scripts/vendor.py`."""
    return frozenset(path.stem for path in (WEB / "icons").glob("*.svg"))


@lru_cache
def _drawing(name: str) -> str:
    source = (WEB / "icons" / f"{name}.svg").read_text("utf-8")
    return re.sub(r"^<svg[^>]*>|</svg>\s*$", "", source)


@register.simple_tag
def icon(name: str, size: int = 20, default: str = "") -> SafeString:
    """An inlined pictogram, hidden from screen readers: it always stands beside a word.

    Raises ValueError for an unknown name, unless `default` names one to show instead (for names
    that come from data).
    """
    return _icon(name if name in icon_names() or not default else default, size)


@lru_cache(maxsize=512)
def _icon(name: str, size: int) -> SafeString:
    if name not in icon_names():
        raise ValueError(f"No pictogram named {name!r}: add it to ICONS in scripts/vendor.py")
    return mark_safe(  # noqa: S308 - our own files and an integer
        f'<svg class="ss-icon" width="{int(size)}" height="{int(size)}" viewBox="0 0 24 24" '
        f'aria-hidden="true" focusable="false">{_drawing(name)}</svg>'
    )


# --- values -------------------------------------------------------------------


@register.filter
def fcfa(amount: int | None) -> str:
    """`12 000 F CFA`, or nothing for no amount."""
    return "" if amount is None else money.format_fcfa(amount)


@register.filter
def date_fr(day: date | None) -> str:
    """`24 novembre 2026`."""
    return "" if day is None else dates.format_date(day)


@register.filter
def date_short(day: date | None) -> str:
    """`24 nov.`."""
    return "" if day is None else dates.format_short(day)


@register.filter
def datetime_fr(moment: datetime | None) -> str:
    """`24 novembre 2026 à 14 h 05`, in Dakar."""
    return "" if moment is None else dates.format_datetime(moment)


@register.filter
def phone(number: str | None) -> str:
    """`77 123 45 67`."""
    return phones.format_phone(number) if number else ""


@register.filter
def typo(words: Any) -> str:
    """French typography: no-break spaces and typographic apostrophes."""
    return text.typography(str(words or ""))


@register.filter
def references(words: Any) -> SafeString:
    """The words, escaped, with each number of a case or of an act (`CJ-2026-000007`) kept on one line."""
    told = conditional_escape(str(words or ""))
    return mark_safe(_REFERENCE.sub(r'<span class="ss-whole">\g<0></span>', told))  # noqa: S308 - escaped above


@register.filter
def size_fr(size: int | None) -> str:
    """`2,4 Mo` for a size in bytes."""
    return "" if size is None else rules.file_size(size)


@register.filter
def item(mapping: Mapping[str, Any] | None, key: Any) -> Any:
    """Entry of a mapping whose key is a value of the page, or an empty text."""
    return (mapping or {}).get(str(key), "")


# --- chips ----------------------------------------------------------------------


@register.simple_tag
def chip(words: str, tone: str = "neutral") -> SafeString:
    """A state in words on its colour; tones are those of `rules.TONES`."""
    return tables.chip(str(words), tone)


@register.simple_tag
def due(day: date | None, today: date, suspended: bool = False) -> SafeString:
    """Chip of a legal delay: `3 j de retard`, `2 j`, `Suspendu`; nothing without a delay."""
    return tables.due(day, today, suspended)


register.simple_tag(tables.queue_rows)
register.simple_tag(tables.found_rows)


# --- forms ------------------------------------------------------------------------


@register.simple_tag
def attrs(widget: Mapping[str, Any]) -> SafeString:
    """HTML attributes of a widget, without its class and the options its template reads."""
    pairs = [(k, v) for k, v in widget["attrs"].items() if k not in DISPLAY_ATTRS and v is not False]
    return format_html_join(
        "", "{}", [(f" {k}" if v is True else format_html(' {}="{}"', k, v),) for k, v in pairs]
    )


@register.simple_tag
def select_options(widget: Mapping[str, Any]) -> SafeString:
    """The options of a list. In Python: as a template the countries of the world cost half of their page."""
    drawn = []
    for group, choices, _ in widget["optgroups"]:
        lines = "".join(map(_option, choices))
        drawn.append(f'<optgroup label="{conditional_escape(group)}">{lines}</optgroup>' if group else lines)
    return mark_safe("".join(drawn))  # noqa: S308 - escaped, here and below


def _option(option: Mapping[str, Any]) -> str:
    selected = " selected" if option["selected"] else ""
    value, label = escape(str(option["value"])), conditional_escape(option["label"])
    return f'<option value="{value}"{selected}>{label}</option>'


@register.simple_tag
def field(bound: BoundField, heading: bool = False, hide_label: bool = False) -> SafeString:
    """A whole field: label, hint, error, control. `heading` makes the label the title of the page."""
    template_name = getattr(bound.field, "template_name", None) or "forms/field.html"
    context = {"field": bound, "heading": heading, "hide_label": hide_label}
    return mark_safe(bound.form.renderer.render(template_name, context))  # noqa: S308 - a rendered template


@register.inclusion_tag("forms/error_summary.html")
def error_summary(*forms: Any) -> dict[str, Any]:
    """« Il y a un problème »: every error of the forms and formsets, each a link to its field."""
    return {"errors": [error for form in forms if form for error in _errors(form)]}


def _errors(form: Any) -> Iterable[dict[str, str]]:
    if hasattr(form, "forms"):  # a formset
        yield from ({"text": message, "anchor": ""} for message in form.non_form_errors())
        for each in form.forms:
            yield from _errors(each)
        return
    yield from ({"text": message, "anchor": ""} for message in form.non_field_errors())
    for bound in form:
        anchor = "" if bound.is_hidden else bound.anchor
        yield from ({"text": message, "anchor": anchor} for message in bound.errors)


# --- blocks -------------------------------------------------------------------------


@register.simple_block_tag
def details(content: str, summary: str, is_open: bool = False) -> SafeString:
    """`{% details "Titre" %}…{% enddetails %}`: text that opens on request, without JavaScript."""
    return format_html(
        '<details class="ss-details"{}><summary class="ss-details__summary">{}<span>{}</span></summary>'
        '<div class="ss-details__body">{}</div></details>',
        mark_safe(" open") if is_open else "",
        icon("chevron-right", 18),
        references(summary),
        content,
    )


@register.simple_block_tag
def warning(content: str) -> SafeString:
    """`{% warning %}…{% endwarning %}`: something that costs dear when missed."""
    return format_html(
        '<div class="ss-warning">{}<p class="ss-warning__text">'
        '<span class="ss-visually-hidden">Attention&nbsp;: </span>{}</p></div>',
        icon("triangle-alert", 26),
        content,
    )


@register.simple_tag(takes_context=True)
def rail_doors(context: template.Context) -> SafeString:
    """Doors of the left rail: the house's, completed by the page's `rail`, with what waits behind each.

    A page that counts what waits says so itself, for the service one chose; the others are counted here.
    """
    house, page = list(context.get("house_rail") or []), list(context.get("rail") or [])
    if house and not any("count" in door for door in page):
        counts = context.get("house_counts") or {}
        house = [{**door, "count": counts.get(door["url"], "")} for door in house]
    doors = rules.merged_rail(house, page)
    return mark_safe("".join(map(_door, doors)))  # noqa: S308 - escaped below


def _door(door: Mapping[str, Any]) -> str:
    count, current = door.get("count"), ' aria-current="page"' if door.get("current") else ""
    counted = "" if count in (None, "") else f'<span class="ss-rail__count">{escape(str(count))}</span>'
    return (
        f'<li><a class="ss-rail__link" href="{escape(door["url"])}"{current}>'
        f"{icon(door['icon'], 20, default='file-text')}"
        f'<span class="ss-rail__label">{escape(door["label"])}</span>{counted}</a></li>'
    )


# --- map ----------------------------------------------------------------------------


@lru_cache
def regions() -> dict[str, Any]:
    """Outlines of the regions and the frame they are drawn in (`scripts/vendor.py`)."""
    document: dict[str, Any] = json.loads((WEB / "static" / "maps" / "regions.json").read_text("utf-8"))
    return document


def place(longitude: float, latitude: float) -> tuple[float, float]:
    """Where a point of the country falls on the map of the regions, in its units."""
    frame = regions()["frame"]
    x = (longitude - frame["west"]) * frame["x_scale"]
    y = (frame["north"] - latitude) * frame["y_scale"]
    return round(x, 1), round(y, 1)


@register.inclusion_tag("components/map.html")
def regions_map(
    label: str,
    figures: Mapping[str, float] | None = None,
    points: Iterable[tuple[float, float]] = (),
    discs: Iterable[tuple[float, float, float]] = (),
    marks: Iterable[tuple[float, float, str]] = (),
    lines: Iterable[tuple[Sequence[tuple[float, float]], str]] = (),
    names: Iterable[tuple[float, float, str]] = (),
    west: float | None = None,
) -> dict[str, Any]:
    """Senegal's regions; the deeper the green, the larger the figure of the region's ISO code.

    `points` are (longitude, latitude) pairs, `discs` the same with a figure that their area tells, `marks`
    the same with the tone of a state (those of a chip): the last is drawn on top. `lines` are points in order
    with a tone, `names` points with what stands beside them; `west` is the longitude where the map begins
    when it shows the sea. `label` says in words what the map shows.
    """
    figures = figures or {}
    shown = [figure for figure in figures.values() if figure > 0]
    least, largest = min(shown, default=0), max(shown, default=0)
    document = regions()
    return {
        "label": label,
        "frame": document["frame"],
        "sea": 0 if west is None else round(-place(west, 0)[0]),
        "lines": [{"path": _line(line), "tone": tone} for line, tone in lines],
        "names": [{"x": x + 6, "y": y - 12, "text": text} for *at, text in names for x, y in [place(*at)]],
        "shapes": [
            {"path": region["path"], "shade": rules.shade(figures.get(region["code"], 0), least, largest)}
            for region in document["regions"]
        ],
        "points": [{"x": x, "y": y} for x, y in (place(*point) for point in points)],
        "discs": _discs(list(discs)),
        "marks": [{"x": x, "y": y, "tone": tone} for *at, tone in marks for x, y in [place(*at)]],
    }


def _line(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in (place(*point) for point in points))


def _discs(found: Sequence[tuple[float, float, float]]) -> list[dict[str, float]]:
    largest = max((figure for *_, figure in found), default=0)
    # The largest first: a small one beside it stays in sight.
    ranked = sorted((d for d in found if d[2] > 0), key=lambda disc: -disc[2])
    drawn = (
        (*place(longitude, latitude), rules.radius(figure, largest)) for longitude, latitude, figure in ranked
    )
    return [{"x": x, "y": y, "r": r} for x, y, r in drawn]
