"""The local registrar's own services with our own phones: voicemail with MWI, park, rooms, watched keys."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from softphone.domain.commands import Answer, Hangup, MakeCall, SetHold, TransferCall, Watch
from softphone.domain.dialog_info import LineState, line_state
from softphone.domain.events import (
    CallCreated,
    CallStateChanged,
    DialogInfoChanged,
    MessageSummaryChanged,
    TransferChanged,
)
from softphone.registrar.tones import BEEP_HZ
from tests.helpers import tones
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.engine_sound import connect, dial, heard_from_now, levels_dbfs, start_engine, state
from tests.helpers.phone_process import PhoneProcess, RegistrarProcess
from tests.helpers.waiting import wait_for
from tests.interop.conftest import A_HZ

USERS = ("1000", "1001", "1002")
SAID_HZ = (500.0, 700.0, 900.0)
MESSAGE_S, SEEN_MS = 2.0, 300.0
PRESENT_DBFS, ABSENT_DBFS = -30.0, -45.0


@pytest.fixture
def engines(registrar: RegistrarProcess, tmp_path: Path, stack: ExitStack) -> list[EngineDriver]:
    """1000, 1001 and 1002, each saying its own tone."""
    return [
        start_engine(tmp_path, stack, user, registrar.port, says=tones.tone(hz, 60.0))
        for user, hz in zip(USERS, SAID_HZ, strict=True)
    ]


def uri(registrar: RegistrarProcess, number: str) -> str:
    return f"sip:{number}@127.0.0.1:{registrar.port}"


def shows(watcher: EngineDriver, uri: str, wanted: LineState, since: int = 0) -> None:
    """Wait until a watched key shows this."""
    watcher.wait(
        DialogInfoChanged,
        lambda event: event.uri == uri and line_state(event.info) is wanted,
        since=since,
        timeout_s=15.0,
    )


def live_calls(engine: EngineDriver) -> int:
    """How many calls are not over."""
    states = {event.key: event.state.value for event in engine.events if isinstance(event, CallStateChanged)}
    return sum(state != "terminated" for state in states.values())


def has_messages(phone: EngineDriver, new: int, old: int) -> MessageSummaryChanged:
    """Wait for the light on the phone."""
    return phone.wait(
        MessageSummaryChanged,
        lambda event: (event.summary.new, event.summary.old) == (new, old),
        timeout_s=15.0,
    )


@pytest.mark.cell("voicemail and MWI", "registrar")
def test_a_message_is_left_and_heard(
    start_registrar: Callable[..., RegistrarProcess],
    phone: Callable[..., PhoneProcess],
    a_says: Path,
    tmp_path: Path,
    stack: ExitStack,
) -> None:
    server = start_registrar("--voicemail", "1001")
    greeting, heard = tmp_path / "greeting.wav", tmp_path / "heard.wav"
    caller = phone(server, "1000", "call", "1001", "--play", a_says, "--record", greeting, "--duration", "4")
    assert caller.wait_exit(30) == 0, caller.transcript()
    assert tones.heard_s(greeting, BEEP_HZ) >= 0.2

    owner = start_engine(tmp_path, stack, "1001", server.port)
    assert has_messages(owner, 1, 0).summary.account_uri == uri(server, "*98")

    listener = phone(server, "1001", "call", "*98", "--record", heard, "--duration", "20")
    assert listener.wait_exit(40) == 0, listener.transcript()
    assert tones.heard_s(heard, A_HZ) >= 1.0
    assert tones.heard_s(heard, BEEP_HZ) >= 0.5
    has_messages(owner, 0, 1)


def test_a_message_left_is_seen_within_300_ms(
    start_registrar: Callable[..., RegistrarProcess], tmp_path: Path, stack: ExitStack
) -> None:
    server = start_registrar("--voicemail", "1001")
    owner = start_engine(tmp_path, stack, "1001", server.port)
    caller = start_engine(tmp_path, stack, "1000", server.port, says=tones.tone(A_HZ, 30.0))
    dial(caller, "*991001", server.port, "m")
    wait_for(lambda: tones.heard_s(caller.record_path, BEEP_HZ) >= 0.2, 15.0, what="the beep")
    said_s = time.monotonic()
    wait_for(lambda: time.monotonic() - said_s > MESSAGE_S, 2 * MESSAGE_S)
    hung_up_s = time.monotonic()
    caller.send(Hangup(key="m"))
    has_messages(owner, 1, 0)
    assert (time.monotonic() - hung_up_s) * 1000 <= SEEN_MS


@pytest.mark.cell("park", "registrar")
def test_parked_by_refer_and_retrieved_by_another(
    registrar: RegistrarProcess, engines: list[EngineDriver]
) -> None:
    customer, clerk, colleague = engines
    key_of_slot = uri(registrar, "*693")
    colleague.send(Watch(account_key="main", uri=key_of_slot))
    shows(colleague, key_of_slot, LineState.IDLE)
    theirs = connect(customer, clerk, "1001", registrar.port, "c")

    clerk.send(TransferCall(key=theirs, target=uri(registrar, "*683")))
    clerk.wait(TransferChanged, lambda event: event.transfer.state.value == "succeeded", timeout_s=20.0)
    state(clerk, theirs, "terminated")
    shows(colleague, key_of_slot, LineState.TALKING)
    [music] = heard_from_now([customer], 3.0)
    melody = [hz for hz in tones.dominant_hz(music, tones.RATE_HZ) if hz]
    assert len(melody) >= 12
    assert all(440.0 < hz < 800.0 for hz in melody), melody
    assert max(melody) - min(melody) > 25.0, "one note is no melody"

    mark = len(colleague.events)
    dial(colleague, "*693", registrar.port, "r")
    shows(colleague, key_of_slot, LineState.IDLE, mark)
    by_customer, by_colleague = heard_from_now([customer, colleague])
    assert levels_dbfs(by_customer, (SAID_HZ[2],))[0] > PRESENT_DBFS
    assert levels_dbfs(by_colleague, (SAID_HZ[0],))[0] > PRESENT_DBFS

    colleague.send(TransferCall(key="r", target=uri(registrar, "*684")))  # a retrieved call goes on, too
    state(colleague, "r", "terminated")
    dial(clerk, "*694", registrar.port, "again")
    by_customer, by_clerk = heard_from_now([customer, clerk])
    assert levels_dbfs(by_customer, (SAID_HZ[1],))[0] > PRESENT_DBFS
    assert levels_dbfs(by_clerk, (SAID_HZ[0],))[0] > PRESENT_DBFS
    clerk.send(Hangup(key="again"))
    wait_for(lambda: live_calls(customer) == 0, 20.0)


def test_a_room_of_three(registrar: RegistrarProcess, engines: list[EngineDriver]) -> None:
    for engine in engines:
        dial(engine, "8000", registrar.port, "room")
    for index, heard in enumerate(heard_from_now(engines, 3.0)):
        levels = levels_dbfs(heard, SAID_HZ)
        own = levels.pop(index)
        assert min(levels) > PRESENT_DBFS, levels
        assert own < ABSENT_DBFS


def test_an_attended_transfer_into_a_room(registrar: RegistrarProcess, engines: list[EngineDriver]) -> None:
    customer, clerk, colleague = engines
    dial(colleague, "8000", registrar.port, "room")
    theirs = connect(customer, clerk, "1001", registrar.port, "c")
    dial(clerk, "8000", registrar.port, "consult")
    clerk.send(TransferCall(key=theirs, to_key="consult"))
    clerk.wait(TransferChanged, lambda event: event.transfer.state.value == "succeeded", timeout_s=20.0)
    wait_for(lambda: live_calls(clerk) == 0, 20.0)
    by_customer, by_colleague = heard_from_now([customer, colleague])
    assert levels_dbfs(by_customer, (SAID_HZ[2],))[0] > PRESENT_DBFS
    assert levels_dbfs(by_colleague, (SAID_HZ[0],))[0] > PRESENT_DBFS
    assert levels_dbfs(by_colleague, (SAID_HZ[1],))[0] < ABSENT_DBFS


@pytest.mark.cell("dialog-info", "registrar")
def test_a_watched_extension_rings_talks_holds_and_is_free(
    registrar: RegistrarProcess, engines: list[EngineDriver]
) -> None:
    caller, callee, watcher = engines
    watched = uri(registrar, "1001")
    watcher.send(Watch(account_key="main", uri=watched))
    shows(watcher, watched, LineState.IDLE)
    mark = len(watcher.events)
    caller.send(MakeCall(key="out", account_key="main", uri=watched))
    theirs = callee.wait(CallCreated, timeout_s=20.0).key
    shows(watcher, watched, LineState.RINGING, mark)
    callee.send(Answer(key=theirs))
    shows(watcher, watched, LineState.TALKING, mark)
    state(callee, theirs, "confirmed")  # the answer is seen before it is acknowledged
    callee.send(SetHold(key=theirs, held=True))
    shows(watcher, watched, LineState.HELD, mark)
    caller.send(Hangup(key="out"))
    shows(watcher, watched, LineState.IDLE, mark)
