"""The procedures that come with the software: sound, honest, and answerable from end to end."""

from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from smartsenegal.kernel.sites.api import KINDS, competent_site
from smartsenegal.onestop import procedures
from smartsenegal.onestop.procedures import files
from smartsenegal.onestop.procedures.forms import check_answers
from smartsenegal.onestop.procedures.rules import (
    act_values,
    competence,
    fees_due,
    fill,
    missing_answers,
    price,
    required_pieces,
    total,
    validate,
)

DATA = Path(procedures.__file__).parent / "data"
DEFINITIONS = {p.stem: files.from_yaml(p.read_text("utf-8")) for p in sorted(DATA.glob("*.yaml"))}
TODAY = date(2026, 11, 24)
HERE = {"code": "SN-TH-mbour-mbour"}
IDENTITY = {
    "first_names": "Awa",
    "last_name": "Ndiaye",
    "birth_date": "1994-03-27",
    "birth_country": "SN",
    "birth_commune": HERE,
}
ADDRESS = {"commune": HERE, "line": "Quartier Escale"}
PROJECT = {
    "identity": IDENTITY, "terrain": ADDRESS, "titre": "titre_foncier", "numero_titre": "1234/TH",
    "usage": "habitation", "description": "Une maison", "niveaux": 1, "surface": 180,
}  # fmt: skip
ANSWERS: dict[str, dict[str, Any]] = {
    "casier-judiciaire-b3": {"identity": IDENTITY},
    "certificat-nationalite": {
        "identity": IDENTITY, "adresse": ADDRESS, "parent": "mere", "nom_parent": "Fatou Sarr",
    },
    "certificat-residence": {"identity": IDENTITY, "adresse": ADDRESS},
    "extrait-naissance": {
        "identity": IDENTITY, "commune_declaration": HERE, "acte_connu": True, "annee_acte": 1994,
        "numero_acte": "12",
    },
    "ninea": {
        "forme": "societe", "denomination": "Teranga", "identity": IDENTITY, "rccm": "SN-DKR-2026-B-1",
        "activite": "Tissus", "siege": ADDRESS,
    },
    "permis-conduire-renouvellement": {
        "motif": "perte", "identity": IDENTITY, "categorie": "deux_roues", "adresse": ADDRESS,
        "demenage": True,
    },
    "carte-commercant": {
        "motif": "renouvellement", "identity": IDENTITY, "rccm": "SN-DKR-2026-A-1", "activite": "Tissus",
        "siege": ADDRESS,
    },
    "carte-identite-duplicata": {"motif": "perte", "identity": IDENTITY, "adresse": ADDRESS},
    "certificat-conformite": {
        "identity": IDENTITY, "terrain": ADDRESS, "permis": "12/2024", "date_permis": "2024-02-01",
        "achevement": "2026-10-01",
    },
    "certificat-urbanisme": {"identity": IDENTITY, "terrain": ADDRESS, "parcelle": "TF 1234"},
    "copie-litterale-naissance": {
        "identity": IDENTITY, "lien": "heritier", "commune_declaration": HERE, "acte_connu": False,
    },
    "extrait-mariage": {
        "epoux": "Awa Ndiaye", "epouse": "Awa Ndiaye", "commune_declaration": HERE, "acte_connu": False,
    },
    "occupation-voie-publique": {
        "identity": IDENTITY, "lieu": ADDRESS, "surface": 12, "objet": "terrasse", "du": "2099-01-01",
        "au": "2099-02-01",
    },
    "permis-construire": PROJECT,
    "permis-construire-complexe": PROJECT,
    "permis-demolir": {
        "identity": IDENTITY, "terrain": ADDRESS, "titre": "bail", "numero_titre": "12", "etendue": "tout",
        "description": "Une remise",
    },
    "rccm-personne": {
        "identity": IDENTITY, "marie": True, "activite": "Tissus", "debut": "2026-12-01", "siege": ADDRESS,
    },
    "rccm-societe": {
        "denomination": "Teranga", "forme": "sarl", "identity": IDENTITY, "activite": "Tissus",
        "debut": "2026-12-01", "siege": ADDRESS,
    },
}  # fmt: skip
BUILDING = ["demande", "titre", "situation", "cadastral", "plans", "fiche", "devis", "assainissement"]
EXPECTED = {
    "casier-judiciaire-b3": (400, ["identite"], "court_tgi"),
    "certificat-nationalite": (2000, ["naissance", "parent", "residence"], "court_ti"),
    "certificat-residence": (150, ["domicile", "identite"], "police"),
    "extrait-naissance": (200, [], "civil_registry"),
    "ninea": (1000, ["demande", "statuts", "rccm", "local"], "tax_centre"),
    "permis-conduire-renouvellement": (
        5000,
        ["groupe_sanguin", "identite", "certificat_perte", "residence"],
        "transport",
    ),
    "carte-commercant": (11000, ["rccm", "identite", "photo", "formulaire"], "chamber"),
    "carte-identite-duplicata": (10000, ["naissance", "perte"], "police"),
    "certificat-conformite": (7000, ["demande", "permis", "declaration"], "town_hall"),
    "certificat-urbanisme": (1500, ["demande", "situation"], "urbanism"),
    "copie-litterale-naissance": (200, ["reference", "identite", "qualite"], "civil_registry"),
    "extrait-mariage": (200, ["reference"], "civil_registry"),
    "occupation-voie-publique": (0, ["demande", "plan", "identite"], "town_hall"),
    "permis-construire": (0, BUILDING, "town_hall"),
    "permis-construire-complexe": (0, BUILDING, "town_hall"),
    "permis-demolir": (2000, ["demande", "titre", "situation"], "town_hall"),
    "rccm-personne": (17000, ["casier", "residence", "identite", "mariage"], "commerce_registry"),
    "rccm-societe": (32000, ["casier", "residence", "identite", "statuts"], "commerce_registry"),
}
PERMITS = {"permis-construire": 28, "permis-construire-complexe": 40}


def test_there_are_eighteen():
    assert len(EXPECTED) == 18
    assert set(DEFINITIONS) == set(EXPECTED) == set(ANSWERS)


@pytest.mark.parametrize("code", EXPECTED)
def test_each_is_sound(code):
    assert validate(DEFINITIONS[code]) == []


@pytest.mark.django_db
@pytest.mark.parametrize("code", EXPECTED)
def test_each_can_be_answered_and_leads_where_it_must(country, code):
    definition = DEFINITIONS[code]
    answers, errors = check_answers(definition, ANSWERS[code])
    assert errors == {}
    assert missing_answers(definition, answers) == []
    amount, pieces, unit = EXPECTED[code]
    assert total(fees_due(definition, answers, TODAY)) == amount
    assert [p.key for p in required_pieces(definition, answers)] == pieces
    found = competence(definition, answers)
    assert (found.unit, found.commune) == (unit, HERE["code"])
    values = act_values(definition, answers, {}, {})
    assert "Awa Ndiaye" in fill(definition.act.holder, values) or "Teranga" in values.values()


@pytest.mark.django_db
def test_every_service_of_every_circuit_is_found_for_a_commune(organisations):
    for code, definition in DEFINITIONS.items():
        units = {s.unit for s in definition.circuit} - {"competent"}
        if definition.silence:
            units.add(definition.silence.substitute_unit)
        for unit in {definition.authority.unit, *units}:
            assert competent_site(unit, HERE["code"]), (code, unit)


@pytest.mark.parametrize("code", PERMITS)
def test_a_building_permit_follows_the_decree(code):
    """Décret 2009-1450 (R 195 to R 207) and décret 2020-1463: 28 or 40 days, notice of 30, act within 8."""
    d = DEFINITIONS[code]
    assert (d.delay.amount, d.delay.unit) == (PERMITS[code], "calendar_days")
    silence = d.silence
    assert silence
    assert silence.notice
    assert silence.substitute
    assert (silence.effect, silence.notice.amount, silence.substitute.amount) == ("granted", 30, 8)
    assert silence.substitute_unit == "prefecture"
    kinds = [s.kind for s in d.circuit]
    order = ("review", "opinion", "assessment", "payment", "decision", "visa")
    ranks = [kinds.index(kind) for kind in order]
    assert ranks == sorted(ranks)
    consulted = {s.unit for s in d.circuit if s.kind == "opinion"}
    more = {"civil_protection", "environment"}
    assert consulted == {"urbanism", "cadastre", "land_registry"} | (more if PERMITS[code] == 40 else set())


@pytest.mark.parametrize("code", PERMITS)
def test_the_urbanism_tax_is_assessed_within_its_range(code):
    lines = fees_due(DEFINITIONS[code], PROJECT, TODAY, {"taxe": 3200}, at="liquidation")
    assert [(x.key, x.amount, x.beneficiary) for x in lines] == [
        ("taxe", 3200, "domaines"),
        ("timbre", 1000, "domaines"),
    ]
    assert (price(DEFINITIONS[code], TODAY).least, price(DEFINITIONS[code], TODAY).most) == (2000, 6000)


def test_a_criminal_record_of_someone_born_abroad_goes_to_the_court_of_appeal():
    born = {**IDENTITY, "birth_country": "FR", "birth_commune": None, "birth_place": "Lyon"}
    found = competence(DEFINITIONS["casier-judiciaire-b3"], {"identity": born, "adresse": ADDRESS})
    assert (found.unit, found.commune) == ("court_appeal", HERE["code"])
    assert competence(DEFINITIONS["casier-judiciaire-b3"], {"identity": born}).commune is None


@pytest.mark.parametrize("code", EXPECTED)
def test_each_names_kinds_of_places_that_exist(code):
    authority = DEFINITIONS[code].authority
    steps = {s.unit for s in DEFINITIONS[code].circuit} - {"competent"}
    assert {authority.unit, *(o.unit for o in authority.otherwise), *steps} <= set(dict(KINDS))


@pytest.mark.parametrize("code", EXPECTED)
def test_what_is_not_known_is_said(code):
    definition = DEFINITIONS[code]
    assert definition.unknown
    assert any("recours" in line for line in definition.unknown)
    assert "à confirmer" in definition.appeal


def test_only_the_texts_that_the_facts_name_are_cited():
    cited = {c for c, d in DEFINITIONS.items() if d.texts}
    urbanism = {"certificat-urbanisme", "certificat-conformite", "permis-demolir", *PERMITS}
    assert cited == urbanism | {"occupation-voie-publique", "carte-identite-duplicata"}


def test_that_only_the_person_may_ask_for_a_criminal_record_is_said_to_be_unconfirmed():
    unknown = DEFINITIONS["casier-judiciaire-b3"].unknown
    assert any("vous seul pouvez l’obtenir" in line for line in unknown)


@pytest.mark.parametrize("code", EXPECTED)
def test_no_tariff_holds_before_the_day_of_its_source(code):
    definition = DEFINITIONS[code]
    assert price(definition, date(2021, 1, 31)).least == 0
    assert price(definition, TODAY).most > 0
    for fee in definition.fees:
        assert fee.source


def test_the_uncertain_tariffs_are_known():
    doubtful = {(c, f.key) for c, d in DEFINITIONS.items() for f in d.fees if f.certainty != "A"}
    assert doubtful == {
        ("extrait-naissance", "vignette"),
        ("copie-litterale-naissance", "vignette"),
        ("extrait-mariage", "vignette"),
        ("occupation-voie-publique", "redevance"),
        ("carte-identite-duplicata", "duplicata"),
    }


@pytest.mark.parametrize("code", EXPECTED)
def test_no_straight_apostrophe_or_plain_space_before_a_colon(code):
    for prose in _prose(DEFINITIONS[code]):
        assert "'" not in prose
        assert " :" not in prose
        assert " ?" not in prose


def _prose(value: Any) -> Any:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _prose(item)
    elif is_dataclass(value):
        for field in fields(value):
            if field.name != "keywords":
                yield from _prose(getattr(value, field.name))


PERSONAL = {
    "carte-identite-duplicata", "casier-judiciaire-b3", "certificat-nationalite", "certificat-residence",
    "copie-litterale-naissance", "extrait-mariage", "extrait-naissance", "permis-conduire-renouvellement",
    "rccm-personne",
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(DEFINITIONS))
def test_what_concerns_one_person_is_not_asked_by_a_company(code):
    expected = ("person",) if code in PERSONAL else ("person", "organisation")
    assert DEFINITIONS[code].parties == expected
