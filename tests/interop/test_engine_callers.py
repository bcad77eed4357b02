"""Who calls and who we say we are, and callers that find every line in use."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from softphone.domain.call import TerminatedReason
from softphone.domain.commands import Answer, Hangup, MakeCall
from softphone.domain.errors import FailureCause
from softphone.domain.events import CallCreated, CallRefused, CommandFailed
from softphone.domain.identity import Anonymity
from tests.helpers.engine_calls import be_called, is_usable, state, talk
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.kamailio import Kamailio
from tests.helpers.phone_process import RegistrarProcess
from tests.helpers.sip_peer import SipPeer

StartEngine = Callable[..., EngineDriver]


def test_what_an_invite_says_of_its_caller(engine: EngineDriver, peer: SipPeer) -> None:
    dialog = peer.invite(
        "P-Asserted-Identity: <sip:0312345678@127.0.0.1>",
        "Diversion: <sip:201@127.0.0.1>;reason=unconditional",
        "Call-Info: <sip:127.0.0.1>;answer-after=3",
        from_='"Sales" <sip:5000@127.0.0.1>',
    )
    peer.wait_answer(dialog, 180)
    created = engine.wait(CallCreated)
    assert created.remote.number == "0312345678"
    assert created.diverted_by is not None
    assert created.diverted_by.number == "201"
    assert (created.called, created.answer_after_s) == ("1001", 3.0)


def test_a_caller_who_hides(engine: EngineDriver, peer: SipPeer) -> None:
    dialog = peer.invite("Privacy: id", from_='"Anonymous" <sip:anonymous@anonymous.invalid>')
    peer.wait_answer(dialog, 180)
    created = engine.wait(CallCreated)
    assert created.anonymity is Anonymity.WITHHELD


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ((), TerminatedReason.CANCELLED),
        (('Reason: SIP;cause=200;text="Call completed elsewhere"',), TerminatedReason.REPLACED),
        (('Reason: Q.850;cause=16;text="Terminated"',), TerminatedReason.CANCELLED),
    ],
)
def test_a_caller_who_was_answered_elsewhere_was_not_missed(
    engine: EngineDriver, peer: SipPeer, headers: tuple[str, ...], reason: TerminatedReason
) -> None:
    dialog = peer.invite()
    peer.wait_answer(dialog, 180)
    key = engine.wait(CallCreated).key
    dialog.cancel(*headers)
    peer.wait_answer(dialog, 487)
    assert state(engine, key, "terminated").reason is reason


def test_who_we_say_we_are(engine: EngineDriver, peer: SipPeer) -> None:
    engine.send(
        MakeCall(key="out", account_key="main", uri=peer.uri("2001"), identity="sip:0398765432@127.0.0.1")
    )
    invite = peer.wait_invite("2001")
    assert invite.header("P-Preferred-Identity") == "<sip:0398765432@127.0.0.1>"
    assert invite.header("From").startswith("<sip:1001@127.0.0.1>")
    assert invite.header("Privacy") == ""


def test_hiding_the_number(engine: EngineDriver, peer: SipPeer) -> None:
    engine.send(MakeCall(key="out", account_key="main", uri=peer.uri("2001"), anonymous=True))
    invite = peer.wait_invite("2001")
    assert invite.header("From").startswith('"Anonymous" <sip:anonymous@anonymous.invalid>;tag=')
    assert invite.header("Privacy") == "id"
    assert invite.header("P-Preferred-Identity") == f"<sip:1001@127.0.0.1:{peer.port}>"
    assert is_usable(engine, peer.take_call(invite))


@pytest.mark.parametrize("identity", ["nobody", "sip:a@b>\r\nX-Injected: yes"])
def test_an_identity_that_is_none(engine: EngineDriver, peer: SipPeer, identity: str) -> None:
    mark = engine.send(
        MakeCall(key="out", account_key="main", uri=peer.uri("2001"), identity=identity, anonymous=True)
    )
    assert engine.wait(CommandFailed, since=mark).cause is FailureCause.INVALID_NUMBER


@pytest.mark.parametrize("server_name", ["kamailio", "registrar"])
def test_a_hidden_number_still_has_credentials(
    tmp_path: Path, stack: ExitStack, request: pytest.FixtureRequest, server_name: str
) -> None:
    server: Kamailio | RegistrarProcess = request.getfixturevalue(server_name)
    port = int(server.server.rpartition(":")[2])
    a, b = (stack.enter_context(EngineDriver(tmp_path, name)) for name in ("a", "b"))
    for engine, user_id in ((a, "1001"), (b, "1002")):
        engine.configure(max_calls=4)
        engine.set_account(user_id, port, f"pw{user_id}")
        engine.registration("registered")
    a.send(MakeCall(key="out", account_key="main", uri=f"sip:1002@127.0.0.1:{port}", anonymous=True))
    created = b.wait(CallCreated)
    assert created.anonymity is Anonymity.WITHHELD
    b.send(Answer(key=created.key))
    state(a, "out", "confirmed")
    a.send(Hangup(key="out"))
    state(b, created.key, "terminated")


@pytest.mark.parametrize("lines", [1, 2, 4])
def test_the_caller_after_the_last_line_is_told(start_engine: StartEngine, peer: SipPeer, lines: int) -> None:
    engine = start_engine(max_calls=lines)
    dialogs = [be_called(engine, peer) for _ in range(lines)]
    next_caller = peer.invite(from_='"Next" <sip:0312345678@127.0.0.1>')
    peer.wait_answer(next_caller, 486)
    refused = engine.wait(CallRefused)
    assert (refused.account_key, refused.status_code) == ("main", 486)
    assert (refused.caller.remote.number, refused.caller.remote.display_name) == ("0312345678", "Next")
    assert sum(isinstance(event, CallCreated) for event in engine.events) == lines
    for key, dialog in dialogs:
        assert is_usable(engine, dialog, key)


@pytest.mark.parametrize(("subject", "status_code"), [("hello", 486), ("UDP/TLS/RTP", 488)])
def test_refusing_an_invite_without_an_offer_is_survived(
    start_engine: StartEngine, peer: SipPeer, subject: str, status_code: int
) -> None:
    engine = start_engine(max_calls=1)
    key, dialog = be_called(engine, peer)
    for _ in range(3):
        peer.wait_answer(peer.invite(f"Subject: {subject}", body=""), status_code)
    assert is_usable(engine, dialog, key)


def test_a_fifth_call_fails_in_words(engine: EngineDriver, peer: SipPeer) -> None:
    dialogs = [talk(engine, peer, f"out{number}", f"200{number}") for number in range(4)]
    mark = engine.send(MakeCall(key="fifth", account_key="main", uri=peer.uri("2009")))
    failed = engine.wait(CommandFailed, since=mark)
    assert (failed.key, failed.cause) == ("fifth", FailureCause.TOO_MANY_CALLS)
    for number, dialog in enumerate(dialogs):
        assert is_usable(engine, dialog, f"out{number}")
    mark = engine.send(Hangup(key="out0"))
    peer.reply(dialogs[0].wait_request("BYE"), 200)
    state(engine, "out0", "terminated", mark)
    talk(engine, peer, "fifth", "2009")  # and now there is a line


def test_a_flood_is_not_told_one_by_one(engine: EngineDriver, peer: SipPeer) -> None:
    for _ in range(4):
        be_called(engine, peer)
    for _ in range(60):
        peer.wait_answer(peer.invite(), 486)
    told = sum(isinstance(event, CallRefused) for event in engine.events)
    assert 0 < told < 50
