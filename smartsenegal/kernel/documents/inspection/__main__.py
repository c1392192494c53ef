"""The nursery and its children: each child reads one request about one file, gives one answer, and ends."""

import contextlib
import gc
import json
import mmap
import os
import resource
import select
import signal
import socket
import sys
import time
from typing import Any, NoReturn

CPU_SECONDS = 15
SECONDS = 30  # that a child may last, working or not
BASE_MEMORY = 1024 * 1024 * 1024
_FILE, _TALK = 3, 4  # the only descriptors that a child holds


# --- a child ----------------------------------------------------------------------


def confine(size: int) -> None:
    """Bound what a hostile file can make this process use: memory, time, descriptors, writing."""
    resource.setrlimit(resource.RLIMIT_AS, (BASE_MEMORY + 3 * size, BASE_MEMORY + 3 * size))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_FSIZE, (BASE_MEMORY // 4, BASE_MEMORY // 4))


def answer(request: dict[str, Any], data: mmap.mmap) -> tuple[dict[str, Any], bytes]:
    """The answer's header, and the bytes that follow it (a picture, or nothing)."""
    from smartsenegal.kernel.documents.inspection.facts import Refused, bounds_from

    try:
        if request["do"] == "check":
            return _check(data, request["trust"]), b""
        bounds = bounds_from(request)
        if request["do"] == "render":
            from smartsenegal.kernel.documents.inspection.renditions import render_page

            picture = render_page(data, request["media_type"], request["page"], request["words"], bounds)
            return {"size": len(picture)}, picture
        facts = _inspect(data, request["media_type"], bounds)
        return {"pixels": facts.pixels, "pages": facts.pages}, b""
    except Refused as refused:
        return {"refused": refused.code}, b""
    except MemoryError:
        return {"refused": "bomb"}, b""


def _check(data: mmap.mmap, trust: str) -> dict[str, Any]:
    from smartsenegal.kernel.documents.checking import check
    from smartsenegal.lib.trust import Trust

    return check(bytes(data), Trust.from_json(trust)).to_plain()


def _inspect(data: mmap.mmap, media_type: str, bounds: Any) -> Any:
    if media_type == "application/pdf":
        from smartsenegal.kernel.documents.inspection.pdfs import inspect_pdf

        return inspect_pdf(data, bounds)
    from smartsenegal.kernel.documents.inspection.images import inspect_image

    return inspect_image(data, media_type, bounds)


def look() -> None:
    """Read the request, answer it."""
    with socket.socket(fileno=_TALK) as talk:
        request = json.loads(talk.makefile("rb").readline())
        size = os.fstat(_FILE).st_size
        confine(size)
        with mmap.mmap(_FILE, size, access=mmap.ACCESS_READ) as data:
            header, body = answer(request, data)
            talk.sendall(json.dumps(header).encode() + b"\n" + body)
            os._exit(0)  # views of the map may still be held by what was read


def _work(file: int, talk: int) -> NoReturn:
    """A child from its first moment: it keeps nothing of the nursery's but what it has read."""
    try:
        # Out of the way first: either may have come as the number that the other is to take.
        above = os.dup(file), os.dup(talk)
        for given, agreed in zip(above, (_FILE, _TALK), strict=True):
            os.dup2(given, agreed)
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)  # where the nursery is handed everybody's files
        os.closerange(_TALK + 1, 1024)
        look()
    finally:
        os._exit(1)


# --- the nursery --------------------------------------------------------------------


def warm() -> None:
    """Read the libraries of the most frequent requests, once for all children."""
    from PIL import Image

    from smartsenegal.kernel.documents.inspection import images, pdfs  # noqa: F401

    Image.preinit()
    gc.collect()
    gc.freeze()  # a child's collector does not copy what it shares with the others


def serve(control: socket.socket) -> None:
    """A child for each pair of descriptors handed over, until the process we work for closes its end."""
    children: dict[int, float] = {}  # until when each may last
    asked = True
    while asked or children:
        ready, _, _ = select.select([control] if asked else [], [], [], 1.0 if children else None)
        _bury(children)
        if ready:
            message, descriptors, _, _ = socket.recv_fds(control, 1, 2)
            asked = bool(message)
            if asked:
                _raise_child(children, descriptors)


def _raise_child(children: dict[int, float], descriptors: list[int]) -> None:
    try:
        child = os.fork()
        if child == 0:
            _work(*descriptors)
        children[child] = time.monotonic() + SECONDS
    except OSError:
        _say_busy(descriptors[-1])
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def _say_busy(talk: int) -> None:
    """There is no room for one process more: whoever asked hears it."""
    with contextlib.suppress(OSError):
        os.write(talk, b'{"refused": "busy"}\n')


def _bury(children: dict[int, float]) -> None:
    """Take note of those that have ended, and end those that have lasted too long."""
    for child, until in list(children.items()):
        if os.waitpid(child, os.WNOHANG)[0]:
            del children[child]
        elif time.monotonic() > until:
            os.kill(child, signal.SIGKILL)


def main() -> int:
    """Serve what comes on standard input, a socket."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process we work for, which ends us
    warm()
    with socket.socket(fileno=os.dup(0)) as control:
        serve(control)
    return 0


if __name__ == "__main__":
    sys.exit(main())
