import io
import zipfile
from typing import Any

import pytest
from django.test import Client

from smartsenegal.lib import pdf
from smartsenegal.wifi.privacy.models import LegalRequest, Retention
from smartsenegal.wifi.sessions.api import fold_all
from tests.wifi.privacy.conftest import WORDS, Events, browser
from tests.wifi.privacy.test_legal import START, heard

BASE = "/wifi/donnees/"
CEREMONY = {
    "officer_1": "Coumba Diouf", "words_1": WORDS[0], "again_1": WORDS[0],
    "officer_2": "Abdoulaye Seck", "words_2": WORDS[1], "again_2": WORDS[1],
}  # fmt: skip
ASKED = {
    "reference": "RP 12/2026", "authority": "Juge d’instruction", "ground": "Enquête",
    "starts_on": "26 novembre 2026", "starts_time": "08:00", "ends_on": "26 novembre 2026",
    "ends_time": "20:00", "address": "10.0.0.1",
}  # fmt: skip


def page(response: Any) -> str:
    assert response.status_code == 200, response
    return str(response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


@pytest.fixture
def desk(officer: Any) -> Client:
    return browser(officer)


def test_a_request_goes_from_the_ceremony_to_a_signed_file(
    desk: Client, inspector: Any, events: Events
) -> None:
    assert "Aucun journal légal n’est tenu" in page(desk.get(BASE + "bureau/"))
    text = page(desk.post(BASE + "bureau/ceremonie/", {**CEREMONY, "words_1": "court", "again_2": "autre"}))
    assert "au moins quatre mots" in text
    empty = page(desk.post(BASE + "bureau/ceremonie/", {}))
    assert "Tapez les mots du premier officier." in empty
    assert "Tapez encore les mots du second officier." in empty
    assert "pas les mêmes mots" in text
    assert desk.post(BASE + "bureau/ceremonie/", CEREMONY).status_code == 302
    events.write([heard(START, 0)])
    fold_all()
    text = page(desk.get(BASE + "bureau/"))
    assert "Coumba Diouf et Abdoulaye Seck" in text
    assert "entière" in text
    text = page(desk.post(BASE + "requisitions/nouvelle/", {**ASKED, "address": "", "mac": "xx"}))
    assert "12 chiffres" in text
    assert "on n’ouvre pas tout" in page(desk.post(BASE + "requisitions/nouvelle/", {**ASKED, "address": ""}))
    assert desk.post(BASE + "requisitions/nouvelle/", ASKED).status_code == 302
    address = f"{BASE}requisitions/{LegalRequest.objects.get().pk}/"
    waiting = page(desk.get(address))
    assert "Ouvrir le journal" not in waiting
    assert "Une autre personne doit l’approuver ou la refuser." in waiting
    assert desk.post(address + "decision/", {"decision": "approve", "reason": "x"}).status_code == 403
    second = browser(inspector)
    assert "Approuver ou refuser" in page(second.get(address))
    assert second.post(address + "decision/", {"decision": "approve", "reason": "Vu"}).status_code == 302
    assert "Les deux officiers peuvent ouvrir le journal" in page(second.get(address))
    assert second.get(address + "ouvrir/").status_code == 403
    wrong = {"words_1": WORDS[1], "words_2": WORDS[1]}
    assert "n’ouvrent pas" in page(desk.post(address + "ouvrir/", wrong))
    given = desk.post(address + "ouvrir/", {"words_1": WORDS[0], "words_2": WORDS[1]})
    assert given.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(given.content)) as archive:
        lines = archive.read("lignes.csv").decode().splitlines()
        paper = archive.read("lignes.pdf")
    assert len(lines) == 2
    assert "10.0.0.1,0a1b2c3d4e5f" in lines[1]
    assert pdf.verify(paper, _trust()).intact
    assert "une seule fois" in page(
        desk.post(address + "ouvrir/", {"words_1": WORDS[0], "words_2": WORDS[1]})
    )
    assert "Lignes remises" in page(second.get(address))


def _trust() -> Any:
    from smartsenegal.kernel import vault

    return vault.trust()


def test_a_duration_is_set_on_its_page(desk: Client) -> None:
    address = BASE + "bureau/conservation/legal/"
    assert "À confirmer par la CDP" in page(desk.get(BASE + "bureau/"))
    sent = {"days": "90", "basis": "Délibération", "confirmed": "on", "effective_from": "26 novembre 2026"}
    assert "Dites quel texte" in page(desk.post(address, {**sent, "basis": ""}))
    assert desk.post(address, sent).status_code == 302
    assert Retention.objects.get().days == 90
    assert "90 jours" in page(desk.get(BASE + "bureau/"))
    assert "au moins 2" in page(desk.post(BASE + "bureau/conservation/day_keys/", {**sent, "days": "1"}))
    assert desk.get(BASE + "bureau/conservation/inconnue/").status_code == 404


def test_the_desk_is_closed_to_others(client: Client, officer: Any, inspector: Any) -> None:
    from tests.wifi.privacy.conftest import person

    engineer = browser(person("network_engineer", "Rokhaya Thiam"))
    for path in ("bureau/", "bureau/ceremonie/", "requisitions/nouvelle/", "requisitions/1/ouvrir/"):
        assert client.get(BASE + path).status_code == 302
        assert engineer.get(BASE + path).status_code == 403
    second = browser(inspector)
    assert second.get(BASE + "bureau/").status_code == 200
    assert second.get(BASE + "bureau/ceremonie/").status_code == 403
    assert second.get(BASE + "bureau/conservation/legal/").status_code == 403
