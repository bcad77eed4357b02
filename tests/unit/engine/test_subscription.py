"""One subscription on a clock that is turned by hand: kept, lost, refused, begun again (RFC 6665 §4.1)."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from softphone.domain.uri import HostPort
from softphone.engine.request_queue import QueuedRequest, RequestQueue
from softphone.engine.subscription import DIALOG, Subscription
from softphone.sip.authorization import Credentials
from softphone.sip.client import Hop, OnFinal
from softphone.sip.dialog import ClientDialog
from softphone.sip.header import NameAddr
from softphone.sip.message import SipRequest
from softphone.sip.transaction import Scheduler
from tests.helpers.fake_notifier import SERVER, FakeNotifier

ACTIVE = "active;expires=1800"


class Bench:
    """A subscription, its notifier, and what was told. It is its own ``Sender``."""

    def __init__(self, expires_s: int | None = None) -> None:
        self.notifier = FakeNotifier()
        self.told: list[bytes | int] = []
        self.forgotten_count = 0
        self.answered_count = 0
        self.unanswered_count = 0
        self._queue = RequestQueue(self.notifier.layer)
        self._hop = Hop(SERVER, HostPort("127.0.0.1", 5070))
        self.subscription = Subscription(
            "sip:1001@pbx",
            DIALOG,
            sender=self,
            on_state=self.told.append,
            on_unknown=self.told.append,
            expires_s=expires_s,
            uniform=lambda low, high: (low + high) / 2,
        )
        self.subscription.start()

    @property
    def scheduler(self) -> Scheduler:
        return self.notifier.clock

    def new_dialog(self, uri: str) -> ClientDialog:
        return ClientDialog(NameAddr("sip:1000@pbx"), uri)

    def contact_uri(self) -> str:
        return self._hop.contact_uri("1000")

    def send(self, build: Callable[[], SipRequest], on_final: OnFinal) -> QueuedRequest:
        return self._queue.send(self._hop, Credentials("1000", "pw"), build, on_final)

    def answered(self) -> None:
        self.answered_count += 1

    def unanswered(self) -> None:
        self.unanswered_count += 1

    def forgotten(self) -> None:
        self.forgotten_count += 1

    # -- what a test says --------------------------------------------------------------------------

    @property
    def asked(self) -> list[SipRequest]:
        return self.notifier.asked

    def answer(self, status_code: int, **headers: object) -> None:
        self.notifier.answer(self.asked[-1], status_code, **headers)

    def notify(self, state: str = ACTIVE, body: bytes = b"", **options: object) -> int:
        request = self.notifier.notify(self.asked[-1], state, body, **options)  # type: ignore[arg-type]
        return self.subscription.take_notify(request)[0]

    def after(self, seconds: float) -> None:
        self.notifier.after(seconds)

    def kept(self) -> None:
        self.answer(200)
        assert self.notify(body=b"first") == 200
        self.after(60)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_good_subscription_is_refreshed_inside_its_dialog(bench: Bench) -> None:
    bench.answer(202)
    assert bench.notify(body=b"state") == 200
    assert bench.told == [b"state"]
    assert bench.subscription.is_kept
    bench.after(1300)
    assert len(bench.asked) == 1
    bench.after(200)
    first, refresh = bench.asked
    assert (first.headers.get("Event"), first.headers.get("Expires")) == ("dialog", "1800")
    assert first.headers.get("Accept") == "application/dialog-info+xml"
    assert (refresh.call_id, refresh.to.tag, refresh.uri) == (
        first.call_id,
        "notifier",
        "sip:notifier@127.0.0.1",
    )


def test_a_shorter_grant_is_refreshed_sooner(bench: Bench) -> None:
    bench.answer(200, Expires=60)
    bench.notify("active;expires=60", b"state")
    bench.after(55)
    assert len(bench.asked) == 2
    bench.answer(200, Expires=600)
    bench.after(300)
    assert len(bench.asked) == 2


def test_a_notify_before_the_response_counts(bench: Bench) -> None:
    assert bench.notify(body=b"early") == 200
    bench.answer(200)
    assert bench.told == [b"early"]


def test_an_active_subscription_without_a_body_is_told(bench: Bench) -> None:
    bench.answer(200)
    bench.notify("pending")
    assert bench.told == []
    bench.notify("active")
    assert bench.told == [b""]


@pytest.mark.parametrize(
    ("options", "status_code"),
    [
        ({"tag": "stranger"}, 481),
        ({"event": "presence"}, 489),
        ({"content_type": "application/pidf+xml"}, 415),
        ({"sequence": 1}, 500),
    ],
)
def test_a_wrong_notify_is_refused_and_changes_nothing(
    bench: Bench, options: dict[str, object], status_code: int
) -> None:
    bench.answer(200)
    bench.notify(body=b"state", sequence=5)
    assert bench.notify(body=b"wrong", **options) == status_code
    assert bench.told == [b"state"]


def test_without_a_first_notify_nothing_is_known(bench: Bench) -> None:
    bench.answer(200)
    bench.after(33)
    assert bench.told == [0]
    bench.after(5)
    assert len(bench.asked) == 2


def test_a_refresh_that_grants_nothing_does_not_end_in_silence(bench: Bench) -> None:
    bench.kept()
    bench.subscription.refresh()
    bench.answer(200, Expires=0)
    bench.after(40)
    assert bench.told == [b"first", 0]
    assert len(bench.asked) == 3


def test_min_expires_is_kept_to(bench: Bench) -> None:
    bench.answer(423, Min_Expires=3000)
    bench.after(1)
    assert [request.headers.get("Expires") for request in bench.asked] == ["1800", "3000"]
    bench.answer(423, Min_Expires="never")
    bench.after(600)
    assert len(bench.asked) == 2
    assert bench.told == [423]


@pytest.mark.parametrize("status_code", [403, 404, 405, 489, 501, 603])
def test_a_refusal_is_told_and_final(bench: Bench, status_code: int) -> None:
    bench.answer(status_code)
    bench.after(4000)
    assert bench.told == [status_code]
    assert bench.subscription.is_over
    assert len(bench.asked) == 1
    bench.subscription.start()
    bench.after(1)
    assert len(bench.asked) == 2


def test_silence_is_told_and_asked_again_more_and_more_seldom(bench: Bench) -> None:
    times = []
    for _ in range(7):
        count = len(bench.asked)
        while len(bench.asked) == count:
            bench.after(1)
        times.append(bench.notifier.clock.now_s)
    waits = [later - earlier - 32 for earlier, later in itertools.pairwise(times)]
    assert waits[-1] <= 61
    assert waits[0] < waits[-1]
    assert set(bench.told) == {0}
    assert bench.unanswered_count == 7


def test_a_server_out_of_order_is_asked_when_it_says(bench: Bench) -> None:
    bench.answer(503, Retry_After="120 (later)")
    assert bench.told == [503]
    bench.after(119)
    assert len(bench.asked) == 1
    bench.after(3)
    assert len(bench.asked) == 2
    assert bench.unanswered_count == 0


def test_a_forgotten_subscription_begins_anew_without_a_gap(bench: Bench) -> None:
    bench.kept()
    bench.subscription.refresh()
    bench.answer(481)
    bench.after(1)
    assert bench.forgotten_count == 1
    assert len({request.call_id for request in bench.asked}) == 2
    assert bench.told == [b"first"]


@pytest.mark.parametrize("reason", ["deactivated", "timeout"])
def test_an_end_that_invites_another_begins_at_once(bench: Bench, reason: str) -> None:
    bench.kept()
    assert bench.notify(f"terminated;reason={reason}") == 200
    bench.after(1)
    assert len(bench.asked) == 2
    bench.answer(200)
    bench.notify(f"terminated;reason={reason}")
    bench.after(1)
    assert len(bench.asked) == 2, "a server that ends it again at once is not asked at once"
    assert bench.told == [b"first", 0]


def test_giving_up_waits_for_retry_after(bench: Bench) -> None:
    bench.kept()
    bench.notify("terminated;reason=giveup;retry-after=90")
    assert bench.told == [b"first", 0]
    bench.after(89)
    assert len(bench.asked) == 1
    bench.after(3)
    assert len(bench.asked) == 2


@pytest.mark.parametrize(("reason", "told"), [("rejected", [403]), ("noresource", [404]), ("invariant", [])])
def test_an_end_for_good(bench: Bench, reason: str, told: list[int]) -> None:
    bench.kept()
    bench.notify(f"terminated;reason={reason}")
    bench.after(4000)
    assert bench.told == [b"first", *told]
    assert len(bench.asked) == 1


def test_stopping_unsubscribes_and_answers_the_last_notify(bench: Bench) -> None:
    bench.kept()
    bench.subscription.stop()
    assert bench.asked[-1].headers.get("Expires") == "0"
    bench.answer(200)
    assert bench.notify("terminated;reason=timeout", b"last") == 200
    assert bench.notify("terminated;reason=timeout") == 481
    bench.after(4000)
    assert bench.told == [b"first"]
    assert len(bench.asked) == 2


def test_stopping_a_silent_one_leaves_nothing(bench: Bench) -> None:
    bench.subscription.stop()
    bench.after(4000)
    assert (bench.told, bench.subscription.call_id, len(bench.asked)) == ([], "", 1)


def test_a_fetch_asks_once(bench: Bench) -> None:
    fetch = Bench(expires_s=0)
    assert fetch.asked[0].headers.get("Expires") == "0"
    fetch.answer(200)
    assert fetch.notify("terminated;reason=timeout", b"state") == 200
    fetch.after(4000)
    assert fetch.told == [b"state"]
    assert fetch.subscription.is_over
    assert len(fetch.asked) == 1


def test_missed_versions_ask_for_everything_but_not_in_a_loop(bench: Bench) -> None:
    bench.kept()
    for _ in range(5):
        bench.subscription.ask_again()
        bench.after(0.1)
        bench.answer(200)
    assert len(bench.asked) == 2
    bench.after(5)
    bench.subscription.ask_again()
    bench.after(0.1)
    assert len(bench.asked) == 3
