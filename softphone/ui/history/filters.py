"""What of the history is shown: a field to search in, a span of time, and the kinds of calls side by side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from softphone.domain.history import HistoryKind, HistoryQuery
from softphone.ui import theme as tokens
from softphone.ui.buttons import Button, QuietButton
from softphone.ui.call_menu import new_menu, open_below
from softphone.ui.history.day_words import span_start_s
from softphone.ui.look import Look, on_look
from softphone.ui.search_field import SearchField

KINDS = tuple(HistoryKind)
SPANS_DAYS = (0, 1, 7, 30, 90)  # 0: all


class SegmentButton(Button):
    """One of several choices in a row; the chosen one is raised and bold."""

    def __init__(self, look: Look, words: str, name: str) -> None:
        super().__init__(look, words, name)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        px = self.look.px
        words = self.metrics("small_bold").horizontalAdvance(self.text())
        return QSize(words + 2 * px(tokens.SPACE_1), px(tokens.CONTROL_HEIGHT - 8))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = self.start_painting()
        body = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        radius = self.look.px(tokens.RADIUS_SMALL)
        if self.isChecked():
            painter.setBrush(self.look.color("accent_fill"))
            painter.drawRoundedRect(body, radius, radius)
        elif self._hover:
            painter.setOpacity(self._hover)
            painter.setBrush(self.look.color("fill_hover"))
            painter.drawRoundedRect(body, radius, radius)
            painter.setOpacity(1.0)
        self.paint_focus(painter, body.adjusted(-1, -1, 1, 1), radius)
        painter.setFont(self.look.font("small_bold" if self.isChecked() else "small"))
        painter.setPen(self.look.color("on_accent" if self.isChecked() else "text"))
        painter.drawText(body, Qt.AlignmentFlag.AlignCenter, self.text())


class Segments(QWidget):
    """Choices side by side on one ground. ``chosen`` carries the value of one."""

    accessible_role = QAccessible.Role.Grouping

    chosen = Signal(str)

    def __init__(self, look: Look, options: tuple[tuple[str, str], ...], words: str, name: str) -> None:
        super().__init__()
        self._look = look
        self.setObjectName(name)
        self.setAccessibleName(words)
        self._buttons: dict[str, SegmentButton] = {}
        self._row = QHBoxLayout(self)
        for value, title in options:
            button = SegmentButton(look, title, f"{name}_{value}")
            button.on_click(partial(self.chosen.emit, value))
            self._buttons[value] = button
            self._row.addWidget(button, 1)
        on_look(self, look, self._dress)

    def choose(self, value: str) -> None:
        """Mark one as chosen."""
        self._buttons[value].setChecked(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.color("fill"))
        radius = self._look.px(tokens.RADIUS_FIELD)
        painter.drawRoundedRect(self.rect(), radius, radius)

    def _dress(self) -> None:
        inset = self._look.px(tokens.SPACE_1) // 2
        self._row.setContentsMargins(inset, inset, inset, inset)
        self._row.setSpacing(0)


class CallFilters(QWidget):
    """The filters together. ``changed``: ``query`` is another."""

    changed = Signal()

    def __init__(self, look: Look, now: Callable[[], datetime]) -> None:
        super().__init__()
        text = look.text
        self._look = look
        self._now = now
        self._kind = HistoryKind.ALL
        self._days = 0
        self._number = self._who = ""
        self.search = SearchField(look, "historySearch", text("history.search"), text("history.search_hint"))
        self.search.searched.connect(self.changed)
        self._span = QuietButton(look, "", "historySpan", icon="calendar", tone="text", ground="fill")
        self._span.on_click(self._ask_span)
        self._party = QuietButton(look, "", "historyParty", icon="close", ground="accent_soft")
        self._party.on_click(lambda: self.show_party("", ""))
        self._party.hide()
        kinds = tuple((kind.value, text(f"history_kind.{kind.value}")) for kind in KINDS)
        self._kinds = Segments(look, kinds, text("history.kinds"), "historyKind")
        self._kinds.chosen.connect(lambda value: self.show_kind(HistoryKind(value)))
        self._kinds.choose(self._kind.value)
        self._top = QHBoxLayout()
        self._top.addWidget(self.search, 1)
        self._top.addWidget(self._span)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._top)
        self._column.addWidget(self._kinds)
        self._column.addWidget(self._party, 0, Qt.AlignmentFlag.AlignLeft)
        self._show_span()
        on_look(self, look, self._dress)

    @property
    def query(self) -> HistoryQuery:
        """What is wanted."""
        return HistoryQuery(
            kind=self._kind,
            text=self.search.wanted,
            number=self._number,
            since_s=span_start_s(self._days, self._now()),
        )

    @property
    def narrow(self) -> bool:
        """Something but the kind of the calls is filtered."""
        return bool(self.search.wanted or self._number or self._days)

    def show_kind(self, kind: HistoryKind) -> None:
        """Calls of one kind alone."""
        self._kind = kind
        self._kinds.choose(kind.value)
        self.changed.emit()

    def show_party(self, number: str, name: str) -> None:
        """Calls with one party alone; "" with anybody."""
        self._number, self._who = number, name
        self._party.set_words(self._look.text("history.only_with", who=name))
        self._party.setVisible(bool(number))
        self.changed.emit()

    def show_days(self, days: int) -> None:
        """Calls of the last days alone; 0 of all."""
        self._days = days
        self._show_span()
        self.changed.emit()

    def keep(self) -> tuple[object, ...]:
        """What is chosen and typed, for ``restore``."""
        return self._kind, self._days, self.search.text(), self._number, self._who

    def restore(self, kept: tuple[object, ...]) -> None:
        """Choose and type what ``keep`` gave."""
        kind, days, text, number, who = kept
        self.show_kind(HistoryKind(kind))
        self.show_days(int(str(days)))
        self.search.setText(str(text))
        self.show_party(str(number), str(who))

    def reset(self) -> None:
        """Everything."""
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self._days, self._number = 0, ""
        self._party.hide()
        self._show_span()
        self.show_kind(HistoryKind.ALL)

    def _show_span(self) -> None:
        text = self._look.text
        words = text(f"history_span.days_{self._days}") if self._days else text("history.span")
        self._span.set_words(words)
        self._span.setAccessibleName(text("history.span_now", span=text(f"history_span.days_{self._days}")))

    def _ask_span(self) -> None:
        menu = new_menu(self._look, self._span, "historySpanMenu", self._look.text("history.span"))
        for days in SPANS_DAYS:
            action = menu.addAction(self._look.text(f"history_span.days_{days}"))
            action.setObjectName(f"days_{days}")
            action.setCheckable(True)
            action.setChecked(days == self._days)
            action.triggered.connect(partial(self._span_chosen, days))
        open_below(menu, self._span)

    def _span_chosen(self, days: int, checked: bool = False) -> None:
        self.show_days(days)

    def _dress(self) -> None:
        px = self._look.px
        side = px(tokens.SPACE_4)
        self._column.setContentsMargins(side, 0, side, px(tokens.SPACE_1))
        self._column.setSpacing(px(tokens.SPACE_2))
        self._top.setSpacing(px(tokens.SPACE_2))
