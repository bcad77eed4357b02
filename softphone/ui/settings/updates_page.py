"""更新: whether there is a new version, what is new in it, fetching it, and looking by itself or not."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDate, QDateTime, QLocale, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from softphone.app.changes import Change, SettingsMoved, UpdatesMoved
from softphone.app.phone import Phone
from softphone.app.updates import UpdateService
from softphone.ui import theme as tokens
from softphone.ui.accessible import announce
from softphone.ui.bar import Bar
from softphone.ui.buttons import Button, PillButton, QuietButton
from softphone.ui.labels import IconLabel, Label, show_if
from softphone.ui.look import Look
from softphone.ui.settings.choice import Switch
from softphone.ui.settings.page import Page
from softphone.ui.update_view import UpdateView, update_view

OTHERS = ("folder", "cancel", "skip", "take_back")


def open_path(path: str) -> bool:
    """Have the system open a file or folder; False where it does not."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(path))


class UpdatesPage(Page):
    """Shows what UpdateService knows. Where nothing looks for updates it says why."""

    def __init__(self, look: Look, phone: Phone) -> None:
        text = look.text
        super().__init__(look, text("updates_page.title"), "updatesPage")
        self._phone = phone
        self._updates = phone.updates
        if self._updates is None:
            allowed = phone.policy.updates_allowed
            self.add_banner(text("updates_page.not_here" if allowed else "updates_page.not_allowed"))
            self.column.addStretch(1)
            return
        self._state = UpdateState(look, self._act)
        self.column.addWidget(self.framed(self._state))
        self._notes = UpdateNotes(look)
        self._notes_frame = self.framed(self._notes)
        self.column.addWidget(self._notes_frame)
        section = self.add_section()
        self._automatic = Switch(look, text("updates_page.automatic"), "automaticUpdates")
        self._automatic.clicked.connect(self._updates.set_automatic)
        self.add_explained(section, self._automatic, text("updates_page.automatic_hint"))
        self.column.addStretch(1)

    def aim(self, what: str) -> None:
        """What a notice offers to do at once: download, skip."""
        if what and self._updates is not None:
            self._act(what)

    def opened(self) -> None:
        """Show how far it is."""
        if self._updates is not None:
            self._show(self._updates)

    def handle(self, change: Change) -> None:
        """Follow it."""
        if isinstance(change, UpdatesMoved | SettingsMoved):
            self.opened()

    def _show(self, updates: UpdateService) -> None:
        remembered = self._phone.settings.now.updates
        view = update_view(self.look.text, updates.status, skipped=updates.is_skipped, day=self._day)
        self._state.show_view(view, self._detail(updates.here.version, remembered.checked_at_s))
        self._notes.show_view(view)
        show_if(self._notes_frame, bool(view.notes))
        self._automatic.setChecked(remembered.automatic)

    def _detail(self, version: str, checked_at_s: int) -> str:
        text = self.look.text
        sentences = [text("updates_page.own_version", version=version)]
        if checked_at_s:
            at = QLocale().toString(
                QDateTime.fromSecsSinceEpoch(checked_at_s), QLocale.FormatType.ShortFormat
            )
            sentences.append(text("updates_page.checked", time=at))
        return "\n".join(sentences)

    def _day(self, day: datetime.date) -> str:
        form = self.look.text("updates_page.date_form")
        return QLocale(self.look.text.language).toString(QDate(day.year, day.month, day.day), form)

    def _act(self, what: str) -> None:
        updates = self._updates
        if updates is None:
            return
        actions: dict[str, Callable[[], None]] = {
            "check": updates.check,
            "download": updates.fetch,
            "retry": updates.fetch,
            "cancel": updates.cancel,
            "skip": updates.skip,
            "take_back": partial(updates.skip, False),
            "start": lambda: updates.confirm(self._open),
            "folder": lambda: self._open(str(Path(updates.status.file).parent)),
        }
        actions[what]()

    def _open(self, path: str) -> None:
        if not open_path(path):
            self._state.show_problem(self.look.text("updates_page.cannot_open"))


class UpdateState(QWidget):
    """How far it is, what came in between, and the buttons for what can be done now."""

    def __init__(self, look: Look, act: Callable[[str], None]) -> None:
        super().__init__()
        text = look.text
        self._look = look
        self._act = act
        self._what = ""  # what the first button does
        self._mark = IconLabel(look, "update", "text_soft", tokens.ICON)
        self._title = Label(look, "body_bold", wrap=True, name="updateTitle")
        self._detail = Label(look, "small", "soft", wrap=True, name="updateDetail")
        self._problem = Label(look, "body", "warn", wrap=True, name="updateProblem")
        self._way = Label(look, "small", "soft", wrap=True, name="updateWay")
        self._bar = Bar(look, text("updates_page.progress"), "updateProgress")
        self._received = Label(look, "small", "soft", name="updateReceived")
        self._primary = PillButton(look, "", "updatePrimary", kind="accent", elastic=True)
        self._primary.on_click(lambda: self._act(self._what))
        self._others = {name: self._quiet(name) for name in OTHERS}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(tokens.SPACE_2))
        column.addLayout(self._head())
        for widget in (self._problem, self._bar, self._received, self._way, self._primary):
            column.addWidget(widget)
        for button in self._others.values():
            column.addWidget(button)

    def show_view(self, view: UpdateView, detail: str) -> None:
        """Everything of ``view``; a reader is told of another title or problem."""
        said = " ".join(filter(None, (view.title, view.problem)))
        if said != f"{self._title.text()} {self._problem.text()}".strip():
            announce(self, said)
        had_keyboard = self.isAncestorOf(self.focusWidget() or self.window())
        self._mark.show_icon(view.icon, view.tone)
        self._title.show_text(view.title)
        self._detail.show_text(detail)
        self._problem.show_text(view.problem)
        self._way.show_text(view.way)
        show_if(self._bar, view.part is not None)
        self._bar.fill(view.part or 0.0)
        self._received.show_text(view.received)
        self._what = view.primary
        self._primary.set_words(view.primary_words)
        show_if(self._primary, bool(view.primary))
        for name, button in self._others.items():
            show_if(button, name in view.others)
        if had_keyboard:
            self._keep_keyboard(view)

    def show_problem(self, words: str) -> None:
        """Something beside the view went wrong."""
        self._problem.show_text(words)
        announce(self, words)

    def _head(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._detail)
        row = QHBoxLayout()
        row.setSpacing(self._look.px(tokens.SPACE_2))
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        return row

    def _quiet(self, name: str) -> QuietButton:
        button = QuietButton(
            self._look, self._look.text(f"updates_page.{name}"), f"update_{name}", tone="text", ground="fill"
        )
        button.on_click(partial(self._act, name))
        return button

    def _keep_keyboard(self, view: UpdateView) -> None:
        """The button that had it may be gone: the first one there is takes it."""
        focused = self.focusWidget()
        if focused is not None and focused.isVisible():
            return
        there: list[Button] = [self._primary] if view.primary else []
        there += [self._others[name] for name in view.others]
        if there:
            there[0].setFocus()


class UpdateNotes(QWidget):
    """What is new, when it came out, how large it is."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        title = Label(look, "body_bold")
        title.setText(look.text("updates_page.notes"))
        self._facts = Label(look, "small", "soft", wrap=True, name="updateFacts")
        self._notes = Label(look, "body", wrap=True, name="updateNotes")
        self._notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(tokens.SPACE_2))
        for widget in (title, self._facts, self._notes):
            column.addWidget(widget)

    def show_view(self, view: UpdateView) -> None:
        """The new version's."""
        self._facts.show_text(view.facts)
        self._notes.show_text(view.notes)
