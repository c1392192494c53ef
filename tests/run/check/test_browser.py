import pytest

from smartsenegal.run.check.browser import Page, WalkFailed

SOURCE = """<html><head><title>Essai</title></head><body><a href="/suite/">La <b>suite</b></a>
<form method="post" action="send"><input name="a" value="1"><input type="checkbox" name="b" value="x" checked>
<input type="checkbox" name="b" value="y">
<select name="c"><option value="1">un<option value="2" selected>deux</select>
<textarea name="d">ligne</textarea><input type="file" name="f">
<button name="go" value="ok">Envoyer la demande</button>
</form><script>var hidden = 1</script></body></html>"""


@pytest.fixture
def page() -> Page:
    return Page("http://example.test/x/", 200, SOURCE)


def test_a_form_sends_what_a_browser_would(page: Page) -> None:
    form = page.form(button="envoyer")
    assert form.values() == {"a": ["1"], "b": ["x"], "c": ["2"], "d": ["ligne"]}
    assert form.action == "http://example.test/x/send"
    assert form.buttons == [("go", "ok", "Envoyer la demande")]
    assert form.choices("b") == ["x", "y"]
    assert form.choices("c") == ["1", "2"]


def test_links_are_found_by_their_words(page: Page) -> None:
    assert page.link("la suite") == "http://example.test/suite/"
    with pytest.raises(WalkFailed, match="absent"):
        page.link("absent")


def test_scripts_are_not_text(page: Page) -> None:
    assert "hidden" not in page.text
    assert page.title == "Essai"
