import re

from smartsenegal.wifi.access.api import REFUSALS
from smartsenegal.wifi.portal import words


def test_each_key_stands_once_and_each_word_in_each_language() -> None:
    assert len(words.every()) == len(set(words.every()))
    for key in words.every():
        for language in words.LANGUAGES:
            said = words.say(key, language)
            assert said.text.strip() == said.text != ""
            assert said.language in (language, "fr")


def test_every_refusal_that_the_portal_can_get_has_its_sentence() -> None:
    # Of a login and a password: the portal makes its own.
    of_passwords = {"unknown", "secret", "method", "realm", "elsewhere"}
    assert set(REFUSALS) - of_passwords <= set(words.every())


def test_french_has_its_apostrophe_and_its_blanks() -> None:
    for key in words.every():
        text = words.say(key, "fr").text
        assert not re.search(r"\w'\w", text), text
