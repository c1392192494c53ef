"""An engineer of the Wi-Fi adds a site and takes its configuration."""

import re

import pytest

from tests.journeys.conftest import Visits
from tests.journeys.people import sign_in
from tests.journeys.visit import Visit

ENGINEER = "reseau@demo.sn"
LIST = "/wifi/reseau/"
# What the engineer copies is written in the language of its gateway.
NAMES = ("RADIUS", "CSV", "GeoJSON", "UniFi", "Omada", "hostapd", "openNDS", "login.html")


@pytest.mark.parametrize(
    ("phone", "script"),
    [(False, True), (True, True), (False, False)],
    ids=["desk", "phone", "without-javascript"],
)
def test_an_engineer_adds_a_site_and_takes_its_configuration(
    visits: Visits, phone: bool, script: bool
) -> None:
    engineer = sign_in(visits(phone=phone, script=script), ENGINEER)
    engineer.open(LIST).sees("Points Wi-Fi", "Place de l’Indépendance").check(names=NAMES)
    name = f"Halte {'au téléphone' if phone else 'au bureau' if script else 'sans script'}"
    add(engineer, name)
    address = gateway(engineer, 20 + 2 * phone + script)
    take(engineer, script)
    engineer.open(LIST)
    engineer.page.get_by_label("Nom ou commune").fill(name)
    engineer.press("Chercher").sees("1 point", name).check(names=NAMES)
    engineer.follow(name).sees("Reste à faire", "Aucune borne déclarée").check(names=NAMES)
    point(engineer, f"0011223300{20 + 2 * phone + script}")
    engineer.open(address).sees("Une fois en place").check(names=(*code(engineer), *NAMES))


def add(engineer: Visit, name: str) -> None:
    engineer.follow("Ajouter un point").check(names=NAMES)
    engineer.press("Continuer").sees("Il y a 2 problèmes", "Indiquez le nom du point.").check(names=NAMES)
    engineer.page.get_by_label("Nom du point").fill(name)
    engineer.page.get_by_label("Commune").fill("Thiès Nord")
    engineer.page.get_by_label("Code par SMS").check()
    engineer.press("Continuer").sees("Sa passerelle", name)


def gateway(engineer: Visit, number: int) -> str:
    engineer.check(names=NAMES)
    engineer.page.get_by_label("MikroTik RouterOS").check()
    engineer.page.get_by_label("Adresse d’où viennent ses paquets").fill("pas une adresse")
    engineer.press("Créer la passerelle").sees("Il y a un problème").check(names=NAMES)
    engineer.page.get_by_label("Adresse d’où viennent ses paquets").fill(f"203.0.113.{number}")
    engineer.press("Créer la passerelle").sees("Prenez la configuration maintenant")
    return engineer.path


def take(engineer: Visit, script: bool) -> None:
    engineer.check(names=(*code(engineer), *NAMES))
    text = engineer.page.locator("pre").first.inner_text()
    secret = re.search(r'secret="([a-z2-7]{32})"', text)
    assert secret, text
    with engineer.page.expect_download() as waiting:
        engineer.page.get_by_role("link", name="Télécharger smart-senegal.rsc").click()
    with waiting.value.path().open(encoding="utf-8") as file:
        assert secret[1] in file.read()


def code(engineer: Visit) -> list[str]:
    """The files that the page shows, which nobody reads as French."""
    return [block.inner_text() for block in engineer.page.locator("pre").all()]


def point(engineer: Visit, mac: str) -> None:
    engineer.follow("Ajouter une borne").check(names=NAMES)
    engineer.page.get_by_label("Nom de la borne").fill("Quai 1")
    engineer.page.get_by_label("Adresse MAC").fill(mac)
    engineer.page.get_by_label("Canal en 5 GHz").fill("36")
    engineer.press("Enregistrer").sees("C’est enregistré", "Quai 1", "canal 36").check(names=NAMES)


def test_an_engineer_looks_at_a_file_before_it_is_brought_in(visits: Visits) -> None:
    engineer = sign_in(visits(), ENGINEER)
    engineer.open(LIST).follow("Importer").check(names=(*NAMES, *columns(engineer)))
    upload(engineer, "code,nom,commune,ssid,latitude\nwifi-x,,Mbour,W,91\n")
    engineer.sees("Ce fichier a des fautes", "Indiquez le nom du point").check(
        names=(*NAMES, *columns(engineer))
    )
    engineer.follow("Reprendre avec le fichier corrigé")
    upload(engineer, "code,nom,commune,ssid\nwifi-quai-de-peche,Quai de pêche,Mbour,Smart Wifi\n")
    engineer.sees("1 point à ajouter", "Quai de pêche").check(names=NAMES)
    engineer.press("Importer", exact=True).sees("Quai de pêche")


def columns(engineer: Visit) -> list[str]:
    return [each.inner_text() for each in engineer.page.locator("code").all()]


def upload(engineer: Visit, text: str) -> None:
    file = {"name": "points.csv", "mimeType": "text/csv", "buffer": text.encode()}
    engineer.page.get_by_label("Fichier CSV").set_input_files(file)  # type: ignore[arg-type]
    engineer.press("Voir ce qui changerait")
