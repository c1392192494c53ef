import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.lib import text
from smartsenegal.lib.text import TextRefused


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("M'Backé", "m backe"),
        ("M’BACKE", "m backe"),
        ("Saint-Louis", "saint louis"),
        ("  Œuvre   d’art ", "oeuvre d art"),
        ("Ɓaawo Ɗowri Ŋari Ƴewre", "baawo dowri nari yewre"),
        ("N’DIAYE_Fatou", "n diaye fatou"),
        ("", ""),
        ("…", ""),
    ],
)
def test_fold(typed: str, folded: str) -> None:
    assert text.fold(typed) == folded


@given(st.text())
def test_fold_is_idempotent_and_blind_to_case_and_form(s: str) -> None:
    folded = text.fold(s)
    assert text.fold(folded) == folded
    assert text.fold(unicodedata.normalize("NFD", s)) == text.fold(unicodedata.normalize("NFC", s))
    assert "  " not in folded
    assert folded == folded.strip()


def test_squeeze_unites_the_spellings_of_a_name() -> None:
    assert {text.squeeze(name) for name in ("M'Backé", "M Backe", "Mbacké", "MBACKE")} == {"mbacke"}


@given(st.text())
def test_slug_is_plain_ascii(s: str) -> None:
    slug = text.slug(s)
    assert slug.isascii()
    assert slug == slug.strip("-")
    assert not set(slug) - set("abcdefghijklmnopqrstuvwxyz0123456789-")


@pytest.mark.parametrize(
    "hostile",
    ["a\x00b", "a\x07b", "a\ud800b", "abc\u202ecba", "a\u2066b", "a\ufffeb", "a\ue000b", "e" + "\u0301" * 9],
)
def test_clean_refuses_what_deceives_or_cannot_be_kept(hostile: str) -> None:
    with pytest.raises(TextRefused, match=r"[.]$"):
        text.clean(hostile, 100)
    with pytest.raises(TextRefused):
        text.clean(hostile, 100, multiline=True)


def test_clean_normalises() -> None:
    assert text.clean("  Ndèye\u0009Fatou \u200b", 20) == "Ndèye Fatou"
    assert text.clean("e\u0301", 1) == "é"
    assert text.clean("Fatou\r\n", 20) == "Fatou"
    assert text.clean("un\r\n\r\ndeux  ", 20, multiline=True) == "un\n\ndeux"
    assert text.clean("", 5) == ""


def test_clean_says_how_to_mend() -> None:
    with pytest.raises(TextRefused, match=r"compte\s6\scaractères.*raccourcissez-le à 5"):
        text.clean("abcdef", 5)
    with pytest.raises(TextRefused, match="une seule ligne"):
        text.clean("a\nb", 5)


@given(st.text(), st.booleans())
def test_cleaned_text_can_be_stored_and_cleaned_again(s: str, multiline: bool) -> None:
    try:
        kept = text.clean(s, 1000, multiline)
    except TextRefused:
        return
    assert text.clean(kept, 1000, multiline) == kept
    assert "\x00" not in kept
    kept.encode()
    assert unicodedata.is_normalized("NFC", kept)
    assert multiline or "\n" not in kept


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Qu'est-ce ?", "Qu’est-ce\u202f?"),
        ("Pourquoi?", "Pourquoi\u202f?"),
        ("Pièces :", "Pièces\u00a0:"),
        ("Pièces: deux", "Pièces\u00a0: deux"),
        ("oui ; non !", "oui\u202f; non\u202f!"),
        ("Quoi ?!", "Quoi\u202f?!"),
        ("« oui »", "«\u00a0oui\u00a0»"),
        ("«oui»", "«\u00a0oui\u00a0»"),
        ("12 000 F CFA", "12\u202f000\u00a0F\u00a0CFA"),
        ("1 234 567 habitants", "1\u202f234\u202f567 habitants"),
        ("77 123 45 67", "77 123 45 67"),
        ("33 849 12 34", "33 849 12 34"),
        ("n° 3", "n°\u00a03"),
        ("50 %", "50\u00a0%"),
        ("voir https://sn.example/?q=1:2", "voir https://sn.example/?q=1:2"),
        ("à 10:30", "à 10:30"),
        ("Attendez...", "Attendez…"),
        ("R&amp; D", "R&amp; D"),
    ],
)
def test_typography(typed: str, printed: str) -> None:
    assert text.typography(typed) == printed


@given(st.text(alphabet="ab' :;?!«»0123456789.%n°F CFA\u00a0\u202f\n(&amp)", max_size=40))
def test_typography_is_idempotent_and_loses_no_word(s: str) -> None:
    once = text.typography(s)
    assert text.typography(once) == once
    keep = str.maketrans({" ": "", "\u00a0": "", "\u202f": "", "'": "’"})
    assert once.translate(keep).replace("…", "...") == s.translate(keep).replace("…", "...")


@given(st.text())
def test_typography_is_idempotent_on_any_text(s: str) -> None:
    assert text.typography(text.typography(s)) == text.typography(s)


def test_plural() -> None:
    words = [text.plural(n, "dossier", "dossiers") for n in (0, 1, 2, 1500)]
    assert words == ["0\u00a0dossier", "1\u00a0dossier", "2\u00a0dossiers", "1\u202f500\u00a0dossiers"]
