"""The sheets that ask for a number: whom a call is handed to, where a caller is sent, where one is parked."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from softphone.ui import theme as tokens
from softphone.ui.buttons import PillButton
from softphone.ui.labels import Label
from softphone.ui.look import Look
from softphone.ui.number_field import NumberField
from softphone.ui.person_row import RowView
from softphone.ui.sheet import Sheet
from softphone.ui.suggestions import Suggestions, is_name
from softphone.ui.view_state import ProblemView


class SheetField(NumberField):
    """The number field in a sheet: ``dial_wanted`` on Enter, ``quick_wanted`` on Shift+Enter; Esc closes."""

    quick_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.setObjectName("sheetNumber")
        self.setPlaceholderText(look.text("keypad.placeholder"))
        self.setAlignment(Qt.AlignmentFlag.AlignLeft)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if shift and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.quick_wanted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)


class NumberSheet(Sheet):
    """A number and what is to be done with it. ``chosen`` carries the action and the number as typed.

    ``suggestions`` stand above the field: they push up the head of the sheet and nothing else.
    """

    chosen = Signal(str, str)

    def __init__(self, look: Look, over: QWidget, name: str, title: str, words: str) -> None:
        super().__init__(look, over, name, title, words)
        self.field = SheetField(look)
        self.field.textChanged.connect(lambda: self.show_problem(ProblemView()))
        self.suggestions = Suggestions(look, self.field)
        self.suggestions.chosen.connect(self._take)
        self.field.to_suggestions.connect(self.suggestions.take_keyboard)
        self._offered = ""
        self._problem = Label(look, "body_bold", "bad", wrap=True, name="sheetProblem")
        self._hint = Label(look, "small", "soft", wrap=True, name="sheetHint")

    def show_problem(self, problem: ProblemView) -> None:
        """Why the number cannot be taken; an empty one takes it away."""
        self._problem.show_text(problem.words)
        self._hint.show_text(problem.hint)
        self.field.setAccessibleDescription(f"{problem.words} {problem.hint}".strip())

    def add_field(self) -> None:
        """Put field and problem here."""
        box = QVBoxLayout()
        box.setContentsMargins(self.ring, self.ring, self.ring, 0)
        for widget in (self.suggestions, self.field, self._problem, self._hint):
            box.addWidget(widget)
        self.content.addLayout(box)
        self.show_problem(ProblemView())

    def add_button(self, action: str, kind: str, keys: str, icon: str = "") -> None:
        """A button that chooses ``action``; ``keys`` are told in its tool tip."""
        words = self.look.text(f"sheet.{action}")
        height = tokens.CONTROL_HEIGHT + tokens.SPACE_1
        button = PillButton(self.look, words, f"{action}Button", kind=kind, icon=icon, height=height)
        button.setToolTip(self.look.text("sheet.keys", words=words, keys=keys))
        button.on_click(partial(self.choose, action))
        self.content.addWidget(button)

    def _take(self, view: RowView) -> None:
        """Their number goes into the field: what is to be done with it is still to be said."""
        self.field.setText(view.number)
        self.suggestions.show_rows(())
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def choose(self, action: str) -> None:
        """Take what was typed; for a name, whom it means must be chosen first."""
        typed = self.field.text()
        if self.suggestions.shown and is_name(typed) and typed != self._offered:
            self._offered = typed
            self.suggestions.take_keyboard()
            return
        self.chosen.emit(action, self.field.text())


class TransferSheet(NumberSheet):
    """転送: to a call that is there, or to a number, with or without asking there first.

    ``joined`` carries the key of the other call. Enter asks first: nobody is lost that way.
    """

    joined = Signal(str)

    def __init__(self, look: Look, over: QWidget, who: str, others: Iterable[tuple[str, str]]) -> None:
        text = look.text
        super().__init__(
            look, over, "transferSheet", text("sheet.transfer"), text("sheet.hand_over", who=who)
        )
        for key, name in others:
            other = PillButton(
                look,
                text("sheet.join", who=name),
                f"joinTo_{key}",
                kind="raised",
                icon="transfer",
                elastic=True,
                height=tokens.CONTROL_HEIGHT + tokens.SPACE_1,
            )
            other.on_click(partial(self.joined.emit, key))
            self.content.addWidget(other)
        self.add_field()
        self.add_button("consult", "accent", "Enter")
        self.add_button("blind", "raised", "Shift+Enter")
        self.field.dial_wanted.connect(partial(self.choose, "consult"))
        self.field.quick_wanted.connect(partial(self.choose, "blind"))


class ElsewhereSheet(NumberSheet):
    """別の番号へ送る: where a caller goes whom one does not answer."""

    def __init__(self, look: Look, over: QWidget, who: str) -> None:
        text = look.text
        super().__init__(
            look, over, "elsewhereSheet", text("sheet.elsewhere_title"), text("sheet.caller", who=who)
        )
        self.add_field()
        self.add_button("elsewhere", "accent", "Enter")
        self.field.dial_wanted.connect(partial(self.choose, "elsewhere"))


class ParkSheet(NumberSheet):
    """パーク: on which slot a call waits for whoever takes it; none lets the PBX choose."""

    def __init__(self, look: Look, over: QWidget, who: str) -> None:
        text = look.text
        super().__init__(look, over, "parkSheet", text("sheet.park_title"), text("sheet.park_call", who=who))
        self.field.setPlaceholderText(text("sheet.slot"))
        self.field.setAccessibleName(text("sheet.slot"))
        self.add_field()
        self.add_button("park", "accent", "Enter")
        self.field.dial_wanted.connect(partial(self.choose, "park"))
