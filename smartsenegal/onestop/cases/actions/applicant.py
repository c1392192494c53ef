"""What the applicant does."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.database import may_have_committed
from smartsenegal.kernel.documents import api as documents
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.api import (
    IdentityRefused,
    Party,
    PermissionRefused,
    Principal,
    may_act_for,
    self_party,
    standings,
    use_mandate,
)
from smartsenegal.kernel.sites.api import Site, competence
from smartsenegal.lib.text import plural
from smartsenegal.lib.text import typography as _
from smartsenegal.onestop.cases import moment, queries, rules
from smartsenegal.onestop.cases.access import in_name_of, not_theirs, party_refused_of, titles_on
from smartsenegal.onestop.cases.actions.base import Content, Done, append, perform, refresh
from smartsenegal.onestop.cases.actions.numbers import next_reference
from smartsenegal.onestop.cases.actions.texts import cleaned
from smartsenegal.onestop.cases.calendar import country_calendar
from smartsenegal.onestop.cases.errors import CaseRefused, FilingRefused, PartyRefused
from smartsenegal.onestop.cases.models import Case
from smartsenegal.onestop.cases.rules import Action, CaseView
from smartsenegal.onestop.procedures import api as procedures


def open_draft(by: Principal, code: str, party: Party | None = None) -> Case:
    """The one draft of this party (oneself by default) for this procedure: the one that exists, or a new one.

    Raises PermissionRefused without an account or in a name one may not use, CaseRefused when the procedure
    is not filed online or is not for that name.
    """
    if by.account_id is None:
        raise PermissionRefused("Ouvrez un compte pour faire une demande.")
    party = party or self_party(by)
    _check_may_file(by, party, code)
    revision = procedures.published_revision(code)
    if revision and (refused := _refused_to(party, revision.definition)):
        raise PartyRefused(refused)
    if draft := queries.draft_of(party, code):
        return draft
    if revision is None or not revision.definition.online:
        raise CaseRefused("Cette démarche ne se fait pas en ligne pour le moment.")
    try:
        with transaction.atomic():
            return _open(by, party, code, revision)
    except IntegrityError:  # opened twice at once
        if draft := queries.draft_of(party, code):
            return draft
        raise


def _refused_to(party: Party, definition: procedures.Definition) -> str | None:
    return procedures.rules.party_refused(
        definition, party.label if party.organisation_id is not None else ""
    )


def _check_may_file(by: Principal, party: Party, code: str) -> None:
    if may_act_for(by, party.key, code):
        return
    known = standings(by, party.key)
    if not known:
        raise PermissionRefused("Vous ne pouvez pas, ou plus, agir en ce nom.")
    if any(p.may("file") for p in known):
        raise CaseRefused(
            _(f"Votre mandat ne couvre pas cette démarche. Demandez-en un autre à {party.label}, ou agissez "
              "en votre nom.")
        )  # fmt: skip
    raise CaseRefused(
        _(
            f"Votre rôle dans {party.label} ne permet pas de déposer une demande. Un responsable peut le "
            "changer."
        )
    )


def _open(by: Principal, party: Party, code: str, revision: procedures.Revision) -> Case:
    now = moment.now()
    case = Case.objects.create(
        procedure=code,
        revision_id=revision.pk,
        applicant_id=None if party.organisation_id is not None else party.account_id,
        organisation_id=party.organisation_id,
        updated_at=now,
        state="draft",
    )
    content = Content(in_name_of(standings(by, party.key)))
    action = Action(1, "opened", now, "person", by.actor.id, by.actor.label, content.plain)
    append(case, action, content)
    refresh(case, rules.fold(revision.definition, [action], country_calendar()))
    audit.record(by.actor, "cases.opened", case.subject, {"procedure": code, **content.plain})
    events.emit("case.opened", case.subject, {"case": str(case.pk), "procedure": code})
    return case


def answer(
    case_id: UUID | str,
    by: Principal,
    page: str,
    answers: Mapping[str, Any],
    *,
    version: int | None = None,
    request_key: str = "",
) -> Done:
    """Keep the answers of one page, already cleaned by its form; raises as `base.perform`."""
    given = {key: value for key, value in answers.items() if value is not None}
    content = Content({"page": page}, {"answers": given})
    return perform(
        case_id, by, "answered", content, target={"page": page}, version=version, request_key=request_key
    )


@transaction.atomic
def answer_all(
    case_id: UUID | str,
    by: Principal,
    answers: Mapping[str, Any],
    *,
    version: int | None = None,
    request_key: str = "",
) -> None:
    """Keep the answers of every page at once, already cleaned; pages that say the same are left alone."""
    view = queries.own_case(case_id, by).view
    for page in procedures.rules.visible_pages(view.definition, answers):
        given = {f.key: answers[f.key] for f in page.fields if f.key in answers}
        if given != {f.key: view.record.answers[f.key] for f in page.fields if f.key in view.record.answers}:
            key = f"{request_key}:{page.key}" if request_key else ""
            answer(case_id, by, page.key, given, version=version, request_key=key)


def add_piece(
    case_id: UUID | str,
    by: Principal,
    piece: str,
    stream: Any,
    *,
    filename: str,
    declared_type: str = "",
    option: str = "",
    issued_on: date | None = None,
    version: int | None = None,
    request_key: str = "",
) -> Done:
    """Keep one file of a piece. Raises UploadRefused for the file, CaseRefused for its age or number, and
    as `base.perform`; then nothing is kept."""
    wanted = _piece_to_add(queries.own_case(case_id, by).view, piece, option, issued_on)
    stored = documents.store(
        stream,
        filename=filename,
        purpose="piece:identity" if wanted.is_identity else "piece",
        subject=f"case:{case_id}",
        by=by,
        declared_type=declared_type,
        is_identity=wanted.is_identity,
    )
    plain = {"piece": piece, "file": str(stored.pk), "size": stored.size, "media_type": stored.media_type}
    dated = {"option": option, "issued_on": issued_on.isoformat() if issued_on else ""}
    content = Content({**plain, **{k: v for k, v in dated.items() if v}}, {"name": stored.filename})
    try:
        done = perform(
            case_id,
            by,
            "piece_added",
            content,
            target={"piece": piece},
            version=version,
            request_key=request_key,
        )
    except Exception as error:
        if not may_have_committed(error):
            documents.discard(stored.pk, by, "dossier non modifiable")
        raise
    if done.replayed and done.action.data["file"] != str(stored.pk):
        documents.discard(stored.pk, by, "envoi répété")
    return done


def _piece_to_add(view: CaseView, key: str, option: str, issued_on: date | None) -> procedures.Piece:
    offered = procedures.rules.offered_pieces(view.definition, view.record.answers)
    piece = next((p for p in offered if p.key == key), None)
    if piece is None:
        raise CaseRefused("Cette pièce n’est pas demandée.", view)
    if len(view.record.pieces.get(key, ())) >= piece.at_most:
        count = plural(piece.at_most, "fichier", "fichiers")
        raise CaseRefused(f"Cette pièce compte déjà {count}. Retirez-en un d’abord.", view)
    if piece.one_of and option not in {o.value for o in piece.one_of}:
        raise CaseRefused("Choisissez quel document vous joignez.", view)
    if fault := rules.piece_fault(piece, issued_on, moment.today(), country_calendar()):
        raise CaseRefused(fault, view)
    return piece


@transaction.atomic
def remove_piece(
    case_id: UUID | str,
    by: Principal,
    piece: str,
    file: UUID | str,
    *,
    version: int | None = None,
    request_key: str = "",
) -> Done:
    """Take a file back. That of a draft is destroyed at once; that of a filed case stays with the case."""
    content = Content({"piece": piece, "file": str(file)})
    done = perform(
        case_id, by, "piece_removed", content,
        target={"piece": piece, "file": str(file)}, version=version, request_key=request_key,
    )  # fmt: skip
    if done.view.state == "draft" and not done.replayed:
        documents.discard(file, by, "retiré du brouillon par le demandeur")
    return done


def submit(case_id: UUID | str, by: Principal, *, version: int | None = None, request_key: str = "") -> Done:
    """Send the draft to the competent service; numbers it and freezes what is to be paid.

    Raises FilingRefused with everything that is missing, CaseRefused when no service is competent or the
    procedure is not for who asks, and as `base.perform`.
    """

    def make(case: Case, view: CaseView) -> Content:
        today = moment.today()
        if refused := party_refused_of(case, view.definition):
            raise PartyRefused(refused, view)
        if faults := rules.faults_of_filing(view, today, country_calendar()):
            raise FilingRefused(faults, view)
        site = _competent(view)
        local = procedures.local_amounts(view.definition, view.answers, today)
        fees = procedures.rules.fees_due(view.definition, view.answers, today, local)
        plain = {
            "reference": next_reference(view.definition.prefix, today.year),
            "service": site.organisation_id,
            "service_name": site.organisation.name if site.organisation else "",
            "territory": site.territory.path,
            "fees": [_line(fee) for fee in fees],
        }
        return Content(plain | _under_mandate(case, view, by), {"title": _holder(view)})

    return perform(case_id, by, "submitted", make, version=version, request_key=request_key)


def _under_mandate(case: Case, view: CaseView, by: Principal) -> dict[str, str]:
    """Counts this request on the mandate under which it is sent, and names it; nothing for who needs none.

    Of several mandates the first that still has requests to give is used.
    """
    titles = [p for p in titles_on(case, by) if p.may("file")]
    if any(p.mandate_id is None for p in titles):
        return {}
    refused = ""
    for mandate in (p.mandate_id for p in titles if p.mandate_id):
        try:
            use_mandate(mandate, by, case.procedure, case.subject)
        except IdentityRefused as error:
            refused = error.sentence
        else:
            return {"mandate": mandate}
    if not refused:  # withdrawn since this act was begun
        raise PermissionRefused(not_theirs(case, by))
    raise CaseRefused(_(f"{refused} Le brouillon est gardé : la personne peut l’envoyer elle-même."), view)


def _line(fee: procedures.rules.FeeLine) -> dict[str, Any]:
    return {
        "key": fee.key,
        "label": fee.label,
        "amount": fee.amount,
        "beneficiary": fee.beneficiary,
        "nature": fee.nature,
    }


def _competent(view: CaseView) -> Site:
    asked = procedures.rules.competence(view.definition, view.answers)
    found = competence(asked.unit, asked.commune or "")
    if found.site is None or found.site.organisation is None:
        why = found.reason or "Le service compétent ne reçoit pas encore les demandes en ligne."
        raise CaseRefused(_(f"{why} Votre brouillon est gardé."), view)
    return found.site


def _holder(view: CaseView) -> str:
    values = procedures.rules.act_values(view.definition, view.answers, {}, {})
    return procedures.rules.fill(view.definition.act.holder, values)[:200] or view.definition.title[:200]


def send_corrections(
    case_id: UUID | str,
    by: Principal,
    note: str = "",
    *,
    version: int | None = None,
    request_key: str = "",
) -> Done:
    """Send everything that was asked to correct, the case taking the name as it is now written.

    Raises CaseRefused while something is left to do.
    """
    words = cleaned(note)

    def make(case: Case, view: CaseView) -> Content:
        return Content({}, {"title": _holder(view), **({"note": words} if words else {})})

    return perform(
        case_id, by, "corrected", make, target={"note": words}, version=version, request_key=request_key
    )


@transaction.atomic
def withdraw(
    case_id: UUID | str, by: Principal, *, version: int | None = None, request_key: str = ""
) -> Done:
    """Take the request back for good. The files of a draft are destroyed at once."""
    done = perform(case_id, by, "withdrawn", version=version, request_key=request_key)
    if done.view.record.filing is None and not done.replayed:
        for file in (f for files in done.view.record.pieces.values() for f in files):
            documents.discard(file.file, by, "brouillon abandonné par le demandeur")
    return done
