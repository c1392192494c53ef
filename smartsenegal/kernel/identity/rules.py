"""Roles, permissions, levels of assurance. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from smartsenegal.kernel.identity.rules_delegations import DELEGATED_PERMISSIONS, Delegated
from smartsenegal.lib import identifiers
from smartsenegal.lib.actor import Actor
from smartsenegal.lib.phones import mask_phone

ASSURANCE = [
    ("declared", "Identité déclarée"),
    ("phone", "Téléphone vérifié"),
    ("desk", "Identité vue au guichet"),
]
# What a desk agent has seen before raising a person to the level "desk".
DOCUMENTS = [
    ("card", "Carte d’identité CEDEAO"),
    ("passport", "Passeport"),
    ("licence", "Permis de conduire"),
    ("consular", "Carte consulaire"),
    ("other", "Autre pièce d’identité"),
]
IDENTIFIERS = [(str(kind), label) for kind, label in identifiers.LABELS.items()]
LANGUAGES = [("fr", "Français"), ("wo", "Wolof"), ("en", "English")]
ROLES = [
    ("adviser", "Conseiller"),
    ("officer", "Agent instructeur"),
    ("signatory", "Signataire"),
    ("cashier", "Caissier"),
    ("accountant", "Agent comptable"),
    ("procedure_owner", "Responsable de démarche"),
    ("inspector", "Inspecteur"),
    ("network_engineer", "Ingénieur réseau"),
    ("privacy_officer", "Délégué à la protection des données"),
    ("administrator", "Administrateur"),
]
# What a role allows, inside its organisation and territory.
PERMISSIONS: dict[str, frozenset[str]] = {
    "adviser": frozenset({"cases.assist", "identity.assure"}),
    "officer": frozenset({"cases.queue", "cases.read", "cases.instruct"}),
    "signatory": frozenset({"cases.queue", "cases.read", "cases.instruct", "cases.sign", "documents.revoke"}),
    "cashier": frozenset({"payments.till"}),
    # Separation of duties: who keeps the accounts manages nothing else, and who manages keeps no accounts.
    "accountant": frozenset({"payments.read", "payments.refund", "payments.reconcile"}),
    "procedure_owner": frozenset({"procedures.manage", "indicators.read"}),
    "inspector": frozenset(
        {"audit.read", "cases.read", "payments.read", "privacy.treat", "wifi.legal_approve"}
    ),
    "network_engineer": frozenset(
        {"wifi.read", "wifi.manage", "cable.read", "cable.manage", "datacenter.read", "datacenter.manage"}
    ),
    # Separation of duties: who asks for the legal log to be opened never approves it.
    "privacy_officer": frozenset({"wifi.privacy", "privacy.treat"}),
    "administrator": frozenset(
        {
            "identity.manage",
            "sites.manage",
            "territory.manage",
            "procedures.manage",
            "notifications.manage",
            "documents.manage",
            "webhooks.manage",
            "hosting.use",
            "cable.buy",
        }
    ),
}


SERVICE_KINDS = [("login", "Connexion des personnes"), ("api", "Appels de l’API")]
MANDATE_STATES = [
    ("asked", "Demandé"),
    ("active", "En cours"),
    ("refused", "Refusé"),
    ("withdrawn", "Retiré"),
    ("expired", "Terminé"),
]
DELEGATION_KINDS = [("delegation", "Délégation de signature"), ("deputy", "Intérim")]
MANDATE_PROOFS = [
    ("code", "Code reçu par la personne"),
    ("account", "Depuis son compte"),
    ("paper", "Papier signé, vu au guichet"),
]
PARTY_KINDS = [("company", "Entreprise"), ("association", "Association")]
PARTY_ROLES = [("owner", "Responsable"), ("member", "Membre"), ("accountant", "Comptable")]

# What stands in place of a role for a service of an administration that calls the API in its own name.
CLIENT_ROLE = "client"
# What a service may be told of a person (OpenID Connect Core 1.0, section 5.4), as the person reads it.
LOGIN_SCOPES = {
    "openid": "Un identifiant propre à ce service, pour vous reconnaître",
    "profile": "Votre nom et votre langue",
    "phone": "Votre numéro de téléphone",
    "email": "Votre adresse électronique",
    "assurance": "Le niveau de vérification de votre identité",
}
# What a service may do through the API: permissions of agents, inside its own organisation.
API_SCOPES = {
    "cases.queue": "Lister les dossiers de ses services",
    "cases.read": "Lire les dossiers de ses services",
    "cases.instruct": "Instruire les dossiers de ses services",
    "cases.sign": "Signer les décisions de ses services",
    "payments.read": "Lire les encaissements de ses services",
    "procedures.manage": "Importer les fiches des démarches",
    "webhooks.manage": "Gérer ses webhooks",
    "cable.buy": "Commander de la capacité de transport et lire ses services",
}
# What a member may do in the name of a company or an association.
PARTY_PERMISSIONS: dict[str, frozenset[str]] = {
    "owner": frozenset({"read", "file", "pay", "manage"}),
    "member": frozenset({"read", "file", "pay"}),
    "accountant": frozenset({"read", "pay"}),
}

# The organisation that encloses all others: a role held in it covers the country.
ROOT_ORGANISATION = "senegal"


# Roles over what belongs to no organisation (networks, what is kept of their users): outside of the root the
# territory alone bounds them, and where that bounds nothing either (False) they are held in the root only.
NATIONAL_ROLES = {"network_engineer": True, "privacy_officer": False}


@dataclass(frozen=True)
class Grant:
    """One role of a principal, with the organisations (its own and those below) and territory it covers."""

    role: str
    organisation_id: int
    organisation_name: str
    organisation_ids: frozenset[int]
    territory_path: str  # "" for the organisation's whole territory
    scopes: frozenset[str] = frozenset()  # of a service that calls the API, which holds no role
    delegated: Delegated | None = None  # when it comes from somebody else's role

    @property
    def permissions(self) -> frozenset[str]:
        if self.delegated:
            return DELEGATED_PERMISSIONS
        return self.scopes if self.role == CLIENT_ROLE else PERMISSIONS[self.role]

    def allows(
        self, permission: str, organisation_id: int | None, territory_path: str | None, about: str = ""
    ) -> bool:
        """Whether it allows this there; `about` is the procedure ("code") or its step ("code/step")."""
        if permission not in self.permissions:
            return False
        if self.delegated and not self.delegated.extends_to(about):
            return False
        if organisation_id is not None and organisation_id not in self.organisation_ids:
            return False
        return territory_path is None or covers(self.territory_path, territory_path)


@dataclass(frozen=True)
class Principal:
    """Who makes a request, with all that decides what they may do. Actions receive this, never a request."""

    account_id: str | None
    label: str
    assurance: str = "declared"
    grants: tuple[Grant, ...] = field(default=())
    ip: str = ""
    kind: str = "person"
    language: str = "fr"
    client_id: str = ""  # of a service that calls the API
    agent: str = ""  # whom that service says is acting: its own name for one of its agents

    @property
    def actor(self) -> Actor:
        """This principal as the journal keeps it."""
        organisation = self.grants[0].organisation_name if self.grants else ""
        service = f"{self.client_id}:{self.agent}" if self.agent else self.client_id
        known = self.account_id or service or self.kind
        return Actor(self.kind, known, self.label, organisation, self.ip)

    @property
    def is_agent(self) -> bool:
        return bool(self.grants) and not self.is_client

    @property
    def is_client(self) -> bool:
        return self.kind == "client"

    @property
    def rate_key(self) -> str:
        """Under what the calls of this principal are counted: a service, an account, else an address."""
        if self.client_id:
            return f"client:{self.client_id}"
        return f"account:{self.account_id}" if self.account_id else f"ip:{self.ip}"

    @property
    def is_system(self) -> bool:
        return self.kind == "system"

    def may(
        self,
        permission: str,
        *,
        organisation_id: int | None = None,
        territory_path: str | None = None,
        about: str = "",
    ) -> bool:
        """Whether some role allows this here; without a place, whether it does anywhere.

        `about`, a procedure or one of its steps, counts for what is held by delegation.
        """
        if self.is_system:
            return True
        return any(g.allows(permission, organisation_id, territory_path, about) for g in self.grants)

    def granting(
        self, permission: str, organisation_id: int, territory_path: str, about: str = ""
    ) -> Grant | None:
        """By which grant one may do this here: a role of one's own before what another delegated."""
        found = (g for g in self.grants if g.allows(permission, organisation_id, territory_path, about))
        return min(found, key=lambda g: g.delegated is not None, default=None)

    def organisations_where(self, permission: str) -> frozenset[int]:
        """Identifiers of the organisations in which this principal holds the permission."""
        allowed = (g.organisation_ids for g in self.grants if permission in g.permissions)
        return frozenset().union(*allowed)


ANONYMOUS = Principal(account_id=None, label="Visiteur", kind="public")


def covers(scope_path: str, path: str) -> bool:
    """Whether a territory (by its path) lies in a scope; an empty scope is the whole country."""
    return not scope_path or path == scope_path or path.startswith(scope_path + "/")


def roles_named(grants: Iterable[Grant]) -> list[str]:
    """French names of the roles held, without repetition, in the order of `ROLES`."""
    held = {g.role for g in grants}
    return [label for code, label in ROLES if code in held]


def mask_email(email: str) -> str:
    """`a•••@exemple.sn`: enough for its owner to know it."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}•••@{domain}"


def display_name(name: str, phone: str, email: str) -> str:
    """How an account is called where others read it: its name, else what it signs in with, masked."""
    return name or (mask_phone(phone) if phone else mask_email(email) if email else "Compte sans nom")


def higher(current: str, reached: str) -> str:
    """The higher of two levels of assurance: a level once proved is not lost by proving less."""
    order = [code for code, _ in ASSURANCE]
    return max(current, reached, key=order.index)


_BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("Opera", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("UCBrowser", "UC Browser"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS", "Mac"), ("CrOS", "Chromebook"), ("KAIOS", "KaiOS"), ("Linux", "Linux"),
)  # fmt: skip


def device_name(user_agent: str) -> str:
    """What a person would call a device, from its browser's own description: `Chrome sur Android`."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "Navigateur")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser} sur {system}" if system else browser


# --- services of others ------------------------------------------------------------------

_LOCAL = ("localhost", "127.0.0.1", "::1")


def is_return_address(uri: str, is_public: bool = False) -> bool:
    """Whether people may be sent back there: https, this very machine, or a phone's application.

    Exact addresses without fragment (RFC 6749, section 3.1.2); an application's own scheme is a reversed
    domain name (RFC 8252, section 7.1), for services without a secret only.
    """
    if "*" in uri or "#" in uri or re.search(r"[\s\x00-\x1f\"'<>;,\\]", uri):
        return False
    try:
        parts = urlsplit(uri)
        port_is_one = parts.port is None or parts.port > 0
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(parts.hostname) and port_is_one and parts.username is None
    if parts.scheme == "http":
        return parts.hostname in _LOCAL and parts.username is None
    return is_public and "." in parts.scheme


def is_registered(uri: str, registered: Iterable[str]) -> bool:
    """Whether people may be sent back there: the very address (RFC 9700, section 2.1).

    On this very machine the port alone may differ (RFC 8252, section 7.3).
    """
    return uri in registered or _without_port(uri) in {_without_port(r) for r in registered}


def _without_port(uri: str) -> str:
    parts = urlsplit(uri)
    is_local = parts.scheme == "http" and parts.hostname in _LOCAL
    return parts._replace(netloc=parts.hostname or "").geturl() if is_local else uri


def max_age_of(text: str) -> int | None:
    """Seconds since which a person must have signed in (`max_age`); None when it is not asked.

    OpenID Connect Core 1.0, section 3.1.2.1. Raises ValueError for what is no number of seconds.
    """
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or len(text) > 10:
        raise ValueError(text)
    return int(text)


def is_fresh(
    signed_in: float, now: float, *, again: bool, max_age: int | None, asked_at: float | None
) -> bool:
    """Whether who is here signed in recently enough for what a service asks.

    `again` is `prompt=login`; `asked_at` when this same request first led to the door, if it did: who has
    signed in since then has done what was asked, however short `max_age` is.
    """
    if asked_at is not None and signed_in >= asked_at:
        return True
    if again:
        return False
    return max_age is None or (signed_in > 0 and now - signed_in <= max_age)


KEY_SIGNS = timedelta(days=90)
KEY_SHOWN_BEFORE = timedelta(days=1)  # longer than any copy of the key set is kept
KEY_SHOWN_AFTER = timedelta(days=7)  # longer than any token lives


def next_key(latest: datetime | None, now: datetime) -> datetime | None:
    """When the next signing key starts to sign; None while the latest is young enough."""
    if latest is None:
        return now
    return now + KEY_SHOWN_BEFORE if latest + KEY_SIGNS <= now else None


# --- acting for someone ------------------------------------------------------------------

CODE_TRIES = 5
CODE_LIFE = timedelta(hours=1)
ASKED_LIFE = timedelta(days=7)
MANDATE_LONGEST = timedelta(days=366)


def is_in_force(state: str, starts_on: date, ends_on: date, today: date) -> bool:
    """Whether a mandate allows acting on this day."""
    return state == "active" and starts_on <= today <= ends_on


def mandate_covers(procedures: Iterable[str], procedure: str) -> bool:
    """Whether a mandate for these procedures (all of them when none is named) covers one ("" for any)."""
    named = set(procedures)
    return not named or not procedure or procedure in named


def mandate_fault(starts_on: date, ends_on: date, today: date) -> tuple[str, str] | None:
    """Field and French sentence of what is wrong with the days of a mandate; None when nothing is."""
    if ends_on < today:
        return "ends_on", "Le dernier jour est déjà passé."
    if ends_on < starts_on:
        return "ends_on", "Le dernier jour est avant le premier."
    if ends_on - starts_on > MANDATE_LONGEST:
        return "ends_on", "Un mandat dure un an au plus : choisissez un dernier jour plus proche."
    return None


@dataclass(frozen=True)
class Party:
    """On whose behalf a person acts: their own, that of an organisation, or of who gave them a mandate."""

    key: str  # "account:<id>" or "organisation:<id>"
    label: str
    kind: str = "self"  # self, member, mandate
    account_id: str | None = None
    organisation_id: int | None = None
    role: str = ""
    mandate_id: str | None = None
    procedures: tuple[str, ...] = ()
    ends_on: date | None = None

    @property
    def is_self(self) -> bool:
        return self.kind == "self"

    def may(self, what: str) -> bool:
        """Whether one may `read`, `file`, `pay` or `manage` (its members) in this name."""
        if self.kind == "member":
            return what in PARTY_PERMISSIONS[self.role]
        return what != "manage" if self.kind == "mandate" else True

    def covers(self, procedure: str) -> bool:
        """Whether a procedure may be done in this name."""
        return mandate_covers(self.procedures, procedure)
