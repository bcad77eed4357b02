"""The window on its desktop: tray, call bar, notifications, links, closing without ending."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from softphone.domain.call import CallState, TerminatedReason
from softphone.domain.commands import Answer, Hangup, MakeCall, SetHold, SetMute
from softphone.domain.link import LinkInvalid
from softphone.domain.settings import DesktopSettings, RingBy, Settings
from softphone.ui.desktop_desk import DesktopDesk
from softphone.ui.settings.choice import Switch
from softphone.ui.tray_icon import SIZES, tray_pixmap
from tests.helpers.fake_desktop import FakeNotifier, FakeSwitch, fake_desktop
from tests.helpers.gallery import SHEET_ACCOUNT, Stage


class OnDesk:
    """A window with a stored account, registered, on a desktop with a tray."""

    def __init__(self, desktop: DesktopSettings = DesktopSettings(), *, tray: bool = True) -> None:
        self.notifier = FakeNotifier()
        self.autostart, self.links = FakeSwitch(), FakeSwitch()
        ports = fake_desktop(self.notifier, self.autostart, self.links)
        settings = Settings(account=SHEET_ACCOUNT, desktop=desktop)
        self.stage = Stage(settings, password="secret", demo_number="", desktop=ports)
        self.kit, self.window = self.stage.kit, self.stage.window
        self.kit.registered()
        self.left = 0
        self.desk = DesktopDesk(self.kit.phone, self.window, lambda: False, has_tray=lambda: tray)
        self.desk.left.connect(self._note_left)

    def bar(self) -> QWidget | None:
        """The call bar, where it is shown."""
        self.stage.settle()
        shown = [w for w in QApplication.topLevelWidgets() if w.objectName() == "miniBar" and w.isVisible()]
        return shown[0] if shown else None

    def popups(self) -> list[QWidget]:
        """The small windows of incoming calls that are shown."""
        self.stage.settle()
        every = QApplication.topLevelWidgets()
        return [w for w in every if w.objectName() == "incomingWindow" and w.isVisible()]

    def tray(self, name: str) -> QAction:
        """An entry of the tray's menu."""
        return self.desk.tray.menu.findChild(QAction, f"tray_{name}")

    def change(self, **fields: object) -> None:
        """Choose something on the page デスクトップ."""
        desktop = replace(self.kit.phone.settings.now.desktop, **fields)
        self.kit.phone.settings.change_fields(desktop=desktop)

    def number(self) -> str:
        """What stands on the keypad."""
        return self.stage.find(QWidget, "numberField").text()

    def problem(self) -> str:
        """What is said under it."""
        return self.stage.window.findChild(QWidget, "dialProblem").text()

    def end(self) -> None:
        """Everything away."""
        for call in self.kit.phone.calls.live:
            self.kit.ended(call.key)
        self.desk.close()
        self.window.close()
        self.window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.stage.settle()

    def _note_left(self) -> None:
        self.left += 1


@pytest.fixture
def on_desk(qapp: QApplication) -> Iterator[OnDesk]:
    made = OnDesk()
    yield made
    made.end()


def press(window: QWidget | None, name: str) -> None:
    assert window is not None
    window.findChild(QAbstractButton, name).click()


# -- closing ---------------------------------------------------------------------------------------


def test_closing_the_window_leaves_the_phone_in_the_tray_and_says_so_once(on_desk: OnDesk) -> None:
    assert not on_desk.window.close()
    assert not on_desk.window.isVisible()
    assert [each.title for each in on_desk.notifier.seen] == ["着信を受け続けます"]
    on_desk.desk.open("", "")
    assert on_desk.window.isVisible()
    on_desk.window.close()
    assert len(on_desk.notifier.seen) == 1


def test_closing_during_a_call_asks_nothing_where_the_phone_stays(on_desk: OnDesk) -> None:
    on_desk.stage.talk()
    on_desk.window.close()
    assert not on_desk.window.isVisible()
    assert len(on_desk.kit.phone.calls.live) == 1


def test_quitting_from_the_tray_ends_it(on_desk: OnDesk) -> None:
    on_desk.window.close()
    on_desk.tray("quit").trigger()
    assert on_desk.left == 1


@pytest.mark.parametrize("wanted", [True, False])
def test_a_caller_brings_a_hidden_window_forward_only_where_the_user_wants_that(
    on_desk: OnDesk, wanted: bool
) -> None:
    on_desk.kit.phone.settings.change_fields(bring_to_front_on_call=wanted)
    on_desk.window.close()
    on_desk.kit.incoming()
    assert on_desk.window.isVisible() is wanted


def test_without_a_tray_closing_is_closing(qapp: QApplication) -> None:
    made = OnDesk(tray=False)
    assert made.window.close()
    made.end()


def test_the_user_chose_that_closing_ends_it(on_desk: OnDesk) -> None:
    on_desk.change(stay_in_tray=False)
    assert on_desk.window.close()


# -- tray ------------------------------------------------------------------------------------------


def test_a_caller_is_answered_from_the_tray(on_desk: OnDesk) -> None:
    assert not on_desk.tray("answer").isVisible()
    key = on_desk.kit.incoming(number="202", name="山田 花子")
    on_desk.stage.settle()
    on_desk.tray("answer").trigger()
    assert on_desk.kit.engine.sent_of(Answer)[-1].key == key


def test_the_tray_refuses_callers_and_lets_them_through(on_desk: OnDesk) -> None:
    on_desk.tray("dnd").trigger()
    assert on_desk.kit.phone.settings.now.calls.do_not_disturb
    assert on_desk.tray("dnd").text() == "着信拒否を解除する"
    on_desk.tray("dnd").trigger()
    assert not on_desk.kit.phone.settings.now.calls.do_not_disturb


def test_missed_calls_are_counted_and_lead_to_the_history(on_desk: OnDesk) -> None:
    on_desk.stage.away()
    for key in ("in-1", "in-2"):
        on_desk.kit.incoming(key)
        on_desk.kit.ended(key, TerminatedReason.CANCELLED)
    assert on_desk.tray("missed").text() == "不在着信 2件"
    on_desk.tray("missed").trigger()
    assert on_desk.window.findChild(QAbstractButton, "nav_history").isChecked()


def test_the_tray_leads_to_the_keypad_with_what_was_typed(on_desk: OnDesk) -> None:
    on_desk.stage.type("numberField", "0312")
    on_desk.window.show_place("settings")
    on_desk.tray("call").trigger()
    assert on_desk.number() == "0312"


def test_every_state_has_a_shape_of_its_own(on_desk: OnDesk) -> None:
    look = on_desk.window.look
    for size in SIZES:
        shapes = set()
        for kind in ("ready", "cannot_call", "dnd", "in_call", "ringing"):
            for missed in (0, 2):
                image = tray_pixmap(look, kind, missed, size).toImage()
                grey = (image.pixelColor(x, y) for x in range(size) for y in range(size))
                shapes.add(tuple(color.lightness() // 64 + color.alpha() // 128 for color in grey))
        assert len(shapes) == 10, size


def test_another_language_reaches_the_tray(on_desk: OnDesk) -> None:
    on_desk.kit.phone.settings.change_fields(language="en")
    assert on_desk.tray("quit").text() == "Quit"


# -- call bar --------------------------------------------------------------------------------------


def test_the_bar_comes_while_another_program_is_in_front(on_desk: OnDesk) -> None:
    key = on_desk.stage.talk("202", "山田 花子")
    assert on_desk.bar() is None
    on_desk.stage.away()
    other = QApplication.activeWindow()
    bar = on_desk.bar()
    assert bar is not None
    assert QApplication.activeWindow() is other
    assert bar.findChild(QWidget, "miniBarWho").text() == "山田 花子"
    press(bar, "miniBarMute")
    assert on_desk.kit.engine.sent_of(SetMute)[-1] == SetMute(key=key, muted=True)
    press(bar, "miniBarHold")
    assert on_desk.kit.engine.sent_of(SetHold)[-1] == SetHold(key=key, held=True)
    press(bar, "miniBarHangUp")
    assert on_desk.kit.engine.sent_of(Hangup)[-1].key == key


def test_the_bar_leads_back_and_goes(on_desk: OnDesk) -> None:
    on_desk.stage.talk()
    on_desk.stage.away()
    press(on_desk.bar(), "miniBarOpen")
    on_desk.stage.settle()
    assert on_desk.window.isActiveWindow()
    assert on_desk.bar() is None


def test_the_bar_stays_where_it_was_put(on_desk: OnDesk, qtbot: QtBot) -> None:
    key = on_desk.stage.talk()
    on_desk.stage.away()
    bar = on_desk.bar()
    assert bar is not None
    who = bar.findChild(QWidget, "miniBarWho")
    grip, before = who.mapTo(bar, who.rect().center()), bar.pos()
    QTest.mousePress(bar, Qt.MouseButton.LeftButton, pos=grip)
    QTest.mouseMove(bar, grip + QPoint(60, 90))
    QTest.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=grip)
    moved = bar.pos()
    assert moved != before
    settings = on_desk.kit.phone.settings
    qtbot.waitUntil(lambda: settings.now.desktop.call_bar_place == (moved.x(), moved.y()))
    on_desk.kit.ended(key)
    assert on_desk.bar() is None
    on_desk.window.calls.close_ended()
    on_desk.stage.talk()
    on_desk.stage.away()
    again = on_desk.bar()
    assert again is not None
    assert again.pos() == moved


def test_no_bar_where_the_user_wants_none_or_nobody_talks(on_desk: OnDesk) -> None:
    on_desk.stage.away()
    on_desk.kit.incoming()
    assert on_desk.bar() is None
    on_desk.kit.call_state("in-1", CallState.CONFIRMED)
    assert on_desk.bar() is not None
    on_desk.change(call_bar=False)
    assert on_desk.bar() is None


def test_a_place_on_a_screen_that_is_gone_is_forgotten(qapp: QApplication) -> None:
    made = OnDesk(DesktopSettings(call_bar_place=(99_999, -5_000)))
    made.stage.talk()
    made.stage.away()
    bar = made.bar()
    assert bar is not None
    assert qapp.primaryScreen().availableGeometry().contains(bar.geometry())
    made.end()


# -- notifications ---------------------------------------------------------------------------------


def test_the_notification_rings_in_place_of_our_window(on_desk: OnDesk) -> None:
    on_desk.change(ring_by=RingBy.NOTIFICATION)
    on_desk.stage.away()
    key = on_desk.kit.incoming(number="202", name="山田 花子")
    assert on_desk.popups() == []
    on_desk.notifier.press("ringing", "answer")
    assert on_desk.kit.engine.sent_of(Answer)[-1].key == key
    assert not on_desk.window.isActiveWindow()


def test_our_window_rings_where_the_desktop_can_keep_it_in_sight(on_desk: OnDesk) -> None:
    on_desk.stage.away()
    on_desk.kit.incoming()
    assert len(on_desk.popups()) == 1
    assert on_desk.notifier.seen == []


def test_in_the_window_neither_rings(on_desk: OnDesk) -> None:
    on_desk.change(ring_by=RingBy.NOTIFICATION)
    on_desk.kit.incoming()
    assert on_desk.popups() == []
    assert on_desk.notifier.seen == []


def test_a_missed_call_is_called_back(on_desk: OnDesk) -> None:
    on_desk.stage.away()
    on_desk.kit.incoming(number="203")
    on_desk.kit.ended("in-1", TerminatedReason.CANCELLED)
    on_desk.notifier.press("missed", "call_back")
    assert on_desk.kit.engine.sent_of(MakeCall)[-1].uri.startswith("sip:203@")
    on_desk.stage.settle()
    assert on_desk.window.isActiveWindow()


# -- links -----------------------------------------------------------------------------------------


def test_a_link_is_put_on_the_keypad_and_not_called(on_desk: OnDesk) -> None:
    on_desk.stage.away()
    on_desk.desk.open("tel:03-1234-5678", "")
    assert on_desk.number() == "0312345678"
    on_desk.stage.settle()
    assert on_desk.window.isActiveWindow()
    assert on_desk.kit.engine.sent_of(MakeCall) == []
    on_desk.stage.click("callButton")
    assert on_desk.kit.engine.sent_of(MakeCall)[-1].uri.startswith("sip:0312345678@")


def test_a_link_is_called_at_once_where_the_user_wants_that(on_desk: OnDesk) -> None:
    on_desk.change(dial_links=True)
    on_desk.desk.open("tel:03-1234-5678", "")
    assert len(on_desk.kit.engine.sent_of(MakeCall)) == 1


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("tel:119", "緊急通報"),
        ("tel:*21*09012345678%23", "電話の設定"),
        ("tel:+1-914-555-0100", "国際電話"),
        ("tel:7042;phone-context=example.jp", "「example.jp」"),
    ],
)
def test_these_are_always_asked(on_desk: OnDesk, link: str, words: str) -> None:
    on_desk.change(dial_links=True)
    on_desk.desk.open(link, "")
    assert on_desk.kit.engine.sent_of(MakeCall) == []
    assert words in on_desk.problem()


def test_a_link_interrupts_no_call(on_desk: OnDesk) -> None:
    on_desk.change(dial_links=True)
    on_desk.stage.talk()
    calls = len(on_desk.kit.engine.sent_of(MakeCall))
    on_desk.desk.open("tel:203", "")
    assert len(on_desk.kit.engine.sent_of(MakeCall)) == calls
    assert on_desk.number() == "203"


def test_a_bad_link_is_said_and_nothing_is_lost(on_desk: OnDesk) -> None:
    on_desk.stage.type("numberField", "0312")
    with pytest.raises(LinkInvalid):
        on_desk.desk.open("tel:20%0A1", "")
    assert on_desk.number() == "0312"
    assert "目に見えない文字" in on_desk.problem()


# -- the page --------------------------------------------------------------------------------------


def test_the_page_sets_what_the_system_keeps(on_desk: OnDesk) -> None:
    on_desk.window.show_place("desktop")
    on_desk.stage.click("autostart")
    on_desk.stage.click("links")
    assert (on_desk.autostart.on, on_desk.links.on) == (True, True)
    on_desk.links.on = False  # another program took it meanwhile
    on_desk.window.show_place("settings")
    on_desk.window.show_place("desktop")
    assert not on_desk.stage.find(Switch, "links").isChecked()


def test_the_page_says_what_cannot_be_done(on_desk: OnDesk) -> None:
    on_desk.autostart.problem = "not_here"
    on_desk.links.problem = "not_writable"
    on_desk.window.show_place("desktop")
    assert not on_desk.stage.find(Switch, "autostart").isEnabled()
    assert "設定できません" in on_desk.stage.find(QWidget, "autostart_hint").text()
    on_desk.stage.click("links")
    assert "書き込めません" in on_desk.stage.find(QWidget, "links_hint").text()
    assert not on_desk.stage.find(Switch, "links").isChecked()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_fits_the_window(on_desk: OnDesk, language: str) -> None:
    on_desk.kit.phone.settings.change_fields(language=language)
    on_desk.window.show_place("desktop")
    on_desk.stage.settle()
    area = on_desk.stage.find(QWidget, "desktopPage").findChild(QScrollArea)
    assert area.widget().width() <= area.viewport().width()
