"""Who pays what in these tests."""

from smartsenegal.kernel.identity.api import Grant, Principal
from smartsenegal.kernel.payments.rules import Line

PAYER = Principal(account_id="0190-payer", label="Awa Ndiaye")
STRANGER = Principal(account_id="0190-other", label="Modou Fall")
CASHIER = Principal(
    account_id="0190-cashier",
    label="Fatou Sow",
    kind="agent",
    grants=(Grant("cashier", 7, "Espace Sénégal Services de Thiès", frozenset({7}), ""),),
)
ACCOUNTANT = Principal(
    account_id="0190-accountant",
    label="Seynabou Mbaye",
    kind="agent",
    grants=(Grant("accountant", 1, "Trésor", frozenset({1}), ""),),
)
LINES = [
    Line("Timbre fiscal", 200, "tresor", "timbre"),
    Line("Droit de commune", 300, "commune:SN-TH-071", "droit"),
    Line("Vignette", 1500, "tresor", "vignette"),
]
