"""What one account is subscribed to: begun, followed, told; against a server in the test's hands."""

from __future__ import annotations

import pytest

from softphone.domain.account import Account, Transport
from softphone.domain.dialog_info import LineState, line_state
from softphone.domain.events import AnyEvent, DialogInfoChanged, MessageSummaryChanged
from softphone.domain.uri import HostPort
from softphone.engine.reachability import Found
from softphone.engine.request_queue import RequestQueue
from softphone.engine.subscriptions import KEEP_ALIVE_S, AccountSubscriptions
from softphone.sip.message import SipRequest
from softphone.sip.transport import Flow
from tests.helpers.fake_notifier import SERVER, FakeNotifier

ACCOUNT = Account(user_id="1000", server=HostPort("pbx.example.jp"), display_name="山田")
FOUND = Found(address="127.0.0.1", port=5060, transport=Transport.UDP, local_address="127.0.0.1")
URI = "sip:1001@pbx.example.jp"
OTHER = "sip:1002@pbx.example.jp"


def document(state: str = "early", version: int = 1, kind: str = "full", dialog: str = "a") -> bytes:
    return (
        '<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" entity="sip:1001@pbx.example.jp" '
        f'version="{version}" state="{kind}"><dialog id="{dialog}" direction="recipient">'
        f"<state>{state}</state></dialog></dialog-info>"
    ).encode()


class Bench:
    """An account's subscriptions, not yet registered."""

    def __init__(self) -> None:
        self.notifier = FakeNotifier()
        self.events: list[AnyEvent] = []
        self.kept_alive: list[Flow] = []
        self.account = AccountSubscriptions(
            ACCOUNT,
            "secret",
            queue=RequestQueue(self.notifier.layer),
            scheduler=self.notifier.clock,
            emit=self.events.append,
            user_agent="softphone/test",
            keep_alive=lambda _, flow: self.kept_alive.append(flow),
        )

    def registered(self, found: Found = FOUND) -> None:
        self.account.registered(found, 5070)
        self.notifier.after(1)

    def asked(self, event: str = "dialog") -> list[SipRequest]:
        return self.notifier.asked_of(lambda request: request.headers.get("Event") == event)

    def notify(self, request: SipRequest, body: bytes = b"", state: str = "active;expires=1800") -> int:
        subscription = self.account.find(request.call_id)
        assert subscription is not None
        return subscription.take_notify(self.notifier.notify(request, state, body))[0]

    def keep(self, request: SipRequest, body: bytes = b"") -> None:
        self.notifier.answer(request, 200)
        self.notify(request, body)

    def states(self, uri: str = URI) -> list[LineState]:
        told = [event for event in self.events if isinstance(event, DialogInfoChanged)]
        return [line_state(event.info) for event in told if event.uri == uri]

    def summaries(self) -> list[int]:
        told = [event for event in self.events if isinstance(event, MessageSummaryChanged)]
        return [event.summary.new for event in told]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_nothing_is_asked_before_the_registration(bench: Bench) -> None:
    bench.account.watch(URI)
    bench.notifier.after(10)
    assert bench.notifier.asked == []
    assert bench.states() == [LineState.UNKNOWN]


def test_the_request_says_who_we_are(bench: Bench) -> None:
    bench.account.watch(URI)
    bench.registered()
    request = bench.asked()[0]
    assert request.uri == URI
    assert str(request.from_).startswith('"山田" <sip:1000@pbx.example.jp>;tag=')
    assert request.headers.get("Contact") == "<sip:1000@127.0.0.1:5070>"
    assert request.headers.get("User-Agent") == "softphone/test"
    assert str(request.top_via).startswith("SIP/2.0/UDP 127.0.0.1:5070;")


def test_a_line_rings_talks_and_is_idle(bench: Bench) -> None:
    bench.registered()
    bench.account.watch(URI)
    bench.notifier.after(1)
    request = bench.asked()[0]
    bench.keep(request)
    for state in ("early", "early", "confirmed", "terminated"):
        bench.notify(request, document(state))
    assert bench.states() == [LineState.IDLE, LineState.RINGING, LineState.TALKING, LineState.IDLE]


def test_watching_twice_asks_once_and_unwatching_unsubscribes(bench: Bench) -> None:
    bench.registered()
    bench.account.watch(URI)
    bench.account.watch(URI)
    bench.notifier.after(1)
    assert len(bench.asked()) == 1
    bench.keep(bench.asked()[0])
    bench.account.unwatch(URI)
    bench.account.unwatch(URI)
    bench.notifier.after(1)
    assert [request.headers.get("Expires") for request in bench.asked()] == ["1800", "0"]
    bench.notifier.answer(bench.asked()[1], 200)
    assert bench.account.is_ending
    assert bench.notify(bench.asked()[1], document("early"), "terminated;reason=timeout") == 200
    assert not bench.account.is_ending
    assert bench.states() == [LineState.IDLE]


def test_watching_again_tries_a_refused_one_once_more(bench: Bench) -> None:
    bench.registered()
    bench.account.watch(URI)
    bench.notifier.after(1)
    bench.notifier.answer(bench.asked()[0], 403)
    assert bench.events[-1] == DialogInfoChanged(account_key="main", uri=URI, info=None, status_code=403)
    bench.account.watch(URI)
    bench.notifier.after(1)
    assert len(bench.asked()) == 2


def test_what_cannot_be_read_is_unknown(bench: Bench) -> None:
    bench.account.watch(URI)
    bench.registered()
    bench.keep(bench.asked()[0], document("early"))
    assert bench.notify(bench.asked()[0], b"<dialog-info") == 200
    assert bench.states() == [LineState.UNKNOWN, LineState.RINGING, LineState.UNKNOWN]


def test_a_missed_version_asks_for_everything(bench: Bench) -> None:
    bench.account.watch(URI)
    bench.registered()
    request = bench.asked()[0]
    bench.keep(request, document("early", 1))
    bench.notifier.after(1)
    bench.notify(request, document("confirmed", 2, "partial"))
    bench.notify(request, document("terminated", 9, "partial"))
    bench.notifier.after(1)
    assert len(bench.asked()) == 2
    bench.keep(bench.asked()[1], document("terminated", 10))
    assert bench.states()[1:] == [LineState.RINGING, LineState.TALKING, LineState.IDLE]


def test_the_registration_is_followed(bench: Bench) -> None:
    bench.account.watch(URI)
    bench.registered()
    bench.keep(bench.asked()[0], document("early"))
    bench.account.unregistered()
    bench.notifier.after(600)
    assert len(bench.asked()) == 1
    assert bench.account.find(bench.asked()[0].call_id) is None
    bench.registered()
    bench.keep(bench.asked()[1], document("confirmed"))
    assert bench.states() == [LineState.UNKNOWN, LineState.RINGING, LineState.UNKNOWN, LineState.TALKING]


def test_what_was_still_to_be_unsubscribed_goes_with_the_registration(bench: Bench) -> None:
    uris = [f"sip:{user}@pbx.example.jp" for user in range(1001, 1011)]
    for uri in uris:
        bench.account.watch(uri)
    bench.registered()
    for request in bench.asked():
        bench.keep(request)
    for uri in uris:
        bench.account.unwatch(uri)
    bench.account.unregistered()
    sent = len(bench.notifier.asked)
    bench.notifier.after(100)
    assert len(bench.notifier.asked) == sent
    assert not bench.account.is_ending


def test_another_address_of_ours_begins_everything_anew(bench: Bench) -> None:
    bench.account.watch(URI)
    bench.registered()
    bench.keep(bench.asked()[0], document("early"))
    moved = Found(address="127.0.0.1", port=5060, transport=Transport.UDP, local_address="127.0.0.9")
    bench.registered(moved)
    assert bench.asked()[1].headers.get("Contact") == "<sip:1000@127.0.0.9:5070>"
    assert bench.asked()[1].call_id != bench.asked()[0].call_id
    assert bench.states() == [LineState.UNKNOWN, LineState.RINGING]


def test_a_renewed_registration_finds_a_server_that_forgot_everything(bench: Bench) -> None:
    for uri in (URI, OTHER):
        bench.account.watch(uri)
    bench.registered()
    bench.keep(bench.asked("message-summary")[0])
    for request in bench.asked():
        bench.keep(request)
    bench.notifier.after(100)
    bench.registered()
    assert len(bench.asked()) == 2
    bench.notifier.answer(bench.asked("message-summary")[1], 481)
    bench.notifier.after(1)
    refreshes = bench.asked()[2:]
    assert len(refreshes) == 2
    for request in refreshes:
        bench.notifier.answer(request, 481)
    bench.notifier.after(1)
    begun_anew = bench.asked()[4:]
    assert [request.to.tag for request in begun_anew] == ["", ""]
    assert len(bench.asked("message-summary")) == 3


def test_one_answer_after_silence_brings_all_back(bench: Bench) -> None:
    uris = [f"sip:{user}@pbx.example.jp" for user in range(1001, 1011)]
    for uri in uris:
        bench.account.watch(uri)
    bench.registered()
    bench.notifier.after(109)  # the third time 32 s passed without an answer: all wait
    assert all(bench.states(uri) == [LineState.UNKNOWN] for uri in uris)
    asked = len(bench.notifier.asked)
    while len(bench.notifier.asked) == asked:
        bench.notifier.after(0.01)
    bench.notifier.answer(bench.notifier.asked[-1], 200)
    bench.notifier.after(0.3)
    assert len(bench.notifier.asked) == asked + len(uris) + 1


def test_a_lost_connection_is_made_again(bench: Bench) -> None:
    bench.account.watch(URI)
    tcp = Found(address="127.0.0.1", port=5060, transport=Transport.TCP, local_address="127.0.0.1")
    bench.registered(tcp)
    bench.keep(bench.asked()[0])
    bench.account.flow_lost(Flow("tcp", "127.0.0.1", 5999))
    bench.notifier.after(1)
    assert len(bench.asked()) == 1
    bench.account.flow_lost(Flow("tcp", "127.0.0.1", 5060))
    bench.notifier.after(1)
    assert len(bench.asked()) == 2


def test_waiting_messages_are_told_where_they_change(bench: Bench) -> None:
    bench.registered()
    request = bench.asked("message-summary")[0]
    assert request.uri == ACCOUNT.aor
    bench.keep(request)
    for count in (0, 3, 3, 0):
        bench.notify(request, f"Messages-Waiting: yes\r\nVoice-Message: {count}/0\r\n".encode())
    bench.account.take_summary(b"Messages-Waiting: yes\r\nVoice-Message: 7/0\r\n")
    bench.account.take_summary(b"nonsense")
    assert bench.summaries() == [0, 3, 0, 7]


@pytest.mark.parametrize("status_code", [403, 404, 405, 489, 501])
def test_a_server_without_voice_messages_is_left_alone(bench: Bench, status_code: int) -> None:
    bench.registered()
    bench.notifier.answer(bench.asked("message-summary")[0], status_code)
    bench.notifier.after(8000)
    bench.registered()
    assert len(bench.asked("message-summary")) == 1
    assert bench.events == []


def test_the_binding_of_an_address_translator_is_kept_alive(bench: Bench) -> None:
    bench.registered()
    bench.keep(bench.asked("message-summary")[0])
    bench.notifier.after(4 * KEEP_ALIVE_S)
    assert bench.kept_alive == [SERVER] * 4
    bench.account.unregistered()
    bench.notifier.after(4 * KEEP_ALIVE_S)
    assert len(bench.kept_alive) == 4


def test_stopping_unsubscribes_everything(bench: Bench) -> None:
    for uri in (URI, OTHER):
        bench.account.watch(uri)
    bench.registered()
    for request in tuple(bench.notifier.asked):
        bench.keep(request)
    bench.account.stop()
    bench.notifier.after(1)
    last = bench.notifier.asked[-3:]
    assert [request.headers.get("Expires") for request in last] == ["0"] * 3
    assert len({request.call_id for request in last}) == 3
