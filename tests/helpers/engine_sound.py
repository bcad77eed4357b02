"""Calls between engines for the tests of their media: made, and what is heard in them from now on."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from softphone.domain.commands import Answer, MakeCall
from softphone.domain.events import CallCreated, CallStateChanged, QualityMeasured
from tests.helpers import tones
from tests.helpers.engine_driver import MESSAGE_LOG_LEVEL, EngineDriver
from tests.helpers.waiting import wait_for

HEARD_LIMIT_S = 20.0
WAV_HEADER_BYTES = 44
SETTLED_S = 0.6  # of sound: a change is in the bridge, on the wire and through the jitter buffer by then


class Recorder(Protocol):
    """A phone of ours that writes what it hears, untouched, to a file."""

    record_path: Path


def start_engine(
    folder: Path,
    stack: ExitStack,
    name: str,
    port: int,
    *,
    says: tones.Samples | None = None,
    **configuration: Any,
) -> EngineDriver:
    """An engine registered as user ``name`` (password ``pw<name>``), without audio processing.

    Its log has every message. ``configuration`` is as in ``EngineDriver.configure``.
    """
    engine = stack.enter_context(EngineDriver(folder, name))
    play = "" if says is None else tones.write_wav(folder / f"{name}-says.wav", says)
    usual = {"max_calls": 4, "processing": False, "log_level": MESSAGE_LOG_LEVEL}
    engine.configure(play, **{**usual, **configuration})
    engine.set_account(name, port, f"pw{name}")
    engine.registration("registered")
    return engine


def state(engine: EngineDriver, key: str, value: str) -> CallStateChanged:
    """The CallStateChanged of a call to this state."""
    return engine.wait(
        CallStateChanged, lambda event: (event.key, event.state.value) == (key, value), timeout_s=20.0
    )


def dial(caller: EngineDriver, number: str, port: int, key: str) -> None:
    """Call a number that answers by itself."""
    caller.send(MakeCall(key=key, account_key="main", uri=f"sip:{number}@127.0.0.1:{port}"))
    state(caller, key, "confirmed")


def connect(caller: EngineDriver, callee: EngineDriver, number: str, port: int, key: str) -> str:
    """``caller`` calls ``callee``, who answers; returns the callee's key."""
    mark = len(callee.events)
    caller.send(MakeCall(key=key, account_key="main", uri=f"sip:{number}@127.0.0.1:{port}"))
    theirs = callee.wait(CallCreated, since=mark, timeout_s=20.0).key
    callee.send(Answer(key=theirs))
    state(caller, key, "confirmed")
    state(callee, theirs, "confirmed")
    return theirs


def wait_media(engine: EngineDriver, key: str) -> None:
    """Wait until packets of the far side came in."""
    engine.wait(
        QualityMeasured,
        lambda event: event.key == key and event.quality.received_packets > 0,
        timeout_s=20.0,
    )


def heard_from_now(engines: Sequence[Recorder], length_s: float = 2.0) -> list[tones.Samples]:
    """The next ``length_s`` each engine hears, after what changed has settled."""
    begins = [recorded_s(engine) + SETTLED_S for engine in engines]
    heard = []
    for engine, begin_s in zip(engines, begins, strict=True):
        end_s = begin_s + length_s
        wait_for(
            lambda engine=engine, end_s=end_s: recorded_s(engine) >= end_s,
            HEARD_LIMIT_S,
            what=f"{end_s:.1f} s of sound",
        )
        heard.append(sound_of(engine)[int(begin_s * tones.RATE_HZ) : int(end_s * tones.RATE_HZ)])
    return heard


def levels_dbfs(samples: tones.Samples, frequencies_hz: tuple[float, ...]) -> list[float]:
    """The level of each tone, by its loudest quarter of a second: a lost packet turns the phase."""
    pieces = np.array_split(samples, max(1, len(samples) * 4 // tones.RATE_HZ))
    return [
        max(tones.tone_level_dbfs(piece, tones.RATE_HZ, frequency_hz) for piece in pieces)
        for frequency_hz in frequencies_hz
    ]


def sound_of(engine: Recorder) -> tones.Samples:
    """All it has heard so far; the header of a file still being written counts whole seconds only."""
    raw = engine.record_path.read_bytes()[WAV_HEADER_BYTES:]
    return np.frombuffer(raw[: len(raw) // 2 * 2], "<i2").astype(np.float32) / np.float32(32768)


def recorded_s(engine: Recorder) -> float:
    """How long that is."""
    return max(engine.record_path.stat().st_size - WAV_HEADER_BYTES, 0) / 2 / tones.RATE_HZ
