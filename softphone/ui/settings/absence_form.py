"""Parts of the page 不在時動作: one kind of absence, シングルナンバーリーチ, the time it holds."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from softphone.app.absence_text import clock_minute, clock_text
from softphone.app.text import problem_text
from softphone.domain.account import FieldProblem
from softphone.domain.forwarding import (
    Absence,
    AbsenceAction,
    AbsenceRule,
    AbsenceSettings,
    ReachNumber,
    Schedule,
)
from softphone.ui import theme as tokens
from softphone.ui.buttons import Button
from softphone.ui.labels import Label
from softphone.ui.look import Look
from softphone.ui.settings.choice import Choice
from softphone.ui.settings.field import Field
from softphone.ui.settings.note import Note

_OF_NUMBER = ("required", "dial", "emergency")  # problems of the number itself


class RuleBox(QWidget):
    """One kind of absence: what is done, to which number, after how many seconds."""

    edited = Signal()

    def __init__(self, look: Look, kind: Absence) -> None:
        super().__init__()
        text, name = look.text, kind.value
        self._look = look
        self._kind = kind
        self._offered: tuple[AbsenceAction, ...] = ()
        self._box_known = False
        self._action = Choice(look, f"{name}_action", text(f"absence_page.{name}"))
        self._number = Field(look, f"{name}_number", text("field.forward_number"))
        self._box = Field(look, f"{name}_box", text("field.voicemail_number"))
        self._seconds = Field(look, f"{name}_seconds", text("field.after_s"))
        self._note = Note(look, f"{name}_note")
        self._action.chosen.connect(self._changed)
        self._fields = (self._number, self._box, self._seconds)
        for field in self._fields:
            field.edited.connect(self.edited)
        column = _column(self, look, tokens.SPACE_2)
        column.addWidget(self._action)
        column.addWidget(self._note)
        column.addLayout(_row(look, (self._number, 3), (self._box, 3), (self._seconds, 2)))

    @property
    def action(self) -> AbsenceAction:
        """What is chosen."""
        return AbsenceAction(self._action.value)

    @property
    def rule(self) -> AbsenceRule:
        """As typed; seconds that are no number are −1."""
        number = self._number_field.text if self._number_field is not None else ""
        return AbsenceRule(kind=self._kind, action=self.action, number=number, after_s=self._seconds.whole)

    def show_rule(self, rule: AbsenceRule) -> None:
        """Put a stored rule in."""
        to_box = rule.action is AbsenceAction.VOICEMAIL
        self._number.show_value("" if to_box else rule.number)
        self._box.show_value(rule.number if to_box else "")
        self._seconds.show_value(str(rule.after_s))
        self._action.choose(rule.action.value)
        self._note.clear()
        self._fit()

    def offer(self, actions: tuple[AbsenceAction, ...], *, box_known: bool) -> None:
        """What can be chosen; ``box_known``: nobody has to type the number of the voicemail."""
        text = self._look.text
        if actions != self._offered:
            words = tuple((each.value, text(f"absence_page.action.{each.value}")) for each in actions)
            self._action.show_options(words, self._action.value)
        self._offered, self._box_known = actions, box_known
        self._fit()

    def show_problem(self, code: str) -> QWidget:
        """Say what is wrong where it is; gives the control that can mend it."""
        if code == "seconds":
            self._seconds.show_problem(
                problem_text(self._look.text, FieldProblem("after_s", "seconds_field"))
            )
            return self._seconds
        field = self._number_field
        if field is None or code not in _OF_NUMBER:
            words = problem_text(self._look.text, FieldProblem(self._kind.value, code))
        else:
            name = "forward_number" if field is self._number else "voicemail_number"
            words = problem_text(self._look.text, FieldProblem(name, code))
        (field or self._note).show_problem(words)
        return field or self._action

    def clear_problems(self) -> None:
        """Nothing is wrong."""
        self._note.clear()
        for field in self._fields:
            field.clear_note()

    @property
    def _number_field(self) -> Field | None:
        """Where the number of the chosen action is typed; None where nobody has to."""
        if self.action is AbsenceAction.FORWARD:
            return self._number
        own = bool(self._box.text) or not self._box_known
        return self._box if self.action is AbsenceAction.VOICEMAIL and own else None

    def _changed(self) -> None:
        self._note.clear()
        self._fit()
        self.edited.emit()

    def _fit(self) -> None:
        """Show what the chosen action needs."""
        for field in (self._number, self._box):
            field.setVisible(field is self._number_field)
        rings = self._kind is Absence.NO_ANSWER and self.action is not AbsenceAction.NONE
        self._seconds.setVisible(rings)


class ReachBox(QWidget):
    """接続先番号 1 and 2, each with 呼出開始時間 and 呼出終了時間."""

    edited = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        title = Label(look, "body_bold", wrap=True)
        title.setText(look.text("absence_page.action.reach"))
        hint = Label(look, "small", "soft", wrap=True)
        hint.setText(look.text("absence_page.reach_hint"))
        column = _column(self, look, tokens.SPACE_3)
        column.addWidget(title)
        column.addWidget(hint)
        self._numbers = [self._add(column, place) for place in (1, 2)]

    @property
    def numbers(self) -> tuple[ReachNumber, ...]:
        """As typed; seconds that are no number are −1. Those of no number do not count."""
        return tuple(
            ReachNumber(number=number.text, start_s=start.whole, end_s=end.whole) if number.text else unused
            for (number, start, end), unused in zip(self._numbers, AbsenceSettings().reach, strict=True)
        )

    def show_numbers(self, numbers: tuple[ReachNumber, ...]) -> None:
        """Put stored numbers in."""
        for fields, value in zip(self._numbers, numbers, strict=False):
            for field, text in zip(fields, (value.number, value.start_s, value.end_s), strict=True):
                field.show_value(str(text))

    def show_problem(self, place: int, code: str) -> QWidget:
        """Say what is wrong with number ``place``, counted from 1; gives its field."""
        number, _, end = self._numbers[place - 1]
        field = end if code in ("seconds", "order") else number
        field.show_problem(problem_text(self._look.text, FieldProblem(f"reach_{place}", code)))
        return field

    def clear_problems(self) -> None:
        """Nothing is wrong."""
        for fields in self._numbers:
            for field in fields:
                field.clear_note()

    def _add(self, column: QVBoxLayout, place: int) -> tuple[Field, Field, Field]:
        text = self._look.text
        number = Field(self._look, f"reach_{place}", text(f"field.reach_{place}"))
        start = Field(self._look, f"reach_{place}_start", text("absence_page.reach_start"))
        end = Field(self._look, f"reach_{place}_end", text("absence_page.reach_end"))
        for field in (number, start, end):
            field.edited.connect(self.edited)
        column.addWidget(number)
        column.addLayout(_row(self._look, (start, 1), (end, 1)))
        return number, start, end


class DayButton(Button):
    """One weekday: filled and underlined while it is chosen."""

    def __init__(self, look: Look, day: int) -> None:
        super().__init__(look, look.text(f"absence.day.{day}"), f"day_{day}")
        self.setAccessibleName(look.text("absence_page.weekday", day=self.text()))
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        words = self.metrics("small_bold").horizontalAdvance(self.text())
        return QSize(words + self.look.px(tokens.SPACE_2), self.look.px(tokens.CONTROL_HEIGHT - 4))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = self.start_painting()
        body = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        radius = self.look.px(tokens.RADIUS_SMALL)
        on = self.isChecked()
        painter.setBrush(
            self.ground("accent_fill", "accent_fill", "accent_fill")
            if on
            else self.ground("fill", "fill_hover", "fill_pressed")
        )
        painter.drawRoundedRect(body, radius, radius)
        if on:
            line = QRectF(0, 0, body.width() / 3, self.look.px(tokens.FOCUS_WIDTH))
            line.moveCenter(body.center())
            line.moveBottom(body.bottom() - self.look.px(tokens.SPACE_1))
            painter.setBrush(self.look.color("on_accent"))
            painter.drawRect(line)
        self.paint_focus(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), radius)
        painter.setFont(self.look.font("small_bold" if on else "small"))
        painter.setPen(self.look.color("on_accent" if on else "text"))
        painter.drawText(body, Qt.AlignmentFlag.AlignCenter, self.text())


class ScheduleBox(QWidget):
    """The weekdays and the hours; no weekday is always."""

    edited = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        title = Label(look, "small_bold", "soft")
        title.setText(look.text("field.schedule"))
        self._always = Label(look, "small", "soft", wrap=True, name="schedule_always")
        self._note = Note(look, "schedule_note")
        self._days = [DayButton(look, day) for day in range(7)]
        self._from = Field(look, "from_time", look.text("absence_page.from_time"))
        self._until = Field(look, "until_time", look.text("absence_page.until_time"))
        days = QHBoxLayout()
        days.setSpacing(0)
        for button in self._days:
            button.clicked.connect(self._changed)
            days.addWidget(button)
        for field in (self._from, self._until):
            field.edited.connect(partial(self._changed, False))
        column = _column(self, look, tokens.SPACE_2)
        column.addWidget(title)
        column.addLayout(days)
        column.addWidget(self._always)
        column.addLayout(_row(look, (self._from, 1), (self._until, 1)))
        column.addWidget(self._note)

    @property
    def schedule(self) -> Schedule:
        """As typed; a time that is none is −1."""
        weekdays = tuple(day for day, button in enumerate(self._days) if button.isChecked())
        if not weekdays:
            return Schedule()
        return Schedule(
            weekdays=weekdays,
            from_min=clock_minute(self._from.text),
            until_min=clock_minute(self._until.text),
        )

    def show_schedule(self, schedule: Schedule) -> None:
        """Put a stored schedule in."""
        for day, button in enumerate(self._days):
            button.setChecked(day in schedule.weekdays)
        self._from.show_value(clock_text(schedule.from_min))
        self._until.show_value(clock_text(schedule.until_min))
        self._note.clear()
        self._fit()

    def show_problem(self, code: str) -> QWidget:
        """Say what is wrong; gives the field that can mend it."""
        self._note.show_problem(problem_text(self._look.text, FieldProblem("schedule", code)))
        return self._until if clock_minute(self._from.text) >= 0 else self._from

    def clear_problems(self) -> None:
        """Nothing is wrong."""
        self._note.clear()

    def _changed(self, _: bool) -> None:
        self._note.clear()
        self._fit()
        self.edited.emit()

    def _fit(self) -> None:
        chosen = any(button.isChecked() for button in self._days)
        for field in (self._from, self._until):
            field.setVisible(chosen)
        self._always.show_text("" if chosen else self._look.text("absence_page.always"))


def _column(widget: QWidget, look: Look, space: int) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(look.px(space))
    return column


def _row(look: Look, *parts: tuple[QWidget, int]) -> QHBoxLayout:
    """Side by side in these proportions, their tops in line."""
    row = QHBoxLayout()
    row.setSpacing(look.px(tokens.SPACE_2))
    for widget, stretch in parts:
        row.addWidget(widget, stretch, Qt.AlignmentFlag.AlignTop)
    return row
