"""What is measured of calls through a server: the silence of a transfer, the processor of a conference.

Three phones say a steady tone each and are without audio processing, so that a tone is a tone.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import numpy as np

from softphone.domain.commands import SetConference, SetHold, TransferCall
from softphone.domain.events import CallCreated, CallStateChanged, ConferenceChanged, MediaChanged
from tests.bench.figures import cpu_s
from tests.helpers import tones
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.engine_sound import (
    connect,
    heard_from_now,
    levels_dbfs,
    recorded_s,
    sound_of,
    start_engine,
    state,
)

TONES_HZ = {"1000": 440.0, "1001": 730.0, "1002": 1130.0, "1003": 1700.0}
PRESENT_DBFS, ABSENT_DBFS = -26.0, -45.0
LISTEN_S = 1.0
LIMIT_S = 20.0
_STEP_S = 0.02
_SAID_DBFS = -15.0


class Handover(NamedTuple):
    """An attended transfer as two phones heard it, from the moment of the REFER: by user.

    ``silence_s`` is the longest time without the tone of the old or of the new partner; ``heard`` is whose
    tones were there afterwards; ``left_calls`` how many calls the transferor still had.
    """

    silence_s: dict[str, float]
    heard: dict[str, set[str]]
    left_calls: int


class Conference(NamedTuple):
    """A conference: whose tones each user heard, and the processor of the engine that mixes it, in %."""

    heard: dict[str, set[str]]
    cpu_percent: float
    quietest_other_dbfs: float
    loudest_own_dbfs: float


def start_phones(
    folder: Path, stack: ExitStack, port: int, count: int, **configuration: object
) -> dict[str, EngineDriver]:
    """So many of the users of ``TONES_HZ``, registered, each saying its tone for a minute."""
    return {
        user: start_engine(
            folder,
            stack,
            user,
            port,
            says=tones.tone(TONES_HZ[user], 60.0, level_dbfs=_SAID_DBFS),
            **configuration,
        )
        for user in list(TONES_HZ)[:count]
    }


def attended_transfer(phones: dict[str, EngineDriver], port: int) -> Handover:
    """1000 talks to 1001, then asks 1002, and hands 1001 over to 1002 (RFC 5589 §7).

    Errors: AssertionError where a step does not come about.
    """
    transferor, transferee, target = phones["1000"], phones["1001"], phones["1002"]
    old_at_transferee = connect(transferor, transferee, "1001", port, "first")
    mark = transferor.send(SetHold(key="first", held=True))
    transferor.wait(MediaChanged, lambda event: event.local_media.holds, since=mark)
    old_at_target = connect(transferor, target, "1002", port, "second")
    heard_from_now([target], 0.2)
    begun = {phone: (len(phone.events), recorded_s(phone)) for phone in (transferee, target)}
    transferor.send(TransferCall(key="first", to_key="second"))
    for phone, old in ((transferee, old_at_transferee), (target, old_at_target)):
        new = phone.wait(CallCreated, since=begun[phone][0], timeout_s=LIMIT_S)
        assert new.transferred_from == old, new
        state(phone, new.key, "confirmed")
        state(phone, old, "terminated")
    for key in ("first", "second"):
        state(transferor, key, "terminated")
    heard = dict(zip(("1001", "1002"), heard_from_now([transferee, target], LISTEN_S), strict=True))
    partners = {"1001": ("1000", "1002"), "1002": ("1000", "1001")}
    return Handover(
        silence_s={
            phone.name: longest_silence_s(
                sound_of(phone)[int(begin_s * tones.RATE_HZ) :],
                tuple(TONES_HZ[user] for user in partners[phone.name]),
            )
            for phone, (_, begin_s) in begun.items()
        },
        heard={user: speakers(samples) for user, samples in heard.items()},
        left_calls=_live_calls(transferor),
    )


def conference_of_four(phones: dict[str, EngineDriver], port: int, span_s: float) -> Conference:
    """1000 calls the other three and confers; its processor is measured for ``span_s``."""
    host = phones["1000"]
    keys = tuple(f"to-{user}" for user in phones if user != host.name)
    for user, key in zip(list(phones)[1:], keys, strict=True):
        connect(host, phones[user], user, port, key)
    mark = host.send(SetConference(keys=keys))
    host.wait(ConferenceChanged, lambda event: event.keys == keys, since=mark)
    heard = dict(zip(phones, heard_from_now(list(phones.values()), LISTEN_S), strict=True))
    used_s, began_s = cpu_s(host.pid), time.monotonic()
    heard_from_now([host], span_s)
    percent = 100 * (cpu_s(host.pid) - used_s) / (time.monotonic() - began_s)
    levels = {user: _levels(samples) for user, samples in heard.items()}
    return Conference(
        heard={user: speakers(samples) for user, samples in heard.items()},
        cpu_percent=percent,
        quietest_other_dbfs=min(
            level for user in phones for who, level in levels[user].items() if who != user
        ),
        loudest_own_dbfs=max(levels[user][user] for user in phones),
    )


def speakers(samples: tones.Samples) -> set[str]:
    """Whose tones are in ``samples``. Errors: AssertionError for one that is neither there nor not."""
    levels = _levels(samples)
    assert all(level > PRESENT_DBFS or level < ABSENT_DBFS for level in levels.values()), levels
    return {user for user, level in levels.items() if level > PRESENT_DBFS}


def longest_silence_s(samples: tones.Samples, frequencies_hz: tuple[float, ...]) -> float:
    """The longest time in which none of the tones is there, in steps of 20 ms."""
    size = int(_STEP_S * tones.RATE_HZ)
    longest = silent = 0
    for start in range(0, len(samples) - size + 1, size):
        window = samples[start : start + size] * np.hanning(size)
        present = any(
            tones.tone_level_dbfs(window, tones.RATE_HZ, frequency_hz) > ABSENT_DBFS
            for frequency_hz in frequencies_hz
        )
        silent = 0 if present else silent + 1
        longest = max(longest, silent)
    return longest * _STEP_S


def _levels(samples: tones.Samples) -> dict[str, float]:
    return dict(zip(TONES_HZ, levels_dbfs(samples, tuple(TONES_HZ.values())), strict=True))


def _live_calls(engine: EngineDriver) -> int:
    """How many calls are not over."""
    states = {event.key: event.state.value for event in engine.events if isinstance(event, CallStateChanged)}
    return sum(value != "terminated" for value in states.values())
