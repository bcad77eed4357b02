import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from softphone.storage.paths import Paths, resources_dir


def test_one_folder_holds_everything_of_a_run(tmp_path: Path) -> None:
    paths = Paths.at(tmp_path / "phone")
    inside = (paths.settings_file, paths.engine_log, paths.phone_log, paths.recordings_dir)
    assert all(path.is_relative_to(tmp_path / "phone") for path in inside)
    assert paths.log_dir.is_dir()
    assert sys.platform == "win32" or paths.config_dir.stat().st_mode & 0o077 == 0


def test_phones_side_by_side_have_their_own_keyring_entries(tmp_path: Path) -> None:
    one, other = Paths.at(tmp_path / "a"), Paths.at(tmp_path / "b")
    assert one.secret_service != other.secret_service
    assert one.secret_service == Paths.at(tmp_path / "a").secret_service


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
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


@pytest.fixture
def frozen_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Path]:
    """Be the frozen program of a folder, for a user whose own folders are in tmp_path/home."""
    for variable in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))

    def freeze(name: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        monkeypatch.setattr(sys, "frozen", True, raising=False)
        monkeypatch.setattr(sys, "executable", str(folder / "softphone.exe"))
        return folder

    return freeze


def test_a_portable_copy_keeps_everything_beside_itself(
    frozen_in: Callable[[str], Path], tmp_path: Path
) -> None:
    data = frozen_in("持ち運び E") / "data"
    data.mkdir()
    paths = Paths.default()
    everything = (
        paths.config_dir, paths.settings_file, paths.database_file, paths.phone_log, paths.recordings_dir,
    )  # fmt: skip
    assert all(path.is_relative_to(data) for path in everything)
    assert data / "policy.toml" in paths.policy_files
    assert not paths.named  # it is found again without being told
    assert not (tmp_path / "home").exists()


def test_a_portable_copys_password_is_found_from_another_drive_letter(
    frozen_in: Callable[[str], Path],
) -> None:
    services = []
    for drive in ("E", "F"):
        (frozen_in(drive) / "data").mkdir()
        services.append(Paths.default().secret_service)
    assert services[0] == services[1] != "softphone"


@pytest.mark.skipif(sys.platform == "win32", reason="no HOME moves the folders of Windows")
def test_only_a_frozen_program_with_its_folder_is_portable(
    frozen_in: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installed = frozen_in("installed")
    assert Paths.default().secret_service == "softphone"
    (installed / "data").write_text("a file")
    assert Paths.default().config_dir.is_relative_to(tmp_path / "home")
    (frozen_in("checkout") / "data").mkdir()
    monkeypatch.delattr(sys, "frozen")
    assert Paths.default().secret_service == "softphone"


def test_the_resources_are_there() -> None:
    assert (resources_dir() / "i18n" / "ja" / "phone.toml").is_file()
