"""Forms as everyone sees them: label, hint, error and control tied together."""

import re
from html.parser import HTMLParser

import pytest
from django import forms
from django.template import Context, Template

from smartsenegal.web import gallery


class Page(HTMLParser):
    """Tags with their attributes, and the text inside each identifier."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag in names]

    def ids(self) -> list[str]:
        return [attrs["id"] for _, attrs in self.tags if attrs.get("id")]  # type: ignore[misc]


class Question(forms.Form):
    born = forms.CharField(label="Date de naissance", help_text="Jour, mois, année")
    way = forms.ChoiceField(label="Moyen", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect())
    note = forms.CharField(label="Remarque", required=False)

    def clean_born(self) -> str:
        raise forms.ValidationError("La date est dans le futur.")


def render(source: str, **values: object) -> str:
    return Template(source).render(Context(values))


@pytest.fixture
def refused() -> Question:
    return Question({"born": '27 3 2994 "<', "way": "z"})


def test_error_and_hint_are_tied_to_the_control(refused: Question) -> None:
    page = Page(str(refused))
    control = next(a for a in page.all("input") if a["name"] == "born")
    assert control["aria-describedby"] == "id_born_helptext id_born_error"
    assert control["aria-invalid"] == "true"
    assert {"id_born_helptext", "id_born_error"} <= set(page.ids())


def test_what_was_typed_is_still_there(refused: Question) -> None:
    control = next(a for a in Page(str(refused)).all("input") if a["name"] == "born")
    assert control["value"] == '27 3 2994 "<'


def test_radios_are_grouped_and_described(refused: Question) -> None:
    page = Page(str(refused))
    (group,) = page.all("fieldset")
    assert group["aria-describedby"] == "id_way_error"
    assert len(page.all("legend")) == 1


def test_summary_links_to_each_control(refused: Question) -> None:
    html = render("{% error_summary form %}{{ form }}", form=refused)
    page = Page(html)
    targets = [str(a["href"])[1:] for a in page.all("a")]
    assert targets == ["id_born", "id_way_0"]
    controls = [a["id"] for a in page.all("input", "select", "textarea")]
    assert set(targets) <= set(controls)
    assert "Il y a 2 problèmes" in html
    assert any(a.get("role") == "alert" and a.get("tabindex") == "-1" for a in page.all("div"))


def test_no_error_no_summary() -> None:
    assert render("{% error_summary form %}", form=Question()).strip() == ""


def test_summary_of_several_forms_and_of_none(refused: Question) -> None:
    html = render("{% error_summary a b %}", a=refused, b=None)
    assert html.count("<li>") == 2


def test_errors_of_no_field_are_said_too() -> None:
    form = Question({"born": "x", "way": "a"})
    form.add_error(None, "Le guichet est fermé.")
    assert "<li>Le guichet est fermé.</li>" in render("{% error_summary form %}", form=form)


def test_optional_fields_say_so_and_the_browser_stays_silent() -> None:
    html = str(Question())
    assert html.count("(facultatif)") == 1
    assert " required" not in html


def test_the_question_can_be_the_title() -> None:
    form = Question()
    assert '<h1 class="ss-title"><label for="id_born">' in render(
        "{% field form.born heading=True %}", form=form
    )
    assert re.search(r"<legend[^>]*><h1", render("{% field form.way heading=True %}", form=form))


def test_a_hidden_label_is_still_heard() -> None:
    assert "ss-visually-hidden" in render("{% field form.born hide_label=True %}", form=Question())


@pytest.mark.parametrize("state", gallery.STATES)
def test_every_widget_in_every_state_names_its_control(state: str) -> None:
    page = Page(str(gallery.sample_form(state)))
    labels = {a["for"] for a in page.all("label") if "for" in a}
    for control in page.all("input", "select", "textarea"):
        if control.get("type") != "hidden" and control.get("id"):
            assert control["id"] in labels, control
    assert len(page.ids()) == len(set(page.ids()))


def test_options_of_a_template_are_not_html() -> None:
    html = str(gallery.sample_form("error"))
    assert not re.search(r"<input[^>]*\s(suffix|hints|camera|max_size|matches|inline)[ =>]", html)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("phone", {"type": "tel", "inputmode": "tel"}),
        ("code", {"autocomplete": "one-time-code", "inputmode": "numeric"}),
        ("amount", {"inputmode": "numeric"}),
    ],
)
def test_the_phone_opens_the_right_keyboard(name: str, expected: dict[str, str]) -> None:
    page = Page(str(gallery.sample_form("normal")[name]))
    (control,) = page.all("input")
    assert expected.items() <= control.items()


def test_the_camera_is_a_second_control_of_the_same_field() -> None:
    controls = Page(str(gallery.sample_form("normal")["piece"])).all("input")
    assert [c["name"] for c in controls] == ["normal-piece", "normal-piece"]
    assert controls[1]["capture"] == "environment"


def test_places_found_by_the_server_are_offered_without_javascript() -> None:
    html = str(gallery.sample_form("error")["commune"])
    assert 'name="error-commune_code"' in html
    assert "Thiès Nord" in html


def test_every_error_of_the_samples_links_to_a_control() -> None:
    form = gallery.sample_form("error")
    page = Page(render("{% error_summary form %}{{ form }}", form=form))
    ids = set(page.ids())
    links = [str(a["href"])[1:] for a in page.all("a") if str(a["href"]).startswith("#id_")]
    assert len(links) == len(gallery.REFUSALS)
    assert set(links) <= ids


def test_a_list_of_choices_says_groups_values_and_what_is_chosen() -> None:
    class Places(forms.Form):
        place = forms.ChoiceField(
            choices=[
                ("", "Choisissez"),
                ("<SN>", "Sénégal & voisins"),
                ("Afrique", [("ML", "Mali"), ("GM", "Gambie")]),
            ]
        )

    drawn = str(Places({"place": "ML"})["place"])
    assert '<option value="">Choisissez</option>' in drawn
    assert '<option value="&lt;SN&gt;">Sénégal &amp; voisins</option>' in drawn
    chosen = '<option value="ML" selected>Mali</option><option value="GM">Gambie</option>'
    assert f'<optgroup label="Afrique">{chosen}</optgroup>' in drawn
