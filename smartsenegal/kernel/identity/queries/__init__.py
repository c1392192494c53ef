"""Reads of `identity`: who this is, what they may do, which numbers and roles they hold."""

from smartsenegal.kernel.identity.queries.agents import (
    AgentRow,
    agents,
    assignment_for,
    is_held,
    manageable_organisations,
    organisation,
    organisations_named,
    roles_of,
)
from smartsenegal.kernel.identity.queries.delegations import (
    colleagues_of,
    delegation,
    delegation_over,
    delegations_given,
    delegations_held,
    delegations_under,
    signing_place,
    signing_places,
    state_of,
)
from smartsenegal.kernel.identity.queries.identifiers import (
    ShownIdentifier,
    accounts_with_identifier,
    identifiers_of,
    reveal,
)
from smartsenegal.kernel.identity.queries.keys import (
    OpenedKey,
    signing_keys,
)
from smartsenegal.kernel.identity.queries.origins import (
    Origin,
    fingerprint,
    origin_of,
    origin_of_grant,
    signed_in_at,
)
from smartsenegal.kernel.identity.queries.parties import (
    acted_for,
    acting_for,
    asked_mandate,
    choice_of,
    current_party,
    invitation_with,
    invitations_of,
    mandate_of,
    mandate_with,
    mandates_asked_of,
    mandates_given,
    mandates_held,
    may_act_for,
    members_of,
    members_who_may,
    membership,
    memberships_of,
    parties_of,
    party_with,
    self_party,
    standings,
    standings_on,
)
from smartsenegal.kernel.identity.queries.people import (
    Contact,
    SessionRow,
    account_with_login,
    contact_of,
    contacts_of,
    factor_types,
    find_account,
    has_second_factor,
    names_of,
    sessions_of,
)
from smartsenegal.kernel.identity.queries.principals import (
    client_ip,
    principal_for,
    principal_of,
)
from smartsenegal.kernel.identity.queries.services import (
    AgreedService,
    account_with_subject,
    agreed_services,
    client_principal,
    consent_of,
    service_of,
    services,
    subject_for,
)

__all__ = [
    "AgentRow", "AgreedService", "Contact", "OpenedKey", "Origin", "SessionRow", "ShownIdentifier",
    "account_with_login", "account_with_subject", "accounts_with_identifier", "acted_for", "acting_for",
    "agents", "agreed_services", "asked_mandate", "assignment_for", "choice_of", "client_ip",
    "client_principal", "colleagues_of", "consent_of", "contact_of", "contacts_of", "current_party",
    "delegation", "delegation_over", "delegations_given", "delegations_held", "delegations_under",
    "factor_types", "find_account", "fingerprint", "has_second_factor", "identifiers_of", "invitation_with",
    "invitations_of", "is_held", "manageable_organisations", "mandate_of", "mandate_with",
    "mandates_asked_of", "mandates_given", "mandates_held", "may_act_for", "members_of", "members_who_may",
    "membership", "memberships_of", "names_of", "organisation", "organisations_named", "origin_of",
    "origin_of_grant", "parties_of", "party_with", "principal_for", "principal_of", "reveal", "roles_of",
    "self_party", "service_of", "services", "sessions_of", "signed_in_at", "signing_keys", "signing_place",
    "signing_places",
    "standings", "standings_on", "state_of", "subject_for",
]  # fmt: skip
