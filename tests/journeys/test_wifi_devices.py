"""An engineer opens a realm, makes a password of their own in it, and retires it."""

import pytest

from tests.journeys.conftest import Visits
from tests.journeys.people import sign_in

ENGINEER = "reseau@demo.sn"
NAMES = ("EAP", "TLS", "TTLS", "PAP", "PEAP", "MSCHAPv2", "Windows")


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_realm_is_opened_used_and_retired(visits: Visits, phone: bool) -> None:
    engineer = sign_in(visits(phone=phone), ENGINEER)
    name = f"{'poche' if phone else 'bureau'}.sn"
    engineer.open("/wifi/acces/domaines/").check(names=NAMES).follow("Nouveau domaine").check(names=NAMES)
    engineer.press("Enregistrer").sees("Indiquez le domaine.").check(names=NAMES)
    engineer.page.get_by_label("Domaine").fill(name)
    engineer.press("Enregistrer").sees(name, "Tout compte").check(names=NAMES)
    engineer.follow(name, exact=True).sees("faux serveur").check(names=NAMES)
    mine = engineer.open("/wifi/mes-appareils/").sees("Un mot de passe pour tous vos appareils", name)
    mine.check(names=NAMES)
    mine.press("Faire mon mot de passe").sees("il ne sera plus montré", f"@{name}", "iPhone").check(
        names=NAMES
    )
    mine.follow("Mes appareils").sees("Renouveler", "Retirer").check(names=NAMES)
    engineer.open("/wifi/acces/domaines/").check(names=NAMES)
    engineer.follow(name, exact=True)
    engineer.follow("Retirer ce domaine").sees("Plus aucun appareil").check(names=NAMES)
    engineer.press("Retirer").sees("Retiré").check(names=NAMES)
    engineer.open("/wifi/mes-appareils/").sees("Aucun domaine").check(names=NAMES)
