"""Notices: one calm banner at a time, the others wait in line."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from softphone.ui import theme as tokens
from softphone.ui.accessible import announce
from softphone.ui.buttons import IconButton, QuietButton
from softphone.ui.labels import IconLabel, Label
from softphone.ui.look import Look, on_look, set_role
from softphone.ui.view_state import NoticeView

MAX_CHOICES = 2


class NoticeBar(QFrame):
    """Shows the oldest notice until it is dismissed or acted on; the same words never wait twice."""

    accessible_role = QAccessible.Role.Notification
    action_wanted = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._queue: list[NoticeView] = []
        self.setObjectName("noticeBar")
        self.setProperty("card", "info")
        self._icon = IconLabel(look, "info", "accent", tokens.ICON)
        self._words = Label(look, "body", wrap=True, name="noticeWords")
        self._more = Label(look, "small", "soft", name="noticeMore")
        self._close = IconButton(look, look.text("notice_bar.dismiss"), "noticeDismiss", "close")
        self._close.on_click(self.dismiss)
        self._act = QuietButton(look, "", "noticeAction", tone="text", ground="surface")
        self._act.on_click(lambda: self._take(self._queue[0].action))
        self._choices = [self._choice(place) for place in range(MAX_CHOICES)]
        top = QHBoxLayout()
        top.addWidget(self._icon)
        top.addWidget(self._words, 1)
        top.addWidget(self._close)
        bottom = QHBoxLayout()
        bottom.addWidget(self._act)
        bottom.addWidget(self._choices[0])
        bottom.addStretch(1)
        bottom.addWidget(self._more)
        rest = QHBoxLayout()
        for button in self._choices[1:]:
            rest.addWidget(button)
        rest.addStretch(1)
        column = QVBoxLayout(self)
        for row in (top, bottom, rest):
            column.addLayout(row)
        self._top, self._bottom, self._rest, self._column = top, bottom, rest, column
        self.hide()
        on_look(self, look, self._dress)

    @property
    def waiting(self) -> tuple[NoticeView, ...]:
        """All that are not dismissed, the one shown first."""
        return tuple(self._queue)

    def add(self, view: NoticeView) -> None:
        """Show ``view`` now or when those before it are gone."""
        if view not in self._queue:
            self._queue.append(view)
            announce(self, f"{view.severity_words}: {view.words}")
            self._show()

    def dismiss(self) -> None:
        """The one shown has been read."""
        del self._queue[:1]
        self._show()

    def _choice(self, place: int) -> QuietButton:
        button = QuietButton(self._look, "", f"noticeChoice{place}", tone="text", ground="surface")
        button.on_click(lambda: self._take(self._queue[0].choices[place][0]))
        return button

    def _take(self, action: str) -> None:
        """Only what is shown can be clicked: there is a notice."""
        self.dismiss()
        self.action_wanted.emit(action)

    def _show(self) -> None:
        self.setVisible(bool(self._queue))
        if not self._queue:
            return
        view, more = self._queue[0], len(self._queue) - 1
        set_role(self, card=view.tone)
        self._icon.show_icon(view.icon, "accent" if view.tone == "info" else view.tone)
        self._icon.setAccessibleName(view.severity_words)
        self._words.show_text(view.words)
        self._more.show_text(self._look.text("notice_bar.more", count=more) if more else "")
        self._act.setVisible(bool(view.action))
        self._act.set_words(view.action_words)
        for place, button in enumerate(self._choices):
            offered = place < len(view.choices)
            button.setVisible(offered)
            button.set_words(view.choices[place][1] if offered else "")
        self.setAccessibleName(f"{view.severity_words}: {view.words}")
        self._dress()

    def _dress(self) -> None:
        px = self._look.px
        two = bool(self._queue) and (bool(self._queue[0].action) or len(self._queue) > 1)
        self._top.setSpacing(px(tokens.SPACE_2))
        for row in (self._bottom, self._rest):
            row.setContentsMargins(px(tokens.ICON + tokens.SPACE_2), 0, 0, 0)
            row.setSpacing(px(tokens.SPACE_1))
        self._column.setSpacing(px(tokens.SPACE_1) if two else 0)
        edge = px(tokens.SPACE_3 if two else tokens.SPACE_2)
        self._column.setContentsMargins(px(tokens.SPACE_3), edge, px(tokens.SPACE_2), edge)
