"""デスクトップ: notifications, the call bar, the tray, starting with the system, links."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtWidgets import QVBoxLayout

from softphone.app.changes import Change, SettingsMoved
from softphone.app.phone import Phone
from softphone.domain.desktop import SwitchState, SystemSwitch
from softphone.domain.settings import HideCaller, RingBy
from softphone.ui.labels import Label
from softphone.ui.look import Look
from softphone.ui.settings.choice import Choice, Switch
from softphone.ui.settings.page import Page
from softphone.ui.tray import tray_is_there


class DesktopPage(Page):
    """Everything is taken at once. What this system cannot do is switched off and says why."""

    def __init__(self, look: Look, phone: Phone) -> None:
        super().__init__(look, look.text("desktop_page.title"), "desktopPage")
        self._phone = phone
        self._switches: dict[str, Switch] = {}
        self._hints: dict[str, Label] = {}
        self._add_calls()
        self._add_window()
        self._add_links()
        self.column.addStretch(1)

    def opened(self) -> None:
        """Show what is chosen, and how the system's own switches stand now."""
        desktop = self._phone.desktop
        self._show()
        self._show_system("autostart", desktop.autostart.read())
        self._show_system("links", desktop.links.read())

    def handle(self, change: Change) -> None:
        """The call bar remembers where it was put."""
        if isinstance(change, SettingsMoved):
            self._show()

    def _add_calls(self) -> None:
        text = self.look.text
        section = self.add_section(text("desktop_page.calls"))
        self._ring_by = Choice(self.look, "ring_by", text("desktop_page.ring_by"))
        self._ring_by.chosen.connect(lambda value: self._change(ring_by=RingBy(value)))
        self._ring_by_hint = self.add_explained(section, self._ring_by, "")
        self._ring_by_hint.setObjectName("ring_by_hint")
        self._hide_caller = Choice(self.look, "hide_caller", text("desktop_page.hide_caller"))
        self._hide_caller.chosen.connect(lambda value: self._change(hide_caller=HideCaller(value)))
        self.add_explained(section, self._hide_caller, text("desktop_page.hide_caller_hint"))
        self._add_switch(section, "notify_missed", text("desktop_page.notify_missed"))
        self._add_switch(section, "call_bar", text("desktop_page.call_bar"))
        self._explain("call_bar", text("desktop_page.call_bar_hint"))
        self._add_switch(section, "pause_media", text("desktop_page.pause_media"))
        self._add_switch(section, "keep_awake", text("desktop_page.keep_awake"))
        self._explain("keep_awake", text("desktop_page.keep_awake_hint"))

    def _add_window(self) -> None:
        text = self.look.text
        section = self.add_section(text("desktop_page.window"))
        self._add_switch(section, "stay_in_tray", text("desktop_page.stay_in_tray"))
        self._add_system(section, "autostart", text("desktop_page.autostart"), self._phone.desktop.autostart)

    def _add_links(self) -> None:
        text = self.look.text
        section = self.add_section(text("desktop_page.links_title"))
        self._add_system(section, "links", text("desktop_page.links"), self._phone.desktop.links)
        self._add_switch(section, "dial_links", text("desktop_page.dial_links"))
        self._explain("dial_links", text("desktop_page.dial_links_hint"))

    def _add_switch(self, section: QVBoxLayout, name: str, words: str) -> Switch:
        switch = Switch(self.look, words, name)
        switch.clicked.connect(lambda on: self._change(**{name: on}))
        self._place(section, name, switch)
        return switch

    def _add_system(self, section: QVBoxLayout, name: str, words: str, system: SystemSwitch) -> None:
        switch = Switch(self.look, words, name)
        switch.clicked.connect(lambda on: self._show_system(name, system.set(on)))
        self._place(section, name, switch)

    def _place(self, section: QVBoxLayout, name: str, switch: Switch) -> None:
        self._switches[name] = switch
        self._hints[name] = self.add_explained(section, switch, "")
        self._hints[name].setObjectName(f"{name}_hint")

    def _show_system(self, name: str, state: SwitchState) -> None:
        self._switches[name].setChecked(state.on)
        self._switches[name].setEnabled(state.problem not in ("not_here", "by_system"))
        text = self.look.text
        problem = text(f"desktop_page.{name}_problem.{state.problem}") if state.problem else ""
        self._explain(name, problem or text(f"desktop_page.{name}_hint"), problem=bool(problem))

    def _explain(self, name: str, words: str, *, problem: bool = False) -> None:
        self._hints[name].show_text(words, "warn" if problem else "soft")
        self._switches[name].setAccessibleDescription(words)

    def _show(self) -> None:
        text, chosen = self.look.text, self._phone.settings.now.desktop
        ways = tuple((way.value, text(f"desktop_page.ring_by_{way.value}")) for way in RingBy)
        self._ring_by.show_options(ways, chosen.ring_by.value)
        no_use = chosen.ring_by is RingBy.NOTIFICATION and not self._phone.desktop.notifier.state.can_ring
        words = text("desktop_page.no_notifications" if no_use else "desktop_page.ring_by_hint")
        self._ring_by_hint.show_text(words, "warn" if no_use else "soft")
        whens = tuple((when.value, text(f"desktop_page.hide_caller_{when.value}")) for when in HideCaller)
        self._hide_caller.show_options(whens, chosen.hide_caller.value)
        for name in ("notify_missed", "call_bar", "pause_media", "keep_awake", "stay_in_tray", "dial_links"):
            self._switches[name].setChecked(getattr(chosen, name))
        self._show_pause()
        tray = tray_is_there()
        self._switches["stay_in_tray"].setEnabled(tray)
        words = text("desktop_page.stay_in_tray_hint") if tray else text("desktop_page.no_tray")
        self._explain("stay_in_tray", words, problem=not tray)

    def _show_pause(self) -> None:
        trouble = self._phone.surroundings.media_pause.trouble
        self._switches["pause_media"].setEnabled(not trouble)
        words = self.look.text(f"desktop_page.pause_media_hint.{trouble or 'works'}")
        self._explain("pause_media", words, problem=bool(trouble))

    def _change(self, **fields: object) -> None:
        desktop = replace(self._phone.settings.now.desktop, **fields)
        self._phone.settings.change_fields(desktop=desktop)
