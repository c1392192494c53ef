"""The work queue of a service that holds 50,000 open cases, each tab, and pages further on."""

import gzip
import html
import re

from bench.bench_case import some_cases
from bench.instance import Instance
from bench.pages import METHOD, get, instance, measured, peers
from bench.report import Row, publish

QUEUE = "/dossiers/a-traiter/"
TABS = {"all": "", "late": "?onglet=retard", "due soon": "?onglet=bientot", "suspended": "?onglet=suspendus"}
GOAL = 40.0


def run() -> None:
    """Measure and publish."""
    with instance() as found:
        base, rows = peers(found), list[Row]()
        rows += base.rows()
        for name, query in TABS.items():
            rows += measured(found, f"queue, {name}", found.officers, get(QUEUE + query), GOAL, base)
        pages = _following(found, 20)
        rows += measured(
            found, "queue, next pages", found.officers, get(lambda n: pages[n % len(pages)]), GOAL, base
        )
        ids = some_cases(found.known["service"], 240)
        panel = get(lambda n: f"/dossiers/{ids[n % len(ids)]}/instruction/volet/")
        rows += measured(found, "detail beside the queue", found.officers, panel, GOAL, base)
    heavy, cases = found.known["heavy"], found.known["cases"]
    words = (
        f"Work queue of a service with {heavy:,} open cases among {cases:,}. The detail of a case beside it is asked "
        "for once the list is shown; reading it is journalled."
    )
    publish("queue", f"{words} {METHOD}", rows)


def _following(found: Instance, count: int) -> list[str]:
    """Addresses of the pages after the first, each read in the one before."""
    [client] = found.clients(found.officers, 1)
    addresses: list[str] = []
    address = QUEUE
    while len(addresses) < count:
        answer = client.request("GET", address)
        text = gzip.decompress(answer.body).decode()
        following = re.search(r'href="([^"]*apres=[^"]*)"', text)
        if following is None:
            break
        address = html.unescape(following[1])
        addresses.append(address if address.startswith("/") else QUEUE + address)
    return addresses
