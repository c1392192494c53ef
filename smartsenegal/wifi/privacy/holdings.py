"""What the Wi-Fi holds about a person with an account. Registered when Django starts."""

import json
from collections.abc import Iterator
from typing import Any

from smartsenegal.kernel.audit import api as audit
from smartsenegal.lib.text import plural
from smartsenegal.wifi.privacy import own
from smartsenegal.wifi.privacy.actions import own as acts


def register() -> None:
    """Called once, when Django starts."""
    audit.register_holder(audit.Holder("wifi", "Le Wi-Fi public", subjects, export, erase))


def subjects(account_id: str) -> list[str]:
    return [f"wifi_holder:{holder}" for holder in own.holders_of_account(account_id)]


def export(account_id: str) -> Iterator[audit.Item]:
    """The accesses and the connections of the person, in plain words."""
    kept = own.kept(own.holders_of_account(account_id), at_most=100_000)
    told = {
        "acces": [vars(each) for each in kept.accesses],
        "connexions": [vars(each) for each in kept.visits],
    }
    yield audit.Item("wifi.json", [json.dumps(told, ensure_ascii=False, indent=2).encode()])


def erase(account_id: str, by: Any) -> list[audit.Outcome]:
    """Accesses are closed, connections name nobody any more; the sealed legal log stays for its time."""
    holders = own.holders_of_account(account_id)
    if not holders:
        return []
    done = acts.erase(holders, by)
    count = done.accesses + done.connections
    return [
        audit.Outcome(plural(count, "accès ou connexion Wi-Fi", "accès et connexions Wi-Fi"), erased=count)
    ]
