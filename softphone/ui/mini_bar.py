"""The call bar: a small bar on top of other programs while one talks and the window is not in front.

mark · who, how long · ミュート 保留 開く 切断. It never takes the keyboard when it appears.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QGuiApplication, QMouseEvent, QMoveEvent, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from softphone.ui import theme as tokens
from softphone.ui.buttons import IconButton
from softphone.ui.call_view import CallView
from softphone.ui.labels import ElidedLabel, IconLabel
from softphone.ui.look import Look, on_look
from softphone.ui.shortcuts import add_shortcuts, with_keys

PHASES = ("talking", "conference", "waiting")


class BarButton(IconButton):
    """An icon on a disc that fills while what it says is on. ``kind``: "" or hang_up."""

    def __init__(self, look: Look, words: str, name: str, icon: str, *, kind: str = "") -> None:
        super().__init__(look, words, name, icon)
        self._kind = kind
        self._on = False

    def show_state(self, icon: str, words: str, *, on: bool, tip: str = "") -> None:
        """On or off, with what a click would do."""
        self._on = on
        self.setAccessibleDescription(words)
        self.show_icon(icon, words)
        self.setToolTip(tip or words)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = self.start_painting()
        body = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self._kind:
            ground, letters = self.ground("hang_up", "hang_up_hover", "hang_up_hover"), "on_hang_up"
        elif self._on:
            ground, letters = self.look.color("accent_fill"), "on_accent"
        else:
            ground, letters = self.ground("fill_hover", "fill_pressed", "fill_pressed"), "text"
        painter.setBrush(ground)
        painter.drawEllipse(body)
        self.paint_focus(painter, body, body.height() / 2)
        inset = (self.width() - self.look.px(tokens.ICON)) / 2
        spot = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        self.look.paint_icon(painter, self.icon_name, letters, spot)


class MiniBar(QWidget):
    """Thread: ui. ``wanted`` carries an action (mute, hold, hang_up, …), ``moved_to`` where it was put."""

    accessible_role = QAccessible.Role.Window

    wanted = Signal(str)
    open_wanted = Signal()
    moved_to = Signal(int, int)

    def __init__(self, look: Look) -> None:
        super().__init__(
            None,
            Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint,
        )
        self._look = look
        self._grip: QPoint | None = None
        self._placing = False
        text = look.text
        self.setObjectName("miniBar")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setWindowTitle(text("mini_bar.title"))
        self._frame = QFrame(self)
        self._frame.setObjectName("miniBarFrame")
        self._mark = IconLabel(look, "phone-fill", "good", tokens.ICON)
        self._who = ElidedLabel(look, "body_bold", name="miniBarWho")
        self._state = ElidedLabel(look, "small", "text_soft", name="miniBarState")
        self._mute = self._button("mute", "miniBarMute", "mic")
        self._hold = self._button("hold", "miniBarHold", "pause")
        self._open = BarButton(look, text("mini_bar.open"), "miniBarOpen", "external")
        self._open.on_click(self.open_wanted.emit)
        self._hang_up = BarButton(
            look, text("call_panel.hang_up"), "miniBarHangUp", "hang-up-fill", kind="hang_up"
        )
        self._hang_up.on_click(lambda: self.wanted.emit("hang_up"))
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(tokens.LONG_PRESS_MS)
        self._settled.timeout.connect(lambda: self.moved_to.emit(self.x(), self.y()))
        add_shortcuts(self, self.wanted.emit)
        self._lay_out()
        on_look(self, look, self._dress)

    def show_view(self, view: CallView, place: tuple[int, ...]) -> None:
        """Show the call; where the bar is hidden it appears at ``place`` (x, y), without the focus."""
        text = self._look.text
        if view.held:
            mark, color = "pause", "warn"
        elif view.muted:
            mark, color = "mic-off", "warn"
        else:
            mark, color = "phone-fill", "good"
        self._mark.show_icon(mark, color)
        self._who.show_text(view.name)
        muted = text("call_panel.muted") if view.muted else ""
        parts = dict.fromkeys((view.state_words, muted, view.timer))
        self._state.show_text("  ·  ".join(part for part in parts if part))
        self.setAccessibleName(text("mini_bar.with", who=view.name))
        mute_words = text("call_panel.muted") if view.muted else text("call_panel.mute")
        mute_icon = "mic-off" if view.muted else "mic"
        self._mute.show_state(mute_icon, mute_words, on=view.muted, tip=with_keys(mute_words, "mute"))
        hold_words = text("call_panel.unhold") if view.held else text("call_panel.hold")
        hold_icon = "play" if view.held else "pause"
        self._hold.show_state(hold_icon, hold_words, on=view.held, tip=with_keys(hold_words, "hold"))
        for name, button in (("mute", self._mute), ("hold", self._hold)):
            button.setEnabled(name in view.controls and name not in view.disabled)
        if self.isHidden():
            self.adjustSize()
            self._place(place)
            self.show()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        handle = self.windowHandle()
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if handle is None or not handle.startSystemMove():  # the only way on Wayland
            self._grip = event.globalPosition().toPoint() - self.pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self.move(event.globalPosition().toPoint() - self._grip)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        if self.isVisible() and not self._placing:
            self._settled.start()

    def focusNextPrevChild(self, forward: bool) -> bool:
        self._look.tabbed(self)
        return super().focusNextPrevChild(forward)

    def _button(self, action: str, name: str, icon: str) -> BarButton:
        button = BarButton(self._look, self._look.text(f"call_panel.{action}"), name, icon)
        button.on_click(lambda: self.wanted.emit(action))
        return button

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.addWidget(self._who)
        words.addWidget(self._state)
        row = QHBoxLayout(self._frame)
        row.addWidget(self._mark)
        row.addLayout(words, 1)
        for button in (self._mute, self._hold, self._open, self._hang_up):
            row.addWidget(button)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._frame)
        self._words, self._row = words, row

    def _place(self, place: tuple[int, ...]) -> None:
        """Where the user left it, on a screen that is there; else in the middle of the upper edge."""
        screen = QGuiApplication.primaryScreen()
        gap = self._look.px(tokens.SPACE_3)
        room = screen.availableGeometry()
        spot = QPoint(room.center().x() - self.width() // 2, room.top() + gap)
        if len(place) == 2:
            found = QGuiApplication.screenAt(QPoint(*place) + self.rect().center())
            spot = QPoint(*place) if found is not None else spot
            room = found.availableGeometry() if found is not None else room
        x = min(max(spot.x(), room.left()), room.right() - self.width())
        y = min(max(spot.y(), room.top()), room.bottom() - self.height())
        self._placing = True
        self.move(x, y)
        self._placing = False

    def _dress(self) -> None:
        px = self._look.px
        side = px(tokens.SPACE_3)
        self._row.setContentsMargins(side, px(tokens.SPACE_2), px(tokens.SPACE_2), px(tokens.SPACE_2))
        self._row.setSpacing(px(tokens.SPACE_2))
        self._words.setSpacing(px(tokens.LINE))
        self.setFixedWidth(px(tokens.MINI_BAR_WIDTH))
