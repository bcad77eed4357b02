"""The tray: which state is told first, and in which words."""

from __future__ import annotations

import pytest

from softphone.app.text import Text
from softphone.domain.account import Account, Registration, RegistrationState
from softphone.domain.call import Call, CallState, Direction
from softphone.domain.uri import HostPort, Party
from softphone.storage.catalogue import load_texts
from softphone.ui.tray_view import TrayView, tray_view
from tests.helpers.fake_services import RESOURCES

ACCOUNT = Account(user_id="201", server=HostPort("pbx.example.jp"), display_name="総務 佐藤")
READY = Registration(state=RegistrationState.REGISTERED)
LOST = Registration(state=RegistrationState.NO_NETWORK)
RINGS = Call(
    key="in-1",
    account_key="main",
    direction=Direction.RECIPIENT,
    remote=Party("sip:202@x", "山田 花子", "202"),
    state=CallState.EARLY,
)
TALKS = Call(
    key="out-1",
    account_key="main",
    direction=Direction.INITIATOR,
    remote=Party("sip:203@x", "", "203"),
    state=CallState.CONFIRMED,
    confirmed_at_s=1.0,
)


def view(
    registration: Registration = READY, *calls: Call, do_not_disturb: bool = False, missed: int = 0
) -> TrayView:
    text = Text(load_texts(RESOURCES, "ja"), "ja")
    return tray_view(text, registration, ACCOUNT, calls, do_not_disturb=do_not_disturb, missed=missed)


@pytest.mark.parametrize(
    ("shown", "kind", "words"),
    [
        (view(), "ready", "通話可能"),
        (view(do_not_disturb=True), "dnd", "着信拒否中"),
        (view(LOST, do_not_disturb=True), "cannot_call", "ネットワークに接続されていません"),
        (view(READY, TALKS, do_not_disturb=True), "in_call", "203 通話中"),
        (view(READY, TALKS, RINGS), "ringing", "着信中 山田 花子"),
    ],
)
def test_what_matters_most_is_told(shown: TrayView, kind: str, words: str) -> None:
    assert (shown.kind, shown.state_words) == (kind, words)
    assert shown.ringing == ("in-1" if kind == "ringing" else "")


def test_the_tip_says_all_of_it_in_words() -> None:
    assert view(missed=2).tip == "ソフトフォン  総務 佐藤\n通話可能\n不在着信 2件"
    assert view().missed_words == ""
