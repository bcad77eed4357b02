"""はじめの設定ガイド: account, sound, a test call; one thing at a time, and nothing typed is lost.

progress  1 アカウント ─ 2 音の確認 ─ 3 テスト通話
step      what is to be done now
foot      the one button that goes on; 戻る and スキップ below it
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QStackedWidget, QVBoxLayout

from softphone.app.changes import Change
from softphone.app.phone import Phone
from softphone.ui import theme as tokens
from softphone.ui.buttons import PillButton, QuietButton
from softphone.ui.guide.account_step import AccountStep
from softphone.ui.guide.call_step import CallStep
from softphone.ui.guide.done_step import DoneStep
from softphone.ui.guide.progress import Progress
from softphone.ui.guide.sound_step import SoundStep
from softphone.ui.guide.step import Step
from softphone.ui.labels import Label
from softphone.ui.look import Look, on_look
from softphone.ui.places import PlacePage

STEPS = ("account", "sound", "call")
_MAKERS: tuple[Callable[[Look, Phone], Step], ...] = (AccountStep, SoundStep, CallStep, DoneStep)
_OTHER_LANGUAGE = {"ja": "en", "en": "ja"}


class GuidePage(PlacePage):
    """The guide. It goes to the keypad at its end, and wherever one leaves it."""

    alone = True

    def __init__(self, look: Look, phone: Phone) -> None:
        super().__init__(look, phone, "guide")
        text = look.text
        self._open = False
        self._progress = Progress(look, tuple(text(f"guide.{step}") for step in STEPS))
        self._stack = QStackedWidget()
        self._made: dict[int, Step] = {}
        self._kept: dict[int, object] = {}  # of steps that were not made anew yet
        self._at = 0
        self._primary = PillButton(look, "", "guidePrimary", kind="accent")
        self._primary.on_click(lambda: self._step.act())
        self._back = QuietButton(look, "", "guideBack", icon="chevron-left", tone="text_soft")
        self._back.on_click(self._go_back)
        self._skip = QuietButton(look, "", "guideSkip", tone="text_soft")
        self._skip.on_click(self._skip_step)
        self._lay_out()
        self._stack.setCurrentWidget(self._step)
        self._show_foot()
        on_look(self, look, self._dress)

    @property
    def shows_calls(self) -> bool:  # type: ignore[override]
        """A test call is shown here."""
        return self._step.shows_calls

    def opened(self) -> None:
        """Go on where one was; from the end it begins anew."""
        self._open = True
        if self._at == len(STEPS):
            self._show_step(0)
        else:
            self._step.opened()
            self._show_foot()

    def closed(self) -> None:
        """The microphone is let go, a test call ends."""
        self._open = False
        self._step.closed()

    def handle(self, change: Change) -> None:
        """The step in front looks at it; step 1 follows the registration always."""
        for step in {self._made[0], self._step}:
            step.handle(change)

    def keep(self) -> object:
        """Where one stands and what was typed."""
        return self._at, self._kept | {at: step.keep() for at, step in self._made.items()}

    def restore(self, kept: object) -> None:
        """Go on there."""
        assert isinstance(kept, tuple)
        at, typed = kept
        self._kept = {place: one for place, one in typed.items() if one is not None}
        for place, step in self._made.items():
            self._give_back(place, step)
        self._show_step(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = self.focusWidget()
        if event.matches(QKeySequence.StandardKey.Cancel):
            self._go_back()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QAbstractButton):
            focused.click()
        else:
            super().keyPressEvent(event)

    @property
    def _step(self) -> Step:
        """The step in front; made when one first comes to it."""
        if self._at not in self._made:
            step = _MAKERS[self._at](self.look, self.phone)
            self._stack.addWidget(step)
            step.moved.connect(self._show_foot)
            step.ready.connect(self._offer_next)
            step.passed.connect(lambda: self._go(1))
            step.place_wanted.connect(self.place_wanted)
            self._made[self._at] = step
            self._give_back(self._at, step)
        return self._made[self._at]

    def _give_back(self, at: int, step: Step) -> None:
        if at in self._kept:
            step.restore(self._kept.pop(at))

    def _go(self, by: int) -> None:
        if self._at + by >= len(_MAKERS):
            self._kept.clear()
            for step in self._made.values():
                step.forget()
            self.place_wanted.emit("keypad")
        else:
            self._show_step(self._at + by)

    def _offer_next(self) -> None:
        self._primary.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_back(self) -> None:
        if self._step.back():
            return
        if self._at:
            self._go(-1)
        else:
            self.place_wanted.emit("keypad")

    def _skip_step(self) -> None:
        if self._at:
            self._go(1)
        else:
            self.place_wanted.emit("keypad")

    def _show_step(self, at: int) -> None:
        if self._open:
            self._step.closed()
        self._at = at
        self._stack.setCurrentWidget(self._step)
        self._progress.show_step(at)
        self._show_foot()
        if self._open:
            self._primary.setFocus(Qt.FocusReason.OtherFocusReason)
            self._step.opened()
            self._show_foot()

    def _show_foot(self) -> None:
        foot = self._step.foot()
        self._primary.set_words(foot.primary)
        self._primary.setEnabled(foot.enabled)
        for button, words in ((self._back, foot.back), (self._skip, foot.skip)):
            button.set_words(words)
            button.setVisible(bool(words))

    def _switch_language(self) -> None:
        # The window is built anew: the button that asked for it has to return first.
        other = _OTHER_LANGUAGE[self.look.text.language]
        QTimer.singleShot(0, self, lambda: self.phone.settings.change_fields(language=other))

    def _lay_out(self) -> None:
        text = self.look.text
        title = Label(self.look, "small_bold", "soft", name="pageTitle")
        title.setText(text("guide.title"))
        other = _OTHER_LANGUAGE[text.language]
        words = text(f"language.{other}")
        language = QuietButton(self.look, words, "guideLanguage", tone="text_soft")
        language.on_click(self._switch_language)
        self._head = QHBoxLayout()
        self._head.addWidget(title, 1)
        self._head.addWidget(language)
        row = QHBoxLayout()
        policy = self._back.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # the large button never moves
        self._back.setSizePolicy(policy)
        row.addWidget(self._back)
        row.addStretch(1)
        row.addWidget(self._skip)
        self._foot = QVBoxLayout()
        self._foot.addWidget(self._primary)
        self._foot.addLayout(row)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addWidget(self._progress)
        self._column.addWidget(self._stack, 1)
        self._column.addLayout(self._foot)

    def _dress(self) -> None:
        px = self.look.px
        side = px(tokens.SPACE_5)
        self._head.setContentsMargins(side, px(tokens.SPACE_2), px(tokens.SPACE_2), 0)
        self._column.setContentsMargins(0, 0, 0, px(tokens.SPACE_2))
        self._column.setSpacing(px(tokens.SPACE_2))
        self._foot.setContentsMargins(side, 0, side, 0)
        self._foot.setSpacing(px(tokens.SPACE_1))
