"""Three engines and a real server: after a transfer the two others hear each other and the first is free."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from softphone.domain.call import TerminatedReason
from softphone.domain.commands import Answer, MakeCall, SetHold, Shutdown, TransferCall
from softphone.domain.errors import FailureCause
from softphone.domain.events import CallCreated, MediaChanged, QualityMeasured, TransferChanged
from softphone.domain.identity import Anonymity
from tests.helpers import tones
from tests.helpers.engine_calls import state
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.kamailio import Kamailio
from tests.helpers.phone_process import RegistrarProcess
from tests.helpers.waiting import wait_for

Server = Kamailio | RegistrarProcess
LONGEST_GAP_S = 0.3
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
            engine.configure(said, max_calls=4, processing=False)
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


def talk_on(engine: EngineDriver, key: str) -> None:
    """Packets come in for two measurements in a row."""
    first = engine.wait(
        QualityMeasured, lambda event: event.key == key and event.quality.received_packets > 0
    )
    engine.wait(
        QualityMeasured,
        lambda event: event.key == key and event.quality.received_packets > first.quality.received_packets,
    )


def assert_hears(engine: EngineDriver, user_id: str) -> None:
    """In the last second it heard this one's tone, and nobody else's."""
    samples, rate_hz = tones.read_wav(engine.record_path)
    levels = {
        user: tones.tone_level_dbfs(samples[-rate_hz:], rate_hz, frequency_hz)
        for user, frequency_hz in TONES_HZ.items()
    }
    assert levels.pop(user_id) > -30
    assert max(levels.values()) < -50


def end(*engines: EngineDriver) -> None:
    for engine in engines:
        engine.send(Shutdown())
    for engine in engines:
        wait_for(lambda engine=engine: not engine.is_alive, 8.0)
        assert engine.process.returncode == 0


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
    talk_on(b, new.key)
    talk_on(c, theirs.key)
    end(a, b, c)
    assert_hears(b, "1003")
    assert_hears(c, "1002")


def test_a_blind_transfer_to_a_busy_phone_comes_back(
    trio: Callable[[], list[EngineDriver]], server: Server
) -> None:
    a, b, _ = trio()
    old = call(a, b, "out", "1002", server)
    a.send(TransferCall(key="out", target=f"sip:1999@{server.server}"))
    failed = transferred(a, "failed").transfer
    assert failed.cause in (FailureCause.NOT_FOUND, FailureCause.UNAVAILABLE)
    mark = a.send(SetHold(key="out", held=True))
    assert a.wait(MediaChanged, since=mark).local_media.holds
    a.send(SetHold(key="out", held=False))
    talk_on(b, old)


def test_an_attended_transfer(trio: Callable[[], list[EngineDriver]], server: Server) -> None:
    a, b, c = trio()
    at_b = call(a, b, "first", "1002", server)
    mark = a.send(SetHold(key="first", held=True))
    assert a.wait(MediaChanged, since=mark).local_media.holds
    at_c = call(a, c, "second", "1003", server)
    mark_b, mark_c = len(b.events), len(c.events)
    a.send(TransferCall(key="first", to_key="second"))
    transferred(a, "succeeded")
    new_b = b.wait(CallCreated, since=mark_b)
    new_c = c.wait(CallCreated, since=mark_c)
    assert (new_b.transferred_from, new_c.transferred_from) == (at_b, at_c)
    assert new_c.remote.number == "1002"
    assert state(c, at_c, "terminated").reason is TerminatedReason.REPLACED
    state(a, "first", "terminated")
    state(a, "second", "terminated")
    state(b, at_b, "terminated")
    talk_on(b, new_b.key)
    talk_on(c, new_c.key)
    end(a, b, c)
    assert_hears(b, "1003")
    assert_hears(c, "1002")
    heard, rate_hz = tones.read_wav(c.record_path)  # first the transferor, then who was transferred
    assert all(length_s <= LONGEST_GAP_S for _, length_s in tones.silences_s(heard, rate_hz))
