"""One call whole: who, how it went and why, its recording, and the other calls with the same party."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPaintEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from softphone.app.phone import Phone
from softphone.domain.history import CallRecord, HistoryQuery
from softphone.ui import theme as tokens
from softphone.ui.avatar import Avatar
from softphone.ui.buttons import Button, IconButton, PillButton, QuietButton
from softphone.ui.history.actions import ICONS, CallActions
from softphone.ui.history.day_words import when_words
from softphone.ui.history.row_view import (
    RowView,
    detail_rows,
    direction_words,
    number_to_call,
    reason_words,
    row_view,
)
from softphone.ui.labels import ElidedLabel, IconLabel, Label, card, show_if
from softphone.ui.look import Look, on_look
from softphone.ui.scrolling import scrolling

OTHERS = 5  # calls with the same party that are shown at once
_QUIET = ("contact", "add", "copy", "delete")


class DetailView(QWidget):
    """Shows a CallRecord. ``back_wanted``; ``all_wanted`` carries number and name; ``call_shown`` a key."""

    back_wanted = Signal()
    all_wanted = Signal(str, str)
    call_shown = Signal(str)

    def __init__(self, look: Look, phone: Phone, actions: CallActions) -> None:
        super().__init__()
        self._look = look
        self._phone = phone
        self._actions = actions
        self._record: CallRecord | None = None
        self.setObjectName("historyDetail")
        self._column = QVBoxLayout()
        self._column.addLayout(self._make_head())
        self._column.addLayout(self._make_actions())
        self._column.addWidget(self._make_call())
        self._column.addWidget(self._make_recording())
        self._column.addWidget(self._make_others())
        self._column.addStretch(1)
        inner = QWidget()
        inner.setLayout(self._column)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(self._make_top())
        outer.addWidget(scrolling(inner), 1)
        on_look(self, look, self._dress)

    @property
    def record(self) -> CallRecord | None:
        """The call shown."""
        return self._record

    def open_record(self, record: CallRecord, today: date) -> None:
        """Show ``record``."""
        self._record = record
        text, shown = self._look.text, self._phone.numbers.shown
        view = row_view(text, record, shown, today)
        photo_id = record.person.photo_id if record.person is not None else ""
        self._avatar.show_person(_initial(view, record), ringing=False, photo_id=photo_id)
        self._name.show_text(view.name)
        self._number.show_text(view.number)
        self._company.show_text(view.company if view.company != view.name else "")
        self._mark.show_icon(view.icon, view.tone or "text_soft")
        self._result.show_text(view.result, view.tone if view.tone in ("bad", "warn") else "")
        direction = direction_words(text, record)
        self._direction.show_text("" if view.result in (direction, text("result.missed")) else direction)
        _, hint = reason_words(text, record)
        self._hint.show_text(hint)
        self._show_rows(detail_rows(text, record, shown, today))
        offered = self._actions.offered((record,))
        show_if(self._call, "call" in offered)
        for action, button in self._quiet.items():
            show_if(button, action in offered)
        show_if(self._recording, bool(record.recording_path))
        self._file.show_text(record.recording_path.replace("\\", "/").rpartition("/")[2])
        self._show_others(record, view, today)

    def take_focus(self) -> None:
        """The keyboard stands on the way to call, or back."""
        (self._call if not self._call.isHidden() else self._back).setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        leaves = (QKeySequence.StandardKey.Cancel, QKeySequence.StandardKey.Back)
        if any(map(event.matches, leaves)) or event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Backspace):
            self.back_wanted.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self._run("delete")
        elif event.matches(QKeySequence.StandardKey.Copy):
            self._run("copy")
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The second click of a double click on a row reaches this page: it calls, and presses nothing."""
        if event.type() is not QEvent.Type.MouseButtonDblClick:
            return False
        if not (self.isVisible() and isinstance(watched, QWidget) and self.isAncestorOf(watched)):
            return False
        self._run("call")
        return True

    def await_second_click(self) -> None:
        """A click has just opened this: for a moment another one belongs to it."""
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.installEventFilter(self)
            QTimer.singleShot(
                application.doubleClickInterval(), self, lambda: application.removeEventFilter(self)
            )

    def _run(self, action: str) -> None:
        if self._record is not None:
            self._actions.run(action, (self._record,))

    def _make_top(self) -> QHBoxLayout:
        text = self._look.text
        self._back = IconButton(self._look, text("settings.back"), "historyBack", "chevron-left")
        self._back.on_click(self.back_wanted.emit)
        title = Label(self._look, "title", name="detailTitle")
        title.setText(text("history.detail"))
        self._top = QHBoxLayout()
        self._top.addWidget(self._back)
        self._top.addWidget(title, 1)
        return self._top

    def _make_head(self) -> QHBoxLayout:
        look = self._look
        self._avatar = Avatar(look, "medium")
        self._name = Label(look, "name", wrap=True, name="detailName")
        self._number = ElidedLabel(look, "body", "text_soft", name="detailNumber")
        self._company = ElidedLabel(look, "body", "text_soft", name="detailCompany")
        lines = QVBoxLayout()
        lines.setSpacing(0)
        lines.addStretch(1)
        for label in (self._name, self._company, self._number):
            lines.addWidget(label)
        lines.addStretch(1)
        self._head = QHBoxLayout()
        self._head.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignTop)
        self._head.addLayout(lines, 1)
        return self._head

    def _make_actions(self) -> QVBoxLayout:
        look = self._look
        words = look.text("history_action.call")
        self._call = PillButton(look, words, "detail_call", kind="call", icon="phone-fill")
        self._call.on_click(partial(self._run, "call"))
        self._quiet: dict[str, Button] = {}
        self._quiet_row = QHBoxLayout()
        for action in _QUIET:
            button = QuietButton(
                look,
                look.text(f"history_action.{action}_short"),
                f"detail_{action}",
                icon=ICONS[action],
                tone="text",
                ground="fill",
            )
            button.setAccessibleName(look.text(f"history_action.{action}"))
            button.setToolTip(look.text(f"history_action.{action}"))
            button.on_click(partial(self._run, action))
            self._quiet[action] = button
            self._quiet_row.addWidget(button)
        self._quiet_row.addStretch(1)
        box = QVBoxLayout()
        box.setSpacing(look.px(tokens.SPACE_1))
        box.addWidget(self._call)
        box.addLayout(self._quiet_row)
        return box

    def _make_call(self) -> QWidget:
        look = self._look
        frame = card(name="detailCall")
        self._mark = IconLabel(look, "incoming", "good", tokens.ICON)
        self._result = Label(look, "body_bold", wrap=True, name="detailResult")
        self._direction = Label(look, "small", "soft", name="detailDirection")
        self._hint = Label(look, "small", "soft", wrap=True, name="detailHint")
        line = QHBoxLayout()
        line.setSpacing(look.px(tokens.SPACE_2))
        line.addWidget(self._mark)
        line.addWidget(self._result, 1)
        line.addWidget(self._direction)
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        self._grid.setHorizontalSpacing(look.px(tokens.SPACE_3))
        self._grid.setVerticalSpacing(look.px(tokens.SPACE_2))
        self._rows: list[tuple[Label, Label]] = []
        box = self._card_column(frame)
        box.addLayout(line)
        box.addWidget(self._hint)
        box.addLayout(self._grid)
        return frame

    def _make_recording(self) -> QWidget:
        look, text = self._look, self._look.text
        self._recording = card(name="detailRecording")
        title = Label(look, "body_bold", name="recordingTitle")
        title.setText(text("history.recording"))
        self._file = ElidedLabel(look, "small", "text_soft", name="recordingFile")
        top = QHBoxLayout()
        top.setSpacing(look.px(tokens.SPACE_2))
        top.addWidget(IconLabel(look, "record", "bad", tokens.ICON))
        top.addWidget(title, 1)
        buttons = QHBoxLayout()
        for action, tone in (("play", "accent"), ("folder", "text")):
            button = QuietButton(
                look,
                text(f"history_action.{action}"),
                f"detail_{action}",
                icon=ICONS[action],
                tone=tone,
                ground="fill",
            )
            button.on_click(partial(self._run, action))
            buttons.addWidget(button)
        buttons.addStretch(1)
        box = self._card_column(self._recording)
        box.addLayout(top)
        box.addWidget(self._file)
        box.addLayout(buttons)
        return self._recording

    def _make_others(self) -> QWidget:
        look = self._look
        self._others = card(name="detailOthers")
        self._others_title = Label(look, "small_bold", "soft", wrap=True, name="othersTitle")
        box = self._card_column(self._others)
        box.setSpacing(look.px(tokens.SPACE_1))
        box.addWidget(self._others_title)
        self._other_rows = [OtherCall(look, f"otherCall_{number}") for number in range(OTHERS)]
        for row in self._other_rows:
            row.on_click(partial(self._other_clicked, row))
            box.addWidget(row)
        self._all = QuietButton(look, "", "detail_all", icon="history", flush=True)
        self._all.on_click(self._all_clicked)
        box.addWidget(self._all)
        return self._others

    def _card_column(self, frame: QWidget) -> QVBoxLayout:
        px = self._look.px
        box = QVBoxLayout(frame)
        box.setContentsMargins(*(px(tokens.SPACE_4), px(tokens.SPACE_3)) * 2)
        box.setSpacing(px(tokens.SPACE_2))
        return box

    def _show_rows(self, rows: tuple[tuple[str, str], ...]) -> None:
        while len(self._rows) < len(rows):
            pair = Label(self._look, "small", "soft"), Label(self._look, "small", wrap=True)
            pair[1].setAlignment(Qt.AlignmentFlag.AlignRight)
            pair[1].setObjectName(f"detail_{len(self._rows)}")
            self._grid.addWidget(pair[0], len(self._rows), 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(pair[1], len(self._rows), 1)
            self._rows.append(pair)
        for place, (title, label) in enumerate(self._rows):
            name, value = rows[place] if place < len(rows) else ("", "")
            title.show_text(name)
            label.show_text(value)
            label.setAccessibleName(f"{name}: {value}")

    def _show_others(self, record: CallRecord, view: RowView, today: date) -> None:
        text, shown, rows = self._look.text, self._phone.numbers.shown, self._phone.history.rows
        number = number_to_call(record)
        query = HistoryQuery(number=number)
        count = rows.count(query) - 1 if number else 0
        self._others.setVisible(count > 0)
        if count <= 0:
            return
        self._others_title.setText(text("history.others", who=view.name, count=count))
        calls = [each for each in rows.page(query, 0, OTHERS + 1) if each.key != record.key][:OTHERS]
        for place, row in enumerate(self._other_rows):
            row.setVisible(place < len(calls))
            if place < len(calls):
                other = row_view(text, calls[place], shown, today)
                at = datetime.fromtimestamp(calls[place].started_at_s)
                row.show_call(other, when_words(text, at, today))
        self._all.set_words(text("history.all_with", count=count + 1))

    def _other_clicked(self, row: OtherCall) -> None:
        self.call_shown.emit(row.key)

    def _all_clicked(self) -> None:
        if self._record is not None:
            self.all_wanted.emit(number_to_call(self._record), self._name.text())

    def _dress(self) -> None:
        px = self._look.px
        side = px(tokens.SPACE_5)
        self._top.setContentsMargins(px(tokens.SPACE_2), px(tokens.SPACE_3), side, px(tokens.SPACE_2))
        self._top.setSpacing(px(tokens.SPACE_1))
        self._head.setSpacing(px(tokens.SPACE_2))
        self._quiet_row.setSpacing(px(tokens.SPACE_2))
        self._column.setContentsMargins(side, 0, side, px(tokens.SPACE_4))
        self._column.setSpacing(px(tokens.SPACE_3))


class OtherCall(Button):
    """One more call with the same party, in a line: mark, how it ended, when, how long."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__(look, "", name)
        self.key = ""
        self._view: RowView | None = None
        self._when = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_call(self, view: RowView, when: str) -> None:
        """Show ``view``."""
        self.key, self._view, self._when = view.key, view, when
        self.setAccessibleName(view.words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(0, self.look.px(tokens.CONTROL_HEIGHT - 4))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        view = self._view
        if view is None:
            return
        px = self.look.px
        painter = self.start_painting()
        body = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        radius = px(tokens.RADIUS_SMALL)
        painter.setBrush(self.ground("surface", "fill", "fill_hover"))
        painter.drawRoundedRect(body, radius, radius)
        self.paint_focus(painter, body, radius)
        size, gap = px(tokens.ICON_SMALL), px(tokens.SPACE_2)
        spot = QRectF(px(tokens.SPACE_1), (self.height() - size) / 2, size, size)
        self.look.paint_icon(painter, view.icon, view.tone or "text_soft", spot)
        painter.setFont(self.look.font("small"))
        painter.setPen(self.look.color("text_soft"))
        metrics, middle = self.metrics("small"), Qt.AlignmentFlag.AlignVCenter
        when = " ".join(filter(None, (self._when, view.duration)))
        room = QRectF(spot.right() + gap, 0, self.width() - spot.right() - 2 * gap, self.height())
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, when)
        room.setWidth(room.width() - metrics.horizontalAdvance(when) - gap)
        painter.setPen(self.look.color("text"))
        words = metrics.elidedText(view.result, Qt.TextElideMode.ElideRight, int(room.width()) + 1)
        painter.drawText(room, middle, words)


def _initial(view: RowView, record: CallRecord) -> str:
    """The first letter of a name; "" of a number."""
    named = bool(record.person is not None or record.remote.display_name) and not record.anonymity.value
    return view.name[:1].upper() if named else ""
