"""Words of sessions: roles, families, states. Pure."""

UPSTREAM, CUSTOMER, PEER, EXCHANGE, SERVER = "upstream", "customer", "peer", "exchange", "server"
ROLES = [
    (UPSTREAM, "Transit acheté"),
    (CUSTOMER, "Client"),
    (PEER, "Pair privé"),
    (EXCHANGE, "Pair à un point d’échange"),
    (SERVER, "Serveur de routes d’un point d’échange"),
]
REJECT, NOTE, NONE = "reject", "note", "none"
POLICIES = [
    (REJECT, "Refuser les routes invalides"),
    (NOTE, "Les accepter et les montrer"),
    (NONE, "Ne pas vérifier"),
]
BIRD2, BIRD3, GOBGP, OTHER = "bird2", "bird3", "gobgp", "other"
SOFTWARE = [(BIRD2, "BIRD 2"), (BIRD3, "BIRD 3"), (GOBGP, "GoBGP"), (OTHER, "Autre")]
FAMILIES = {"ipv4": "IPv4", "ipv6": "IPv6"}
ESTABLISHED = "established"
# States of RFC 4271, and those that only a router can tell.
STATES = {
    "idle": "au repos (Idle)",
    "connect": "en connexion (Connect)",
    "active": "en attente du voisin (Active)",
    "opensent": "ouverture envoyée (OpenSent)",
    "openconfirm": "ouverture acceptée (OpenConfirm)",
    ESTABLISHED: "établie",
    "down": "coupée",
    "stopped": "arrêtée sur le routeur",
}
