"""Every screen and state of the window, set up on a phone that talks to nobody.

    with staged(SCENES["call_talking"], language="ja", appearance=Appearance.DARK) as stage:
        stage.picture().save("call.png")

The screenshots and the tests that walk over all screens use the same scenes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QPixmap
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QMenu, QWidget
from shiboken6 import isValid

from softphone.app.text import Text
from softphone.domain.account import Account, RegistrationCause, RegistrationState
from softphone.domain.call import CallState, TerminatedReason
from softphone.domain.commands import MakeCall
from softphone.domain.errors import FailureCause
from softphone.domain.events import (
    AudioDevice,
    AudioDevicesChanged,
    AudioFailed,
    AudioMeasured,
    AudioRouteChanged,
    DtmfSent,
    EngineRestarted,
    LevelsMeasured,
    MediaChanged,
    MuteChanged,
    QualityMeasured,
)
from softphone.domain.media import MediaDirection, Quality
from softphone.domain.settings import Appearance, AudioSettings, Settings
from softphone.domain.uri import HostPort, Party
from softphone.storage.catalogue import load_texts
from softphone.ui.look import Look
from softphone.ui.main_window import MainWindow
from softphone.ui.quit_dialog import QuitDialog
from tests.helpers import (
    about_scenes,
    colleague_scenes,
    comfort_scenes,
    contacts_scenes,
    desktop_scenes,
    directory_scenes,
    exchange_scenes,
    guide_scenes,
    history_scenes,
    update_scenes,
)
from tests.helpers.call_scenes import CALL_SCENES, choose, menu
from tests.helpers.fake_directory import FakeDirectories
from tests.helpers.fakes import PhoneKit, fake_phone
from tests.helpers.settings_scenes import PHONE_OPTIONS, SETTINGS_SCENES

RESOURCES = Path(__file__).parents[2] / "resources"
SHEET_ACCOUNT = Account(
    user_id="abcde20201", server=HostPort("01234abc.example.jp"), display_name="総務 佐藤"
)
DEVICES = (
    AudioDevice(name="内蔵マイク", inputs=1, outputs=0, is_default_input=True),
    AudioDevice(name="内蔵スピーカー", inputs=0, outputs=2, is_default_output=True),
    AudioDevice(name="Jabra Evolve2 65", inputs=1, outputs=2),
)
TALKED_S = 252.0


@cache
def words(language: str) -> Text:
    """The words of a language."""
    return Text(load_texts(RESOURCES, language), language)


class Stage:
    """A window, the phone behind it, and hands for both."""

    def __init__(
        self, settings: Settings, *, password: str, demo_number: str, **phone_options: object
    ) -> None:
        self.directories = FakeDirectories()
        self.kit: PhoneKit = fake_phone(
            settings,
            open_directory=self.directories,
            password=password,
            recordings_folder="/home/sato/録音",
            **phone_options,  # type: ignore[arg-type]
        )
        self.window = MainWindow(
            self.kit.phone,
            words,
            settings.language,
            RESOURCES,
            demo_number=demo_number,
            log_folder="/home/sato/.local/state/softphone/log",
            now_s=self.kit.clock.now_s,
        )
        self.shown: QWidget = self.window
        self.text = words(settings.language)
        self.window.show()
        self.settle()  # the platform tells of the focus late: a menu opened before that would close again
        self.kit.phone.start()

    def find(self, kind: type, name: str):  # type: ignore[no-untyped-def]
        """The one visible widget of this name."""
        found = [w for w in self.window.findChildren(kind, name) if w.isVisibleTo(self.window)]
        assert len(found) == 1, f"{name}: {len(found)}"
        return found[0]

    def click(self, name: str) -> None:
        """Click a button by its name."""
        self.find(QAbstractButton, name).click()

    def use(self, action: str, button: str) -> None:
        """Click a control of the call, or take it from the menu where there is room for one row only."""
        self.settle()
        if self.find(QWidget, "callPanel").findChild(QAbstractButton, button).isVisible():
            self.click(button)
        else:
            self.click("moreButton")
            choose(menu(self, "moreMenu"), action)

    def type(self, name: str, text: str) -> None:
        """Put ``text`` into a field as typing would."""
        line: QLineEdit = self.find(QLineEdit, name)
        line.clear()
        line.insert(text)

    def commit(self, name: str, text: str) -> None:
        """What an input method hands to a field when it is done."""
        event = QInputMethodEvent()
        event.setCommitString(text)
        QCoreApplication.sendEvent(self.find(QLineEdit, name), event)

    def away(self) -> None:
        """Another program has the focus."""
        other = QWidget(self.window, Qt.WindowType.Window)
        other.setObjectName("otherProgram")
        other.show()
        other.activateWindow()
        self.settle()

    def incoming_window(self) -> QWidget:
        """The small window of an incoming call."""
        return next(
            w for w in QApplication.topLevelWidgets() if w.objectName() == "incomingWindow" and w.isVisible()
        )

    def dial(self, number: str = "0312345678", name: str = "") -> str:
        """A call out that the engine took."""
        self.kit.registered()
        if self.kit.phone.calls.live:
            self.kit.phone.calls.dial(number)
        else:
            self.type("numberField", number)
            self.click("callButton")
        key = self.kit.engine.sent_of(MakeCall)[-1].key
        self.kit.outgoing(key, number)
        if name:
            self.kit.call_state(key, CallState.TRYING, remote=Party(f"sip:{number}@x", name, number))
        return key

    def talk(self, number: str = "202", name: str = "山田 花子", *, mos: float = 4.2) -> str:
        """A call one talks on."""
        key = self.dial(number, name)
        self.kit.call_state(key, CallState.EARLY)
        self.kit.call_state(key, CallState.CONFIRMED)
        self.media(key)
        quality = Quality(codec="G722", fraction_lost=0.0, jitter_ms=4, rtt_ms=20, mos=mos)
        self.kit.engine.emit(QualityMeasured(key=key, quality=quality))
        self.wait(TALKED_S)
        return key

    def media(
        self,
        key: str,
        local: MediaDirection = MediaDirection.SENDRECV,
        remote: MediaDirection = MediaDirection.SENDRECV,
    ) -> None:
        """The media of a call are these."""
        self.kit.engine.emit(MediaChanged(key=key, local_media=local, remote_media=remote, codec="G722"))

    def wait(self, seconds: float) -> None:
        """Time goes by; the window looks at the clock once more."""
        self.kit.dispatcher.advance(seconds)
        QCoreApplication.sendEvent(self.window, QEvent(QEvent.Type.ActivationChange))

    def devices(self) -> None:
        """The engine tells of its devices and of what it uses."""
        self.kit.engine.emit(AudioDevicesChanged(devices=DEVICES))
        for role, used in (("input", "内蔵マイク"), ("output", "内蔵スピーカー"), ("ring", "内蔵スピーカー")):
            self.kit.engine.emit(AudioRouteChanged(role=role, wanted="", used=used))

    def settle(self) -> None:
        """Let layouts find their place."""
        for _ in range(4):
            QCoreApplication.sendPostedEvents()
            QCoreApplication.processEvents()

    def picture(self) -> QPixmap:
        """The window (or the one shown over it) as a picture."""
        self.settle()
        return self.shown.grab()


Scene = Callable[[Stage], object]
_OPTIONS = (
    PHONE_OPTIONS | desktop_scenes.PHONE_OPTIONS | comfort_scenes.PHONE_OPTIONS | update_scenes.PHONE_OPTIONS
)
SCENES: dict[str, Scene] = {
    **CALL_SCENES,
    **SETTINGS_SCENES,
    **history_scenes.SCENES,
    **contacts_scenes.SCENES,
    **colleague_scenes.SCENES,
    **desktop_scenes.SCENES,
    **comfort_scenes.SCENES,
    **guide_scenes.SCENES,
    **directory_scenes.SCENES,
    **exchange_scenes.SCENES,
    **about_scenes.SCENES,
    **update_scenes.SCENES,
}


def scene(action: Scene) -> Scene:
    """Enter a scene under its function's name."""
    SCENES[action.__name__] = action
    return action


@contextmanager
def staged(
    name: str,
    *,
    language: str = "ja",
    appearance: Appearance = Appearance.LIGHT,
    scale: int = 100,
) -> Iterator[Stage]:
    """A scene's window, taken down afterwards."""
    fresh = name in ("status_unconfigured", "account_empty", "account_problems", *guide_scenes.FRESH)
    settings = Settings(
        account=None if fresh else SHEET_ACCOUNT,
        language=language,
        appearance=appearance,
        ui_scale=scale,
        audio=AudioSettings(output_device="Plantronics DA80") if name == "audio" else AudioSettings(),
    )
    demo = "9196" if name == "keypad_demo" else ""
    stage = Stage(
        settings,
        password="" if fresh else "secret",
        demo_number=demo,
        **_OPTIONS.get(name, {}),
    )
    try:
        SCENES[name](stage)
        stage.settle()
        yield stage
    finally:
        for call in stage.kit.phone.calls.live:
            stage.kit.call_state(call.key, CallState.TERMINATED, reason=TerminatedReason.LOCAL_BYE)
        if isValid(stage.shown):  # a menu that a test used is gone already
            stage.shown.close()
        stage.window.close()
        stage.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        stage.settle()  # what the platform still has to say of this window's focus is none of the next one's


@scene
def status_unconfigured(stage: Stage) -> None:
    pass


@scene
def status_registering(stage: Stage) -> None:
    stage.kit.registration(RegistrationState.REGISTERING)


@scene
def status_auth_failed(stage: Stage) -> None:
    stage.kit.registration(RegistrationState.AUTH_FAILED, RegistrationCause.CREDENTIALS, status_code=403)


@scene
def status_unreachable(stage: Stage) -> None:
    stage.kit.registration(RegistrationState.UNREACHABLE, RegistrationCause.TIMEOUT)


@scene
def status_rejected(stage: Stage) -> None:
    stage.kit.registration(
        RegistrationState.UNREACHABLE,
        RegistrationCause.REJECTED,
        status_code=503,
        reason_phrase="Service Unavailable",
    )


@scene
def status_no_network(stage: Stage) -> None:
    stage.kit.registration(RegistrationState.NO_NETWORK, RegistrationCause.NO_ROUTE)


@scene
def keypad_ready(stage: Stage) -> None:
    stage.kit.registered()


@scene
def keypad_demo(stage: Stage) -> None:
    stage.kit.registered()


@scene
def keypad_number(stage: Stage) -> None:
    stage.kit.registered()
    stage.type("numberField", "0312345678")


@scene
def keypad_long_number(stage: Stage) -> None:
    stage.kit.registered()
    stage.type("numberField", "sip:yamada.hanako@pbx.example.jp")


@scene
def keypad_problem(stage: Stage) -> None:
    stage.kit.registered()
    stage.type("numberField", "やまだ")
    stage.click("callButton")


@scene
def keypad_cannot_call(stage: Stage) -> None:
    stage.kit.registration(RegistrationState.UNREACHABLE, RegistrationCause.TIMEOUT)
    stage.type("numberField", "117")
    stage.click("callButton")


@scene
def notice_quiet(stage: Stage) -> None:
    stage.kit.registered()
    stage.kit.engine.emit(EngineRestarted(pid=1, after_s=0.8))


@scene
def notice_loud(stage: Stage) -> None:
    stage.kit.registered()
    stage.kit.engine.emit(
        AudioRouteChanged(role="output", wanted="Jabra Evolve2 65", used="内蔵スピーカー", fallback=True),
        AudioFailed(code="no_input"),
    )


@scene
def call_trying(stage: Stage) -> None:
    stage.dial()


@scene
def call_ringing(stage: Stage) -> None:
    key = stage.dial("202", "山田 花子")
    stage.kit.call_state(key, CallState.EARLY)


@scene
def call_talking(stage: Stage) -> None:
    stage.talk()


@scene
def call_muted(stage: Stage) -> None:
    key = stage.talk("0312345678", "", mos=3.2)
    stage.kit.engine.emit(MuteChanged(key=key, muted=True))


@scene
def call_held(stage: Stage) -> None:
    key = stage.talk()
    stage.media(key, local=MediaDirection.SENDONLY)


@scene
def call_held_by_remote(stage: Stage) -> None:
    key = stage.talk()
    stage.media(key, remote=MediaDirection.SENDONLY)


@scene
def call_keypad(stage: Stage) -> None:
    key = stage.talk()
    stage.use("keypad", "dtmfButton")
    stage.kit.engine.emit(DtmfSent(key=key, digits="1234#"))


@scene
def call_long_name(stage: Stage) -> None:
    stage.talk("09012345678", "株式会社ながいなまえの会社 東日本営業本部 第二営業部 山田花子")


@scene
def call_ended(stage: Stage) -> None:
    key = stage.talk()
    stage.kit.call_state(key, CallState.TERMINATED, reason=TerminatedReason.REMOTE_BYE)


@scene
def call_busy(stage: Stage) -> None:
    key = stage.dial("9000")
    stage.kit.call_state(
        key,
        CallState.TERMINATED,
        reason=TerminatedReason.REJECTED,
        cause=FailureCause.BUSY,
        status_code=486,
    )


@scene
def call_lost(stage: Stage) -> None:
    key = stage.talk()
    stage.kit.call_state(
        key, CallState.TERMINATED, reason=TerminatedReason.ERROR, cause=FailureCause.ENGINE_LOST
    )


@scene
def call_incoming(stage: Stage) -> None:
    stage.kit.registered()
    stage.kit.incoming(number="202", name="山田 花子")


@scene
def call_waiting(stage: Stage) -> None:
    stage.talk()
    stage.kit.incoming(number="0312345678")


@scene
def incoming_window(stage: Stage) -> None:
    stage.kit.registered()
    stage.away()
    stage.kit.incoming(number="202", name="山田 花子")
    stage.settle()
    stage.shown = stage.incoming_window()


@scene
def call_bar(stage: Stage) -> None:
    stage.talk()
    stage.window.show_place("settings")


@scene
def call_devices(stage: Stage) -> None:
    stage.devices()
    stage.talk()
    stage.use("audio", "audioButton")
    stage.shown = next(menu for menu in stage.window.findChildren(QMenu, "deviceMenu") if menu.isVisible())


@scene
def quit_dialog(stage: Stage) -> None:
    look: Look = stage.window.look
    dialog = QuitDialog(look, stage.window)
    dialog.show()
    stage.shown = dialog


@scene
def settings_index(stage: Stage) -> None:
    stage.kit.registered()
    stage.window.show_place("settings")


@scene
def account_empty(stage: Stage) -> None:
    stage.window.show_place("account")


@scene
def account_filled(stage: Stage) -> None:
    stage.kit.registered()
    stage.window.show_place("account")


@scene
def account_problems(stage: Stage) -> None:
    stage.window.show_place("account")
    stage.type("user_id", "abcdeあい20201")
    stage.type("server", "sip.example.jp:99999")
    stage.click("saveButton")


@scene
def account_details(stage: Stage) -> None:
    stage.kit.registered()
    stage.window.show_place("account")
    stage.click("detailsButton")


@scene
def account_auth_failed(stage: Stage) -> None:
    status_auth_failed(stage)
    stage.click("statusButton")


@scene
def audio(stage: Stage) -> None:
    stage.kit.registered()
    stage.devices()
    stage.window.show_place("audio")
    stage.kit.engine.emit(LevelsMeasured(input_dbfs=-18.0, output_dbfs=-90.0))


@scene
def display(stage: Stage) -> None:
    stage.kit.registered()
    stage.window.show_place("display")


@scene
def diagnostics(stage: Stage) -> None:
    stage.devices()
    stage.kit.registered()
    stage.window.show_place("diagnostics")
    stage.kit.engine.emit(AudioMeasured(capture_fill_ms=22, playout_fill_ms=31, lateness_p99_ms=0.8))


@scene
def about(stage: Stage) -> None:
    stage.kit.registered()
    stage.window.show_place("about")


@scene
def call_notice(stage: Stage) -> None:
    stage.talk("9196", "")
    stage.kit.engine.emit(AudioFailed(code="no_input"))
