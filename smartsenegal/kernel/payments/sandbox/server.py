"""The HTTP side that every demonstration operator has: its API with the faults of the day, its own desk."""

import argparse
import json
import logging
import os
import re
import signal
import time
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from smartsenegal.kernel.payments.sandbox import pages
from smartsenegal.kernel.payments.sandbox.callbacks import Sender

SILENCE_SECONDS = 60
BODY_LIMIT = 64 * 1024

Routes = Sequence[tuple[str, str, Callable[..., None]]]

log = logging.getLogger("sandbox")


class HangUp(Exception):
    """The connection is closed without an answer."""


class Problem(Exception):
    """An error of the API: status, code and message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


class Operator(ThreadingHTTPServer):
    """`store` keeps what the operator knows (an `outbox.Outbox`); `routes` is what it answers."""

    daemon_threads = True
    callback = ""  # where the site wants to be told

    def __init__(
        self,
        address: tuple[str, int],
        handler: type["Handler"],
        store: Any,
        sender: Sender,
        api_key: str,
        public: str,
    ) -> None:
        super().__init__(address, handler)
        self.store, self.sender, self.api_key = store, sender, api_key
        self.public = public or f"http://{address[0]}:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Operator
    server_version = "OperateurDeDemonstration"
    sys_version = ""
    routes: Routes = ()

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        log.debug(format, *args)

    def _answer(self, method: str) -> None:
        url = urlsplit(self.path)
        self.query = {k: v[-1] for k, v in parse_qs(url.query).items()}
        try:
            length = int(self.headers.get("Content-Length") or 0)
            self.body = self.rfile.read(length) if 0 < length <= BODY_LIMIT else b""
            for verb, pattern, action in self.routes:
                found = re.fullmatch(pattern, unquote(url.path))
                if verb == method and found:
                    action(self, **found.groupdict())
                    return
            self.page(404, pages.message("Page introuvable", "Cette adresse n’existe pas chez l’opérateur."))
        except Problem as problem:
            self.json(problem.status, self.error(problem))
        except HangUp:
            self.close_connection = True

    def error(self, problem: Problem) -> dict[str, Any]:
        """An error as this operator writes it."""
        return {"code": problem.code, "message": problem.message}

    def authorised(self) -> bool:
        """Whether the call carries the key."""
        return self.headers.get("Authorization") == f"Bearer {self.server.api_key}"

    def json(self, status: int, payload: Any, headers: dict[str, str] | None = None) -> None:
        self._send(status, "application/json", json.dumps(payload).encode(), headers)

    def page(self, status: int, html: str) -> None:
        self._send(status, "text/html; charset=utf-8", html.encode())

    def redirect(self, url: str) -> None:
        self.send_response(303)
        self.send_header("Location", url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: int, kind: str, data: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def form(self) -> dict[str, str]:
        return {k: v[-1] for k, v in parse_qs(self.body.decode("utf-8", "replace")).items()}

    def object(self) -> dict[str, Any]:
        try:
            value = json.loads(self.body)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise Problem(400, "request-validation-error", "The body is not a JSON object.")
        return value


def api(action: Callable[..., None]) -> Callable[..., None]:
    """What every call goes through: the faults of the day, then the key."""

    def guarded(handler: Handler, **found: str) -> None:
        faults = handler.server.store.faults()
        time.sleep(float(faults["slow_seconds"]))
        if faults["api"] == "silence":
            time.sleep(SILENCE_SECONDS)
            raise HangUp
        if faults["api"] == "503":
            raise Problem(503, "service-unavailable", "The service is unavailable.")
        if not handler.authorised():
            raise Problem(401, "no-matching-api-key", "The key does not exist.")
        action(handler, **found)

    return guarded


# --- the operator's own desk ------------------------------------------------------------


def set_faults(handler: Handler) -> None:
    is_json = "json" in handler.headers.get("Content-Type", "")
    wanted = handler.object() if is_json else pages.faults_of(handler.form())
    try:
        handler.server.store.set_faults(wanted)
    except ValueError as error:
        raise Problem(400, "unknown-fault", str(error)) from error
    if is_json:
        handler.json(200, handler.server.store.faults())
    else:
        handler.redirect("/_operateur/")


def desk_routes(desk: Callable[..., None], state: Callable[..., None], forge: Callable[..., None]) -> Routes:
    """The operator's desk: its page, what it knows as JSON, the faults of the day, a forged callback."""
    return [
        ("GET", "/", desk),
        ("GET", "/_operateur/", desk),
        ("GET", "/_operateur/etat", state),
        ("POST", "/_operateur/pannes", set_faults),
        ("POST", "/_operateur/forger", forge),
    ]


# --- the process --------------------------------------------------------------------------


def arguments(argv: Sequence[str] | None, name: str, api_url: str) -> argparse.Namespace:
    """Options of an operator's process; what is not said comes from this installation's settings."""
    from django.conf import settings

    port = urlsplit(api_url).port
    parser = argparse.ArgumentParser(prog=f"smartsenegal.kernel.payments.sandbox.{name}")
    parser.add_argument("--host", default=os.environ.get("SMARTSENEGAL_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=port)
    parser.add_argument("--file", type=Path, default=settings.DATA_DIR / "sandbox" / f"{name}.sqlite")
    parser.add_argument("--callback", default=f"{settings.PUBLIC_URL}/paiements/rappels/{name}/")
    parser.add_argument("--public", default=f"http://{urlsplit(settings.PUBLIC_URL).hostname}:{port}")
    return parser.parse_args(argv)


def serve(server: Operator) -> int:
    """Answer and send callbacks until the process is stopped."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    signal.signal(signal.SIGTERM, _interrupt)
    server.sender.start()
    log.info("operator on %s:%s", server.server_address[0], server.server_port)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
        server.sender.stop()
        server.store.close()
    return 0


def _interrupt(signum: int, frame: object) -> None:
    raise KeyboardInterrupt
