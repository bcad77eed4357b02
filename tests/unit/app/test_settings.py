from softphone.app.changes import Change, Notice, SettingsMoved
from softphone.app.settings import SettingsService
from softphone.domain.settings import Settings
from tests.helpers.fakes import FakeSettingsStore, fake_phone


def test_a_damaged_file_that_was_kept_aside_is_told() -> None:
    told: list[Change] = []
    SettingsService(FakeSettingsStore(kept_aside="settings.toml.damaged"), told.append).start()
    (notice,) = told
    assert isinstance(notice, Notice)
    assert (notice.code, notice.values["file"]) == ("settings_damaged", "settings.toml.damaged")


def test_a_change_is_saved_and_told_once() -> None:
    kit = fake_phone()
    assert kit.phone.settings.change_fields(language="en")
    assert kit.phone.settings.change_fields(language="en")
    assert kit.store.settings == Settings(language="en")
    assert (kit.store.saves, len(kit.changes_of(SettingsMoved))) == (1, 1)
