"""Tags and filters of every template."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.template import Context, Template, TemplateSyntaxError

from smartsenegal.web.templatetags import ui

SOURCE = Path(__file__).resolve().parents[2] / "smartsenegal"


def render(source: str, **values: object) -> str:
    return Template(source).render(Context(values))


def test_icon_is_inlined_and_silent() -> None:
    drawn = ElementTree.fromstring(render('{% icon "search" size=26 %}'))
    assert drawn.attrib["aria-hidden"] == "true"
    assert (drawn.attrib["width"], drawn.attrib["viewBox"]) == ("26", "0 0 24 24")
    assert [child.tag for child in drawn] == ["path", "circle"]


def test_unknown_icon_is_a_mistake_of_the_page() -> None:
    with pytest.raises(ValueError, match=r"scripts/vendor\.py"):
        render('{% icon "licorne" %}')


def test_unknown_icon_of_data_falls_back() -> None:
    assert render('{% icon name default="file-text" %}', name="licorne") == render('{% icon "file-text" %}')


def test_every_icon_of_every_template_exists() -> None:
    names = {
        name
        for path in SOURCE.rglob("templates/**/*.html")
        for name in re.findall(r'\{% icon "([a-z0-9-]+)"', path.read_text("utf-8"))
    }
    assert len(names) > 20
    assert names - ui.icon_names() == set()


@pytest.mark.parametrize(
    ("source", "value", "words"),
    [
        ("{{ v|fcfa }}", 12000, "12\u00a0000\u00a0F\u00a0CFA"),
        ("{{ v|fcfa }}", None, ""),
        ("{{ v|date_fr }}", date(2026, 11, 24), "24\u00a0novembre\u00a02026"),
        ("{{ v|date_fr }}", None, ""),
        ("{{ v|phone }}", "+221771234567", "77\u00a0123\u00a045\u00a067"),
        ("{{ v|phone }}", "", ""),
        ("{{ v|size_fr }}", 2_400_000, "2,4\u00a0Mo"),
        ("{{ v|size_fr }}", None, ""),
    ],
)
def test_filters(source: str, value: object, words: str) -> None:
    assert render(source, v=value).replace("\u202f", "\u00a0") == words


def test_datetime_is_in_dakar() -> None:
    words = render("{{ v|datetime_fr }}", v=datetime(2026, 11, 24, 14, 5, tzinfo=UTC))
    assert "24\u00a0novembre\u00a02026" in words.replace("\u202f", "\u00a0")
    assert "14" in words
    assert "05" in words


def test_typography_leaves_the_page_safe() -> None:
    assert render("{{ v|typo }}", v="L'acte <b> ?") == "L’acte &lt;b&gt;\u202f?"


def test_chip_escapes_its_words() -> None:
    assert render("{% chip v 'red' %}", v="<b>") == '<span class="ss-chip ss-chip--red">&lt;b&gt;</span>'


def test_chip_refuses_an_unknown_tone() -> None:
    with pytest.raises(ValueError, match="tone"):
        render("{% chip 'a' 'pink' %}")


def test_due_says_its_delay_to_everyone() -> None:
    drawn = render("{% due day today %}", day=date(2026, 11, 21), today=date(2026, 11, 24))
    assert "3\u00a0j de retard" in drawn
    assert "En retard de 3\u00a0jours" in drawn


def test_due_without_delay_draws_nothing() -> None:
    assert render("{% due day today %}", day=None, today=date(2026, 11, 24)) == ""


def test_details_holds_its_content() -> None:
    drawn = render('{% details "Pourquoi ?" %}<p>{{ v }}</p>{% enddetails %}', v="<i>")
    assert "<p>&lt;i&gt;</p>" in drawn
    assert "<summary" in drawn


def test_an_unclosed_block_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError):
        render('{% details "Pourquoi ?" %}')


def test_map_has_the_fourteen_regions_by_their_code() -> None:
    codes = {region["code"] for region in ui.regions()["regions"]}
    names = {region["name"] for region in ui.regions()["regions"]}
    assert len(codes) == len(names) == 14
    assert all(re.fullmatch(r"SN-[A-Z]{2}", code) for code in codes)
    assert {"Thiès", "Kédougou", "Sédhiou"} <= names


def test_map_shades_by_figure() -> None:
    drawn = render("{% regions_map 'Carte' figures %}", figures={"SN-DK": 5, "SN-TH": 1})
    assert drawn.count("ss-map__region--5") == 1
    assert drawn.count("ss-map__region--1") == 1
    assert drawn.count("ss-map__region--0") == 12
    assert 'aria-label="Carte"' in drawn


def test_map_draws_a_disc_a_figure_the_largest_first() -> None:
    discs = [(-16.9, 14.8, 4), (-17.4, 14.7, 16), (-15.2, 15.4, 0)]
    drawn = render("{% regions_map 'Carte' discs=discs %}", discs=discs)
    assert [float(r) for r in re.findall(r'ss-map__disc"[^>]* r="([\d.]+)"', drawn)] == [14.0, 7.0]


def test_towns_fall_inside_their_region() -> None:
    """The projection written in the file is the one that drew the paths."""
    for name, longitude, latitude in [
        ("Tambacounda", -13.67, 13.77),
        ("Matam", -13.6, 15.2),
        ("Louga", -15.2, 15.4),
    ]:
        x, y = ui.place(longitude, latitude)
        path = next(r["path"] for r in ui.regions()["regions"] if r["name"] == name)
        assert inside((x, y), corners(path)), name


def corners(path: str) -> list[tuple[float, float]]:
    """Absolute corners of the first ring of a path made of one M and relative lines."""
    start, lines = re.match(r"M(-?\d+) (-?\d+)l([^z]*)z", path), ""
    assert start
    x, y, lines = int(start[1]), int(start[2]), start[3]
    numbers = [int(n) for n in re.findall(r"-?\d+", lines)]
    points = [(float(x), float(y))]
    for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append((float(x), float(y)))
    return points


def inside(point: tuple[float, float], ring: list[tuple[float, float]]) -> bool:
    x, y = point
    odd = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            odd = not odd
    return odd


def test_a_number_of_a_case_stays_on_one_line_and_the_rest_is_escaped() -> None:
    told = ui.references("Dossier CJ-2026-000007 <b>transmis</b>, acte ACJ-2026-000002.")
    assert told == (
        'Dossier <span class="ss-whole">CJ-2026-000007</span> &lt;b&gt;transmis&lt;/b&gt;, acte '
        '<span class="ss-whole">ACJ-2026-000002</span>.'
    )
