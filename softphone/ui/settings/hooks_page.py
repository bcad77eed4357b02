"""連携: a program of the user's own when a call rings, is answered, ends or was missed."""

from __future__ import annotations

import sys
from functools import partial

from msgspec.structs import replace

from softphone.app.phone import Phone
from softphone.domain.command_line import split_command_line
from softphone.domain.settings import HookSettings
from softphone.ui.look import Look
from softphone.ui.settings.figure_table import FigureTable
from softphone.ui.settings.page import Page

VARIABLES = ("event", "number", "name", "direction", "result", "duration")


class HooksPage(Page):
    """Each command line is taken when it is typed. Where the administrator forbids it, none can be."""

    def __init__(self, look: Look, phone: Phone) -> None:
        text = look.text
        super().__init__(look, text("hooks_page.title"), "hooksPage")
        self._phone = phone
        if phone.policy.hooks_allowed:
            self.column.addWidget(self.hint(text("hooks_page.intro")))
        else:
            self.add_banner(text("hooks_page.not_allowed"))
        section = self.add_section()
        for name in HookSettings.__struct_fields__:
            take = partial(self._take, name)
            section.addWidget(self.field(name, take, hint=text("hooks_page.command_hint"), ascii_only=False))
        section.frame.setEnabled(phone.policy.hooks_allowed)
        section = self.add_section(text("hooks_page.variables_title"))
        section.addWidget(self.hint(text("hooks_page.variables_hint")))
        self._variables = FigureTable(look, section, "variable")
        self.column.addStretch(1)

    def opened(self) -> None:
        """Show the command lines."""
        for name in HookSettings.__struct_fields__:
            self.show_value(name, getattr(self._phone.settings.now.hooks, name))
        text = self.look.text
        rows = tuple(
            (f"SOFTPHONE_{name.upper()}", text(f"hooks_page.variables.{name}")) for name in VARIABLES
        )
        self._variables.show_rows(rows)

    def _take(self, name: str) -> None:
        line = self._fields[name].text.strip()
        if not self.mark(name, _problem(line)):
            hooks = replace(self._phone.settings.now.hooks, **{name: line})
            self._phone.settings.change_fields(hooks=hooks)


def _problem(line: str) -> str:
    try:
        split_command_line(line, windows=sys.platform == "win32")
    except ValueError:
        return "quotes"
    return ""
