"""The state of each part of an installation."""

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from smartsenegal.wifi.radius.api import files, pulse

LEAST_FREE_BYTES = 200 * 1024 * 1024
LATE_JOBS_SECONDS = 300
ANSWERS_WITHIN_SECONDS = 3.0
_aside = ThreadPoolExecutor(max_workers=2, thread_name_prefix="healthz")


@dataclass(frozen=True)
class Part:
    """One part: `ok`, whether the service stands without it, and a sentence."""

    name: str
    ok: bool
    vital: bool
    sentence: str


def healthz(request: HttpRequest) -> JsonResponse:
    """GET /healthz: 200 with the state of each part, 503 when one that matters is down.

    `?seul=pages` asks of the web process and its database alone (what a start waits for).
    """
    began = time.perf_counter()
    parts = list(_parts(pages_alone=request.GET.get("seul") == "pages"))
    down = any(p.vital and not p.ok for p in parts)
    body = {
        "etat": "en panne" if down else "en service",
        "parties": {p.name: {"ok": p.ok, "detail": p.sentence} for p in parts},
        "duree_ms": round((time.perf_counter() - began) * 1000, 1),
    }
    response = JsonResponse(body, status=503 if down else 200, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-store"
    return response


def _parts(*, pages_alone: bool) -> Iterator[Part]:
    database = _database()
    yield database
    if not pages_alone:
        yield _disk()
        yield _jobs() if database.ok else UNREADABLE
        yield from _radius()


def _database() -> Part:
    """Asked aside: a server that is frozen says nothing, not even that it will not answer."""
    try:
        _aside.submit(_ask).result(ANSWERS_WITHIN_SECONDS)
    except (DatabaseError, TimeoutError):
        return Part("base", False, True, "La base de données ne répond pas.")
    return Part("base", True, True, "La base de données répond.")


def _ask() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()


UNREADABLE = Part("travaux", False, False, "La file des travaux est illisible.")


def _jobs() -> Part:
    """Jobs that wait too long tell that no worker takes them."""
    statement = """
        SELECT count(*), coalesce(extract(epoch FROM now() - min(e.at)), 0)
        FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
        WHERE j.status = 'todo' AND j.scheduled_at IS NULL AND j.attempts = 0
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            waiting, seconds = cursor.fetchone()
    except DatabaseError:
        return UNREADABLE
    late = seconds > LATE_JOBS_SECONDS
    detail = f"{waiting} travaux attendent, le plus ancien depuis {int(seconds)} s."
    return Part("travaux", not late, False, detail)


def _radius() -> Iterator[Part]:
    """The server of the Wi-Fi's gateways, where one was started beside these pages."""
    found = pulse()
    if found is None:
        return
    if found.beats:
        ports = f"{found.port} et {found.accounting_port}"
        yield Part("radius", True, False, f"RADIUS répond sur les ports UDP {ports}.")
    else:
        yield Part("radius", False, False, "Le serveur RADIUS ne donne plus signe de vie.")
    left = files()
    if left.set_aside:
        detail = f"Fichiers de connexions mis de côté dans radius, à examiner : {left.set_aside}."
        yield Part("comptabilité Wi-Fi", False, False, detail)
    elif left.waiting:
        detail = f"Fichiers de connexions qui attendent la base : {left.waiting}."
        yield Part("comptabilité Wi-Fi", True, False, detail)


def _disk() -> Part:
    """The least room among the places we write to, which may be disks of their own."""
    places = (settings.DATA_DIR, settings.FILES_DIR, settings.DATA_DIR / "postgres" / "pg_wal")
    try:
        free = min(shutil.disk_usage(place).free for place in places if place.exists())
    except (OSError, ValueError):
        return Part("disque", False, True, "Le dossier des données est introuvable.")
    return Part("disque", free > LEAST_FREE_BYTES, True, f"{free // 1024**2} Mio libres.")
