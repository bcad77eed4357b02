"""キーパッド: status, who is sent away, keys of the PBX, number, twelve keys, 「IP電話」."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from softphone.app.search import MAX_SUGGESTIONS
from softphone.ui import theme as tokens
from softphone.ui.absence_banner import AbsenceBanner
from softphone.ui.accessible import announce
from softphone.ui.buttons import IconButton, PillButton
from softphone.ui.dialpad import Dialpad
from softphone.ui.feature_row import FeatureRow
from softphone.ui.labels import Chip, Label
from softphone.ui.look import Look, on_look
from softphone.ui.number_field import NumberField
from softphone.ui.scrolling import scrolling
from softphone.ui.shortcuts import SEARCH_KEY, written
from softphone.ui.status_card import StatusCard
from softphone.ui.suggestions import Suggestions
from softphone.ui.view_state import ProblemView, StatusView


class BackspaceButton(IconButton):
    """Deletes one character; a long press clears."""

    cleared = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, look.text("keypad.backspace"), "backspace", "backspace")
        self._long = QTimer(self)
        self._long.setSingleShot(True)
        self._long.setInterval(tokens.LONG_PRESS_MS)
        self._long.timeout.connect(self.cleared)
        self.pressed.connect(self._long.start)
        self.released.connect(self._long.stop)
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)


class KeypadPage(QWidget):
    """Where a call begins. ``dial_wanted`` carries the text as typed ("" asks for the last number)."""

    dial_wanted = Signal(str)
    status_action = Signal(str)
    search_wanted = Signal()

    def __init__(self, look: Look, *, demo_number: str = "") -> None:
        super().__init__()
        self._look = look
        self._troubled = False
        self.setObjectName("keypadPage")
        self.status = StatusCard(look)
        self.status.action_wanted.connect(self.status_action)
        self.banner = AbsenceBanner(look)
        self.features = FeatureRow(look)
        self.field = NumberField(look)
        self.field.dial_wanted.connect(self._dial)
        self.field.textChanged.connect(self._typed)
        self.suggestions = Suggestions(look, self.field)
        self.field.to_suggestions.connect(self.suggestions.take_keyboard)
        self._search = IconButton(
            look, look.text("search.open", keys=written(SEARCH_KEY)), "openSearch", "search"
        )
        self._search.on_click(self.search_wanted.emit)
        self._backspace = BackspaceButton(look)
        self._backspace.on_click(self._delete)
        self._backspace.cleared.connect(self.field.clear)
        self._backspace.hide()
        self._demo = Chip(look, "info", name="demoHint")
        self._prompt = Label(look, "small", "soft", name="numberPrompt")
        self._prompt.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._demo_words = look.text("keypad.demo", number=demo_number) if demo_number else ""
        self._problem = Label(look, "body_bold", "bad", wrap=True, name="dialProblem")
        self._problem.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._problem_hint = Label(look, "small", "soft", wrap=True, name="dialHint")
        self._problem_hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._dialpad = Dialpad(look)
        self._dialpad.pressed.connect(self.field.type_key)
        self._call = PillButton(look, look.text("keypad.call"), "callButton", kind="call", icon="phone-fill")
        self._call.on_click(self._dial)
        self._lay_out()
        self.show_problem(ProblemView())
        on_look(self, look, self._dress)

    def show_status(self, view: StatusView) -> None:
        """The registration's status."""
        self.status.show_view(view)
        self._troubled = bool(view.hint)
        self._show_prompt()

    def show_problem(self, problem: ProblemView) -> None:
        """Why the number could not be called; an empty one takes it away."""
        self._problem.show_text(problem.words)
        self._problem_hint.show_text(problem.hint)
        self._show_prompt()
        if problem.words:
            self.suggestions.show_rows(())
        words = f"{problem.words} {problem.hint}".strip()
        self.field.setAccessibleDescription(words)
        announce(self.field, words)

    def show_number(self, number: str) -> None:
        """Put a number in, ready to be changed."""
        self.field.setText(number)
        self.take_focus()

    def take_focus(self) -> None:
        """The keypad has come to the front: the keyboard goes to the number."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.banner.set_compact(self.height() < self._look.px(tokens.KEYPAD_COMPACT))
        spare = self.height() - self._look.px(tokens.KEYPAD_COMPACT)
        rows = 1 + max(spare, 0) // self._look.px(tokens.SUGGESTION_ROW * 2)
        self.suggestions.keep_rows(min(rows, MAX_SUGGESTIONS))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Keys typed while a button has the focus still go to the number.
        if event.text() and event.text().isprintable() and event.text() != " ":
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)
            self.field.insert(event.text())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        else:
            super().keyPressEvent(event)

    def _enter(self) -> None:
        """Enter calls the number, also behind the keys it is typed with; a button above it does its own."""
        button = self.focusWidget()
        own = any(part.isAncestorOf(button) for part in (self.status, self.banner, self.features) if button)
        if own and isinstance(button, QAbstractButton):
            button.click()
        else:
            self._dial()

    def _show_prompt(self) -> None:
        """The quiet words under the number, where nothing more important is said."""
        problem = bool(self._problem.text())
        self._demo.show_text("" if problem else self._demo_words)
        quiet = problem or self._demo_words or self._troubled or self.field.text()
        self._prompt.show_text("" if quiet else self._look.text("keypad.placeholder"))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self._search)
        row.addWidget(self.field, 1)
        row.addWidget(self._backspace)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.addWidget(self.status)
        column.addWidget(self.banner)
        column.addWidget(self.features)
        column.addStretch(1)
        column.addLayout(row)
        below = self.suggestions.below
        below.addWidget(self._demo, 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (self._prompt, self._problem, self._problem_hint):
            below.addWidget(label)
        below.addStretch(1)
        column.addWidget(self.suggestions)
        column.addWidget(self._dialpad, 12)
        # Where large letters meet a small screen the keys scroll; 「IP電話」 stays in sight.
        outer = QVBoxLayout(self)
        outer.addWidget(scrolling(inner), 1)
        foot = QHBoxLayout()
        foot.addWidget(self._call)
        outer.addLayout(foot)
        self._row, self._column, self._outer, self._foot = row, column, outer, foot

    def _dial(self) -> None:
        self.dial_wanted.emit(self.field.text())

    def _delete(self) -> None:
        self.field.backspace()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _typed(self, text: str) -> None:
        self._backspace.setVisible(bool(text))
        self.show_problem(ProblemView())

    def _dress(self) -> None:
        px = self._look.px
        side = px(tokens.SPACE_5)
        self._outer.setContentsMargins(0, 0, 0, px(tokens.SPACE_4))
        self._outer.setSpacing(0)
        self._foot.setContentsMargins(side, 0, side, 0)
        self._column.setContentsMargins(side, px(tokens.SPACE_3), side, px(tokens.SPACE_2))
        self._column.setSpacing(px(tokens.SPACE_2))
        self._row.setSpacing(px(tokens.SPACE_1))
        self.suggestions.below.setSpacing(px(tokens.SPACE_1))
        self.field.setMinimumHeight(px(tokens.BIG_BUTTON_HEIGHT))
