"""What settings pages share: a head with 戻る, a column that scrolls, rows and sections."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from softphone.app.changes import Change
from softphone.app.text import problem_text
from softphone.domain.account import FieldProblem
from softphone.ui import theme as tokens
from softphone.ui.buttons import IconButton
from softphone.ui.labels import IconLabel, Label, card
from softphone.ui.look import Look, on_look
from softphone.ui.scrolling import scrolling
from softphone.ui.settings.field import Field


class Section(QVBoxLayout):
    """The column of a card; ``frame`` is the card."""

    def __init__(self, frame: QFrame) -> None:
        super().__init__(frame)
        self.frame = frame


class Page(QWidget):
    """One settings page. Override ``opened``, ``closed`` and ``handle``.

    ``back_to`` names the page behind 戻る, "" the index. ``page_wanted`` asks for another one.
    """

    back_wanted = Signal()
    page_wanted = Signal(str)
    back_to = ""

    def __init__(self, look: Look, title: str, name: str, *, back: bool = True) -> None:
        super().__init__()
        self.look = look
        self._fields: dict[str, Field] = {}
        self.setObjectName(name)
        self._back = IconButton(look, look.text("settings.back"), "backButton", "chevron-left")
        self._back.on_click(self.back_wanted.emit)
        if not back:
            self._back.hide()
        head_title = Label(look, "title", name="pageTitle")
        head_title.setText(title)
        head_title.setMinimumHeight(look.px(tokens.CONTROL_HEIGHT - 4))
        self._head = QHBoxLayout()
        self._head.addWidget(self._back)
        self._head.addWidget(head_title, 1)
        inner = QWidget()
        self.column = QVBoxLayout(inner)
        self._scroll = scrolling(inner)
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.setSpacing(0)
        self._outer.addLayout(self._head)
        self._outer.addWidget(self._scroll, 1)
        on_look(self, look, self._dress)

    def aim(self, what: str) -> None:
        """What of the page is wanted, before it comes to the front: the part of its name behind a slash."""

    def opened(self) -> None:
        """The page comes to the front."""

    def closed(self) -> None:
        """The page is left: what is typed is taken."""
        for field in self._fields.values():
            field.finish()

    def handle(self, change: Change) -> None:
        """Something changed in the phone; told only while the page exists."""

    def show_widget(self, widget: QWidget) -> None:
        """Scroll so that ``widget`` is seen."""
        self._scroll.ensureWidgetVisible(widget)

    def framed(self, widget: QWidget) -> QFrame:
        """``widget`` in a card of its own."""
        frame = card()
        box = QVBoxLayout(frame)
        px = self.look.px
        box.setContentsMargins(*(px(tokens.SPACE_4), px(tokens.SPACE_3)) * 2)
        box.addWidget(widget)
        return frame

    def add_section(self, title: str = "") -> Section:
        """A card with an optional title over it."""
        if title:
            label = Label(self.look, "small_bold", "soft")
            label.setText(title)
            self.column.addWidget(label)
        frame = card()
        column = Section(frame)
        px = self.look.px
        column.setContentsMargins(*(px(tokens.SPACE_4), px(tokens.SPACE_3)) * 2)
        column.setSpacing(px(tokens.SPACE_3))
        self.column.addWidget(frame)
        return column

    def add_banner(self, words: str) -> None:
        """Say above everything why nothing of it can be used."""
        frame = card("info")
        row = QHBoxLayout(frame)
        px = self.look.px
        row.setContentsMargins(*(px(tokens.SPACE_3),) * 4)
        row.setSpacing(px(tokens.SPACE_2))
        label = Label(self.look, "body", wrap=True, name="pageBanner")
        label.setText(words)
        row.addWidget(IconLabel(self.look, "info", "accent", tokens.ICON), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label, 1)
        self.column.addWidget(frame)

    def hint(self, words: str, name: str = "") -> Label:
        """A quiet sentence that explains."""
        label = Label(self.look, "small", "soft", wrap=True, name=name)
        label.setText(words)
        return label

    def add_explained(self, section: QVBoxLayout, control: QWidget, words: str) -> Label:
        """A control with the sentence that explains it close below."""
        pair = QVBoxLayout()
        pair.setSpacing(self.look.px(tokens.SPACE_1))
        hint = self.hint(words)
        pair.addWidget(control)
        pair.addWidget(hint)
        section.addLayout(pair)
        return hint

    def field(self, name: str, take: Callable[[], None], *, hint: str = "", ascii_only: bool = True) -> Field:
        """A field that is taken when its typing is done, and when the page is left."""
        field = Field(self.look, name, self.look.text(f"field.{name}"), hint=hint, ascii_only=ascii_only)
        field.committed.connect(take)
        self._fields[name] = field
        return field

    def show_value(self, name: str, value: str) -> None:
        """Put a stored value into a field; what was typed and could not be taken stays."""
        field = self._fields[name]
        if not field.is_marked:
            field.show_value(value)

    def mark(self, name: str, code: str) -> bool:
        """Say at a field what is wrong with it; ``code`` "" takes the mark away. True where it is wrong."""
        field = self._fields[name]
        if code:
            field.show_problem(problem_text(self.look.text, FieldProblem(name, code)))
        else:
            field.clear_note()
        return bool(code)

    def add_to_head(self, widget: QWidget) -> None:
        """A control at the right of the title."""
        self._head.addWidget(widget)

    def add_foot(self, widget: QWidget) -> None:
        """A widget under the scrolling column, always in sight."""
        box = QVBoxLayout()
        px = self.look.px
        box.setContentsMargins(px(tokens.SPACE_5), px(tokens.SPACE_2), px(tokens.SPACE_5), px(tokens.SPACE_3))
        box.addWidget(widget)
        self._outer.addLayout(box)

    def _dress(self) -> None:
        px = self.look.px
        side = px(tokens.SPACE_5)
        left = px(tokens.SPACE_2) if not self._back.isHidden() else side
        self._head.setContentsMargins(left, px(tokens.SPACE_3), side, px(tokens.SPACE_2))
        self._head.setSpacing(px(tokens.SPACE_1))
        self.column.setContentsMargins(side, px(tokens.SPACE_1), side, px(tokens.SPACE_4))
        self.column.setSpacing(px(tokens.SPACE_2))
