"""Acting for someone: asked, given by a code or on paper, used, withdrawn; each step told and journalled."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.kernel.identity import actions, api, queries, rules
from smartsenegal.kernel.identity.errors import IdentityRefused, PermissionRefused
from smartsenegal.kernel.identity.models import Account, Mandate

PERSON = "+221781112233"


def page(response: Any) -> str:
    return str(response.content.decode()).replace("\u00a0", " ").replace("&nbsp;", " ")


def later(days: int = 30) -> date:
    return timezone.localdate() + timedelta(days=days)


def messages_to(address: str) -> list[str]:
    from smartsenegal.kernel.notifications.models import Message

    return [m.body for m in Message.objects.filter(address=address).order_by("created_at", "pk")]


def code_to(address: str) -> str:
    bodies = [b for b in messages_to(address) if re.search(r"code \d{6}", b)]
    found = re.search(r"code (\d{6})", bodies[-1])
    assert found
    return found[1]


def verbs_of(account: Account) -> list[str]:
    from smartsenegal.kernel.audit.models import Entry

    entries = Entry.objects.filter(subject=f"account:{account.pk}").order_by("pk")
    return [e.verb for e in entries if "mandate" in e.verb]


@pytest.fixture
def modou(make_account: Callable[..., Any]) -> Any:
    return make_account(name="Modou Fall", phone="+221771234567")


@pytest.fixture
def by_modou(modou: Any) -> Any:
    return api.principal_for(modou)


@pytest.fixture
def asked(by_modou: Any) -> Mandate:
    return actions.ask_mandate(
        by_modou, name="Coumba Sarr", phone=PERSON, ends_on=later(), procedures=["casier"], max_requests=2
    )


@pytest.fixture
def active(asked: Mandate) -> Mandate:
    return actions.consent(asked, code_to(PERSON))


# --- asking and consenting ---------------------------------------------------------------


def test_one_message_tells_who_asks_until_when_with_a_code_and_a_link(asked: Mandate) -> None:
    (told,) = messages_to(PERSON)
    assert "Modou Fall" in told
    assert asked.link in told
    assert code_to(PERSON) not in (asked.code, asked.link)
    assert api.acting_for(api.principal_for(asked.helper)) == []


def test_the_code_opens_the_persons_account_and_gives_the_mandate(
    asked: Mandate, by_modou: Any, modou: Any
) -> None:
    mandate = actions.consent(asked, code_to(PERSON), "10.0.0.1")
    person = mandate.person
    assert person is not None
    assert (person.phone, person.phone_verified, person.name) == (PERSON, True, "Coumba Sarr")
    assert [p.key for p in api.acting_for(by_modou)] == [f"account:{person.pk}"]
    assert api.may_act_for(by_modou, f"account:{person.pk}", "casier")
    assert not api.may_act_for(by_modou, f"account:{person.pk}", "passeport")
    assert not api.may_act_for(api.principal_for(person), f"account:{modou.pk}")
    assert "peut faire vos démarches" in messages_to(PERSON)[-1]
    assert "vous a donné un mandat" in messages_to("+221771234567")[-1]
    assert verbs_of(modou) == ["identity.mandate_asked", "identity.mandate_given"]
    assert verbs_of(person) == ["identity.mandate_given"]


def test_a_person_who_has_an_account_keeps_it(asked: Mandate, make_account: Callable[..., Any]) -> None:
    person = make_account(name="Coumba Sarr Diop", phone=PERSON)
    assert actions.consent(asked, code_to(PERSON)).person == person
    person.refresh_from_db()
    assert person.name == "Coumba Sarr Diop"


def test_a_code_is_tried_five_times_then_no_more(asked: Mandate) -> None:
    good = code_to(PERSON)
    wrong = "000000" if good != "000000" else "111111"
    for _ in range(5):
        with pytest.raises(IdentityRefused, match="pas le bon"):
            actions.consent(asked, wrong)
    with pytest.raises(IdentityRefused, match="Trop d’essais"):
        actions.consent(asked, good)
    actions.send_another_code(api.principal_for(asked.helper), asked)
    asked.refresh_from_db()
    assert actions.consent(asked, code_to(PERSON)).state == "active"


def test_an_old_code_and_a_used_one_are_worth_nothing(asked: Mandate) -> None:
    good = code_to(PERSON)
    Mandate.objects.update(code_expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(IdentityRefused, match="plus valable"):
        actions.consent(asked, good)
    actions.send_another_code(api.principal_for(asked.helper), asked)
    asked.refresh_from_db()
    with pytest.raises(IdentityRefused, match="pas le bon"):
        actions.consent(asked, good if good != code_to(PERSON) else "abc")
    mandate = actions.consent(asked, code_to(PERSON))
    with pytest.raises(IdentityRefused):
        actions.consent(mandate, code_to(PERSON))


def test_nobody_asks_themselves_nor_for_days_that_make_no_sense(by_modou: Any) -> None:
    with pytest.raises(IdentityRefused, match="votre propre numéro"):
        actions.ask_mandate(by_modou, name="Moi", phone="+221771234567", ends_on=later())
    with pytest.raises(IdentityRefused, match="déjà passé"):
        actions.ask_mandate(by_modou, name="Coumba", phone=PERSON, ends_on=later(-1))
    with pytest.raises(IdentityRefused, match="un an au plus"):
        actions.ask_mandate(by_modou, name="Coumba", phone=PERSON, ends_on=later(400))


def test_a_paper_is_recorded_by_an_adviser_who_saw_the_person(
    asked: Mandate, make_agent: Callable[..., Any], make_account: Callable[..., Any], by_modou: Any
) -> None:
    _, adviser = make_agent("adviser", "justice", name="Ousmane Sow", phone="+221771000012")
    person = make_account(name="Coumba Sarr", phone=PERSON)
    with pytest.raises(PermissionRefused):
        actions.record_paper_consent(by_modou, asked, person, "file:1")
    with pytest.raises(IdentityRefused, match="Confirmez d’abord"):
        actions.record_paper_consent(adviser, asked, person, "file:1")
    actions.assure_identity(person, adviser, "card")
    with pytest.raises(IdentityRefused, match="Numérisez"):
        actions.record_paper_consent(adviser, asked, person, "")
    mandate = actions.record_paper_consent(adviser, asked, person, "file:1")
    assert (mandate.state, mandate.proof, mandate.document) == ("active", "paper", "file:1")


def test_a_mandate_given_from_ones_account_holds_at_once(
    modou: Any, by_modou: Any, make_account: Callable[..., Any]
) -> None:
    awa = make_account(name="Awa Ndiaye", phone="+221770000001")
    by_awa = api.principal_for(awa)
    actions.give_mandate(by_awa, modou, ends_on=later())
    assert api.may_act_for(by_modou, f"account:{awa.pk}", "n’importe laquelle")
    with pytest.raises(IdentityRefused, match="pour soi-même"):
        actions.give_mandate(by_awa, awa, ends_on=later())


# --- using, ending --------------------------------------------------------------------------


def test_requests_are_counted_and_stop_at_the_limit(active: Mandate, by_modou: Any) -> None:
    for n in (1, 2):
        api.use_mandate(active.pk, by_modou, "casier", f"case:{n}")
    with pytest.raises(IdentityRefused, match="atteint"):
        api.use_mandate(active.pk, by_modou, "casier", "case:3")
    with pytest.raises(PermissionRefused):
        api.use_mandate(active.pk, by_modou, "passeport", "case:3")
    assert active.person is not None
    with pytest.raises(PermissionRefused):
        api.use_mandate(active.pk, api.principal_for(active.person), "casier", "case:3")
    assert verbs_of(active.person).count("identity.mandate_used") == 2


def test_the_person_withdraws_at_once_and_both_are_told(active: Mandate, by_modou: Any) -> None:
    person = active.person
    assert person is not None
    api.withdraw_mandate(active, api.principal_for(person))
    assert not api.may_act_for(by_modou, f"account:{person.pk}", "casier")
    with pytest.raises(PermissionRefused):
        api.use_mandate(active.pk, by_modou, "casier", "case:1")
    assert "ne peut plus" in messages_to(PERSON)[-1]
    assert "retiré" in messages_to("+221771234567")[-1]
    assert verbs_of(person)[-1] == "identity.mandate_withdrawn"


def test_a_stranger_withdraws_nothing(active: Mandate, make_account: Callable[..., Any]) -> None:
    stranger = make_account(name="Ibra", phone="+221770000009")
    with pytest.raises(PermissionRefused):
        api.withdraw_mandate(active, api.principal_for(stranger))


def test_what_is_past_or_unanswered_ends_by_itself(active: Mandate, by_modou: Any) -> None:
    other = actions.ask_mandate(by_modou, name="Ndeye Ba", phone="+221784445566", ends_on=later())
    assert actions.expire_mandates() == 0
    assert active.person is not None
    Mandate.objects.filter(pk=active.pk).update(starts_on=later(-20), ends_on=later(-1))
    # The day after its last one it allows nothing, even before the night's work has passed.
    assert not api.may_act_for(by_modou, f"account:{active.person_id}", "casier")
    Mandate.objects.filter(pk=other.pk).update(created_at=timezone.now() - timedelta(days=8))
    assert actions.expire_mandates() == 2
    assert set(Mandate.objects.values_list("state", flat=True)) == {"expired"}


@given(
    state=st.sampled_from([s for s, _ in rules.MANDATE_STATES]),
    start=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    length=st.integers(0, 400),
    today=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
)
def test_a_mandate_is_in_force_between_its_days_once_given(
    state: str, start: date, length: int, today: date
) -> None:
    end = start + timedelta(days=length)
    assert rules.is_in_force(state, start, end, today) == (state == "active" and start <= today <= end)
    fault = rules.mandate_fault(start, end, today)
    assert (fault is None) == (today <= end and length <= 366)


# --- pages -------------------------------------------------------------------------------------


def test_the_helper_asks_types_the_code_and_sees_the_mandate(
    modou: Any, signed_in: Callable[[Any], Client]
) -> None:
    client = signed_in(modou)
    form = {"name": "Coumba Sarr", "phone": "78 111 22 33", "ends_on": later().strftime("%d/%m/%Y")}
    assert "Indiquez le numéro de téléphone de la" in page(
        client.post("/compte/pour/demander/", {**form, "phone": ""})
    )
    sent = client.post("/compte/pour/demander/", form)
    where = sent["Location"]
    assert "pas le bon" in page(client.post(where, {"code": "000000"}))
    done = client.post(where, {"code": code_to(PERSON)}, follow=True)
    assert "vous a donné son accord" in page(done)
    assert "Coumba Sarr" in page(client.get("/compte/pour/"))
    assert client.get(where)["Location"] == "/compte/pour/"


def test_the_person_without_an_account_answers_from_the_link(asked: Mandate) -> None:
    client = Client()
    link = f"/compte/m/{asked.link}/"
    shown = client.get(link)
    assert "Modou Fall veut faire vos démarches" in page(shown)
    assert shown["Referrer-Policy"] == "same-origin"
    assert "pas le bon" in page(client.post(link, {"code": "12"}))
    assert client.post(link, {"code": code_to(PERSON)}).status_code == 302
    assert "Retirer mon accord" in page(client.get(link))
    client.post(f"{link}arreter/")
    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    client.post(f"{link}arreter/")
    assert client.get("/compte/m/nimportequoi/").status_code == 404


def test_the_person_refuses_from_the_link(asked: Mandate) -> None:
    Client().post(f"/compte/m/{asked.link}/arreter/")
    asked.refresh_from_db()
    assert asked.state == "refused"
    assert "a refusé votre mandat" in messages_to("+221771234567")[-1]


def test_the_person_with_an_account_sees_who_acts_and_ends_it(
    active: Mandate, signed_in: Callable[[Any], Client]
) -> None:
    client = signed_in(active.person)
    assert "Modou Fall" in page(client.get("/compte/mandats/"))
    where = f"/compte/mandats/{active.pk}/terminer/"
    assert "Retirer le mandat de Modou Fall" in page(client.get(where))
    client.post(where)
    active.refresh_from_db()
    assert active.state == "withdrawn"


def test_what_is_asked_of_ones_verified_phone_shows_in_ones_account(
    asked: Mandate, make_account: Callable[..., Any], signed_in: Callable[[Any], Client]
) -> None:
    client = signed_in(make_account(name="Coumba Sarr", phone=PERSON))
    assert "Répondre" in page(client.get("/compte/mandats/"))
    client.post(f"/compte/mandats/{asked.pk}/terminer/")
    asked.refresh_from_db()
    assert asked.state == "refused"


def test_mandates_of_others_do_not_exist(
    asked: Mandate, make_account: Callable[..., Any], signed_in: Callable[[Any], Client]
) -> None:
    client = signed_in(make_account(name="Ibra", phone="+221770000009"))
    for path in (f"/compte/pour/{asked.pk}/code/", f"/compte/mandats/{asked.pk}/terminer/"):
        assert client.get(path).status_code == 404


def test_a_person_gives_a_mandate_from_their_account(
    modou: Any, make_account: Callable[..., Any], signed_in: Callable[[Any], Client]
) -> None:
    awa = make_account(name="Awa Ndiaye", phone="+221770000001")
    client = signed_in(awa)
    form = {"login": "77 999 99 99", "ends_on": later().strftime("%d/%m/%Y")}
    assert "Aucun compte vérifié" in page(client.post("/compte/mandats/donner/", form))
    client.post("/compte/mandats/donner/", {**form, "login": "77 123 45 67"})
    assert api.may_act_for(api.principal_for(modou), f"account:{awa.pk}")


@pytest.mark.parametrize("state", [state for state, _ in rules.MANDATE_STATES])
def test_its_pages_are_shown_in_every_state(
    active: Mandate, modou: Any, signed_in: Callable[[Any], Client], state: str
) -> None:
    Mandate.objects.filter(pk=active.pk).update(state=state)
    label = dict(rules.MANDATE_STATES)[state]
    assert label in page(Client().get(f"/compte/m/{active.link}/"))
    assert label in page(signed_in(modou).get("/compte/pour/"))
    assert label in page(signed_in(active.person).get("/compte/mandats/"))


def test_codes_to_a_strangers_phone_are_counted(modou: Any, signed_in: Callable[[Any], Client]) -> None:
    client = signed_in(modou)
    form = {"name": "Coumba Sarr", "phone": "78 111 22 33", "ends_on": later().strftime("%d/%m/%Y")}
    for _ in range(4):
        assert client.post("/compte/pour/demander/", form).status_code == 302
    assert "attendez une heure" in page(client.post("/compte/pour/demander/", form))
    assert len(messages_to(PERSON)) == 4


def test_the_lists_ask_a_constant_number_of_queries(
    active: Mandate, modou: Any, by_modou: Any, signed_in: Callable[[Any], Client]
) -> None:
    client = signed_in(modou)
    client.get("/compte/pour/")
    with CaptureQueriesContext(connection) as few:
        client.get("/compte/pour/")
    for n in range(6):
        mandate = actions.ask_mandate(by_modou, name=f"P {n}", phone=f"+22178444550{n}", ends_on=later())
        actions.consent(mandate, code_to(f"+22178444550{n}"))
    with CaptureQueriesContext(connection) as many:
        client.get("/compte/pour/")
    assert len(few) == len(many)


def test_procedures_of_a_mandate_are_those_that_the_catalogue_told(
    modou: Any, signed_in: Callable[[Any], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartsenegal.kernel.identity import registry

    monkeypatch.setattr(
        registry, "_listers", [lambda: [("casier", "Casier judiciaire"), ("permis", "Permis")]]
    )
    client = signed_in(modou)
    form = {
        "name": "Coumba Sarr", "phone": "78 111 22 33", "ends_on": later().strftime("%d/%m/%Y"),
        "scope": "some",
    }  # fmt: skip
    assert "Cochez au moins une" in page(client.post("/compte/pour/demander/", form))
    client.post("/compte/pour/demander/", {**form, "procedures": ["casier"]})
    assert Mandate.objects.get().procedures == ["casier"]
    assert "Casier judiciaire" in page(Client().get(f"/compte/m/{Mandate.objects.get().link}/"))
    assert queries.mandates_held(api.principal_for(modou))
