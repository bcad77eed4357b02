"""G.711 against the recommendation's own tables, and the tone's level and length."""

from __future__ import annotations

import pytest

from softphone.registrar.g711 import (
    alaw,
    decode_ulaw,
    encode_sum,
    from_ulaw,
    linear_of_alaw,
    linear_of_ulaw,
    loudness,
    to_ulaw,
    ulaw,
)
from softphone.registrar.sdp import PCMA, PCMU
from softphone.registrar.tones import announcement, beep, milliwatt_tone, music_on_hold, silence


@pytest.mark.parametrize(
    ("sample", "code"), [(0, 0xFF), (-1, 0x7F), (32767, 0x80), (-32768, 0x00), (1000, 0xCE), (-1000, 0x4E)]
)
def test_ulaw(sample: int, code: int) -> None:
    assert ulaw(sample) == code


@pytest.mark.parametrize(
    ("sample", "code"), [(0, 0xD5), (-1, 0x55), (32767, 0xAA), (-32768, 0x2A), (1000, 0xFA), (-1000, 0x7A)]
)
def test_alaw(sample: int, code: int) -> None:
    assert alaw(sample) == code


def test_sounds_are_whole_cycles() -> None:
    assert len(milliwatt_tone()) * 1004 % 8000 == 0
    assert len(announcement()) == 16000


def test_decoding_is_the_way_back() -> None:
    for code in range(256):
        assert ulaw(linear_of_ulaw(code)) == (0xFF if code == 0x7F else code)  # 0x7F is minus nothing
        assert alaw(linear_of_alaw(code)) == code


def test_a_law_and_mu_law_are_near() -> None:
    tone = milliwatt_tone()
    there_and_back = to_ulaw(from_ulaw(tone, PCMA), PCMA)
    assert from_ulaw(tone, PCMU) == tone != from_ulaw(tone, PCMA)
    pairs = zip(decode_ulaw(tone), decode_ulaw(there_and_back), strict=True)
    assert max(abs(a - b) for a, b in pairs) < 600


def test_sums_are_clipped_not_wrapped() -> None:
    assert encode_sum([0, 1000, -1000]) == bytes([0xFF, ulaw(1000), ulaw(-1000)])
    assert encode_sum([8 * 32124, -8 * 32124]) == bytes([0x80, 0x00])


def test_loudness_tells_sound_from_silence() -> None:
    assert loudness(silence(0.1)) == 0
    assert loudness(beep()) > 2000
    assert loudness(music_on_hold()) > 500
    assert loudness(b"") == 0
