"""The call screen: the call in front as a large card, the others as rows above it.

rows        the other calls
card        who, state, time, quality │ the conference's parties │ the twelve keys
notes       what is under way or wrong
controls    round buttons, 切断

It knows no number of calls: what CallsView lists is drawn. Clicks are named actions with the call's key; the
panel changes only when a new view comes.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSpacerItem, QVBoxLayout, QWidget

from softphone.domain.dtmf import DIGITS
from softphone.ui import theme as tokens
from softphone.ui.call_card import CallCard, height_in
from softphone.ui.call_controls import CallControls
from softphone.ui.call_drag import CallDrag
from softphone.ui.call_menu import close_menus, show_actions, show_drop, show_joinable
from softphone.ui.call_note import CallNotes
from softphone.ui.call_row import CallRow
from softphone.ui.call_view import CallsView, CallView, compacted
from softphone.ui.dialpad import Dialpad
from softphone.ui.labels import ElidedLabel
from softphone.ui.look import Look, on_look
from softphone.ui.party_row import PartyList
from softphone.ui.scrolling import scrolling

_CENTER = Qt.AlignmentFlag.AlignHCenter
AIRS = 5  # distances on the screen that are always there


class CallPanel(QWidget):
    """Draws a CallsView. Thread: ui.

    ``wanted`` carries an action and the key of its call, ``pair_wanted`` an action (join, transfer_to) and
    two keys.
    """

    wanted = Signal(str, str)
    pair_wanted = Signal(str, str, str)
    digit_wanted = Signal(str, str)
    redial_wanted = Signal(str)
    devices_wanted = Signal(QWidget)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._calls = CallsView()
        self._view: CallView | None = None
        self._keypad_key = ""
        self._low = False  # there is room for one row of controls only
        self._rows: dict[str, CallRow] = {}
        self.setObjectName("callPanel")
        self._card = CallCard(look)
        self._parties = PartyList(look)
        self._parties.wanted.connect(self.wanted)
        self._notes = CallNotes(look)
        self._notes.wanted.connect(self.run)
        self._digits = ElidedLabel(look, "name", align=_CENTER, name="callDigits")
        self._digits.setAccessibleDescription(look.text("call_panel.digits"))
        self._dialpad = Dialpad(look, small=True, plus=False)
        self._dialpad.pressed.connect(self._press)
        self._controls = CallControls(look)
        self._controls.wanted.connect(self.run)
        self._lay_out()
        drag = CallDrag(self._card, self._front_key)
        drag.dropped.connect(self._dropped)
        on_look(self, look, self._dress)

    def show_view(self, calls: CallsView) -> None:
        """Draw ``calls``; nothing where there is none."""
        self._show_rows(calls.others)
        before, self._calls = self._calls, calls
        view = calls.front
        if view is None or (view == self._view and before.others == calls.others):
            return
        new = self._view is None or self._view.key != view.key or self._view.phase != view.phase
        self._view = view
        if view.phase != "talking" or self._keypad_key != view.key:
            self._keypad_key = ""
        self._draw()
        if new:
            close_menus(self)
            self._focus_first(view)

    def run(self, action: str) -> None:
        """Do ``action`` with the call in front, as its button does."""
        view = self._view
        if view is None:
            return
        if action == "keypad":
            self._keypad_key = "" if self._keypad_key else view.key
            self._draw()
        elif action == "audio":
            self.devices_wanted.emit(self._controls.button("audio"))
        elif action == "more":
            self._open_menu(view)
        elif action == "join":
            self._join(view)
        elif action == "redial":
            self.redial_wanted.emit(view.redial)
        else:
            self.wanted.emit(action, view.key)

    def take_focus(self) -> None:
        """The panel has come to the front: the keyboard goes to what helps first."""
        if self._view is not None:
            self._focus_first(self._view)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._view is not None:
            self._draw()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = event.text().upper()
        if digit and digit in DIGITS and self._view is not None and self._view.phase == "talking":
            self._press(digit)
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._row_box = QVBoxLayout()
        self._column.addLayout(self._row_box)
        self._room = QSpacerItem(0, 0)
        self._column.addItem(self._room)
        self._column.addWidget(self._card)
        self._column.addWidget(self._parties)
        self._column.addWidget(self._digits)
        self._column.addWidget(self._dialpad, 12)
        self._column.addStretch(1)
        # Where there is little room the card scrolls; what can be done stays in sight.
        self._outer = QVBoxLayout(self)
        self._outer.addWidget(scrolling(inner), 1)
        self._note_box = QVBoxLayout()
        self._note_box.addWidget(self._notes)
        self._outer.addLayout(self._note_box)
        self._outer.addWidget(self._controls)

    def _draw(self) -> None:
        """Draw the view in the room there is."""
        assert self._view is not None
        view = self._view
        keypad = self._keypad_key == view.key
        self._card.show_view(view, brief=keypad)
        self._parties.show_views(view.parties)
        self._notes.show_views(view.notes)
        self._dialpad.setVisible(keypad)
        self._digits.show_text(view.digits if keypad else "")
        room = self.height() - self._taken()
        self._low = room < self._card.words_height() + self._controls.height_of(view)
        view = self._fitted(view)
        self._controls.show_view(view, keypad=keypad)
        left = self._card.fit(0 if keypad else room - self._controls.height_of(view))
        self._room.changeSize(0, min(left // 3, self._look.px(tokens.CALL_TOP)))
        self._column.invalidate()

    def _taken(self) -> int:
        """What rows, parties, notes, keys and the air between them take, px."""
        px = self._look.px
        width = self.width() - 2 * px(tokens.SPACE_5)
        around = [self._parties, self._notes, self._digits, self._dialpad]
        heights = [height_in(widget, width) for widget in around if not widget.isHidden()]
        rows = [row.sizeHint().height() + px(tokens.SPACE_1) for row in self._rows.values()]
        edges = px(tokens.SPACE_1) * (bool(rows) + (not self._notes.isHidden()))
        return sum(rows) + sum(heights) + edges + px(tokens.SPACE_2) * (len(heights) + AIRS)

    def _fitted(self, view: CallView) -> CallView:
        """``view`` with the controls there is room for."""
        return compacted(view) if self._low else view

    def _show_rows(self, others: tuple[CallView, ...]) -> None:
        wanted = {view.key: view for view in others}
        for key in [key for key in self._rows if key not in wanted]:
            row = self._rows.pop(key)
            self._row_box.removeWidget(row)
            row.hide()
            row.deleteLater()
        for key, view in wanted.items():
            if key not in self._rows:
                self._rows[key] = row = CallRow(self._look, key)
                row.wanted.connect(self.wanted)
                CallDrag(row, partial(str, key)).dropped.connect(self._dropped)
                self._row_box.addWidget(row)
                row.show()
            self._rows[key].show_view(view)

    def _open_menu(self, view: CallView) -> None:
        show_actions(self._look, self._controls.button("more"), self._fitted(view).menu, self.run)

    def _join(self, view: CallView) -> None:
        """Into the conference: the one other call, one of several, or somebody still to be called."""
        others = self._calls.joinable
        if not others:
            self.wanted.emit("add_call", view.key)
        elif len(others) == 1:
            self.pair_wanted.emit("join", view.key, others[0][0])
        else:
            choices = (*others, ("", "")) if "add_call" in view.menu else others
            show_joinable(
                self._look, self._controls.button("join"), choices, partial(self._join_with, view.key)
            )

    def _join_with(self, key: str, other: str) -> None:
        if other:
            self.pair_wanted.emit("join", key, other)
        else:
            self.wanted.emit("add_call", key)

    def _dropped(self, key: str, onto: str) -> None:
        """Ask what is meant by one call dropped on another."""
        names = {view.key: view.name for view in (self._view, *self._calls.others) if view is not None}
        if key in names and onto in names:
            beside = self._rows.get(onto) or self._card
            run = partial(self._pair, key, onto)
            show_drop(self._look, beside, names[key], names[onto], run)

    def _pair(self, key: str, onto: str, action: str) -> None:
        self.pair_wanted.emit(action, key, onto)

    def _press(self, digit: str) -> None:
        self.digit_wanted.emit(self._front_key(), digit)

    def _front_key(self) -> str:
        return self._view.key if self._view is not None and self._view.phase != "ended" else ""

    def _focus_first(self, view: CallView) -> None:
        if not self.isVisible():
            return
        # While it rings no button has the focus: a space that was meant for a letter answers nobody.
        first = self._controls.first(view.phase) or self
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _dress(self) -> None:
        px = self._look.px
        side = px(tokens.SPACE_5)
        self._outer.setContentsMargins(0, 0, 0, px(tokens.SPACE_4))
        self._outer.setSpacing(px(tokens.SPACE_2))
        self._column.setContentsMargins(side, px(tokens.SPACE_3), side, 0)
        self._column.setSpacing(px(tokens.SPACE_2))
        self._row_box.setSpacing(px(tokens.SPACE_1))
        self._note_box.setContentsMargins(side, 0, side, px(tokens.SPACE_1))
