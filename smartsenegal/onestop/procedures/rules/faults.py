"""What is wrong with the circuit of a definition, its assessed fees, and what it says of silence."""

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from smartsenegal.onestop.procedures.definition import Definition, Delay, Step

COLON = "\u00a0: "
# Roles that act on a case: those with `cases.instruct`.
STEP_ROLES = ("officer", "signatory")
SILENCES = ("", "favourable")
_KINDS = {"visa": "un visa", "opinion": "un avis", "assessment": "une liquidation"}


def told(where: str, sentence: str) -> str:
    """A fault with its place in the file."""
    return f"{where}{COLON}{sentence}"


def quote(word: object) -> str:
    """A word between French quotation marks."""
    return f"«\u00a0{word}\u00a0»"


def steps_before(key: str, after: Mapping[str, set[str]]) -> set[str]:
    """Keys of every step that comes before `key`, near or far."""
    found: set[str] = set()
    waiting = list(after.get(key, ()))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += after.get(name, ())
    return found


def circuit_faults(d: Definition) -> Iterator[str]:
    """Faults of the steps: what they name, what is missing among them, their order."""
    steps = d.circuit
    keys = {s.key for s in steps}
    for rank, step in enumerate(steps):
        for name in step.after:
            if name not in keys:
                yield told(f"circuit[{rank}].after", f"l’étape {quote(name)} n’existe pas.")
        yield from _step(f"circuit[{rank}]", step)
    if not any(s.kind == "decision" for s in steps):
        yield told("circuit", "il manque une étape de décision (kind: decision).")
    yield from _payments(d)
    after = {s.key: {a for a in s.after if a in keys} for s in steps}
    yield from _order(after, steps)
    yield from _assessments(d, after)


def _step(where: str, step: Step) -> Iterator[str]:
    if step.kind in _KINDS and not step.unit.strip():
        yield told(f"{where}.unit", f"dites quel service donne {_KINDS[step.kind]}.")
    if step.kind in _KINDS and step.role not in STEP_ROLES:
        yield told(f"{where}.role", f"choisissez parmi {', '.join(STEP_ROLES)}.")
    if step.silence not in SILENCES:
        yield told(f"{where}.silence", "écrivez « favourable », ou rien pour attendre la réponse.")
    elif step.silence and step.kind != "opinion":
        yield told(f"{where}.silence", "seul le silence d’un service consulté (kind: opinion) a un effet.")
    elif step.silence and not _counts(step.delay):
        yield told(f"{where}.delay", "le silence ne compte qu’après un délai. Donnez-en un.")


def _counts(delay: Delay | None) -> bool:
    return delay is not None and delay.amount is not None and delay.amount > 0


def _payments(d: Definition) -> Iterator[str]:
    pays = any(s.kind == "payment" for s in d.circuit)
    if d.fees and not pays:
        yield told("circuit", "la démarche est payante : ajoutez une étape de paiement (kind: payment).")
    if pays and not d.fees:
        yield told("circuit", "une étape de paiement est prévue, mais aucun tarif (fees).")
    if pays and any(not f.assessed_at for f in d.fees) and not _pays_at_filing(d):
        words = "un tarif est connu au dépôt : ajoutez une étape de paiement qui ne suit aucune liquidation."
        yield told("circuit", words)


def _pays_at_filing(d: Definition) -> bool:
    after = {s.key: set(s.after) for s in d.circuit}
    assessed = {s.key for s in d.circuit if s.kind == "assessment"}
    payments = (s.key for s in d.circuit if s.kind == "payment")
    return any(not steps_before(key, after) & assessed for key in payments)


def _order(after: Mapping[str, set[str]], steps: Sequence[Step]) -> Iterator[str]:
    try:
        TopologicalSorter(after).prepare()
    except CycleError as cycle:
        loop = " → ".join(reversed(cycle.args[1]))
        yield told("circuit", f"les étapes tournent en rond ({loop}). Retirez un « after ».")
        return
    decisions = {s.key for s in steps if s.kind == "decision"}
    linked = set(decisions)
    for decision in decisions:
        linked |= steps_before(decision, after)
    linked |= {key for key in after if steps_before(key, after) & decisions}
    for rank, step in enumerate(steps):
        if decisions and step.key not in linked:
            words = f"l’étape {quote(step.key)} est isolée : aucune décision ne l’attend ni ne la précède."
            yield told(f"circuit[{rank}]", words)


# --- fees that a service sets ---------------------------------------------------------


def _assessments(d: Definition, after: Mapping[str, set[str]]) -> Iterator[str]:
    assessed = {s.key for s in d.circuit if s.kind == "assessment"}
    for rank, fee in enumerate(d.fees):
        where = f"fees[{rank}]"
        if not fee.assessed_at:
            continue
        if fee.assessed_at not in assessed:
            words = f"l’étape {quote(fee.assessed_at)} n’est pas une étape de liquidation (kind: assessment)."
            yield told(f"{where}.assessed_at", words)
        if fee.minimum is None and fee.maximum is None:
            words = "le service fixe ce montant : donnez le minimum et le maximum que les textes permettent."
            yield told(where, words)
    for rank, step in enumerate(d.circuit):
        if step.kind == "assessment":
            yield from _assessment(f"circuit[{rank}]", step, d, after)


def _assessment(where: str, step: Step, d: Definition, after: Mapping[str, set[str]]) -> Iterator[str]:
    if not any(f.assessed_at == step.key for f in d.fees):
        words = f"aucun tarif n’est liquidé à cette étape. Ajoutez « assessed_at: {step.key} » à un tarif."
        yield told(where, words)
    payments = (s.key for s in d.circuit if s.kind == "payment")
    if not any(step.key in steps_before(p, after) for p in payments):
        yield told(where, "aucune étape de paiement ne suit cette liquidation. Ajoutez-en une.")


# --- silence ----------------------------------------------------------------------------


def silence_faults(d: Definition) -> Iterator[str]:
    """Faults of what the definition makes of no decision at the end of the delay."""
    silence = d.silence
    if silence is None:
        return
    if not _counts(d.delay):
        yield told("silence", "le silence ne compte qu’après un délai. Donnez une durée à « delay ».")
    if silence.notice and not _counts(silence.notice):
        yield told("silence.notice", "donnez la durée qui suit la mise en demeure.")
    if silence.substitute and not silence.substitute_unit.strip():
        words = "dites quel service délivre l’acte à la place de l’autorité."
        yield told("silence.substitute_unit", words)
    if silence.substitute_unit and not silence.substitute:
        yield told("silence.substitute", "donnez le délai dans lequel ce service délivre l’acte.")
    if silence.substitute and silence.effect != "granted":
        words = "un acte ne se délivre à la place de l’autorité que si le silence vaut accord (granted)."
        yield told("silence.effect", words)
