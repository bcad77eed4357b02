"""The twelve keys."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from softphone.ui import theme as tokens
from softphone.ui.buttons import Button
from softphone.ui.look import Look, on_look

KEYS = (
    ("1", ""),
    ("2", "ABC"),
    ("3", "DEF"),
    ("4", "GHI"),
    ("5", "JKL"),
    ("6", "MNO"),
    ("7", "PQRS"),
    ("8", "TUV"),
    ("9", "WXYZ"),
    ("*", ""),
    ("0", "+"),
    ("#", ""),
)
COLUMNS, ROWS = 3, 4


class KeyButton(Button):
    """One round key: a digit and its letters. ``held`` comes after a long press instead of a click."""

    held = Signal()

    def __init__(self, look: Look, digit: str, letters: str, words: str) -> None:
        super().__init__(look, words, f"key{digit}")
        self.digit = digit
        self._letters = letters
        self._long = QTimer(self)
        self._long.setSingleShot(True)
        self._long.setInterval(tokens.LONG_PRESS_MS)
        self._long.timeout.connect(self._hold)
        self._was_held = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.pressed.connect(self._start)
        self.released.connect(self._long.stop)

    @property
    def was_held(self) -> bool:
        """True in the click that ends a long press."""
        return self._was_held

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = self.start_painting()
        side = min(self.width(), self.height()) - 2 * self.ring
        circle = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        painter.setBrush(self.ground("fill", "fill_hover", "fill_pressed"))
        painter.drawEllipse(circle)
        grow = self.ring - 1
        self.paint_focus(painter, circle.adjusted(-grow, -grow, grow, grow), side)
        big, small = self._fitted("key", side), self._fitted("tiny", side)
        painter.setPen(self.look.color("text"))
        painter.setFont(big)
        big_height = QFontMetrics(big).capHeight()
        small_height = QFontMetrics(small).capHeight() if self._letters else 0
        gap = side * 0.11 if self._letters else 0
        top = circle.center().y() - (big_height + gap + small_height) / 2
        if self.digit in "*#":
            self._paint_sign(painter, circle)
        else:
            width = QFontMetrics(big).horizontalAdvance(self.digit)
            painter.drawText(round(circle.center().x() - width / 2), round(top + big_height), self.digit)
        if self._letters:
            painter.setFont(self._spaced(small))
            painter.setPen(self.look.color("text_soft"))
            row = QRectF(0, top + big_height + gap - small_height, self.width(), small_height * 3)
            painter.drawText(
                row, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, self._letters
            )

    def _paint_sign(self, painter: QPainter, circle: QRectF) -> None:
        size = min(self.look.px(tokens.ICON), round(circle.width() / 3))
        spot = QRectF(circle.center().x() - size / 2, circle.center().y() - size / 2, size, size)
        self.look.paint_icon(painter, "star" if self.digit == "*" else "hash", "text", spot)

    def _fitted(self, role: str, side: float) -> QFont:
        """The letters of ``role``, smaller on a key that had to shrink."""
        font = QFont(self.look.font(role))
        part = min(side / self.look.px(tokens.KEY_SMALL), 1.0)
        font.setPixelSize(max(round(font.pixelSize() * part), 1))
        return font

    def _spaced(self, font: QFont) -> QFont:
        spaced = QFont(font)
        spaced.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 112)
        return spaced

    def _start(self) -> None:
        self._was_held = False
        self._long.start()

    def _hold(self) -> None:
        self._was_held = True
        self.held.emit()


class Dialpad(QWidget):
    """Twelve keys in a grid that grows and shrinks with the room there is."""

    pressed = Signal(str)

    def __init__(self, look: Look, *, small: bool = False, plus: bool = True) -> None:
        super().__init__()
        self._look = look
        self._max = tokens.KEY_SMALL if small else tokens.KEY_MAX
        self.setObjectName("dialpad")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._keys: list[KeyButton] = []
        spoken = {"*": look.text("keypad.star"), "#": look.text("keypad.hash")}
        if plus:
            spoken["0"] = f"0 ({look.text('keypad.zero_hint')})"
        for digit, letters in KEYS:
            key = KeyButton(look, digit, letters if plus or digit != "0" else "", spoken.get(digit, digit))
            key.setParent(self)
            key.clicked.connect(lambda _=False, key=key: self._clicked(key))
            if digit == "0" and plus:
                key.held.connect(lambda: self.pressed.emit("+"))
            self._keys.append(key)
        self._plus = plus
        on_look(self, look, self._relook)

    def sizeHint(self) -> QSize:
        # A scroll area takes the wished height for the least: the keys wish little and take what is left.
        px = self._look.px
        width = COLUMNS * px(self._max) + (COLUMNS - 1) * px(tokens.SPACE_6)
        return QSize(width, self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        side = self._look.px(tokens.KEY_MIN)
        return QSize(COLUMNS * side, ROWS * side + (ROWS - 1) * self._look.px(tokens.SPACE_1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        px = self._look.px
        ring = self._keys[0].ring
        row_gap = px(tokens.SPACE_2) if self._max == tokens.KEY_MAX else px(tokens.SPACE_1)
        side = (self.height() - (ROWS - 1) * row_gap) / ROWS - ring
        side = int(min(px(self._max), side, self.width() / COLUMNS - ring))
        column_gap = min(px(tokens.SPACE_6), (self.width() - COLUMNS * (side + 2 * ring)) / (COLUMNS - 1))
        cell = side + 2 * ring
        left = (self.width() - COLUMNS * cell - (COLUMNS - 1) * column_gap) / 2
        step = (self.height() - cell) / (ROWS - 1)
        step = min(step, cell + px(tokens.SPACE_2))
        top = (self.height() - cell - step * (ROWS - 1)) / 2
        for index, key in enumerate(self._keys):
            row, column = divmod(index, COLUMNS)
            x, y = left + column * (cell + column_gap), top + row * step
            key.setGeometry(round(x), round(y), round(cell), round(cell))

    def _clicked(self, key: KeyButton) -> None:
        if not (key.was_held and key.digit == "0" and self._plus):
            self.pressed.emit(key.digit)

    def _relook(self) -> None:
        self.updateGeometry()
        self._place()
