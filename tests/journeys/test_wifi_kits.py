"""An engineer prepares a kit for an event, takes its file and its key, sends a wrong file, and loses it."""

from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from tests.journeys.conftest import Visits
from tests.journeys.people import sign_in

ENGINEER = "reseau@demo.sn"


def test_a_kit_is_prepared_given_once_and_said_lost(visits: Visits, tmp_path: Path) -> None:
    engineer = sign_in(visits(phone=False), ENGINEER)
    engineer.expected.append(422)
    engineer.open("/wifi/kits/").check().follow("Préparer un kit").check()
    engineer.press("Préparer le kit").sees("Indiquez le nom", "Cochez au moins un point Wi-Fi.").check()
    page, today = engineer.page, timezone.localdate()
    page.get_by_label("Nom de l’événement").fill("Gamou de la place")
    page.get_by_label("Premier jour").fill(f"{today:%d/%m/%Y}")
    page.get_by_label("Dernier jour").fill(f"{today + timedelta(days=2):%d/%m/%Y}")
    page.get_by_role("group", name="Points Wi-Fi").get_by_role("checkbox").first.check()
    page.get_by_label("Tickets à faire pour chaque point").fill("20")
    engineer.press("Préparer le kit").sees("Gamou de la place", "Faire la machine", "Pas encore").check()
    engineer.press("Montrer la clé").sees("Copiez cette clé maintenant").check()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Prendre le fichier").click()
    assert Path(taken.value.path()).read_bytes().startswith(b"SSKIT2")
    engineer.open(engineer.path.removesuffix("cle/")).sees(
        "Sorti", "Reprendre ce que le kit a compté"
    ).check()

    phone = sign_in(visits(phone=True), ENGINEER)
    phone.expected.append(422)
    phone.open("/wifi/kits/").sees("Gamou de la place", "Sorti").check()
    phone.follow("Gamou de la place").check()
    (tmp_path / "photo.sealed").write_bytes(b"this is not the file of a kit at all")
    phone.page.get_by_label("Fichier du kit").set_input_files(tmp_path / "photo.sealed")
    phone.press("Reprendre ce fichier").sees("prenez celui du kit").check()
    phone.follow("Dire perdu").sees("Ses clés sont refusées à l’instant").check()
    phone.press("Le kit est perdu").sees("Perdu", "Dit perdu le").check()
