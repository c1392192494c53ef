"""Routes, products and tariffs of the demonstration: all invented, and marked so."""

import csv
from datetime import date
from pathlib import Path

from smartsenegal.cable.capacity import actions
from smartsenegal.cable.capacity.models import Product, Route
from smartsenegal.cable.network.api import nodes
from smartsenegal.kernel.identity.api import Organisation, Principal

DATA = Path(__file__).resolve().parent / "data"
SOURCE = "Exemple inventé : aucun tarif de gros n’est publié"
TERMS = {
    "hold_days": 15, "notice_days": 30, "early_percent": 50, "payment_days": 30, "money_rounding": "nearest",
    "credit_percent": 100, "credit_free_seconds": 3_600, "credit_cap_percent": 50,
}  # fmt: skip
TRAFFIC = {
    "percent": 95, "direction": "slot_max", "missing": "leave_out", "gap_slots": 0, "least_known": 50,
    "step_kbps": 1_000, "rate_rounding": "up", "tier_mode": "graduated", "part_month": "days",
    "slot_seconds": 300, "spread_slots": 2,
}  # fmt: skip


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def load_examples(by: Principal) -> int:
    """Open the example routes whose nodes are in the inventory, with their products and tariffs, where no
    route is open yet; returns routes added. Raises PermissionRefused."""
    if Route.objects.exists():
        return 0
    known = {n.code: n for n in nodes()}
    rows = [row for row in _rows("routes") if {row["a"], row["b"]} <= known.keys()]
    for row in rows:
        route = actions.add_route(
            by, code=row["code"], name=row["nom"], a=known[row["a"]], b=known[row["b"]],
            reserve_gbps=int(row["reserve_gbps"]), is_example=True,
        )  # fmt: skip
        _products(by, route)
    return len(rows)


def _products(by: Principal, route: Route) -> None:
    for row in _rows("products"):
        if row["route"] == route.code:
            _tariffs(by, actions.add_product(
                by, route=route, name=row["nom"], kind=row["nature"], protected=row["protege"] == "oui",
                is_example=True,
            ))  # fmt: skip


def _tariffs(by: Principal, product: Product) -> None:
    for row in _rows("tariffs"):
        if row["produit"] == product.name:
            actions.add_tariff(
                by, product=product, term_months=int(row["mois"]), from_gbps=int(row["des_gbps"]),
                monthly_fcfa=int(row["mensuel_fcfa"]), setup_fcfa=int(row["mise_en_service_fcfa"]),
                upfront_fcfa=int(row["une_fois_fcfa"]), yearly_fcfa=int(row["entretien_fcfa"]),
                port_fcfa=int(row["port_fcfa"]), excess_fcfa=int(row["depassement_fcfa"]),
                valid_from=date.fromisoformat(row["depuis"]), source=SOURCE, is_example=True,
            )  # fmt: skip


def load_terms(by: Principal, carrier: Organisation) -> int:
    """Publish on what terms the example products are sold, where none are; returns how many. Raises
    PermissionRefused."""
    unsold = list(Product.objects.filter(is_example=True, terms=None).order_by("pk"))
    for product in unsold:
        actions.publish_terms(
            by, product=product, carrier=carrier, valid_from=date(2024, 1, 1), source=SOURCE, is_example=True,
            traffic=TRAFFIC if product.kind == "transit" else {}, **TERMS,
        )  # fmt: skip
    return len(unsold)
