"""Forms of the pages of cases; those of questions come from `procedures`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField

from smartsenegal.kernel.documents.api import DEFAULT_LIMITS
from smartsenegal.lib.dates import DateRefused, parse_date
from smartsenegal.lib.text import TextRefused, clean
from smartsenegal.lib.text import typography as _
from smartsenegal.onestop.cases.rules import FAULTS_OF_ANSWER, FAULTS_OF_PIECE, Asked
from smartsenegal.onestop.procedures.api import Piece, Reason

ACCEPTED = "image/jpeg,image/png,application/pdf"


class Note(forms.CharField):
    """A text of several lines, refused with a sentence when it cannot be kept."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, *, most: int = 2000, **options: Any) -> None:
        self.most = most
        super().__init__(strip=True, **options)

    def clean(self, value: Any) -> str:
        try:
            text = clean(super().clean(value), self.most, multiline=True)
        except TextRefused as error:
            raise forms.ValidationError(str(error)) from error
        self.validate(text)  # blanks alone say nothing
        return text

    def to_python(self, value: Any) -> str:
        # Django's own check of NUL would speak before ours.
        return "" if value in self.empty_values else str(value)

    def run_validators(self, value: Any) -> None:
        return None


class Day(forms.CharField):
    """A date typed in one box, as people say it: 27 3 1994."""

    def __init__(self, *, earliest: date | None = None, latest: date | None = None, **options: Any) -> None:
        self.earliest, self.latest = earliest, latest
        widget = forms.TextInput()
        widget.template_name = "forms/widgets/date.html"
        super().__init__(widget=widget, **options)

    def clean(self, value: Any) -> Any:
        if value in self.empty_values and not self.required:
            return None
        try:
            return parse_date(
                str(value or "").replace("\x00", ""), earliest=self.earliest, latest=self.latest
            )
        except DateRefused as error:
            raise forms.ValidationError(str(error)) from error


class FilesInput(forms.FileInput):
    """One control for several files."""

    allow_multiple_selected = True


class Files(forms.FileField):
    """Several files, or photographs, sent at once."""

    def __init__(self, **options: Any) -> None:
        attrs = {"accept": ACCEPTED, "camera": True, "multiple": True, "max_size": DEFAULT_LIMITS.max_bytes}
        super().__init__(widget=FilesInput(attrs=attrs), **options)

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[Any]"]:
        sent = [f for f in (data if isinstance(data, list | tuple) else [data]) if f]
        if self.required and not sent:
            raise forms.ValidationError(self.error_messages["required"])
        return sent


class PieceForm(forms.Form):
    """The files of one piece; subclasses of its shape are made by `piece_form`."""

    piece: Piece
    name = ""

    def __init__(self, data: Any = None, files: Any = None, *, required: bool = True, **options: Any) -> None:
        """`required` False: sending no file at all is right too (an optional piece, or one given already)."""
        super().__init__(data, files, **options)
        # What goes with a file is only wanted with one.
        needed = required or not self.is_bound or bool(files and files.getlist(f"{self.name}files"))
        if self.piece.one_of:
            self.fields[f"{self.name}option"] = _option_field(self.piece, needed)
        if self.piece.valid_months is not None:
            self.fields[f"{self.name}issued_on"] = Day(
                label="Date du document",
                help_text=_("La date à laquelle il a été établi, par exemple 27 3 2026."),
                required=needed,
            )
        self.fields[f"{self.name}files"] = Files(
            label="Fichiers ou photos",
            help_text=f"PDF, JPEG ou PNG, {self.piece.at_most} au plus",
            required=needed,
            error_messages={"required": "Choisissez un fichier, ou prenez une photo."},
        )
        for field in self.fields.values():
            field.says_optional = False  # type: ignore[attr-defined]  # its title says it of the whole piece

    @property
    def files_sent(self) -> list["UploadedFile[Any]"]:
        return self.cleaned_data.get(f"{self.name}files") or []

    @property
    def option(self) -> str:
        return self.cleaned_data.get(f"{self.name}option") or ""

    @property
    def issued_on(self) -> date | None:
        return self.cleaned_data.get(f"{self.name}issued_on")

    def refuse_files(self, sentences: Sequence[str]) -> None:
        """Put sentences beside the control of the files."""
        for sentence in sentences:
            self.add_error(f"{self.name}files", sentence)


class SameAnswerForm(forms.Form):
    """Confirms on purpose an answer that was to be corrected and comes back as it was."""

    def __init__(self, data: Any = None, *, page: str, label: str) -> None:
        super().__init__(data)
        self.fields[f"inchange-{page}"] = forms.BooleanField(
            label="Ma réponse est exacte\u00a0: je l’envoie sans la changer.",
            error_messages={
                "required": _(
                    f"Vous n’avez pas changé « {label} ». Corrigez votre réponse, ou cochez la case si elle "
                    "est exacte."
                )
            },
        )


def _option_field(piece: Piece, required: bool) -> forms.ChoiceField:
    hints = {o.value: o.hint for o in piece.one_of if o.hint}
    return forms.ChoiceField(
        label="Quel document joignez-vous\u00a0?",
        choices=[(o.value, o.label) for o in piece.one_of],
        widget=forms.RadioSelect(attrs={"hints": hints}),
        required=required,
        error_messages={
            "required": "Choisissez quel document vous joignez.",
            "invalid_choice": "Choisissez un document de la liste.",
        },
    )


def piece_form(of: Piece, prefix: str = "") -> type[PieceForm]:
    """The form of one piece; `prefix` tells it from others of the same page."""
    return type("PieceForm", (PieceForm,), {"piece": of, "name": prefix})


# --- agents --------------------------------------------------------------------------


@dataclass(frozen=True)
class ItemRow:
    """One line of the page that asks for corrections."""

    label: str
    value: str
    tick: BoundField
    fault: BoundField
    sentence: BoundField


@dataclass(frozen=True)
class Correctable:
    """What an agent may ask to correct, with what it says now."""

    kind: str
    key: str
    label: str
    value: str


class CorrectionsForm(forms.Form):
    """Everything to correct, ticked at once, with one date."""

    due_on = Day(label="À envoyer avant le", error_messages={"required": "Indiquez une date."})

    def __init__(self, *args: Any, things: Sequence[Correctable], **options: Any) -> None:
        self.things = things
        super().__init__(*args, **options)
        for thing in things:
            faults = FAULTS_OF_ANSWER if thing.kind == "answer" else FAULTS_OF_PIECE
            name = f"{thing.kind}-{thing.key}"
            self.fields[f"tick-{name}"] = forms.BooleanField(label=thing.label, required=False)
            self.fields[f"fault-{name}"] = forms.ChoiceField(
                label="Ce qui ne va pas",
                choices=[("", "Choisissez"), *faults.items()],
                widget=forms.Select(attrs={"aria-label": f"Ce qui ne va pas, {thing.label}"}),
                required=False,
            )
            self.fields[f"sentence-{name}"] = forms.CharField(
                label="Ce que le demandeur doit faire",
                widget=forms.TextInput(attrs={"aria-label": f"Que faire, {thing.label}"}),
                required=False,
                max_length=500,
                error_messages={"max_length": "Raccourcissez cette phrase à 500 caractères."},
            )

    def rows(self, kind: str) -> Iterator[ItemRow]:
        """The lines of one kind ("answer" or "piece"), for the template."""
        for thing in self.things:
            if thing.kind == kind:
                name = f"{thing.kind}-{thing.key}"
                fields = (self[f"tick-{name}"], self[f"fault-{name}"], self[f"sentence-{name}"])
                yield ItemRow(thing.label, thing.value, *fields)

    @property
    def answer_rows(self) -> list[ItemRow]:
        return list(self.rows("answer"))

    @property
    def piece_rows(self) -> list[ItemRow]:
        return list(self.rows("piece"))

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        ticked = [t for t in self.things if found.get(f"tick-{t.kind}-{t.key}")]
        for thing in ticked:
            name = f"{thing.kind}-{thing.key}"
            if not found.get(f"fault-{name}"):
                self.add_error(f"fault-{name}", _(f"{thing.label} : choisissez ce qui ne va pas."))
            if not found.get(f"sentence-{name}"):
                words = _(f"{thing.label} : écrivez ce que le demandeur doit faire.")
                self.add_error(f"sentence-{name}", words)
        if not ticked:
            raise forms.ValidationError("Cochez au moins une réponse ou une pièce à corriger.")
        return found

    @property
    def asked(self) -> list[Asked]:
        """What was ticked; once valid."""
        found = self.cleaned_data
        return [
            Asked(
                thing.kind,  # type: ignore[arg-type]
                thing.key,
                found[f"fault-{thing.kind}-{thing.key}"],
                found[f"sentence-{thing.kind}-{thing.key}"],
            )
            for thing in self.things
            if found.get(f"tick-{thing.kind}-{thing.key}")
        ]


class RefusalForm(forms.Form):
    """Why a request is refused: grounds of the procedure, and an explanation for the applicant."""

    text = Note(
        label="Explication pour le demandeur",
        help_text="Les faits, et ce que la personne peut faire. Elle lit ce texte avec la décision.",
        error_messages={"required": "Expliquez le refus au demandeur."},
    )
    field_order = ("reasons", "text")

    def __init__(self, *args: Any, reasons: Sequence[Reason], **options: Any) -> None:
        super().__init__(*args, **options)
        if reasons:
            self.fields["reasons"] = forms.MultipleChoiceField(
                label="Motifs",
                choices=[(r.key, r.label) for r in reasons],
                widget=forms.CheckboxSelectMultiple(
                    attrs={"hints": {r.key: r.text for r in reasons if r.text}}
                ),
                error_messages={
                    "required": "Choisissez au moins un motif de refus.",
                    "invalid_choice": _("Ce motif n’est pas dans la liste : %(value)s."),
                },
            )
            self.order_fields(self.field_order)


class NoteForm(forms.Form):
    """One text."""

    note = Note(label="Note", error_messages={"required": "Écrivez quelques mots."})

    def __init__(
        self, *args: Any, label: str = "", help_text: str = "", required: bool = True, **o: Any
    ) -> None:
        super().__init__(*args, **o)
        field = self.fields["note"]
        field.label, field.help_text, field.required = label or field.label, help_text, required


class AssignForm(forms.Form):
    """The agent to whom a case is entrusted."""

    to = forms.ChoiceField(
        label="Agent",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choisissez un agent.",
            "invalid_choice": "Choisissez un agent de la liste.",
        },
    )

    def __init__(self, *args: Any, agents: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(agents)


class DecreeForm(forms.Form):
    """What a text says of one day."""

    day = Day(
        label="Jour", help_text="Par exemple 20 3 2026.", error_messages={"required": "Indiquez le jour."}
    )
    label = forms.CharField(
        label="Fête",
        help_text="Laissez vide si le texte en fait un jour ouvré.",
        required=False,
        max_length=120,
        error_messages={"max_length": "Raccourcissez ce nom à 120 caractères."},
    )
    reference = forms.CharField(
        label="Texte",
        help_text="Le décret ou le communiqué, avec son numéro et sa date.",
        max_length=200,
        error_messages={
            "required": "Indiquez le texte qui fixe ce jour.",
            "max_length": "Raccourcissez cette référence à 200 caractères.",
        },
    )
