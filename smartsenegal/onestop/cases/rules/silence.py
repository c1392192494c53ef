"""What the absence of a decision leads to: notice, effect, and the reasoning to print.

The notice that an applicant gives is possible once the legal delay is over only; it runs whole, without any
suspension, since an authority that is late cannot give itself time (décret 2009-1450, report: decision in 28
or 40 days, notice, then 30 days).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from smartsenegal.lib.dates import Calendar, format_date
from smartsenegal.lib.text import typography as _
from smartsenegal.onestop.cases.rules import clock as legal
from smartsenegal.onestop.cases.rules.clock import Clock, Line
from smartsenegal.onestop.cases.rules.facts import Outcome
from smartsenegal.onestop.cases.rules.record import Record
from smartsenegal.onestop.procedures.definition import Definition, Silence
from smartsenegal.onestop.procedures.rules import delay_words

_DAY = timedelta(days=1)
EFFECTS = {"granted": "accord tacite", "refused": "refus tacite"}


@dataclass(frozen=True)
class Silent:
    """What silence means in this case.

    `notice_from` is the first day on which the applicant may put the authority on notice, `ends_on` the last
    day on which it may still decide; None while they are not known.
    """

    rule: Silence
    notice: Clock | None = None
    notice_from: date | None = None
    ends_on: date | None = None
    act_due: date | None = None  # last day of the State's representative, once asked

    @property
    def effect(self) -> Outcome:
        return self.rule.effect

    @property
    def takes_effect_on(self) -> date | None:
        """The first day on which the decision is deemed made."""
        return self.ends_on + _DAY if self.ends_on else None


def silence_of(definition: Definition, record: Record, clock: Clock, calendar: Calendar) -> Silent | None:
    """What silence leads to, or None when the texts of the procedure say nothing of it."""
    rule = definition.silence
    if rule is None or record.filing is None:
        return None
    act_due = _act_due(rule, record, calendar)
    if rule.notice is None:
        return Silent(rule, ends_on=clock.due, act_due=act_due)
    if record.notice_at is None:
        return Silent(rule, notice_from=clock.due and clock.due + _DAY, act_due=act_due)
    stopped = record.decision.at if record.decision else record.ended_at
    notice = legal.read(rule.notice, record.notice_at, (), stopped, calendar)
    return Silent(rule, notice, ends_on=notice.due, act_due=act_due)


def _act_due(rule: Silence, record: Record, calendar: Calendar) -> date | None:
    if record.requested_at is None or rule.substitute is None or rule.substitute.amount is None:
        return None
    return calendar.add(legal.day_of(record.requested_at), rule.substitute.amount, rule.substitute.unit)


# --- in words ------------------------------------------------------------------------


def silence_lines(record: Record, silent: Silent | None) -> list[Line]:
    """The part of the reasoning that silence adds, in the order of the days."""
    if silent is None:
        return []
    lines = []
    if silent.notice and silent.notice.started_at:
        words = delay_words(silent.notice.delay)
        day = legal.day_of(silent.notice.started_at)
        lines.append(Line(day, None, _(f"Mise en demeure par le demandeur : {words} pour décider")))
        if silent.ends_on:
            lines.append(Line(silent.ends_on, None, "Fin du délai de la mise en demeure"))
    tacit = record.decision and record.decision.tacit
    if silent.takes_effect_on and (tacit or not record.decision) and not record.ended:
        lines.append(Line(silent.takes_effect_on, None, _(f"Sans décision : {EFFECTS[silent.effect]}")))
    if record.requested_at:
        day = legal.day_of(record.requested_at)
        lines.append(Line(day, None, "Acte demandé au représentant de l’État"))
    if silent.act_due:
        lines.append(Line(silent.act_due, None, "Dernier jour du représentant de l’État"))
    return lines


def in_one_sentence(lines: Iterable[Line]) -> str:
    """The reasoning as an act prints it: « Le 3 mars 2026 : dépôt complet … ; … »."""
    return _(" ; ".join(f"{_when(line)} : {line.text[0].lower()}{line.text[1:]}" for line in lines) + ".")


def _when(line: Line) -> str:
    if line.until:
        return f"du {format_date(line.on)} au {format_date(line.until)}"
    return f"le {format_date(line.on)}"
