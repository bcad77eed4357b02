"""Three engines and a real server: a blind transfer joins the two others, or leaves all as it was."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from softphone.domain.call import TerminatedReason
from softphone.domain.commands import Answer, Hangup, MakeCall, SetHold, TransferCall
from softphone.domain.errors import FailureCause
from softphone.domain.events import CallCreated, MediaChanged, TransferChanged
from softphone.domain.identity import Anonymity
from tests.helpers import tones
from tests.helpers.engine_calls import state
from tests.helpers.engine_driver import MESSAGE_LOG_LEVEL, EngineDriver
from tests.helpers.engine_sound import heard_from_now, levels_dbfs
from tests.helpers.kamailio import Kamailio
from tests.helpers.phone_process import RegistrarProcess

Server = Kamailio | RegistrarProcess
PRESENT_DBFS, ABSENT_DBFS = -26.0, -45.0
TONES_HZ = {"1001": 440.0, "1002": 1000.0, "1003": 1700.0}


@pytest.fixture
def trio(tmp_path: Path, stack: ExitStack, server: Server) -> Callable[[], list[EngineDriver]]:
    """Engines 1001 to 1003, registered; each says its own tone."""

    def start() -> list[EngineDriver]:
        port = int(server.server.rpartition(":")[2])
        engines = []
        for user_id, frequency_hz in TONES_HZ.items():
            said = tones.write_wav(tmp_path / f"{user_id}-says.wav", tones.tone(frequency_hz, 60.0))
            engine = stack.enter_context(EngineDriver(tmp_path, user_id))
            engine.configure(said, max_calls=4, processing=False, log_level=MESSAGE_LOG_LEVEL)
            engine.set_account(user_id, port, f"pw{user_id}")
            engines.append(engine)
        for engine in engines:
            engine.registration("registered")
        return engines

    return start


def call(caller: EngineDriver, called: EngineDriver, key: str, number: str, server: Server) -> str:
    """``caller`` calls ``called``, who answers; returns the key there."""
    mark = len(called.events)
    caller.send(MakeCall(key=key, account_key="main", uri=f"sip:{number}@{server.server}"))
    theirs = called.wait(CallCreated, since=mark).key
    called.send(Answer(key=theirs))
    state(caller, key, "confirmed")
    state(called, theirs, "confirmed")
    return theirs


def transferred(engine: EngineDriver, value: str) -> TransferChanged:
    return engine.wait(TransferChanged, lambda event: event.transfer.state.value == value)


@pytest.mark.cell("blind transfer")
@pytest.mark.cell("blind transfer, transferee")
def test_a_blind_transfer(trio: Callable[[], list[EngineDriver]], server: Server) -> None:
    a, b, c = trio()
    old = call(a, b, "out", "1002", server)
    mark_b, mark_c = len(b.events), len(c.events)
    a.send(TransferCall(key="out", target=f"sip:1003@{server.server}"))
    theirs = c.wait(CallCreated, since=mark_c)
    transferred(a, "ringing")
    c.send(Answer(key=theirs.key))
    transferred(a, "succeeded")
    assert state(a, "out", "terminated").reason in (TerminatedReason.LOCAL_BYE, TerminatedReason.REMOTE_BYE)
    new = b.wait(CallCreated, since=mark_b)
    assert (new.transferred_from, new.remote.number, new.anonymity) == (old, "1003", Anonymity.NONE)
    state(b, new.key, "confirmed")
    state(b, old, "terminated")
    for heard, partner in zip(heard_from_now([b, c], 0.8), ("1003", "1002"), strict=True):
        levels = dict(zip(TONES_HZ, levels_dbfs(heard, tuple(TONES_HZ.values())), strict=True))
        assert levels.pop(partner) > PRESENT_DBFS
        assert max(levels.values()) < ABSENT_DBFS
    a.wait_messages("TX REFER", "RX 202/REFER", "RX NOTIFY", "TX 200/NOTIFY", "RX NOTIFY")
    b.wait_messages("RX REFER", "TX 202/REFER", "TX INVITE", "RX 180/INVITE", "RX 200/INVITE", "TX ACK")
    c.wait_messages("RX INVITE", "TX 200/INVITE", "RX ACK")


@pytest.mark.parametrize(
    ("number", "cause"),
    [
        pytest.param("1003", FailureCause.BUSY, marks=pytest.mark.cell("transfer failure")),
        ("1999", FailureCause.NOT_FOUND),
    ],
)
def test_a_blind_transfer_that_fails_leaves_the_call(
    trio: Callable[[], list[EngineDriver]], server: Server, number: str, cause: FailureCause
) -> None:
    a, b, c = trio()
    call(a, b, "out", "1002", server)
    a.send(TransferCall(key="out", target=f"sip:{number}@{server.server}"))
    if cause is FailureCause.BUSY:
        c.send(Hangup(key=c.wait(CallCreated).key, status_code=486))
    assert transferred(a, "failed").transfer.cause is cause
    a.wait_messages("TX REFER", "RX 202/REFER", "RX NOTIFY")
    by_a, by_b = heard_from_now([a, b], 0.8)
    assert levels_dbfs(by_a, (TONES_HZ["1002"],))[0] > PRESENT_DBFS
    assert levels_dbfs(by_b, (TONES_HZ["1001"],))[0] > PRESENT_DBFS
    mark = a.send(SetHold(key="out", held=True))
    assert a.wait(MediaChanged, since=mark).local_media.holds
