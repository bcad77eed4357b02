"""G.711 against the recommendation's own tables, and the tone's level and length."""

from __future__ import annotations

import pytest

from softphone.registrar.sdp import PCMA, PCMU
from softphone.registrar.tones import alaw, announcement, milliwatt_tone, ulaw


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
    assert len(milliwatt_tone(PCMU)) * 1004 % 8000 == 0
    assert len(announcement(PCMA)) == 16000
    assert milliwatt_tone(PCMU) != milliwatt_tone(PCMA)
