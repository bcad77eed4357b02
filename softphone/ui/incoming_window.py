"""The small window of an incoming call. It never takes the keyboard from what one is typing in."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAccessible, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from softphone.ui import theme as tokens
from softphone.ui.accessible import announce
from softphone.ui.avatar import Avatar
from softphone.ui.buttons import IconButton, PillButton
from softphone.ui.call_menu import close_menus, show_actions
from softphone.ui.call_view import CallView
from softphone.ui.labels import ElidedLabel
from softphone.ui.look import Look, on_look


class IncomingWindow(QWidget):
    """Who calls, 応答 and 拒否, on top of other windows, in the corner of the screen. Thread: ui.

    ``wanted`` carries an action and the call's key.
    """

    accessible_role = QAccessible.Role.Window

    wanted = Signal(str, str)

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
        self._avatar = Avatar(look, "small")
        self._title = ElidedLabel(look, "small_bold", "accent", name="incomingTitle")
        self._name = ElidedLabel(look, "title", name="incomingName")
        self._company = ElidedLabel(look, "body", name="incomingCompany")
        self._number = ElidedLabel(look, "small", "text_soft", name="incomingNumber")
        self._hide = IconButton(look, text("incoming.hide"), "incomingHide", "close")
        self._hide.on_click(self.hide)
        self._menu: tuple[str, ...] = ()
        self._decline = self._pill("decline", "incomingDecline", "hang_up", "hang-up-fill")
        self._answer = self._pill("answer", "incomingAnswer", "call", "phone-fill")
        self._hold_answer = self._pill("hold_and_answer", "incomingHoldAnswer", "call", "")
        self._end_answer = self._pill("end_and_answer", "incomingEndAnswer", "raised", "")
        self._more = IconButton(look, text("call_panel.answers"), "incomingMore", "more")
        self._more.on_click(self._open_menu)
        self._lay_out()
        on_look(self, look, self._dress)

    def show_view(self, view: CallView, line: str) -> None:
        """Show who calls on which line; where it is hidden it appears, without the focus."""
        fresh = view.key != self._key
        if fresh:
            close_menus(self)
        self._key = view.key
        self._avatar.show_person(view.initial, ringing=True, photo_id=view.photo_id)
        self._name.show_text(view.name)
        self._company.show_text(view.company)
        on_line = self._look.text("incoming.line", line=line) if line else ""
        self._number.show_text("  ·  ".join(part for part in (view.number, on_line) if part))
        title = self._look.text("incoming.title")
        self._title.show_text("  ·  ".join(part for part in (title, view.detail) if part))
        self.setAccessibleName(self._look.text("incoming.from", who=view.name))
        second = "end_and_answer" in view.menu
        fresh = fresh or self._end_answer.isHidden() is second
        self._menu = tuple(name for name in view.menu if name != "end_and_answer")
        self._answer.setVisible(not second)
        self._hold_answer.setVisible(second)
        self._end_answer.setVisible(second)
        if fresh:
            self.adjustSize()
            self._place()
            self.show()
            announce(self, f"{self.accessibleName()} {self._number.text()}", urgent=True)

    def forget(self) -> None:
        """Nobody rings any more."""
        if self._key:
            close_menus(self)
        self._key = ""
        self.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grip = event.globalPosition().toPoint() - self.pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self.move(event.globalPosition().toPoint() - self._grip)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None

    def _pill(self, action: str, name: str, kind: str, icon: str) -> PillButton:
        words = self._look.text(f"call_action.{action}")
        height = tokens.CONTROL_HEIGHT + tokens.SPACE_1
        pill = PillButton(self._look, words, name, kind=kind, icon=icon, height=height)
        wanted = "answer" if action == "hold_and_answer" else action
        pill.on_click(lambda: self.wanted.emit(wanted, self._key))
        return pill

    def _open_menu(self) -> None:
        key = self._key
        show_actions(self._look, self._more, self._menu, lambda action: self.wanted.emit(action, key))

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        for widget in (self._title, self._name, self._company, self._number):
            words.addWidget(widget)
        top = QHBoxLayout()
        top.addWidget(self._avatar)
        top.addLayout(words, 1)
        top.addWidget(self._hide, 0, Qt.AlignmentFlag.AlignTop)
        buttons = QHBoxLayout()
        for button in (self._decline, self._more, self._answer):
            buttons.addWidget(button, 0 if button is self._more else 1)
        talking = QHBoxLayout()
        for button in (self._end_answer, self._hold_answer):
            talking.addWidget(button, 1)
        column = QVBoxLayout(self._frame)
        column.addLayout(top)
        column.addLayout(talking)
        column.addLayout(buttons)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._frame)
        self._words, self._top, self._column = words, top, column
        self._rows = (talking, buttons)

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
        for row in self._rows:
            row.setSpacing(px(tokens.SPACE_1))
        self.setFixedWidth(px(tokens.INCOMING_WIDTH))


def has_the_user(window: QWidget) -> bool:
    """``window`` is in use, or a menu that was opened in it."""
    menu = QApplication.activePopupWidget()
    opened_by = menu.parentWidget() if menu is not None else None
    return window.isActiveWindow() or (opened_by is not None and opened_by.window() is window)
