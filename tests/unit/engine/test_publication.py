"""Our own presence at a server in the test's hands (RFC 3903)."""

from __future__ import annotations

import pytest

from softphone.domain.events import PresencePublished
from softphone.domain.presence import DO_NOT_DISTURB, Presence
from softphone.domain.presence_xml import parse_presence
from softphone.sip.message import SipRequest
from tests.unit.engine.test_subscriptions import ACCOUNT, Bench

MEETING = Presence(is_open=True, activities=("meeting",))


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.registered()
    return bench


def published(bench: Bench) -> list[SipRequest]:
    return bench.notifier.asked_of(lambda request: request.method == "PUBLISH")


def publish(bench: Bench, presence: Presence | None, seconds: float = 1) -> SipRequest:
    bench.account.publication.publish(presence)
    bench.notifier.after(seconds)
    return published(bench)[-1]


def test_it_is_published_refreshed_changed_and_taken_back(bench: Bench) -> None:
    first = publish(bench, DO_NOT_DISTURB)
    assert (first.uri, first.headers.get("Event")) == (ACCOUNT.aor, "presence")
    assert first.headers.get("Content-Type") == "application/pidf+xml"
    assert first.headers.get("SIP-If-Match") == ""
    assert parse_presence(first.body) == DO_NOT_DISTURB
    bench.notifier.answer(first, 200, SIP_ETag="one", Expires=100)

    bench.notifier.after(91)
    refresh = published(bench)[-1]
    assert (refresh.body, refresh.headers.get("SIP-If-Match")) == (b"", "one")
    bench.notifier.answer(refresh, 200, SIP_ETag="two", Expires=100)

    changed = publish(bench, MEETING)
    assert (parse_presence(changed.body), changed.headers.get("SIP-If-Match")) == (MEETING, "two")
    bench.notifier.answer(changed, 200, SIP_ETag="three", Expires=100)

    removal = publish(bench, None)
    assert (removal.headers.get("Expires"), removal.headers.get("SIP-If-Match")) == ("0", "three")
    bench.notifier.answer(removal, 200, SIP_ETag="four", Expires=0)
    bench.notifier.after(1000)
    assert len(published(bench)) == 4


def test_nothing_is_sent_where_there_is_nothing_to_say(bench: Bench) -> None:
    bench.account.publication.publish(None)
    bench.account.stop()
    bench.notifier.after(100)
    assert published(bench) == []


def test_the_last_word_counts_while_an_answer_is_awaited(bench: Bench) -> None:
    first = publish(bench, DO_NOT_DISTURB)
    bench.account.publication.publish(MEETING)
    bench.account.publication.publish(None)
    bench.notifier.answer(first, 200, SIP_ETag="one", Expires=100)
    bench.notifier.after(1)
    assert [request.headers.get("Expires") for request in published(bench)] == ["600", "0"]


def test_a_server_that_forgot_it_is_told_again(bench: Bench) -> None:
    bench.notifier.answer(publish(bench, DO_NOT_DISTURB), 200, SIP_ETag="one", Expires=100)
    bench.notifier.after(91)
    bench.notifier.answer(published(bench)[-1], 412)
    bench.notifier.after(1)
    anew = published(bench)[-1]
    assert (parse_presence(anew.body), anew.headers.get("SIP-If-Match")) == (DO_NOT_DISTURB, "")


def test_a_server_that_lost_a_subscription_is_asked_whether_it_has_this(bench: Bench) -> None:
    bench.keep(bench.asked("message-summary")[0])
    bench.notifier.answer(publish(bench, DO_NOT_DISTURB), 200, SIP_ETag="one", Expires=1800)
    bench.notifier.after(100)
    bench.registered()
    bench.notifier.answer(bench.asked("message-summary")[1], 481)
    bench.notifier.after(1)
    assert len(published(bench)) == 2


def test_as_long_as_the_server_wants(bench: Bench) -> None:
    bench.notifier.answer(publish(bench, DO_NOT_DISTURB), 423, Min_Expires=3600)
    bench.notifier.after(1)
    assert published(bench)[-1].headers.get("Expires") == "3600"
    assert published(bench)[-1].body


@pytest.mark.parametrize("status_code", [403, 404, 405, 423, 489, 501])
def test_a_server_that_wants_none_is_asked_once(bench: Bench, status_code: int) -> None:
    bench.notifier.answer(publish(bench, DO_NOT_DISTURB), status_code)
    publish(bench, MEETING, 4000)
    publish(bench, None)
    assert len(published(bench)) == 1
    bench.account.unregistered()
    bench.account.publication.publish(DO_NOT_DISTURB)
    bench.registered()
    assert len(published(bench)) == 2


def test_silence_is_met_with_patience(bench: Bench) -> None:
    publish(bench, DO_NOT_DISTURB, 600)
    assert 3 <= len(published(bench)) <= 10


def test_it_goes_with_the_account(bench: Bench) -> None:
    bench.notifier.answer(publish(bench, DO_NOT_DISTURB), 200, SIP_ETag="one", Expires=1800)
    bench.account.stop()
    bench.notifier.after(1)
    last = published(bench)[-1]
    assert (last.headers.get("Expires"), last.headers.get("SIP-If-Match")) == ("0", "one")


def test_what_stands_there_is_taken_over_by_the_next_registration_and_engine(bench: Bench) -> None:
    bench.notifier.answer(publish(bench, DO_NOT_DISTURB), 200, SIP_ETag="one", Expires=600)
    assert bench.events[-1] == PresencePublished(account_key="main", etag="one")
    bench.account.unregistered()
    bench.registered()
    assert published(bench)[-1].headers.get("SIP-If-Match") == "one"

    other = Bench()
    other.registered()
    other.account.publication.publish(MEETING, "one")
    other.notifier.after(1)
    taken_over = published(other)[-1]
    assert (parse_presence(taken_over.body), taken_over.headers.get("SIP-If-Match")) == (MEETING, "one")
    other.notifier.answer(taken_over, 412)
    other.notifier.after(1)
    assert published(other)[-1].headers.get("SIP-If-Match") == ""
