"""A signatory lets somebody sign for them: the scan of the act is kept with the delegation."""

from typing import Any

from smartsenegal.kernel.database import may_have_committed
from smartsenegal.kernel.documents import api as documents
from smartsenegal.kernel.identity.api import Account, Delegation, Organisation, Principal, delegate
from smartsenegal.kernel.territory.api import Territory
from smartsenegal.lib.ids import uuid7
from smartsenegal.onestop.cases.actions.system import worker

PURPOSE = "delegation"


def give_delegation(
    by: Principal,
    deputy: Account,
    organisation: Organisation,
    scan: Any,
    *,
    filename: str,
    declared_type: str = "",
    **terms: Any,
) -> Delegation:
    """Keep the scanned act, then the delegation by `terms` (see `identity.delegate`).

    Raises UploadRefused for the scan, and as `identity.delegate`; then nothing is kept.
    """
    key = uuid7()
    stored = documents.store(
        scan,
        filename=filename,
        purpose=PURPOSE,
        subject=f"delegation:{key}",
        by=by,
        declared_type=declared_type,
    )
    try:
        return delegate(
            by,
            deputy,
            organisation,
            territory=_territory(by, organisation),
            document=str(stored.pk),
            delegation_id=key,
            **terms,
        )
    except Exception as error:
        if not may_have_committed(error):
            documents.discard(stored.pk, worker(), "délégation refusée")
        raise


def _territory(by: Principal, organisation: Organisation) -> Territory | None:
    """The part of the organisation's territory for which the giver signs; None for all of it."""
    own = [g for g in by.grants if g.role == "signatory" and g.organisation_id == organisation.pk]
    paths = [g.territory_path for g in own if g.delegated is None]
    if not paths or "" in paths:
        return None
    return Territory.objects.filter(path=paths[0]).first()
