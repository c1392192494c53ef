"""What people say of procedures: given once a request, read before it is shown."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.vault import keyring
from smartsenegal.lib.text import clean
from smartsenegal.onestop.procedures import actions
from smartsenegal.onestop.procedures.errors import ProcedureRefused
from smartsenegal.onestop.procedures.models import Procedure, Review
from smartsenegal.onestop.procedures.queries_reviews import key_of, place_of
from smartsenegal.onestop.procedures.rules.reviews import LONGEST_COMMENT, MARKS

_RESEALED_AT_ONCE = 200


@transaction.atomic
def give_review(
    code: str, about: str, mark: int, comment: str, by: Principal, given_on: date | None = None
) -> Review:
    """Keep what is said of a procedure; given again for the same `about`, it replaces what is not read yet.

    The caller has checked that `by` may speak of `about`. Raises ProcedureRefused for a mark that does not
    exist, for words already read, and for an unknown procedure; lib.text.TextRefused for the words.
    """
    if mark not in dict(MARKS):
        raise ProcedureRefused("Choisissez une des notes proposées.")
    procedure = Procedure.objects.filter(code=code).first()
    if procedure is None:
        raise ProcedureRefused("Cette démarche n’existe pas.")
    words, key = clean(comment, LONGEST_COMMENT, multiline=True), key_of(about)
    known = Review.objects.select_for_update().filter(key=key).first()
    if known and known.state != "received":
        raise ProcedureRefused("Votre avis a déjà été relu : il ne change plus.")
    review = known or Review(key=key, procedure=procedure, given_on=given_on or timezone.localdate())
    review.mark = mark
    review.sealed = keyring().seal_field(words.encode(), place_of(key)) if words else b""
    review.save()
    audit.record(by.actor, "procedures.review", f"procedure:{code}")
    return review


@transaction.atomic
def publish_review(code: str, review_id: int, by: Principal) -> Review:
    """Show the words of a review on the sheet. Raises Review.DoesNotExist, PermissionRefused,
    ProcedureRefused."""
    review = _to_read(code, review_id, by)
    words = keyring().open_field(bytes(review.sealed), place_of(review.key)).decode() if review.sealed else ""
    return _decided(review, by, "published", words)


@transaction.atomic
def hide_review(code: str, review_id: int, reason: str, by: Principal) -> Review:
    """Erase the words of a review; its mark still counts. `reason` says why, in the journal. Raises as
    `publish_review`."""
    review = _to_read(code, review_id, by)
    review.hidden_because = clean(reason, 300)
    if not review.hidden_because:
        raise ProcedureRefused("Dites pourquoi cet avis n’est pas publié.")
    return _decided(review, by, "hidden", "")


def _to_read(code: str, review_id: int, by: Principal) -> Review:
    procedure = Procedure.objects.get(code=code)
    if not actions.may_manage(by, procedure.owner):
        raise PermissionRefused("Seul le responsable de cette démarche relit ses avis.")
    review = (
        Review.objects.select_for_update(of=("self",))
        .select_related("procedure")
        .get(pk=review_id, procedure=procedure)
    )
    if review.state != "received":
        raise ProcedureRefused("Cet avis a déjà été relu.")
    return review


def _decided(review: Review, by: Principal, state: str, words: str) -> Review:
    review.state, review.comment, review.sealed = state, words, b""
    review.decided_by = by.label[:200]
    review.save()
    verb = "procedures.publish_review" if state == "published" else "procedures.hide_review"
    told = {"review": review.pk, "mark": review.mark}
    audit.record(by.actor, verb, f"procedure:{review.procedure.code}", told, review.hidden_because)
    return review


@transaction.atomic
def reseal() -> int:
    """Seal under the active key some words that are under an old one; returns how many."""
    ring, done = keyring(), 0
    waiting = Review.objects.select_for_update().exclude(sealed=b"")
    for review in waiting.order_by("pk").iterator(chunk_size=1000):
        if ring.field_kid(bytes(review.sealed)) != ring.active:
            place = place_of(review.key)
            review.sealed = ring.seal_field(ring.open_field(bytes(review.sealed), place), place)
            review.save(update_fields=["sealed"])
            done += 1
        if done == _RESEALED_AT_ONCE:
            break
    return done
