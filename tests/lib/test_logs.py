import io
import logging

from smartsenegal.lib.logs import WithoutTokens, without_tokens

TOKEN = "dGhpcyBpcyBhIHRva2VuIQ-_9x"
CASE = "01a2192b-ea6b-7c25-9a2c-31537fe5c709"


def test_a_token_of_an_address_is_not_written() -> None:
    assert without_tokens(f"Not Found: /dossiers/consultation/{TOKEN}/") == (
        "Not Found: /dossiers/consultation/…/"
    )
    assert without_tokens(f"GET /wifi/suite?jeton={TOKEN}&x=1") == "GET /wifi/suite?jeton=…&x=1"


def test_identifiers_and_words_stay() -> None:
    told = f"Forbidden: /dossiers/{CASE}/instruction/ (extrait-naissance-copie)"
    assert without_tokens(told) == told


def test_the_arguments_of_a_record_are_looked_at_too() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(WithoutTokens())
    logger = logging.Logger("essai")
    logger.addHandler(handler)
    logger.warning("Not Found: %s", f"/consultation/{TOKEN}/")
    logger.warning("%d essais", 3)
    assert stream.getvalue() == "Not Found: /consultation/…/\n3 essais\n"
