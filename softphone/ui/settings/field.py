"""A field of a form: its name, the line to type in, a quiet note or what is wrong with it."""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QTextCharFormat
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from softphone.domain.halfwidth import to_halfwidth
from softphone.ui import theme as tokens
from softphone.ui.buttons import IconButton
from softphone.ui.labels import Label
from softphone.ui.look import Look, set_role
from softphone.ui.settings.note import Note

_BETWEEN = re.compile(r"[,、;\s]+")


class Field(QWidget):
    """One line of a form. ``ascii_only`` turns full-width input as it comes and says so.

    ``edited`` comes with every key, ``committed`` when the typing is done and the text is another.
    """

    edited = Signal()
    committed = Signal()

    def __init__(
        self,
        look: Look,
        name: str,
        words: str,
        *,
        hint: str = "",
        ascii_only: bool = True,
        secret: bool = False,
    ) -> None:
        super().__init__()
        self._look = look
        self._kept = ""
        self.setObjectName(f"field_{name}")
        self._label = Label(look, "small_bold", "soft")
        self.line = QLineEdit()
        self.line.setObjectName(name)
        self._label.setText(words)
        self.line.setAccessibleName(words)
        self.line.setPlaceholderText(hint)
        self._label.setBuddy(self.line)
        self._eye = IconButton(look, look.text("account.show_password"), f"{name}_eye", "eye")
        if not secret:
            self._eye.hide()
        self._eye.on_click(self._toggle_secret)
        if secret:
            self.line.setEchoMode(QLineEdit.EchoMode.Password)
        if ascii_only:
            self.line.setInputMethodHints(
                self.line.inputMethodHints()
                | Qt.InputMethodHint.ImhPreferLatin
                | Qt.InputMethodHint.ImhNoAutoUppercase
                | Qt.InputMethodHint.ImhNoPredictiveText
            )
            self.line.textEdited.connect(self._turn)
        self.line.textEdited.connect(self._edited)
        self.line.editingFinished.connect(self.finish)
        self._note = Note(look, f"{name}_note")
        self._fade = QTimer(self)
        self._fade.setSingleShot(True)
        self._fade.setInterval(tokens.NOTE_MS)
        self._fade.timeout.connect(self.clear_note)
        self._lay_out()
        self.clear_note()

    @property
    def text(self) -> str:
        """As typed."""
        return self.line.text()

    @property
    def items(self) -> tuple[str, ...]:
        """What is typed between commas or spaces."""
        return tuple(item for item in _BETWEEN.split(self.line.text()) if item)

    @property
    def whole(self) -> int:
        """The whole number typed, -1 where it is none."""
        text = self.line.text().strip()
        return int(text) if text.isdecimal() and len(text) <= len("99999") else -1

    @property
    def is_marked(self) -> bool:
        """Whether something is wrong with it."""
        return bool(self.line.property("problem"))

    def finish(self) -> None:
        """The typing is done."""
        if self.line.text() != self._kept:
            self._kept = self.line.text()
            self.committed.emit()

    def show_value(self, text: str) -> None:
        """Put a stored value in."""
        self.line.setText(text)
        self._kept = text
        self.clear_note()

    def show_problem(self, words: str, positions: tuple[int, ...] = ()) -> None:
        """Say what is wrong and mark the characters at ``positions``."""
        self._fade.stop()
        letters = "".join(self.line.text()[place] for place in positions if place < len(self.line.text()))
        if letters.strip() and self.line.echoMode() is QLineEdit.EchoMode.Normal:
            words = f"{words} {self._look.text('account.marked', letters=letters)}"
        self._note.show_problem(words)
        set_role(self.line, problem=True)
        self.line.setAccessibleDescription(words)
        self._mark(positions)

    def clear_note(self) -> None:
        """Nothing to say."""
        self._note.clear()
        set_role(self.line, problem=False)
        self.line.setAccessibleDescription("")
        self._mark(())

    def _lay_out(self) -> None:
        px = self._look.px
        row = QHBoxLayout()
        row.setSpacing(px(tokens.SPACE_1))
        row.addWidget(self.line, 1)
        row.addWidget(self._eye)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(tokens.SPACE_1))
        column.addWidget(self._label)
        column.addLayout(row)
        column.addWidget(self._note)

    def _turn(self, text: str) -> None:
        turned = to_halfwidth(text)
        if turned == text:
            return
        caret = self.line.cursorPosition()
        self.line.setText(turned)
        self.line.setCursorPosition(caret)
        self._note.show_words(self._look.text("account.turned"))
        self._fade.start()

    def _edited(self) -> None:
        if self.is_marked:
            self.clear_note()
        self.edited.emit()

    def _toggle_secret(self) -> None:
        hidden = self.line.echoMode() is QLineEdit.EchoMode.Password
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        words = self._look.text("account.hide_password" if hidden else "account.show_password")
        self._eye.show_icon("eye-off" if hidden else "eye", words)

    def _mark(self, positions: tuple[int, ...]) -> None:
        # QLineEdit takes formats for parts of its text only by way of an input method event without text.
        marked = QTextCharFormat()
        marked.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        marked.setUnderlineColor(self._look.color("bad"))
        marked.setForeground(self._look.color("bad"))
        marked.setBackground(self._look.color("bad_soft"))
        kind = QInputMethodEvent.AttributeType.TextFormat
        caret = self.line.cursorPosition()
        attributes = [QInputMethodEvent.Attribute(kind, place - caret, 1, marked) for place in positions]
        QCoreApplication.sendEvent(self.line, QInputMethodEvent("", attributes))
