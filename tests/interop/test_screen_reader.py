"""The real window on a real X server, read and used by way of AT-SPI: what Orca would say and do."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.helpers.accessibility_bus import LAUNCHER, AccessibilityBus, Element
from tests.helpers.child import Child
from tests.helpers.phone_process import program_command
from tests.helpers.programs import find_program
from tests.helpers.secret_service import ROOT, SessionBus
from tests.helpers.waiting import wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="AT-SPI is Linux's")


@pytest.fixture
def readers(tmp_path: Path, requires_peer: Callable[..., None]) -> Iterator[AccessibilityBus]:
    """A screen without glass and the accessibility bus on it."""
    requires_peer("Xvfb", "dbus-daemon", LAUNCHER)
    screen = Child(
        [
            find_program("Xvfb") or "Xvfb",
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1000x800x24",
            "-nolisten",
            "tcp",
        ],
        log_path=tmp_path / "xvfb.log",
        stdout=subprocess.PIPE,
    )
    with screen, SessionBus(tmp_path / "session") as session:
        assert screen.process.stdout is not None
        display = f":{screen.process.stdout.readline().decode().strip()}"
        with AccessibilityBus(session, display) as bus:
            yield bus


def start(readers: AccessibilityBus, folder: Path) -> Child:
    """The window of a phone that was never set up."""
    command = [*program_command(), "--config-dir", str(folder / "phone"), "--lang", "ja"]
    return Child(command, log_path=folder / "phone.log", environment=readers.environment, directory=ROOT)


def names(phone: Element, role: str) -> list[str]:
    return [each.name for each in phone.all() if each.role == role and each.name and each.is_showing]


def test_the_first_start_and_the_keypad_can_be_read_and_used(
    readers: AccessibilityBus, tmp_path: Path
) -> None:
    with start(readers, tmp_path) as window:
        phone = readers.application("softphone")
        wait_for(lambda: "手順 1/3 アカウント" in names(phone, "label"), what="the guide")
        assert "ご利用内容のご案内の文面" in names(phone, "text")
        phone.find("push button", "あとで設定する").press()

        wait_for(lambda: "未設定" in names(phone, "label"), what="the keypad")
        for typed in (
            "1",
            "11",
            "117",
        ):  # a press by a reader takes 0.1 s; another one meanwhile would end it
            phone.find("push button", typed[-1]).press()
            wait_for(lambda typed=typed: phone.find("text", "電話番号").text == typed, what=typed)
        with readers.listen() as announced:
            phone.find("push button", "IP電話").press()
            assert "通話不可" in announced.next()
        places = names(phone, "radio button")
        assert places == ["キーパッド", "履歴", "電話帳", "内線", "設定"]

        window.process.send_signal(signal.SIGTERM)
        assert window.process.wait(20) == 0, window.log_tail()
        assert window.log() == ""
