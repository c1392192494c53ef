import io
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import PermissionRefused, system
from smartsenegal.wifi.access import actions, api, secrets
from smartsenegal.wifi.access.errors import AccessRefused
from smartsenegal.wifi.access.models import Credential, VoucherBatch
from smartsenegal.wifi.network.models import Hotspot

SYSTEM = system("test")
BASE = "/wifi/acces/tickets/"
codes = st.text(secrets.VOUCHER_ALPHABET, min_size=10, max_size=10)


def page(response: Any) -> str:
    assert response.status_code == 200, response
    return str(response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


def batch_of(count: int = 3, **values: Any) -> VoucherBatch:
    until = timezone.now() + timedelta(days=30)
    return actions.make_vouchers(SYSTEM, **{"name": "Salon", "count": count, "valid_until": until, **values})


@given(codes, st.randoms())
def test_a_code_is_read_however_it_was_typed(code: str, random: Any) -> None:
    misread = {"0": "0Oo", "1": "1IlLi"}
    typed = "".join(
        random.choice(misread.get(c, c + c.lower())) + random.choice(["", " ", "-"]) for c in code
    )
    assert secrets.read_voucher(typed) == code
    assert secrets.read_voucher(secrets.spelt_voucher(code)) == code


@given(st.text(max_size=30))
def test_what_is_no_code_is_read_as_none(typed: str) -> None:
    read = secrets.read_voucher(typed)
    assert read == "" or (len(read) == 10 and not set(read) - set(secrets.VOUCHER_ALPHABET))


@pytest.mark.django_db
def test_a_batch_is_found_by_its_codes_and_the_database_holds_none(hotspot: Hotspot) -> None:
    batch = batch_of(40, hotspot=hotspot, seconds_in_all=7200)
    printed = actions.print_vouchers(SYSTEM, batch)
    assert len(set(printed)) == 40
    assert len({c.holder for c in batch.credentials.all()}) == 40
    found = api.find_voucher(secrets.spelt_voucher(printed[7]).lower())
    assert found is not None
    assert (found.batch, found.seconds_in_all, found.kind) == (batch, 7200, "voucher")
    assert api.find_voucher(printed[7], hotspot.pk) == found
    assert api.find_voucher(printed[7], hotspot.pk + 1) is None
    assert api.find_voucher("") is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text, b::text FROM wifi_access_credential c, wifi_access_voucherbatch b")
        kept = str(cursor.fetchall())
    assert not [code for code in printed if code in kept.upper()]


@pytest.mark.django_db
def test_codes_are_taken_once_and_forgotten_after_a_week(country: None) -> None:
    batch = batch_of()
    assert actions.take_codes(SYSTEM, batch) == actions.print_vouchers(SYSTEM, batch)
    with pytest.raises(AccessRefused, match="déjà été pris"):
        actions.take_codes(SYSTEM, batch)
    assert actions.forget_codes() == 0
    VoucherBatch.objects.update(codes_until=timezone.now())
    with pytest.raises(AccessRefused, match="plus lisibles"):
        actions.print_vouchers(SYSTEM, batch)
    assert actions.forget_codes() == 1
    assert VoucherBatch.objects.get().codes is None
    assert Credential.objects.filter(closed_because="").count() == 3
    verbs = [e.verb for e in audit.of_subject(f"wifi_vouchers:{batch.pk}").order_by("id")]
    assert verbs == ["wifi.vouchers_made", "wifi.vouchers_taken", "wifi.vouchers_printed",
                     "wifi.voucher_codes_forgotten"]  # fmt: skip


@pytest.mark.django_db
def test_one_voucher_is_closed_then_all(country: None) -> None:
    batch = batch_of()
    lost = actions.print_vouchers(SYSTEM, batch)[0]
    assert actions.close_voucher(SYSTEM, batch, lost.lower()).closed_because == "withdrawn"
    for typed in (lost, "0000000000", "x"):
        with pytest.raises(AccessRefused):
            actions.close_voucher(SYSTEM, batch, typed)
    actions.close_batch(SYSTEM, batch)
    assert not Credential.objects.filter(closed_because="").exists()
    assert VoucherBatch.objects.get().codes is None


@pytest.mark.django_db
def test_a_batch_that_makes_no_sense_is_refused(hotspot: Hotspot, engineer: Any) -> None:
    for values, field in (({"count": 0}, "count"), ({"count": 5_001}, "count"),
                          ({"valid_until": timezone.now()}, "valid_until")):  # fmt: skip
        with pytest.raises(AccessRefused) as refused:
            batch_of(**values)
        assert refused.value.field == field
    until = timezone.now() + timedelta(days=1)
    for where in (None, hotspot):
        with pytest.raises(PermissionRefused):
            actions.make_vouchers(
                engineer(territory="SN-DK"), name="A", count=1, valid_until=until, hotspot=where
            )


@pytest.mark.django_db
def test_codes_under_an_old_key_are_sealed_again(country: None) -> None:
    from smartsenegal.kernel import vault

    batch = batch_of()
    before = actions.print_vouchers(SYSTEM, batch)
    assert actions.reseal_codes() == 0
    vault.keyring().rotate()
    assert actions.reseal_codes() == 1
    assert actions.print_vouchers(SYSTEM, batch) == before


def test_a_batch_is_made_printed_and_closed_on_pages(
    network: Client, hotspot: Hotspot, settings: Any
) -> None:
    settings.WIFI_PORTAL_URL = "https://wifi.example.sn/wifi/"
    assert "Aucun ticket" in page(network.get(BASE))
    text = page(network.post(BASE + "nouveau/", {"name": "", "count": "0"}))
    assert "Indiquez le nom du lot." in text
    sent = {"name": "Salon de l’emploi", "count": "50", "place": f"site:{hotspot.pk}",
            "valid_until": "31 décembre 2099", "hours": "2", "megabytes": "500"}  # fmt: skip
    made = network.post(BASE + "nouveau/", sent)
    assert made.status_code == 302
    address = made.headers["Location"]
    text = page(network.get(address))
    for words in ("Place du Marché", "500 Mo", "2 h", "Feuilles de tickets"):
        assert words in text
    sheets = network.post(address + "feuilles/")
    assert sheets.headers["Content-Type"] == "application/pdf"
    pdf = pypdf.PdfReader(io.BytesIO(sheets.content))
    assert len(pdf.pages) == 3
    file = network.post(address + "fichier/").content.decode().split()
    assert len(file) == 51
    printed = "".join(each.extract_text() for each in pdf.pages)
    assert all(code in printed for code in file[1:])
    assert network.post(address + "fichier/").status_code == 302
    again = page(network.get(address))
    assert "déjà été pris" in again
    assert "Codes en CSV" not in again
    assert network.post(address + "fermer-un-ticket/", {"code": file[1]}).status_code == 302
    assert "pas de ticket avec ce code" in page(network.post(address + "fermer-un-ticket/", {"code": "A"}))
    assert network.post(address + "fermer/").status_code == 302
    text = page(network.get(address))
    assert "Fermé" in text
    assert "Feuilles de tickets" not in text
    assert "Salon de l’emploi" in page(network.get(BASE))
