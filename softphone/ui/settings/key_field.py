"""A field for keys that are pressed, not typed: the keys stand in it as caps."""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from softphone.domain.hot_key import HotKey, HotKeyInvalid, hot_key_parts, parse_hot_key
from softphone.ui import theme as tokens
from softphone.ui.buttons import Button, IconButton
from softphone.ui.labels import Label
from softphone.ui.look import Look
from softphone.ui.settings.note import Note

_NAMES = {
    Qt.Key.Key_Space: "Space",
    Qt.Key.Key_Insert: "Insert",
    Qt.Key.Key_Delete: "Delete",
    Qt.Key.Key_Home: "Home",
    Qt.Key.Key_End: "End",
    Qt.Key.Key_PageUp: "PageUp",
    Qt.Key.Key_PageDown: "PageDown",
    Qt.Key.Key_Left: "Left",
    Qt.Key.Key_Right: "Right",
    Qt.Key.Key_Up: "Up",
    Qt.Key.Key_Down: "Down",
    Qt.Key.Key_Pause: "Pause",
    Qt.Key.Key_ScrollLock: "ScrollLock",
}
_ONLY_HELD = (
    Qt.Key.Key_Control,
    Qt.Key.Key_Shift,
    Qt.Key.Key_Alt,
    Qt.Key.Key_Meta,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_Super_L,
    Qt.Key.Key_Super_R,
    Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock,
)
_MODIFIERS = {
    "Ctrl": Qt.KeyboardModifier.ControlModifier,
    "Alt": Qt.KeyboardModifier.AltModifier,
    "Shift": Qt.KeyboardModifier.ShiftModifier,
    "Meta": Qt.KeyboardModifier.MetaModifier,
}
_CLEARING = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)


def hot_key_of(event: QKeyEvent) -> HotKey:
    """What was pressed. Errors: HotKeyInvalid."""
    key = Qt.Key(event.key())
    code = key.value
    name = _NAMES.get(key, "")
    if Qt.Key.Key_F1.value <= code <= Qt.Key.Key_F24.value:
        name = f"F{code - Qt.Key.Key_F1.value + 1}"
    elif ord("0") <= code <= ord("9") or ord("A") <= code <= ord("Z"):
        name = chr(code)
    held = [modifier for modifier, flag in _MODIFIERS.items() if event.modifiers() & flag]
    return parse_hot_key("+".join((*held, name)))


class KeyButton(Button):
    """Shows keys as caps; a click, Space or Enter has it listen for others."""

    listening = Signal(bool)
    pressed_keys = Signal(object)  # a HotKey, None to have none, or a HotKeyInvalid

    def __init__(self, look: Look, words: str, name: str) -> None:
        self._parts: tuple[str, ...] = ()
        self._listens = False
        self._field_words = words
        super().__init__(look, "", name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.on_click(lambda: self.listen(not self._listens))
        self._say()

    def show_keys(self, hot_key: HotKey | None) -> None:
        """Show what is chosen."""
        self._parts = hot_key_parts(hot_key, sys.platform) if hot_key is not None else ()
        self._say()

    def listen(self, listens: bool) -> None:
        """Take the next keys, or no more."""
        if listens is not self._listens:
            self._listens = listens
            self._say()
            self.listening.emit(listens)

    def event(self, event: QEvent) -> bool:
        if self._listens and event.type() is QEvent.Type.ShortcutOverride:
            event.accept()  # no key of the window's own comes between
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._listens:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.click()
            elif event.key() in _CLEARING and self._parts:
                self.pressed_keys.emit(None)
            else:
                super().keyPressEvent(event)
            return
        if event.key() in _ONLY_HELD or event.isAutoRepeat():
            return
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and event.key() == Qt.Key.Key_Escape:
            self.listen(False)
        elif plain and event.key() in _CLEARING:
            self.listen(False)
            self.pressed_keys.emit(None)
        else:
            self._take(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.listen(False)

    def sizeHint(self) -> QSize:
        px = self.look.px
        width = self.metrics("body").horizontalAdvance(self.text()) + 2 * px(tokens.SPACE_3)
        return QSize(max(width, self._caps_width()), px(tokens.CONTROL_HEIGHT - 2))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self.look.px
        painter = self.start_painting()
        body = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        radius = px(tokens.RADIUS_FIELD)
        painter.setBrush(self.ground("surface", "fill", "fill"))
        painter.setPen(QPen(self.look.color("accent" if self._listens else "field_line"), 1))
        painter.drawRoundedRect(body, radius, radius)
        painter.setPen(Qt.PenStyle.NoPen)
        self.paint_focus(painter, body, radius)
        left = body.x() + px(tokens.SPACE_2)
        if self._listens or not self._parts:
            painter.setFont(self.look.font("body"))
            painter.setPen(self.look.color("accent" if self._listens else "text_faint"))
            place = body.adjusted(px(tokens.SPACE_3), 0, 0, 0)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self.text())
            return
        metrics = self.metrics("small_bold")
        height = px(tokens.CONTROL_HEIGHT - 2) - 2 * px(tokens.SPACE_2)
        for part in self._parts:
            width = max(metrics.horizontalAdvance(part) + 2 * px(tokens.SPACE_2), height)
            cap = QRectF(left, body.center().y() - height / 2, width, height)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.look.color("fill"))
            painter.drawRoundedRect(cap, px(tokens.SPACE_1), px(tokens.SPACE_1))
            painter.setFont(self.look.font("small_bold"))
            painter.setPen(self.look.color("text"))
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, part)
            left += width + px(tokens.SPACE_1)

    def _caps_width(self) -> int:
        px, metrics = self.look.px, self.metrics("small_bold")
        caps = sum(metrics.horizontalAdvance(part) + 2 * px(tokens.SPACE_2) for part in self._parts)
        return round(caps + len(self._parts) * px(tokens.SPACE_1) + 2 * px(tokens.SPACE_2))

    def _take(self, event: QKeyEvent) -> None:
        try:
            hot_key = hot_key_of(event)
        except HotKeyInvalid as error:
            self.pressed_keys.emit(error)
            return
        self.listen(False)
        self.pressed_keys.emit(hot_key)

    def _say(self) -> None:
        """The words where no caps stand, and for screen readers what stands there."""
        if self._listens:
            words = self.look.text("key_field.listening")
        else:
            words = "+".join(self._parts) or self.look.text("key_field.none")
        self.set_words(words)
        self.setAccessibleName(f"{self._field_words}: {words}")
        self.update()


class KeyField(QWidget):
    """A name, the keys, a cross to have none, and what is wrong with them.

    ``chosen`` carries a HotKey or None; ``listening`` whether keys are awaited.
    """

    chosen = Signal(object)
    listening = Signal(bool)

    def __init__(self, look: Look, name: str, words: str) -> None:
        super().__init__()
        self._look = look
        self.setObjectName(f"field_{name}")
        label = Label(look, "small_bold", "soft")
        label.setText(words)
        self._keys = KeyButton(look, words, name)
        self._keys.pressed_keys.connect(self._pressed)
        self._keys.listening.connect(self._listens)
        clear_words = look.text("key_field.clear", name=words)
        self._clear = IconButton(look, clear_words, f"{name}_clear", "close")
        self._clear.on_click(lambda: self.chosen.emit(None))
        self._note = Note(look, f"{name}_note")
        row = QHBoxLayout()
        row.setSpacing(look.px(tokens.SPACE_1))
        row.addWidget(self._keys, 1)
        row.addWidget(self._clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(tokens.SPACE_1))
        column.addWidget(label)
        column.addLayout(row)
        column.addWidget(self._note)
        self.show_keys(None)

    def show_keys(self, hot_key: HotKey | None) -> None:
        """Show what is chosen."""
        self._keys.show_keys(hot_key)
        self._clear.setVisible(hot_key is not None)

    def show_problem(self, words: str) -> None:
        """Say what is wrong with it; "" for nothing."""
        self._note.show_problem(words) if words else self._note.clear()
        self._keys.setAccessibleDescription(words)

    def rest(self) -> None:
        """Await no keys."""
        self._keys.listen(False)

    def _listens(self, listens: bool) -> None:
        if listens:
            self.show_problem("")
        self.listening.emit(listens)

    def _pressed(self, keys: object) -> None:
        if isinstance(keys, HotKeyInvalid):
            self.show_problem(self._look.text(f"key_field.problem.{keys.code}"))
        else:
            self.chosen.emit(keys)
