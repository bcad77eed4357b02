"""A headset on the wire: found, heard, lit, unplugged."""

from __future__ import annotations

import queue
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from softphone.desktop.headset import MAKERS, TELEPHONY, HidHeadset
from softphone.domain.headset import HeadsetButton, HeadsetLights, HeadsetNews
from tests.helpers.dispatchers import SyncDispatcher
from tests.helpers.headset_descriptors import MOUSE, NUMBERED_HEADSET

RULES = Path(__file__).parents[3] / "installer" / "linux" / "70-softphone-headset.rules"
JABRA = 0x0B0E
LIMIT_S = 5.0


class FakeDevice:
    """One device. Reports put into ``says`` are read; ``heard`` is what was written to it."""

    def __init__(self, descriptor: bytes) -> None:
        self.descriptor = descriptor
        self.says: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.heard: list[bytes] = []
        self.is_open = False

    def get_report_descriptor(self) -> list[int]:
        return list(self.descriptor)

    def read(self, max_length: int, timeout_ms: int) -> list[int]:
        try:
            report = self.says.get(timeout=timeout_ms / 1000)
        except queue.Empty:
            return []
        if report is None:
            raise OSError("read error")
        return list(report[:max_length])

    def write(self, buff: bytes) -> int:
        self.heard.append(buff)
        return len(buff)

    def close(self) -> None:
        self.is_open = False


class FakeHid:
    """The devices plugged in, by path."""

    def __init__(self) -> None:
        self.plugged: dict[bytes, tuple[dict[str, Any], FakeDevice]] = {}
        self.denied = False
        self.looks = 0

    def plug(
        self, device: FakeDevice, vendor_id: int = JABRA, name: str = "Evolve2", **fields: object
    ) -> None:
        path = f"dev{len(self.plugged)}".encode()
        told = {"path": path, "vendor_id": vendor_id, "product_string": name, "usage_page": TELEPHONY}
        self.plugged[path] = ({**told, **fields}, device)

    def unplug(self) -> None:
        for _, device in self.plugged.values():
            device.says.put(None)
        self.plugged = {}

    def found(self) -> list[dict[str, Any]]:
        self.looks += 1
        return [told for told, _ in self.plugged.values()]

    def open(self, path: bytes) -> FakeDevice:
        if self.denied:
            raise OSError("open failed")
        device = self.plugged[path][1]
        device.is_open = True
        return device

    def fingerprint(self) -> object:
        return tuple(self.plugged)


class Desk:
    """The adapter under test, what it told, and a clock."""

    def __init__(self) -> None:
        self.hid = FakeHid()
        self.dispatcher = SyncDispatcher()
        self.news: list[HeadsetNews] = []
        self.pressed: list[HeadsetButton] = []
        self.time_s = 100.0
        self.headset = HidHeadset(self.dispatcher, lambda: self.hid, lambda: self.time_s, look_s=0.02)

    def start(self) -> None:
        self.headset.start(self.news.append, self.pressed.append)

    def wait_news(self, news: HeadsetNews) -> None:
        self.dispatcher.run_until(lambda: self.news and self.news[-1] == news, LIMIT_S, what=str(news))

    def wait_pressed(self, *buttons: HeadsetButton) -> None:
        self.dispatcher.run_until(lambda: tuple(self.pressed) == buttons, LIMIT_S, what=str(buttons))


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.headset.stop()


@pytest.fixture
def device(desk: Desk) -> FakeDevice:
    """A headset that is plugged in and used."""
    device = FakeDevice(NUMBERED_HEADSET)
    desk.hid.plug(device)
    desk.start()
    desk.wait_news(HeadsetNews(name="Evolve2"))
    return device


def report(*, hook: bool = False, flash: bool = False, mute: bool = False) -> bytes:
    return bytes((2, hook | flash << 1 | mute << 2, 0))


def test_one_without_a_headset_waits_for_it_to_be_plugged_in(desk: Desk) -> None:
    desk.start()
    desk.wait_news(HeadsetNews())
    desk.hid.plug(FakeDevice(NUMBERED_HEADSET))
    desk.wait_news(HeadsetNews(name="Evolve2"))


def test_where_nothing_was_plugged_in_nothing_is_listed(desk: Desk) -> None:
    desk.start()
    desk.wait_news(HeadsetNews())
    looks = desk.hid.looks
    desk.headset.show(HeadsetLights(ring=True))
    desk.headset.show(HeadsetLights())
    desk.hid.plug(FakeDevice(NUMBERED_HEADSET))
    desk.wait_news(HeadsetNews(name="Evolve2"))
    assert desk.hid.looks == looks + 1


def test_its_keys_are_told(desk: Desk, device: FakeDevice) -> None:
    device.says.put(report(hook=True))
    device.says.put(report(hook=True, mute=True))
    device.says.put(report(hook=True, mute=True))  # a press is told, not held
    device.says.put(report(hook=True, flash=True))
    device.says.put(report())
    button = HeadsetButton
    desk.wait_pressed(button.PICK_UP, button.MUTE, button.MUTE, button.FLASH, button.PUT_DOWN)


def test_what_only_says_back_its_hook_light_is_no_press(desk: Desk, device: FakeDevice) -> None:
    desk.headset.show(HeadsetLights(off_hook=True))
    desk.dispatcher.run_until(lambda: device.heard and device.heard[-1] == bytes((2, 0b0001, 0)), LIMIT_S)
    device.says.put(report(hook=True))
    device.says.put(report(hook=True, mute=True))
    desk.wait_pressed(HeadsetButton.MUTE)
    desk.time_s += 5.0
    device.says.put(report())
    desk.wait_pressed(HeadsetButton.MUTE, HeadsetButton.PUT_DOWN)


def test_its_lights_are_set_and_put_out_at_the_end(desk: Desk, device: FakeDevice) -> None:
    desk.headset.show(HeadsetLights(ring=True))
    desk.headset.show(HeadsetLights(off_hook=True, mute=True))
    desk.headset.stop()
    desk.dispatcher.run_until(lambda: not device.is_open, LIMIT_S)
    assert device.heard[-3:] == [bytes((2, 0b1100, 0)), bytes((2, 0b0011, 0)), bytes((2, 0, 0))]


def test_one_plugged_in_again_is_used_again_and_lit_as_it_should_be(desk: Desk, device: FakeDevice) -> None:
    desk.headset.show(HeadsetLights(off_hook=True))
    desk.hid.unplug()
    desk.wait_news(HeadsetNews())
    other = FakeDevice(NUMBERED_HEADSET)
    desk.hid.plug(other, name="Engage 75")
    desk.wait_news(HeadsetNews(name="Engage 75"))
    assert other.heard == [bytes((2, 0b0001, 0))]


def test_one_that_cannot_be_opened_is_named(desk: Desk) -> None:
    desk.hid.denied = True
    desk.hid.plug(FakeDevice(NUMBERED_HEADSET))
    desk.start()
    desk.wait_news(HeadsetNews(name="Evolve2", code="denied"))


def test_what_is_no_telephone_of_a_known_maker_is_left_alone(desk: Desk) -> None:
    mouse, stranger, keyboard = (FakeDevice(MOUSE), FakeDevice(NUMBERED_HEADSET), FakeDevice(MOUSE))
    desk.hid.plug(mouse, usage_page=0)  # a system that does not tell
    desk.hid.plug(stranger, vendor_id=0x1234)
    desk.hid.plug(keyboard, vendor_id=0x046D, usage_page=1)
    desk.start()
    desk.wait_news(HeadsetNews())
    assert [device.is_open for device in (mouse, stranger, keyboard)] == [False] * 3


def test_a_device_that_tells_rubbish_is_left_alone(desk: Desk) -> None:
    rubbish, good = FakeDevice(b"\x05"), FakeDevice(NUMBERED_HEADSET)
    desk.hid.plug(rubbish)
    desk.hid.plug(good, name="Engage 75")
    desk.start()
    desk.wait_news(HeadsetNews(name="Engage 75"))
    assert not rubbish.is_open


def test_a_system_without_the_library_is_told(desk: Desk) -> None:
    def nothing() -> FakeHid:
        raise ImportError("no hidapi")

    headset = HidHeadset(desk.dispatcher, nothing)
    headset.start(desk.news.append, desk.pressed.append)
    desk.wait_news(HeadsetNews(code="failed"))


def test_the_udev_rule_opens_the_known_makers() -> None:
    vendors = "|".join(re.findall(r'idVendor}=="([^"]+)"', RULES.read_text())).split("|")
    assert {int(vendor, 16) for vendor in vendors} == set(MAKERS)
