"""Tones: the right frequencies at the right times, no clicks, one-shot digits."""

import itertools

import numpy as np
import pytest

from softphone.audio.tones import DTMF_HZ, TONES, TonePlayer, render, tone_of
from softphone.domain.commands import ToneKind

RATE_HZ = 16_000


def strongest_hz(samples: np.ndarray, count: int) -> list[int]:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), RATE_HZ))
    found = []
    for _ in range(count):
        peak = int(np.argmax(spectrum))
        found.append(peak)
        spectrum[max(0, peak - 40) : peak + 40] = 0
    return sorted(found)


def played(player: TonePlayer, duration_s: float) -> np.ndarray:
    blocks = []
    for _ in range(int(duration_s * 100)):
        block = np.zeros(RATE_HZ // 100, np.float32)
        player.mix_into(block, RATE_HZ)
        blocks.append(block)
    return np.concatenate(blocks)


@pytest.mark.parametrize("digit", "0123456789*#ABCD")
def test_every_dtmf_digit_is_its_two_frequencies_for_100_ms(digit: str) -> None:
    samples = render(tone_of(ToneKind.DTMF, digit), RATE_HZ)
    assert len(samples) == RATE_HZ // 10
    low, high = strongest_hz(samples, 2)
    assert (low, high) == (pytest.approx(DTMF_HZ[digit][0], abs=6), pytest.approx(DTMF_HZ[digit][1], abs=6))


def test_the_japanese_ringback_swings_at_16_hz_one_second_in_three() -> None:
    samples = render(tone_of(ToneKind.RINGBACK), RATE_HZ)
    assert len(samples) == 3 * RATE_HZ
    assert np.abs(samples[RATE_HZ:]).max() == 0
    assert strongest_hz(samples[:RATE_HZ], 1) == [400]
    envelope = np.abs(samples[:RATE_HZ])
    spectrum = np.abs(np.fft.rfft(envelope - envelope.mean()))
    assert int(np.argmax(spectrum[:100])) == 16


def test_busy_is_half_a_second_in_one_and_other_countries_have_their_own() -> None:
    samples = render(tone_of(ToneKind.BUSY), RATE_HZ)
    assert len(samples) == RATE_HZ
    assert np.abs(samples[RATE_HZ // 2 :]).max() == 0
    us = render(tone_of(ToneKind.BUSY, country="US"), RATE_HZ)
    assert strongest_hz(us[: RATE_HZ // 2], 2) == [480, 620]
    assert tone_of(ToneKind.BUSY, country="XX") == tone_of(ToneKind.BUSY)


@pytest.mark.parametrize("kind", [ToneKind.RINGBACK, ToneKind.BUSY, ToneKind.CALL_WAITING, ToneKind.RING])
def test_no_tone_begins_or_ends_with_a_click(kind: ToneKind) -> None:
    period = render(tone_of(kind), RATE_HZ)
    looped = np.concatenate((period, period))
    # A click is a jump larger than the tone's own steepest slope.
    loudest = np.abs(looped).max()
    steepest = loudest * 2 * np.pi * (2000 if kind is ToneKind.RING else 450) / RATE_HZ
    assert np.abs(np.diff(looped)).max() <= steepest
    assert abs(looped[0]) < 0.02 * loudest


def test_a_digit_sounds_once_and_the_same_digit_sounds_again() -> None:
    player = TonePlayer()
    for _ in range(2):
        assert player.play(ToneKind.DTMF, "5")
        assert player.active
        samples = played(player, 0.3)
        assert np.abs(samples[: RATE_HZ // 10]).max() > 1000
        assert np.abs(samples[RATE_HZ // 10 :]).max() == 0
        assert not player.active
        assert not player.audible


def test_a_tone_loops_until_stopped_and_then_fades_over_one_block() -> None:
    player = TonePlayer()
    player.play(ToneKind.BUSY)
    samples = played(player, 2.2)
    assert np.abs(samples[2 * RATE_HZ :]).max() > 1000
    player.stop()
    assert player.audible
    tail = played(player, 0.02)
    joined = np.concatenate((samples[-10:], tail))
    assert np.abs(np.diff(joined)).max() < 0.25 * np.abs(samples).max()
    assert np.abs(tail[RATE_HZ // 100 :]).max() == 0
    assert not player.audible


def test_an_unknown_digit_is_no_tone() -> None:
    player = TonePlayer()
    assert not player.play(ToneKind.DTMF, "x")
    assert not player.active


def test_every_country_has_every_tone() -> None:
    kinds = (ToneKind.RINGBACK, ToneKind.BUSY, ToneKind.CALL_WAITING)
    for country, kind in itertools.product(TONES, kinds):
        assert tone_of(kind, country=country)
