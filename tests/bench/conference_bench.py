"""A conference of five: what mixing four G.722 calls, and recording each of them, costs the engine."""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from softphone.domain.commands import LIBRARY_MAX_CALLS, SetConference, StartRecording, StopRecording
from softphone.domain.events import AudioMeasured, ConferenceChanged, RecordingChanged
from tests.bench.figures import Figure, cpu_s
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.engine_sound import connect
from tests.helpers.phone_process import RegistrarProcess
from tests.helpers.tones import speech

HOST = 1000
USERS = tuple(str(HOST + index) for index in range(LIBRARY_MAX_CALLS + 1))
KEYS = tuple(f"to-{user}" for user in USERS[1:])
SETTLE_S = 2.5  # the first figures hold what was late while something changed


def run(*, quick: bool) -> list[Figure]:
    """Four calls side by side, then in conference, then each recorded as well."""
    span_s = 6.0 if quick else 20.0
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        passwords = {user: f"pw{user}" for user in USERS}
        registrar = stack.enter_context(RegistrarProcess(folder / "registrar", passwords))
        sound = speech(folder / "speech.wav")
        engines = [stack.enter_context(EngineDriver(folder, user)) for user in USERS]
        for user, engine in zip(USERS, engines, strict=True):
            engine.configure(sound, max_calls=LIBRARY_MAX_CALLS)
            engine.set_account(user, registrar.port, passwords[user])
            engine.registration("registered")
        host = engines[0]
        for user, key, engine in zip(USERS[1:], KEYS, engines[1:], strict=True):
            connect(host, engine, user, registrar.port, key)
        figures = _measure(host, "four calls", span_s)
        mark = host.send(SetConference(keys=KEYS))
        host.wait(ConferenceChanged, since=mark)
        figures += _measure(host, "four calls in conference", span_s)
        for key in KEYS:
            mark = host.send(StartRecording(key=key, path=str(folder / f"{key}.wav")))
            host.wait(RecordingChanged, since=mark)
        figures += _measure(host, "four calls in conference, each recorded", span_s)
        for key in KEYS:
            mark = host.send(StopRecording(key=key))
            host.wait(RecordingChanged, since=mark)
    return figures


def _measure(host: EngineDriver, what: str, span_s: float) -> list[Figure]:
    """Processor and lateness of the engine in the middle; the other four work on the same cores."""
    time.sleep(SETTLE_S)
    mark, used_s, began_s = len(host.events), cpu_s(host.pid), time.monotonic()
    time.sleep(span_s)
    share = 100 * (cpu_s(host.pid) - used_s) / (time.monotonic() - began_s)
    told = [event for event in host.events[mark:] if isinstance(event, AudioMeasured)]
    lateness = [event.lateness_p99_ms for event in told]
    note = f"G.722, AEC+NS+AGC, {span_s:.0f} s"
    return [
        Figure(f"CPU of the engine, {what}", round(share, 2), "% of one core", note=note),
        Figure(
            f"bridge frame lateness, {what}, worst p99 of 2 s", max(lateness), "ms", 10.0, samples=lateness
        ),
        Figure(f"bridge frames late, {what}", told[-1].late_frames - told[0].late_frames, "frames"),
    ]
