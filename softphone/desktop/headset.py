"""Headsets with buttons: USB HID devices of known makers that speak the Telephony Device Page.

    look ─▸ a known maker's device with a hook switch ─▸ open ─▸ its descriptor
    report ─▸ HidReports ─▸ HeadsetButton ─▸ dispatcher
    HeadsetLights ─▸ HidReports ─▸ report

Source: HID Usage Tables 1.5, §11 (LED Page 0x08) and §14 (Telephony Device Page 0x0B).
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from softphone.desktop.hid_report import HidDescriptorInvalid, HidReports, ReportKind, parse_descriptor
from softphone.domain.headset import HeadsetButton, HeadsetLights, HeadsetNews
from softphone.domain.ports import Dispatcher

LOOK_S = 5.0  # between two looks for a headset that was plugged in
READ_MS = 200  # a light is as late as that
ECHO_S = 0.6  # within which a headset says back what its hook light was set to
MAX_REPORT_BYTES = 64

MAKERS = {
    0x0B0E: "Jabra",
    0x047F: "Poly",
    0x03F0: "HP Poly",
    0x095D: "Polycom",
    0x1395: "EPOS",
    0x046D: "Logitech",
    0x6993: "Yealink",
    0x045E: "Microsoft",
    0x17EF: "Lenovo",
    0x413C: "Dell",
    0x19F7: "RØDE",
    0x0D8C: "C-Media",
}

TELEPHONY, LED = 0x000B, 0x0008
HOOK_SWITCH, FLASH, DROP, PHONE_MUTE = 0x000B0020, 0x000B0021, 0x000B0026, 0x000B002F
LED_MUTE, LED_OFF_HOOK, LED_RING, LED_HOLD = 0x00080009, 0x00080017, 0x00080018, 0x00080020
RINGER = 0x000B009E
_KEYS = {FLASH: HeadsetButton.FLASH, DROP: HeadsetButton.DROP, PHONE_MUTE: HeadsetButton.MUTE}

_log = logging.getLogger(__name__)


class Device(Protocol):
    """An open device as hidapi has it. Errors of everything: OSError, ValueError."""

    def get_report_descriptor(self) -> list[int]:
        """Its report descriptor."""

    def read(self, max_length: int, timeout_ms: int) -> list[int]:
        """The next input report, numbered where the device numbers them; empty where none came."""

    def write(self, buff: bytes) -> int:
        """Send an output report behind its number (0 where it has none); −1 where that failed."""

    def close(self) -> None:
        """Let it go."""


class Hid(Protocol):
    """The devices there are (hidapi; ``FakeHid`` in tests)."""

    def found(self) -> list[dict[str, Any]]:
        """As hidapi lists them: path, vendor_id, product_string, usage_page …"""

    def open(self, path: bytes) -> Device:
        """Errors: OSError."""

    def fingerprint(self) -> object:
        """Something that is another when a device was plugged in; cheap. None: not known, look each time."""


class Hidapi:
    """hidapi; on Linux by the kernel's hidraw, which leaves the sound of the same device alone."""

    def __init__(self) -> None:
        if sys.platform == "linux":
            import hidraw as library
        else:
            import hid as library
        self._library: Any = library

    def found(self) -> list[dict[str, Any]]:
        """What the system lists."""
        return list(self._library.enumerate())

    def open(self, path: bytes) -> Device:
        """Errors: OSError."""
        device = self._library.device()
        device.open_path(path)
        return device  # type: ignore[no-any-return]

    def fingerprint(self) -> object:
        """The names of the hidraw devices."""
        if sys.platform != "linux":
            return None
        with contextlib.suppress(OSError):
            return tuple(sorted(os.listdir("/sys/class/hidraw")))
        return ()


@dataclass(frozen=True)
class _Open:
    """The headset in use."""

    device: Device
    reports: HidReports
    name: str


class HidHeadset:
    """Implements ``domain.surroundings.Headset``. Thread: main; ``headset`` while it is started."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        hid: Callable[[], Hid] = Hidapi,
        now_s: Callable[[], float] = time.monotonic,
        look_s: float = LOOK_S,
    ) -> None:
        self._dispatcher = dispatcher
        self._hid = hid
        self._now_s = now_s
        self._look_s = look_s
        self._loop: HeadsetLoop | None = None

    def start(self, news: Callable[[HeadsetNews], None], pressed: Callable[[HeadsetButton], None]) -> None:
        """Look for one, and use it."""
        self.stop()
        post = self._dispatcher.post
        self._loop = HeadsetLoop(
            self._hid,
            lambda told: post(lambda: news(told)),
            lambda button: post(lambda: pressed(button)),
            self._now_s,
            self._look_s,
        )
        threading.Thread(target=self._loop.run, name="headset", daemon=True).start()

    def show(self, lights: HeadsetLights) -> None:
        """Set its lights, within READ_MS."""
        if self._loop is not None:
            self._loop.wanted.put(lights)

    def stop(self) -> None:
        """Put its lights out and let it go."""
        if self._loop is not None:
            self._loop.wanted.put(None)
            self._loop = None


class HeadsetLoop:
    """One life of the thread ``headset``: look, read, set lights, until None is put into ``wanted``."""

    def __init__(
        self,
        hid: Callable[[], Hid],
        news: Callable[[HeadsetNews], None],
        pressed: Callable[[HeadsetButton], None],
        now_s: Callable[[], float],
        look_s: float,
    ) -> None:
        self.wanted: queue.SimpleQueue[HeadsetLights | None] = queue.SimpleQueue()
        self._make_hid = hid
        self._news = news
        self._pressed = pressed
        self._now_s = now_s
        self._look_s = look_s
        self._lights = HeadsetLights()
        self._open: _Open | None = None
        self._seen: object = None
        self._before: dict[int, int] = {}
        self._echo_until_s = 0.0

    def run(self) -> None:
        """Thread: headset."""
        try:
            hid = self._make_hid()
        except (ImportError, OSError) as error:
            _log.warning("no headset can be used: %s", error)
            self._news(HeadsetNews(code="failed"))
            return
        self._look(hid)
        while self._obey():
            if self._open is None:
                self._look(hid)
            else:
                self._read(self._open)
        self._show(HeadsetLights())
        self._let_go()

    def _obey(self) -> bool:
        """Set the lights that were put; False at the end. Without a headset, wait until the next look."""
        with contextlib.suppress(queue.Empty):
            lights = self.wanted.get(self._open is None, self._look_s)
            while True:
                if lights is None:
                    return False
                self._show(lights)
                lights = self.wanted.get_nowait()
        return True

    def _look(self, hid: Hid) -> None:
        """Open the first headset there is."""
        seen = hid.fingerprint()
        if seen is not None and seen == self._seen:
            return
        self._seen = seen if seen is not None else ()
        denied = ""
        for found in _candidates(hid.found()):
            name = str(found.get("product_string") or MAKERS[found["vendor_id"]])
            try:
                device = hid.open(found["path"])
            except OSError as error:
                _log.info("%s cannot be opened: %s", name, error)
                denied = name
                continue
            if self._take(device, name):
                return
        self._news(HeadsetNews(name=denied, code="denied" if denied else ""))

    def _take(self, device: Device, name: str) -> bool:
        """Use ``device`` where it is a telephone."""
        try:
            reports = parse_descriptor(bytes(device.get_report_descriptor()))
        except (OSError, ValueError, HidDescriptorInvalid) as error:
            _log.info("%s is not understood: %s", name, error)
            device.close()
            return False
        if HOOK_SWITCH not in reports.usages(ReportKind.INPUT):
            device.close()
            return False
        self._open = _Open(device, reports, name)
        self._before = {}
        self._news(HeadsetNews(name=name))
        self._show(self._lights)
        return True

    def _read(self, headset: _Open) -> None:
        try:
            report = bytes(headset.device.read(MAX_REPORT_BYTES, READ_MS))
        except (OSError, ValueError) as error:
            _log.info("%s is gone: %s", headset.name, error)
            self._let_go()
            self._news(HeadsetNews())
            return
        if report:
            self._heard(headset.reports, headset.reports.read(report))

    def _heard(self, reports: HidReports, values: dict[int, int]) -> None:
        """Tell what was pressed: what is on now and was not, and a hook put down."""
        for usage, value in values.items():
            before = self._before.get(usage, 0)
            fresh = bool(value) and (not before or reports.is_relative(usage))
            if usage == HOOK_SWITCH:
                self._hook(bool(value), bool(before), reports.is_relative(usage))
            elif usage in _KEYS and fresh:
                self._pressed(_KEYS[usage])
            self._before[usage] = value

    def _hook(self, off: bool, before: bool, is_key: bool) -> None:
        if is_key:
            if off:
                self._pressed(HeadsetButton.HOOK)
        elif off is not before and self._now_s() >= self._echo_until_s:
            self._pressed(HeadsetButton.PICK_UP if off else HeadsetButton.PUT_DOWN)

    def _show(self, lights: HeadsetLights) -> None:
        """Set the lights of the headset there is; the next one gets them when it comes."""
        moved = lights.off_hook is not self._lights.off_hook
        self._lights = lights
        if self._open is None:
            return
        if moved:
            self._echo_until_s = self._now_s() + ECHO_S
        values = {
            LED_OFF_HOOK: int(lights.off_hook),
            LED_RING: int(lights.ring),
            RINGER: int(lights.ring),
            LED_MUTE: int(lights.mute),
            LED_HOLD: int(lights.hold),
        }
        try:
            for report in self._open.reports.write(values):
                if self._open.device.write(report) < 0:
                    raise OSError("a report was not taken")
        except (OSError, ValueError) as error:
            _log.info("the lights of %s: %s", self._open.name, error)

    def _let_go(self) -> None:
        if self._open is not None:
            with contextlib.suppress(OSError, ValueError):
                self._open.device.close()
        self._open = None
        self._seen = None


def _candidates(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of known makers: what says it is a telephone first, then what tells nothing; each once."""
    known = [each for each in found if each.get("vendor_id") in MAKERS]
    telephones = [each for each in known if each.get("usage_page") == TELEPHONY]
    untold = [each for each in known if not each.get("usage_page")]
    paths: dict[bytes, dict[str, Any]] = {}
    for each in (*telephones, *untold):
        paths.setdefault(each["path"], each)
    return list(paths.values())
