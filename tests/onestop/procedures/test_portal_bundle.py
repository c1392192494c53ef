"""The whole of the portal's catalogue brought in at once: previewed, all of it or nothing."""

import json

import pytest
from django.test import Client

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity import api as identity
from smartsenegal.kernel.sites.api import Site
from smartsenegal.onestop.procedures import actions_portal, cli, queries
from smartsenegal.onestop.procedures.models import LifeEvent, Procedure, Revision, Theme
from tests.onestop.procedures.conftest import sign_in

pytestmark = pytest.mark.django_db
API = "/api/v1/portail"
CASIER = "casier-judiciaire-b3"
LAW = "Code général des collectivités territoriales"
SHEET = {
    "titre": "Licence de pirogue",
    "resume": "Pour sortir en mer.",
    "sous_themes": [{"libelle": "Mer et pêche"}],
    "service_administratifs": [{"nom": "Ministère de la Justice"}],
    "faqs": [{"question": "Combien de temps ?", "reponse": "<p>Trois jours.</p><p>Parfois moins.</p>"}],
}
BUNDLE = {
    "themes": [{"slug": "mer", "libelle": "Mer et pêche", "ordre": 9, "icon": "ship"}],
    "demarches": [SHEET],
    "evenements_de_vie": [
        {"slug": "je-peche", "titre": "Je pêche", "demarches": [{"id": "licence-de-pirogue"}, {"id": CASIER}]}
    ],
    "textes": [{"nom": LAW, "description": "Loi n° 2013-10", "url": "https://exemple.sn/cgct"}],
    "services_administratifs": [{"id": "ministere-justice", "nom": "Ministère de la Justice"}],
}
BY = identity.system("test")


@pytest.fixture
def keeper(organisations, catalogue) -> Client:
    """Who keeps the catalogue of the whole State."""
    return sign_in(Client(), "procedure_owner", "senegal", "+221771000041")


def post(client, **given):
    return client.post(f"{API}/demarches", json.dumps(given), "application/json")


def states(lines):
    return {(line["collection"], line["code"]): line["state"] for line in lines}


def counts():
    return [m.objects.count() for m in (Theme, LifeEvent, Procedure, Revision, identity.Organisation, Site)]


def test_a_whole_catalogue_comes_in_as_drafts_and_again_changes_nothing(keeper):
    place, organisations = Site.objects.order_by("code").first(), identity.Organisation.objects.count()
    given = BUNDLE | {"structures": [{"id": place.code, "libelle": place.name}]}
    answer = post(keeper, **given)
    assert answer.status_code == 200, answer.content
    assert states(answer.json()) == {
        ("themes", "mer"): "created",
        ("demarches", "licence-de-pirogue"): "created",
        ("evenements_de_vie", "je-peche"): "created",
        ("textes", ""): "changed",
        ("services_administratifs", "ministere-justice"): "unchanged",
        ("structures", place.code): "unchanged",
    }
    theme = Theme.objects.get(slug="mer")
    assert (theme.title, theme.short, theme.rank, theme.icon) == ("Mer et pêche", "Mer et pêche", 9, "ship")
    draft = queries.draft_of("licence-de-pirogue").definition
    assert (draft.themes, draft.life_events) == (("mer",), ("je-peche",))
    assert draft.faq == (("Combien de temps\u202f?", "Trois jours.\nParfois moins."),)
    steps = LifeEvent.objects.get(slug="je-peche").steps
    assert steps == [{"code": "licence-de-pirogue"}, {"code": CASIER}]
    assert "je-peche" in queries.draft_of(CASIER).definition.life_events
    assert "je-peche" not in queries.published_revision(CASIER).definition.life_events
    drafts = Revision.objects.filter(state="draft").exclude(procedure__code="licence-de-pirogue")
    cited = [t for r in drafts for t in r.definition.texts if t.title == LAW]
    assert len(cited) == drafts.count() - 1 > 0
    assert {(t.reference.replace("\u00a0", " "), t.url) for t in cited} == {
        ("Loi n° 2013-10", "https://exemple.sn/cgct")
    }
    assert identity.Organisation.objects.count() == organisations
    assert [e.verb for e in audit.of_subject("theme:mer")] == ["procedures.theme"]
    assert set(states(post(keeper, **given).json()).values()) == {"unchanged"}


def test_a_new_theme_and_a_new_life_event_are_not_shown_before_a_publication(keeper):
    assert post(keeper, **BUNDLE).status_code == 200
    page = Client().get("/demarches/").content.decode()
    assert "Mer et pêche" not in page
    assert "Je pêche" not in page


def test_a_preview_says_the_same_and_writes_nothing(keeper):
    before, tag = counts(), Client().get(API)["ETag"]
    shown = post(keeper, **BUNDLE, apercu=True)
    assert (counts(), Client().get(API)["ETag"]) == (before, tag)
    assert shown.json() == post(keeper, **BUNDLE).json()


def test_an_unknown_place_or_service_is_named_and_refuses_all(keeper):
    before = counts()
    unknown = {
        "structures": [{"id": "espace-lune", "libelle": "Espace de la Lune"}],
        "services_administratifs": [{"id": "m-lune", "nom": "Ministère de la Lune"}],
    }
    answer = post(keeper, **BUNDLE | unknown, apercu=True)
    assert answer.status_code == 422
    told = {e["pointer"]: e["detail"].replace("\u00a0", " ") for e in answer.json()["errors"]}
    mend = "et un import n’en crée pas. Ajoutez-le d’abord, ou retirez cette ligne."
    assert told == {
        "/services_administratifs/0/id": f"« Ministère de la Lune » n’est pas un service connu ici, {mend}",
        "/structures/0/id": f"« Espace de la Lune » n’est pas un lieu connu ici, {mend}",
    }
    assert counts() == before


def test_what_is_for_the_whole_country_is_not_changed_by_one_ministry(owner):
    same = [row for row in queries.portal_bundle()["themes"] if row["id"] == "papiers"]
    assert states(post(owner, themes=same).json()) == {("themes", "papiers"): "unchanged"}
    for given in ({"themes": BUNDLE["themes"]}, {"themes": [{**same[0], "libelle": "Pièces"}]}):
        answer = post(owner, **given)
        assert answer.status_code == 422
        assert "Cela vaut pour tout le pays" in answer.json()["errors"][0]["detail"]
    assert Theme.objects.get(slug="papiers").title == "Papiers"


@pytest.mark.parametrize(
    ("given", "place", "told"),
    [
        ({"themes": [{"libelle": ""}]}, "/themes/0/libelle", "il manque un nom"),
        ({"themes": [{"libelle": "x" * 121}]}, "/themes/0/libelle", "120"),
        ({"themes": [{"libelle": "Mer", "ordre": -1}]}, "/themes/0/ordre", "attend un nombre de 0 à 32767"),
        ({"themes": BUNDLE["themes"] * 2}, "/themes/1/slug", "est déjà à la ligne 1"),
        (
            {"evenements_de_vie": [{"titre": "Je pars", "demarches": [{"id": "visa-lunaire"}]}]},
            "/evenements_de_vie/0/demarches",
            "n’est pas une démarche connue ici",
        ),
        ({"textes": [{"nom": "Loi", "url": "javascript:x"}]}, "/textes/0/url", "doit commencer par https"),
        ({"textes": [{"nom": ""}]}, "/textes/0/nom", "il manque le nom"),
        (
            {"textes": [{"nom": LAW, "description": "a"}, {"nom": LAW, "description": "b"}]},
            "/textes/0/nom",
            "Plusieurs textes du fichier portent ce nom",
        ),
        (
            {"demarches": [{**SHEET, "sous_themes": [], "faqs": [{"question": "Et si ?"}]}]},
            "/demarches/0/faqs",
            "il faut une « question » et sa « reponse »",
        ),
    ],
)  # fmt: skip
def test_each_fault_has_its_place_and_nothing_is_written(keeper, given, place, told):
    before = counts()
    answer = post(keeper, **given)
    assert answer.status_code == 422, answer.content
    found = {e["pointer"]: e["detail"].replace("\u00a0", " ") for e in answer.json()["errors"]}
    assert told in found[place]
    assert counts() == before


def test_a_text_told_otherwise_by_a_procedure_of_the_file_is_a_fault(organisations, catalogue):
    rows = queries.portal_bundle()
    row = next(r for r in rows["demarches"] if any(t["nom"] == LAW for t in r["textes"]))
    texts = [{"nom": LAW, "description": "Autre", "url": ""}]
    with pytest.raises(actions_portal.PortalRefused, match="Écrivez la même chose aux deux endroits"):
        actions_portal.import_bundle({"demarches": [row], "textes": texts}, BY)
    others = {k: v for k, v in row.items() if k != "textes"}
    lines = actions_portal.import_bundle({"demarches": [others], "textes": texts}, BY)
    assert [line.state for line in lines] == ["changed", "changed"]


def test_a_text_that_no_procedure_cites_is_told_and_left(organisations, catalogue):
    (line,) = actions_portal.import_bundle({"textes": [{"nom": "Loi sur la Lune"}]}, BY)
    assert (line.state, "aucune démarche ne cite" in line.remarks[0]) == ("unchanged", True)


def test_a_life_event_keeps_the_steps_that_the_portal_does_not_know(organisations, catalogue):
    row = next(r for r in queries.portal_bundle()["evenements_de_vie"] if r["id"] == "un-enfant-est-ne")
    before = LifeEvent.objects.get(slug="un-enfant-est-ne")
    row = {**row, "titre": "Une naissance", "demarches": [*row["demarches"], {"id": CASIER}]}
    (line,) = actions_portal.import_bundle({"evenements_de_vie": [row]}, BY)
    after = LifeEvent.objects.get(slug="un-enfant-est-ne")
    assert (line.state, after.title, after.summary) == ("changed", "Une naissance", before.summary)
    assert after.steps == [*before.steps, {"code": CASIER}]


def test_the_command_previews_a_folder(organisations, catalogue, tmp_path, capsys):
    assert cli.main(["export", "--portal", str(tmp_path)]) == 0
    path = tmp_path / "themes.json"
    path.write_text(path.read_text("utf-8").replace('"Papiers"', '"Pièces d’identité"'), "utf-8")
    before = counts()
    assert cli.main(["import", "--portal", "--preview", str(tmp_path)]) == 0
    told = capsys.readouterr().out.replace("\u00a0", " ")
    assert "thème 1 (papiers) : modifié" in told
    assert "Aperçu : rien n’est écrit." in told
    assert (counts(), Theme.objects.get(slug="papiers").title) == (before, "Papiers")
    assert cli.main(["import", "--portal", str(path)]) == 0
    assert Theme.objects.get(slug="papiers").title == "Pièces d’identité"


def test_questions_are_an_accordion_of_the_sheet_and_are_in_the_api_and_the_portal(organisations, catalogue):
    from dataclasses import replace

    from smartsenegal.onestop.procedures import actions

    definition = queries.published_revision(CASIER).definition
    asked = (("Combien de temps est-il valable ?", "Trois mois.\nAprès, refaites-en la demande."),)
    actions.import_definition(replace(definition, faq=asked), BY)
    actions.publish(CASIER, BY)
    page = Client().get(f"/demarches/{CASIER}/").content.decode().replace("\u202f", " ")
    assert "Questions fréquentes" in page
    assert "<details" in page
    assert "Combien de temps est-il valable ?</span></summary>" in page
    (told,) = Client().get(f"/api/v1/demarches/{CASIER}").json()["faq"]
    assert told["answer"].startswith("Trois mois.\n")
    row = next(r for r in Client().get(API).json()["demarches"] if r["id"] == CASIER)
    assert row["faqs"][0]["reponse"] == "<p>Trois mois.</p><p>Après, refaites-en la demande.</p>"
    assert actions_portal.import_rows([row], BY)[0].state == "unchanged"
    assert "Questions fréquentes" not in Client().get("/demarches/ninea/").content.decode()
