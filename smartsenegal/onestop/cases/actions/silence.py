"""Legal silence: notice by the applicant, what the law makes of no decision, the act of the State."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.onestop.cases import moment, queries
from smartsenegal.onestop.cases.actions.base import Content, Done, perform
from smartsenegal.onestop.cases.actions.circuit import count_as_favourable
from smartsenegal.onestop.cases.actions.names import in_whose_name
from smartsenegal.onestop.cases.actions.system import worker
from smartsenegal.onestop.cases.actions.tasks import name_of
from smartsenegal.onestop.cases.errors import CaseRefused
from smartsenegal.onestop.cases.models import Case, CaseTask
from smartsenegal.onestop.cases.rules import SUBSTITUTION, CaseView, Kind, Line


def put_on_notice(
    case_id: UUID | str, by: Principal, *, version: int | None = None, request_key: str = ""
) -> Done:
    """Put the authority on notice to decide, once its delay is over; raises as `base.perform`."""
    return perform(case_id, by, "put_on_notice", version=version, request_key=request_key)


def deem(case_id: UUID | str) -> Done | None:
    """Write down what the law makes of silence, with the clock's reasoning; None when it decides nothing.

    The reasoning is kept as it was printed that day: a decree that moves a holiday later changes no more
    what was deemed.
    """
    silent = queries.for_system(case_id).view.silence
    if silent is None:
        return None
    kind: Kind = "deemed_granted" if silent.effect == "granted" else "deemed_refused"
    try:
        return perform(case_id, worker(), kind, _reasoned, request_key="silence")
    except CaseRefused:
        return None


def _reasoned(case: Case, view: CaseView) -> Content:
    assert view.silence is not None
    assert view.silence.takes_effect_on is not None
    on = view.silence.takes_effect_on.isoformat()
    return Content({"on": on, "source": view.silence.rule.source, "lines": lines_of(view.reasoning)})


def lines_of(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """The reasoning as an action keeps it."""
    return [
        {"on": x.on.isoformat(), "until": x.until.isoformat() if x.until else None, "text": x.text}
        for x in lines
    ]


def request_act(
    case_id: UUID | str, by: Principal, *, version: int | None = None, request_key: str = ""
) -> Done:
    """Ask the State's representative for the act of a request deemed granted (décret 2020-1463)."""
    return perform(case_id, by, "act_requested", version=version, request_key=request_key)


def substitute(
    case_id: UUID | str, by: Principal, *, version: int | None = None, request_key: str = ""
) -> Done:
    """Sign, for the State, the act of a request deemed granted; a job makes it."""

    def make(case: Case, view: CaseView) -> Content:
        tasks = CaseTask.objects.filter(case_id=case.pk, step=SUBSTITUTION)
        service = tasks.values_list("service_id", flat=True).get()
        plain = {"step": SUBSTITUTION, "service": service, "service_name": name_of(service)}
        return Content({**plain, **in_whose_name(case, by, service, SUBSTITUTION)})

    step = {"step": SUBSTITUTION}
    return perform(case_id, by, "substituted", make, target=step, version=version, request_key=request_key)


def record_attestation(case_id: UUID | str, act_id: str, number: str) -> Done:
    """Note that the attestation of a tacit grant was made; raises CaseRefused when none is awaited."""
    content = Content({"act": act_id, "number": number})
    return perform(case_id, worker(), "attested", content, request_key=f"attested:{act_id}")


def hear_silence() -> None:
    """Write down what the texts make of silence up to yesterday: opinions first, then decisions.

    Each case in its own transaction: cut and started again, the rest follows.
    """
    today = moment.today()
    while silent := queries.silent_opinions(today):
        heard = [count_as_favourable(case_id, step) for case_id, step in silent]
        if not any(heard):
            break
    while decided := queries.silent_before(today):
        deemed = [deem(case_id) for case_id in decided]
        if not any(deemed):
            break
