"""機能番号: what is dialled for the PBX's features, where it is another number than the provider's."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace

from softphone.app.phone import Phone
from softphone.domain.provider import FeatureCodes, code_place, code_problem
from softphone.ui.look import Look
from softphone.ui.settings.field import Field
from softphone.ui.settings.page import Page

GROUPS = {
    "calls": ("pickup", "group_pickup", "park", "retrieve", "voicemail", "voicemail_box"),
    "hunt": ("hunt_login", "hunt_logout"),
    "dnd": ("dnd_on", "dnd_off"),
    "forward": tuple(name for name in FeatureCodes.__struct_fields__ if name.startswith("forward_")),
}


class CodesPage(Page):
    """Each code is taken when it is typed; an empty one is the provider's, which stands in its field."""

    back_to = "incoming"

    def __init__(self, look: Look, phone: Phone) -> None:
        text = look.text
        super().__init__(look, text("codes_page.title"), "codesPage")
        self._phone = phone
        self.column.addWidget(self.hint(text("codes_page.intro")))
        for group, names in GROUPS.items():
            section = self.add_section(text(f"codes_page.{group}"))
            for name in names:
                section.addWidget(self._code_field(name))
        self.column.addStretch(1)

    def opened(self) -> None:
        """Show the user's codes, and the provider's where there is none."""
        text, profile = self.look.text, self._phone.accounts.profile
        for name in self._fields:
            provided = getattr(profile.feature_codes, name) if profile is not None else ""
            hint = text("codes_page.provided", code=provided) if provided else self._no_code(name)
            self._fields[name].line.setPlaceholderText(hint)
            self.show_value(name, getattr(self._phone.settings.now.pbx.feature_codes, name))

    def _code_field(self, name: str) -> Field:
        field = Field(self.look, name, self.look.text(f"feature.{name}"))
        field.committed.connect(partial(self._take, name))
        self._fields[name] = field
        return field

    def _no_code(self, name: str) -> str:
        place = code_place(name)
        return self.look.text("codes_page.example" if place else "codes_page.none", place=place)

    def _take(self, name: str) -> None:
        code = self._fields[name].text.strip()
        problem = code_problem(name, code)
        if problem:
            place = code_place(name)
            words = self.look.text(f"codes_page.problem_{problem}", place=place)
            self._fields[name].show_problem(words)
            return
        self._fields[name].clear_note()
        pbx = self._phone.settings.now.pbx
        codes = replace(pbx.feature_codes, **{name: code})
        self._phone.settings.change_fields(pbx=replace(pbx, feature_codes=codes))
