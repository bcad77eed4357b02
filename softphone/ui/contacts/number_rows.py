"""The numbers of a contact as one edits them: a label, the number, a key that takes the row away."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from softphone.domain.contact import LABELS, ContactNumber
from softphone.domain.dial_plan import split_post_dial
from softphone.domain.dial_string import DialStringInvalid, clean_dial_string
from softphone.domain.halfwidth import to_halfwidth
from softphone.ui import theme as tokens
from softphone.ui.buttons import IconButton, QuietButton
from softphone.ui.contacts.words import label_of, label_words
from softphone.ui.look import Look, set_role
from softphone.ui.settings.choice import Combo
from softphone.ui.settings.note import Note


class NumberRow(QWidget):
    """One number. ``edited`` comes with every change, ``removed`` when it is to go.

    ``other_of`` names somebody else who has a number, "" nobody: that is said, and not wrong.
    """

    edited = Signal()
    removed = Signal()

    def __init__(self, look: Look, number: ContactNumber, place: int, other_of: Callable[[str], str]) -> None:
        super().__init__()
        self._look = look
        self._other_of = other_of
        text, px = look.text, look.px
        self.label = Combo(look)
        self.label.setEditable(True)
        self.label.setMinimumContentsLength(4)
        self.label.addItems([label_words(text, each) for each in LABELS])
        self.label.setCurrentText(label_words(text, number.label))
        self.label.setFixedWidth(px(tokens.LABEL_WIDTH))
        self.line = QLineEdit(number.number)
        self.line.setMaxLength(128)
        self.line.setInputMethodHints(Qt.InputMethodHint.ImhPreferLatin)
        self.line.setPlaceholderText(text("contacts.number_hint"))
        self._remove = IconButton(look, text("contacts.remove_number"), "", "close")
        self._note = Note(look, "")
        self.set_place(place)
        self.label.currentTextChanged.connect(lambda _: self.edited.emit())
        self.line.textEdited.connect(self._typed)
        self.line.editingFinished.connect(self._say_other)
        self._remove.on_click(self.removed.emit)
        row = QHBoxLayout()
        row.setSpacing(px(tokens.SPACE_1))
        row.addWidget(self.label)
        row.addWidget(self.line, 1)
        row.addWidget(self._remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(tokens.SPACE_1))
        column.addLayout(row)
        column.addWidget(self._note)

    def set_place(self, place: int) -> None:
        """It is the number ``place`` of the contact, from 1."""
        text = self._look.text
        self.label.setObjectName(f"label_{place}")
        self.label.setAccessibleName(text("contacts.label_of", place=place))
        field = self.label.lineEdit()
        if field is not None:
            field.setObjectName(f"label_{place}_line")
            field.setAccessibleName(text("contacts.label_of", place=place))
        self.line.setObjectName(f"number_{place}")
        self.line.setAccessibleName(text("contacts.number_of", place=place))
        self._remove.setObjectName(f"remove_{place}")
        self._remove.setAccessibleName(text("contacts.remove_number_of", place=place))

    @property
    def number(self) -> ContactNumber:
        """As typed."""
        label = label_of(self._look.text, self.label.currentText())
        return ContactNumber(self.line.text().strip(), label or LABELS[-1])

    @property
    def problem(self) -> str:
        """The code of what is wrong with the number; "" for none, an empty one is none."""
        typed = self.line.text().strip()
        try:
            if typed:
                clean_dial_string(split_post_dial(typed)[0])
        except DialStringInvalid as error:
            return error.code
        return ""

    def show_problem(self) -> bool:
        """Say what is wrong, under the number; True where something is."""
        code = self.problem
        words = self._look.text(f"dial.{code}") if code else ""
        if words:
            self._note.show_problem(words)
        else:
            self._note.clear()
        set_role(self.line, problem=bool(words))
        self.line.setAccessibleDescription(words)
        return bool(words)

    def _say_other(self) -> None:
        """Say by the way who has this number too."""
        if self.line.property("problem"):
            return
        other = self._other_of(self.line.text().strip())
        words = self._look.text("contacts.number_of_other", who=other) if other else ""
        self._note.show_words(words)
        self.line.setAccessibleDescription(words)

    def _typed(self, text: str) -> None:
        turned = to_halfwidth(text)
        if turned != text:
            caret = self.line.cursorPosition()
            self.line.setText(turned)
            self.line.setCursorPosition(caret)
        if self.line.property("problem"):
            self.show_problem()
        self.edited.emit()


class NumberRows(QWidget):
    """All numbers, and a key for one more. ``edited`` comes with every change; ``other_of`` as NumberRow."""

    edited = Signal()

    def __init__(self, look: Look, other_of: Callable[[str], str]) -> None:
        super().__init__()
        self._look = look
        self._other_of = other_of
        self._rows: list[NumberRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(look.px(tokens.SPACE_2))
        self._more = QuietButton(look, look.text("contacts.add_number"), "addNumber", icon="plus", flush=True)
        self._more.on_click(self._add_empty)
        self._column.addWidget(self._more)

    @property
    def numbers(self) -> tuple[ContactNumber, ...]:
        """Those that are typed, in order."""
        return tuple(row.number for row in self._rows if row.number.number)

    def show_numbers(self, numbers: tuple[ContactNumber, ...]) -> None:
        """Edit these; where there is none, an empty one waits."""
        for row in tuple(self._rows):
            self._take(row)
        for number in numbers or (ContactNumber("", "mobile"),):
            self._add(number)

    def show_problems(self) -> QLineEdit | None:
        """Say what is wrong with each; the first line where something is."""
        wrong = [row for row in self._rows if row.show_problem()]
        return wrong[0].line if wrong else None

    def _add(self, number: ContactNumber) -> NumberRow:
        row = NumberRow(self._look, number, len(self._rows) + 1, self._other_of)
        row.edited.connect(self.edited)
        row.removed.connect(lambda: self._remove(row))
        self._rows.append(row)
        self._column.insertWidget(len(self._rows) - 1, row)
        return row

    def _add_empty(self) -> None:
        used = {row.number.label for row in self._rows}
        label = next((each for each in ("mobile", "work", "extension", "main") if each not in used), "other")
        row = self._add(ContactNumber("", label))
        row.show()
        row.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self, row: NumberRow) -> None:
        place = self._rows.index(row)
        self._take(row)
        next_row = self._rows[min(place, len(self._rows) - 1)].line if self._rows else self._more
        next_row.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()

    def _take(self, row: NumberRow) -> None:
        self._rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
        for place, each in enumerate(self._rows, 1):
            each.set_place(place)
