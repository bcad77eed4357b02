"""キーとヘッドセット: keys that work in every program, and the headset's own buttons."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from softphone.app.changes import Change, SettingsMoved, SurroundingsMoved
from softphone.app.phone import Phone
from softphone.domain.hot_key import ACTIONS, HotKey, HotKeyInvalid, parse_hot_key
from softphone.ui import theme as tokens
from softphone.ui.buttons import IconButton
from softphone.ui.labels import Label
from softphone.ui.look import Look
from softphone.ui.settings.choice import Switch
from softphone.ui.settings.key_field import KeyField
from softphone.ui.settings.page import Page

COMMANDS = {"answer": "answer", "hang_up": "hangup", "mute": "mute toggle"}  # of ``softphone ctl``


class KeysPage(Page):
    """Everything is taken at once. Where a system hands out no keys, the page says what to do instead."""

    def __init__(self, look: Look, phone: Phone) -> None:
        super().__init__(look, look.text("keys_page.title"), "keysPage")
        self._phone = phone
        self._keys: dict[str, KeyField] = {}
        trouble = phone.surroundings.hot_keys.trouble
        section = self.add_section(look.text("keys_page.hot_keys"))
        if trouble:
            section.addWidget(self.hint(look.text(f"keys_page.no_keys.{trouble}"), "noHotKeys"))
            if trouble == "wayland":
                self._add_commands(section)
        else:
            section.addWidget(self.hint(look.text("keys_page.hot_keys_hint")))
            for action in ACTIONS:
                section.addWidget(self._key_field(action))
        self._add_headset()
        self.column.addStretch(1)

    def opened(self) -> None:
        """Show what is chosen, and how it does."""
        self._show()

    def closed(self) -> None:
        """No field waits for keys any more."""
        super().closed()
        for field in self._keys.values():
            field.rest()

    def handle(self, change: Change) -> None:
        """Another program has a key; a headset comes or goes."""
        if isinstance(change, SettingsMoved | SurroundingsMoved):
            self._show()

    def _key_field(self, action: str) -> KeyField:
        field = KeyField(self.look, action, self.look.text(f"keys_page.action.{action}"))
        field.chosen.connect(partial(self._choose, action))
        field.listening.connect(self._phone.surroundings.hot_keys.rest)
        self._keys[action] = field
        return field

    def _add_commands(self, section: QVBoxLayout) -> None:
        for action, verb in COMMANDS.items():
            name, command = self.look.text(f"keys_page.action.{action}"), f"softphone ctl {verb}"
            title = Label(self.look, "small_bold", "soft")
            title.setText(name)
            label = Label(self.look, "body", name=f"command_{action}")
            label.setText(command)
            copy = IconButton(
                self.look, self.look.text("keys_page.copy", name=name), f"copy_{action}", "copy"
            )
            copy.on_click(partial(_copy, command))
            words = QVBoxLayout()
            words.setSpacing(self.look.px(tokens.LINE))
            words.addWidget(title)
            words.addWidget(label)
            row = QHBoxLayout()
            row.addLayout(words, 1)
            row.addWidget(copy)
            section.addLayout(row)

    def _add_headset(self) -> None:
        section = self.add_section(self.look.text("keys_page.headset"))
        self._headset = Switch(self.look, self.look.text("keys_page.use_headset"), "headset")
        self._headset.clicked.connect(self._use_headset)
        self.add_explained(section, self._headset, self.look.text("keys_page.use_headset_hint"))
        self._state = Label(self.look, "small", wrap=True, name="headsetState")
        section.addWidget(self._state)

    def _use_headset(self, on: bool) -> None:
        settings = self._phone.settings
        settings.change_fields(desktop=replace(settings.now.desktop, headset=on))

    def _choose(self, action: str, hot_key: HotKey | None) -> None:
        has_it = self._phone.surroundings.hot_keys.choose(action, hot_key)
        if has_it:
            name = self.look.text(f"keys_page.action.{has_it}")
            self._keys[action].show_problem(self.look.text("keys_page.used_here", name=name))
        else:
            self._show()

    def _show(self) -> None:
        hot_keys, chosen = self._phone.surroundings.hot_keys, self._phone.settings.now.desktop
        for action, field in self._keys.items():
            field.show_keys(_hot_key(getattr(chosen.hot_keys, action)))
            trouble = hot_keys.troubles.get(action, "")
            field.show_problem(self.look.text(f"keys_page.trouble.{trouble}") if trouble else "")
        self._headset.setChecked(chosen.headset)
        news = self._phone.surroundings.headset.news
        state = news.code or ("in_use" if news.name else "none")
        words = self.look.text(f"keys_page.headset_state.{state}", name=news.name)
        self._state.show_text(words if chosen.headset else "", "warn" if news.code else "soft")


def _hot_key(text: str) -> HotKey | None:
    """What stands in the settings; something in the file that is none is none."""
    try:
        return parse_hot_key(text) if text else None
    except HotKeyInvalid:
        return None


def _copy(words: str) -> None:
    QGuiApplication.clipboard().setText(words)
