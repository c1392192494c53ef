"""What axe-core finds wrong with a page as it stands."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_AXE = Axe()


def violations(page: Page, rules: list[str] | None = None) -> list[dict[str, Any]]:
    """The rules of axe-core that are broken, all or these, with the nodes that break them.

    Nodes that pass are not gathered: they are never read, and cost a third of the time.
    """
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    return list(_AXE.run(page, options=options).response["violations"])


def faults(page: Page, rules: list[str] | None = None) -> list[str]:
    """A line for each node that breaks a rule: "color-contrast: <p>…"."""
    return [f"{rule['id']}: {node['html']}" for rule in violations(page, rules) for node in rule["nodes"]]
