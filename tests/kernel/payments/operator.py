"""The real demonstration operator, in its own process, and a relay that hands its callbacks to the site.

The relay is a real HTTP server: it receives the callback as bytes and keeps the operator waiting while
`pump` gives it to the site's own view, in the test's transaction, and returns the site's answer.
"""

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from django.test import Client

KEY, SECRET = "cle-de-test", "secret-de-test"
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Call:
    def __init__(self, body: bytes, headers: dict[str, str]) -> None:
        self.body, self.headers, self.status = body, headers, 0
        self.answered = threading.Event()


class Relay:
    """`name` is the operator's: its callbacks come by POST (Wave) or by PUT (mobile money)."""

    def __init__(self, name: str = "wave") -> None:
        self.name = name
        self.calls: queue.Queue[_Call] = queue.Queue()
        self.statuses: list[int] = []
        relay = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                call = _Call(self.rfile.read(int(self.headers["Content-Length"])), dict(self.headers))
                relay.calls.put(call)
                status = call.status if call.answered.wait(4) else 504
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_PUT(self) -> None:
                self.do_POST()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/paiements/rappels/{self.name}/"

    def pump(self, count: int, patience: float = 20) -> list[dict[str, Any]]:
        """Give the site that many callbacks as they come; returns their events.

        Fails when they do not come in time.
        """
        events = []
        for _ in range(count):
            call = self.calls.get(timeout=patience)
            answer = Client().generic(
                "POST" if self.name == "wave" else "PUT",
                f"/paiements/rappels/{self.name}/",
                data=call.body,
                content_type="application/json",
                headers={k: v for k, v in call.headers.items() if k.startswith(("X-", "Wave-"))},
            )
            call.status = answer.status_code
            self.statuses.append(answer.status_code)
            call.answered.set()
            events.append(json.loads(call.body))
        return events

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Operator:
    def __init__(self, folder: Path, callback: str, name: str = "wave") -> None:
        self.name, self.callback, self.port = name, callback, free_port()
        self.file = folder / f"{name}.sqlite"
        self.log = (folder / f"{name}.log").open("ab")
        self.process = self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "subprocess.Popen[bytes]":
        environment = {
            **os.environ,
            "SMARTSENEGAL_WAVE_URL": self.url,
            "SMARTSENEGAL_WAVE_KEY": KEY,
            "SMARTSENEGAL_WAVE_WEBHOOK_SECRET": SECRET,
            "SMARTSENEGAL_MOBILE_URL": self.url,
            "SMARTSENEGAL_MOBILE_KEY": KEY,
            "SMARTSENEGAL_MOBILE_CALLBACK_KEY": SECRET,
        }
        command = [sys.executable, "-m", f"smartsenegal.kernel.payments.sandbox.{self.name}"]
        options = ["--port", str(self.port), "--file", str(self.file), "--callback", self.callback]
        self.process = subprocess.Popen(
            [*command, *options, "--public", self.url], env=environment, stdout=self.log, stderr=self.log
        )
        self._wait()
        return self.process

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                self.state()
                return
            except OSError:
                assert time.monotonic() < deadline, "the operator does not start"
                assert self.process.poll() is None, "the operator died"
                time.sleep(0.05)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        self.log.close()

    def call(self, path: str, data: bytes | None = None, kind: str = "application/json") -> bytes:
        request = urllib.request.Request(self.url + path, data=data, headers={"Content-Type": kind})
        with _NoRedirect.open(request, timeout=10) as answer:
            return bytes(answer.read())

    def state(self) -> dict[str, Any]:
        return dict(json.loads(self.call("/_operateur/etat")))

    def faults(self, **wanted: str | int) -> None:
        self.call("/_operateur/pannes", json.dumps(wanted).encode())

    def choose(self, session: str, choice: str) -> None:
        """What the payer does on the phone: "payer", "refuser", "solde"."""
        session = session.rpartition("/")[2]
        self.call(f"/payer/{session}", urllib.parse.urlencode({"choix": choice}).encode(), FORM)

    def forge(self, session: str) -> threading.Thread:
        """Ask for a forged callback; returns the thread that waits for it to be answered."""
        data = urllib.parse.urlencode({"session": session.rpartition("/")[2]}).encode()
        thread = threading.Thread(target=self.call, args=("/_operateur/forger", data, FORM))
        thread.start()
        return thread

    @property
    def sessions(self) -> list[dict[str, Any]]:
        return list(self.state()["sessions"])

    @property
    def debits(self) -> list[dict[str, Any]]:
        """Payments taken from somebody and not given back."""
        paid = [s for s in self.sessions if s["payment_status"] == "succeeded" and not s.get("original")]
        back = {s["original"] for s in self.sessions if s.get("original")}
        return [s for s in paid if not s.get("refunded") and s.get("transaction_ref") not in back]


FORM = "application/x-www-form-urlencoded"


class _Stay(urllib.request.HTTPRedirectHandler):
    def http_error_303(self, req: Any, fp: Any, code: int, msg: str, headers: Any) -> Any:
        return fp


_NoRedirect = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay())
