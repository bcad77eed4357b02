"""The places of the window, at its foot, and the bar that leads back to a running call."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy

from softphone.ui import theme as tokens
from softphone.ui.buttons import Button
from softphone.ui.call_drag import CALL_FORMAT, CallDrag
from softphone.ui.look import Look, on_look

TABS = (
    ("keypad", "keypad"),
    ("history", "history"),
    ("contacts", "contacts"),
    ("colleagues", "people"),
    ("settings", "settings"),
)  # place, icon
MAX_BADGE = 99


class TabButton(Button):
    """One place: an icon in a pill, its words below. A call that is dragged here for a moment opens it."""

    def __init__(self, look: Look, words: str, place: str, icon: str) -> None:
        super().__init__(look, words, f"nav_{place}", icon)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self._badge = ""
        self.setAcceptDrops(True)
        self._spring = QTimer(self)
        self._spring.setSingleShot(True)
        self._spring.setInterval(tokens.LONG_PRESS_MS)
        self._spring.timeout.connect(self.click)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_badge(self, count: int, words: str) -> None:
        """How much is new there, 0 nothing; ``words`` say it to readers."""
        self._badge = "" if not count else str(count) if count <= MAX_BADGE else f"{MAX_BADGE}+"
        self.setAccessibleName(words if count else self.text())
        self.setToolTip(words if count else "")
        self.update()

    def sizeHint(self) -> QSize:
        words = self.metrics("small_bold").horizontalAdvance(self.text())
        return QSize(words + 2 * self.look.px(tokens.SPACE_3), self.look.px(tokens.NAV_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(CALL_FORMAT):
            event.accept()
            self._spring.start()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._spring.stop()

    def dropEvent(self, event: QDropEvent) -> None:
        self._spring.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self.look.px
        painter = self.start_painting()
        size = px(tokens.ICON)
        pill = QRectF(
            0, px(tokens.SPACE_1) * 1.5, size + 2 * px(tokens.SPACE_4), size + 2 * px(tokens.SPACE_1)
        )
        pill.moveLeft((self.width() - pill.width()) / 2)
        on = self.isChecked()
        if on or self.underMouse():
            painter.setBrush(self.look.color("accent_soft" if on else "fill"))
            painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        self.paint_focus(painter, pill, pill.height() / 2)
        color = "accent" if on else "text_soft"
        spot = QRectF(pill.center().x() - size / 2, pill.center().y() - size / 2, size, size)
        self.look.paint_icon(painter, self.icon_name, color, spot)
        painter.setFont(self.look.font("small_bold" if on else "small"))
        painter.setPen(self.look.color(color))
        words = QRectF(0, pill.bottom(), self.width(), self.height() - pill.bottom())
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.text())
        if self._badge:
            self._paint_badge(painter, spot)

    def _paint_badge(self, painter: QPainter, icon: QRectF) -> None:
        """A number on the icon's shoulder."""
        px = self.look.px
        height = px(tokens.BADGE)
        width = max(self.metrics("tiny").horizontalAdvance(self._badge) + px(tokens.SPACE_2), height)
        body = QRectF(icon.right() - px(tokens.SPACE_2), icon.top() - px(tokens.SPACE_1), width, height)
        edge = px(tokens.LINE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.color("surface"))
        painter.drawRoundedRect(body.adjusted(-edge, -edge, edge, edge), height, height)
        painter.setBrush(self.look.color("hang_up"))
        painter.drawRoundedRect(body, height / 2, height / 2)
        painter.setFont(self.look.font("tiny"))
        painter.setPen(self.look.color("on_hang_up"))
        painter.drawText(body, Qt.AlignmentFlag.AlignCenter, self._badge)


class Navigation(QFrame):
    """キーパッド · 履歴 · 電話帳 · 内線 · 設定."""

    place_wanted = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setObjectName("navigation")
        row = QHBoxLayout(self)
        row.setSpacing(0)
        row.setContentsMargins(0, 0, 0, 0)
        self._tabs: dict[str, TabButton] = {}
        for place, icon in TABS:
            tab = TabButton(look, look.text(f"nav.{place}"), place, icon)
            tab.on_click(partial(self.place_wanted.emit, place))
            self._tabs[place] = tab
            row.addWidget(tab, 1)

    def show_missed(self, count: int) -> None:
        """How many missed calls nobody looked at, on 履歴 and on the program's icon."""
        words = self._look.text("nav.history_missed", count=count)
        self._tabs["history"].show_badge(count, words)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.setBadgeNumber(count)  # where the system has such a thing

    def set_wide(self, wide: bool) -> None:
        """The keypad is always in sight, or is a place among others."""
        self._tabs["keypad"].setVisible(not wide)

    def show_place(self, place: str) -> None:
        """Mark where one is; a place without a tab, or always in sight, marks nothing new."""
        if place in self._tabs and not self._tabs[place].isHidden():
            self._tabs[place].setChecked(True)


class CallBar(Button):
    """A thin bar over other pages while a call runs: who, how long, back to it."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, look.text("nav.back_to_call"), "callBar", "phone-fill")
        self._who = ""
        self._key = ""
        CallDrag(self, lambda: self._key)  # onto a person of the phone book
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()
        on_look(self, look, self.updateGeometry)

    def show_call(self, who: str, timer: str, key: str = "") -> None:
        """Who is talked to and since when; ``key`` "" cannot be dragged."""
        self._key = key
        self._who = "  ".join(part for part in (who, timer) if part)
        self.setAccessibleName(f"{self.text()}: {self._who}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(0, self.look.px(tokens.CONTROL_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self.look.px
        painter = self.start_painting()
        painter.setBrush(self.ground("call", "call_hover", "call_hover"))
        painter.drawRect(self.rect())
        size = px(tokens.ICON_SMALL)
        side = px(tokens.SPACE_4)
        spot = QRectF(side, (self.height() - size) / 2, size, size)
        self.look.paint_icon(painter, self.icon_name, "on_call", spot)
        painter.setPen(self.look.color("on_call"))
        painter.setFont(self.look.font("body_bold"))
        back = self.metrics("small").horizontalAdvance(self.text())
        room = self.width() - 2 * side - size - 2 * px(tokens.SPACE_2) - back
        who = self.metrics("body_bold").elidedText(self._who, Qt.TextElideMode.ElideRight, room)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(spot.right() + px(tokens.SPACE_2), 0, room, self.height()), middle, who)
        painter.setFont(self.look.font("small"))
        right = middle | Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(self.rect()).adjusted(0, 0, -side, 0), right, self.text())
        if self.hasFocus() and self.look.keyboard:
            inset = px(tokens.FOCUS_GAP)
            painter.setPen(self.look.color("on_call"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(inset, inset, -inset - 1, -inset - 1))
