"""Real servers on the loopback: an SMS gateway over HTTP, and an SMTP sink."""

import asyncio
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Gateway:
    """A gateway that speaks the contract of `contrib/http_sms.py`, and misbehaves on demand."""

    def __init__(self) -> None:
        self.accepted: dict[str, dict[str, Any]] = {}
        self.status = "accepted"
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        self.misbehave: Callable[[BaseHTTPRequestHandler, bool], bool] = lambda handler, before: False
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/messages"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def _handler(gateway) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.requests.append(("POST", self.path, dict(self.headers), body))
                if gateway.misbehave(self, True):
                    return
                payload = json.loads(body)
                known = payload["reference"] in gateway.accepted
                gateway.accepted.setdefault(payload["reference"], payload)
                if gateway.misbehave(self, False):
                    return
                self.answer(409 if known else 202, {"id": "gw-1", "status": "accepted"})

            def do_GET(self) -> None:
                gateway.requests.append(("GET", self.path, dict(self.headers), b""))
                if gateway.misbehave(self, True):
                    return
                known = self.path.rsplit("/", 1)[1] in gateway.accepted
                self.answer(200 if known else 404, {"id": "gw-1", "status": gateway.status})

            def answer(self, status: int, payload: Any) -> None:
                data = json.dumps(payload).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: Any) -> None:
                pass

        return Handler


class MailSink:
    """An SMTP server (RFC 5321, no extensions) that keeps what it accepts."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.answers: dict[str, str] = {}
        self.hang_up_after_data = False
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        started = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._talk, "127.0.0.1", 0), self.loop
        )
        self.server = started.result(10)
        self.port: int = self.server.sockets[0].getsockname()[1]

    def close(self) -> None:
        async def stop() -> None:
            self.server.close()
            await self.server.wait_closed()

        asyncio.run_coroutine_threadsafe(stop(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            verb = line.split(b" ")[0].strip().decode().upper()
            if verb == "DATA":
                writer.write(b"354 go on\r\n")
                self.mails.append(await reader.readuntil(b"\r\n.\r\n"))
                if self.hang_up_after_data:
                    break
            writer.write(
                (self.answers.get(verb, "221 bye" if verb == "QUIT" else "250 ok") + "\r\n").encode()
            )
            if verb == "QUIT":
                break
        await writer.drain()
        writer.close()
