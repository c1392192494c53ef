"""Every act of the journal has a French name: an inspector reads words, not code."""

import re
from pathlib import Path

import pytest

from smartsenegal.kernel.audit import registry as audit_registry
from smartsenegal.kernel.audit.api import verb_label
from smartsenegal.kernel.identity.api import Account
from smartsenegal.kernel.sites.api import Site
from smartsenegal.kernel.territory.api import Territory

SOURCE = Path(__file__).resolve().parents[3] / "smartsenegal"
VERB = re.compile(r"record\(\s*[\w.()]+,\s*\"([a-z]+\.[a-z_]+)\"")


def written() -> list[str]:
    return sorted({verb for path in SOURCE.rglob("*.py") for verb in VERB.findall(path.read_text())})


@pytest.mark.parametrize("verb", written())
def test_a_verb_has_its_words(verb: str) -> None:
    assert verb_label(verb) != verb


@pytest.mark.django_db
def test_subjects_are_named_as_people_call_them() -> None:
    account = Account.objects.create_user(phone="+221771234567", name="Awa Ndiaye")
    place = Territory.objects.create(code="x", kind="commune", name="X", path="X")
    site = Site.objects.create(code="mairie-x", name="Mairie de X", kind="town_hall", territory=place)
    named = audit_registry.named([f"account:{account.pk}", f"site:{site.pk}", "account:nobody", "other:1"])
    assert named[f"account:{account.pk}"].label == "Compte\u00a0: Awa Ndiaye"
    assert named[f"site:{site.pk}"].url == "/lieux/mairie-x/"
    assert len(named) == 2
    assert audit_registry.find_subject("77 123 45 67") == f"account:{account.pk}"
