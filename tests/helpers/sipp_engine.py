"""An engine in a call with SIPp or baresip: what it hears, how the call ends.

SIPp's exit code judges the ladder: 0 only where every message came in its turn and said what was looked for.
"""

from __future__ import annotations

from collections.abc import Callable

from softphone.app.text import Text, failure_text
from softphone.domain.commands import Answer, Hangup
from softphone.domain.events import CallCreated, CallStateChanged, MediaChanged
from softphone.storage.catalogue import load_texts
from softphone.storage.paths import resources_dir
from tests.helpers import tones
from tests.helpers.engine_calls import state
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.sipp import SippCaller, SippUas
from tests.helpers.waiting import wait_for

HEARD_LIMIT_S = 12.0


def answer(engine: EngineDriver, since: int = 0) -> str:
    """Answer who calls; returns the call's key."""
    key = engine.wait(CallCreated, since=since).key
    engine.send(Answer(key=key))
    state(engine, key, "confirmed", since)
    return key


def hang_up(engine: EngineDriver, sipp: SippUas | SippCaller, key: str = "out") -> CallStateChanged:
    """End the call; SIPp saw everything it was to see."""
    engine.send(Hangup(key=key))
    ended = state(engine, key, "terminated")
    assert sipp.wait_exit() == 0, sipp.log_tail()
    return ended


def media(engine: EngineDriver, accept: Callable[[MediaChanged], bool], since: int = 0) -> MediaChanged:
    """The first MediaChanged that ``accept`` takes."""
    return engine.wait(MediaChanged, accept, since=since, timeout_s=15.0)


def wait_heard(engine: EngineDriver, frequency_hz: float, length_s: float = 0.8) -> None:
    """Until the engine has heard this tone for so long in all."""
    wait_for(
        lambda: tones.heard_s(engine.record_path, frequency_hz) >= length_s,
        HEARD_LIMIT_S,
        what=f"{frequency_hz} Hz in what the engine heard",
    )


def wait_heard_more(engine: EngineDriver, frequency_hz: float, length_s: float = 0.8) -> None:
    """Until the engine has heard this tone for so long from now on."""
    wait_heard(engine, frequency_hz, tones.heard_s(engine.record_path, frequency_hz) + length_s)


def assert_in_words(ended: CallStateChanged, status_code: int) -> None:
    """A call failed with this status code, and there is a sentence for it in both languages."""
    assert ended.status_code == status_code
    for language in ("ja", "en"):
        text = Text(load_texts(resources_dir(), language), language)
        words = failure_text(text, ended.cause, status_code)
        assert words, ended
        assert not words.startswith("failure."), words


def sound_s(engine: EngineDriver) -> float:
    """How much sound is in its file."""
    return max(engine.record_path.stat().st_size - 44, 0) / 2 / tones.RATE_HZ
