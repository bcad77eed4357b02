"""The small window of an incoming call. It never takes the keyboard from what one is typing in."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from softphone.ui import theme as tokens
from softphone.ui.avatar import Avatar
from softphone.ui.buttons import IconButton, PillButton
from softphone.ui.labels import ElidedLabel, Label
from softphone.ui.look import Look, on_look
from softphone.ui.view_state import CallView


class IncomingWindow(QWidget):
    """Who calls, 応答 and 拒否, on top of other windows, in the corner of the screen. Thread: ui."""

    answer_wanted = Signal(str)
    decline_wanted = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(
            None,
            Qt.WindowType.Tool
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowStaysOnTopHint
            | Qt.WindowType.WindowDoesNotAcceptFocus,
        )
        self._look = look
        self._key = ""
        self._grip: QPoint | None = None
        text = look.text
        self.setObjectName("incomingWindow")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setWindowTitle(text("incoming.title"))
        self._frame = QFrame(self)
        self._frame.setObjectName("incomingFrame")
        self._avatar = Avatar(look, small=True)
        self._title = Label(look, "small_bold", "accent", name="incomingTitle")
        self._title.show_text(text("incoming.title"))
        self._name = ElidedLabel(look, "title", name="incomingName")
        self._number = ElidedLabel(look, "small", "text_soft", name="incomingNumber")
        self._hide = IconButton(look, text("incoming.hide"), "incomingHide", "close")
        self._hide.on_click(self.hide)
        self._decline = PillButton(
            look,
            text("call_panel.decline"),
            "incomingDecline",
            kind="hang_up",
            icon="hang-up-fill",
            height=tokens.CONTROL_HEIGHT + tokens.SPACE_1,
        )
        self._answer = PillButton(
            look,
            text("call_panel.answer"),
            "incomingAnswer",
            kind="call",
            icon="phone-fill",
            height=tokens.CONTROL_HEIGHT + tokens.SPACE_1,
        )
        self._decline.on_click(lambda: self.decline_wanted.emit(self._key))
        self._answer.on_click(lambda: self.answer_wanted.emit(self._key))
        self._lay_out()
        on_look(self, look, self._dress)

    def show_view(self, view: CallView, line: str) -> None:
        """Show who calls on which line; where it is hidden it appears, without the focus."""
        fresh = view.key != self._key
        self._key = view.key
        self._avatar.show_person(view.initial, ringing=True)
        self._name.show_text(view.name)
        on_line = self._look.text("incoming.line", line=line) if line else ""
        self._number.show_text("  ·  ".join(part for part in (view.number, on_line) if part))
        self.setAccessibleName(self._look.text("incoming.from", who=view.name))
        if fresh:
            self.adjustSize()
            self._place()
            self.show()

    def forget(self) -> None:
        """Nobody rings any more."""
        self._key = ""
        self.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grip = event.globalPosition().toPoint() - self.pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self.move(event.globalPosition().toPoint() - self._grip)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        for widget in (self._title, self._name, self._number):
            words.addWidget(widget)
        top = QHBoxLayout()
        top.addWidget(self._avatar)
        top.addLayout(words, 1)
        top.addWidget(self._hide, 0, Qt.AlignmentFlag.AlignTop)
        buttons = QHBoxLayout()
        buttons.addWidget(self._decline)
        buttons.addWidget(self._answer)
        column = QVBoxLayout(self._frame)
        column.addLayout(top)
        column.addLayout(buttons)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._frame)
        self._words, self._top, self._buttons, self._column = words, top, buttons, column

    def _place(self) -> None:
        screen = QGuiApplication.primaryScreen().availableGeometry()
        gap = self._look.px(tokens.SPACE_5)
        self.move(screen.right() - self.width() - gap, screen.top() + gap)

    def _dress(self) -> None:
        px = self._look.px
        inset = px(tokens.SPACE_4)
        self._column.setContentsMargins(inset, px(tokens.SPACE_3), px(tokens.SPACE_3), inset)
        self._column.setSpacing(px(tokens.SPACE_3))
        self._words.setSpacing(px(tokens.LINE))
        self._top.setSpacing(px(tokens.SPACE_2))
        self._buttons.setSpacing(px(tokens.SPACE_2))
        self.setFixedWidth(px(tokens.INCOMING_WIDTH))
