"""Controls of the settings pages: a choice by name, a switch, a slider, a level meter."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QSlider,
    QStyledItemDelegate,
    QVBoxLayout,
    QWidget,
)

from softphone.ui import theme as tokens
from softphone.ui.bar import Bar
from softphone.ui.buttons import Button
from softphone.ui.labels import Label, blend
from softphone.ui.look import Look, on_look

SILENCE_DBFS, CLIPPING_DBFS = -60.0, 0.0
LOUD_PART = 0.9  # of the meter, from which it warns


class Combo(QComboBox):
    """A combo box with our arrow; the wheel scrolls the page, not the choice."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setItemDelegate(QStyledItemDelegate(self))  # the one that follows the style sheet

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        size = self._look.px(tokens.ICON_SMALL)
        left = self.width() - size - self._look.px(tokens.SPACE_2)
        spot = QRectF(left, (self.height() - size) / 2, size, size)
        self._look.paint_icon(QPainter(self), "chevron-down", "text_soft", spot)


class Choice(QWidget):
    """A name over a combo box of (value, words)."""

    chosen = Signal(str)

    def __init__(self, look: Look, name: str, words: str) -> None:
        super().__init__()
        label = Label(look, "small_bold", "soft")
        label.setText(words)
        self._combo = Combo(look)
        self._combo.setObjectName(name)
        self._combo.setAccessibleName(words)
        label.setBuddy(self._combo)  # on Linux the name Qt tells is what is chosen
        self._combo.activated.connect(lambda _: self.chosen.emit(self.value))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(tokens.SPACE_1))
        column.addWidget(label)
        column.addWidget(self._combo)

    @property
    def value(self) -> str:
        """What is chosen."""
        return str(self._combo.currentData() or "")

    def show_options(self, options: tuple[tuple[str, str], ...], value: str) -> None:
        """Offer ``options`` and choose ``value``."""
        self._combo.clear()
        for option, words in options:
            self._combo.addItem(words, option)
        self.choose(value)

    def choose(self, value: str) -> None:
        """Choose ``value`` where it is offered."""
        self._combo.setCurrentIndex(max(self._combo.findData(value), 0))


class Switch(Button):
    """Words with a switch at their end; the whole row can be clicked."""

    def __init__(self, look: Look, words: str, name: str) -> None:
        super().__init__(look, words, name)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        px = self.look.px
        words = self.metrics("body").horizontalAdvance(self.text())
        return QSize(words + px(tokens.SPACE_3) + px(tokens.SWITCH_WIDTH) + 4, px(tokens.CONTROL_HEIGHT - 6))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self.look.px
        painter = self.start_painting()
        painter.setFont(self.look.font("body"))
        painter.setPen(self.look.color("text"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.setPen(Qt.PenStyle.NoPen)
        width, height = px(tokens.SWITCH_WIDTH), px(tokens.SWITCH_HEIGHT)
        track = QRectF(self.width() - width - 3, (self.height() - height) / 2, width, height)
        on = self.isChecked()
        ground = self.look.color("accent_fill" if on else "field_line")
        painter.setBrush(blend(ground, self.look.color("text"), 0.08) if self.underMouse() else ground)
        painter.drawRoundedRect(track, height / 2, height / 2)
        inset = px(tokens.SPACE_1) * 0.75
        knob = QRectF(0, track.y() + inset, height - 2 * inset, height - 2 * inset)
        knob.moveLeft(track.right() - inset - knob.width() if on else track.left() + inset)
        painter.setBrush(self.look.color("on_accent"))
        painter.drawEllipse(knob)
        if on:  # a tick in the knob: on is told without colour
            tick = knob.adjusted(inset / 2, inset / 2, -inset / 2, -inset / 2)
            self.look.paint_icon(painter, "check", "accent_fill", tick)
        grow = self.ring - 1
        self.paint_focus(painter, track.adjusted(-grow, -grow, grow, grow), height / 2 + grow)


class Slider(QSlider):
    """A thin line with a round knob; the part from zero is filled."""

    def __init__(self, look: Look) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._look = look
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        on_look(self, look, self._dress)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grip(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._grip(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        knob, thick = look.px(tokens.KNOB), look.px(tokens.SPACE_1)
        middle = self.height() / 2
        groove = QRectF(knob / 2, middle - thick / 2, self.width() - knob, thick)
        painter.setBrush(look.color("fill_pressed"))
        painter.drawRoundedRect(groove, thick / 2, thick / 2)
        zero = groove.left() + groove.width() * self._part(0)
        here = groove.left() + groove.width() * self._part(self.value())
        painter.setBrush(look.color("accent_fill"))
        painter.drawRect(QRectF(min(zero, here), groove.top(), abs(here - zero), thick))
        painter.drawEllipse(QRectF(here - knob / 2, middle - knob / 2, knob, knob))
        if self.hasFocus():
            ring = look.px(tokens.FOCUS_WIDTH)
            painter.setPen(QPen(look.color("focus"), ring))
            painter.setBrush(look.color("surface"))
            inset = (knob + ring) / 2 - ring
            painter.drawEllipse(QRectF(here - inset, middle - inset, 2 * inset, 2 * inset))

    def _part(self, value: int) -> float:
        return (value - self.minimum()) / (self.maximum() - self.minimum())

    def _grip(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            knob = self._look.px(tokens.KNOB)
            part = (event.position().x() - knob / 2) / max(self.width() - knob, 1)
            self.setValue(round(self.minimum() + part * (self.maximum() - self.minimum())))

    def _dress(self) -> None:
        self.setMinimumHeight(self._look.px(tokens.SPACE_6))


class GainSlider(QWidget):
    """A name, a slider in whole dB and its value."""

    moved = Signal(float)

    def __init__(self, look: Look, words: str, name: str, *, limit_db: int) -> None:
        super().__init__()
        self._look = look
        label = Label(look, "body")
        label.setText(words)
        self._value = Label(look, "small", "soft", name=f"{name}_value")
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.slider = Slider(look)
        self.slider.setObjectName(name)
        self.slider.setAccessibleName(words)
        self.slider.setRange(-limit_db, limit_db)
        self.slider.valueChanged.connect(self._show)
        self.slider.valueChanged.connect(lambda value: self.moved.emit(float(value)))
        top = QHBoxLayout()
        top.addWidget(label, 1)
        top.addWidget(self._value)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.slider)
        self._show(0)

    def show_value(self, gain_db: float) -> None:
        """Set it without telling."""
        self.slider.blockSignals(True)
        self.slider.setValue(round(gain_db))
        self.slider.blockSignals(False)
        self._show(round(gain_db))

    def _show(self, value: int) -> None:
        self._value.setText(self._look.text("audio.gain", value=f"{value:+d}" if value else "0"))


class LevelMeter(Bar):
    """A bar from silence to clipping; falls gently."""

    def __init__(self, look: Look, words: str) -> None:
        super().__init__(look, words, "levelMeter")

    def show_level(self, dbfs: float) -> None:
        """The peak of the last 100 ms."""
        part = (dbfs - SILENCE_DBFS) / (CLIPPING_DBFS - SILENCE_DBFS)
        part = max(min(part, 1.0), self.part * 0.7, 0.0)
        self.fill(part if part >= 0.01 else 0.0)

    def color(self) -> str:
        return "warn" if self.part > LOUD_PART else "good"
