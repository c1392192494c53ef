"""What people said of procedures: counted for everyone, word by word for who is in charge."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from smartsenegal.kernel.vault import keyring
from smartsenegal.onestop.procedures.models import Review
from smartsenegal.onestop.procedures.rules.reviews import Marks, add_up

SHOWN, LISTED = 5, 50


@dataclass(frozen=True)
class Said:
    """One review, its words opened."""

    id: int
    mark: int
    mark_words: str
    comment: str
    given_on: date
    state: str
    decided_by: str
    hidden_because: str


def key_of(about: str) -> str:
    """The fingerprint under which a review is kept: it tells nobody which request, or whose, it is about."""
    return keyring().blind_index(about, "review")


def place_of(key: str) -> bytes:
    """Where the sealed words of a review belong."""
    return f"review:{key}".encode()


def is_review_known(about: str) -> bool:
    """Whether something was said of this already."""
    return Review.objects.filter(key=key_of(about)).exists()


def marks_of(code: str) -> Marks:
    """The marks of a procedure. One query."""
    counted = Review.objects.filter(procedure__code=code).values_list("mark").annotate(Count("id"))
    return add_up(dict(counted))


def published(code: str, limit: int = SHOWN) -> list[Review]:
    """The latest reviews whose words are shown."""
    shown = Review.objects.filter(procedure__code=code, state="published").exclude(comment="")
    return list(shown.order_by("-given_on", "-pk")[:limit])


def to_read(code: str) -> list[Said]:
    """Those that wait to be read, oldest first, 50 at most."""
    return [_said(r) for r in _of(code).filter(state="received").order_by("given_on", "pk")[:LISTED]]


def already_read(code: str) -> list[Said]:
    """Those published or not, latest first, 50 at most."""
    return [_said(r) for r in _of(code).exclude(state="received").order_by("-given_on", "-pk")[:LISTED]]


def _of(code: str) -> QuerySet[Review]:
    return Review.objects.filter(procedure__code=code)


def _said(review: Review) -> Said:
    words = review.comment
    if review.sealed:
        words = keyring().open_field(bytes(review.sealed), place_of(review.key)).decode()
    return Said(
        review.pk, review.mark, review.get_mark_display(), words, review.given_on, review.state,
        review.decided_by, review.hidden_because,
    )  # fmt: skip


def review_of(about: str) -> Said | None:
    """What was said of this request, if anything was."""
    found = Review.objects.filter(key=key_of(about)).first()
    return _said(found) if found else None


def portal_rows() -> list[dict[str, object]]:
    """Published reviews in the shape of the national portal: mark, comment, date; none is named."""
    rows = Review.objects.filter(state="published").select_related("procedure").order_by("pk")
    return [
        {
            "id": f"avis-{r.pk}",
            "demarche": r.procedure.code,
            "note": r.mark,
            "commentaire": r.comment,
            "date": r.given_on.isoformat(),
        }
        for r in rows
    ]
