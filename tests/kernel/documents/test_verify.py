"""Genuine, altered, revoked or unknown: with the register, and without anything but two files."""

import io
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import base45
import cbor2
import pytest
from django.test import Client
from PIL import Image

from smartsenegal.kernel import vault
from smartsenegal.kernel.documents import api, checking, cli, rules, verification
from smartsenegal.kernel.documents.models import Attempt, IssuedAct
from smartsenegal.kernel.identity.api import system
from smartsenegal.lib import pdf, qr, seal
from smartsenegal.lib.authority import Authority
from smartsenegal.lib.crypto import Keyring

pytestmark = pytest.mark.django_db

Issue = Callable[..., IssuedAct]
ROOT = Path(__file__).resolve().parents[3]


def document(act: IssuedAct) -> bytes:
    return api.open_file(act.pdf_id, system(), "essai").read()


def photo(act: IssuedAct) -> bytes:
    """The seal as a phone sees it: small, tilted, on a grey table."""
    code = Image.open(io.BytesIO(qr.qr_png(api.act_content(act).seal, scale=6))).convert("L")
    table = Image.new("L", (code.width + 300, code.height + 260), 150)
    table.paste(code, (140, 120))
    out = io.BytesIO()
    table.rotate(7, fillcolor=150, resample=Image.Resampling.BICUBIC).convert("RGB").save(
        out, "JPEG", quality=70
    )
    return out.getvalue()


# --- what the file alone tells ------------------------------------------------------------


def test_the_three_forms_of_a_genuine_act_tell_the_same(issue: Issue) -> None:
    act = issue()
    forms = [document(act), photo(act), api.act_content(act).seal.encode()]
    verdicts = [checking.check(data, vault.trust()) for data in forms]
    assert {v.state for v in verdicts} == {"genuine"}
    assert {v.number for v in verdicts} == {act.number}
    assert {tuple(v.shown_fields()) for v in verdicts} == {
        (
            ("Acte", "Extrait du casier judiciaire"),
            ("Titulaire", "Awa Marie Ndiaye"),
            ("Autorité", "Tribunal de grande instance de Thiès"),
            ("Né(e) le", "27\u00a0mars\u00a01994"),
            ("Lieu de naissance", "Thiès Nord"),
            ("Condamnations", "Néant"),
        )
    }


def test_a_verdict_crosses_the_border_of_its_process_unchanged(issue: Issue) -> None:
    import json

    verdict = checking.check(document(issue()), vault.trust())
    assert checking.Verdict.from_plain(json.loads(json.dumps(verdict.to_plain()))) == verdict


def test_any_changed_byte_of_the_pdf_is_found(issue: Issue) -> None:
    data, trust = document(issue()), vault.trust()
    picked = random.Random(3).sample(range(len(data)), 120)
    ends = [0, 5, len(data) - 1, data.index(b"/Keywords") + 20, data.index(b"/ByteRange") + 14]
    for place in [*picked, *ends]:
        changed = bytearray(data)
        changed[place] ^= 1 << (place % 8)
        assert checking.check(bytes(changed), trust).state != "genuine", place


@pytest.mark.parametrize("change", ["cut", "grown", "doubled", "empty update"])
def test_a_pdf_cut_or_added_to_is_not_genuine(issue: Issue, change: str) -> None:
    data = document(issue())
    changed = {
        "cut": data[:-30],
        "grown": data + b"\n% note\n",
        "doubled": data + data,
        "empty update": data + b"xref\n0 0\ntrailer <<>>\nstartxref\n0\n%%EOF\n",
    }[change]
    assert checking.check(changed, vault.trust()).state in ("forged", "unclear")


def altered_seals(words: str) -> dict[str, str]:
    """Seals whose payload says something else, the signature being that of the true one."""
    message = cbor2.loads(base45.b45decode(words.removeprefix(seal.PREFIX)))
    protected, unprotected, payload, signature = message.value
    plain = cbor2.loads(payload)
    changes: dict[str, dict[int, Any]] = {
        "number": plain | {1: plain[1] + "1"},
        "issued at": plain | {2: plain[2] + 1},
        "revocation": plain | {3: plain[3][::-1]},
    }
    for label, value in plain[4].items():
        other = value + " bis" if isinstance(value, str) else cbor2.CBORTag(100, 9000)
        changes[label] = plain | {4: plain[4] | {label: other}}
        changes[f"without {label}"] = plain | {4: {k: v for k, v in plain[4].items() if k != label}}
    return {
        name: seal.PREFIX
        + base45.b45encode(
            cbor2.dumps(cbor2.CBORTag(18, [protected, unprotected, cbor2.dumps(changed), signature]))
        ).decode()
        for name, changed in changes.items()
    }


def test_any_changed_field_of_the_seal_is_found(issue: Issue) -> None:
    words = api.act_content(issue()).seal
    forged = altered_seals(words)
    assert len(forged) == 15
    for name, changed in forged.items():
        assert checking.check_seal(changed, vault.trust()).state == "forged", name


def test_any_changed_character_of_the_seal_is_found(issue: Issue) -> None:
    words = api.act_content(issue()).seal
    for place in range(len(words)):
        changed = words[:place] + ("A" if words[place] != "A" else "B") + words[place + 1 :]
        assert checking.check_seal(changed, vault.trust()).state != "genuine", place


def test_an_act_of_another_authority_is_not_genuine(issue: Issue, tmp_path: Path) -> None:
    other = Authority.create(tmp_path / "a", keyring=Keyring.create(tmp_path / "k"))
    act = issue()
    for data in (document(act), photo(act), api.act_content(act).seal.encode()):
        assert checking.check(data, other.trust).state == "forged"


def test_a_signed_pdf_without_a_seal_or_with_anothers_is_no_act(issue: Issue, authority: Authority) -> None:
    act = issue()

    def signed(keywords: str, title: str, about: str) -> bytes:
        source = f'#set document(keywords: ("{keywords}",), description: "{about}")\nTexte'
        made = pdf.render(source, {}, title=title)
        return pdf.sign(made, authority, reason="x", name="x", location="x")

    words = api.act_content(act).seal.replace("\\", "\\\\").replace('"', '\\"')
    assert checking.check(signed("rien", act.title, f"Acte {act.number}"), authority.trust).state == "forged"
    assert checking.check(signed(words, act.title, "Acte B3-2026-9"), authority.trust).state == "forged"
    assert (
        checking.check(signed(words, "Autre titre", f"Acte {act.number}"), authority.trust).state == "forged"
    )
    assert checking.check(signed(words, act.title, f"Acte {act.number}"), authority.trust).state == "genuine"


@pytest.mark.parametrize(
    "data",
    [
        b"", b"Bonjour", b"\xff\xd8\xff" + bytes(80), b"%PDF-1.7\n" + bytes(90), bytes(2000), b"\xff" * 50,
        b"RIFF\x00\x00\x00\x00WEBP", "SN1:é".encode(), b"SN1:" + b"A" * 5000, b"SN1:",
    ],
)  # fmt: skip
def test_nonsense_is_never_genuine_and_never_raises(data: bytes) -> None:
    assert checking.check(data, vault.trust()).state in ("forged", "unclear")


def test_a_picture_without_a_seal_says_how_to_take_it() -> None:
    out = io.BytesIO()
    Image.new("RGB", (200, 200), "white").save(out, "PNG")
    verdict = checking.check(out.getvalue(), vault.trust())
    assert verdict.state == "unclear"
    assert "photographiez-le de près" in verdict.sentences[0]


# --- smartsenegal verify ---------------------------------------------------------------------


@pytest.fixture
def kit(issue: Issue, tmp_path: Path) -> tuple[IssuedAct, Path]:
    """An act and what a checker without network holds, in a folder."""
    act = issue()
    (tmp_path / "act.pdf").write_bytes(document(act))
    (tmp_path / "photo.jpg").write_bytes(photo(act))
    (tmp_path / "seal.txt").write_text(api.act_content(act).seal)
    (tmp_path / "trust.json").write_text(vault.trust().to_json())
    (tmp_path / "list.bin").write_bytes(verification.revocation_list())
    return act, tmp_path


def run(folder: Path, file: str, *more: str) -> tuple[int, list[str]]:
    """The command as it is installed, without Django settings, data directory or database."""
    command = [sys.executable, "-m", "smartsenegal", "verify", file, *more]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True,
        env={"PYTHONPATH": str(ROOT), "SMARTSENEGAL_DATA": str(folder / "nothing"), "PATH": ""},
    )  # fmt: skip
    return done.returncode, done.stdout.splitlines()


def test_the_command_accepts_then_refuses_without_database_or_network(kit: tuple[IssuedAct, Path]) -> None:
    act, folder = kit
    known = ("--trust", "trust.json", "--revocations", "list.bin")
    for file in ("act.pdf", "photo.jpg", "seal.txt"):
        code, lines = run(folder, file, *known)
        assert (code, lines[0]) == (0, "ACTE AUTHENTIQUE")
        assert f"Numéro\u00a0: {act.number}" in lines
        assert "Titulaire\u00a0: Awa Marie Ndiaye" in lines
        assert any(line.startswith("L’acte n’est pas révoqué d’après la liste du") for line in lines)
    data = bytearray((folder / "act.pdf").read_bytes())
    data[900] ^= 1
    (folder / "act.pdf").write_bytes(data)
    assert run(folder, "act.pdf", *known)[0] == 1
    api.revoke(act.pk, system(), "fraud")
    (folder / "list.bin").write_bytes(verification.revocation_list())
    code, lines = run(folder, "photo.jpg", *known)
    assert (code, lines[0]) == (2, "ACTE RÉVOQUÉ")


def test_the_command_says_what_it_could_not_check(
    kit: tuple[IssuedAct, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    _, folder = kit
    assert cli.verify([str(folder / "act.pdf"), "--trust", str(folder / "trust.json")]) == 0
    assert "Révocation non vérifiée" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["rien.pdf", "--trust", "trust.json"], "ne peut pas être lu"),
        (["act.pdf", "--trust", "rien.json"], "ne peut pas être lu"),
        (["act.pdf", "--trust", "seal.txt"], "abîmé ou d’un autre format"),
        (["act.pdf", "--trust", "trust.json", "--revocations", "rien.bin"], "ne peut pas être lu"),
        (["act.pdf", "--trust", "trust.json", "--revocations", "seal.txt"], "n’est pas sûre"),
        (["trust.json", "--trust", "trust.json"], "ni un acte en PDF"),
        (["act.pdf"], "/verifier/confiance.json"),
    ],
)
def test_what_is_missing_is_told_with_exit_3(
    kit: tuple[IssuedAct, Path], arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(kit[1])
    monkeypatch.setenv("SMARTSENEGAL_DATA", "nothing")
    assert cli.verify(arguments) == 3
    out = capsys.readouterr().out
    assert out.startswith("VÉRIFICATION IMPOSSIBLE\n")
    assert sentence in out


def test_the_command_says_in_french_why_a_file_cannot_be_read(
    kit: tuple[IssuedAct, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trust = str(kit[1] / "trust.json")
    for path, words in [(tmp_path / "nope", "il n’existe pas"), (tmp_path, "c’est un dossier")]:
        assert cli.verify([str(path), "--trust", trust]) == 3
        assert words in capsys.readouterr().out


def test_wrong_options_exit_3_and_help_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.verify([]) == 3
    assert cli.verify(["x", "--autre"]) == 3
    with pytest.raises(SystemExit) as stop:
        cli.verify(["--help"])
    assert stop.value.code == 0


def test_a_stale_list_is_said_to_be(issue: Issue, authority: Authority) -> None:
    now = datetime.now(UTC)
    known = seal.open_revocation_list(
        seal.make_revocation_list([], authority, now, now + timedelta(days=1)), authority.trust
    )
    verdict = checking.check_seal(api.act_content(issue()).seal, authority.trust)
    told = checking.with_revocations(verdict, known, now + timedelta(days=2))
    assert told.state == "genuine"
    assert "périmée" in told.sentences[-1]


# --- pages -----------------------------------------------------------------------------------------


def shown(response: Any) -> str:
    return response.content.decode().replace("&nbsp;", "\u00a0")


def test_the_code_alone_shows_state_and_initials_only(client: Client, issue: Issue) -> None:
    act = issue()
    response = client.get(f"/v/{rules.show_code(act.code)}/")
    words = shown(response)
    assert response.status_code == 200
    assert "Acte authentique" in words
    for part in (act.title, act.number, "A. M. N.", act.authority):
        assert part in words
    for part in ("Awa", "Ndiaye", "1994", "Thiès Nord", "Néant"):
        assert part not in words
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("typed", ["{0}", "{1}", " {2} ", "{3}"])
def test_a_code_is_read_however_it_is_typed(client: Client, issue: Issue, typed: str) -> None:
    code = issue().code
    written = typed.format(code, rules.show_code(code), " ".join(code), code.lower().replace("0", "o"))
    response = client.get("/verifier/", {"code": written})
    assert response.status_code == 302
    assert response["Location"] == f"/v/{rules.show_code(code)}/"


def test_a_code_with_a_typing_error_is_told_from_an_unknown_one(client: Client, issue: Issue) -> None:
    code = issue().code
    wrong = ("1" if code[0] != "1" else "2") + code[1:]
    response = client.get("/verifier/", {"code": wrong})
    assert response.status_code == 422
    assert "incomplet ou contient une erreur" in shown(response)
    assert f'value="{wrong}"' in shown(response)
    assert client.get(f"/v/{wrong}/").status_code == 404
    unknown = client.get(f"/v/{rules.new_code()}/")
    assert unknown.status_code == 404
    assert "Acte inconnu" in shown(unknown)


def test_a_revoked_act_says_since_when_and_why(client: Client, issue: Issue) -> None:
    act = issue()
    newer = issue(key="corrected", supersedes=act.pk)
    words = shown(client.get(f"/v/{act.code}/"))
    assert "Acte révoqué" in words
    assert "Remplacé par un nouvel acte" in words
    assert newer.number in words
    assert str(datetime.now(UTC).year) in words


@pytest.mark.parametrize("form", ["pdf", "photo", "text"])
def test_who_holds_the_paper_sees_what_it_says(client: Client, issue: Issue, form: str) -> None:
    act = issue()
    data = {"pdf": document, "photo": photo, "text": lambda a: api.act_content(a).seal.encode()}[form](act)
    response = client.post("/verifier/", {"file": io.BytesIO(data)})
    words = shown(response)
    assert response.status_code == 200
    for part in ("Acte authentique", "Awa Marie Ndiaye", "27\u00a0mars\u00a01994", "Néant", act.number):
        assert part in words


def test_a_scanned_seal_is_checked_at_once(client: Client, issue: Issue) -> None:
    act = issue()
    words = api.act_content(act).seal
    assert "Awa Marie Ndiaye" in shown(client.post("/verifier/", {"seal": words}))
    changed = words[:60] + ("A" if words[60] != "A" else "B") + words[61:]
    refused = shown(client.post("/verifier/", {"seal": changed}))
    assert "Acte non authentique" in refused
    assert "Ndiaye" not in refused


def test_an_altered_pdf_is_refused_and_nothing_of_it_repeated(client: Client, issue: Issue) -> None:
    data = bytearray(document(issue()))
    data[len(data) // 3] ^= 4
    words = shown(client.post("/verifier/", {"file": io.BytesIO(bytes(data))}))
    assert "Acte non authentique" in words
    assert "Ndiaye" not in words


def test_a_revoked_pdf_is_told_as_such(client: Client, issue: Issue) -> None:
    act = issue()
    data = document(act)
    api.revoke(act.pk, system(), "fraud")
    words = shown(client.post("/verifier/", {"file": io.BytesIO(data)}))
    assert "Acte révoqué" in words
    assert "Acte obtenu par fraude" in words


def test_a_photo_of_the_small_code_leads_to_the_act(client: Client, issue: Issue) -> None:
    act = issue()
    picture = qr.qr_png(rules.act_address("https://verifier.example", act.code))
    words = shown(client.post("/verifier/", {"file": io.BytesIO(picture)}))
    assert "Acte authentique" in words
    assert "Ndiaye" not in words
    other = qr.qr_png(rules.act_address("https://faux.example", act.code))
    assert "Vérification impossible" in shown(client.post("/verifier/", {"file": io.BytesIO(other)}))


def test_a_seal_of_ours_that_the_register_does_not_know_is_not_accepted(
    client: Client, authority: Authority
) -> None:
    stolen = seal.make_seal(
        {"Acte": "Extrait", "Titulaire": "Faux"}, number="B3-2026-999999", revocation_ref="x",
        issued_at=datetime.now(UTC), authority=authority,
    )  # fmt: skip
    words = shown(client.post("/verifier/", {"seal": stolen}))
    assert "Vérification impossible" in words
    assert "ne figure pas au registre" in words


@pytest.mark.parametrize("data", [{}, {"file": io.BytesIO(b"")}, {"seal": ""}])
def test_nothing_given_is_told_beside_the_field(client: Client, data: dict[str, Any]) -> None:
    response = client.post("/verifier/", data)
    assert response.status_code == 422
    assert "Il y a un problème" in shown(response)


def test_a_file_that_is_no_act_says_what_to_send(client: Client) -> None:
    words = shown(client.post("/verifier/", {"file": io.BytesIO(b"Bonjour")}))
    assert "Vérification impossible" in words
    assert "choisissez le PDF reçu" in words


def test_guessing_codes_is_stopped_and_the_paper_still_checked(client: Client, issue: Issue) -> None:
    act = issue()
    for _ in range(30):
        assert client.get(f"/v/{rules.new_code()}/").status_code == 404
    refused = client.get(f"/v/{act.code}/")
    assert refused.status_code == 429
    assert "Photographiez le sceau" in shown(refused)
    assert client.get(f"/v/{act.code}/", REMOTE_ADDR="192.0.2.9").status_code == 200
    assert client.post("/verifier/", {"seal": api.act_content(act).seal}).status_code == 200


def test_right_codes_are_not_counted(client: Client, issue: Issue) -> None:
    act = issue()
    for _ in range(40):
        assert client.get(f"/v/{act.code}/").status_code == 200
    assert Attempt.objects.count() == 0


def test_files_from_one_address_are_limited(client: Client) -> None:
    for _ in range(60):
        client.post("/verifier/", {"seal": "SN1:x"})
    assert client.post("/verifier/", {"seal": "SN1:x"}).status_code == 429


def test_queries_do_not_grow_with_the_register(
    client: Client, issue: Issue, django_assert_num_queries: Any
) -> None:
    act = issue()
    with django_assert_num_queries(2):
        client.get(f"/v/{act.code}/")
    for n in range(4):
        issue(key=f"k{n}")
    with django_assert_num_queries(2):
        client.get(f"/v/{act.code}/")


def test_what_checkers_download_is_public_and_genuine(client: Client, issue: Issue) -> None:
    act, other = issue(), issue(key="other")
    trust = checking.Trust.from_json(client.get("/verifier/confiance.json").content)
    assert trust == vault.trust()
    response = client.get("/verifier/revocations.bin")
    assert response["Access-Control-Allow-Origin"] == "*"
    known = seal.open_revocation_list(response.content, trust)
    assert len(known) == 0
    api.revoke(act.pk, system(), "court")
    known = seal.open_revocation_list(client.get("/verifier/revocations.bin").content, trust)
    assert known.is_revoked(act.revocation_ref)
    assert not known.is_revoked(other.revocation_ref)
    assert known.next_update - known.issued_at == timedelta(days=1)


def test_the_list_is_made_again_only_when_something_changed(client: Client, issue: Issue) -> None:
    issue()
    first = client.get("/verifier/revocations.bin").content
    assert client.get("/verifier/revocations.bin").content == first


def test_dates_are_shown_in_french() -> None:
    assert checking.shown(date(1994, 3, 1)) == "1er\u00a0mars\u00a01994"


def test_addresses_of_one_ipv6_network_share_one_count(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartsenegal.kernel.documents.views import verification as pages

    monkeypatch.setattr(pages, "MOST_MISSES", 2)
    tried = [
        client.get(f"/v/{rules.new_code()}/", REMOTE_ADDR=address).status_code
        for address in ("2001:db8::1", "2001:db8::ffff:2", "2001:db8::3", "2001:db8:0:1::1", "192.0.2.1")
    ]
    assert tried == [404, 404, 429, 404, 404]
