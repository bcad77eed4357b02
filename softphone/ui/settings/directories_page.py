"""共有の電話帳: the company's directories, how each is doing, and the way to another one."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from softphone.app.changes import Change, DirectoryMoved, SettingsMoved
from softphone.app.phone import Phone
from softphone.domain.directory import MAX_DIRECTORIES, DirectorySettings
from softphone.ui import theme as tokens
from softphone.ui.buttons import PillButton, QuietButton
from softphone.ui.directory_view import DirectoryView, directory_view
from softphone.ui.labels import ElidedLabel, IconLabel, Label
from softphone.ui.look import Look
from softphone.ui.settings.page import Page

ICONS = {"ldap": "people", "carddav": "contacts", "csv": "folder"}


class DirectoryCard(QWidget):
    """One directory: what it is, how it is doing, read anew, change."""

    def __init__(self, look: Look, directory: DirectorySettings) -> None:
        super().__init__()
        text = look.text
        self._look = look
        self._mark = IconLabel(look, "check", "good", tokens.ICON_SMALL)
        self._state = Label(look, "small", wrap=True, name=f"directory_state_{directory.key}")
        title = ElidedLabel(look, "body_bold")
        title.show_text(directory.name)
        kind = Label(look, "small", "soft")
        kind.setText(text(f"directory_kind.{directory.kind.value}"))
        self.refresh = QuietButton(
            look, text("directories_page.refresh"), f"refresh_{directory.key}", icon="retrieve"
        )
        self.change = QuietButton(look, text("directories_page.change"), f"change_{directory.key}")
        for button in (self.refresh, self.change):
            button.setAccessibleName(f"{button.text()}: {directory.name}")
        px = look.px
        head = QHBoxLayout()
        head.setSpacing(px(tokens.SPACE_2))
        head.addWidget(IconLabel(look, ICONS[directory.kind.value], "accent", tokens.ICON))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(title)
        words.addWidget(kind)
        head.addLayout(words, 1)
        state = QHBoxLayout()
        state.setSpacing(px(tokens.SPACE_2))
        state.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        state.addWidget(self._state, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(tokens.SPACE_1))
        buttons.addWidget(self.refresh)
        buttons.addStretch(1)
        buttons.addWidget(self.change)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(tokens.SPACE_2))
        column.addLayout(head)
        column.addLayout(state)
        column.addLayout(buttons)

    def show_view(self, view: DirectoryView) -> None:
        """How it is doing."""
        self._mark.show_icon(view.icon, view.tone or "text_soft")
        self._state.show_text(view.words, view.tone or "soft")
        self.refresh.setEnabled(view.can_refresh)


class DirectoriesPage(Page):
    """The list; 「追加」 leads to an empty form."""

    def __init__(self, look: Look, phone: Phone) -> None:
        text = look.text
        super().__init__(look, text("directories_page.title"), "directoriesPage")
        self._phone = phone
        self._cards: dict[str, DirectoryCard] = {}
        self._shown: tuple[DirectorySettings, ...] | None = None
        self.column.addWidget(self.hint(text("directories_page.intro")))
        self._list = QVBoxLayout()
        self._list.setSpacing(look.px(tokens.SPACE_2))
        self.column.addLayout(self._list)
        self.column.addStretch(1)
        self._add = PillButton(look, text("directories_page.add"), "addDirectory", kind="accent", icon="add")
        self._add.on_click(lambda: self.page_wanted.emit("directory"))
        self.add_foot(self._add)

    def opened(self) -> None:
        """Show what there is."""
        self._show()

    def handle(self, change: Change) -> None:
        """Follow each directory."""
        if isinstance(change, SettingsMoved):
            self._show()
        elif isinstance(change, DirectoryMoved) and change.key in self._cards:
            self._show_state(change.key)

    def _show(self) -> None:
        directories = self._phone.settings.now.directories
        if directories != self._shown:
            self._shown = directories
            self._build(directories)
        for key in self._cards:
            self._show_state(key)
        self._add.setEnabled(len(directories) < MAX_DIRECTORIES)

    def _build(self, directories: tuple[DirectorySettings, ...]) -> None:
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._cards.clear()
        for directory in directories:
            made = DirectoryCard(self.look, directory)
            made.refresh.on_click(partial(self._phone.directories.refresh, directory.key))
            made.change.on_click(partial(self.page_wanted.emit, f"directory/{directory.key}"))
            self._cards[directory.key] = made
            self._list.addWidget(self.framed(made))

    def _show_state(self, key: str) -> None:
        directory = next(each for each in self._phone.settings.now.directories if each.key == key)
        view = directory_view(
            self.look.text, directory, self._phone.directories.status(key), clock=_clock_words
        )
        self._cards[key].show_view(view)


def _clock_words(at_s: float) -> str:
    """The time of day, as the language writes it."""
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(at_s)).time(), QLocale.FormatType.ShortFormat)
