"""The API in another's name: the same guards, limits and notices as on the pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity import actions as identity
from smartsenegal.kernel.identity.models import Membership
from smartsenegal.kernel.notifications.models import Message
from smartsenegal.onestop.cases.models import Case
from tests.jobs import drain
from tests.onestop.cases.samples import ANSWERS
from tests.onestop.cases.test_rest import ROOT, Api
from tests.onestop.cases.world import picture

FREE = "certificat-gratuit"


@pytest.fixture
def mandate(world) -> Any:
    """Awa lets Modou do one request of this procedure."""
    ends_on = timezone.localdate() + timedelta(days=30)
    return identity.give_mandate(
        world.awa, world.account(world.modou), ends_on=ends_on, procedures=[FREE], max_requests=1
    )


@pytest.fixture
def teranga(world) -> Any:
    """A company of Awa's, in which Modou may file."""
    made = identity.open_organisation(
        world.awa, kind="company", name="Teranga SARL", territory=world.country, registration=""
    )
    Membership.objects.create(account=world.account(world.modou), organisation=made, role="member")
    return made


@pytest.fixture
def modou(world) -> Api:
    return Api(world, world.modou)


def filed(api: Api, party: str) -> dict[str, Any]:
    """A request filed over the API in this name, or what refused it."""
    opened = api("POST", "", {"procedure": FREE, "party": party})
    if opened.status_code != 200:
        return opened.json() | {"status": opened.status_code}
    path = f"/{opened.json()['id']}"
    assert api("PUT", f"{path}/reponses", {"answers": ANSWERS}).status_code == 200
    files = {"file": picture(), "issued_on": timezone.localdate().isoformat()}
    files["file"].name = "extrait.jpg"
    assert api.client.post(f"{ROOT}{path}/pieces/extrait", files).status_code == 200
    sent = api("POST", f"{path}/envoi", {})
    return sent.json() | {"status": sent.status_code}


def names(api: Api) -> dict[str, dict[str, Any]]:
    return {line["label"]: line for line in api("GET", "/noms").json()}


def test_the_names_one_may_use_are_listed(world, mandate, teranga, modou):
    found = names(modou)
    assert list(found) == ["Modou Fall", "Teranga SARL", "Awa Ndiaye"]
    assert found["Modou Fall"]["party"] == ""
    assert (found["Teranga SARL"]["kind"], found["Teranga SARL"]["may_file"]) == ("member", True)
    line = found["Awa Ndiaye"]
    assert (line["kind"], line["procedures"]) == ("mandate", [FREE])
    assert line["ends_on"] == mandate.ends_on.isoformat()


def test_filing_for_who_gave_a_mandate(world, mandate, modou):
    party = names(modou)["Awa Ndiaye"]["party"]
    sent = filed(modou, party)
    assert (sent["status"], sent["state"], sent["in_name_of"]) == (200, "in_review", "Awa Ndiaye")
    case = Case.objects.get(pk=sent["id"])
    assert (str(case.applicant_id), str(case.filed_by_id)) == (world.awa.account_id, world.modou.account_id)
    assert case.mandate_id == mandate.pk
    mandate.refresh_from_db()
    assert mandate.uses == 1
    drain("events.deliver")
    told = Message.objects.filter(about=case.subject, channel="sms").values_list("recipient", flat=True)
    assert sorted(told) == sorted([world.awa.account_id, world.modou.account_id])
    listed = modou("GET", f"?party={party}").json()
    assert [line["reference"] for line in listed] == [case.reference]
    assert modou("GET", "").json() == []
    assert Api(world, world.awa)("GET", f"/{case.pk}").json()["in_name_of"] == ""


def test_the_limits_of_the_mandate_hold(world, mandate, modou):
    party = names(modou)["Awa Ndiaye"]["party"]
    assert filed(modou, party)["status"] == 200
    assert filed(modou, party)["status"] == 409
    other = modou("POST", "", {"procedure": "bulletin-numero-3", "party": party})
    assert (other.status_code, "ne couvre pas" in other.json()["title"]) == (409, True)
    identity.withdraw_mandate(mandate, world.awa)
    assert modou("POST", "", {"procedure": FREE, "party": party}).status_code == 403
    assert modou("GET", f"?party={party}").status_code == 403
    case = Case.objects.filter(state="draft").get()
    assert modou("PUT", f"/{case.pk}/reponses", {"answers": ANSWERS}).status_code == 403
    assert modou("POST", f"/{case.pk}/envoi", {}).status_code == 403


def test_filing_for_ones_company(world, teranga, modou):
    sent = filed(modou, f"member:{teranga.pk}")
    assert (sent["status"], sent["in_name_of"]) == (200, "Teranga SARL")
    case = Case.objects.get(pk=sent["id"])
    assert (case.applicant_id, case.organisation_id) == (None, teranga.pk)
    Membership.objects.filter(account=world.account(world.modou)).update(role="accountant")
    refused = filed(modou, f"member:{teranga.pk}")
    assert (refused["status"], "ne permet pas de déposer" in refused["title"]) == (409, True)


@pytest.mark.parametrize("party", ["member:1", "mandate:x", "account:1", "self", "member:", "\x00"])
def test_a_name_that_is_not_theirs_is_refused(world, teranga, party):
    stranger = Api(world, world.ibra)
    choice = f"member:{teranga.pk}" if party == "member:1" else party
    assert stranger("POST", "", {"procedure": FREE, "party": choice}).status_code == 403
    assert Case.objects.count() == 0


def test_what_a_helper_reads_is_journalled(world, mandate, modou):
    sent = filed(modou, names(modou)["Awa Ndiaye"]["party"])
    subject = f"case:{sent['id']}"
    audit_of = audit.of_subject(subject).filter(verb="cases.read")
    assert not audit_of.exists()
    modou("GET", f"/{sent['id']}")
    assert [e.actor_id for e in audit_of] == [world.modou.account_id]
    Api(world, world.awa)("GET", f"/{sent['id']}")
    assert audit_of.count() == 1
