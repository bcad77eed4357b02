"""The call screen: the call in front as a large card, the others as rows above it.

It knows no number of calls: what CallsView lists is drawn. Clicks are signals with the call's key; the
panel changes only when a new view comes.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSpacerItem, QVBoxLayout, QWidget

from softphone.domain.dtmf import DIGITS
from softphone.ui import theme as tokens
from softphone.ui.avatar import Avatar
from softphone.ui.buttons import HangUpButton, PillButton, RoundButton
from softphone.ui.call_row import CallRow
from softphone.ui.dialpad import Dialpad
from softphone.ui.labels import ElidedLabel, Label
from softphone.ui.look import Look, on_look
from softphone.ui.quality_line import QualityLine
from softphone.ui.scrolling import scrolling
from softphone.ui.view_state import CallsView, CallView

_CENTER = Qt.AlignmentFlag.AlignHCenter
_TONES = {"bad": "bad", "warn": "warn", "": "text_soft"}


class CallPanel(QWidget):
    """Draws a CallsView. Thread: ui."""

    answer_wanted = Signal(str)
    decline_wanted = Signal(str)
    hang_up_wanted = Signal(str)
    hold_wanted = Signal(str, bool)
    mute_wanted = Signal(str, bool)
    digit_wanted = Signal(str, str)
    redial_wanted = Signal(str)
    close_wanted = Signal(str)
    devices_wanted = Signal(QWidget)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._view: CallView | None = None
        self._keypad_key = ""
        self._compact = False
        self._rows: dict[str, CallRow] = {}
        self.setObjectName("callPanel")
        self._build_top()
        self._build_controls()
        self._lay_out()
        on_look(self, look, self._dress)

    def show_view(self, calls: CallsView) -> None:
        """Draw ``calls``; nothing where there is none."""
        self._show_rows(calls.others)
        self._set_room(self._dialpad.isVisibleTo(self))
        view = calls.front
        if view is None or view == self._view:
            return
        new = self._view is None or self._view.key != view.key or self._view.phase != view.phase
        self._view = view
        if view.phase != "talking" or self._keypad_key != view.key:
            self._keypad_key = ""
        self._avatar.show_person(view.initial, ringing=view.phase in ("ringing", "waiting"))
        self._name.show_text(view.name)
        self._number.show_text(view.number)
        self._state.show_text(view.state_words, view.tone if view.tone else "soft")
        self._timer.setText(view.timer if view.phase == "talking" else "")
        self._timer.setVisible(view.phase == "talking")
        ended_time = self._look.text("call_panel.duration", time=view.timer) if view.timer else ""
        self._hint.show_text((view.hint or ended_time) if view.phase == "ended" else "")
        self._quality.show_quality(view.quality_words, view.bars)
        self._show_controls(view)
        if new:
            self._focus_first(view)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        compact = self.height() < self._look.px(tokens.CALL_COMPACT)
        if self._view is not None and compact != self._compact:
            self._show_controls(self._view)
        self._set_room(self._dialpad.isVisibleTo(self))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = event.text().upper()
        if digit and digit in DIGITS and self._view is not None and self._view.phase == "talking":
            self.digit_wanted.emit(self._view.key, digit)
        else:
            super().keyPressEvent(event)

    def _build_top(self) -> None:
        look = self._look
        self._avatar = Avatar(look)
        self._name = ElidedLabel(look, "name", align=_CENTER, name="callName")
        self._number = ElidedLabel(look, "body", "text_soft", align=_CENTER, name="callNumber")
        self._state = Label(look, "heading", "soft", wrap=True, name="callState")
        self._state.setAlignment(_CENTER)
        self._timer = Label(look, "timer", name="callTimer")
        self._timer.setAlignment(_CENTER)
        self._hint = Label(look, "body", "soft", wrap=True, name="callHint")
        self._hint.setAlignment(_CENTER)
        self._quality = QualityLine(look)
        self._digits = ElidedLabel(look, "name", align=_CENTER, name="callDigits")
        self._dialpad = Dialpad(look, small=True, plus=False)
        self._dialpad.pressed.connect(lambda digit: self._emit(self.digit_wanted, digit))

    def _build_controls(self) -> None:
        look, text = self._look, self._look.text
        self._mute = RoundButton(look, text("call_panel.mute"), "muteButton", "mic")
        self._hold = RoundButton(look, text("call_panel.hold"), "holdButton", "pause")
        self._pad = RoundButton(look, text("call_panel.keypad"), "dtmfButton", "keypad")
        self._audio = RoundButton(look, text("call_panel.audio"), "audioButton", "speaker")
        for button in (self._mute, self._hold, self._pad):
            button.setCheckable(True)
        # A checkable button turns by itself; what it shows comes from the view, so it is turned back at once.
        self._mute.on_click(lambda: self._ask(self.mute_wanted, lambda view: not view.muted))
        self._hold.on_click(lambda: self._ask(self.hold_wanted, lambda view: not view.held))
        self._pad.on_click(self._toggle_keypad)
        self._audio.on_click(lambda: self.devices_wanted.emit(self._audio))
        self._hang_up = HangUpButton(
            look, text("call_panel.hang_up"), "hangUpButton", kind="hang_up", icon="hang-up-fill"
        )
        self._hang_up.on_click(lambda: self._emit(self.hang_up_wanted))
        self._answer = RoundButton(look, text("call_panel.answer"), "answerButton", "phone-fill", kind="call")
        self._answer.setToolTip(text("call_panel.answer_key"))
        self._answer.on_click(lambda: self._emit(self.answer_wanted))
        self._decline = RoundButton(
            look, text("call_panel.decline"), "declineButton", "hang-up-fill", kind="hang_up"
        )
        self._decline.setToolTip(text("call_panel.decline_key"))
        self._decline.on_click(lambda: self._emit(self.decline_wanted))
        self._redial = PillButton(
            look, text("call_panel.redial"), "redialButton", kind="call", icon="phone-fill"
        )
        self._redial.on_click(lambda: self.redial_wanted.emit(self._view.redial if self._view else ""))
        self._close = PillButton(look, text("call_panel.close"), "closeCallButton", kind="quiet")
        self._close.on_click(lambda: self._emit(self.close_wanted))

    def _lay_out(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        self._row_box = QVBoxLayout()
        column.addLayout(self._row_box)
        self._room = QSpacerItem(0, 0)
        column.addItem(self._room)
        column.addWidget(self._avatar, 0, _CENTER)
        for widget in (self._name, self._number, self._state, self._timer, self._hint):
            column.addWidget(widget)
        column.addWidget(self._quality, 0, _CENTER)
        column.addWidget(self._digits)
        column.addWidget(self._dialpad, 12)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.addWidget(scrolling(inner), 1)
        foot = QVBoxLayout()
        outer.addLayout(foot)
        controls = QHBoxLayout()
        for button in (self._mute, self._hold, self._pad, self._audio):
            controls.addWidget(button)
        ringing = QHBoxLayout()
        for button in (self._decline, self._answer):
            ringing.addWidget(button)
        ended = QHBoxLayout()
        for pill in (self._close, self._redial):
            ended.addWidget(pill)
        for box in (controls, ringing, ended):
            foot.addLayout(box)
        foot.addWidget(self._hang_up)
        self._column, self._outer, self._foot = column, outer, foot
        self._boxes = (controls, ringing, ended)

    def _show_controls(self, view: CallView) -> None:
        text = self._look.text
        talking, ringing, ended = (view.phase == phase for phase in ("talking", "ringing", "ended"))
        keypad = talking and self._keypad_key == view.key
        for button in (self._mute, self._hold, self._pad):
            button.setVisible(talking)
        self._audio.setVisible(talking or view.phase == "waiting")
        self._mute.show_state(
            checked=view.muted,
            icon="mic-off" if view.muted else "mic",
            words=text("call_panel.muted" if view.muted else "call_panel.mute"),
        )
        self._hold.show_state(
            checked=view.held,
            icon="play" if view.held else "pause",
            words=text("call_panel.resume" if view.held else "call_panel.hold"),
        )
        self._pad.setChecked(keypad)
        self._hang_up.setVisible(talking or view.phase == "waiting")
        self._answer.setVisible(ringing)
        self._decline.setVisible(ringing)
        self._redial.setVisible(ended and bool(view.redial))
        self._close.setVisible(ended)
        self._compact = self.height() < self._look.px(tokens.CALL_COMPACT)
        self._avatar.setVisible(not keypad and not self._compact)
        for label in (self._number, self._state):
            label.setVisible(not keypad and bool(label.text()))
        self._set_room(keypad)
        self._dialpad.setVisible(keypad)
        self._digits.show_text(view.digits if keypad else "")
        self._digits.setAccessibleDescription(text("call_panel.digits"))
        self._quality.setVisible(talking and not keypad and bool(view.quality_words))

    def _set_room(self, keypad: bool) -> None:
        tight = keypad or self._rows or self.height() < self._look.px(tokens.CALL_ROOMY)
        height = 0 if tight else self._look.px(tokens.CALL_TOP)
        if height != self._room.sizeHint().height():
            self._room.changeSize(0, height)
            self._column.invalidate()

    def _show_rows(self, others: tuple[CallView, ...]) -> None:
        wanted = {view.key: view for view in others}
        for key in [key for key in self._rows if key not in wanted]:
            self._rows.pop(key).deleteLater()
        for key, view in wanted.items():
            if key not in self._rows:
                row = CallRow(self._look, key)
                row.answer_wanted.connect(self.answer_wanted)
                row.decline_wanted.connect(self.decline_wanted)
                row.hold_wanted.connect(self.hold_wanted)
                self._rows[key] = row
                self._row_box.addWidget(row)
                row.show()
            self._rows[key].show_view(view)

    def _toggle_keypad(self) -> None:
        if self._view is not None:
            self._keypad_key = "" if self._keypad_key else self._view.key
            self._show_controls(self._view)

    def _ask(self, signal, wish) -> None:  # type: ignore[no-untyped-def]
        if self._view is not None:
            self._show_controls(self._view)
            signal.emit(self._view.key, wish(self._view))

    def _emit(self, signal, *more: str) -> None:  # type: ignore[no-untyped-def]
        if self._view is not None:
            signal.emit(self._view.key, *more)

    def take_focus(self) -> None:
        """The panel has come to the front: the keyboard goes to what helps first."""
        if self._view is not None:
            self._focus_first(self._view)

    def _focus_first(self, view: CallView) -> None:
        if not self.isVisible():
            return
        # While it rings no button has the focus: a space that was meant for a letter answers nobody.
        first = {"ended": self._close, "ringing": self, "talking": self._mute}.get(view.phase, self._hang_up)
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _dress(self) -> None:
        px = self._look.px
        side = px(tokens.SPACE_5)
        self._outer.setContentsMargins(0, 0, 0, px(tokens.SPACE_4))
        self._outer.setSpacing(px(tokens.SPACE_2))
        self._foot.setContentsMargins(side, 0, side, 0)
        self._foot.setSpacing(px(tokens.SPACE_3))
        self._column.setContentsMargins(side, px(tokens.SPACE_4), side, 0)
        self._column.setSpacing(px(tokens.SPACE_2))
        for box in self._boxes:
            box.setSpacing(px(tokens.SPACE_2))
