"""An engineer plans an event that is going on, keeps the plan, sees the measures beside it, and compares."""

from datetime import timedelta

from django.utils import timezone

from tests.journeys.conftest import Visits
from tests.journeys.people import sign_in

ENGINEER = "reseau@demo.sn"


def test_a_plan_is_kept_compared_and_put_beside_what_happens(visits: Visits) -> None:
    engineer = sign_in(visits(phone=False), ENGINEER)
    engineer.open("/wifi/planification/").press("Calculer").sees("Ce que la foule demande").check()
    engineer.expected.append(422)
    engineer.follow("Garder ce plan").sees("Garder un plan").check()
    engineer.press("Enregistrer").sees("Indiquez le nom du plan.", "Cochez au moins un point Wi-Fi.").check()
    page, now = engineer.page, timezone.localtime()
    page.get_by_label("Nom du plan").fill("Gamou de la place")
    page.get_by_label("Début de l’événement").fill(f"{now - timedelta(days=1):%d/%m/%Y}")
    page.get_by_label("Heure de début").fill("08:00")
    page.get_by_label("Fin de l’événement").fill(f"{now + timedelta(days=1):%d/%m/%Y}")
    page.get_by_label("Heure de fin").fill("20:00")
    page.get_by_role("checkbox").first.check()
    engineer.press("Enregistrer").sees(
        "Gamou de la place", "Plan et réalité", "Non mesuré", "pas fini"
    ).check()
    engineer.press("Dupliquer").sees("changez ce qui diffère").check()
    page.get_by_label("Personnes présentes au plus fort").fill("40000")
    engineer.press("Enregistrer").sees("Gamou de la place (copie)").check()

    phone = sign_in(visits(phone=True), ENGINEER)
    phone.open("/wifi/planification/plans/").sees("Gamou de la place (copie)").check()
    phone.follow("Comparer deux plans").sees("(soit").check()  # the two latest, at once
    phone.page.get_by_label("Premier plan").select_option("Gamou de la place (copie)")
    phone.page.get_by_label("Second plan").select_option("Gamou de la place")
    phone.press("Comparer").sees("(soit").check()
    phone.open("/wifi/planification/plans/").follow("Gamou de la place", exact=True)
    phone.sees("Plan et réalité", "Bilan en PDF").check()
