"""Sessions through their pages, as an engineer of the country uses them."""

import io
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from smartsenegal.cable.peering import actions, cli, queries
from smartsenegal.cable.peering.errors import PeeringRefused
from smartsenegal.cable.peering.models import RoaSet, Router, Session
from smartsenegal.cable.peering.rules.configuration import bird
from tests.cable.peering.test_reading import PRINTED
from tests.cable.peering.world import SYSTEM, router, session

pytestmark = pytest.mark.django_db
BASE = "/cable/sessions/"
FILLED = {
    "peer": "Client SA", "code": "client", "role": "customer", "asn": "64499", "address": "2001:db8::9",
    "local_address": "2001:db8::1", "ipv6": "on", "limit6": "10", "rpki": "reject", "md5": "on",
    "prefixes": "2001:db8:1::/48\n2001:db8:2::/47",
}  # fmt: skip
MEMBERS = {
    "timestamp": "2026-11-20T08:00:00Z",
    "member_list": [
        {"asnum": 64_497, "name": "Voisin SA", "peering_policy": "open", "connection_list": [
            {"if_list": [{"if_speed": 10_000}], "vlan_list": [{"ipv4": {"address": "192.0.2.2"}}]}]},
        {"asnum": 64_510, "name": "Absent SARL"},
    ],
}  # fmt: skip


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_a_session_is_meant_then_seen_then_its_configuration_taken(planner: Client) -> None:
    assert "Aucune session" in text(planner, BASE)
    ours = router()
    refused = planner.post(f"{BASE}nouvelle/", {**FILLED, "router": ours.pk, "prefixes": "2001:db8:1::1/48"})
    assert "n’est pas un préfixe" in refused.content.decode()
    assert "2001:db8:1::1/48" in refused.content.decode()
    assert planner.post(f"{BASE}nouvelle/", {**FILLED, "router": ours.pk}).status_code == 302
    page = f"{BASE}vers/client/"
    assert "Rien n’a été lu de ce routeur" in text(planner, page)
    state = f"{BASE}routeurs/dkr1/etat/"
    assert "la ligne « Name Proto Table » manque" in planner.post(
        state, {"text": "bird>"}
    ).content.decode().replace("\u00a0", " ")
    assert planner.post(state, {"text": PRINTED}).status_code == 302
    shown = text(planner, page)
    assert "La limite de préfixes IPv6 a été dépassée" in shown
    assert "Le routeur admet" not in shown  # the session is down: only what cut it is told
    listed = text(planner, BASE)
    assert "Non prévue" in listed  # peer_b
    assert text(planner, f"{BASE}routeurs/dkr1/").count("192.0.2.2") == 1
    conf = planner.get(f"{page}bird.conf").content.decode()
    assert "receive limit 10 action disable;" in conf
    assert "2001:db8:2::/47{47,48}" in conf
    assert 'include "secrets/client.conf";' in conf
    stop = {**FILLED, "router": ours.pk, "stopped": "on"}
    assert planner.post(f"{page}modifier/", stop).status_code == 302
    assert "Arrêtée" in text(planner, page)


def test_a_router_that_says_nothing_any_more_is_not_called_down(planner: Client) -> None:
    ours = router()
    meant = session(ours)
    actions.bring_state(SYSTEM, ours, PRINTED)
    now = timezone.now()
    assert queries.rows(now, only=meant)[0].up is True
    later = now + queries.STALE + timedelta(minutes=1)
    (row,) = queries.rows(later)
    assert (row.up, row.differences[0].code) == (None, "silent")
    Router.objects.update(heard_by="bmp")
    actions.lose(ours.pk, now)
    assert queries.rows(now, only=meant)[0].up is None


def test_members_of_an_exchange_stand_beside_our_sessions(planner: Client) -> None:
    assert planner.post(f"{BASE}echanges/nouveau/", {"name": "Essai IX", "code": "ix"}).status_code == 302
    found = queries.exchange("ix")
    assert found is not None
    session(router(), role="exchange", exchange=found)
    sent = {"file": SimpleUploadedFile("ix.json", json.dumps(MEMBERS).encode()), "source": "Export IX-F"}
    assert planner.post(f"{BASE}echanges/ix/membres/", sent).status_code == 302
    shown = text(planner, f"{BASE}echanges/ix/").replace("\u00a0", " ")
    assert "1 membre rencontré sur 2, liste du 20 novembre 2026" in shown
    assert shown.index("Voisin SA") < shown.index("Absent SARL")
    bad = {"file": SimpleUploadedFile("x.json", b'{"member_list": [{"asnum": "x"}]}'), "source": "x"}
    answer = planner.post(f"{BASE}echanges/ix/membres/", bad).content.decode().replace("\u00a0", " ")
    assert "Le membre n° 1 ne se lit pas" in answer
    assert found.members.count() == 2


def test_roas_are_data_with_their_date(planner: Client) -> None:
    content = b"ASN,IP Prefix,Max Length\nAS64497,41.82.0.0/16,16\n"
    sent = {"file": SimpleUploadedFile("vrps.csv", content), "source": "Routinator"}
    assert "dites-le" in planner.post(f"{BASE}roa/", sent).content.decode()
    again = {
        "file": SimpleUploadedFile("vrps.csv", content),
        "source": "Routinator",
        "made_on": "2 novembre 2026",
    }
    assert planner.post(f"{BASE}roa/", again).status_code == 302
    assert "1 ROA du 2 novembre 2026" in text(planner, f"{BASE}roa/").replace("\u00a0", " ")
    for day in range(1, 12):
        actions.import_roas(
            SYSTEM, content.decode(), source=f"Jour {day}", made_at=timezone.now() - timedelta(days=day)
        )
    assert RoaSet.objects.count() == 10


def test_what_cannot_be_meant_is_refused() -> None:
    ours = router()
    session(ours)
    for wrong, field in (
        ({"code": "voisin", "address": "192.0.2.9"}, "code"),
        ({"code": "b"}, "address"),
        ({"code": "b", "address": "2001:db8::2"}, "local_address"),
        ({"code": "b", "address": "192.0.2.1"}, "local_address"),
        ({"code": "b", "address": "192.0.2.9", "prefixes": ["41.0.0.0/8"]}, "prefixes"),
        ({"code": "b", "address": "192.0.2.9", "ipv4": False}, "ipv4"),
        ({"code": "b", "address": "192.0.2.9", "asn": 0}, "asn"),
        ({"code": "b", "address": "192.0.2.9", "asn": 64_496}, "asn"),
    ):
        with pytest.raises(PeeringRefused) as refused:
            session(ours, **wrong)
        assert refused.value.field == field
    assert Session.objects.count() == 1


def test_a_timer_brings_states_and_roas_by_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    meant = session(router())

    def typed(text: str, *words: str) -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        return cli.main(words)

    assert typed(PRINTED, "etat", "dkr1") == 0
    assert queries.rows(timezone.now(), only=meant)[0].up is True
    assert typed(PRINTED, "etat", "autre") == 1
    assert typed("", "etat", "dkr1") == 1
    made = {"metadata": {"buildtime": "2026-11-20T10:00:00Z"}, "roas": [{"asn": 1, "prefix": "41.0.0.0/8"}]}
    assert typed(json.dumps(made), "roa", "rpki-client") == 0
    assert typed("", "roa") == 2
    said = capsys.readouterr()
    assert "2\u00a0sessions lues" in said.out
    assert "Aucun routeur" in said.err


def test_a_customer_without_prefixes_may_announce_nothing() -> None:
    made = session(router(), role="customer", peer='Un "nom"; }\nprotocol x')
    text = bird(queries.wanted(made))
    assert "  reject;  # no prefix is said to be theirs" in text
    assert "\nprotocol x" not in text
