"""The catalogue's pages, public then of those in charge."""

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from smartsenegal.kernel.identity.api import system
from smartsenegal.onestop.procedures import actions, files, queries
from smartsenegal.onestop.procedures.definition import Delay
from tests.onestop.procedures.samples import small

pytestmark = pytest.mark.django_db
CASIER = "casier-judiciaire-b3"


def text(response) -> str:
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


@pytest.fixture
def public(catalogue) -> Client:
    return Client()


# --- public ---------------------------------------------------------------------------


def test_the_catalogue_lists_everything_with_price_and_delay(public):
    page = text(public.get("/demarches/"))
    assert "Toutes les démarches" in page
    assert "400 F CFA · 1 jour ouvré" in page
    assert "De 75 à 500 F CFA · Le jour même" in page
    assert 'href="/demarches/evenements/je-cree-mon-entreprise/"' in page
    assert 'href="/demarches/themes/justice/"' in page


def test_a_search_keeps_the_words_and_the_audience(public):
    page = text(public.get("/demarches/", {"q": "kasier judiciere", "public": "professionnels"}))
    assert 'value="kasier judiciere"' in page
    assert "Extrait du casier judiciaire" in page
    assert "?q=kasier+judiciere&amp;public=particuliers" in page
    assert '<input type="hidden" name="public" value="professionnels">' in page


def test_a_long_catalogue_is_cut_in_pages(public):
    from smartsenegal.onestop.procedures.models import Procedure

    Procedure.objects.bulk_create(
        Procedure(code=f"essai-{n}", title=f"Essai {n:03}", names=f"essai {n:03}", published=True)
        for n in range(60)
    )
    first = text(public.get("/demarches/"))
    assert first.count('class="ss-icon-list__link" href="/demarches/') == 50 + 6 + 5
    assert "?debut=50" in first
    second = text(public.get("/demarches/", {"debut": "50"}))
    assert "Essai 059" in second
    assert "dans votre vie" not in second
    assert 'rel="prev"' in second
    assert 'rel="next"' not in second
    assert public.get("/demarches/", {"debut": "\u0663"}).status_code == 200
    assert "Aucune démarche" in text(public.get("/demarches/", {"debut": "9999"}))


@pytest.mark.parametrize("words", ["zzzzqqqq", "<script>alert(1)</script>"])
def test_an_empty_result_says_what_to_do_next(public, words):
    page = text(public.get("/demarches/", {"q": words}))
    assert "Aucune démarche ne correspond" in page
    assert "Voir toutes les démarches" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("words", ["\x00", "\u202e", "x" * 5000, "", "&|!", "%"])
def test_odd_searches_are_answered(public, words):
    assert public.get("/demarches/", {"q": words, "public": words}).status_code == 200


def test_a_theme_lists_its_procedures(public):
    page = text(public.get("/demarches/themes/justice/"))
    assert "Certificat de nationalité sénégalaise" in page
    assert "NINEA" not in page


def test_a_life_event_orders_its_steps_and_says_why(public):
    page = text(public.get("/demarches/evenements/je-cree-mon-entreprise/"))
    titles = re.findall(r'ss-steps__label"[^>]*>([^<]+)<', page)
    assert [t.split("(")[0].strip() for t in titles] == [
        "Extrait d’acte de naissance",
        "Extrait du casier judiciaire",
        "Certificat de résidence",
        "Registre du commerce",
        "Registre du commerce",
        "Numéro d’identification des entreprises",
        "Carte de commerçant",
    ]
    assert "Demandé ensuite pour : Extrait du casier judiciaire" in page
    born = text(public.get("/demarches/evenements/un-enfant-est-ne/"))
    assert "Pas encore en ligne ici" in born


def test_the_sheet_says_what_silence_means(public):
    page = text(public.get("/demarches/permis-construire/"))
    for words in (
        "De 2 000 à 6 000 F CFA", "28 jours", "Si l’administration ne répond pas", "la mettre en demeure",
        "article 68", "bulletin de liquidation",
    ):  # fmt: skip
        assert words in page, words
    assert "Si l’administration ne répond pas" not in text(public.get(f"/demarches/{CASIER}/"))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (CASIER, ("Une personne", "Pas au nom d’une entreprise ou d’une association")),
        ("ninea", ("Tous", "Personne, entreprise ou association")),
    ],
)
def test_the_sheet_says_for_whom_it_is(public, code, words):
    page = text(public.get(f"/demarches/{code}/"))
    assert "Pour qui" in page
    assert all(each in page for each in words)
    parties = public.get(f"/api/v1/demarches/{code}").json()["parties"]
    assert ("organisation" in parties) is (code == "ninea")


def test_in_the_name_of_a_company_a_personal_procedure_cannot_be_begun(organisations, catalogue):
    from smartsenegal.kernel.identity import actions as identity
    from smartsenegal.kernel.identity import api
    from smartsenegal.kernel.territory import api as territory

    account = identity.create_account(system("test"), name="Awa Ndiaye", phone="+221771000031", verified=True)
    company = identity.open_organisation(
        api.principal_for(account), kind="company", name="Teranga SARL", territory=territory.get("SN"),
        registration="",
    )  # fmt: skip
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "Commencer" in text(client.get(f"/demarches/{CASIER}/"))
    client.post("/compte/agir/choisir/", {"party": f"member:{company.pk}"})
    page = text(client.get(f"/demarches/{CASIER}/"))
    assert "elle ne se fait pas au nom d’une organisation. Vous agissez au nom de Teranga SARL" in page
    assert f"/compte/agir/?next=%2Fdemarches%2F{CASIER}%2F" in page
    assert "Commencer" not in page
    assert client.get(f"/demarches/{CASIER}/conditions/")["Location"] == f"/demarches/{CASIER}/"
    assert "Commencer" in text(client.get("/demarches/ninea/"))


def test_the_sheet_says_all_before_the_first_question(public):
    page = text(public.get(f"/demarches/{CASIER}/"))
    for words in (
        "Prix", "400 F CFA", "Délai promis", "1 jour ouvré", "Valable", "3 mois", "Ce qu’il vous faut",
        "Un extrait de naissance ou une carte d’identité", "Un téléphone pour payer", "Qui peut demander",
        "Où",
        "Texte à confirmer par l’administration", "Revue le 24 novembre 2026", "Environ 6 minutes",
        "Sans téléphone, sans internet", f"/demarches/{CASIER}/conditions/",
    ):  # fmt: skip
        assert words in page, words
    assert "Délai constaté" in page
    assert "Pas encore assez de demandes" in page
    assert "Pour le responsable" not in page


@pytest.mark.parametrize(
    "path",
    ["rien/", "themes/rien/", "evenements/rien/", "rien/conditions/", "Rien/", "themes/", "gestion/rien/x/"],
)
def test_what_does_not_exist_is_not_found(public, path):
    assert public.get(f"/demarches/{path}").status_code == 404


def test_a_withdrawn_procedure_is_not_found(public):
    actions.withdraw(CASIER, system(), "essai")
    assert public.get(f"/demarches/{CASIER}/").status_code == 404
    assert public.get(f"/demarches/{CASIER}/conditions/").status_code == 404


def test_a_procedure_that_is_not_online_has_no_start_button(public):
    actions.import_definition(small(online=False), system())
    actions.publish("licence-de-peche", system())
    page = text(public.get("/demarches/licence-de-peche/"))
    assert "ne se fait pas encore en ligne" in page
    assert "Commencer" not in page


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/demarches/", 3),
        ("/demarches/?q=extrait", 1),
        ("/demarches/themes/papiers/", 2),
        ("/demarches/evenements/je-cree-mon-entreprise/", 2),
        (f"/demarches/{CASIER}/", 5),
        (f"/demarches/{CASIER}/conditions/", 1),
    ],
)
def test_pages_ask_the_database_little(public, path, most):
    public.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert public.get(path).status_code == 200
    assert len(seen) <= most, [q["sql"][:90] for q in seen]


# --- conditions -------------------------------------------------------------------------


def test_conditions_are_asked_before_any_account_and_kept_nowhere(public):
    page = public.get(f"/demarches/{CASIER}/conditions/")
    assert "Demandez-vous votre propre casier judiciaire" in text(page)
    assert "sessionid" not in page.cookies
    assert "session" not in page.cookies
    done = public.post(f"/demarches/{CASIER}/conditions/", {"page": "pour-qui", "pour_moi": "oui"})
    assert (done.status_code, done["Location"]) == (302, f"/dossiers/nouveau/{CASIER}/")


def test_who_cannot_ask_is_told_why_and_what_to_do(public):
    answer = public.post(f"/demarches/{CASIER}/conditions/", {"page": "pour-qui", "pour_moi": "non"})
    page = text(answer)
    assert "n’est remis qu’à la personne concernée" in page
    assert "Chercher une autre démarche" in page


def test_an_unanswered_condition_gets_a_sentence(public):
    page = text(public.post(f"/demarches/{CASIER}/conditions/", {"page": "pour-qui"}))
    assert "Il y a un problème" in page
    assert "attend une réponse. Choisissez « Oui » ou « Non »." in page
    assert "<title>Erreur" in page


def test_conditions_follow_each_other_and_carry_their_answers(public):
    two = (small().eligibility_pages[0], _second_condition())
    actions.import_definition(small(eligibility_pages=two), system())
    actions.publish("licence-de-peche", system())
    url = "/demarches/licence-de-peche/conditions/"
    page = text(public.post(url, {"page": "majeur", "majeur": "oui", "intrus": "<b>"}))
    assert "condition 2 sur 2" in page
    assert '<input type="hidden" name="majeur" value="oui">' in page
    assert "intrus" not in page
    done = public.post(url, {"page": "nageur", "majeur": "oui", "nageur": "oui"})
    assert done.status_code == 302
    skipped = text(public.post(url, {"page": "nageur", "nageur": "oui"}))
    assert "Êtes-vous majeur" in skipped


def _second_condition():
    from smartsenegal.onestop.procedures.definition import Field, Page

    return Page("nageur", "Savez-vous nager ?", (Field("nageur", "yes_no", "Savez-vous nager ?"),))


def test_a_procedure_without_conditions_starts_at_once(public):
    actions.import_definition(small(eligibility_pages=(), ineligible=()), system())
    actions.publish("licence-de-peche", system())
    assert "/dossiers/nouveau/licence-de-peche/" in text(public.get("/demarches/licence-de-peche/"))
    assert (
        public.get("/demarches/licence-de-peche/conditions/")["Location"]
        == "/dossiers/nouveau/licence-de-peche/"
    )


# --- those in charge ----------------------------------------------------------------------

MANAGED = [
    ("get", "/demarches/gestion/"),
    ("get", f"/demarches/gestion/{CASIER}/"),
    ("get", f"/demarches/gestion/{CASIER}/revision/1/"),
    ("get", f"/demarches/gestion/{CASIER}/brouillon/"),
    ("post", f"/demarches/gestion/{CASIER}/brouillon/"),
    ("get", f"/demarches/gestion/{CASIER}/publier/"),
    ("post", f"/demarches/gestion/{CASIER}/publier/"),
    ("post", f"/demarches/gestion/{CASIER}/jeter/"),
    ("get", f"/demarches/gestion/{CASIER}/retirer/"),
    ("post", f"/demarches/gestion/{CASIER}/retirer/"),
]


@pytest.mark.parametrize(("method", "path"), MANAGED)
def test_the_owners_pages_are_closed_to_others(officer, method, path):
    sent = {"reason": "x"} if method == "post" else {}
    assert getattr(officer, method)(path, sent).status_code == 403
    stranger = getattr(Client(), method)(path, sent)
    assert stranger.status_code == 302
    assert stranger["Location"].startswith("/compte/connexion/")
    assert queries.published_revision(CASIER) is not None


@pytest.mark.parametrize(("method", "path"), MANAGED)
def test_the_owner_of_another_ministrys_procedures_is_kept_out(owner, method, path):
    if CASIER not in path:
        return
    other = getattr(owner, method)(path.replace(CASIER, "ninea"), {})
    assert other.status_code == 403


def test_an_owner_sees_their_procedures_and_how_sure_they_are(owner):
    page = text(owner.get("/demarches/gestion/"))
    assert "Extrait du casier judiciaire" in page
    assert "Certificat de nationalité" in page
    assert "NINEA" not in page
    assert "Texte officiel ou deux sources" in page
    sheet = text(owner.get(f"/demarches/{CASIER}/"))
    assert "Pour le responsable" in sheet
    assert "Texte qui fonde la délivrance et le tarif" in sheet


def test_an_owner_edits_and_publishes_a_revision(owner):
    url = f"/demarches/gestion/{CASIER}/brouillon/"
    page = owner.get(url)
    draft = page.context["form"]["text"].value()
    assert "L’enregistrer ouvre un brouillon" in text(page)
    saved = owner.post(
        url, {"text": draft.replace("amount: 200", "amount: 250").replace("\n", "\r\n")}, follow=True
    )
    assert "Il peut être publié" in text(saved)
    again = owner.post(url, {"text": draft, "seen": page.context["seen"]})
    assert again.status_code == 422
    assert "depuis que vous l’avez ouvert" in text(again)
    publishing = f"/demarches/gestion/{CASIER}/publier/"
    unread = owner.post(publishing, {"effective_from": "", "note": "Hausse", "seen": page.context["seen"]})
    assert "Relisez ce qu’il change" in text(unread)
    refused = owner.post(publishing, {"effective_from": "1 1 2020", "note": ""})
    assert refused.status_code == 422
    assert "est passée" in text(refused)
    assert "Dites en une phrase ce qui change" in text(refused)
    done = owner.post(
        f"/demarches/gestion/{CASIER}/publier/", {"effective_from": "", "note": "Hausse"}, follow=True
    )
    assert "La révision 2 est publiée" in text(done)
    assert "500 F CFA" in text(owner.get(f"/demarches/{CASIER}/"))
    assert queries.published_revision(CASIER).published_by == "Aminata Cissé"


def _publish_small(owner_code="ministere-justice", **changes):
    actions.import_definition(small(owner=owner_code, **changes), system())


def test_the_owner_sees_what_a_revision_changes_before_publishing_it(owner):
    _publish_small()
    url = "/demarches/gestion/licence-de-peche/publier/"
    assert "C’est la première publication" in text(owner.get(url))
    actions.publish("licence-de-peche", system())
    _publish_small(title="Carte de pêche", delay=Delay(40))
    page = text(owner.get(url))
    assert "Le délai passe de 3 à 40 jours ouvrés pour les demandes déposées à partir du" in page
    assert "Moins favorable" in page
    assert "Changent aussi, sans effet : titre" in page
    owner.post(url, {"effective_from": "", "note": "Plus long"})
    kept = text(owner.get("/demarches/gestion/licence-de-peche/"))
    assert "De la révision 1 à la révision 2" in kept
    assert "Le délai passe de 3 à 40 jours ouvrés" in kept


def test_the_owner_says_from_which_day_a_new_tariff_holds(owner):
    _publish_small()
    actions.publish("licence-de-peche", system())
    timbre = small().fees[0]
    _publish_small(fees=(replace(timbre, amounts=(replace(timbre.amounts[0], amount=350),)),))
    url = "/demarches/gestion/licence-de-peche/publier/"
    page = text(owner.get(url))
    assert "« Timbre » passe de 200 F CFA à 350 F CFA à partir du" in page
    early = owner.post(url, {"effective_from": "1 1 2099", "note": "Hausse", "tariff_timbre": "1 1 2098"})
    assert early.status_code == 422
    assert "ne peut pas commencer avant l’entrée en vigueur" in text(early)
    assert 'value="Hausse"' in text(early)
    owner.post(url, {"effective_from": "", "note": "Hausse", "tariff_timbre": "1 1 2099"})
    amounts = queries.published_revision("licence-de-peche").definition.fees[0].amounts
    assert [(str(a.starts_on), a.amount) for a in amounts] == [("2021-02-01", 200), ("2099-01-01", 350)]


def test_the_history_says_what_binds_and_how_sure_it_is(owner):
    page = text(owner.get(f"/demarches/gestion/{CASIER}/"))
    assert "La fiche n’en dit rien : la demande reste ouverte." in page
    assert "Une demande de corrections suspend le délai." in page
    _publish_small(circuit=())
    assert "point" in text(owner.get("/demarches/gestion/licence-de-peche/"))


@pytest.mark.parametrize("count", [1, 6])
def test_a_long_history_takes_no_more_queries(owner, count):
    for rank in range(count):
        _publish_small(delay=Delay(rank + 1))
        actions.publish("licence-de-peche", system())
    url = "/demarches/gestion/licence-de-peche/"
    owner.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert owner.get(url).status_code == 200
    assert len(seen) <= 8, [q["sql"][:90] for q in seen]


def test_faults_are_shown_beside_the_text_which_stays(owner):
    url = f"/demarches/gestion/{CASIER}/brouillon/"
    draft = owner.get(url).context["form"]["text"].value()
    page = owner.post(url, {"text": draft.replace("type: identity", "type: txet")})
    assert page.status_code == 422
    assert "pages[0].fields[0].type : « txet » n’est pas un type connu" in text(page)
    assert "type: txet" in text(page)
    assert queries.draft_of(CASIER) is None
    page = owner.post(url, {"text": draft.replace("kind: decision", "kind: visa")}, follow=True)
    assert "Il ne peut pas encore être publié" in text(page)
    assert "il manque une étape de décision" in text(page)
    page = owner.post(f"/demarches/gestion/{CASIER}/publier/", {"note": "x"})
    assert page.status_code == 422
    assert "Ce brouillon ne peut pas être publié" in text(page)


@pytest.mark.parametrize("wrong", ["", "\x00", "a: [", "- a", "code: autre", "x" * 1_100_000])
def test_any_text_of_a_draft_is_answered_with_sentences(owner, wrong):
    page = owner.post(f"/demarches/gestion/{CASIER}/brouillon/", {"text": wrong})
    assert page.status_code == 422
    assert "Erreur" in text(page)


def test_a_draft_is_thrown_away_after_asking(owner):
    actions.new_draft(CASIER, system())
    url = f"/demarches/gestion/{CASIER}/jeter/"
    assert "Jeter ce brouillon" in text(owner.post(url))
    assert queries.draft_of(CASIER) is not None
    owner.post(url, {"confirm": "1"})
    assert queries.draft_of(CASIER) is None


def test_a_procedure_is_withdrawn_with_a_reason(owner):
    url = f"/demarches/gestion/{CASIER}/retirer/"
    assert "Dites en une phrase pourquoi" in text(owner.post(url, {"reason": ""}))
    page = owner.post(url, {"reason": "Remplacée"}, follow=True)
    assert "La démarche est retirée du catalogue" in text(page)
    assert queries.published_revision(CASIER) is None


def test_a_revision_can_be_read_and_kept(owner):
    assert "code: casier-judiciaire-b3" in text(owner.get(f"/demarches/gestion/{CASIER}/revision/1/"))
    kept = owner.get(f"/demarches/gestion/{CASIER}/revision/1/", {"format": "yaml"})
    assert files.from_yaml(kept.content.decode()) == queries.published_revision(CASIER).definition
    assert owner.get(f"/demarches/gestion/{CASIER}/revision/99/").status_code == 404


def test_the_list_of_those_in_charge_asks_no_query_a_row(owner):
    with CaptureQueriesContext(connection) as few:
        assert owner.get("/demarches/gestion/").status_code == 200
    for rank in range(5):
        code = f"demarche-{chr(97 + rank)}"
        actions.import_definition(small(code=code, owner="ministere-justice"), system("test"))
    with CaptureQueriesContext(connection) as many:
        assert text(owner.get("/demarches/gestion/")).count("Licence de pêche") == 5
    assert len(many) == len(few)
