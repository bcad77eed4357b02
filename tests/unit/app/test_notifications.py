"""What is notified: who calls while the window is not in use, who was missed, and who may not be named."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from softphone.app.notifications import MISSED, RINGING, TRAY, NotificationService
from softphone.app.text import Text
from softphone.domain.call import CallState, TerminatedReason
from softphone.domain.desktop import NotifierState
from softphone.domain.identity import Anonymity
from softphone.domain.settings import DesktopSettings, RingBy, Settings
from softphone.storage.catalogue import load_texts
from tests.helpers.fake_desktop import FakeNotifier, fake_desktop
from tests.helpers.fake_services import RESOURCES
from tests.helpers.fakes import ACCOUNT, PhoneKit, fake_phone


class Notified:
    """A registered phone on a desktop, its window not in use."""

    def __init__(
        self,
        desktop: DesktopSettings = DesktopSettings(ring_by=RingBy.NOTIFICATION),
        state: NotifierState = NotifierState(problem="", actions=True),
        *,
        floats: bool = True,
    ) -> None:
        self.notifier = FakeNotifier(state)
        settings = Settings(account=ACCOUNT, desktop=desktop)
        self.kit: PhoneKit = fake_phone(settings, password="x", desktop=fake_desktop(self.notifier))
        self.chosen: list[tuple[str, str]] = []
        self.in_use = False
        self.hidden = False
        text = Text(load_texts(RESOURCES, "ja"), "ja")
        self.service = NotificationService(
            self.kit.phone,
            lambda: text,
            lambda action, about: self.chosen.append((action, about)),
            wanted=lambda: not self.in_use,
            hides=lambda: self.hidden,
            floats=floats,
        )
        self.kit.phone.observe(self.service.observe)
        self.kit.phone.start()
        self.kit.registered()
        self.service.start()

    def miss(self, key: str, number: str, name: str = "", **fields: object) -> None:
        """Somebody calls and gives up."""
        self.kit.incoming(key, number, name, **fields)
        self.kit.ended(key, TerminatedReason.CANCELLED)


@pytest.fixture
def phone() -> Notified:
    return Notified()


@pytest.mark.parametrize("action", ["answer", "decline"])
def test_a_caller_is_answered_or_declined_from_the_notification(phone: Notified, action: str) -> None:
    key = phone.kit.incoming(number="202", name="山田 花子")
    shown = phone.notifier.shown[RINGING]
    assert (shown.title, shown.body, shown.urgent) == ("着信 山田 花子", "202", True)
    assert shown.actions == (("answer", "応答"), ("decline", "拒否"))
    assert phone.service.rings
    phone.notifier.press(RINGING, action)
    assert phone.chosen == [(action, key)]


def test_a_click_beside_the_buttons_opens_the_window(phone: Notified) -> None:
    key = phone.kit.incoming()
    phone.notifier.press(RINGING)
    assert phone.chosen == [("open", key)]


@pytest.mark.parametrize("end", ["answered", "cancelled"])
def test_it_goes_when_the_call_does(phone: Notified, end: str) -> None:
    key = phone.kit.incoming()
    if end == "answered":
        phone.kit.call_state(key, CallState.CONFIRMED)
    else:
        phone.kit.ended(key, TerminatedReason.CANCELLED)
    assert RINGING not in phone.notifier.shown
    assert not phone.service.rings


def test_it_goes_when_the_window_comes_into_use_and_comes_back(phone: Notified) -> None:
    phone.kit.incoming()
    phone.in_use = True
    phone.service.refresh()
    assert phone.notifier.shown == {}
    phone.in_use = False
    phone.service.refresh()
    assert RINGING in phone.notifier.shown


def test_a_second_caller_is_held_for(phone: Notified) -> None:
    phone.kit.talking("in-1")
    phone.kit.incoming("in-2", "203")
    assert phone.notifier.shown[RINGING].actions[0] == ("answer", "保留して応答")


@pytest.mark.parametrize(
    ("way", "state", "floats", "rings"),
    [
        (RingBy.WINDOW, NotifierState(problem="", actions=True), False, False),
        (RingBy.AUTO, NotifierState(problem="", actions=True), True, False),
        (RingBy.AUTO, NotifierState(problem="", actions=True), False, True),
        (RingBy.NOTIFICATION, NotifierState(problem="", actions=False), True, False),
        (RingBy.NOTIFICATION, NotifierState(problem="no_server"), False, False),
    ],
)
def test_one_surface_rings(way: RingBy, state: NotifierState, floats: bool, rings: bool) -> None:
    phone = Notified(DesktopSettings(ring_by=way), state, floats=floats)
    phone.kit.incoming()
    assert phone.service.rings is rings
    assert (RINGING in phone.notifier.shown) is rings


def test_nobody_may_read_who_calls(phone: Notified) -> None:
    phone.hidden = True
    phone.kit.incoming(number="202", name="山田 花子")
    phone.kit.ended("in-1", TerminatedReason.CANCELLED)
    assert [each.key for each in phone.notifier.seen] == [RINGING, MISSED]
    for shown in phone.notifier.seen:
        assert "山田" not in shown.title + shown.body
        assert "202" not in shown.title + shown.body


def test_a_missed_call_is_named_and_called_back(phone: Notified) -> None:
    phone.miss("in-1", "0312345678", "佐藤 次郎")
    shown = phone.notifier.shown[MISSED]
    assert (shown.title, shown.body, shown.urgent) == ("不在着信 佐藤 次郎", "0312345678", False)
    phone.notifier.press(MISSED, "call_back")
    assert phone.chosen == [("call_back", "0312345678")]


def test_several_missed_calls_are_counted(phone: Notified) -> None:
    phone.miss("in-1", "202")
    phone.miss("in-2", "203", "山田 花子")
    assert phone.notifier.shown[MISSED].title == "不在着信 2件(最後 山田 花子)"
    phone.notifier.press(MISSED)
    assert phone.chosen == [("open_history", "203")]
    phone.miss("in-3", "204")
    assert phone.notifier.shown[MISSED].title == "不在着信 204"


def test_the_history_was_looked_at(phone: Notified) -> None:
    phone.miss("in-1", "202")
    phone.kit.history.mark_seen()
    phone.service.forget_missed()
    assert phone.notifier.shown == {}


def test_whoever_withholds_the_number_cannot_be_called_back(phone: Notified) -> None:
    phone.miss("in-1", "anonymous", anonymity=Anonymity.WITHHELD)
    shown = phone.notifier.shown[MISSED]
    assert (shown.title, shown.actions) == ("不在着信 非通知", ())


def test_missed_calls_are_not_notified_where_the_user_said_so_or_looks() -> None:
    phone = Notified(DesktopSettings(notify_missed=False))
    phone.miss("in-1", "202")
    desktop = replace(phone.kit.phone.settings.now.desktop, notify_missed=True)
    phone.kit.phone.settings.change_fields(desktop=desktop)
    phone.in_use = True
    phone.miss("in-2", "203")
    assert phone.notifier.seen == []


def test_a_strangers_name_is_one_short_line_in_the_title(phone: Notified) -> None:
    phone.kit.incoming(number="202", name="<b>x</b>\n" + "長" * 500)
    shown = phone.notifier.shown[RINGING]
    assert "\n" not in shown.title
    assert len(shown.title) < 140
    assert "<b>" not in shown.body


def test_it_is_told_that_the_phone_goes_on(phone: Notified) -> None:
    phone.service.tell_of_tray()
    phone.notifier.press(TRAY)
    assert phone.chosen == [("open", "")]


def test_the_end_takes_everything_away(phone: Notified) -> None:
    phone.kit.incoming()
    phone.service.stop()
    assert phone.notifier.closed
    assert phone.notifier.shown == {}
