"""Requests in line: how many a second, how many unanswered."""

from __future__ import annotations

from softphone.domain.uri import HostPort
from softphone.engine.request_queue import PER_SECOND, UNANSWERED_AT_ONCE, QueuedRequest, RequestQueue
from softphone.sip.authorization import Credentials
from softphone.sip.client import Hop
from softphone.sip.dialog import ClientDialog
from softphone.sip.header import NameAddr
from tests.helpers.fake_notifier import SERVER, FakeNotifier


class Bench:
    """A queue, its server, and what was answered."""

    def __init__(self) -> None:
        self.notifier = FakeNotifier()
        self.queue = RequestQueue(self.notifier.layer)
        self.heard: list[int] = []

    def send(self) -> QueuedRequest:
        hop = Hop(SERVER, HostPort("127.0.0.1", 5070))
        dialog = ClientDialog(NameAddr("sip:1000@pbx"), "sip:1001@pbx")
        return self.queue.send(
            hop,
            Credentials("1000", "pw"),
            lambda: dialog.request("SUBSCRIBE", contact="sip:us"),
            lambda status_code, _: self.heard.append(status_code),
        )

    def answer_all(self) -> None:
        for request in tuple(self.notifier.asked):
            self.notifier.answer(request, 200)


def test_the_first_goes_at_once_and_the_rest_fifty_a_second() -> None:
    bench = Bench()
    for _ in range(256):
        bench.send()
    assert len(bench.notifier.asked) == 1
    for step in range(1, 10):
        bench.notifier.clock.advance(0.1 * step)
        assert len(bench.notifier.asked) <= 0.1 * step * PER_SECOND + 1
        bench.answer_all()
    bench.notifier.clock.advance(1.0)
    assert len(bench.notifier.asked) > 0.8 * PER_SECOND


def test_a_silent_server_is_not_drowned() -> None:
    bench = Bench()
    for _ in range(100):
        bench.send()
    bench.notifier.clock.advance(20)
    assert len(bench.notifier.asked) == UNANSWERED_AT_ONCE
    bench.answer_all()
    bench.notifier.clock.advance(25)
    assert len(bench.notifier.asked) == 2 * UNANSWERED_AT_ONCE


def test_cancelled_ones_make_room_and_tell_nothing() -> None:
    bench = Bench()
    queued = [bench.send() for _ in range(100)]
    bench.notifier.clock.advance(1)
    for each in queued:
        each.cancel()
        each.cancel()
    assert bench.queue.is_empty
    bench.notifier.clock.advance(40)
    bench.answer_all()
    assert bench.heard == []
    sent = len(bench.notifier.asked)
    bench.send()
    assert len(bench.notifier.asked) == sent + 1


def test_in_a_hurry_it_is_five_times_as_fast() -> None:
    bench = Bench()
    bench.queue.hurry()
    for _ in range(256):
        bench.send()
    for step in range(1, 120):
        bench.notifier.clock.advance(0.01 * step)
        bench.answer_all()
    assert bench.heard == [200] * 256
    assert bench.queue.is_empty
