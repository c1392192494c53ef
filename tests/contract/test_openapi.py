"""The API keeps what its OpenAPI document promises, whatever is sent to it."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

if TYPE_CHECKING:
    from tests.contract.citizen import Citizen

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"
OPERATIONS = [
    "GET /api/v1/demarches",
    "GET /api/v1/demarches/{code}",
    "GET /api/v1/portail",
    "GET /api/v1/portail/{collection}.csv",
    "POST /api/v1/portail/demarches",
    "GET /api/v1/dossiers",
    "GET /api/v1/dossiers/noms",
    "POST /api/v1/dossiers",
    "GET /api/v1/dossiers/{case_id}",
    "PUT /api/v1/dossiers/{case_id}/reponses",
    "POST /api/v1/dossiers/{case_id}/pieces/{piece}",
    "DELETE /api/v1/dossiers/{case_id}/pieces/{piece}/{file}",
    "POST /api/v1/dossiers/{case_id}/envoi",
    "POST /api/v1/dossiers/{case_id}/corrections",
    "POST /api/v1/dossiers/{case_id}/retrait",
    "GET /api/v1/instruction/dossiers",
    "GET /api/v1/instruction/attendus",
    "GET /api/v1/instruction/dossiers/{case_id}",
    "GET /api/v1/instruction/dossiers/{case_id}/pieces/{file}",
    "GET /api/v1/instruction/dossiers/{case_id}/acte",
    "POST /api/v1/instruction/dossiers/{case_id}/prise-en-charge",
    "POST /api/v1/instruction/dossiers/{case_id}/corrections",
    "POST /api/v1/instruction/dossiers/{case_id}/recevabilite",
    "POST /api/v1/instruction/dossiers/{case_id}/avis/{step}",
    "POST /api/v1/instruction/dossiers/{case_id}/visa/{step}",
    "POST /api/v1/instruction/dossiers/{case_id}/montant/{step}",
    "POST /api/v1/instruction/dossiers/{case_id}/proposition",
    "POST /api/v1/instruction/dossiers/{case_id}/signature",
    "POST /api/v1/instruction/dossiers/{case_id}/renvoi",
    "GET /api/v1/webhooks",
    "POST /api/v1/webhooks",
    "GET /api/v1/webhooks/{endpoint_id}/envois",
    "PATCH /api/v1/webhooks/{endpoint_id}",
    "POST /api/v1/webhooks/{endpoint_id}/envois/{outgoing_id}/renvoi",
    "POST /api/v1/webhooks/{endpoint_id}/secret",
    "POST /api/v1/webhooks/{endpoint_id}/arret",
    "POST /api/v1/webhooks/{endpoint_id}/reprise",
    "GET /api/v1/tmf-api/productCatalogManagement/v4/productOffering",
    "GET /api/v1/tmf-api/productCatalogManagement/v4/productOffering/{offering_id}",
    "GET /api/v1/tmf-api/productCatalogManagement/v4/productOfferingPrice",
    "GET /api/v1/tmf-api/productCatalogManagement/v4/productOfferingPrice/{price_id}",
    "GET /api/v1/tmf-api/serviceCatalogManagement/v4/serviceSpecification",
    "GET /api/v1/tmf-api/serviceCatalogManagement/v4/serviceSpecification/{kind}",
    "POST /api/v1/tmf-api/serviceQualificationManagement/v4/checkServiceQualification",
    "GET /api/v1/tmf-api/serviceQualificationManagement/v4/checkServiceQualification",
    "GET /api/v1/tmf-api/serviceQualificationManagement/v4/checkServiceQualification/{qualification_id}",
    "POST /api/v1/tmf-api/quoteManagement/v4/quote",
    "GET /api/v1/tmf-api/quoteManagement/v4/quote",
    "GET /api/v1/tmf-api/quoteManagement/v4/quote/{quote_id}",
    "PATCH /api/v1/tmf-api/quoteManagement/v4/quote/{quote_id}",
    "POST /api/v1/tmf-api/productOrderingManagement/v4/productOrder",
    "GET /api/v1/tmf-api/productOrderingManagement/v4/productOrder",
    "GET /api/v1/tmf-api/productOrderingManagement/v4/productOrder/{order_id}",
    "POST /api/v1/tmf-api/productOrderingManagement/v4/cancelProductOrder",
    "GET /api/v1/tmf-api/productInventory/v4/product",
    "GET /api/v1/tmf-api/productInventory/v4/product/{product_id}",
]
RIGHT, WRONG = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
# What takes nothing, or any text, cannot be asked wrongly.
ALWAYS_RIGHT = {
    "GET /api/v1/dossiers/noms",
    "GET /api/v1/demarches/{code}",
    "GET /api/v1/portail",
    "GET /api/v1/portail/{collection}.csv",
}
# Lists and readings of the cable take the same page and fields: asked wrongly, one speaks for all.
SAME = [o for o in OPERATIONS if o.startswith("GET") and "/tmf-api/" in o and not o.endswith("/v4/quote")]
EVERY = [(o, m) for o in OPERATIONS for m in (RIGHT, WRONG) if m is RIGHT or o not in {*ALWAYS_RIGHT, *SAME}]
REAL = [(o, m) for o, m in EVERY if "{" in o and "/webhooks/" not in o]
# The acts of an office share one door: on a case of nobody, one of them speaks for all.
# So do the readings of the cable: on what is nobody's, each answers as the others.
MODES = [
    (o, m)
    for o, m in EVERY
    if ("/instruction/dossiers/" not in o or o.endswith("/signature"))
    and not ("/tmf-api/" in o and "{" in o and not o.startswith("PATCH"))
]
bounded = settings(
    max_examples=5,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def test_the_document_is_valid_openapi(api: Any) -> None:
    api.validate()
    raw = api.raw_schema
    assert raw["openapi"] == "3.1.0"
    assert raw["info"]["title"] == "Smart Sénégal"


def test_every_operation_says_what_it_does_and_what_it_refuses(api: Any) -> None:
    for path, operations in api.raw_schema["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation.get("summary"), where
            errors = {s: r for s, r in operation["responses"].items() if s[0] in "45"}
            assert all(PROBLEM in r["content"] for r in errors.values()), where
            assert ("401" in errors) == ("security" in operation), where
            assert ("404" in errors) >= ("{" in path), where


def test_every_operation_is_attacked(api: Any) -> None:
    """A new one is added to the list above."""
    served = [f"{m.upper()} {path}" for path, found in api.raw_schema["paths"].items() for m in found]
    assert sorted(served) == sorted(OPERATIONS)


@pytest.mark.parametrize(("operation", "mode"), MODES, ids=lambda value: str(value).rpartition(".")[2])
def test_whatever_is_sent_the_answer_is_as_promised(
    api: Any, citizen: "Citizen", operation: str, mode: GenerationMode
) -> None:
    """Addresses of nothing, broken bodies, wrong types: documented answers, never a fault of the server."""
    attack(api, operation, mode, lambda case: held(case, citizen))


@pytest.mark.parametrize(("operation", "mode"), REAL, ids=lambda value: str(value).rpartition(".")[2])
def test_on_a_real_request_too(api: Any, citizen: "Citizen", operation: str, mode: GenerationMode) -> None:
    """The same on what exists and is one's own; the address being right, only the rest can be wrong."""
    attack(api, operation, mode, lambda case: held(citizen.known(case), citizen, mode_holds=mode is RIGHT))


def attack(
    api: Any, operation: str, mode: GenerationMode, held_by: Callable[[schemathesis.Case], None]
) -> None:
    method, path = operation.split(" ")

    @bounded
    @given(case=api[path][method].as_strategy(generation_mode=mode))
    def run(case: schemathesis.Case) -> None:
        held_by(case)

    run()


def held(case: schemathesis.Case, citizen: "Citizen", *, mode_holds: bool = True) -> None:
    headers = citizen.headers_for(case.path)
    response = case.call(headers=headers)
    excluded = [] if mode_holds else [negative_data_rejection]
    if headers is citizen.office:
        # A cursor, a step or a reason is right or wrong by what the case is, which no schema tells.
        excluded = [negative_data_rejection, positive_data_acceptance]
    case.validate_response(response, headers=headers, excluded_checks=excluded)
    if response.status_code >= 400:
        is_a_problem(response)


def is_a_problem(response: Any) -> None:
    """RFC 9457: its type, and members that agree with the answer."""
    assert response.headers["content-type"] == [PROBLEM], response.headers
    told = json.loads(response.content)
    assert told["status"] == response.status_code
    assert told["title"]
    for fault in told.get("errors", []):
        assert fault["pointer"].startswith("/")
        assert fault["detail"]
