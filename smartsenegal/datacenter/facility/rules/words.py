"""Kinds, states and phases, as they are kept and as they are read."""

from smartsenegal.datacenter.facility.rules.graph import COOLING, NETWORK, OWN, POWER, SWITCH, WITH_NEIGHBOURS

SYSTEMS = [(POWER, "Énergie"), (COOLING, "Froid"), (NETWORK, "Réseau")]
# Each kind with the system it delivers.
KINDS_BY_SYSTEM = {
    POWER: [
        ("utility", "Arrivée du réseau électrique"),
        ("genset", "Groupe électrogène"),
        ("switchgear", "Tableau ou jeu de barres"),
        ("ats", "Inverseur de sources"),
        ("breaker", "Disjoncteur"),
        ("transformer", "Transformateur"),
        ("ups", "Onduleur"),
        ("pdu", "Coffret de distribution (PDU)"),
        ("outlet", "Départ vers les baies"),
    ],
    COOLING: [
        ("chiller", "Groupe froid"),
        ("pump", "Pompe"),
        ("valve", "Vanne"),
        ("pipe", "Conduite ou collecteur"),
        ("crah", "Armoire de climatisation"),
        ("zone", "Zone de soufflage"),
    ],
    NETWORK: [
        ("carrier", "Arrivée d’opérateur"),
        ("router", "Routeur"),
        ("switch", "Commutateur"),
        ("link", "Liaison"),
    ],
}
KINDS = [kind for kinds in KINDS_BY_SYSTEM.values() for kind in kinds]
SYSTEM_OF = {kind: system for system, kinds in KINDS_BY_SYSTEM.items() for kind, _ in kinds}
ISOLATIONS = [
    (OWN, "Par ses propres sectionneurs, seule"),
    (SWITCH, "C’est un organe de coupure : disjoncteur, vanne"),
    (WITH_NEIGHBOURS, "Avec ses voisines, jusqu’à l’organe de coupure le plus proche"),
]
PATHS = [("", "Commune"), ("A", "Voie A"), ("B", "Voie B")]
PHASES = [("", "Monophasé"), ("L1", "L1"), ("L2", "L2"), ("L3", "L3"), ("3", "Triphasé équilibré")]
FEEDS = [("AB", "Voies A et B"), ("A", "Voie A seule"), ("B", "Voie B seule")]
HELD, CONTRACTED, INSTALLED = "held", "contracted", "installed"
CLAIM_STATES = [(HELD, "Retenu"), (CONTRACTED, "Sous contrat")]
UNITS = {POWER: "kW", COOLING: "kW de chaleur", NETWORK: "Gbit/s"}
