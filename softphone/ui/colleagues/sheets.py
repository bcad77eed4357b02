"""The sheets of 内線: somebody is added, by number or from the phone book; a name and a group are changed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from softphone.app.colleagues import ColleagueKnown, ColleagueLine, ColleagueService
from softphone.app.subscriptions import TooManyWatched
from softphone.domain.dial_string import DialStringInvalid, clean_dial_string
from softphone.ui import theme as tokens
from softphone.ui.buttons import PillButton
from softphone.ui.colleagues.candidates import CandidateList
from softphone.ui.labels import Label, show_if
from softphone.ui.look import Look
from softphone.ui.search_field import SearchField
from softphone.ui.settings.field import Field
from softphone.ui.sheet import Sheet
from softphone.ui.view_state import dial_problem


class ColleagueSheet(Sheet):
    """A name, a group and one button; ``done`` carries the extension that was added or changed."""

    done = Signal(str)

    def __init__(self, look: Look, over: QWidget, name: str, title: str, words: str) -> None:
        super().__init__(look, over, name, title, words)
        text = look.text
        self.name_field = Field(
            look,
            "colleagueName",
            text("colleague_sheet.name"),
            hint=text("colleague_sheet.name_hint"),
            ascii_only=False,
        )
        self.group_field = Field(
            look,
            "colleagueGroup",
            text("colleague_sheet.group"),
            hint=text("colleague_sheet.group_hint"),
            ascii_only=False,
        )
        self.button = PillButton(
            look,
            "",
            "colleagueSave",
            kind="accent",
            elastic=True,
            height=tokens.CONTROL_HEIGHT + tokens.SPACE_1,
        )
        self.button.on_click(self.save)
        for field in (self.name_field, self.group_field):
            field.line.returnPressed.connect(self.save)

    def save(self) -> None:
        """Take what was typed. Each sheet has its own way."""
        raise NotImplementedError

    def inset(self, *widgets: QWidget) -> None:
        """Put fields in line with the buttons."""
        box = QVBoxLayout()
        box.setContentsMargins(self.ring, 0, self.ring, 0)
        box.setSpacing(self.look.px(tokens.SPACE_2))
        for widget in widgets:
            box.addWidget(widget)
        self.content.addLayout(box)


class AddSheet(ColleagueSheet):
    """One field finds people of the phone book, or is the number itself."""

    def __init__(self, look: Look, over: QWidget, service: ColleagueService) -> None:
        text = look.text
        super().__init__(
            look, over, "colleagueAdd", text("colleague_sheet.add"), text("colleague_sheet.add_words")
        )
        self._service = service
        self.field = SearchField(
            look, "colleagueFind", text("colleague_sheet.find"), text("colleague_sheet.find_hint")
        )
        self._list = CandidateList(look)
        self._rows = self._list.rows
        self._nobody = Label(look, "small", "soft", wrap=True, name="candidatesNone")
        self._problem = Label(look, "body_bold", "bad", wrap=True, name="colleagueProblem")
        self.inset(self.field, self._problem, self._list, self._nobody, self.name_field, self.group_field)
        self.content.addWidget(self.button)
        self.field.textChanged.connect(self._typed)
        self.field.entered.connect(self.save)
        self.field.downward.connect(lambda: self._list.setFocus(Qt.FocusReason.TabFocusReason))
        self._rows.chosen_moved.connect(self._refresh)
        self._typed()

    @property
    def _number(self) -> str:
        """What was typed, where it is a number; "" else."""
        try:
            number = clean_dial_string(self.field.text())
        except DialStringInvalid:
            return ""
        return number if any(char.isdigit() for char in number) else ""

    def save(self) -> None:
        chosen = tuple(self._rows.chosen.values())
        group = self.group_field.text
        try:
            if chosen:
                self._service.add_all(chosen, group)
                self.done.emit(chosen[0].extension)
            else:
                added = self._service.add(self.field.text(), self.name_field.text, group)
                self.done.emit(added.extension)
        except DialStringInvalid as error:
            self._say(dial_problem(self.look.text, error.code).words)
        except ColleagueKnown as error:
            self._say(self.look.text("colleague_sheet.known", number=self._number, name=error.name))
        except TooManyWatched:
            self._say(self.look.text("colleague_sheet.full"))
        else:
            self.dismiss()

    def _typed(self) -> None:
        typed = self.field.text()
        found = self._service.candidates(typed)
        self._rows.show_rows(found)
        self._list.fit()
        show_if(self._list, bool(found))
        none = "none_found" if typed else "no_candidates"
        self._nobody.show_text("" if found else self.look.text(f"colleague_sheet.{none}"))
        self._say("")
        self._refresh()

    def _refresh(self) -> None:
        chosen, number = len(self._rows.chosen), self._number
        show_if(self.name_field, bool(number) and not chosen)
        if chosen:
            words = self.look.text("colleague_sheet.add_chosen", count=chosen)
        elif number:
            words = self.look.text("colleague_sheet.add_number", number=number)
        else:
            words = self.look.text("colleague_sheet.add")
        self.button.set_words(words)
        self.button.setEnabled(bool(chosen or self.field.text().strip()))

    def _say(self, words: str) -> None:
        self._problem.show_text(words)
        self.field.setAccessibleDescription(words)


class ChangeSheet(ColleagueSheet):
    """Another name or group for one who is listed."""

    def __init__(self, look: Look, over: QWidget, service: ColleagueService, line: ColleagueLine) -> None:
        text = look.text
        extension = line.colleague.extension
        words = text("colleague_sheet.change_words", extension=extension)
        super().__init__(look, over, "colleagueChange", text("colleague_sheet.change"), words)
        self._service = service
        self._extension = extension
        self.name_field.line.setText(line.colleague.name)
        self.group_field.line.setText(line.colleague.group)
        self.inset(self.name_field, self.group_field)
        self.button.set_words(text("colleague_sheet.save"))
        self.content.addWidget(self.button)

    def save(self) -> None:
        self._service.change(self._extension, name=self.name_field.text, group=self.group_field.text)
        self.done.emit(self._extension)
        self.dismiss()
