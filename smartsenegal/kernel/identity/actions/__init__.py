"""Every write of `identity`: accounts of persons, agents and their roles, organisations."""

from smartsenegal.kernel.identity.actions.accounts import (
    account_for_email,
    account_for_phone,
    add_identifier,
    assure_identity,
    confirm_phone,
    create_account,
    forget_expired,
    forget_pending,
    release_email,
    remove_identifier,
    rename,
    set_language,
)
from smartsenegal.kernel.identity.actions.agents import (
    assign_role,
    close_account,
    create_agent,
    end_role,
    reopen_account,
)
from smartsenegal.kernel.identity.actions.delegations import (
    delegate,
    end_delegation,
    may_end,
)
from smartsenegal.kernel.identity.actions.journal import (
    record,
)
from smartsenegal.kernel.identity.actions.keys import (
    rotate_signing_keys,
)
from smartsenegal.kernel.identity.actions.mandates import (
    ask_mandate,
    consent,
    expire_mandates,
    give_mandate,
    record_paper_consent,
    refuse_mandate,
    send_another_code,
    use_mandate,
    withdraw_mandate,
)
from smartsenegal.kernel.identity.actions.organisations import (
    OrganisationRow,
    load_organisations,
)
from smartsenegal.kernel.identity.actions.origins import (
    end_tokens_of,
    keep_with_code,
    keep_with_tokens,
)
from smartsenegal.kernel.identity.actions.papers import (
    consent_on_paper,
    open_at_desk,
)
from smartsenegal.kernel.identity.actions.parties import (
    cancel_invitation,
    change_role,
    invite,
    join,
    note_party,
    open_organisation,
    remove_member,
)
from smartsenegal.kernel.identity.actions.services import (
    change_service,
    give_consent,
    note_sign_in,
    register_service,
    resume_service,
    rotate_secret,
    suspend_service,
    withdraw_consent,
)

__all__ = [
    "OrganisationRow", "account_for_email", "account_for_phone", "add_identifier", "ask_mandate",
    "assign_role", "assure_identity", "cancel_invitation", "change_role", "change_service", "close_account",
    "confirm_phone", "consent", "consent_on_paper", "create_account", "create_agent", "delegate",
    "end_delegation", "end_role", "end_tokens_of", "expire_mandates",  "forget_expired",
    "forget_pending", "give_consent", "give_mandate", "invite", "join", "keep_with_code",
    "keep_with_tokens", "load_organisations", "may_end", "note_party", "note_sign_in", "open_at_desk",
    "open_organisation", "record", "record_paper_consent", "refuse_mandate", "register_service",
    "release_email", "remove_identifier", "remove_member", "rename", "reopen_account", "resume_service",
    "rotate_secret", "rotate_signing_keys", "send_another_code", "set_language", "suspend_service",
    "use_mandate", "withdraw_consent", "withdraw_mandate",
]  # fmt: skip
