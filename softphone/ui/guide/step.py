"""What the guide's steps share: a heading, a sentence, a column that scrolls; what the foot offers."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from softphone.app.changes import Change
from softphone.app.phone import Phone
from softphone.ui import theme as tokens
from softphone.ui.accessible import announce
from softphone.ui.labels import IconLabel, Label, card
from softphone.ui.look import Look, on_look, set_role
from softphone.ui.scrolling import scrolling


@dataclass(frozen=True)
class FootView:
    """The buttons under a step; an empty word hides its button."""

    primary: str
    back: str = ""
    skip: str = ""
    enabled: bool = True


class Remark(QFrame):
    """A sentence in a soft box with an icon: what is wrong and the next step, or what went well."""

    accessible_role = QAccessible.Role.Grouping

    _ICONS = {"good": "check", "warn": "triangle", "bad": "octagon", "info": "info"}

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._icon = IconLabel(look, "info", "accent", tokens.ICON)
        self._title = Label(look, "body_bold", wrap=True, name=f"{name}Title")
        self._words = Label(look, "body", wrap=True, name=f"{name}Words")
        column = QVBoxLayout()
        column.setSpacing(look.px(tokens.SPACE_1))
        column.addWidget(self._title)
        column.addWidget(self._words)
        row = QHBoxLayout(self)
        row.setContentsMargins(*(look.px(tokens.SPACE_3),) * 4)
        row.setSpacing(look.px(tokens.SPACE_2))
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        self.setObjectName(name)
        self.hide()

    def show_words(self, title: str, words: str = "", tone: str = "info") -> None:
        """Say it; no title takes the box away."""
        self._title.show_text(title, "" if tone == "info" else tone)
        self._words.show_text(words)
        self._icon.show_icon(self._ICONS[tone], "accent" if tone == "info" else tone)
        set_role(self, card=tone)
        name = " ".join(filter(None, (title, words)))
        if name != self.accessibleName() and self.isVisible():
            announce(self, name)
        self.setAccessibleName(name)
        self.setVisible(bool(title))


class Step(QWidget):
    """One step. Override ``foot`` and whatever else of it is another here.

    ``moved``: what ``foot`` says is another. ``ready``: nothing is left but to go on. ``passed``: go on.
    """

    moved = Signal()
    ready = Signal()
    passed = Signal()
    place_wanted = Signal(str)
    shows_calls = False  # a call made here is shown here

    def __init__(self, look: Look, phone: Phone, name: str) -> None:
        super().__init__()
        self.look = look
        self.phone = phone
        self.setObjectName(name)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)

    def foot(self) -> FootView:
        """What the buttons say now."""
        raise NotImplementedError

    def act(self) -> None:
        """The first button was pressed."""
        self.passed.emit()

    def back(self) -> bool:
        """Go back within the step; False where it has nothing before."""
        return False

    def opened(self) -> None:
        """The step comes to the front."""

    def closed(self) -> None:
        """The step is left."""

    def handle(self, change: Change) -> None:
        """Something changed in the phone."""

    def keep(self) -> object:
        """What was typed, for ``restore`` of another step of this kind."""
        return None

    def restore(self, kept: object) -> None:
        """Take back what ``keep`` gave."""

    def forget(self) -> None:
        """The guide was finished: what was typed for it is not needed any more."""

    def add_view(self, title: str, words: str) -> tuple[QScrollArea, QVBoxLayout]:
        """A column under a heading; the first is shown."""
        look = self.look
        inner = QWidget()
        column = QVBoxLayout(inner)
        heading = Label(look, "title", wrap=True, name="guideTitle")
        heading.setText(title)
        hint = Label(look, "body", "soft", wrap=True, name="guideWords")
        hint.setText(words)
        column.addWidget(heading)
        column.addWidget(hint)
        view = scrolling(inner)
        layout = self.layout()
        assert layout is not None
        first = layout.count() == 0
        layout.addWidget(view)
        if not first:
            view.hide()

        def dress() -> None:
            px = look.px
            column.setContentsMargins(px(tokens.SPACE_5), px(tokens.SPACE_2), px(tokens.SPACE_5), 0)
            column.setSpacing(px(tokens.SPACE_3))

        on_look(view, look, dress)
        return view, column

    def add_card(self, column: QVBoxLayout) -> QVBoxLayout:
        """A card in a column; its own column."""
        frame = card()
        inner = QVBoxLayout(frame)
        px = self.look.px
        inner.setContentsMargins(*(px(tokens.SPACE_4), px(tokens.SPACE_3)) * 2)
        inner.setSpacing(px(tokens.SPACE_3))
        column.addWidget(frame)
        return inner
