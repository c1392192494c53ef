"""A Django form for one page of questions, whose `cleaned_data` is the page's JSON answers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict

from smartsenegal.lib.text import fold
from smartsenegal.onestop.procedures.controls import controls_of, names_of, shown_values
from smartsenegal.onestop.procedures.countries import HOME
from smartsenegal.onestop.procedures.definition import Definition, Field, Page
from smartsenegal.onestop.procedures.fields import required_words, sentence
from smartsenegal.onestop.procedures.rules import holds, is_answered, relevant, visible_pages

Answers = Mapping[str, Any]
MOST_ROWS = 100


@dataclass(frozen=True)
class Row:
    """One row of a repeated question, as the template draws it."""

    number: int
    index: int
    bound: list["Question"]


@dataclass(frozen=True)
class Question:
    """One question, as the template draws it: one control, a few in one frame, or rows."""

    key: str
    field: Field
    name: str
    bound: list[BoundField]
    rows: list[Row] | None = None
    is_title: bool = False  # alone on its page, whose title it repeats
    may_add: bool = False
    count_name: str = ""

    @property
    def is_group(self) -> bool:
        return len(self.bound) > 1

    @property
    def may_remove(self) -> bool:
        """Whether a row may go: a compulsory list keeps one."""
        return self.rows is not None and len(self.rows) > (1 if self.field.required else 0)


class PageForm(forms.Form):
    """The questions of one page. Subclasses are made by `page_form` and `decision_form`.

    Unbound, it shows the answers already given. `is_valid()` is False without any error when the person
    pressed a button that adds or removes a row: the form then only has to be shown again.
    """

    title = ""
    questions_asked: Sequence[Field] = ()
    known: Answers = {}

    def __init__(self, data: Any = None, **options: Any) -> None:
        self.is_reshaping = False
        self.row_counts: dict[str, int] = {}
        options.setdefault("initial", initial_from(self.questions_asked, self.known))
        super().__init__(self._reshape(data), **options)
        for name, control in self._controls():
            self.fields[name] = control

    # --- rows ---

    def _repeated(self) -> Iterator[Field]:
        return (f for f in self.questions_asked if f.type == "repeated")

    def _reshape(self, data: Any) -> Any:
        for field in self._repeated():
            count = self._count(field, data)
            if data is not None and f"{field.key}-add" in data:
                count, self.is_reshaping = min(count + 1, field.at_most), True
            elif data is not None and f"{field.key}-remove" in data:
                data = _without_row(data, field.key, str(data[f"{field.key}-remove"]), count)
                count, self.is_reshaping = max(count - 1, 0), True
            self.row_counts[field.key] = count
        return data

    def _count(self, field: Field, data: Any) -> int:
        if data is not None:
            count = _rank(str(data.get(f"{field.key}-count", ""))) or 0
        else:
            saved = self.known.get(field.key)
            count = len(saved) if isinstance(saved, list) else 0
        return max(min(count, field.at_most, MOST_ROWS), 1 if field.required else 0)

    def _controls(self) -> Iterator[tuple[str, forms.Field]]:
        for field in self.questions_asked:
            if field.type != "repeated":
                yield from controls_of(field, field.key).items()
                continue
            for index in range(self.row_counts[field.key]):
                for part in field.fields:
                    yield from controls_of(part, f"{field.key}-{index}-{part.key}").items()

    # --- cleaning ---

    def full_clean(self) -> None:
        if self.is_reshaping:
            self._errors = ErrorDict()
            self.cleaned_data: dict[str, Any] = {}
        else:
            super().full_clean()

    def is_valid(self) -> bool:
        return not self.is_reshaping and super().is_valid()

    def clean(self) -> dict[str, Any]:
        return self._answers(self.questions_asked, "", dict(self.known))

    def _answers(self, asked: Iterable[Field], prefix: str, known: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for field in asked:
            name = f"{prefix}{field.key}"
            if holds(field.when, known):
                found[field.key] = known[field.key] = self._answer(field, name)
            else:
                self._forgive(self._names(field, name))
                found[field.key] = None
                known.pop(field.key, None)
        return found

    def _names(self, field: Field, name: str) -> list[str]:
        if field.type != "repeated":
            return names_of(field, name)
        rows = range(self.row_counts[field.key])
        return [n for i in rows for part in field.fields for n in names_of(part, f"{name}-{i}-{part.key}")]

    def _forgive(self, names: Iterable[str]) -> None:
        for name in names:
            self.errors.pop(name, None)

    def _answer(self, field: Field, name: str) -> Any:
        if field.type == "identity":
            return self._identity(field, name)
        if field.type == "address":
            return self._composite(field, name, self._parts(field, name))
        if field.type == "repeated":
            return self._rows(field)
        value = self.cleaned_data.get(name)
        return value if is_answered(value) else None

    def _parts(self, field: Field, name: str) -> dict[str, Any]:
        return {n.removeprefix(f"{name}-"): self.cleaned_data.get(n) for n in names_of(field, name)}

    def _identity(self, field: Field, name: str) -> Any:
        parts = self._parts(field, name)
        unused = "birth_place" if parts["birth_country"] == HOME else "birth_commune"
        self._forgive([f"{name}-{unused}"])
        parts[unused] = None
        optional_and_empty = not field.required and not any(
            is_answered(v) for k, v in parts.items() if k != "birth_country"
        )
        return None if optional_and_empty else self._composite(field, name, parts, unused)

    def _composite(self, field: Field, name: str, parts: dict[str, Any], unused: str = "") -> Any:
        if not any(is_answered(v) for v in parts.values()):
            return None
        for part, value in parts.items():
            control = f"{name}-{part}"
            if part != unused and not is_answered(value) and control not in self.errors:
                words = required_words(str(self.fields[control].label))["required"]
                self.add_error(control, ValidationError(words, code="required"))
        return {part: value for part, value in parts.items() if part != unused}

    def _rows(self, field: Field) -> Any:
        rows = []
        for index in range(self.row_counts[field.key]):
            prefix = f"{field.key}-{index}-"
            if self._is_blank(field, index) and (index or not field.required):
                self._forgive(n for part in field.fields for n in names_of(part, prefix + part.key))
            else:
                rows.append(self._answers(field.fields, prefix, {}))
        return rows or None

    def _is_blank(self, field: Field, index: int) -> bool:
        names = [n for part in field.fields for n in names_of(part, f"{field.key}-{index}-{part.key}")]
        return not any(is_answered(self.cleaned_data.get(n)) or n in self._wrong() for n in names)

    def _wrong(self) -> set[str]:
        return {n for n, errors in self.errors.as_data().items() if any(e.code != "required" for e in errors)}

    # --- drawing ---

    @property
    def questions(self) -> list[Question]:
        """The questions in order, for `procedures/questions.html`."""
        return [self._question(f, f.key) for f in self.questions_asked]

    def _question(self, field: Field, name: str) -> Question:
        alone = len(self.questions_asked) == 1 and name == field.key
        is_title = alone and fold(field.label) == fold(self.title)
        if field.type != "repeated":
            bound = [self[n] for n in names_of(field, name)]
            return Question(field.key, field, name, bound, None, is_title)
        count = self.row_counts[field.key]
        rows = [Row(i + 1, i, self._row(field, i)) for i in range(count)]
        return Question(field.key, field, name, [], rows, is_title, count < field.at_most, f"{name}-count")

    @property
    def heading(self) -> bool:
        """Whether the only question is itself the title of the page."""
        return len(self.questions) == 1 and self.questions[0].is_title and not self.questions[0].is_group

    @property
    def has_rows(self) -> bool:
        """Whether buttons add or remove rows: pressing Enter must not reach them first."""
        return bool(self.row_counts)

    def _row(self, field: Field, index: int) -> list[Question]:
        return [self._question(part, f"{field.key}-{index}-{part.key}") for part in field.fields]


def _rank(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else None


def _without_row(data: Any, key: str, removed: str, count: int) -> Any:
    gone = _rank(removed)
    if gone is None or gone >= count:
        return data
    kept = data.copy()
    for name in [n for n in kept if n.startswith(f"{key}-")]:
        head, _, tail = name.removeprefix(f"{key}-").partition("-")
        rank = _rank(head)
        if rank is None or rank < gone:
            continue
        values = kept.getlist(name) if hasattr(kept, "getlist") else kept[name]
        del kept[name]
        if rank > gone:
            moved = f"{key}-{rank - 1}-{tail}"
            kept.setlist(moved, values) if hasattr(kept, "setlist") else kept.update({moved: values})
    return kept


def initial_from(asked: Iterable[Field], answers: Answers) -> dict[str, Any]:
    """What the controls show for answers already given, by control name."""
    shown: dict[str, Any] = {}
    for field in asked:
        value = answers.get(field.key)
        if value is None:
            continue
        if field.type == "repeated" and isinstance(value, list):
            for index, row in enumerate(value):
                for part in field.fields:
                    given = row.get(part.key) if isinstance(row, Mapping) else None
                    shown.update(shown_values(part, f"{field.key}-{index}-{part.key}", given))
        else:
            shown.update(shown_values(field, field.key, value))
    return shown


def page_form(page: Page, definition: Definition, answers: Answers) -> type[PageForm]:
    """The form of one page, for someone who has given these answers.

    Questions ruled out by earlier pages are left out; those that depend on the same page are shown, and
    their answer counts only when their condition holds.
    """
    known = {**relevant(definition, answers), **{f.key: answers.get(f.key) for f in page.fields}}
    if page in definition.eligibility_pages:
        known = dict(answers)
    return make_form(_with_hint(page), known, page.title)


def _with_hint(page: Page) -> tuple[Field, ...]:
    # A question that is the title of its page carries the page's hint, so that it is read with it.
    if len(page.fields) == 1 and fold(page.fields[0].label) == fold(page.title):
        field = page.fields[0]
        return (replace(field, hint=" ".join(filter(None, [page.hint, field.hint]))),)
    return page.fields


def decision_form(definition: Definition, decision: Answers | None = None) -> type[PageForm]:
    """The form of what the officer enters when proposing to grant."""
    return make_form(definition.decision_fields, decision or {})


def make_form(fields: Iterable[Field], known: Answers, title: str = "") -> type[PageForm]:
    """A form of these questions; those ruled out by `known` answers to other questions are left out."""
    every = tuple(fields)
    own = {f.key for f in every}
    earlier = {k: v for k, v in known.items() if k not in own}
    asked = tuple(f for f in every if _depends_on(f, own) or holds(f.when, earlier))
    contents = {"questions_asked": asked, "known": dict(known), "title": title}
    return type("QuestionsForm", (PageForm,), contents)


def _depends_on(field: Field, own: set[str]) -> bool:
    from smartsenegal.onestop.procedures.rules.conditions import fields_of

    return any(path.partition(".")[0] in own for path in fields_of(field.when))


# --- answers that come as JSON --------------------------------------------------------


def check_answers(definition: Definition, raw: Answers) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Answers sent as JSON (HTTP API), checked as the pages check theirs.

    Returns the clean answers to the questions asked, and the French sentences by control name (empty when
    all is right). Unknown questions are refused by name.
    """
    errors = {k: [sentence("Cette question n’existe pas.")] for k in raw if k not in _every_key(definition)}
    answers: dict[str, Any] = {}
    for page in definition.pages:
        if page not in visible_pages(definition, answers):
            continue
        form = page_form(page, definition, answers)(_as_typed(page.fields, raw))
        form.is_valid()
        errors |= {name: [str(m) for m in messages] for name, messages in form.errors.items()}
        errors |= _too_many(page.fields, raw)
        answers |= {k: v for k, v in form.cleaned_data.items() if k in _every_key(definition)}
    return relevant(definition, {k: v for k, v in answers.items() if v is not None}), errors


def check_decision(definition: Definition, raw: Answers) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """What a decision to grant enters for the act, sent as JSON; returns as `check_answers`."""
    known = {f.key for f in definition.decision_fields}
    errors = {k: [sentence("Ce champ n’existe pas dans la décision.")] for k in raw if k not in known}
    form = decision_form(definition)(_as_typed(definition.decision_fields, raw))
    form.is_valid()
    errors |= {name: [str(m) for m in messages] for name, messages in form.errors.items()}
    return form.cleaned_data, errors


def _every_key(definition: Definition) -> set[str]:
    return {f.key for page in definition.pages for f in page.fields}


def _too_many(fields: Iterable[Field], raw: Answers) -> dict[str, list[str]]:
    rows = {f.key: (raw.get(f.key), f.at_most) for f in fields if f.type == "repeated"}
    return {
        key: [sentence(f"Cette liste compte plus de {most} éléments. Retirez-en.")]
        for key, (value, most) in rows.items()
        if isinstance(value, list) and len(value) > most
    }


def _as_typed(fields: Iterable[Field], raw: Answers) -> dict[str, Any]:
    fields = tuple(fields)
    typed = {name: _typed(value) for name, value in initial_from(fields, raw).items()}
    for field in fields:
        if field.type == "repeated":
            value = raw.get(field.key)
            typed[f"{field.key}-count"] = len(value) if isinstance(value, list) else 0
    return {name: value for name, value in typed.items() if value is not None}


def _typed(value: Any) -> Any:
    # A place is told by its code; nothing else that is typed is a mapping.
    if isinstance(value, Mapping):
        return str(value.get("code") or value.get("label") or "")
    if isinstance(value, list):
        return [str(v) for v in value]
    return value if value is None or isinstance(value, str) else str(value)
