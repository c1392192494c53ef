"""What a procedure is: the shape of a revision's frozen content.

A revision is one `Definition`, read from a readable YAML file (`files.py`), stored as JSON, never changed
once published. A fact that the administration has not confirmed carries a `certainty`: A official text or
two agreeing sources, B one decent source, C weak or inferred, N not found.

Conditions are small data, read by `rules.holds(condition, answers)`:
    {"field": "majeur", "is": true}      {"field": "motif", "in": ["emploi", "concours"]}
    {"field": "age", "less": 18}         {"field": "naissance", "after": "2020-01-01"}
    {"field": "x", "answered": true}     {"all": [...]}  {"any": [...]}  {"not": {...}}
    {"field": "identity.birth_country", "is": "SN"}    (a dot reaches into a composite answer)

Answers are plain JSON, one entry a field key:
    text, long_text, email, phone (E.164), identifier, choice, country (ISO 3166-1 alpha-2): str
    integer, money: int        yes_no, statement: bool        choices: list of str
    date: ISO 8601 str         commune: {"code", "label"}
    identity: {"first_names", "last_name", "birth_date", "birth_country", "birth_commune", "birth_place"}
              birth_commune (a commune answer) when born in Senegal, birth_place (str) otherwise
    address: {"commune", "line"}         repeated: list of such mappings
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

Certainty = Literal["A", "B", "C", "N"]
Condition = dict[str, Any]
FieldType = Literal[
    "text", "long_text", "integer", "money", "phone", "email", "date", "yes_no", "choice", "choices",
    "commune", "country", "identity", "identifier", "address", "repeated", "statement",
]  # fmt: skip
StepKind = Literal["payment", "review", "assessment", "opinion", "visa", "decision"]
# What asking for corrections does to the legal delay.
OnCorrections = Literal["suspend", "reset", "run"]
Unit = Literal["working_days", "calendar_days", "months", "years"]
# In whose name a request is filed: that of a person, or of a company or an association.
PartyKind = Literal["person", "organisation"]


@dataclass(frozen=True)
class Delay:
    """A length of time; `amount` None when the texts fix none (then `note` says so)."""

    amount: int | None
    unit: Unit = "working_days"
    note: str = ""
    certainty: Certainty = "A"


@dataclass(frozen=True)
class Text:
    """A legal text or an official page."""

    title: str
    reference: str = ""
    url: str = ""


@dataclass(frozen=True)
class DatedAmount:
    """An amount in F CFA that holds from a date on."""

    starts_on: date
    amount: int


@dataclass(frozen=True)
class Fee:
    """A line to one public accountant; `beneficiary` is a ledger code ("tresor", "commune", "domaines" …)."""

    key: str
    label: str
    beneficiary: str
    nature: str  # timbre | droit | taxe | vignette | part
    amounts: tuple[DatedAmount, ...]
    when: Condition | None = None
    certainty: Certainty = "A"
    source: str = ""
    # Published range inside which the beneficiary sets its own amount; `amounts` is what holds until it does.
    minimum: int | None = None
    maximum: int | None = None
    note: str = ""
    # Key of the `assessment` step where a service sets the amount, within the range; "" when known at filing.
    assessed_at: str = ""


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    hint: str = ""
    procedure: str = ""  # for a document: code of the procedure that issues it


@dataclass(frozen=True)
class Field:
    """One question. `identity` asks first names, last name, birth date and birthplace as one answer;
    `address` a commune and a line; `repeated` a list of the same `fields`; `statement` a box to tick."""

    key: str
    type: FieldType
    label: str
    hint: str = ""
    required: bool = True
    when: Condition | None = None
    options: tuple[Option, ...] = ()
    identifier: str = ""  # NIN | card | NINEA | IEN, for type identifier
    minimum: int | str | None = None  # number, or ISO date, or "today"
    maximum: int | str | None = None
    max_length: int = 200
    fields: tuple["Field", ...] = ()
    at_most: int = 10
    autocomplete: str = ""


@dataclass(frozen=True)
class Page:
    """One question a page: `title` is the question; usually one field, a few when they are one thought."""

    key: str
    title: str
    fields: tuple[Field, ...]
    hint: str = ""
    when: Condition | None = None


@dataclass(frozen=True)
class Piece:
    """A document to give. `one_of` lists the documents any of which will do."""

    key: str
    label: str
    hint: str = ""
    one_of: tuple[Option, ...] = ()
    required: bool = True
    when: Condition | None = None
    valid_months: int | None = None  # the document must be younger than this at filing
    is_identity: bool = False  # shown with a watermark, purged first
    original_at_desk: bool = False
    at_most: int = 4  # pages or files
    certainty: Certainty = "A"
    procedure: str = ""  # code of the procedure that issues it: orders the bundles of life events


@dataclass(frozen=True)
class Ineligible:
    """Who cannot ask, told before filling: when the condition holds, the sentence says why and what to do."""

    when: Condition
    sentence: str


@dataclass(frozen=True)
class OtherAuthority:
    """Another competence, when a condition holds (someone born abroad …)."""

    when: Condition
    unit: str
    commune: str
    note: str = ""


@dataclass(frozen=True)
class Authority:
    """Who is competent: the kind of site, and the answer whose commune decides which one.
    The first of `otherwise` whose condition holds replaces it: ask `rules.competence`."""

    unit: str  # kernel.sites kind: court_tgi, civil_registry, police …
    commune: str  # key of a `commune` answer; "identity.birth_commune" reaches into an identity answer
    note: str = ""
    otherwise: tuple[OtherAuthority, ...] = ()


@dataclass(frozen=True)
class Step:
    """A step of the circuit. It opens when all steps in `after` are done; parallel steps share an `after`.

    `opinion`: a consulted service answers, with its own delay; what its silence counts as is `silence`.
    `visa`: a step of approval before or after the decision; refusing it sends the case back.
    `assessment`: a service sets the amount of the fees whose `assessed_at` is this step; a later `payment`
    step collects them.
    """

    key: str
    kind: StepKind
    label: str
    role: str = "officer"
    unit: str = "competent"  # "competent", or a kind of site
    after: tuple[str, ...] = ()
    delay: Delay | None = None
    when: Condition | None = None
    silence: str = ""  # opinion: "favourable" when the texts read silence so; "" waits for the answer


@dataclass(frozen=True)
class Silence:
    """What the texts make of no decision once the legal delay is over.

    Without `notice` the effect comes with the end of the delay. With it, the applicant may then put the
    authority on notice, and the effect comes when `notice` has run from that day without a decision.
    `substitute` is the delay in which `substitute_unit` (a kind of site) issues the act at the applicant's
    request once it is deemed granted.
    """

    effect: Literal["granted", "refused"]
    notice: Delay | None = None
    substitute: Delay | None = None
    substitute_unit: str = ""
    sentence: str = ""  # told to the applicant in advance
    source: str = ""
    certainty: Certainty = "A"


@dataclass(frozen=True)
class Reason:
    """A ground on which the request may be refused."""

    key: str
    label: str
    text: str = ""


@dataclass(frozen=True)
class Act:
    """What is issued. Texts hold {placeholders}: answers ("identity.last_name"), `decision.<key>` for what
    the officer enters, and the words of `rules.ACT_NAMES` (`number`, `issued_on`, `authority` …)."""

    title: str
    number_prefix: str
    paragraphs: tuple[str, ...]
    rows: tuple[tuple[str, str], ...] = ()  # label, placeholder text: the table of the act
    essential: tuple[tuple[str, str], ...] = ()  # what the offline seal carries: short key, placeholder text
    holder: str = ""  # placeholder text: for whom
    legal_basis: str = ""
    signatory_quality: str = ""


@dataclass(frozen=True)
class Definition:
    """A whole procedure."""

    code: str
    prefix: str  # of case references: CJ-2026-004188
    title: str
    summary: str
    audiences: tuple[str, ...]  # particuliers | professionnels
    themes: tuple[str, ...]
    life_events: tuple[str, ...]
    keywords: tuple[str, ...]
    owner: str  # organisation code of the ministry in charge
    certainty: Certainty
    source: str
    reviewed_on: date
    who: str  # who may ask
    nature: str  # what one gets
    delay: Delay
    authority: Authority
    pages: tuple[Page, ...]
    circuit: tuple[Step, ...]
    act: Act
    # Those in whose name it may be filed; a revision that says nothing is for all.
    parties: tuple[PartyKind, ...] = ("person", "organisation")
    where: str = ""
    sections: tuple[tuple[str, str], ...] = ()  # further headings of the sheet: renewal, loss …
    faq: tuple[tuple[str, str], ...] = ()  # frequent questions, each with its answer
    validity: Delay | None = None  # how long the act is good for
    ineligible: tuple[Ineligible, ...] = ()
    eligibility_pages: tuple[Page, ...] = ()  # asked before the account, nothing kept
    fees: tuple[Fee, ...] = ()
    pieces: tuple[Piece, ...] = ()
    texts: tuple[Text, ...] = ()
    decision_fields: tuple[Field, ...] = ()  # what the officer enters when proposing to grant
    reasons: tuple[Reason, ...] = ()  # grounds of refusal
    appeal: str = ""  # ways and delays of appeal, printed on each refusal
    corrections_delay: Delay = Delay(15, "calendar_days", "Délai de correction fixé par le service", "N")
    silence: Silence | None = None
    on_corrections: OnCorrections = "suspend"
    on_corrections_certainty: Certainty = "A"
    bulk: bool = False  # several requests may be decided together
    minutes_to_fill: int = 5
    online: bool = True
    unknown: tuple[str, ...] = ()  # what could not be found, shown to the procedure's owner
    # Reference of the text by which this revision applies to requests already filed, even against them.
    applies_to_open: str = ""
