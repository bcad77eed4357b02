"""内線の表示: what colleagues see of us, and what is shown of them; taken at once."""

from __future__ import annotations

from msgspec.structs import replace

from softphone.app.changes import Change, SettingsMoved
from softphone.app.phone import Phone
from softphone.ui.look import Look
from softphone.ui.settings.choice import Switch
from softphone.ui.settings.page import Page


class ColleaguesPage(Page):
    """The switches of presence."""

    def __init__(self, look: Look, phone: Phone) -> None:
        text = look.text
        super().__init__(look, text("colleagues_page.title"), "colleaguesSettings")
        self._phone = phone
        section = self.add_section()
        self._publish = Switch(look, text("colleagues_page.publish"), "publish_presence")
        self._publish.clicked.connect(lambda on: self._change(publish=on))
        self.add_explained(section, self._publish, text("colleagues_page.publish_hint"))
        self._remote = Switch(look, text("colleagues_page.show_remote"), "show_remote")
        self._remote.clicked.connect(lambda on: self._change(show_remote=on))
        self.add_explained(section, self._remote, text("colleagues_page.show_remote_hint"))
        self.column.addStretch(1)

    def opened(self) -> None:
        """Show what is chosen."""
        presence = self._phone.settings.now.presence
        self._publish.setChecked(presence.publish)
        self._remote.setChecked(presence.show_remote)

    def handle(self, change: Change) -> None:
        """Somebody else may have changed it."""
        if isinstance(change, SettingsMoved):
            self.opened()

    def _change(self, **fields: object) -> None:
        settings = self._phone.settings
        settings.change_fields(presence=replace(settings.now.presence, **fields))
