"""What cases tell the country: figures by month, procedure, service and département, prepared as they happen.

Pages read these figures, never the cases. Each case has a mark of what was counted of it, so that an event
delivered twice, a job started again or a whole recount add nothing twice.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from smartsenegal.kernel.events.api import EventData, listen
from smartsenegal.kernel.identity.api import Organisation
from smartsenegal.kernel.indicators import api as indicators
from smartsenegal.kernel.territory.api import Territory
from smartsenegal.lib.text import plural, typography
from smartsenegal.onestop.cases import queries
from smartsenegal.onestop.cases.models import Case
from smartsenegal.onestop.cases.rules import OPEN
from smartsenegal.onestop.cases.rules.counting import CLOSED, EXAMINED, FILED, Fact, facts_to_count
from smartsenegal.onestop.procedures.api import Measured, Procedure, register_measure

FILED_SERIES = "cases.filed"
EXAMINED_SERIES = "cases.examined"
CLOSED_SERIES = "cases.closed"
LIVED_SERIES = "cases.delay"
LEGAL_SERIES = "cases.delay_legal"
COUNTED = (FILED_SERIES, EXAMINED_SERIES, CLOSED_SERIES, LIVED_SERIES, LEGAL_SERIES)
# How many are open, past their legal day without a decision, and untouched for long: counted now and then.
OPEN_SERIES = "cases.open"
SILENT_SERIES = "cases.silent"
STILL_SERIES = "cases.still"
STILL_DAYS = 15

_EVENTS = (
    "submitted", "corrections_requested", "reviewed", "assessed", "opinion_given", "visa_given",
    "visa_refused", "proposed", "granted", "refused", "deemed_granted", "deemed_refused", "withdrawn",
    "lapsed",
)  # fmt: skip
_CUTS = (
    (),
    ("region",),
    ("departement",),
    ("procedure",),
    ("procedure", "service"),
    ("procedure", "departement"),
)
_DIMS = {"procedure": "Démarche", "region": "Région"}
MONTHS = 12


def register() -> None:
    """Declare the series, name their values, and offer the measured delay to the procedures' sheets."""
    published = (*_CUTS, ("procedure", "region"))
    indicators.register_series(
        FILED_SERIES, "Demandes déposées", "demandes", _DIMS, public=True, cuts=published,
        about="Demandes envoyées au service compétent, au jour du dépôt.",
    )  # fmt: skip
    indicators.register_series(
        CLOSED_SERIES, "Demandes terminées", "demandes", {**_DIMS, "outcome": "Issue"}, public=True,
        cuts=published, kept=["outcome"],
        about="Au jour de la décision, du retrait ou de la clôture : accordées (granted), refusées "
        "(refused), retirées par le demandeur (withdrawn), closes sans les corrections demandées (lapsed).",
    )  # fmt: skip
    indicators.register_series(
        EXAMINED_SERIES, "Premier examen des demandes", "demandes",
        {"procedure": "Démarche", "result": "Résultat"}, public=True, cuts=_CUTS, kept=["result"],
        about="Demandes au premier examen d’un agent : complètes (complete), ou à corriger (invalid).",
    )  # fmt: skip
    indicators.register_series(
        LIVED_SERIES, "Délai constaté", "décisions", {"procedure": "Démarche"}, public=True, cuts=_CUTS,
        kept=[indicators.BUCKET],
        about="Du dépôt à la décision, corrections comprises ; au mois de la décision.",
    )  # fmt: skip
    indicators.register_series(
        LEGAL_SERIES, "Délai légal constaté", "décisions", {"procedure": "Démarche"}, public=True, cuts=_CUTS,
        kept=[indicators.BUCKET],
        about="Du dépôt complet à la décision, sans les jours où des corrections étaient attendues.",
    )  # fmt: skip
    for name, label in (
        (OPEN_SERIES, "Demandes en cours"),
        (SILENT_SERIES, "Demandes sans décision après l’échéance"),
        (STILL_SERIES, "Demandes sans aucun acte depuis longtemps"),
    ):
        indicators.register_series(name, label, "demandes")
    for dim, names in _NAMES.items():
        indicators.register_labels(dim, names)
    register_measure(measured)


def _procedures(codes: Sequence[str]) -> Mapping[str, str]:
    return dict(Procedure.objects.filter(code__in=codes).values_list("code", "title"))


def _services(codes: Sequence[str]) -> Mapping[str, str]:
    return dict(Organisation.objects.filter(code__in=codes).values_list("code", "name"))


def _places(codes: Sequence[str]) -> Mapping[str, str]:
    return dict(Territory.objects.filter(code__in=codes).values_list("code", "name"))


def _outcomes(codes: Sequence[str]) -> Mapping[str, str]:
    return {"granted": "Accordée", "refused": "Refusée", "withdrawn": "Retirée", "lapsed": "Close"}


def _results(codes: Sequence[str]) -> Mapping[str, str]:
    return {"complete": "Complète", "invalid": "À corriger"}


_NAMES = {
    "procedure": _procedures,
    "service": _services,
    "region": _places,
    "departement": _places,
    "outcome": _outcomes,
    "result": _results,
}


# --- counting --------------------------------------------------------------------------------


@transaction.atomic
def count(case_id: UUID | str) -> int:
    """Count what this case has not been counted for yet; returns how many facts were new."""
    subject = f"case:{case_id}"
    known = indicators.mark_of(subject)
    opened = queries.for_system(case_id)
    fresh = [f for f in facts_to_count(opened.view, opened.actions) if not known & f.bit]
    dims = _dims(opened.case)
    indicators.add_all(c for fact in fresh for c in _counts(fact, dims))
    indicators.set_mark(subject, known | sum(f.bit for f in fresh))
    return len(fresh)


def _dims(case: Case) -> dict[str, str]:
    places = [*case.territory_path.split("/"), "", "", ""]
    service = case.service.code if case.service else ""
    return {
        "procedure": case.procedure,
        "service": service,
        "region": places[1],
        "departement": places[2],
    }


def _counts(fact: Fact, dims: dict[str, str]) -> list[indicators.Count]:
    if fact.bit == FILED:
        return [indicators.Count(FILED_SERIES, fact.day, dims)]
    if fact.bit == EXAMINED:
        return [indicators.Count(EXAMINED_SERIES, fact.day, {**dims, "result": fact.says})]
    assert fact.bit == CLOSED
    ended = indicators.Count(CLOSED_SERIES, fact.day, {**dims, "outcome": fact.says})
    return [ended, *(_length(name, fact, dims) for name in fact.minutes)]


def _length(name: str, fact: Fact, dims: dict[str, str]) -> indicators.Count:
    series = {"lived": LIVED_SERIES, "legal": LEGAL_SERIES}[name]
    bucket = indicators.rules.bucket_of(fact.minutes[name])
    return indicators.Count(series, fact.day, {**dims, indicators.BUCKET: str(bucket)})


def _count_event(event: EventData) -> None:
    if event.payload.get("reference"):  # what happens to drafts is nobody's business
        count(event.subject.partition(":")[2])


for _kind in _EVENTS:
    listen(f"case.{_kind}", name=f"cases.count:case.{_kind}")(_count_event)


def recount(batch: int = 500) -> int:
    """Count all cases anew from their actions, a batch at a time; returns how many cases were read.

    May run beside the platform: what is counted meanwhile is counted once.
    """
    indicators.forget(COUNTED, "case")
    read, after = 0, None
    while ids := _filed_after(after, batch):
        for case_id in ids:
            count(case_id)
        read, after = read + len(ids), ids[-1]
    return read


def _filed_after(after: UUID | None, limit: int) -> list[UUID]:
    rows = Case.objects.exclude(submitted_at=None)
    if after:
        rows = rows.filter(pk__gt=after)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


# --- what stands today -------------------------------------------------------------------------

_STANDING = f"""
    SELECT c.procedure, coalesce(o.code, ''), count(*),
        count(*) FILTER (WHERE c.due_on < %s),
        count(*) FILTER (WHERE c.updated_at < %s AND c.waiting_for NOT IN ('person', 'payment'))
    FROM {Case._meta.db_table} c LEFT JOIN {Organisation._meta.db_table} o ON o.id = c.service_id
    WHERE c.state = ANY(%s) GROUP BY 1, 2
"""  # noqa: S608 - our own tables


def count_standing(now: datetime | None = None) -> None:
    """Publish, by procedure and service, how many cases are open, silent and still.

    Silent: the legal day is past and there is no decision. Still: nobody has done anything for `STILL_DAYS`
    days though the applicant is not the one awaited.
    """
    moment = now or timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _STANDING, [timezone.localdate(moment), moment - timedelta(days=STILL_DAYS), sorted(OPEN)]
        )
        rows = cursor.fetchall()
    for rank, name in enumerate((OPEN_SERIES, SILENT_SERIES, STILL_SERIES), 2):
        values = [({"procedure": r[0], "service": r[1]}, int(r[rank])) for r in rows if r[rank]]
        indicators.publish_state(name, moment, values)


# --- what the sheet of a procedure says --------------------------------------------------------


def measured(code: str, today: date | None = None) -> Measured:
    """The delay people have really waited for this procedure, with the number of decisions behind it."""
    last = (today or timezone.localdate()).replace(day=1)
    since = indicators.rules.months_back(last, MONTHS - 1)
    found = indicators.histograms(LIVED_SERIES, ("procedure",), since, last, head=code)
    return _told(found.get((code,), {}))


def _told(histogram: Mapping[int, int]) -> Measured:
    rules = indicators.rules
    known = rules.total(histogram)
    ninth, half = rules.at_most(histogram, 90), rules.at_most(histogram, 50)
    if known < rules.MEASURED_FROM or ninth is None or half is None:
        note = f"Il en faut {rules.MEASURED_FROM} décidées en {MONTHS} mois."
        return Measured("Pas encore assez de demandes", note)
    decided = plural(known, "demande décidée", "demandes décidées")
    note = (
        f"pour 9 demandes sur 10 ; la moitié en {rules.duration_words(half)}. Du dépôt à la décision, "
        f"corrections comprises, sur {decided} en {MONTHS} mois."
    )
    return Measured(f"{rules.duration_words(ninth)} au plus", typography(note))
