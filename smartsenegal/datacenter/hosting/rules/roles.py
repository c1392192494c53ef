"""Who may do what in a project."""

READER, OPERATOR, OWNER = "reader", "operator", "owner"
ROLES = [
    (READER, "Lecteur : voit tout, ne change rien"),
    (OPERATOR, "Exploitant : machines et espaces de stockage"),
    (OWNER, "Responsable : aussi les clés, les membres, les quotas et le registre"),
]
NAMES = {READER: "Lecteur", OPERATOR: "Exploitant", OWNER: "Responsable"}
READ, OPERATE, OWN = "read", "operate", "own"
_ALLOWED = {
    READER: frozenset({READ}),
    OPERATOR: frozenset({READ, OPERATE}),
    OWNER: frozenset({READ, OPERATE, OWN}),
}


def may(role: str, what: str) -> bool:
    """Whether a role in a project (none: "") lets one do this."""
    return what in _ALLOWED.get(role, frozenset())


def best(*roles: str) -> str:
    """The role that lets one do the most; "" for none."""
    return max(roles, key=lambda role: len(_ALLOWED.get(role, ())), default="")
