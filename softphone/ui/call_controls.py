"""The controls of the call in front: round buttons in rows of four, and the wide one that ends it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from softphone.ui import theme as tokens
from softphone.ui.buttons import Button, HangUpButton, PillButton, RoundButton
from softphone.ui.call_view import CallView
from softphone.ui.look import Look, on_look
from softphone.ui.shortcuts import with_keys

COLUMNS = 4
_BUTTONS = {  # action: object name, icon, kind
    "mute": ("muteButton", "mic", ""),
    "hold": ("holdButton", "pause", ""),
    "keypad": ("dtmfButton", "keypad", ""),
    "audio": ("audioButton", "speaker", ""),
    "transfer": ("transferButton", "transfer", ""),
    "join": ("joinButton", "people", ""),
    "record": ("recordButton", "record", ""),
    "more": ("moreButton", "more", ""),
    "split": ("splitButton", "split", ""),
    "leave": ("leaveButton", "leave", ""),
    "answer": ("answerButton", "phone-fill", "call"),
    "decline": ("declineButton", "hang-up-fill", "hang_up"),
}
_LASTING = ("mute", "hold", "keypad", "record")


class CallControls(QWidget):
    """Shows what can be done with a CallView. ``wanted`` carries the name of an action."""

    wanted = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        text = look.text
        self._shown: tuple[str, ...] = ()
        self._grid = QGridLayout()
        self._buttons = {action: self._round(action) for action in _BUTTONS}
        self._hang_up = HangUpButton(
            look, text("call_panel.hang_up"), "hangUpButton", kind="hang_up", icon="hang-up-fill"
        )
        self._redial = PillButton(
            look, text("call_panel.redial"), "redialButton", kind="call", icon="phone-fill"
        )
        self._close = PillButton(look, text("call_panel.close"), "closeCallButton", kind="quiet")
        for action, pill in (("hang_up", self._hang_up), ("redial", self._redial), ("close", self._close)):
            pill.on_click(partial(self.wanted.emit, action))
        self._ended = QHBoxLayout()
        self._ended.addWidget(self._close)
        self._ended.addWidget(self._redial)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._grid)
        self._column.addLayout(self._ended)
        self._column.addWidget(self._hang_up)
        on_look(self, look, self._dress)

    def show_view(self, view: CallView, *, keypad: bool) -> None:
        """Show the controls of ``view``; ``keypad`` where the twelve keys are open."""
        self._place(view.controls)
        for action, button in self._buttons.items():
            button.setEnabled(action not in view.disabled)
        text = self._look.text
        self._turn("mute", view.muted, "mic-off" if view.muted else "mic", "muted" if view.muted else "mute")
        self._turn("hold", view.held, "play" if view.held else "pause", "unhold" if view.held else "hold")
        recorded = bool(view.recording)
        self._turn(
            "record", recorded, "stop" if recorded else "record", "stop_recording" if recorded else "record"
        )
        self._turn("keypad", keypad, "keypad", "keypad")
        conference = view.phase == "conference"
        self._buttons["join"].set_words(text("call_panel.add" if conference else "call_panel.join"))
        self._buttons["join"].icon_name = "person-add" if conference else "people"
        self._hang_up.set_words(text("call_panel.end_conference" if conference else "call_panel.hang_up"))
        self._hang_up.setVisible(view.phase in ("talking", "waiting", "conference"))
        self._redial.setVisible(view.phase == "ended" and bool(view.redial))
        self._close.setVisible(view.phase == "ended")

    def height_of(self, view: CallView) -> int:
        """How high the controls of ``view`` are, px."""
        spacing, rows = self._column.spacing(), -(-len(view.controls) // COLUMNS)
        side = max((self._buttons[action].sizeHint().height() for action in view.controls), default=0)
        grid = rows * side + max(rows - 1, 0) * self._grid.verticalSpacing()
        wide = 0 if view.phase == "ringing" else self._hang_up.sizeHint().height()
        return grid + wide + spacing * (bool(grid) and bool(wide))

    def button(self, action: str) -> QWidget:
        """The button of an action, or the one whose menu has it: where another menu opens."""
        return self._buttons[action if action in self._shown else "more"]

    def first(self, phase: str) -> QWidget | None:
        """What helps first in ``phase``; None while it rings."""
        if phase == "ended":
            return self._close
        if phase in ("talking", "conference"):
            return self._buttons["mute"]
        return self._hang_up if phase == "waiting" else None

    def _round(self, action: str) -> Button:
        name, icon, kind = _BUTTONS[action]
        words = self._look.text(f"call_panel.{action}")
        button = RoundButton(self._look, words, name, icon, kind=kind)
        button.setToolTip(with_keys(words, action))
        button.setCheckable(action in _LASTING)
        # A checkable button turns by itself; what it shows comes from the view, so it is turned back at once.
        button.on_click(partial(self._clicked, action))
        button.setParent(self)
        button.hide()
        return button

    def _clicked(self, action: str) -> None:
        button = self._buttons[action]
        if button.isCheckable():
            button.setChecked(not button.isChecked())
        self.wanted.emit(action)

    def _turn(self, action: str, on: bool, icon: str, words: str) -> None:
        button = self._buttons[action]
        assert isinstance(button, RoundButton)
        said = self._look.text(f"call_panel.{words}")
        button.show_state(checked=on, icon=icon, words=said)
        button.setToolTip(with_keys(said, action))

    def _place(self, controls: tuple[str, ...]) -> None:
        if controls == self._shown:
            return
        for action in self._shown:
            self._grid.removeWidget(self._buttons[action])
        for action, button in self._buttons.items():
            button.setVisible(action in controls)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, 1 if column < len(controls) else 0)
        for index, action in enumerate(controls):
            row, column = divmod(index, COLUMNS)
            self._grid.addWidget(self._buttons[action], row, column, Qt.AlignmentFlag.AlignBottom)
        self._shown = controls

    def _dress(self) -> None:
        px = self._look.px
        self._column.setContentsMargins(px(tokens.SPACE_5), 0, px(tokens.SPACE_5), 0)
        self._column.setSpacing(px(tokens.SPACE_3))
        self._grid.setHorizontalSpacing(0)
        self._grid.setVerticalSpacing(px(tokens.SPACE_2))
