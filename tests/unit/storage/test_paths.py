import sys
from pathlib import Path

import pytest

from softphone.storage.paths import Paths, resources_dir


def test_one_folder_holds_everything_of_a_run(tmp_path: Path) -> None:
    paths = Paths.at(tmp_path / "phone")
    inside = (paths.settings_file, paths.engine_log, paths.phone_log, paths.recordings_dir)
    assert all(path.is_relative_to(tmp_path / "phone") for path in inside)
    assert paths.log_dir.is_dir()
    assert paths.config_dir.stat().st_mode & 0o077 == 0


def test_phones_side_by_side_have_their_own_keyring_entries(tmp_path: Path) -> None:
    one, other = Paths.at(tmp_path / "a"), Paths.at(tmp_path / "b")
    assert one.secret_service != other.secret_service
    assert one.secret_service == Paths.at(tmp_path / "a").secret_service


def test_recordings_are_their_owners(tmp_path: Path) -> None:
    assert Paths.at(tmp_path / "phone").recordings_dir.stat().st_mode & 0o077 == 0


def test_a_run_with_its_own_folder_keeps_the_machines_policy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_DIRS", "/elsewhere")
    files = Paths.at(tmp_path).policy_files
    assert tmp_path / "policy.toml" in files
    assert len(files) > 1
    if sys.platform == "linux":
        assert Path("/etc/xdg/softphone/policy.toml") in files


def test_the_resources_are_there() -> None:
    assert (resources_dir() / "i18n" / "ja" / "phone.toml").is_file()
