"""Live pages by Server-Sent Events: one LISTEN a process, whatever the number of pages."""

import asyncio
import signal
from collections import defaultdict
from collections.abc import AsyncIterator
from types import FrameType

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from smartsenegal.kernel.events.actions import LIVE_CHANNEL
from smartsenegal.kernel.events.registry import may_follow, still_follows

KEEP_ALIVE_SECONDS = 20
TOPICS_AT_MOST = 10
_END = ""


class Switchboard:
    """Hands each notification of the database to the pages that follow its topic."""

    def __init__(self) -> None:
        self.followers: dict[str, set[asyncio.Queue[str]]] = defaultdict(set)
        self.task: asyncio.Task[None] | None = None

    def follow(self, topics: list[str]) -> asyncio.Queue[str]:
        """A queue that gets each of these topics as it changes, and "" when the process is to stop."""
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=100)
        for topic in topics:
            self.followers[topic].add(queue)
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._listen())
            self._end_with_process()
        return queue

    def _end_with_process(self) -> None:
        """Streams have no end of their own: without this a stop would wait for every open page."""
        if settings.PROCESS != "web":
            return
        loop = asyncio.get_running_loop()

        def stop(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.close)

        # The server's own handler hangs on the loop's wake-up; the one of Python is free.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)

    def close(self) -> None:
        """End every stream; the pages come back by themselves once there is a server again."""
        for queue in {queue for queues in self.followers.values() for queue in queues}:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(_END)

    def leave(self, topics: list[str], queue: asyncio.Queue[str]) -> None:
        for topic in topics:
            self.followers[topic].discard(queue)
            if not self.followers[topic]:
                del self.followers[topic]

    async def _listen(self) -> None:
        away = False
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(_dsn(), autocommit=True) as connection:
                    await connection.execute(f"LISTEN {LIVE_CHANNEL}")
                    if away:  # what changed meanwhile was told to nobody
                        self._hand_out_all()
                    async for notice in connection.notifies():
                        self._hand_out(notice.payload)
            except psycopg.Error:
                away = True
                await asyncio.sleep(1)  # the database is away: the pages stay open

    def _hand_out_all(self) -> None:
        for topic in list(self.followers):
            self._hand_out(topic)

    def _hand_out(self, topic: str) -> None:
        for queue in self.followers.get(topic, ()):
            if not queue.full():  # a page that no longer reads reloads when it wakes
                queue.put_nowait(topic)


switchboard = Switchboard()


def _dsn() -> str:
    database = settings.DATABASES["default"]
    return psycopg.conninfo.make_conninfo(
        host=database["HOST"],
        port=database["PORT"] or 5432,
        user=database["USER"],
        password=database["PASSWORD"],
        dbname=database["NAME"],
    )


async def stream(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """GET /direct/?topic=queue:12&topic=case:… : an event named "change" whose data is the topic."""
    topics = request.GET.getlist("topic")[:TOPICS_AT_MOST]
    if not topics or not await sync_to_async(_allowed)(request, topics):
        return HttpResponse("Ce suivi en direct n’est pas ouvert à votre compte.", status=403)
    response = StreamingHttpResponse(_events(request, topics), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    response["Content-Encoding"] = "identity"  # compressed, a stream would wait for its buffer to fill
    return response


def _allowed(request: HttpRequest, topics: list[str]) -> bool:
    principal = request.principal  # type: ignore[attr-defined]
    return all(may_follow(principal, topic) for topic in topics)


async def _events(request: HttpRequest, topics: list[str]) -> AsyncIterator[str]:
    """The events, until the process stops, or the reader has signed out or lost the right to them."""
    queue = switchboard.follow(topics)
    clock = asyncio.get_running_loop().time
    asked_at = clock()
    try:
        yield "retry: 3000\n\n"
        while True:
            try:
                topic = await asyncio.wait_for(queue.get(), KEEP_ALIVE_SECONDS)
                line = f"event: change\ndata: {topic}\n\n"
            except TimeoutError:
                topic, line = None, ": \n\n"
            if topic == _END:
                return
            if clock() - asked_at >= KEEP_ALIVE_SECONDS:
                if not await sync_to_async(still_follows)(request, topics):
                    return
                asked_at = clock()
            yield line
    finally:
        switchboard.leave(topics, queue)
