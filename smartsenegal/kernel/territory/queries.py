"""Find places: by code, by name however it is typed, by what encloses them."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Func, QuerySet, TextField

from smartsenegal.kernel.territory.models import Figure, Territory
from smartsenegal.lib.text import fold, squeeze

ALL_KINDS = ("region", "departement", "commune", "post")
MAX_QUERY = 80
# Below this, `word_similarity` pairs words that only share a few letters.
_ALIKE = 0.5


class Unaccented(Func):
    """French order without ICU: letters compared without accents and case."""

    function = "f_unaccent"
    output_field = TextField()


def get(code: str) -> Territory:
    """The territory with this code; raises Territory.DoesNotExist."""
    return Territory.objects.get(pk=code)


def find(code: str) -> Territory | None:
    """The territory with this code, or None."""
    return Territory.objects.filter(pk=code).first() if _is_code(code) else None


def _is_code(text: str) -> bool:
    # What comes from an address is not for PostgreSQL when it holds a NUL.
    return text.isprintable()


def label(code: str) -> str:
    """Its name, with the département where several communes bear it; the code itself when unknown."""
    found = Territory.objects.filter(pk=code).values_list("label", flat=True).first()
    return found or code


def children(code: str) -> QuerySet[Territory]:
    """Places directly below, in French alphabetical order."""
    return Territory.objects.filter(parent_id=code).order_by(Unaccented("name"))


def of_kind(kind: str) -> QuerySet[Territory]:
    """All places of one kind, in French alphabetical order."""
    return Territory.objects.filter(kind=kind).order_by(Unaccented("name"), "code")


def above(territory: Territory) -> list[Territory]:
    """What encloses a place, nearest first, without the place itself."""
    codes = territory.path.split("/")[:-1]
    found = Territory.objects.in_bulk(codes)
    return [found[code] for code in reversed(codes)]


def figures(code: str) -> QuerySet[Figure]:
    """Figures about a place, newest first."""
    return Figure.objects.filter(territory_id=code).order_by("name", "-year", "source")


# 0 whole name, 1 start of a name, 2 start of a word, 3 words among its and its enclosing names, 4 alike;
# then those of which more enclosing places bear the name: "dakar" gives the communes of the Ville de Dakar.
# Where a name answers, what is alike or lies around is left out: "thies" is neither Thiénaba nor Tassete.
_SEARCH = """
    SELECT * FROM (SELECT *, min(nearness) OVER () AS nearest FROM (SELECT *, CASE
        WHEN search LIKE %(whole)s OR search LIKE %(squeezed_whole)s THEN 0
        WHEN search LIKE %(start)s OR search LIKE %(squeezed_start)s THEN 1
        WHEN search LIKE %(word)s THEN 2
        WHEN search || context LIKE ALL(%(words)s) THEN 3
        ELSE 4 END AS nearness
    FROM territory_territory
    WHERE kind = ANY(%(kinds)s) AND (
        search LIKE %(squeezed_start)s OR search LIKE %(word)s OR search LIKE %(start)s
        OR search || context LIKE ALL(%(words)s)
        OR word_similarity(%(text)s, search) >= %(alike)s
    )) found) ranked
    WHERE nearness <= 2 OR nearness = nearest OR (nearness = 3 AND context LIKE %(town)s)
    ORDER BY nearness, search LIKE ANY(%(words)s) DESC,
        length(replace(context, %(text)s, '')) - length(context),
        word_similarity(%(text)s, search) DESC, f_unaccent(label), code
    LIMIT %(limit)s
"""


def search(text: str, kinds: Sequence[str] = ALL_KINDS, limit: int = 10) -> list[Territory]:
    """Places whose name or alias is like `text`, nearest first; an empty text finds nothing.

    Blind to accents, case, hyphens and apostrophes; forgives typing errors; further words may name what
    encloses the place ("velingara ranerou").
    """
    folded = fold(text[:MAX_QUERY])
    if not folded:
        return []
    return list(Territory.objects.raw(_SEARCH, _parameters(folded, kinds, limit)))


def _parameters(folded: str, kinds: Sequence[str], limit: int) -> dict[str, Any]:
    # Folded text holds letters, digits and spaces alone: nothing in it is a wildcard of LIKE.
    squeezed = squeeze(folded)
    return {
        "text": folded,
        "whole": f"%\n{folded}\n%",
        "start": f"%\n{folded}%",
        "squeezed_whole": f"%\n{squeezed}\n%",
        "squeezed_start": f"%\n{squeezed}%",
        "word": f"% {folded}%",
        "town": f"%ville de {folded}%",
        "words": [f"%{word}%" for word in folded.split()],
        "kinds": list(kinds),
        "alike": _ALIKE,
        "limit": limit,
    }


def resolve(text: str, kinds: Sequence[str] = ("commune",)) -> Territory | None:
    """The one place that a typed or picked text names: its code, its label, or a name of it alone.

    None when nothing bears that name, or several do: then `search` gives what to choose from.
    """
    if not _is_code(text):
        return None
    exact = Territory.objects.filter(pk=text.strip()[:60], kind__in=kinds).first()
    if exact or not squeeze(text):
        return exact
    line = f"\n{squeeze(text[:200])}\n"
    found = list(Territory.objects.filter(kind__in=kinds, search__contains=line)[:2])
    return found[0] if len(found) == 1 else None


def paths(codes: Sequence[str]) -> dict[str, str]:
    """Path of each known code, in one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, path FROM territory_territory WHERE code = ANY(%s)", [list(codes)])
        return dict(cursor.fetchall())
