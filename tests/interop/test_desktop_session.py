"""A real desktop session: window manager, notification daemon, tray, other programs with the keyboard.

The phone is the program as a user starts it; who calls it is a second phone of ours, on our registrar.
"""

from __future__ import annotations

import signal
import sys
import threading
import tomllib
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from softphone.desktop.url_schemes import XdgSchemes
from softphone.link.control import ControlClient, NoPhoneRuns
from tests.helpers.desktop_session import NOTEPAD, PROGRAMS, DesktopSession
from tests.helpers.phone_process import PhoneProcess, RegistrarProcess, program_command
from tests.helpers.secret_service import GnomeKeyring
from tests.helpers.waiting import wait_for

WINDOW, RINGING, BAR = "ソフトフォン", "着信", "通話バー"
LIMIT_S = 20.0
DONE, USAGE, DECLINED = 0, 2, 5

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="an X desktop")


class OfficePhone:
    """The phone of 1000 on a desktop."""

    def __init__(self, desktop: DesktopSession, registrar: RegistrarProcess, stack: ExitStack) -> None:
        self.desktop = desktop
        self.folder = desktop.home / "phone"
        self._registrar = registrar
        self._stack = stack
        self._starts = 0
        self._set_up()

    def choose(self, **fields: object) -> None:
        """Choose something on the page デスクトップ, before the start."""
        file = self.folder / "settings.toml"
        settings = tomllib.loads(file.read_text(encoding="utf-8"))
        settings["desktop"] |= fields
        file.write_text(tomli_w.dumps(settings), encoding="utf-8")

    def start(self, *arguments: str) -> PhoneProcess:
        """Start the program once more."""
        return self._stack.enter_context(
            PhoneProcess(
                self.folder,
                *arguments,
                environment=self.desktop.environment,
                language="ja",
                json_output=False,
            )
        )

    def begin(self, *arguments: str) -> PhoneProcess:
        """Start it, registered; its window in front unless it starts in the background."""
        process = self.start(*arguments)
        wait_for(lambda: self.registered, LIMIT_S, what="通話可能")
        if not arguments:
            wait_for(lambda: self.desktop.active_window() == WINDOW, LIMIT_S, what="the window in front")
        return process

    @property
    def registered(self) -> bool:
        """通話可能."""
        told = self.ask("status").get("registration", {})
        return bool(told.get("state") == "registered")

    @property
    def answers(self) -> bool:
        """Whoever has the folder takes requests: asked aside, for one that hangs would keep us."""
        asking = threading.Thread(target=self.ask, args=("status",), daemon=True)
        asking.start()
        asking.join(1.0)
        return not asking.is_alive()

    def ask(self, verb: str) -> dict[str, Any]:
        """What the running phone answers; nothing where none does."""
        try:
            client = ControlClient(self.folder)
        except NoPhoneRuns:
            return {}
        try:
            return dict(client.ask({"verb": verb}))
        except NoPhoneRuns:
            return {}
        finally:
            client.close()

    def calls(self) -> list[str]:
        """The states of its calls."""
        return [call["state"] for call in self.ask("calls").get("calls", ())]

    def _set_up(self) -> None:
        server = ("--user-id", "1000", "--server", self._registrar.server)
        account = self._stack.enter_context(
            PhoneProcess(
                self.folder,
                "account",
                "set",
                *server,
                stdin_text="pw1000",
                environment=self.desktop.environment,
                json_output=False,
            )
        )
        assert account.wait_exit(LIMIT_S) == DONE, account.transcript()


@pytest.fixture
def start_desktop(
    tmp_path: Path, stack: ExitStack, requires_peer: Callable[..., None]
) -> Callable[..., DesktopSession]:
    """Start a desktop with these options, and a keyring on its bus."""

    def start(**options: bool) -> DesktopSession:
        requires_peer(*PROGRAMS, "gnome-keyring-daemon")
        desktop = stack.enter_context(DesktopSession(tmp_path / "desktop", **options))
        stack.enter_context(GnomeKeyring(desktop.bus, "login"))
        return desktop

    return start


@pytest.fixture
def desktop(start_desktop: Callable[..., DesktopSession]) -> DesktopSession:
    """A desktop with everything."""
    return start_desktop()


@pytest.fixture
def office(desktop: DesktopSession, registrar: RegistrarProcess, stack: ExitStack) -> OfficePhone:
    """The phone on it, not started."""
    return OfficePhone(desktop, registrar, stack)


# -- one window ------------------------------------------------------------------------------------


def test_a_second_start_brings_the_first_forward_and_ends(office: OfficePhone) -> None:
    first = office.begin()
    office.desktop.open_notepad()

    second = office.start()

    assert second.wait_exit(LIMIT_S) == DONE, second.transcript()
    wait_for(lambda: office.desktop.active_window() == WINDOW, what="the window in front")
    assert len(office.desktop.windows(WINDOW)) == 1
    assert first.is_alive


def test_a_start_beside_one_that_hangs_takes_its_place(office: OfficePhone, stack: ExitStack) -> None:
    first = office.begin()
    first.process.send_signal(signal.SIGSTOP)
    stack.callback(first.process.send_signal, signal.SIGCONT)

    office.start()

    wait_for(lambda: len(office.desktop.windows(WINDOW)) == 2, LIMIT_S, what="a second window")
    wait_for(lambda: office.answers, LIMIT_S, what="a phone that answers")
    wait_for(lambda: office.registered, LIMIT_S, what="通話可能")
    third = office.start()
    assert third.wait_exit(LIMIT_S) == DONE
    assert len(office.desktop.windows(WINDOW)) == 2


def test_a_killed_phone_leaves_its_place(office: OfficePhone) -> None:
    first = office.begin()
    first.kill()
    first.process.wait(LIMIT_S)

    second = office.begin()

    assert second.is_alive
    assert len(office.desktop.windows(WINDOW)) == 1


# -- links -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("opener", [("xdg-open",), ("gio", "open")])
def test_a_link_opens_here_and_calls_when_the_user_says_so(
    opener: tuple[str, ...],
    office: OfficePhone,
    registrar: RegistrarProcess,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desktop = office.desktop
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, desktop.environment[name])
    command = (*program_command(), "--config-dir", str(office.folder))
    assert XdgSchemes(command, Path("app.svg")).set(True).on
    assert desktop.run("xdg-mime", "query", "default", "x-scheme-handler/tel") == "softphone-links.desktop"
    office.begin()
    desktop.open_notepad()

    desktop.run(*opener, "tel:03-1234-5678")

    wait_for(lambda: desktop.active_window() == WINDOW, LIMIT_S, what="the window in front")
    assert office.calls() == []
    desktop.run("xdotool", "key", "Return")
    registrar.wait_event(LIMIT_S, event="call_started", callee="0312345678")


def test_a_link_that_is_none_is_refused_in_words(office: OfficePhone) -> None:
    office.begin()

    second = office.start("tel:20%0A1")

    assert second.wait_exit(LIMIT_S) == USAGE
    assert "目に見えない文字" in second.transcript()
    assert office.calls() == []


# -- somebody calls --------------------------------------------------------------------------------


def test_a_caller_is_answered_from_the_notification_and_nothing_takes_the_keyboard(
    office: OfficePhone, registrar: RegistrarProcess, phone: Callable[..., PhoneProcess]
) -> None:
    desktop = office.desktop
    office.choose(ring_by="notification")
    office.begin()
    desktop.open_notepad()
    desktop.type("before ")

    caller = phone(registrar, "1001", "call", "1000")

    wait_for(lambda: desktop.displayed() == 1, LIMIT_S, what="a notification")
    shown = desktop.notified()[-1]
    assert (shown.title, shown.urgency) == ("着信 1001", 2)
    assert shown.actions[-2:] == ("応答", "拒否")
    assert desktop.windows(RINGING) == []
    desktop.type("while ")
    desktop.press("応答")
    caller.wait_event(LIMIT_S, event="call", state="confirmed")
    wait_for(lambda: office.calls() == ["confirmed"], what="an answered call")
    wait_for(lambda: desktop.displayed() == 0, what="the notification gone")
    wait_for(lambda: desktop.windows(BAR), what="the call bar")
    desktop.type("after")
    assert desktop.active_window() == NOTEPAD
    wait_for(lambda: desktop.typed() == "before while after", what=desktop.typed())
    caller.interrupt()
    wait_for(lambda: not desktop.windows(BAR), LIMIT_S, what="no call bar")
    assert desktop.active_window() == NOTEPAD


def test_a_caller_is_declined_from_the_notification(
    office: OfficePhone, registrar: RegistrarProcess, phone: Callable[..., PhoneProcess]
) -> None:
    office.choose(ring_by="notification")
    office.begin()
    office.desktop.open_notepad()

    caller = phone(registrar, "1001", "call", "1000")

    wait_for(lambda: office.desktop.displayed() == 1, LIMIT_S, what="a notification")
    office.desktop.press("拒否")
    ended = caller.wait_event(LIMIT_S, event="call", state="terminated")
    assert ended["cause"] == "declined"


def test_a_missed_call_is_named_and_called_back(
    office: OfficePhone, registrar: RegistrarProcess, phone: Callable[..., PhoneProcess]
) -> None:
    desktop = office.desktop
    office.begin()
    desktop.open_notepad()
    caller = phone(registrar, "1001", "call", "1000")
    wait_for(lambda: desktop.windows(RINGING), LIMIT_S, what="our window that rings")
    assert desktop.displayed() == 0
    assert desktop.active_window() == NOTEPAD

    caller.interrupt()

    wait_for(lambda: desktop.displayed() == 1, LIMIT_S, what="a notification")
    shown = desktop.notified()[-1]
    assert (shown.title, shown.actions[-1]) == ("不在着信 1001", "かけ直す")
    assert desktop.windows(RINGING) == []
    assert desktop.active_window() == NOTEPAD
    desktop.press("かけ直す")
    registrar.wait_event(LIMIT_S, event="call_failed", callee="1001")
    wait_for(lambda: desktop.active_window() == WINDOW, what="the window in front")


def test_without_a_notification_daemon_our_window_rings_and_takes_no_keyboard(
    start_desktop: Callable[..., DesktopSession],
    registrar: RegistrarProcess,
    stack: ExitStack,
    phone: Callable[..., PhoneProcess],
) -> None:
    desktop = start_desktop(notifications=False)
    office = OfficePhone(desktop, registrar, stack)
    office.choose(ring_by="notification")
    office.begin()
    desktop.open_notepad()

    caller = phone(registrar, "1001", "call", "1000")

    wait_for(lambda: desktop.windows(RINGING), LIMIT_S, what="our window that rings")
    desktop.type("typed")
    assert desktop.active_window() == NOTEPAD
    desktop.click(RINGING, 0.75, 0.85)  # 応答
    caller.wait_event(LIMIT_S, event="call", state="confirmed")
    wait_for(lambda: not desktop.windows(RINGING), what="no window that rings")
    assert desktop.active_window() == NOTEPAD
    assert desktop.typed() == "typed"


# -- tray ------------------------------------------------------------------------------------------


def test_closing_the_window_leaves_the_phone_in_the_tray(
    office: OfficePhone, registrar: RegistrarProcess, phone: Callable[..., PhoneProcess]
) -> None:
    desktop = office.desktop
    process = office.begin()
    wait_for(lambda: desktop.tray_icons() == 1, what="an icon in the tray")

    desktop.close_window(WINDOW)

    wait_for(lambda: not desktop.windows(WINDOW), what="no window")
    wait_for(lambda: [n.title for n in desktop.notified()] == ["着信を受け続けます"], what="told so")
    assert process.is_alive
    assert office.registered
    caller = phone(registrar, "1001", "call", "1000")
    wait_for(lambda: desktop.windows(RINGING), LIMIT_S, what="our window that rings")
    caller.interrupt()
    desktop.click_tray()
    wait_for(lambda: desktop.active_window() == WINDOW, what="the window in front")


def test_it_starts_in_the_background(office: OfficePhone) -> None:
    office.begin("--background")
    wait_for(lambda: office.desktop.tray_icons() == 1, what="an icon in the tray")
    assert office.desktop.windows(WINDOW) == []

    assert office.start("--background").wait_exit(LIMIT_S) == DONE
    assert office.desktop.windows(WINDOW) == []
    assert office.start().wait_exit(LIMIT_S) == DONE
    wait_for(lambda: office.desktop.active_window() == WINDOW, what="the window in front")


def test_without_a_tray_closing_ends_the_phone(
    start_desktop: Callable[..., DesktopSession], registrar: RegistrarProcess, stack: ExitStack
) -> None:
    desktop = start_desktop(tray=False)
    process = OfficePhone(desktop, registrar, stack).begin()

    desktop.close_window(WINDOW)

    assert process.wait_exit(LIMIT_S) == DONE
    registrar.wait_event(LIMIT_S, event="unregistered", user="1000", reason="request")
