"""Report descriptors, as headsets of the shelf describe themselves and as no device should."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.desktop.hid_report import HidDescriptorInvalid, ReportKind, parse_descriptor
from tests.helpers.headset_descriptors import KEY_HEADSET, MOUSE, NUMBERED_HEADSET, UNNUMBERED_HEADSET

HOOK, FLASH, DROP, MUTE = 0x000B0020, 0x000B0021, 0x000B0026, 0x000B002F
LED_MUTE, LED_OFF_HOOK, LED_RING = 0x00080009, 0x00080017, 0x00080018
RINGER = 0x000B009E


def test_a_headset_with_numbered_reports() -> None:
    reports = parse_descriptor(NUMBERED_HEADSET)
    assert {HOOK, FLASH, MUTE} <= reports.usages(ReportKind.INPUT)
    assert {LED_MUTE, LED_OFF_HOOK, LED_RING, RINGER} <= reports.usages(ReportKind.OUTPUT)
    assert not reports.is_relative(HOOK)
    assert reports.is_relative(MUTE)
    off_hook = reports.read(bytes((0x02, 0b0000_0001, 0)))
    assert off_hook[HOOK] == 1
    assert off_hook[MUTE] == 0
    muted = reports.read(bytes((0x02, 0b0000_0101, 0)))
    assert (muted[HOOK], muted[MUTE]) == (1, 1)


def test_its_other_reports_say_nothing_of_a_telephone() -> None:
    reports = parse_descriptor(NUMBERED_HEADSET)
    assert HOOK not in reports.read(bytes((0x01, 0xFF)))
    assert reports.read(b"") == {}
    assert reports.read(bytes((0x02,))) == {}


def test_lights_are_written_with_their_report_and_its_padding() -> None:
    reports = parse_descriptor(NUMBERED_HEADSET)
    assert reports.write({LED_OFF_HOOK: 1, LED_MUTE: 0, LED_RING: 0, RINGER: 0}) == (
        bytes((0x02, 0b0001, 0)),
    )
    assert reports.write({LED_OFF_HOOK: 1, LED_MUTE: 1, LED_RING: 1, RINGER: 1}) == (
        bytes((0x02, 0b1111, 0)),
    )
    assert reports.write({0x000C00E9: 1}) == ()


def test_a_headset_without_numbers_and_lights_in_an_array() -> None:
    reports = parse_descriptor(UNNUMBERED_HEADSET)
    assert reports.read(bytes((0b10,)))[HOOK] == 1
    assert reports.read(bytes((0b01,)))[DROP] == 1
    assert reports.write({LED_RING: 1}) == (bytes((0, 2)),)
    assert reports.write({LED_RING: 0}) == (bytes((0, 0)),)


def test_keys_in_an_array_are_numbers_of_usages() -> None:
    reports = parse_descriptor(KEY_HEADSET)
    assert reports.read(bytes((1,))) == {HOOK: 1, FLASH: 0}
    assert reports.read(bytes((2,))) == {HOOK: 0, FLASH: 1}
    assert reports.read(bytes((0,))) == {HOOK: 0, FLASH: 0}
    assert reports.read(bytes((9,))) == {HOOK: 0, FLASH: 0}


def test_a_mouse_is_no_telephone() -> None:
    reports = parse_descriptor(MOUSE)
    assert not any(usage >> 16 == 0x0B for usage in reports.usages(ReportKind.INPUT))
    assert reports.read(bytes((0b101, 0xFF, 0x01)))[0x00090003] == 1


@pytest.mark.parametrize(
    "descriptor",
    [
        b"",
        bytes(5_000),
        b"\x05",  # breaks off
        b"\xb4",  # pop without push
        b"\x77\xff\xff\xff\x7f\x95\x08\x81\x02",  # a report of gigabits
        b"\x1a\x00\x00\x2b\xff\xff\xff\x7f\x81\x02",  # two thousand million usages
    ],
)
def test_what_is_no_descriptor_is_refused(descriptor: bytes) -> None:
    with pytest.raises(HidDescriptorInvalid):
        parse_descriptor(descriptor)


def test_long_items_are_passed_over() -> None:
    assert parse_descriptor(b"\xfe\x02\x99\x01\x02" + KEY_HEADSET).read(bytes((1,)))[HOOK] == 1


@given(st.binary(max_size=200), st.binary(max_size=64))
def test_any_device_is_read_or_refused(descriptor: bytes, report: bytes) -> None:
    try:
        reports = parse_descriptor(descriptor)
    except HidDescriptorInvalid:
        return
    reports.read(report)
    reports.write(dict.fromkeys(reports.usages(ReportKind.OUTPUT), 1))
