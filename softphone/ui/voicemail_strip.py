"""留守番電話: how many messages wait, and the one key that plays them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from softphone.app.calls import CannotCall
from softphone.app.changes import Change, MessageSummaryMoved, SettingsMoved
from softphone.app.features import FeatureNotOffered
from softphone.app.phone import Phone
from softphone.app.text import Text
from softphone.domain.dial_string import DialStringInvalid
from softphone.domain.message_summary import MessageSummary
from softphone.ui import theme as tokens
from softphone.ui.buttons import QuietButton
from softphone.ui.labels import ElidedLabel, IconLabel, show_if
from softphone.ui.look import Look, on_look
from softphone.ui.view_state import call_problem, problem_notice


def summary_words(text: Text, summary: MessageSummary) -> tuple[str, str]:
    """What stands on the strip, and the quiet rest: 新しいメッセージ 3件 · 至急 1件 · 保存 5件."""
    if summary.new:
        first = text("voicemail_strip.new", new=summary.new)
    else:
        first = text("voicemail_strip.waiting" if summary.waiting else "voicemail_strip.none")
    rest = []
    if summary.new_urgent:
        rest.append(text("voicemail_strip.urgent", count=summary.new_urgent))
    if summary.old:
        rest.append(text("voicemail_strip.old", count=summary.old))
    return first, "  ·  ".join(rest)


class VoicemailStrip(QFrame):
    """Shows itself while there are messages. Thread: ui.

    ``told`` carries a NoticeView: they could not be called.
    """

    accessible_role = QAccessible.Role.Grouping

    told = Signal(object)

    def __init__(self, look: Look, phone: Phone) -> None:
        super().__init__()
        self._look = look
        self._phone = phone
        self.setObjectName("voicemailStrip")
        self.setProperty("card", True)
        self._icon = IconLabel(look, "voicemail", "accent", tokens.ICON)
        self._words = ElidedLabel(look, "body_bold", name="voicemailWords")
        self._rest = ElidedLabel(look, "small", "text_soft", name="voicemailRest")
        self._listen = QuietButton(
            look, look.text("voicemail_strip.listen"), "voicemailListen", icon="play", ground="fill"
        )
        self._listen.setAccessibleName(look.text("voicemail_strip.listen_full"))
        self._listen.on_click(self._call)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._words)
        words.addWidget(self._rest)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._icon)
        self._row.addLayout(words, 1)
        self._row.addWidget(self._listen)
        on_look(self, look, self._dress)
        self.refresh()

    def handle(self, change: Change) -> None:
        """Follow the messages, and whether they can be called."""
        if isinstance(change, MessageSummaryMoved | SettingsMoved):
            self.refresh()

    def refresh(self) -> None:
        """Show what holds now."""
        summary = self._phone.subscriptions.message_summary()
        there = summary is not None and bool(summary.waiting or summary.new or summary.old)
        show_if(self, there)
        if summary is None or not there:
            return
        fresh = bool(summary.waiting or summary.new)
        first, rest = summary_words(self._look.text, summary)
        self._icon.show_icon("voicemail", "accent" if fresh else "text_soft")
        self._words.show_text(first)
        self._rest.show_text(rest)
        self.setAccessibleName("  ".join(part for part in (first, rest) if part))
        self._listen.setVisible(self._phone.features.offered("voicemail") or bool(summary.account_uri))

    def _call(self) -> None:
        try:
            self._phone.features.voicemail()
        except (DialStringInvalid, CannotCall, FeatureNotOffered) as error:
            problem = call_problem(self._look.text, error, self._phone.accounts.registration)
            self.told.emit(problem_notice(self._look.text, problem))

    def _dress(self) -> None:
        px = self._look.px
        self._row.setContentsMargins(px(tokens.SPACE_3), *(px(tokens.SPACE_2),) * 3)
        self._row.setSpacing(px(tokens.SPACE_2))
