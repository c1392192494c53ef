"""Acts to test with."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from smartsenegal.kernel.documents.rules import Signer
from smartsenegal.lib.authority import Authority
from smartsenegal.lib.crypto import Keyring

SIGNER = Signer(
    name="Mᵉ Ibrahima Sarr",
    quality="Le greffier en chef",
    organisation="Tribunal de grande instance de Thiès",
    place="Thiès",
    heading=("Ministère de la Justice",),
    organisation_id=7,
)
ACT: dict[str, Any] = {
    "number": "B3",
    "subject": "case:1",
    "title": "Extrait du casier judiciaire",
    "holder": "Awa Marie Ndiaye",
    "essential": {"Né(e) le": date(1994, 3, 27), "Lieu de naissance": "Thiès Nord", "Condamnations": "Néant"},
    "signer": SIGNER,
}
DATA: dict[str, Any] = {
    "subtitle": "Bulletin n° 3",
    "paragraphs": [
        "Le greffier en chef certifie que la personne désignée ci-dessous n'a aucune condamnation.",
        "En foi de quoi le présent extrait est délivré pour servir et valoir ce que de droit.",
    ],
    "rows": [("Prénoms", "Awa Marie"), ("Nom", "Ndiaye"), ("Né(e) le", "27 mars 1994")],
    "legal_basis": "Délivré en application du Code de procédure pénale.",
    "validity": "Valable trois mois à compter de sa délivrance.",
}


@pytest.fixture(scope="session")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys of a country of its own, made once."""
    place = tmp_path_factory.mktemp("secrets")
    Authority.create(place / "authority", keyring=Keyring.create(place / "keyring"))
    return place


@pytest.fixture(autouse=True)
def _own_country(settings: Any, secrets: Path, tmp_path: Path) -> None:
    settings.SECRETS_DIR = secrets
    settings.DATA_DIR = tmp_path / "data"
    settings.PUBLIC_URL = "https://verifier.example"


@pytest.fixture
def issue() -> Callable[..., Any]:
    """Issues an act; named arguments change it."""

    from smartsenegal.kernel.documents import api

    def make(data: dict[str, Any] | None = None, **changes: Any) -> Any:
        return api.issue("act", data or DATA, **(ACT | changes))

    return make


@pytest.fixture
def authority() -> Authority:
    from smartsenegal.kernel import vault

    return vault.authority()
