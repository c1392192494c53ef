"""What a fee costs in a commune, by what encloses it: set by who is in charge, dated, seen on the sheet."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import ANONYMOUS, PermissionRefused, system
from smartsenegal.onestop.procedures import actions_tariffs, queries
from smartsenegal.onestop.procedures.errors import ProcedureRefused
from smartsenegal.onestop.procedures.models import LocalTariff
from smartsenegal.onestop.procedures.queries_tariffs import amounts_in
from smartsenegal.onestop.procedures.rules import LocalAmount, local_amounts
from tests.onestop.procedures.conftest import sign_in

EXTRACT, MBOUR = "extrait-naissance", "SN-TH-mbour-mbour"
PAGE = f"/demarches/gestion/{EXTRACT}/tarifs/"
BY = system("test")
D1, D2 = date(2027, 1, 1), date(2027, 6, 1)
UP = ["commune", "departement", "region", "SN"]


def text(answer) -> str:
    return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


@pytest.mark.parametrize(
    ("rows", "on", "found"),
    [
        ([], D1, {}),
        ([("region", D1, 300)], D1, {"vignette": 300}),
        ([("region", D1, 300), ("commune", D1, 250)], D1, {"vignette": 250}),
        ([("region", D1, 300), ("commune", D2, 250)], D1, {"vignette": 300}),
        ([("region", D1, 300), ("commune", D1, 250), ("commune", D2, None)], D2, {"vignette": 300}),
        ([("commune", D1, 250), ("commune", D2, 260)], D2, {"vignette": 260}),
        ([("commune", D1, 0), ("region", D1, 300)], D1, {"vignette": 0}),
        ([("elsewhere", D1, 250)], D1, {}),
    ],
)
def test_the_nearest_territory_that_has_an_amount_decides(rows, on, found):
    tariffs = [LocalAmount("vignette", where, starts, amount) for where, starts, amount in rows]
    assert local_amounts(tariffs, UP, on) == found
    assert local_amounts(tariffs[::-1], UP, on) == found


def setting(amount: int | None = 300, place: str = MBOUR, day: date | None = None, **more):
    given = {"source": "Délibération n° 4", "by": BY, "fee": "vignette", "code": EXTRACT} | more
    day = day or timezone.localdate()
    return actions_tariffs.set_local_tariff(
        given["code"], given["fee"], place, day, amount, given["source"], given["by"]
    )


@pytest.mark.django_db
def test_a_tariff_holds_where_it_is_set_and_below_from_its_day(organisations, catalogue):
    d, today = queries.published_revision(EXTRACT).definition, timezone.localdate()
    setting(400, "SN-TH")
    assert amounts_in(d, MBOUR, today) == {"vignette": 400}
    setting(300, day=today + timedelta(days=1))
    assert amounts_in(d, MBOUR, today) == {"vignette": 400}
    assert amounts_in(d, MBOUR, today + timedelta(days=1)) == {"vignette": 300}
    assert amounts_in(d, "SN-DK", today) == amounts_in(d, "nulle-part", today) == {}
    setting(350, "SN-TH")  # the same day again replaces
    assert amounts_in(d, MBOUR, today) == {"vignette": 350}
    assert [e.verb for e in audit.of_subject(f"procedure:{EXTRACT}")][:3] == ["procedures.tariff"] * 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"amount": 501}, "de 75 F CFA à 500 F CFA"),
        ({"source": " "}, "Indiquez le texte"),
        ({"day": date(2026, 1, 1)}, "Ce jour est passé"),
        ({"place": "nulle-part"}, "inconnu"),
        ({"fee": "autre"}, "ne dépend pas du lieu"),
        ({"code": "ninea"}, "ne dépend pas du lieu"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(organisations, catalogue, changed, told):
    with pytest.raises(ProcedureRefused) as refused:
        setting(**changed)
    assert told in str(refused.value).replace("\u00a0", " ")
    with pytest.raises(PermissionRefused):
        setting(by=ANONYMOUS)
    assert not LocalTariff.objects.exists()


@pytest.mark.django_db
def test_who_is_in_charge_sets_and_takes_back_by_the_page_and_the_sheet_says_it(organisations, catalogue):
    owner = queries.find(EXTRACT).owner
    client = sign_in(Client(), "procedure_owner", owner, "+221771000051")
    assert "Tarifs par commune" in text(client.get(f"/demarches/gestion/{EXTRACT}/"))
    asked = {"fee": "vignette", "place": "mbour", "place_code": MBOUR, "amount": "900", "starts_on": "",
             "source": "Délibération"}  # fmt: skip
    wrong = client.post(PAGE, asked)
    assert wrong.status_code == 422
    for words in ("de 75 F CFA à 500 F CFA", "Écrivez le jour", 'value="Délibération"'):
        assert words in text(wrong), words
    today = timezone.localdate()
    good = asked | {"amount": "300", "starts_on": f"{today:%d/%m/%Y}"}
    assert "Le tarif est inscrit." in text(client.post(PAGE, good, follow=True))
    sheet = text(Client().get(f"/demarches/{EXTRACT}/", {"commune": "mbour", "commune_code": MBOUR}))
    assert "300 F CFA" in sheet
    assert "Tarif de " in sheet
    assert "Tarif de " not in text(Client().get(f"/demarches/{EXTRACT}/"))
    begun = LocalTariff.objects.get()
    refused = client.post(f"{PAGE}{begun.pk}/retirer/", follow=True)
    assert "Ce tarif a commencé" in text(refused)
    later = setting(200, day=today + timedelta(days=9))
    assert "Le tarif à venir est retiré." in text(client.post(f"{PAGE}{later.pk}/retirer/", follow=True))
    assert list(LocalTariff.objects.all()) == [begun]
    assert client.post(f"{PAGE}{later.pk}/retirer/").status_code == 404


@pytest.mark.django_db
def test_another_ministry_sets_no_tariff(organisations, catalogue):
    client = sign_in(Client(), "procedure_owner", "ministere-justice", "+221771000052")
    expected = 200 if queries.find(EXTRACT).owner == "ministere-justice" else 403
    assert client.get(PAGE).status_code == expected
    assert Client().get(PAGE).status_code == 302
