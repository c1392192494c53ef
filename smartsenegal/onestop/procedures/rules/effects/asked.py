"""What a revision changes of what is asked: who may ask, questions, pieces."""

from collections.abc import Iterator, Sequence

from smartsenegal.onestop.procedures.definition import Definition, Field, Page, Piece
from smartsenegal.onestop.procedures.rules.effects.base import (
    SOME,
    Bearing,
    Effect,
    Words,
    bare,
    effect,
    listed,
    quoted,
    whom,
)

_NAMES = {"person": "d’une personne", "organisation": "d’une entreprise ou d’une association"}
_PUBLICS = {"particuliers": "les particuliers", "professionnels": "les professionnels"}


def pieces(before: Definition, after: Definition, words: Words) -> Iterator[Effect]:
    """Pieces added, dropped, and what is accepted for the others."""
    old, new = {p.key: p for p in before.pieces}, {p.key: p for p in after.pieces}
    for key in old.keys() - new.keys():
        yield effect(
            "pieces",
            f"La pièce « {old[key].label} » n’est plus demandée {words.since}",
            "better",
            whom(old[key].when),
        )
    for piece in after.pieces:
        if piece.key not in old:
            must = "est demandée" if piece.required else "peut être jointe"
            bearing: Bearing = "worse" if piece.required else "neutral"
            yield effect(
                "pieces", f"La pièce « {piece.label} » {must} {words.since}", bearing, whom(piece.when)
            )
        elif bare(old[piece.key]) != bare(piece):
            yield from _piece(old[piece.key], piece, words)


def _piece(old: Piece, new: Piece, words: Words) -> Iterator[Effect]:
    for sentence, bearing in _piece_changes(old, new):
        yield effect("pieces", f"La pièce « {new.label} » {sentence} {words.since}", bearing, whom(new.when))


def _piece_changes(old: Piece, new: Piece) -> Iterator[tuple[str, Bearing]]:
    if old.label != new.label:
        yield f"remplace {quoted(old.label)}", "neutral"
    if old.required != new.required:
        yield ("devient obligatoire", "worse") if new.required else ("devient facultative", "better")
    if old.valid_months != new.valid_months:
        yield _age(old.valid_months, new.valid_months)
    if bare(old.one_of) != bare(new.one_of):
        yield from _accepted(old, new)
    if old.original_at_desk != new.original_at_desk:
        yield ("se montre en original", "worse") if new.original_at_desk else ("suffit en copie", "better")
    if old.at_most != new.at_most:
        bearing: Bearing = "better" if new.at_most > old.at_most else "worse"
        yield f"peut compter {new.at_most} fichiers (auparavant {old.at_most})", bearing
    if bare(old.when) != bare(new.when):
        yield "n’est plus demandée aux mêmes personnes", "neutral"
    if (old.is_identity, old.procedure) != (new.is_identity, new.procedure):
        yield "change de traitement (pièce d’identité, ou démarche qui la délivre)", "neutral"


def _age(old: int | None, new: int | None) -> tuple[str, Bearing]:
    if new is None:
        return "peut dater de n’importe quand", "better"
    younger = old is None or new < old
    return f"doit dater de moins de {new} mois", "worse" if younger else "better"


def _accepted(old: Piece, new: Piece) -> Iterator[tuple[str, Bearing]]:
    was, now = {o.value: o.label for o in old.one_of}, {o.value: o.label for o in new.one_of}
    more = [label for value, label in now.items() if value not in was]
    less = [label for value, label in was.items() if value not in now]
    if more:
        yield f"accepte aussi {listed(more)}", "better" if old.one_of else "neutral"
    if less:
        yield f"n’accepte plus {listed(less)}", "worse" if new.one_of else "neutral"
    if not more and not less:
        yield f"accepte {listed(now.values())}, autrement définis", "neutral"


# --- who may ask ------------------------------------------------------------------------


def who(before: Definition, after: Definition, words: Words) -> Iterator[Effect]:
    """The words that say who may ask."""
    sentence = f"Qui peut demander : {quoted(before.who)} devient {quoted(after.who)} {words.since}"
    yield effect("who", sentence)


def parties(before: Definition, after: Definition, words: Words) -> Iterator[Effect]:
    """Those in whose name one may ask."""
    for kind, name in _NAMES.items():
        if kind in after.parties and kind not in before.parties:
            sentence = f"La demande peut aussi se faire au nom {name} {words.since}"
            yield effect("parties", sentence, "better", SOME)
        if kind in before.parties and kind not in after.parties:
            sentence = f"La demande ne peut plus se faire au nom {name} {words.since}"
            yield effect("parties", sentence, "worse", SOME)


def audiences(before: Definition, after: Definition, words: Words) -> Iterator[Effect]:
    """For whom the procedure is."""
    more, less = set(after.audiences) - set(before.audiences), set(before.audiences) - set(after.audiences)
    for code in sorted(more):
        sentence = f"La démarche s’ouvre à un public : {_PUBLICS.get(code, code)}, {words.since}"
        yield effect("audiences", sentence, "better")
    for code in sorted(less):
        sentence = f"La démarche se ferme à un public : {_PUBLICS.get(code, code)}, {words.since}"
        yield effect("audiences", sentence, "worse")


def ineligible(before: Definition, after: Definition, words: Words) -> Iterator[Effect]:
    """Those who are turned away before they start."""
    old, new = [bare(i) for i in before.ineligible], [bare(i) for i in after.ineligible]
    for rule in after.ineligible:
        if bare(rule) not in old:
            sentence = f"Une condition nouvelle vaut {words.since} : {quoted(rule.sentence)}"
            yield effect("ineligible", sentence, "worse", whom(rule.when))
    for rule in before.ineligible:
        if bare(rule) not in new:
            sentence = f"Une condition ne vaut plus {words.since} : {quoted(rule.sentence)}"
            yield effect("ineligible", sentence, "better", whom(rule.when))


# --- questions ----------------------------------------------------------------------------


def questions(topic: str, before: Sequence[Page], after: Sequence[Page], words: Words) -> Iterator[Effect]:
    """Questions added, dropped, and those that are not asked as they were."""
    old, new = _fields(before), _fields(after)
    for key in old.keys() - new.keys():
        yield effect(topic, f"La question « {old[key].label} » n’est plus posée {words.since}", "better")
    for key, field in new.items():
        if key not in old:
            yield effect(
                topic, f"La question « {field.label} » est posée {words.since}", "neutral", whom(field.when)
            )
        elif bare(old[key]) != bare(field):
            sentence = f"La question « {field.label} » n’admet plus les mêmes réponses {words.since}"
            yield effect(topic, sentence, "neutral", whom(field.when))


def _fields(pages: Sequence[Page]) -> dict[str, Field]:
    return {field.key: field for page in pages for field in page.fields}
