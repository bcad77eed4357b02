"""A local conference of four phones through our registrar: who hears whom, by the tones they say."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from softphone.domain.commands import Hangup, SetConference, SetHold, SetMute, SetPartyMute
from softphone.domain.events import CommandFailed, ConferenceChanged, MediaChanged, PartyMuteChanged
from softphone.domain.media import MediaDirection
from tests.helpers import tones
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.engine_sound import connect, heard_from_now, levels_dbfs, start_engine, state
from tests.helpers.phone_process import RegistrarProcess

TONES_HZ = (440.0, 730.0, 1130.0, 1700.0)
PRESENT_DBFS, ABSENT_DBFS = -26.0, -45.0
HOST = 0

Phones = list[EngineDriver]
StartPhones = Callable[..., Phones]

pytestmark = pytest.mark.timeout(150)


@pytest.fixture
def start_phones(tmp_path: Path, stack: ExitStack, registrar: RegistrarProcess) -> StartPhones:
    """Phones 1000, 1001 …, each saying its own tone; the first has called every other."""

    def start(count: int, level_dbfs: float = -15.0) -> Phones:
        phones = [
            start_engine(
                tmp_path,
                stack,
                f"100{index}",
                registrar.port,
                says=tones.tone(TONES_HZ[index], 120.0, level_dbfs=level_dbfs),
            )
            for index in range(count)
        ]
        for index in range(1, count):
            connect(phones[HOST], phones[index], f"100{index}", registrar.port, key(index))
        return phones

    return start


def key(index: int) -> str:
    """The host's key of its call with phone ``index``."""
    return f"to-{index}"


def confer(host: EngineDriver, *members: int) -> None:
    """Put these calls together and wait until it is told."""
    keys = tuple(key(index) for index in members)
    mark = host.send(SetConference(keys=keys))
    host.wait(ConferenceChanged, lambda event: event.keys == (keys if len(keys) > 1 else ()), since=mark)


def hearing(phones: Phones) -> list[set[int]]:
    """Whom each phone, all with a call, hears now."""
    found = []
    for samples in heard_from_now(phones):
        levels = levels_dbfs(samples, TONES_HZ)
        assert all(level > PRESENT_DBFS or level < ABSENT_DBFS for level in levels), levels
        found.append({index for index, level in enumerate(levels) if level > PRESENT_DBFS})
    return found


def test_four_phones_hear_each_other_then_one_leaves_then_it_is_split(start_phones: StartPhones) -> None:
    phones = start_phones(4)
    host = phones[HOST]
    assert hearing(phones) == [{1, 2, 3}, {0}, {0}, {0}]
    confer(host, 1, 2, 3)
    assert hearing(phones) == [{1, 2, 3}, {0, 2, 3}, {0, 1, 3}, {0, 1, 2}]
    mark = host.send(Hangup(key=key(3)))
    state(host, key(3), "terminated")
    assert host.wait(ConferenceChanged, since=mark).keys == (key(1), key(2))
    assert hearing(phones[:3]) == [{1, 2}, {0, 2}, {0, 1}]
    confer(host)
    assert hearing(phones[:3]) == [{1, 2}, {0}, {0}]
    assert not [event for phone in phones for event in phone.events if isinstance(event, CommandFailed)]


def test_a_member_that_hangs_up_leaves_two_calls_that_are_no_conference(start_phones: StartPhones) -> None:
    phones = start_phones(3)
    host = phones[HOST]
    confer(host, 1, 2)
    assert hearing(phones) == [{1, 2}, {0, 2}, {0, 1}]
    mark = len(host.events)
    theirs = next(event.key for event in phones[2].events if hasattr(event, "sip_call_id"))
    phones[2].send(Hangup(key=theirs))
    assert host.wait(ConferenceChanged, since=mark).keys == ()
    assert hearing(phones[:2]) == [{1}, {0}]


def test_the_held_are_resumed_and_a_hold_leaves_the_mix_but_not_the_conference(
    start_phones: StartPhones,
) -> None:
    phones = start_phones(3)
    host = phones[HOST]
    mark = host.send(SetHold(key=key(1), held=True))
    host.wait(MediaChanged, lambda event: event.local_media is MediaDirection.SENDONLY, since=mark)
    assert hearing(phones) == [{2}, set(), {0}]
    mark = len(host.events)
    confer(host, 1, 2)
    host.wait(MediaChanged, lambda event: event.local_media is MediaDirection.SENDRECV, since=mark)
    assert hearing(phones) == [{1, 2}, {0, 2}, {0, 1}]
    for held, heard in ((True, [{1}, {0}, set()]), (False, [{1, 2}, {0, 2}, {0, 1}])):
        mark = host.send(SetHold(key=key(2), held=held))
        host.wait(MediaChanged, lambda event: event.key == key(2), since=mark)
        assert hearing(phones) == heard
    assert not [event for event in host.events[mark:] if isinstance(event, ConferenceChanged)]


def test_a_hold_under_way_does_not_keep_a_call_out(start_phones: StartPhones) -> None:
    phones = start_phones(3)
    host = phones[HOST]
    mark = host.send(SetHold(key=key(1), held=True))
    host.send(SetConference(keys=(key(1), key(2))))
    held = host.wait(MediaChanged, lambda event: event.key == key(1), since=mark)
    assert held.local_media is MediaDirection.SENDONLY
    host.wait(
        MediaChanged,
        lambda event: (event.key, event.local_media) == (key(1), MediaDirection.SENDRECV),
        since=mark,
    )
    assert hearing(phones) == [{1, 2}, {0, 2}, {0, 1}]


def test_muting_one_party_and_muting_ourselves(start_phones: StartPhones) -> None:
    phones = start_phones(3)
    host = phones[HOST]
    confer(host, 1, 2)
    mark = host.send(SetPartyMute(key=key(1), muted=True))
    assert host.wait(PartyMuteChanged, since=mark).muted
    host.send(SetMute(key=key(2), muted=True))
    assert hearing(phones) == [{2}, {0, 2}, set()]
    mark = host.send(SetPartyMute(key=key(1), muted=False))
    host.send(SetMute(key=key(2), muted=False))
    assert not host.wait(PartyMuteChanged, since=mark).muted
    assert hearing(phones) == [{1, 2}, {0, 2}, {0, 1}]


def test_one_left_out_stays_up_on_its_own(start_phones: StartPhones) -> None:
    phones = start_phones(4)
    host = phones[HOST]
    confer(host, 1, 2, 3)
    host.send(SetPartyMute(key=key(3), muted=True))
    host.wait(PartyMuteChanged, lambda event: event.muted)
    mark = len(host.events)
    confer(host, 1, 2)
    assert not host.wait(PartyMuteChanged, since=mark).muted  # it is heard again
    assert hearing(phones) == [{1, 2, 3}, {0, 2}, {0, 1}, {0}]


def test_loud_voices_together_neither_wrap_nor_clip(start_phones: StartPhones) -> None:
    phones = start_phones(4, level_dbfs=-1.0)
    confer(phones[HOST], 1, 2, 3)
    heard = heard_from_now(phones)
    for index, samples in enumerate(heard):
        others = [TONES_HZ[other] for other in range(len(phones)) if other != index]
        assert min(levels_dbfs(samples, tuple(others))) > -20.0
        assert distortion_db(samples, others) < -20.0, distortion_db(samples, others)


def test_who_cannot_confer(start_phones: StartPhones) -> None:
    phones = start_phones(3)
    host = phones[HOST]
    confer(host, 1, 2)
    for keys in ((key(1), "nobody"), (key(1), key(2), "nobody")):
        mark = host.send(SetConference(keys=keys))
        assert host.wait(CommandFailed, since=mark).command == "SetConference"
    mark = host.send(SetPartyMute(key="nobody", muted=True))
    assert host.wait(CommandFailed, since=mark).command == "SetPartyMute"
    assert hearing(phones) == [{1, 2}, {0, 2}, {0, 1}]


def distortion_db(samples: tones.Samples, wanted_hz: list[float]) -> float:
    """The power beside the wanted tones against theirs, in the best half second: no loss, no change in it."""
    size = tones.RATE_HZ // 2
    ratios = []
    for start in range(0, len(samples) - size + 1, size):
        power = np.abs(np.fft.rfft(samples[start : start + size] * np.hanning(size))) ** 2
        frequencies_hz = np.fft.rfftfreq(size, 1 / tones.RATE_HZ)
        wanted = np.zeros(len(power), dtype=bool)
        for frequency_hz in wanted_hz:
            wanted |= np.abs(frequencies_hz - frequency_hz) < 12.0
        ratios.append(10 * np.log10(power[~wanted].sum() / power[wanted].sum()))
    return float(min(ratios))
