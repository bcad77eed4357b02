"""The settings in memory and on disk, changed in one place."""

from __future__ import annotations

import msgspec

from softphone.app.changes import Notice, Observer, SettingsMoved
from softphone.domain.ports import SettingsStore
from softphone.domain.settings import Settings


class SettingsService:
    """Holds the settings of this run. Thread: main."""

    def __init__(self, store: SettingsStore, tell: Observer) -> None:
        self._store = store
        self._tell = tell
        self._loaded = store.load()
        self._settings = self._loaded.settings

    @property
    def now(self) -> Settings:
        """The settings in force."""
        return self._settings

    def start(self) -> None:
        """Tell of a damaged file that was kept aside."""
        if self._loaded.kept_aside:
            self._tell(Notice("settings_damaged", {"file": self._loaded.kept_aside}, "warning"))

    def change(self, settings: Settings) -> bool:
        """Take and save ``settings``. False where the file could not be written: told, still in force."""
        if settings == self._settings:
            return True
        self._settings = settings
        trouble = ""
        try:
            self._store.save(settings)
        except OSError as error:
            trouble = error.strerror or str(error)
        self._tell(SettingsMoved(settings))
        if trouble:
            self._tell(Notice("settings_not_saved", {"reason": trouble}, "error"))
        return not trouble

    def change_fields(self, **fields: object) -> bool:
        """``change`` with some fields replaced."""
        return self.change(msgspec.structs.replace(self._settings, **fields))
