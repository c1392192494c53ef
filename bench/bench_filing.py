"""Filing: each answer kept, each piece, the deposit; and a whole request from the first question to its number."""

import gzip
import re
import time
from urllib.parse import urlencode

from bench.instance import Instance
from bench.load import Answer, Client, Measure, arrive_together, percentile
from bench.load import run_together as together
from bench.pages import METHOD, RATE, USERS, Peers, instance, peers
from bench.report import Row, publish
from smartsenegal.run.check.filling import photograph

PROCEDURE = "casier-judiciaire-b3"
GOAL = 340.0
FILINGS = {1: 12, 8: 40, 32: 64}
AT_A_RATE = 30
_HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
_ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')


def run() -> None:
    """Measure and publish."""
    with instance() as found:
        base = peers(found)
        rows: list[Row] = base.rows()
        for users in USERS:
            name = f"{users} user{'s' if users > 1 else ''}"
            rows += _rows(name, _measure(found, users), base, judged=users == 8)
        rows += _rows(f"{RATE:g} requests/s", _at_a_rate(found), base)
    words = f"Whole requests for {PROCEDURE}, with a photograph for each piece, among {found.known['cases']:,} cases."
    publish(
        "filing", f"{words} The worker does not run: what it does later is not in these times. {METHOD}", rows
    )


def _rows(name: str, seen: Measure, base: Peers, judged: bool = False) -> list[Row]:
    rows = []
    for step in ("answer", "piece", "deposit"):
        goal = GOAL if judged and step != "piece" else None
        rows += [
            Row(f"{step}, {name}: server p50", percentile(seen.steps[step], 0.5), "ms"),
            Row(f"{step}, {name}: server p95", percentile(seen.steps[step], 0.95), "ms", goal=goal),
        ]
    whole, bare = seen.steps["whole"], base.bare.pages_cpu_ms
    rows += [
        Row(f"whole request, {name}: client p50", percentile(whole, 0.5), "ms"),
        Row(f"whole request, {name}: client p95", percentile(whole, 0.95), "ms"),
        Row(f"whole request, {name}: CPU of the pages", seen.pages_cpu_ms, "ms", "bare page", bare),
        Row(f"whole request, {name}: CPU of PostgreSQL", seen.database_cpu_ms, "ms"),
    ]
    return rows


def _walk(client: Client, number: int) -> list[Answer]:
    return Filing(client).walk()


def _measure(found: Instance, users: int) -> Measure:
    return together(found.clients(found.citizens, users), _walk, FILINGS[users], found.server)


def _at_a_rate(found: Instance) -> Measure:
    """Requests that begin at random, so many that the server gets `RATE` pages a second."""
    pages = len(_walk(*found.clients(found.citizens, 1), 0))
    return arrive_together(found.clients(found.citizens, 32), _walk, RATE / pages, AT_A_RATE, found.server)


class Filing:
    """One request by one person, page after page, as a browser without JavaScript sends it."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.answers: list[Answer] = []

    def walk(self) -> list[Answer]:
        """Every answer of the server; raises RuntimeError when the request is not deposited."""
        page = self._get(f"/dossiers/nouveau/{PROCEDURE}/")
        for _ in range(12):
            if "/questions/" in page[0]:
                page = self._post(
                    page, "answer", urlencode(_answers(page[1])), "application/x-www-form-urlencoded"
                )
            elif "/pieces/" in page[0]:
                page = self._post(page, "piece", *_multipart(_piece(page[1])))
            elif page[0].endswith("/verification/"):
                address = page[0].replace("/verification/", "/envoi/")
                sent = urlencode(_hidden(page[1]))
                self._post((address, page[1]), "deposit", sent, "application/x-www-form-urlencoded")
                return self.answers
        raise RuntimeError(f"the request stopped at {page[0]}")

    def _get(self, address: str) -> tuple[str, str]:
        for _ in range(5):
            answer = self._keep(self.client.request("GET", address), "page")
            if answer.status == 200:
                return address.split("?")[0], _text(answer)
            address = answer.location
        raise RuntimeError(f"too many redirections to {address}")

    def _post(self, page: tuple[str, str], step: str, body: str | bytes, kind: str) -> tuple[str, str]:
        sent = body.encode() if isinstance(body, str) else body
        answer = self._keep(self.client.request("POST", page[0], sent, **{"Content-Type": kind}), step)
        if answer.status != 302:
            raise RuntimeError(f"{page[0]} answered {answer.status}: {_errors(_text(answer))}")
        return ("", "") if step == "deposit" else self._get(answer.location)

    def _keep(self, answer: Answer, step: str) -> Answer:
        for value in answer.headers.get_all("Set-Cookie") or []:
            if value.startswith("csrftoken=") and "csrftoken" not in self.client.cookies:
                self.client.cookies += f"; {value.split(';')[0]}"
        self.answers.append(
            Answer(answer.status, answer.body, answer.headers, answer.server_ms, answer.queries, step)
        )
        return answer


def _text(answer: Answer) -> str:
    zipped = answer.headers.get("Content-Encoding") == "gzip"
    return (gzip.decompress(answer.body) if zipped else answer.body).decode()


def _errors(text: str) -> list[str]:
    return re.findall(r'href="#[^"]*">([^<]+)<', text)[:5]


def _hidden(text: str) -> dict[str, str]:
    fields = (dict(_ATTRIBUTE.findall(tag)) for tag in _HIDDEN.findall(text))
    return {f["name"]: f.get("value", "") for f in fields if "name" in f}


def _answers(text: str) -> dict[str, str]:
    given = {
        "first_names": "Awa",
        "last_name": "Ndiaye",
        "birth_date": "12 4 1988",
        "birth_country": "SN",
        "birth_commune": "Diourbel",
        "sexe": "F",
    }
    names = set(re.findall(r'name="([^"]+)"', text))
    choices = dict(re.findall(r'type="radio"[^>]*name="([^"]+)"[^>]*value="([^"]+)"', text))
    typed = {n: given[n.rsplit("-", 1)[-1]] for n in names if n.rsplit("-", 1)[-1] in given}
    return {**choices, **_hidden(text), **typed}


def _piece(text: str) -> tuple[dict[str, str], str, bytes]:
    name = re.search(
        r'<input[^>]*type="file"[^>]*name="([^"]+)"|<input[^>]*name="([^"]+)"[^>]*type="file"', text
    )
    assert name is not None
    fields = _hidden(text)
    for control in re.findall(r'<input[^>]*type="radio"[^>]*>', text):
        found = dict(_ATTRIBUTE.findall(control))
        fields.setdefault(found["name"], found["value"])
    for rank, part in enumerate(
        (f"{time.localtime().tm_mday}", f"{time.localtime().tm_mon}", f"{time.localtime().tm_year}")
    ):
        for dated in re.findall(rf'name="([^"]*_{("day", "month", "year")[rank]})"', text):
            fields[dated] = part
    for dated in re.findall(r'name="(issued_on|[^"]*-issued_on)"', text):
        fields[dated] = time.strftime("%d/%m/%Y")
    return fields, name[1] or name[2], PHOTOGRAPH


PHOTOGRAPH = photograph()
_BOUNDARY = "bench-5f0c9a"


def _multipart(parts: tuple[dict[str, str], str, bytes]) -> tuple[bytes, str]:
    fields, name, content = parts
    lines = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    ]
    head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    body = ("".join(lines) + head).encode() + content + f"\r\n--{_BOUNDARY}--\r\n".encode()
    return body, f"multipart/form-data; boundary={_BOUNDARY}"
