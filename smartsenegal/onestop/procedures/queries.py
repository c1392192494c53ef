"""Reads of the catalogue: one procedure, lists, searches, life events."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from smartsenegal.kernel.identity.api import Organisation
from smartsenegal.kernel.sites.api import KINDS, Site
from smartsenegal.lib.text import fold
from smartsenegal.onestop.procedures import portal
from smartsenegal.onestop.procedures.definition import Definition
from smartsenegal.onestop.procedures.models import LifeEvent, Procedure, Revision, Theme, kept_definition
from smartsenegal.onestop.procedures.queries_reviews import portal_rows
from smartsenegal.onestop.procedures.rules import validate
from smartsenegal.onestop.procedures.rules.catalogue import (
    BundleStep,
    Offer,
    needs_of,
    order_bundle,
    sound,
    words_of,
)

MOST_FOUND = 20
# Bodies of people, not administrations.
_PRIVATE = ("company", "association")


@dataclass(frozen=True)
class Entry:
    """One procedure as lists show it; amounts in F CFA."""

    code: str
    title: str
    summary: str
    price_least: int
    price_most: int
    delay: str
    online: bool
    themes: tuple[str, ...]
    audiences: tuple[str, ...]


_COLUMNS = ("code", "title", "summary", "price_least", "price_most", "delay", "online", "themes", "audiences")


def _entry(row: Sequence[Any]) -> Entry:
    values = dict(zip(_COLUMNS, row, strict=True))
    return Entry(**values | {name: tuple(values[name]) for name in ("themes", "audiences")})


# --- one procedure ----------------------------------------------------------------


def definition_of(revision_id: int) -> Definition:
    """The content of a revision, at once when this process has read it before.

    Raises Revision.DoesNotExist.
    """
    return kept_definition(revision_id) or Revision.objects.get(pk=revision_id).definition


def is_known(code: str) -> bool:
    """Whether there is a procedure of that code, offered or not."""
    return Procedure.objects.filter(code=code).exists()


def published_revision(code: str, on: date | None = None) -> Revision | None:
    """The revision in force that day (today by default), or None when the procedure is not offered."""
    return (
        Revision.objects.filter(
            procedure__code=code,
            procedure__published=True,
            state__in=["published", "retired"],
            effective_from__lte=on or timezone.localdate(),
        )
        .order_by("-effective_from", "-number")
        .defer("content")
        .select_related("procedure")
        .first()
    )


def sheet(code: str) -> tuple[Procedure, Definition] | None:
    """A procedure on offer and its definition in force, or None."""
    revision = published_revision(code)
    return (revision.procedure, revision.definition) if revision else None


def faults_of(d: Definition) -> list[str]:
    """Every fault that forbids publication, among them names that this installation does not know."""
    return [*validate(d), *_unknown_shelves(d), *_unknown_units(d)]


def _unknown_shelves(d: Definition) -> list[str]:
    themes = set(Theme.objects.values_list("slug", flat=True))
    happenings = set(LifeEvent.objects.values_list("slug", flat=True))
    wrong = [("themes", t, "un thème") for t in d.themes if t not in themes]
    wrong += [("life_events", e, "un événement de vie") for e in d.life_events if e not in happenings]
    return [f"{where}\u00a0: «\u00a0{slug}\u00a0» n’est pas {what} connu." for where, slug, what in wrong]


def _unknown_units(d: Definition) -> list[str]:
    known = {"competent", *dict(KINDS)}
    named = [(f"circuit[{rank}].unit", step.unit) for rank, step in enumerate(d.circuit)]
    if d.silence and d.silence.substitute_unit:
        named.append(("silence.substitute_unit", d.silence.substitute_unit))
    return [
        f"{where}\u00a0: «\u00a0{unit}\u00a0» n’est pas une nature de lieu connue."
        for where, unit in named
        if unit.strip() and unit not in known
    ]


# --- lists ------------------------------------------------------------------------


def themes() -> list[Theme]:
    """The themes that have something to show, in order."""
    return list(
        Theme.objects.extra(
            where=[
                "EXISTS (SELECT 1 FROM procedures_procedure p"
                " WHERE p.published AND p.themes @> ARRAY[procedures_theme.slug]::varchar[])"
            ]
        )
    )


def theme(slug: str) -> Theme | None:
    """The theme, or None."""
    return Theme.objects.filter(pk=slug).first()


def life_events() -> list[LifeEvent]:
    """The life events that some procedure on offer serves, in order."""
    return list(
        LifeEvent.objects.extra(
            where=[
                "EXISTS (SELECT 1 FROM procedures_procedure p WHERE p.published"
                " AND p.life_events @> ARRAY[procedures_lifeevent.slug]::varchar[])"
            ]
        )
    )


def life_event(slug: str) -> LifeEvent | None:
    """The life event, or None."""
    return LifeEvent.objects.filter(pk=slug).first()


def entries(theme: str = "", audience: str = "", start: int = 0, limit: int | None = None) -> list[Entry]:
    """Procedures on offer, in French alphabetical order; `limit` of them after the first `start`."""
    found = Procedure.objects.filter(published=True)
    if theme:
        found = found.filter(themes__contains=[theme])
    if audience:
        found = found.filter(audiences__contains=[audience])
    # `names` starts with the title, folded: its order is blind to accents and case.
    rows = found.order_by("names", "code").values_list(*_COLUMNS)
    return [_entry(row) for row in rows[start : None if limit is None else start + limit]]


def filed_online() -> list[tuple[str, str]]:
    """Code and title of each procedure that is filed online, for mandates that name some."""
    return list(Procedure.objects.filter(published=True, online=True).values_list("code", "title"))


def managed() -> QuerySet[Procedure]:
    """Every procedure, for those in charge, with its current revision."""
    return Procedure.objects.select_related("current").defer("current__content").order_by("names")


def find(code: str) -> Procedure | None:
    """A procedure, on offer or not, with its current revision, or None."""
    return Procedure.objects.filter(code=code).select_related("current").first()


def draft_of(code: str) -> Revision | None:
    """The draft of a procedure, or None."""
    return Revision.objects.filter(procedure__code=code, state="draft").select_related("procedure").first()


def revisions_of(code: str) -> list[Revision]:
    """Every revision of a procedure, newest first, with their contents: in one query."""
    return list(Revision.objects.filter(procedure__code=code).select_related("procedure").order_by("-number"))


def replaced_by(draft: Revision) -> Revision | None:
    """The revision that a draft will replace: the last one published, or None."""
    published = Revision.objects.filter(procedure_id=draft.procedure_id).exclude(state="draft")
    return published.order_by("-number").first()


# --- the whole catalogue, as open data ------------------------------------------------


def offers() -> list[Offer]:
    """Every procedure on offer with the name of its administration, by code. Two queries."""
    found = Procedure.objects.filter(published=True).select_related("current").order_by("code")
    owners = dict(Organisation.objects.filter(code__in=found.values("owner")).values_list("code", "name"))
    return [Offer(p.current.definition, owners.get(p.owner, p.owner)) for p in found if p.current]


# All that goes out as open data and may change; prices are of the day.
_STATE = """
    SELECT encode(sha256(convert_to(ROW(
        (SELECT string_agg(ROW(p.code, p.current_id, o.name)::text, ',' ORDER BY p.code)
         FROM procedures_procedure p LEFT JOIN identity_organisation o ON o.code = p.owner WHERE p.published),
        (SELECT string_agg(t::text, ',' ORDER BY t.slug) FROM procedures_theme t),
        (SELECT string_agg(e::text, ',' ORDER BY e.slug) FROM procedures_lifeevent e),
        (SELECT string_agg(ROW(s.code, s.name, s.kind, s.address, s.phone, s.latitude, s.longitude, s.state,
                               t.code, t.label)::text, ',' ORDER BY s.code)
         FROM sites_site s JOIN territory_territory t ON t.code = s.territory_id),
        (SELECT ROW(count(*), max(r.id), sum(r.id)) FROM procedures_review r WHERE r.state = 'published')
    )::text, 'UTF8')), 'hex')
"""


def catalogue_version() -> str:
    """A word that changes when what goes out as open data may. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        return f"{cursor.fetchone()[0]}-{timezone.localdate()}"


def all_themes() -> list[Theme]:
    """Every theme, in order."""
    return list(Theme.objects.all())


def all_life_events() -> list[LifeEvent]:
    """Every life event, in order."""
    return list(LifeEvent.objects.all())


def portal_bundle() -> dict[str, list[dict[str, Any]]]:
    """The catalogue on offer in the shape of the national portal, with the prices of today. Six queries."""
    sites = Site.objects.select_related("territory").order_by("code")
    return portal.bundle(
        offers(), all_themes(), all_life_events(), sites, portal_rows(), timezone.localdate()
    )


def portal_names() -> tuple[dict[str, str], dict[str, str]]:
    """What a row of the national portal may call administrations and themes, folded: the code of each."""
    owners = Organisation.objects.exclude(kind__in=_PRIVATE).values_list("code", "name")
    shelves = Theme.objects.values_list("slug", "title", "short")
    named = {fold(name): code for code, name in owners} | {fold(code): code for code, _ in owners}
    themes = {fold(word): slug for slug, *words in shelves for word in (slug, *words) if word}
    return named, themes


def offered_codes() -> frozenset[str]:
    """The codes of the procedures on offer. One query."""
    return frozenset(Procedure.objects.filter(published=True).values_list("code", flat=True))


def known_places(codes: Iterable[str]) -> dict[str, str]:
    """Those of these codes that are places known here, with their names. One query."""
    return dict(Site.objects.filter(code__in=list(codes)).values_list("code", "name"))


def owners_of(codes: Iterable[str]) -> dict[str, str]:
    """Those of these procedures that are known here, with the code of their owner. One query."""
    return dict(Procedure.objects.filter(code__in=list(codes)).values_list("code", "owner"))


def working_definitions(codes: Iterable[str]) -> dict[str, Definition]:
    """The draft of each of these procedures, or its current revision. Two queries."""
    found = Procedure.objects.filter(code__in=list(codes)).order_by("code")
    current = {p.code: p.current.definition for p in found.select_related("current") if p.current}
    drafts = Revision.objects.filter(procedure__in=found, state="draft").select_related("procedure")
    return current | {r.procedure.code: r.definition for r in drafts}


# --- search -----------------------------------------------------------------------

# A word is worth 1 when its stem is there, 0.9 when it sounds like a word of the names, or as much as it
# looks like one. A procedure is worth the mean of the words; rank and likeness tell equals apart. Only the
# candidates that share most sounds with the words are weighed: common words cost no more than rare ones.
_SEARCH = """
    WITH candidate AS MATERIALIZED (
        SELECT p.id, p.names, p.document, p.sounds
        FROM procedures_procedure p
        WHERE p.published AND ({found}) {narrowed}
        ORDER BY (SELECT count(*) FROM unnest(p.sounds) AS s WHERE s = ANY(%(sounds)s)) DESC, p.id
        LIMIT %(weighed)s
    ), weight AS MATERIALIZED (
        SELECT c.id,
            (SELECT avg(GREATEST(
                CASE WHEN c.document @@ to_tsquery('french', w.stem) THEN 1.0 ELSE 0.0 END,
                CASE WHEN w.sound = ANY(c.sounds) THEN 0.9 ELSE 0.0 END,
                word_similarity(w.word, c.names)))
             FROM unnest(%(words)s::text[], %(stems)s::text[], %(sounds)s::text[]) AS w(word, stem, sound)
            ) AS coverage,
            ts_rank(c.document, to_tsquery('french', %(any)s)) AS rank,
            word_similarity(%(text)s, c.names) AS likeness
        FROM candidate c
    )
    SELECT {columns}
    FROM weight JOIN procedures_procedure p USING (id)
    WHERE weight.coverage >= %(enough)s
    ORDER BY weight.coverage + 0.5 * weight.rank + 0.5 * weight.likeness DESC, p.code
    LIMIT %(limit)s
"""
_WEIGHED = 200
_ENOUGH = 0.4
_SHORTEST_ALIKE = 4


def search(text: str, theme: str = "", audience: str = "", limit: int = MOST_FOUND) -> list[Entry]:
    """Procedures like the words typed, best first, in one indexed query; an empty text finds nothing.

    Blind to accents and case; forgives typing and hearing mistakes ("kasier judiciere"). Only when no word is
    known by its stem or its sound, a second query looks for words that look alike, which costs more.
    """
    words = words_of(text)
    if not words:
        return []
    values = _search_values(words, limit) | {"theme": [theme], "audience": [audience]}
    narrowed = _narrowed(theme, audience)
    return _matching(_KNOWN, narrowed, values) or _matching(_alike(words), narrowed, values)


def _matching(found: str, narrowed: str, values: dict[str, Any]) -> list[Entry]:
    if not found:
        return []
    columns = ", ".join(f"p.{c}" for c in _COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(_SEARCH.format(columns=columns, found=found, narrowed=narrowed), values)
        return [_entry(row) for row in cursor.fetchall()]


def _search_values(words: Sequence[str], limit: int) -> dict[str, Any]:
    # Folded words hold letters and digits alone: nothing in them is an operator of tsquery.
    stems = [f"{word}:*" if len(word) > 2 else word for word in words]
    alike = {f"word{rank}": word for rank, word in enumerate(words)}
    return alike | {
        "words": list(words),
        "stems": stems,
        "sounds": [sound(word) for word in words],
        "any": " | ".join(stems),
        "text": " ".join(words),
        "enough": _ENOUGH,
        "weighed": _WEIGHED,
        "limit": limit,
    }


_KNOWN = "p.document @@ to_tsquery('french', %(any)s) OR p.sounds && %(sounds)s::varchar[]"


def _alike(words: Sequence[str]) -> str:
    ranks = (rank for rank, word in enumerate(words) if len(word) >= _SHORTEST_ALIKE)
    return " OR ".join(f"%(word{rank})s <%% p.names" for rank in ranks)


def _narrowed(theme: str, audience: str) -> str:
    by_theme = "AND p.themes @> %(theme)s::varchar[]" if theme else ""
    by_audience = "AND p.audiences @> %(audience)s::varchar[]" if audience else ""
    return f"{by_theme} {by_audience}"


# --- life events --------------------------------------------------------------------


def bundle(event: LifeEvent) -> list[BundleStep]:
    """The steps of a life event in the order to take them, with what each is for. Two queries at most."""
    codes = [str(step["code"]) for step in event.steps]
    offered = {
        p.code: p
        for p in Procedure.objects.filter(code__in=codes, published=True)
        .select_related("current")
        .defer("current__content", "names", "about")
    }
    definitions = {code: p.current.definition for code, p in offered.items() if p.current}
    youngest = _youngest(definitions.values())
    return order_bundle([_step(step, offered, definitions) for step in event.steps], youngest)


def _step(
    step: dict[str, Any], offered: dict[str, Procedure], definitions: dict[str, Definition]
) -> BundleStep:
    code = str(step["code"])
    needs = [str(n) for n in step.get("needs", [])]
    if code not in offered:
        return BundleStep(code, str(step.get("title", code)), str(step.get("detail", "")), needs=tuple(needs))
    found = offered[code]
    needs += [n.code for n in needs_of(definitions[code])]
    facts = {"price": (found.price_least, found.price_most), "delay": found.delay}
    return BundleStep(code, found.title, found.summary, True, tuple(dict.fromkeys(needs)), facts=facts)


def _youngest(definitions: Iterable[Definition]) -> dict[str, int]:
    found: dict[str, int] = {}
    for definition in definitions:
        for need in needs_of(definition):
            if need.valid_months:
                found[need.code] = min(need.valid_months, found.get(need.code, need.valid_months))
    return found
