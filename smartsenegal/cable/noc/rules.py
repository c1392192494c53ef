"""When an alarm is raised and when it ends: hysteresis over conditions that hold, do not, or are not known.
Pure."""

from dataclasses import dataclass, replace

# Causes of alarms: their words, how grave they are, and for how many seconds the condition holds before one
# is raised, and is over before it ends.
CAUSES = {
    "network_cut": ("Réseau coupé", "red", 0, 0),
    "session_down": ("Session BGP coupée", "red", 120, 300),
    "prefixes_over": ("Limite de préfixes dépassée", "red", 0, 600),
    "prefixes_near": ("Limite de préfixes proche", "amber", 600, 3_600),
    "routes_invalid": ("Routes invalides admises", "red", 300, 900),
    "session_differs": ("Session différente de ce qui est prévu", "amber", 900, 300),
    "router_silent": ("Routeur dont l’état n’est plus lu", "amber", 0, 300),
    "agent_silent": ("Équipement muet à SNMP", "red", 0, 600),
    "port_gap": ("Port facturé sans relevé", "amber", 600, 600),
    "port_down": ("Interface facturée coupée", "amber", 300, 300),
    "roas_old": ("ROA trop vieux", "amber", 0, 0),
}
# What was found when a ticket is closed.
ENDINGS = [
    ("fibre", "Fibre ou câble coupé"),
    ("power", "Énergie"),
    ("equipment", "Équipement en panne"),
    ("configuration", "Erreur de configuration"),
    ("neighbour", "Faute du voisin ou du client"),
    ("works", "Travaux"),
    ("load", "Saturation ou attaque"),
    ("itself", "Finie d’elle-même, cause inconnue"),
    ("false", "Fausse alarme"),
]
ITSELF = "itself"


@dataclass(frozen=True)
class Watch:
    """A condition as it is followed, in seconds: since when it holds, whether its alarm is raised, since when
    it is over again. None for what is not."""

    holds_since: float | None = None
    raised: bool = False
    over_since: float | None = None


def step(watch: Watch, holds: bool | None, now: float, raise_after: float, end_after: float) -> Watch:
    """The watch after one more look. What is not known changes nothing: an alarm neither rises nor ends."""
    if holds is None:
        return watch
    if not watch.raised:
        if not holds:
            return Watch()
        since = now if watch.holds_since is None else watch.holds_since
        return Watch(since, now - since >= raise_after)
    if holds:
        return replace(watch, over_since=None)
    over = now if watch.over_since is None else watch.over_since
    return Watch() if now - over >= end_after else replace(watch, over_since=over)
