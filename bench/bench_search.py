"""Searches: the catalogue with misspelt words, and officers' cases by name and by number."""

from urllib.parse import urlencode

from bench.pages import METHOD, get, instance, measured, peers
from bench.report import Row, publish

GOAL = 60.0
WORDS = (
    "sertificat de residanse",
    "kasier judiciere",
    "extrai de nesance",
    "nasionalite",
    "permi de conduir",
    "ninea",
    "dëkkuwaay",
    "papier pour travailler",
)
NAMES = ("Ndiaye", "fatou diop", "moussa sow", "Coumba Cissé", "abdoulaye mane", "touré")


def run() -> None:
    """Measure and publish."""
    with instance() as found:
        base, rows = peers(found), list[Row]()
        references = _references(found.known["service"], 200)
        kinds = {
            "catalogue search": ("/demarches/", [""], WORDS),
            "case search by name": ("/dossiers/recherche/", found.officers, NAMES),
            "case search by number": ("/dossiers/recherche/", found.officers, references),
        }
        for name, (path, cookies, words) in kinds.items():
            asked = [f"{path}?{urlencode({'q': word})}" for word in words]
            people = list(cookies) * (32 // len(cookies))
            rows += measured(found, name, people, get(lambda n, a=asked: a[n % len(a)]), GOAL, base)  # type: ignore[misc]
    publish(
        "search",
        f"Search among {found.known['cases']:,} cases, and in the catalogue by misspelt words. {METHOD}",
        rows,
    )


def _references(service: int, count: int) -> list[str]:
    from smartsenegal.onestop.cases.models import Case

    rows = Case.objects.filter(service_id=service, reference__isnull=False).order_by("-submitted_at")
    return [str(r) for r in rows.values_list("reference", flat=True)[: count * 10 : 10]]
