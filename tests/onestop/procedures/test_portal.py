"""The catalogue as the national portal keeps it: out and in by files and over HTTP; all of it, or nothing."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from smartsenegal.kernel.identity import api as identity
from smartsenegal.kernel.sites.api import Site
from smartsenegal.onestop.procedures import actions, actions_portal, cli, portal, queries
from smartsenegal.onestop.procedures.definition import DatedAmount
from smartsenegal.onestop.procedures.models import LifeEvent, Procedure, Revision, Theme

pytestmark = pytest.mark.django_db
API = "/api/v1/portail"
NEW = {
    "titre": "Licence de pirogue",
    "resume": "Pour sortir en mer.",
    "description": "Une licence.",
    "corps": "<h2>Pièces à fournir</h2><ul><li>Carte d’identité</li></ul>",
    "delai": "3 jours ouvrés",
    "sous_themes": [{"libelle": "Papiers"}],
    "service_administratifs": [{"nom": "Ministère de la Justice"}],
}


def post(client, rows):
    return client.post(f"{API}/demarches", json.dumps({"demarches": rows}), "application/json")


def test_what_goes_out_comes_in_and_changes_nothing(organisations, catalogue, tmp_path, capsys):
    assert cli.main(["export", "--portal", str(tmp_path)]) == 0
    assert {p.name for p in tmp_path.iterdir()} == {
        f"{name}.{suffix}" for name in queries.portal_bundle() for suffix in ("json", "csv")
    }
    for name in ("demarches.json", "demarches.csv"):
        assert cli.main(["import", "--portal", str(tmp_path / name)]) == 0
    assert cli.main(["import", "--portal", str(tmp_path)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert len([line for line in told if line.startswith("démarche") and "rien de nouveau" in line]) == 3 * 18
    assert {line.partition(" 1")[0] for line in told if " 1 (" in line or " 1\u00a0" in line} == {
        "démarche", "thème", "événement de vie", "service", "texte", "lieu"
    }  # fmt: skip
    assert all("rien de nouveau" in line for line in told if " (" in line and not line.startswith("/"))
    assert not Revision.objects.filter(state="draft").exists()


def test_a_change_is_a_draft_and_never_published(organisations, catalogue):
    row = next(r for r in queries.portal_bundle()["demarches"] if r["id"] == "casier-judiciaire-b3")
    in_force = queries.published_revision("casier-judiciaire-b3")
    row = {**row, "titre": "Casier judiciaire", "est_publie": True}
    by = identity.system("test")
    (line,) = actions_portal.import_rows([row], by)
    assert (line.code, line.state) == ("casier-judiciaire-b3", "changed")
    draft = queries.draft_of("casier-judiciaire-b3")
    assert draft.definition.title == "Casier judiciaire"
    assert draft.definition.pages == in_force.definition.pages
    assert draft.note == "Importée du portail national"
    assert queries.published_revision("casier-judiciaire-b3") == in_force
    assert actions_portal.import_rows([row], by)[0].state == "unchanged"


def test_a_new_procedure_waits_for_what_the_portal_does_not_say(owner):
    (line,) = post(owner, [NEW]).json()
    assert (line["rank"], line["code"], line["state"]) == (1, "licence-de-pirogue", "created")
    draft = queries.draft_of("licence-de-pirogue")
    assert draft.definition.pieces[0].label == "Carte d’identité"
    assert queries.faults_of(draft.definition)
    with pytest.raises(actions.ProcedureRefused):
        actions.publish("licence-de-pirogue", identity.system("test"))
    for page in ("", "brouillon/", "publier/", "revision/1/"):
        assert owner.get(f"/demarches/gestion/licence-de-pirogue/{page}").status_code == 200, page
    assert post(owner, [NEW]).json()[0]["state"] == "unchanged"


def test_nothing_is_written_when_one_row_is_wrong(owner):
    answer = post(
        owner, [NEW, {**NEW, "titre": ""}, NEW, {**NEW, "titre": "Autre", "sous_themes": [{"nom": "X"}]}]
    )
    assert answer.status_code == 422
    told = {e["pointer"]: e["detail"] for e in answer.json()["errors"]}
    assert told["/demarches/1/titre"].startswith("il manque le titre")
    assert told["/demarches/2/slug"] == "Cette démarche est déjà à la ligne 1. Gardez-en une seule."
    assert "inconnu ici" in told["/demarches/3/sous_themes"]
    assert not Procedure.objects.filter(code="licence-de-pirogue").exists()


def test_who_manages_one_ministry_brings_in_nothing_of_another(owner, officer):
    row = next(r for r in queries.portal_bundle()["demarches"] if r["id"] == "ninea")
    answer = post(owner, [{**row, "titre": "NINEA"}])
    assert answer.status_code == 422
    assert "pas responsable" in answer.json()["errors"][0]["detail"]
    assert post(officer, [NEW]).status_code == 403
    assert post(Client(), [NEW]).status_code == 401


def test_the_command_tells_each_fault_and_writes_nothing(organisations, catalogue, tmp_path, capsys):
    path = tmp_path / "demarches.json"
    path.write_text(json.dumps({"results": [NEW, {**NEW, "titre": "x" * 300}]}), "utf-8")
    assert cli.main(["import", "--portal", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert "démarche 2 (" in told
    assert "titre\u00a0: Ce texte compte 300" in told
    assert "rien n’a été importé" in told
    assert not Revision.objects.filter(state="draft").exists()


@pytest.mark.parametrize(
    ("text", "suffix", "told"),
    [
        ("{", "json", "pas du JSON (ligne 1)"),
        ('{"autres": []}', "json", "liste de démarches"),
        ('{"themes": {}}', "json", "liste de démarches"),
        ("nom;prix\nA;3\n", "csv", "colonne « titre »"),
        ("[" * 100_000, "json", "JSON"),
    ],
)
def test_a_file_of_something_else_is_refused(text, suffix, told):
    with pytest.raises(portal.PortalFileRefused, match=told.replace("(", r"\(").replace(")", r"\)")):
        portal.read(text, suffix)


def test_a_spreadsheet_written_by_hand_is_read():
    (row,) = portal.read("\ufefftitre;sous_themes;textes\r\nLicence;Papiers | Mer;\r\n", "csv")["demarches"]
    assert row == {"titre": "Licence", "sous_themes": [{"nom": "Papiers"}, {"nom": "Mer"}], "textes": []}


def test_the_whole_catalogue_is_open_to_all(organisations, catalogue):
    found = Client().get(API).json()
    assert len(found["demarches"]) == 18
    casier = next(r for r in found["demarches"] if r["slug"] == "casier-judiciaire-b3")
    assert casier["cout"].replace("\u00a0", " ") == "400 F CFA"
    assert casier["service_administratifs"][0]["nom"] == "Ministère de la Justice"
    assert "observations" not in casier
    assert {e["id"] for e in found["evenements_de_vie"]} >= {"je-construis"}
    assert found["structures"][0]["collectivite_id"]
    table = Client().get(f"{API}/structures.csv")
    assert table["Content-Type"] == "text/csv; charset=utf-8"
    assert table.content.decode().startswith("id,libelle,description,collectivite_id,zone")
    assert Client().get(f"{API}/autre.csv").status_code == 404


def test_what_goes_out_asks_a_constant_number_of_queries(organisations, catalogue):
    with CaptureQueriesContext(connection) as asked:
        queries.portal_bundle()
    assert len(asked) == 6


# --- asked again ------------------------------------------------------------------------------------


def tag_of(path=API):
    answer = Client().get(path)
    assert answer.status_code == 200
    return answer["ETag"]


def test_what_has_not_changed_is_not_sent_again_and_costs_one_query(organisations, catalogue):
    for path in (API, f"{API}/demarches.csv"):
        tag = tag_of(path)
        assert re.fullmatch(r'"[0-9a-f]{64}"', tag)
        with CaptureQueriesContext(connection) as asked:
            again = Client().get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
        assert len(asked) == 1
        assert Client().get(path, headers={"If-None-Match": '"autre"'}).status_code == 200
    assert tag_of() != tag_of(f"{API}/demarches.csv")


def _publish():
    definition = queries.published_revision("ninea").definition
    actions.import_definition(replace(definition, title="NINEA"), identity.system("test"))
    actions.publish("ninea", identity.system("test"))


CHANGES = {
    "a revision": _publish,
    "a withdrawal": lambda: actions.withdraw("ninea", identity.system("test"), "Essai"),
    "an administration": lambda: identity.Organisation.objects.filter(code="ministere-justice").update(
        name="Ministère de la justice et du droit"
    ),
    "a theme": lambda: Theme.objects.filter(slug="papiers").update(title="Papiers d’identité"),
    "a life event": lambda: LifeEvent.objects.filter(slug="je-construis").update(summary="Bâtir"),
    "a place": lambda: Site.objects.filter(code=Site.objects.order_by("code").first().code).update(
        phone="+221338000000"
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_gives_another_tag(organisations, catalogue, change):
    before = tag_of()
    CHANGES[change]()
    assert tag_of() != before


def test_a_tariff_of_tomorrow_gives_another_tag_tomorrow(organisations, catalogue, monkeypatch):
    before, today = tag_of(), timezone.localdate()
    definition = queries.published_revision("ninea").definition
    (fee, *others) = definition.fees
    later = DatedAmount(today + timedelta(days=1), 123_456)
    dated = replace(definition, fees=(replace(fee, amounts=(*fee.amounts, later)), *others))
    actions.import_definition(dated, identity.system("test"))
    actions.publish("ninea", identity.system("test"))
    assert tag_of() == before  # the body says the prices of today
    monkeypatch.setattr(timezone, "localdate", lambda *a: today + timedelta(days=1))
    assert tag_of() != before


# --- sent twice -------------------------------------------------------------------------------------


def keyed(client, rows, key):
    body = json.dumps({"demarches": rows})
    return client.post(f"{API}/demarches", body, "application/json", headers={"Idempotency-Key": key})


def test_an_import_sent_twice_is_done_once_for_its_key(owner):
    first = keyed(owner, [NEW], "a1")
    assert first.json()[0]["state"] == "created"
    actions.drop_draft("licence-de-pirogue", identity.system("test"))
    again = keyed(owner, [NEW], "a1")
    assert (again.status_code, again.content) == (200, first.content)
    assert queries.draft_of("licence-de-pirogue") is None
    other = keyed(owner, [{**NEW, "titre": "Autre"}], "a1")
    assert (other.status_code, "Cette clé" in other.json()["title"]) == (409, True)
    assert keyed(owner, [NEW], "a2").json()[0]["state"] == "created"


def test_a_refused_import_leaves_its_key_free(owner):
    assert keyed(owner, [{**NEW, "titre": ""}], "b1").status_code == 422
    assert keyed(owner, [NEW], "b1").json()[0]["state"] == "created"
