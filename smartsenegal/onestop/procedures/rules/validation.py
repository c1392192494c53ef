"""What is wrong with a definition, as French sentences that name the place in its file."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from smartsenegal.onestop.procedures.definition import Definition, Fee, Field, Page
from smartsenegal.onestop.procedures.rules.conditions import GROUPS, OPERATORS, as_date
from smartsenegal.onestop.procedures.rules.faults import circuit_faults, quote, silence_faults, told
from smartsenegal.onestop.procedures.rules.wording import ACT_NAMES, known_placeholders, placeholders_of

KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
CODE = re.compile(r"[a-z][a-z0-9-]{1,79}")
PREFIX = re.compile(r"[A-Z]{2,6}")
IDENTIFIERS = ("NIN", "card", "NINEA", "IEN")

# Types of what a condition, or an authority, may reach by a dotted path: path → field or its type.
Known = dict[str, Field]


def validate(definition: Definition) -> list[str]:
    """Every fault, in the order of the file; an empty list when the definition may be published."""
    return list(_faults(definition))


def _faults(d: Definition) -> Iterator[str]:
    yield from _names(d)
    yield from _questions("eligibility_pages", d.eligibility_pages, {})
    yield from _questions("pages", d.pages, {})
    yield from _unique("pages, decision_fields et eligibility_pages", _field_keys(d))
    yield from _decision_fields(d)
    known = _known(d.pages)
    for rank, ineligible in enumerate(d.ineligible):
        everything = _known(d.eligibility_pages) | known
        yield from _condition(f"ineligible[{rank}].when", ineligible.when, everything)
    for rank, piece in enumerate(d.pieces):
        yield from _condition(f"pieces[{rank}].when", piece.when, known)
        if piece.one_of:
            yield from _unique(f"pieces[{rank}].one_of", [o.value for o in piece.one_of])
    yield from _fees(d, known)
    yield from _authority(d, known)
    for rank, step in enumerate(d.circuit):
        yield from _condition(f"circuit[{rank}].when", step.when, known)
    yield from circuit_faults(d)
    yield from silence_faults(d)
    yield from _act(d)


def _names(d: Definition) -> Iterator[str]:
    if not CODE.fullmatch(d.code):
        yield told("code", "écrivez des minuscules sans accent, des chiffres et des tirets.")
    if not PREFIX.fullmatch(d.prefix):
        yield told("prefix", "écrivez de deux à six lettres capitales.")
    for name in ("title", "summary", "who", "nature", "owner"):
        if not getattr(d, name).strip():
            yield told(name, "ce texte est vide. Écrivez-le.")
    if not d.themes:
        yield told("themes", "la démarche n’a pas de thème. Donnez-en au moins un.")
    if not d.parties:
        yield told("parties", "la démarche n’est pour personne. Écrivez person, organisation ou les deux.")
    if len(set(d.parties)) < len(d.parties):
        yield told("parties", "chacun ne s’écrit qu’une fois.")
    for rank, (question, answer) in enumerate(d.faq):
        if not question.strip() or not answer.strip():
            yield told(f"faq[{rank}]", "une question fréquente va avec sa réponse. Écrivez les deux.")
    for name in ("pieces", "fees", "circuit", "reasons"):
        yield from _unique(name, [item.key for item in getattr(d, name)])
    yield from _delays(d)


def _delays(d: Definition) -> Iterator[str]:
    delays = {"delay": d.delay, "validity": d.validity, "corrections_delay": d.corrections_delay}
    delays |= {f"circuit[{i}].delay": s.delay for i, s in enumerate(d.circuit)}
    if d.silence:
        delays |= {"silence.notice": d.silence.notice, "silence.substitute": d.silence.substitute}
    for where, delay in delays.items():
        if delay and delay.amount is None and not delay.note:
            yield told(where, "sans durée, une note doit dire pourquoi.")
        if delay and delay.amount is not None and delay.amount < 0:
            yield told(where, "une durée ne peut pas être négative.")


def _field_keys(d: Definition) -> list[str]:
    pages = (*d.pages, *d.eligibility_pages)
    return [f.key for page in pages for f in page.fields] + [f.key for f in d.decision_fields]


def _unique(where: str, keys: Iterable[str]) -> Iterator[str]:
    for key, count in Counter(keys).items():
        if count > 1:
            yield told(where, f"la clé {quote(key)} sert {count} fois. Donnez à chacun la sienne.")


# --- questions ------------------------------------------------------------------


def _questions(where: str, pages: Sequence[Page], known: Known) -> Iterator[str]:
    yield from _unique(where, [p.key for p in pages])
    for rank, page in enumerate(pages):
        place = f"{where}[{rank}]"
        yield from _condition(f"{place}.when", page.when, known)
        if not page.fields:
            yield told(f"{place}.fields", "la page ne pose aucune question.")
        for number, field in enumerate(page.fields):
            yield from _field(f"{place}.fields[{number}]", field, known)
            known |= _paths(field)


def _decision_fields(d: Definition) -> Iterator[str]:
    known: Known = {}
    for rank, field in enumerate(d.decision_fields):
        yield from _field(f"decision_fields[{rank}]", field, known)
        known |= _paths(field)


def _field(where: str, field: Field, known: Known, *, inside: bool = False) -> Iterator[str]:
    if not KEY.fullmatch(field.key):
        yield told(f"{where}.key", f"{quote(field.key)} n’est pas une clé : minuscules, chiffres, « _ ».")
    if field.key in ACT_NAMES or field.key == "decision":
        yield told(f"{where}.key", f"{quote(field.key)} est réservé aux actes. Prenez un autre nom.")
    if not field.label.strip():
        yield told(f"{where}.label", "la question n’a pas de texte.")
    yield from _condition(f"{where}.when", field.when, known)
    yield from _typed(where, field)
    yield from _bounds(where, field)
    if field.type == "repeated" and inside:
        yield told(f"{where}.type", "un bloc répété ne peut pas en contenir un autre.")
    inner: Known = {}
    for rank, part in enumerate(field.fields):
        yield from _field(f"{where}.fields[{rank}]", part, inner, inside=True)
        inner |= _paths(part)


def _typed(where: str, field: Field) -> Iterator[str]:
    if field.type in ("choice", "choices"):
        if len(field.options) < (2 if field.type == "choice" else 1):
            yield told(f"{where}.options", "donnez les réponses entre lesquelles choisir.")
        yield from _unique(f"{where}.options", [o.value for o in field.options])
    elif field.options:
        yield told(f"{where}.options", f"une question de type {quote(field.type)} n’a pas d’options.")
    if field.type == "identifier" and field.identifier not in IDENTIFIERS:
        yield told(f"{where}.identifier", f"choisissez parmi {', '.join(IDENTIFIERS)}.")
    if field.type == "repeated" and not field.fields:
        yield told(f"{where}.fields", "le bloc répété ne contient aucune question.")
    if field.type == "repeated":
        yield from _unique(f"{where}.fields", [f.key for f in field.fields])
    elif field.fields:
        yield told(f"{where}.fields", "seul un bloc répété contient d’autres questions.")


def _bounds(where: str, field: Field) -> Iterator[str]:
    for name in ("minimum", "maximum"):
        bound = getattr(field, name)
        if bound is None:
            continue
        if field.type in ("integer", "money"):
            fits = type(bound) is int
        else:
            fits = field.type == "date" and (bound == "today" or as_date(bound) is not None)
        if not fits:
            yield told(f"{where}.{name}", f"{quote(bound)} ne convient pas à une question de ce type.")
    if field.max_length < 1:
        yield told(f"{where}.max_length", "une réponse doit pouvoir tenir au moins un caractère.")


def _known(pages: Sequence[Page]) -> Known:
    return {path: f for page in pages for field in page.fields for path, f in _paths(field).items()}


def _paths(field: Field) -> Known:
    found = {field.key: field}
    parts = {
        "identity": {"birth_date": "date", "birth_country": "country", "birth_commune": "commune",
                     "birth_place": "text", "first_names": "text", "last_name": "text"},
        "address": {"commune": "commune", "line": "text"},
    }.get(field.type, {})  # fmt: skip
    for name, kind in parts.items():
        found[f"{field.key}.{name}"] = Field(name, kind, field.label)  # type: ignore[arg-type]
    return found


# --- conditions -------------------------------------------------------------------


def _condition(where: str, condition: Any, known: Known) -> Iterator[str]:
    if condition is None:
        return
    if not isinstance(condition, Mapping) or not condition:
        yield told(where, "une condition s’écrit {field: …, is: …}, {all: […]}, {any: […]} ou {not: …}.")
        return
    groups = [g for g in GROUPS if g in condition]
    if groups:
        yield from _group(where, groups[0], condition, known)
    else:
        yield from _comparison(where, condition, known)


def _group(where: str, group: str, condition: Mapping[str, Any], known: Known) -> Iterator[str]:
    if len(condition) > 1:
        yield told(where, f"{quote(group)} doit être seul. Mettez le reste dans une autre condition.")
    inner = condition[group]
    if group == "not":
        yield from _condition(f"{where}.not", inner, known)
        return
    if not isinstance(inner, list | tuple) or not inner:
        yield told(f"{where}.{group}", "donnez une liste de conditions.")
        return
    for rank, part in enumerate(inner):
        yield from _condition(f"{where}.{group}[{rank}]", part, known)


def _comparison(where: str, condition: Mapping[str, Any], known: Known) -> Iterator[str]:
    strange = [k for k in condition if k != "field" and k not in OPERATORS]
    for word in strange:
        choices = ", ".join(OPERATORS)
        yield told(where, f"{quote(word)} n’est pas une comparaison. Choisissez parmi {choices}.")
    path = condition.get("field")
    if not isinstance(path, str):
        yield told(where, "la condition ne nomme pas de question (field).")
        return
    if path not in known:
        yield told(where, f"{quote(path)} n’est pas une question posée avant. Vérifiez la clé et l’ordre.")
        return
    if not any(op in condition for op in OPERATORS):
        yield told(where, f"rien n’est comparé. Ajoutez l’un de {', '.join(OPERATORS)}.")
    for operator in OPERATORS:
        if operator in condition and not _comparable(known[path], operator, condition[operator]):
            wrong = quote(condition[operator])
            yield told(f"{where}.{operator}", f"{wrong} ne se compare pas à {quote(path)}.")


def _comparable(field: Field, operator: str, wanted: Any) -> bool:
    if operator == "answered":
        return isinstance(wanted, bool)
    if operator in ("less", "more"):
        return field.type in ("integer", "money") and type(wanted) is int
    if operator in ("before", "after"):
        return field.type == "date" and as_date(wanted) is not None
    wanted_values = wanted if operator == "in" else [wanted]
    if not isinstance(wanted_values, list | tuple) or not wanted_values:
        return False
    return all(_possible(field, value) for value in wanted_values)


def _possible(field: Field, value: Any) -> bool:
    if field.type in ("choice", "choices"):
        return value in {o.value for o in field.options}
    if field.type in ("yes_no", "statement"):
        return isinstance(value, bool)
    if field.type in ("integer", "money"):
        return type(value) is int
    return isinstance(value, str) and field.type not in ("identity", "address", "repeated")


# --- money, authority, circuit, act --------------------------------------------------


def _fees(d: Definition, known: Known) -> Iterator[str]:
    for rank, fee in enumerate(d.fees):
        where = f"fees[{rank}]"
        yield from _condition(f"{where}.when", fee.when, known)
        yield from _amounts(where, fee)


def _amounts(where: str, fee: Fee) -> Iterator[str]:
    if not fee.amounts:
        yield told(f"{where}.amounts", "donnez au moins un montant et le jour où il commence.")
    if any(a.amount < 0 for a in fee.amounts):
        yield told(f"{where}.amounts", "un montant ne peut pas être négatif.")
    days = [a.starts_on for a in fee.amounts]
    if any(later <= earlier for earlier, later in pairwise(days)):
        yield told(f"{where}.amounts", "rangez les montants par date, un seul par jour.")
    if (fee.minimum is None) is not (fee.maximum is None):
        yield told(where, "donnez à la fois le minimum et le maximum, ou aucun des deux.")
    elif fee.minimum is not None and fee.maximum is not None:
        fits = (fee.minimum <= a.amount <= fee.maximum for a in fee.amounts)
        if not all(fits):
            yield told(f"{where}.amounts", "le montant sort de la fourchette publiée.")


def _authority(d: Definition, known: Known) -> Iterator[str]:
    rules = [("authority", d.authority.commune)]
    rules += [(f"authority.otherwise[{i}]", o.commune) for i, o in enumerate(d.authority.otherwise)]
    for where, path in rules:
        field = known.get(path)
        if field is None or field.type not in ("commune", "address"):
            yield told(f"{where}.commune", f"{quote(path)} n’est pas une question sur une commune.")
    for rank, other in enumerate(d.authority.otherwise):
        yield from _condition(f"authority.otherwise[{rank}].when", other.when, known)


def _act(d: Definition) -> Iterator[str]:
    texts = {"act.title": d.act.title, "act.holder": d.act.holder, "act.legal_basis": d.act.legal_basis}
    texts |= {f"act.paragraphs[{i}]": text for i, text in enumerate(d.act.paragraphs)}
    texts |= {f"act.rows[{i}]": text for i, (_, text) in enumerate(d.act.rows)}
    texts |= {f"act.essential[{i}]": text for i, (_, text) in enumerate(d.act.essential)}
    names = known_placeholders(d)
    for where, text in texts.items():
        for name in placeholders_of(text):
            if name not in names:
                yield told(where, f"{{{name}}} n’est ni une réponse, ni une décision, ni un mot de l’acte.")
    yield from _unique("act.essential", [key for key, _ in d.act.essential])
    if not PREFIX.fullmatch(d.act.number_prefix):
        yield told("act.number_prefix", "écrivez de deux à six lettres capitales.")
    if d.act.number_prefix == d.prefix:
        yield told("act.number_prefix", "choisissez d’autres lettres que celles du numéro de dossier.")
