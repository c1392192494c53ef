"""Pages that are read are made a few at a time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest
from django.http import HttpRequest, HttpResponse

from smartsenegal.web import middleware


class Kitchen:
    """Pages that are made until told; how many were at once."""

    def __init__(self) -> None:
        self.done, self.lock, self.now, self.most = Event(), Lock(), 0, 0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.done.wait(20)
        with self.lock:
            self.now -= 1
        return HttpResponse(request.method)


def asked(method: str) -> HttpRequest:
    request = HttpRequest()
    request.method = method
    return request


def at_once(methods: list[str], wanted: int, failing: int = 0) -> int:
    """How many of these requests were being made together at most, once `wanted` of them are, after some that
    failed."""
    kitchen = Kitchen()

    def handler(request: HttpRequest) -> HttpResponse:
        if request.method == "GET" and hasattr(request, "fails"):
            raise ValueError(request.method)
        return kitchen(request)

    answer = middleware.few_at_once(handler)
    for _ in range(failing):
        wrong = asked("GET")
        wrong.fails = True
        with pytest.raises(ValueError, match="GET"):
            answer(wrong)
    with ThreadPoolExecutor(len(methods)) as pool:
        answers = [pool.submit(answer, asked(method)) for method in methods]
        for _ in range(2_000):
            if kitchen.now >= wanted:
                break
            Event().wait(0.005)
        reached = kitchen.now
        kitchen.done.set()
        assert reached >= wanted
        assert [each.result().content.decode() for each in answers] == methods
    assert kitchen.now == 0
    return kitchen.most


def test_pages_that_are_read_are_made_a_few_at_a_time(monkeypatch) -> None:
    monkeypatch.setattr(middleware, "PATIENCE", 20)
    assert at_once(["GET"] * 10, middleware.AT_ONCE) == middleware.AT_ONCE


def test_what_is_sent_waits_for_nobody(monkeypatch) -> None:
    monkeypatch.setattr(middleware, "PATIENCE", 20)
    many = ["GET"] * 6 + ["POST"] * 5
    assert at_once(many, middleware.AT_ONCE + 5) == middleware.AT_ONCE + 5


def test_a_page_that_takes_long_keeps_the_others_a_moment_only(monkeypatch) -> None:
    monkeypatch.setattr(middleware, "PATIENCE", 0.01)
    assert at_once(["GET"] * 8, 8) == 8


def test_a_page_that_fails_leaves_its_turn(monkeypatch) -> None:
    monkeypatch.setattr(middleware, "PATIENCE", 20)
    assert at_once(["GET"] * 6, middleware.AT_ONCE, failing=middleware.AT_ONCE) == middleware.AT_ONCE
