"""The interfaces of TM Forum as a customer's system uses them, with the token of its organisation."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from smartsenegal.cable.capacity import actions
from smartsenegal.cable.capacity.models import Order, Quote, Service
from tests.cable.wholesale import world
from tests.cable.wholesale.world import SYSTEM
from tests.onestop.cases.partner import token_of

ROOT = "/api/v1/tmf-api"
QUALIFY = f"{ROOT}/serviceQualificationManagement/v4/checkServiceQualification"
QUOTE = f"{ROOT}/quoteManagement/v4/quote"
ORDER = f"{ROOT}/productOrderingManagement/v4/productOrder"
CANCEL = f"{ROOT}/productOrderingManagement/v4/cancelProductOrder"
PRODUCT = f"{ROOT}/productInventory/v4/product"
OFFERING = f"{ROOT}/productCatalogManagement/v4/productOffering"


class System:
    """A customer's system."""

    def __init__(self, token: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {token}"})

    def __call__(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        data = "" if body is None else json.dumps(body)
        return self.client.generic(method, path, data, "application/json", headers=headers)


@pytest.fixture
def system(market: Any) -> System:
    return System(token_of(market.operator, ["cable.buy"]))


def said(gbps: int, term: int = 12, **more: int) -> list[dict[str, Any]]:
    return [{"name": n, "value": v} for n, v in {"bandwidth": gbps, "term": term, **more}.items()]


def quote_body(product: Any, gbps: int, **more: int) -> dict[str, Any]:
    item = {
        "productOffering": {"id": str(product.pk)},
        "product": {"productCharacteristic": said(gbps, **more)},
    }
    return {"quoteItem": [item]}


def told(answer: Any, status: int) -> Any:
    assert answer.status_code == status, answer.content
    return answer.json()


def test_anyone_reads_the_catalogue_by_page_and_by_field(market: Any) -> None:
    client = Client()
    answer = client.get(OFFERING, {"offset": 1, "limit": 2, "fields": "name"})
    assert (answer["X-Total-Count"], answer["X-Result-Count"]) == ("4", "2")
    assert set(answer.json()[0]) == {"id", "href", "@type", "name"}
    found = told(client.get(f"{OFFERING}/{market.iru.pk}"), 200)
    assert found["href"].endswith(f"{OFFERING}/{market.iru.pk}")
    assert (found["@type"], found["lifecycleStatus"], found["isSellable"]) == (
        "ProductOffering",
        "Active",
        True,
    )
    price = told(client.get(_path(found)), 200)
    assert (price["priceType"], price["recurringChargePeriodType"]) == ("recurring", "year")
    assert price["price"] == {"unit": "XOF", "value": 1_200_000}
    kinds = told(client.get(f"{ROOT}/serviceCatalogManagement/v4/serviceSpecification"), 200)
    assert [k["id"] for k in kinds] == ["lease", "iru", "transit"]
    for path in (
        f"{OFFERING}/0",
        f"{OFFERING}/x",
        f"{OFFERING}Price/1",
        f"{ROOT}/serviceCatalogManagement/v4/x",
    ):
        assert client.get(path).status_code == 404


def _path(found: Any) -> str:
    href: str = found["productOfferingPrice"][1]["href"]
    return href[href.index("/api/") :]


def test_a_system_asks_orders_follows_and_ends(system: System, market: Any) -> None:
    asked = {"productOffering": {"id": str(market.safe.pk)}, "service": {"serviceCharacteristic": said(41)}}
    answer = told(system("POST", QUALIFY, {"serviceQualificationItem": [asked]}), 201)
    item = answer["serviceQualificationItem"][0]
    assert (answer["state"], answer["qualificationResult"]) == ("done", "unqualified")
    assert "Liaison direct" in item["eligibilityUnavailabilityReason"][0]["label"]
    assert item["alternateServiceProposal"] == [{"name": "bandwidth", "value": 40}]
    assert told(system("GET", f"{QUALIFY}/{answer['id']}"), 200) == answer
    refused = told(system("POST", QUOTE, quote_body(market.safe, 41), "k0"), 409)
    assert "Liaison direct" in refused["detail"]
    assert len(told(system("GET", QUALIFY), 200)) == 2

    body = quote_body(market.plain, 10)
    first, again = (told(system("POST", QUOTE, body, "k1"), 201) for _ in range(2))
    assert first == again
    assert Quote.objects.count() == 1
    assert (first["state"], first["@type"]) == ("approved", "Quote")
    assert first["quoteItem"][0]["quoteItemPrice"][0]["price"]["value"] == 10_000_000
    wrong = told(system("POST", ORDER, _order(first, "modify")), 422)
    assert wrong["errors"][0]["pointer"] == "/body/action"
    order = told(system("POST", ORDER, _order(first), "k2"), 201)
    assert told(system("POST", ORDER, _order(first), "k2"), 201) == order
    assert (order["state"], Order.objects.count()) == ("acknowledged", 1)
    assert told(system("POST", ORDER, _order(first)), 409)["detail"] == "Ce devis est déjà décidé."

    world.delivered(Order.objects.get(), timezone.localdate())
    done = told(system("GET", f"{ORDER}/{order['id']}"), 200)
    service = done["productOrderItem"][0]["product"]["id"]
    assert done["state"] == "completed"
    product = told(system("GET", f"{PRODUCT}/{service}"), 200)
    assert (product["status"], product["operationalState"]) == ("active", "unknown")

    change = {
        "quoteItem": [{"action": "modify", "product": {"id": service, "productCharacteristic": said(30)}}]
    }
    quoted = told(system("POST", QUOTE, change), 201)
    assert told(system("PATCH", f"{QUOTE}/{quoted['id']}", {"state": "accepted"}), 200)["state"] == "accepted"
    going = told(system("GET", f"{ORDER}?state=acknowledged"), 200)
    assert [o["productOrderItem"][0]["action"] for o in going] == ["modify"]
    given_up = {"productOrder": {"id": going[0]["id"]}, "cancellationReason": "Plus besoin"}
    for empty in ("\0", " ", "\u202e"):
        bad = told(system("POST", CANCEL, {**given_up, "cancellationReason": empty}), 422)
        assert bad["errors"][0]["pointer"] == "/body/cancellationReason"
    assert told(system("POST", CANCEL, given_up), 201)["productOrderState"] == "cancelled"

    ending = {"productOrderItem": [{"action": "delete", "product": {"id": service}}]}
    assert told(system("POST", ORDER, ending), 422)["errors"][0]["pointer"] == "/body/requestedCompletionDate"
    day = timezone.localdate() + timedelta(days=40)
    end = told(system("POST", ORDER, {**ending, "requestedCompletionDate": str(day)}), 201)
    assert (end["id"][:2], end["state"]) == ("R-", "inProgress")
    assert end["productOrderItem"][0]["itemPrice"][0]["price"]["value"] > 0
    actions.close_ended(day)
    assert told(system("GET", f"{ORDER}/{end['id']}"), 200)["state"] == "completed"
    assert told(system("GET", f"{ORDER}/{order['id']}"), 200)["state"] == "completed"
    assert told(system("GET", f"{PRODUCT}/{service}?fields=status"), 200)["status"] == "terminated"


def _order(quote: Any, action: str = "add") -> dict[str, Any]:
    return {"quote": [{"id": quote["id"]}], "productOrderItem": [{"action": action}]}


def test_what_is_another_s_is_not_there_and_a_right_is_needed(system: System, market: Any) -> None:
    found = actions.ask(market.other_by, market.other, actions.Wish(market.plain, 1, 12))
    assert found.quote is not None
    order = world.delivered(actions.accept(market.other_by, found.quote), date(2024, 1, 11))
    service = Service.objects.get()
    for path in (
        f"{QUALIFY}/{found}", f"{QUOTE}/{found.quote.number}", f"{ORDER}/{order}", f"{PRODUCT}/{service}",
        f"{ORDER}/R-1", f"{ORDER}/C-x",
    ):  # fmt: skip
        assert system("GET", path).status_code == 404, path
    assert system("PATCH", f"{QUOTE}/{found.quote.number}", {"state": "accepted"}).status_code == 404
    ordered = {"quote": [{"id": found.quote.number}], "productOrderItem": [{"action": "add"}]}
    change = {
        "quoteItem": [{"action": "modify", "product": {"id": str(service), "productCharacteristic": said(2)}}]
    }
    ending = {"productOrderItem": [{"action": "delete", "product": {"id": str(service)}}]}
    for path, body in ((ORDER, ordered), (QUOTE, change), (ORDER, ending)):
        assert "Vous n’avez pas" in told(system("POST", path, body), 422)["errors"][0]["detail"]
    assert told(system("GET", ORDER), 200) == []
    without = System(token_of(market.other, ["webhooks.manage"], name="Sans droit"))
    assert "cable.buy" in told(without("GET", QUOTE), 403)["detail"]
    assert Client().get(QUOTE).status_code == 401


def test_a_quote_that_expired_is_a_conflict(system: System, market: Any) -> None:
    quote = told(system("POST", QUOTE, quote_body(market.transit, 1, port=10)), 201)
    now = timezone.now()
    Quote.objects.update(made_at=now - timedelta(days=9), expires_at=now)
    assert "a expiré avant la signature" in told(system("POST", ORDER, _order(quote)), 409)["detail"]
    assert (
        told(system("POST", QUOTE, quote_body(market.transit, 1)), 422)["errors"][0]["pointer"]
        == "/body/port_gbps"
    )
    assert not Order.objects.exists()
    assert actions.cancel_quote(SYSTEM, Quote.objects.get()).state == "cancelled"
