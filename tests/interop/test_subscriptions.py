"""Watched extensions and waiting messages: the engine at Kamailio's presence server and at our registrar."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from softphone.domain.account import Transport
from softphone.domain.commands import Answer, Hangup, MakeCall, Register, SetHold, Unwatch, Watch
from softphone.domain.dialog_info import LineState, line_state
from softphone.domain.errors import FailureCause
from softphone.domain.events import (
    CallCreated,
    CommandFailed,
    DialogInfoChanged,
    MediaChanged,
    MessageSummaryChanged,
)
from softphone.domain.media import MediaDirection
from softphone.domain.uri import parse_sip_uri
from tests.helpers.each_pbx import Server, each_pbx
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.kamailio import Kamailio
from tests.helpers.phone_process import RegistrarProcess
from tests.helpers.raw_sip_agent import RawSipAgent
from tests.helpers.sip_peer import SipPeer
from tests.helpers.waiting import wait_for

WATCHED = 256
LONG_S = 30.0
SEEN_S = 2.0  # in fact some milliseconds; the machine may be busy


server = each_pbx("dialog-info")


@pytest.fixture
def phone_at(tmp_path: Path, stack: ExitStack) -> Callable[..., EngineDriver]:
    """Start a registered engine: ``phone_at(pbx, "1000")``."""

    def start(server: Server, user_id: str, transport: Transport = Transport.UDP) -> EngineDriver:
        engine = stack.enter_context(EngineDriver(tmp_path, user_id))
        engine.configure()
        engine.set_account(user_id, server.port, f"pw{user_id}", transport)
        engine.registration("registered")
        return engine

    return start


@pytest.fixture
def publisher(pbx: Kamailio) -> Iterator[RawSipAgent]:
    """Says what a voicemail box or an extension would."""
    with RawSipAgent("1900", pbx.port) as agent:
        yield agent


def publish(agent: RawSipAgent, user_id: str, event: str, content_type: str, body: str) -> None:
    headers = (f"Event: {event}", "Expires: 300")
    text = agent.request("PUBLISH", agent.uri(user_id), headers=headers, body=body)
    sent = agent.send(text.replace("application/sdp", content_type))
    assert agent.wait_final(sent).status_code == 200


def publish_dialog(agent: RawSipAgent, user_id: str, state: str) -> None:
    body = (
        '<?xml version="1.0"?>'
        '<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="0" state="full" '
        f'entity="sip:{user_id}@127.0.0.1"><dialog id="d-{user_id}" call-id="c-{user_id}" local-tag="l" '
        f'remote-tag="r" direction="recipient"><state>{state}</state></dialog></dialog-info>\r\n'
    )
    publish(agent, user_id, "dialog", "application/dialog-info+xml", body)


def publish_summary(agent: RawSipAgent, user_id: str, voice: str) -> None:
    body = f"Messages-Waiting: yes\r\nMessage-Account: sip:*97@127.0.0.1\r\nVoice-Message: {voice}\r\n"
    publish(agent, user_id, "message-summary", "application/simple-message-summary", body)


def uri_of(server: Server, user_id: str) -> str:
    return f"sip:{user_id}@{server.server}"


def watch(engine: EngineDriver, server: Server, user_id: str) -> int:
    return engine.send(Watch(account_key="main", uri=uri_of(server, user_id)))


def seen(
    engine: EngineDriver,
    server: Server,
    user_id: str,
    state: LineState,
    since: int = 0,
    timeout_s: float = 10.0,
) -> DialogInfoChanged:
    """The first news of an extension that shows ``state``."""
    uri = uri_of(server, user_id)
    return engine.wait(
        DialogInfoChanged,
        lambda event: event.uri == uri and line_state(event.info) is state,
        since=since,
        timeout_s=timeout_s,
    )


@pytest.mark.parametrize("transport", list(Transport))
def test_an_extension_rings_talks_and_is_idle_again(
    server: Server,
    phone_at: Callable[..., EngineDriver],
    transport: Transport,
) -> None:
    caller, callee = phone_at(server, "1002"), phone_at(server, "1001")
    watcher = phone_at(server, "1000", transport)
    watch(watcher, server, "1001")
    seen(watcher, server, "1001", LineState.IDLE)

    caller.send(MakeCall(key="out", account_key="main", uri=uri_of(server, "1001")))
    key = callee.wait(CallCreated).key
    began_s = time.monotonic()
    ringing = seen(watcher, server, "1001", LineState.RINGING)
    assert time.monotonic() - began_s < SEEN_S
    assert ringing.info is not None
    dialog = ringing.info.dialogs[0]
    assert all((dialog.sip_call_id, dialog.local_tag, dialog.remote_tag)), "what Replaces needs"
    assert dialog.remote is not None
    assert dialog.remote.number == "1002"

    callee.send(Answer(key=key))
    seen(watcher, server, "1001", LineState.TALKING)
    mark = len(watcher.events)
    caller.send(Hangup(key="out"))
    seen(watcher, server, "1001", LineState.IDLE, since=mark)


def test_a_held_call_is_seen_as_held(
    registrar: RegistrarProcess, phone_at: Callable[..., EngineDriver]
) -> None:
    caller, callee, watcher = (phone_at(registrar, user) for user in ("1002", "1001", "1000"))
    watch(watcher, registrar, "1001")
    caller.send(MakeCall(key="out", account_key="main", uri=uri_of(registrar, "1001")))
    key = callee.wait(CallCreated).key
    callee.send(Answer(key=key))
    seen(watcher, registrar, "1001", LineState.TALKING)
    callee.wait(MediaChanged)
    mark = len(watcher.events)
    callee.send(SetHold(key=key, held=True))
    seen(watcher, registrar, "1001", LineState.HELD, since=mark)
    callee.wait(MediaChanged, lambda event: event.local_media is MediaDirection.SENDONLY)
    mark = len(watcher.events)
    callee.send(SetHold(key=key, held=False))
    seen(watcher, registrar, "1001", LineState.TALKING, since=mark)


def test_waiting_messages_are_told_by_subscription_and_unasked(
    pbx: Kamailio, phone_at: Callable[..., EngineDriver], publisher: RawSipAgent
) -> None:
    engine = phone_at(pbx, "1000")
    publish_summary(publisher, "1000", "3/5 (1/0)")
    told = engine.wait(MessageSummaryChanged, lambda event: event.summary.new == 3)
    summary = told.summary
    assert (summary.waiting, summary.old, summary.new_urgent) == (True, 5, 1)
    assert summary.account_uri == "sip:*97@127.0.0.1"

    body = "Messages-Waiting: no\r\nVoice-Message: 0/8\r\n"
    headers = ("Event: message-summary", "Subscription-State: terminated")
    text = publisher.request("NOTIFY", publisher.uri("1000"), headers=headers, body=body)
    publisher.send(text.replace("application/sdp", "application/simple-message-summary"))
    engine.wait(MessageSummaryChanged, lambda event: event.summary.old == 8)


def test_only_the_server_may_say_that_messages_wait(tmp_path: Path) -> None:
    """Message-Account is a number the phone will dial."""
    headers = ("Event: message-summary", "Subscription-State: active")
    with SipPeer() as peer, EngineDriver(tmp_path, "engine") as engine:
        engine.configure()
        engine.set_account("1000", peer.port, "secret")
        peer.accept_registration()
        engine.registration("registered")
        engine_at = parse_sip_uri(peer.engine_uri)
        with (
            RawSipAgent("1000", engine_at.port) as server,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger,
        ):
            stranger.bind(("127.0.0.2", 0))
            for voice, send in (
                ("66/0", lambda data: stranger.sendto(data, ("127.0.0.1", engine_at.port))),
                ("3/0", server.send_bytes),
            ):
                body = f"Messages-Waiting: yes\r\nVoice-Message: {voice}\r\n"
                text = server.request("NOTIFY", peer.engine_uri, headers=headers, body=body)
                send(text.replace("application/sdp", "application/simple-message-summary").encode())
        assert engine.wait(MessageSummaryChanged).summary.new == 3


def test_a_server_that_was_away_has_every_subscription_again(
    pbx: Kamailio, phone_at: Callable[..., EngineDriver], start_pbx: Callable[..., Kamailio]
) -> None:
    users = [str(user) for user in range(1001, 1011)]
    engine = phone_at(pbx, "1000")
    for user in users:
        watch(engine, pbx, user)
    for user in users:
        seen(engine, pbx, user, LineState.IDLE)

    mark = len(engine.events)
    pbx.stop()
    for user in users:
        seen(engine, pbx, user, LineState.UNKNOWN, since=mark, timeout_s=LONG_S)

    mark = len(engine.events)
    back = start_pbx("pbx-again", port=pbx.port)
    for user in users:
        seen(engine, back, user, LineState.IDLE, since=mark, timeout_s=LONG_S)
    with RawSipAgent("1900", back.port) as publisher:
        publish_dialog(publisher, "1005", "early")
        seen(engine, back, "1005", LineState.RINGING, since=mark)


def test_256_are_watched_and_the_next_is_a_clear_error(
    pbx: Kamailio, phone_at: Callable[..., EngineDriver], publisher: RawSipAgent
) -> None:
    users = [str(1001 + number) for number in range(WATCHED)]
    engine = phone_at(pbx, "1000")
    for user in (*users, users[0]):  # the second time changes nothing
        watch(engine, pbx, user)
    mark = watch(engine, pbx, "1999")
    failed = engine.wait(CommandFailed, since=mark)
    assert (failed.command, failed.cause) == ("Watch", FailureCause.TOO_MANY_SUBSCRIPTIONS)

    known: set[str] = set()

    def all_known() -> bool:
        known.update(
            event.uri for event in engine.events if isinstance(event, DialogInfoChanged) and event.info
        )
        return len(known) == WATCHED

    wait_for(all_known, LONG_S, what="every extension's state")
    assert not any(isinstance(event, CommandFailed) for event in engine.events[: mark - 1])

    publish_dialog(publisher, users[-1], "confirmed")
    seen(engine, pbx, users[-1], LineState.TALKING)

    engine.send(Unwatch(account_key="main", uri=uri_of(pbx, users[0])))
    mark = watch(engine, pbx, "1999")
    seen(engine, pbx, "1999", LineState.IDLE, since=mark)


def test_a_server_without_presence_is_told_once_and_left_alone(
    kamailio: Kamailio, phone_at: Callable[..., EngineDriver]
) -> None:
    """The plain proxy answers 404 to SUBSCRIBE for nobody who is registered."""
    engine = phone_at(kamailio, "1000")
    watch(engine, kamailio, "1001")
    told = engine.wait(DialogInfoChanged)
    assert (told.info, told.status_code) == (None, 404)
    asked = len(kamailio.received("SUBSCRIBE"))
    mark = engine.send(Register(account_key="main"))
    engine.registration("registered", since=mark)
    assert len(kamailio.received("SUBSCRIBE")) == asked
