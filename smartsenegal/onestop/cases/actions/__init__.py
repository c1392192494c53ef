"""Every act on a case, each in one transaction: see `base.perform`."""

from smartsenegal.onestop.cases.actions.acts import (
    issue_act,
    issue_attestation,
)
from smartsenegal.onestop.cases.actions.applicant import (
    add_piece,
    answer,
    answer_all,
    open_draft,
    remove_piece,
    send_corrections,
    submit,
    withdraw,
)
from smartsenegal.onestop.cases.actions.base import (
    Done,
)
from smartsenegal.onestop.cases.actions.batches import (
    run_batch,
    start_batch,
)
from smartsenegal.onestop.cases.actions.calendar import (
    decree_day,
    may_decree,
    recompute_open,
    undo_decree,
)
from smartsenegal.onestop.cases.actions.circuit import (
    assess,
    count_as_favourable,
    give_opinion,
    give_visa,
    pass_on,
    refuse_visa,
)
from smartsenegal.onestop.cases.actions.delegations import (
    give_delegation,
)
from smartsenegal.onestop.cases.actions.drafts import (
    erase_draft,
    erase_drafts,
    warn_draft,
    warn_drafts,
)
from smartsenegal.onestop.cases.actions.links import (
    answer_by_link,
    create_link,
    open_link,
    principal_of_link,
    record_link_reading,
    revoke_link,
)
from smartsenegal.onestop.cases.actions.money import (
    cancel_payable,
    payable_of,
    step_of_key,
)
from smartsenegal.onestop.cases.actions.moving import (
    follow_closed_site,
)
from smartsenegal.onestop.cases.actions.previews import (
    move_previewed,
    run_preview,
    start_preview,
)
from smartsenegal.onestop.cases.actions.reading import (
    record_export,
    record_reading,
    record_reading_for,
)
from smartsenegal.onestop.cases.actions.rebase import (
    follow_revision,
    rebase_case,
    run_rebase,
    start_rebase,
)
from smartsenegal.onestop.cases.actions.refusals import (
    issue_refusal,
)
from smartsenegal.onestop.cases.actions.reviewing import (
    about,
    give_review,
)
from smartsenegal.onestop.cases.actions.service import (
    assign,
    note,
    propose,
    request_corrections,
    return_proposal,
    sign,
    take,
)
from smartsenegal.onestop.cases.actions.silence import (
    deem,
    hear_silence,
    put_on_notice,
    record_attestation,
    request_act,
    substitute,
)
from smartsenegal.onestop.cases.actions.system import (
    lapse,
    record_act,
    record_refund,
    record_refusal,
    record_revocation,
    remind,
    settle_payment,
)

__all__ = [
    "Done", "about", "add_piece", "answer", "answer_all", "answer_by_link", "assess", "assign",
    "cancel_payable", "count_as_favourable", "create_link", "decree_day", "deem", "erase_draft",
    "erase_drafts", "follow_closed_site", "follow_revision", "give_delegation", "give_opinion", "give_review",
    "give_visa", "hear_silence", "issue_act", "issue_attestation", "issue_refusal", "lapse", "may_decree",
    "move_previewed", "note", "open_draft", "open_link", "pass_on", "payable_of", "principal_of_link",
    "propose", "put_on_notice", "rebase_case", "recompute_open", "record_act", "record_attestation",
    "record_export", "record_link_reading", "record_reading", "record_reading_for", "record_refund",
    "record_refusal", "record_revocation", "refuse_visa", "remind", "remove_piece", "request_act",
    "request_corrections", "return_proposal", "revoke_link", "run_batch", "run_preview", "run_rebase",
    "send_corrections", "settle_payment", "sign", "start_batch", "start_preview", "start_rebase",
    "step_of_key", "submit", "substitute", "take", "undo_decree", "warn_draft", "warn_drafts", "withdraw",
]  # fmt: skip
