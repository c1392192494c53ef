"""What may be proposed."""

from dataclasses import replace

from smartsenegal.onestop.cases.rules import fault_of_proposal
from smartsenegal.onestop.procedures.definition import Field, Option
from tests.onestop.cases.samples import PLAIN


def test_a_decision_field_that_is_not_asked_is_not_missing() -> None:
    fields = (
        Field(
            "result", "choice", "Résultat", options=(Option("none", "Néant"), Option("some", "Inscriptions"))
        ),
        Field("entries", "long_text", "Condamnations", when={"field": "result", "is": "some"}),
    )
    definition = replace(PLAIN, decision_fields=fields)
    assert fault_of_proposal(definition, "granted", [], "", {"result": "none"}) is None
    fault = fault_of_proposal(definition, "granted", [], "", {"result": "some"})
    assert fault is not None
    assert "Condamnations" in fault
