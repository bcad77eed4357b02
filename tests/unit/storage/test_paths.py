from pathlib import Path

from softphone.storage.paths import Paths, resources_dir


def test_one_folder_holds_everything_of_a_run(tmp_path: Path) -> None:
    paths = Paths.at(tmp_path / "phone")
    inside = (paths.settings_file, paths.engine_log, paths.phone_log)
    assert all(path.is_relative_to(tmp_path / "phone") for path in inside)
    assert paths.log_dir.is_dir()
    assert paths.config_dir.stat().st_mode & 0o077 == 0


def test_phones_side_by_side_have_their_own_keyring_entries(tmp_path: Path) -> None:
    one, other = Paths.at(tmp_path / "a"), Paths.at(tmp_path / "b")
    assert one.secret_service != other.secret_service
    assert one.secret_service == Paths.at(tmp_path / "a").secret_service


def test_the_resources_are_there() -> None:
    assert (resources_dir() / "i18n" / "ja" / "phone.toml").is_file()
