"""Forms of `cable.network`."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError

from smartsenegal.cable.network import files, queries, rules
from smartsenegal.cable.network.models import Circuit, Dated, Link, Node, System, Zone
from smartsenegal.kernel.fields import French, LineField
from smartsenegal.kernel.territory.api import Territory, resolve, search
from smartsenegal.lib.dates import DateRefused, format_date, parse_date
from smartsenegal.lib.text import TextRefused, clean, slug

FILE_AT_MOST = 4_000_000
UNKNOWN_HELP = "Vide quand elle n’est pas connue."


def _whole(label: str, help_text: str = UNKNOWN_HELP) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=100_000_000,
        help_text=help_text,
        error_messages={"invalid": "Écrivez un nombre entier."},
    )


def _decimal(label: str, places: int, help_text: str = UNKNOWN_HELP, **limits: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        decimal_places=places,
        max_digits=9,
        help_text=help_text,
        localize=True,
        error_messages={"invalid": "Écrivez un nombre, comme 12,5."},
        **limits,
    )


class _TextField(forms.CharField):
    widget = forms.Textarea(attrs={"rows": 4})

    def clean(self, value: Any) -> str:
        try:
            return clean(super().clean(value) or "", 60_000, multiline=True)
        except TextRefused as refused:
            raise ValidationError(str(refused)) from None


class _DatedForm(French):
    """What every row of the inventory has. The code is made from the name when it is left out."""

    name = LineField(label="Nom", max_length=200, error_messages={"required": "Indiquez le nom."})
    code = LineField(
        label="Code",
        max_length=60,
        required=False,
        help_text="Des lettres sans accent, des chiffres et des tirets. Vide : fait d’après le nom.",
    )
    state = forms.ChoiceField(label="État", choices=rules.STATES, initial="active")
    valid_from = forms.CharField(label="À partir du", required=False, max_length=30)
    valid_until = forms.CharField(label="Jusqu’au (exclu)", required=False, max_length=30)
    source = LineField(
        label="Source", max_length=300, required=False, help_text="Où ces informations ont été lues."
    )
    is_example = forms.BooleanField(label="C’est un exemple inventé", required=False)
    last: tuple[str, ...] = ("state", "valid_from", "valid_until", "source", "is_example")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name not in self.last])
        for name in ("valid_from", "valid_until"):
            self.fields[name].widget.template_name = "forms/widgets/date.html"

    @classmethod
    def of(cls, row: Dated, data: Any = None, **kwargs: Any) -> Self:
        """The form of a row that exists: its code no longer changes."""
        initial = {name: getattr(row, name) for name in cls.base_fields if hasattr(row, name)}
        for name in ("valid_from", "valid_until"):
            initial[name] = format_date(initial[name]) if initial[name] else ""
        form = cls(data, initial={**initial, **kwargs.pop("initial", {})}, **kwargs)
        del form.fields["code"]
        return form

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        if slug(typed) != typed.lower() and typed:
            raise ValidationError("Un code a des lettres sans accent, des chiffres et des tirets.")
        return typed or slug(str(self.data.get("name", "")))[:60]

    def clean_valid_from(self) -> date | None:
        return _day(self.cleaned_data["valid_from"])

    def clean_valid_until(self) -> date | None:
        return _day(self.cleaned_data["valid_until"])

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        return dict(self.cleaned_data)


def _day(typed: str) -> date | None:
    try:
        return parse_date(typed) if typed else None
    except DateRefused as refused:
        raise ValidationError(str(refused)) from None


class SystemForm(_DatedForm):
    """A cable system."""

    kind = forms.ChoiceField(label="Nature", choices=rules.KINDS_OF_SYSTEM)
    owner = LineField(label="Exploitant", max_length=200, required=False)
    supplier = LineField(label="Constructeur", max_length=200, required=False)
    length_km = _whole("Longueur (km)")
    fibre_pairs = _whole("Paires de fibres", "Vide quand leur nombre n’est pas connu.")
    lit_gbps = _whole("Capacité allumée (Gbit/s)")
    design_gbps = _whole("Capacité de conception (Gbit/s)")
    life_years = _whole("Durée de vie (ans)")
    note = _TextField(label="Note", required=False)


class NodeForm(_DatedForm):
    """A node, with where it is and whom it serves."""

    role = forms.ChoiceField(label="Rôle", choices=rules.ROLES)
    place = LineField(
        label="Commune ou département",
        max_length=120,
        required=False,
        help_text="Les premières lettres suffisent. Vide hors du Sénégal.",
    )
    country = LineField(
        label="Pays", max_length=60, required=False, help_text="Hors du Sénégal seulement, ou « Monde »."
    )
    latitude = _decimal("Latitude", 5, "Comme 14,69370.", min_value=-90, max_value=90)
    longitude = _decimal("Longitude", 5, "Comme -17,44406.", min_value=-180, max_value=180)
    gives_internet = forms.BooleanField(label="Donne accès à l’Internet mondial", required=False)
    serves = LineField(
        label="Territoires desservis",
        max_length=1_000,
        required=False,
        help_text="Noms ou codes de régions, de départements ou de communes, séparés par des points-virgules."
        " Leurs habitants sont comptés quand ce nœud est coupé.",
    )

    def __init__(self, *args: Any, places_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "place" in self.fields:
            widget = self.fields["place"].widget
            widget.template_name = "forms/widgets/place.html"
            widget.attrs["data-places"] = places_url

    @classmethod
    def of_node(cls, node: Node, served: Sequence[Territory], data: Any, places_url: str) -> Self:
        """The form of a node that exists: its place no longer changes."""
        initial = {"serves": " ; ".join(t.label for t in served), "country": node.country}
        form = cls.of(node, data, initial=initial, places_url=places_url)
        del form.fields["place"]
        return form

    def clean_place(self) -> Territory | None:
        typed = self.data.get("place_code", "") or self.cleaned_data["place"]
        if not typed:
            return None
        if found := resolve(typed, ("commune", "departement")):
            return found
        matches = search(typed, ["commune", "departement"], 8)
        self.fields["place"].widget.attrs["matches"] = [(t.code, t.label) for t in matches]
        raise ValidationError(
            "Plusieurs lieux répondent à ce nom. Choisissez le vôtre."
            if matches
            else "Ce lieu est inconnu\u00a0: vérifiez l’orthographe."
        )

    def clean_country(self) -> str:
        return self.cleaned_data["country"] or "Sénégal"

    def clean_serves(self) -> list[Territory]:
        names = [name.strip() for name in self.cleaned_data["serves"].split(";") if name.strip()]
        found = {name: _territory(name) for name in names}
        if unknown := [name for name, place in found.items() if place is None]:
            raise ValidationError(f"« {unknown[0]} » est inconnu, ou plusieurs territoires portent ce nom.")
        return [place for place in found.values() if place]


def _territory(name: str) -> Territory | None:
    for kind in ("region", "departement", "commune"):
        if found := resolve(name, (kind,)):
            return found
    return None


def _choices(rows: Sequence[Any], none: str = "") -> list[tuple[str, str]]:
    return [*([("", none)] if none else []), *((row.code, row.name) for row in rows)]


class LinkForm(_DatedForm):
    """A link between two nodes, with the points between them and its spans."""

    a = forms.ChoiceField(label="De")
    b = forms.ChoiceField(label="À")
    system = forms.ChoiceField(label="Câble", required=False)
    length_km = _decimal("Longueur (km)", 2, min_value=0)
    fibre_type = LineField(label="Type de fibre", max_length=60, required=False)
    fibre_pairs = _whole("Paires de fibres", "Vide quand leur nombre n’est pas connu.")
    lit_gbps = _whole("Capacité allumée (Gbit/s)")
    design_gbps = _whole("Capacité de conception (Gbit/s)")
    line = _TextField(
        label="Points du tracé",
        required=False,
        help_text="Un point par ligne, de la première extrémité à la seconde : « 14.6937 -17.4441 ». "
        "Vide : la carte montre une droite.",
    )
    spans = _TextField(
        label="Tronçons entre amplificateurs",
        required=False,
        help_text="Un par ligne : longueur en km, type de fibre, atténuation en dB/km, comme "
        "« 80 ; G.654 ; 0,165 ».",
    )

    def __init__(self, *args: Any, nodes: Sequence[Node], systems: Sequence[System], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nodes = {n.code: n for n in nodes}
        self.systems = {s.code: s for s in systems}
        for name in ("a", "b"):
            self.fields[name].choices = _choices(nodes)  # type: ignore[attr-defined]
        self.fields["system"].choices = _choices(systems, "Aucun")  # type: ignore[attr-defined]

    @classmethod
    def of_link(cls, link: Link, data: Any, **kwargs: Any) -> Self:
        """The form of a link that exists."""
        spans = "\n".join(
            " ; ".join(str(x) for x in (s.length_km, s.fibre_type, s.loss_db_per_km) if x not in (None, ""))
            for s in link.spans.all()
        )
        initial = {
            "a": link.a.code,
            "b": link.b.code,
            "system": link.system.code if link.system else "",
            "line": rules.spelt_points(link.line),
            "spans": spans,
        }
        return cls.of(link, data, initial=initial, **kwargs)

    def clean_line(self) -> list[list[float]]:
        try:
            return rules.points(self.cleaned_data["line"])
        except rules.BadPoints as bad:
            raise ValidationError(str(bad)) from None

    def clean_spans(self) -> list[tuple[Any, str, Any]]:
        try:
            return rules.spans(self.cleaned_data["spans"])
        except rules.BadPoints as bad:
            raise ValidationError(str(bad)) from None

    def values(self) -> dict[str, Any]:
        data = super().values()
        ends = {name: self.nodes[data[name]] for name in ("a", "b")}
        return {**data, **ends, "system": self.systems.get(data["system"])}


class ZoneForm(_DatedForm):
    """What takes several links or nodes down at once."""

    kind = forms.ChoiceField(label="Nature", choices=rules.KINDS_OF_ZONE)
    links = forms.MultipleChoiceField(
        label="Liaisons emportées", required=False, widget=forms.CheckboxSelectMultiple
    )
    nodes = forms.MultipleChoiceField(
        label="Nœuds emportés", required=False, widget=forms.CheckboxSelectMultiple
    )
    repair_days_least = _whole("Réparation, au moins (jours)", "En mer, de 28 à 56 jours en mars 2024.")
    repair_days_most = _whole("Réparation, au plus (jours)", "")

    def __init__(self, *args: Any, nodes: Sequence[Node], links: Sequence[Link], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known: dict[str, dict[str, Any]] = {
            "nodes": {n.code: n for n in nodes},
            "links": {x.code: x for x in links},
        }
        self.fields["links"].choices = _choices(links)  # type: ignore[attr-defined]
        self.fields["nodes"].choices = _choices(nodes)  # type: ignore[attr-defined]

    @classmethod
    def of_zone(cls, zone: Zone, data: Any, **kwargs: Any) -> Self:
        """The form of a zone that exists."""
        initial = {
            "links": [x.code for x in zone.links.all()],
            "nodes": [n.code for n in zone.nodes.all()],
        }
        return cls.of(zone, data, initial=initial, **kwargs)

    def values(self) -> dict[str, Any]:
        data = super().values()
        return {**data, **{k: [self.known[k][c] for c in data[k]] for k in ("links", "nodes")}}


class EquipmentForm(_DatedForm):
    """What stands at a node."""

    kind = forms.ChoiceField(label="Nature", choices=rules.KINDS_OF_EQUIPMENT)
    make = LineField(label="Marque", max_length=60, required=False)
    model = LineField(label="Modèle", max_length=80, required=False)
    serial = LineField(label="Numéro de série", max_length=80, required=False)


class WavelengthForm(French):
    """A channel lit on a link."""

    code = forms.RegexField(
        label="Code",
        regex=r"^[A-Za-z0-9_.-]{1,30}$",
        help_text="Comme un chemin la nommera : 193.1.",
        error_messages={
            "required": "Indiquez le code.",
            "invalid": "Un code a des lettres sans accent, des chiffres, des points et des tirets.",
        },
    )
    pair = _whole("Paire de fibres", "Son numéro ; vide quand il n’est pas connu.")
    frequency_thz = _decimal("Fréquence (THz)", 4, "Comme 193,1 (grille UIT-T G.694.1).")
    gbps = _whole("Débit (Gbit/s)", "Vide quand il n’est pas connu.")
    state = forms.ChoiceField(label="État", choices=rules.STATES, initial="active")


class CircuitForm(_DatedForm):
    """A circuit with its two paths."""

    a = forms.ChoiceField(label="De")
    b = forms.ChoiceField(label="À")
    customer = LineField(label="Pour qui", max_length=200, required=False)
    gbps = _decimal("Débit (Gbit/s)", 3, "Vide quand il n’est pas connu.", min_value=0)
    priority = forms.TypedChoiceField(label="Priorité", choices=rules.PRIORITIES, coerce=int, initial=3)
    path = _TextField(
        label="Chemin nominal",
        required=False,
        help_text="Codes des liaisons et des équipements, dans l’ordre ; « share@193.1 » pour une longueur "
        "d’onde. Vide : chemin inconnu.",
    )
    spare = _TextField(label="Chemin de secours", required=False)
    find = forms.BooleanField(
        label="Trouver les deux chemins : le plus court, puis un autre qui évite ses liaisons",
        required=False,
    )

    def __init__(self, *args: Any, nodes: Sequence[Node], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nodes = {n.code: n for n in nodes}
        for name in ("a", "b"):
            self.fields[name].choices = _choices(nodes)  # type: ignore[attr-defined]

    @classmethod
    def of(cls, row: Dated, data: Any = None, **kwargs: Any) -> Self:
        assert isinstance(row, Circuit)
        initial = {
            "a": row.a.code,
            "b": row.b.code,
            "path": "\n".join(queries.words(row, 1)),
            "spare": "\n".join(queries.words(row, 2)),
        }
        return super().of(row, data, initial=initial, **kwargs)

    def values(self) -> dict[str, Any]:
        data = super().values()
        return {
            **data,
            "a": self.nodes[data["a"]],
            "b": self.nodes[data["b"]],
            "path": data["path"].split(),
            "spare": data["spare"].split(),
        }


class ImportForm(French):
    """A file to look at before anything is written; then its text, kept in the page."""

    kind = forms.ChoiceField(label="Ce que le fichier contient", choices=files.CHOICES)
    file = forms.FileField(
        label="Fichier CSV ou GeoJSON",
        help_text="Quatre mégaoctets au plus, en UTF-8.",
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput, max_length=FILE_AT_MOST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not self.data.get("text")
        self.fields["file"].widget.attrs["accept"] = ".csv,.geojson,.json,text/csv,application/geo+json"

    def clean(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        file = data.get("file")
        if file is None:
            return data
        if file.size > FILE_AT_MOST:
            self.add_error("file", "Ce fichier dépasse quatre mégaoctets.")
            return data
        try:
            return {**data, "text": file.read().decode("utf-8")}
        except UnicodeDecodeError:
            self.add_error("file", "Ce fichier n’est pas en UTF-8\u00a0: enregistrez-le en « CSV UTF-8 ».")
            return data
