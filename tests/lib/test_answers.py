"""A long answer stops being made once its reader has left, whole and closed otherwise: a real server."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = """
import time
from pathlib import Path
from smartsenegal.lib.answers import Threaded

told = Path({told!r})

def note(word):
    with told.open("a") as file:
        file.write(word + "\\n")

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return pieces(int(environ["QUERY_STRING"] or 1), environ["wsgi.input"].read())

def pieces(count, body):
    made = 0
    try:
        for made in range(1, count + 1):
            yield body or b"x" * 4096
            if made > 1:
                time.sleep(0.01)
    finally:
        note(str(made))

application = Threaded(app, workers=2)
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    told = tmp_path / "told"
    told.touch()
    (tmp_path / "long_answers.py").write_text(APP.format(told=str(told)))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "asginl", "--host", "127.0.0.1", "--port", str(port),
         "long_answers:application"],
        cwd=tmp_path,
    )  # fmt: skip
    try:
        wait(lambda: answers(port))
        yield port, told
    finally:
        process.terminate()
        process.wait(20)


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def wait(happened: object, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not happened():  # type: ignore[operator]
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)


def ask(port: int, count: int, body: bytes = b"") -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=30)
    head = f"POST /?{count} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    client.sendall(head.encode() + body)
    return client


def read_all(client: socket.socket) -> bytes:
    parts = []
    while part := client.recv(65536):
        parts.append(part)
    client.close()
    return b"".join(parts)


def test_a_reader_who_leaves_stops_the_writing(server: tuple[int, Path]) -> None:
    port, told = server
    client = ask(port, 3000)
    assert client.recv(4096)
    client.close()
    wait(lambda: told.read_text())
    assert int(told.read_text()) < 1500


def test_who_stays_gets_everything(server: tuple[int, Path]) -> None:
    port, told = server
    assert read_all(ask(port, 40)).count(b"x") >= 40 * 4096
    assert read_all(ask(port, 1)).count(b"x") >= 4096
    assert read_all(ask(port, 3, b"Z" * 200_000)).count(b"Z") == 600_000
    wait(lambda: len(told.read_text().split()) == 3)
    assert told.read_text().split() == ["40", "1", "3"]
