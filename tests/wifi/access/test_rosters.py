from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.kernel import vault
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import PermissionRefused, organisation, system
from smartsenegal.wifi.access import actions, rosters, secrets
from smartsenegal.wifi.access import queries_rosters as queries
from smartsenegal.wifi.access.errors import AccessRefused, RosterRefused
from smartsenegal.wifi.access.models import Credential, Group, Realm, Roster
from tests.wifi.access.test_plans import page

SYSTEM = system("test")
BASE = "/wifi/acces/domaines/"
TODAY = date(2026, 11, 26)


@pytest.fixture
def realm(country: None) -> Realm:
    Group.objects.create(code="etudiants", name="Étudiants")
    return actions.add_realm(SYSTEM, name="ucad.sn", methods=["ttls-pap"])


@given(st.text())
def test_any_text_is_read_or_told_its_faults(text: str) -> None:
    for whole in (text, f"identifiant;fin\n{text}"):
        read = rosters.read(whole, TODAY)
        assert all(row.login == row.login.lower() for _, row in read.rows)
        assert len({row.login for _, row in read.rows}) == len(read.rows)
        assert all(fault.sentence for fault in read.faults)


def test_a_list_is_read_in_any_order_of_columns() -> None:
    text = "\ufefffin;identifiant;groupe\r\n31/07/2027;2026-001;Etudiants\r\n;AWA.D;\r\n\r\n"
    read = rosters.read(text, TODAY)
    assert read.faults == []
    assert read.given == {"fin", "identifiant", "groupe"}
    assert read.rows == [
        (2, rosters.Row("2026-001", "etudiants", date(2027, 7, 31))),
        (3, rosters.Row("awa.d")),
    ]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("groupe\netudiants\n", 1, "identifiant"),
        ("identifiant,nom\na,Awa\n", 1, "nom"),
        ("identifiant,identifiant\na,b\n", 1, "identifiant"),
        ("identifiant\na\n\nA\n", 4, "identifiant"),
        ("identifiant\na@ucad.sn\n", 2, "identifiant"),
        ("identifiant\n=1+1\n", 2, "identifiant"),
        ("identifiant,fin\na,25/11/2026\n", 2, "fin"),
        ("identifiant,fin\na,2099-01-01\n", 2, "fin"),
        ("identifiant,fin\na,demain\n", 2, "fin"),
        ("identifiant\na,b\n", 2, ""),
        ("identifiant\n\x00\n", 1, ""),
    ],
)
def test_a_fault_is_told_by_line_and_column(text: str, line: int, column: str) -> None:
    assert [(f.line, f.column) for f in rosters.read(text, TODAY).faults] == [(line, column)]


def test_a_list_too_long_or_too_wrong_is_read_no_further() -> None:
    lines = "identifiant\n" + "".join(f"{n}\n" for n in range(rosters.LINES_AT_MOST + 5))
    assert [f.line for f in rosters.read(lines, TODAY).faults] == [rosters.LINES_AT_MOST + 2]
    wrong = "identifiant\n" + "@\n" * 1000
    assert len(rosters.read(wrong, TODAY).faults) == rosters.FAULTS_AT_MOST + 1


@pytest.mark.django_db
def test_a_list_is_brought_in_changed_and_closed(realm: Realm) -> None:
    first = actions.import_roster(SYSTEM, realm, "identifiant,groupe,fin\na,etudiants,2099-07-31\nb,,\n"
                                  .replace("2099", str(timezone.now().year + 1)))  # fmt: skip
    made = dict(actions.take_roster(SYSTEM, first))
    found = {c.login: c for c in Credential.objects.all()}
    assert set(found) == set(made) == {"a", "b"}
    a = found["a"]
    assert (a.kind, a.account, a.sealed, a.group and a.group.code) == ("password", None, None, "etudiants")
    assert a.valid_until == datetime(timezone.now().year + 1, 7, 31, 23, 59, 59, tzinfo=UTC)
    assert bytes(a.verifier or b"") == secrets.verifier(made["a"])
    assert len(set(made["a"]) - {"-"}) > 4
    assert len(made["a"].replace("-", "")) * 5 >= 80
    # A column that is left out leaves what there was; who is kept keeps the password.
    preview = queries.preview(realm, "identifiant,groupe\na,\nc,\n")
    assert (len(preview.added), len(preview.changed), preview.missing) == (1, 1, [found["b"].pk])
    second = actions.import_roster(SYSTEM, realm, "identifiant,groupe\na,\nc,\n")
    a.refresh_from_db()
    assert (a.group, a.valid_until, bytes(a.verifier or b"")) == (
        None, found["a"].valid_until, secrets.verifier(made["a"]),
    )  # fmt: skip
    assert (second.count, second.changed, second.closed) == (1, 1, 0)
    third = actions.import_roster(SYSTEM, realm, "identifiant\na\n", close=2)
    assert (third.count, third.closed, third.sealed) == (0, 2, None)
    gone = Credential.objects.exclude(closed_because="")
    assert {(c.login, c.closed_because, c.verifier) for c in gone} == {
        ("b", "withdrawn", None), ("c", "withdrawn", None),
    }  # fmt: skip
    # Who comes back has another password, and is counted as before.
    actions.import_roster(SYSTEM, realm, "identifiant\na\nb\n")
    again = Credential.objects.get(login="b", closed_because="")
    assert again.holder == found["b"].holder
    assert bytes(again.verifier or b"") != secrets.verifier(made["b"])
    verbs = [e.verb for e in audit.of_subject(f"wifi_realm:{realm.pk}").order_by("id")]
    assert verbs[1:] == ["wifi.roster_imported", "wifi.roster_taken"] + ["wifi.roster_imported"] * 3


@pytest.mark.django_db
def test_a_list_is_written_whole_or_not_at_all(realm: Realm) -> None:
    Credential.objects.create(realm=realm, login="mine", kind="password", holder=1)
    before = (Credential.objects.count(), Roster.objects.count())
    for text, line, column in (
        ("identifiant,groupe\na,\nb,inconnu\n", 3, "groupe"),
        ("identifiant\na\nmine\n", 3, "identifiant"),
        ("identifiant,fin\na,\nb,hier\n", 3, "fin"),
    ):
        with pytest.raises(RosterRefused) as refused:
            actions.import_roster(SYSTEM, realm, text)
        assert [(f.line, f.column) for f in refused.value.faults] == [(line, column)]
    with pytest.raises(AccessRefused, match="ont changé"):
        actions.import_roster(SYSTEM, realm, "identifiant\na\n", close=1)
    assert (Credential.objects.count(), Roster.objects.count()) == before
    actions.change_realm(SYSTEM, realm, methods=["tls"])
    with pytest.raises(AccessRefused, match="mot de passe"):
        actions.import_roster(SYSTEM, realm, "identifiant\na\n")


@pytest.mark.django_db
def test_a_list_closes_neither_who_has_an_account_nor_frees_who_is_blocked(realm: Realm) -> None:
    actions.import_roster(SYSTEM, realm, "identifiant\na\nb\n")
    mine = Credential.objects.create(realm=realm, login="mine", kind="password", holder=1)
    Credential.objects.filter(login="a").update(closed_because="blocked")
    assert queries.preview(realm, "identifiant\na\n").blocked == 1
    actions.import_roster(SYSTEM, realm, "identifiant\na\n", close=1)
    assert [c.closed_because for c in Credential.objects.filter(login="a")] == ["blocked"]
    mine.refresh_from_db()
    assert mine.closed_because == ""


@pytest.mark.django_db
def test_passwords_are_sealed_taken_once_and_forgotten(realm: Realm) -> None:
    actions.change_realm(SYSTEM, realm, methods=["peap-mschapv2"])
    roster = actions.import_roster(SYSTEM, realm, "identifiant\na\nb\n")
    vault.keyring().rotate()
    assert actions.reseal_rosters() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text, r::text FROM wifi_access_credential c, wifi_access_roster r")
        kept = str(cursor.fetchall())
    made = actions.take_roster(SYSTEM, roster)
    assert [login for login, _ in made] == ["a", "b"]
    assert not [word for _, word in made if word in kept or word.encode().hex() in kept]
    one = Credential.objects.get(login="a")
    assert secrets.open_password(realm.pk, "a", bytes(one.sealed or b"")) == made[0][1]
    with pytest.raises(AccessRefused, match="déjà été pris"):
        actions.take_roster(SYSTEM, roster)
    late = actions.import_roster(SYSTEM, realm, "identifiant\nc\n")
    assert actions.forget_rosters() == 0
    Roster.objects.filter(pk=late.pk).update(sealed_until=timezone.now())
    with pytest.raises(AccessRefused, match="effacés"):
        actions.take_roster(SYSTEM, late)
    assert actions.forget_rosters() == 1
    last = actions.import_roster(SYSTEM, realm, "identifiant\nd\n")
    actions.retire_realm(SYSTEM, realm)
    assert not Roster.objects.exclude(sealed=None).exists()
    with pytest.raises(AccessRefused, match="effacés"):
        actions.take_roster(SYSTEM, last)


@pytest.mark.django_db
def test_lists_are_kept_by_the_engineers_of_the_realms_organisation(
    realm: Realm, engineer: Callable[..., Any]
) -> None:
    by = engineer(territory="SN-TH")
    with pytest.raises(PermissionRefused):
        actions.import_roster(by, realm, "identifiant\na\n")
    realm.organisation = organisation("senegal")
    realm.save()
    with pytest.raises(PermissionRefused):
        actions.import_roster(by, realm, "identifiant\na\n")
    realm.organisation = organisation("commune-sn-th-mbour-mbour")
    realm.save()
    roster = actions.import_roster(by, realm, "identifiant\na\n")
    with pytest.raises(PermissionRefused):
        actions.take_roster(engineer(territory="SN-DK"), roster)


def test_a_list_is_looked_at_brought_in_and_taken_on_pages(network: Client, realm: Realm) -> None:
    assert f"{BASE}{realm.pk}/liste/" in page(network.get(BASE))
    address = f"{BASE}{realm.pk}/liste/"
    assert "Rien n’est écrit" in page(network.get(address))
    assert "Choisissez un fichier" in page(network.post(address, {}))
    wrong = {"file": SimpleUploadedFile("l.csv", b"identifiant,nom\na,Awa\n")}
    assert "ni nom ni autre renseignement" in page(network.post(address, wrong))
    latin = {"file": SimpleUploadedFile("l.csv", "identifiant\né\n".encode("latin-1"))}
    assert "pas en UTF-8" in page(network.post(address, latin))
    text = "identifiant\na\nb\n"
    looked = page(network.post(address, {"file": SimpleUploadedFile("l.csv", text.encode())}))
    assert "2 accès" in looked
    assert "plus dans la liste" not in looked
    assert not Credential.objects.exists()
    made = network.post(address, {"text": text, "confirm": "1"})
    assert made.status_code == 302
    where = made.headers["Location"]
    assert where in page(network.get(address))
    assert "une seule fois" in page(network.get(where))
    file = network.post(where + "fichier/")
    lines = file.content.decode().split("\r\n")
    assert lines[0] == "identifiant,mot_de_passe"
    assert lines[1].startswith("a@ucad.sn,")
    assert network.post(where + "fichier/").status_code == 302
    told = page(network.get(where))
    assert "déjà été pris" in told
    assert "Prendre le fichier" not in told
    one = "identifiant\na\n"
    assert "Fermer 1 accès qui n’est plus dans la liste" in page(network.post(address, {"text": one}))
    sent = {"text": one, "confirm": "1", "close": "1", "missing": "2"}
    changed = page(network.post(address, sent))
    assert "ont changé entre-temps" in changed
    assert "checked" not in changed
    assert network.post(address, {**sent, "missing": "1"}).status_code == 302
    assert list(Credential.objects.filter(closed_because="").values_list("login", flat=True)) == ["a"]
    assert "Rien à changer" in page(network.post(address, {"text": one}))
    assert network.get(f"{BASE}{actions.local_realm().pk}/liste/").status_code == 404
    assert network.get(f"{BASE}listes/999999/").status_code == 404
