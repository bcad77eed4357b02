"""The archive: unpacked and run anywhere, or put into the user's menu by its own script."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from installer.linux import tarball
from installer.product import product
from softphone.desktop.desktop_entry import field_of


@pytest.fixture
def archive(bundle: Path, icons: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of a tiny program."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    return tarball.build(bundle, tmp_path / "out", icons=icons)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A user's home, with a space in its name."""
    folder = tmp_path / "Taro Yamada"
    folder.mkdir()
    return folder


def run(script: Path, home: Path, *arguments: str) -> None:
    """Run install.sh for that user."""
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    subprocess.run(["sh", str(script), *arguments], env=environment, check=True, capture_output=True)


def unpacked(archive: Path, folder: Path) -> Path:
    """The folder that was in it."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["tar", "-xzf", archive, "-C", folder], check=True)
    return folder / f"softphone-{product().version}"


def test_the_same_input_gives_the_same_bytes(
    archive: Path, bundle: Path, icons: Path, tmp_path: Path
) -> None:
    os.utime(bundle / "softphone")
    assert tarball.build(bundle, tmp_path / "again", icons=icons).read_bytes() == archive.read_bytes()


def test_it_unpacks_into_one_folder_of_roots(archive: Path) -> None:
    assert archive.name == product().file_name(".tar.gz", "linux")
    with tarfile.open(archive) as tar:
        entries = tar.getmembers()
    assert {entry.name.split("/")[0] for entry in entries} == {f"softphone-{product().version}"}
    assert {(entry.uid, entry.gid, entry.mtime) for entry in entries} == {(0, 0, 1_700_000_000)}


def test_it_says_how_it_is_used(archive: Path, tmp_path: Path) -> None:
    text = (unpacked(archive, tmp_path) / "README.txt").read_text(encoding="utf-8")
    assert product().name_ja in text
    assert product().version in text


def test_the_menu_gets_it_and_gives_it_back(archive: Path, home: Path, tmp_path: Path) -> None:
    folder = unpacked(archive, tmp_path)
    run(folder / "install.sh", home)
    shutil.rmtree(folder)

    program = home / ".local" / "opt" / "softphone" / "current" / "softphone"
    entry = (home / ".local" / "share" / "applications" / "softphone.desktop").read_text(encoding="utf-8")
    assert field_of(entry, "Exec") == f'"{program}" %u'
    assert field_of(entry, "TryExec") == str(program)
    assert subprocess.run([home / ".local" / "bin" / "softphone"], check=False).returncode == 0
    (home / ".config" / "softphone").mkdir(parents=True)

    run(program.parent / "install.sh", home, "--remove")
    left = [path for path in home.rglob("*") if not path.is_dir()]
    assert not [path for path in left if "softphone" in path.name or b"softphone" in path.read_bytes()]
    assert (home / ".config" / "softphone").is_dir()


def test_an_upgrade_leaves_what_runs_its_files(archive: Path, home: Path, tmp_path: Path) -> None:
    folder = unpacked(archive, tmp_path)
    shutil.copy("/bin/sleep", folder / "softphone")
    run(folder / "install.sh", home)
    place = home / ".local" / "opt" / "softphone"
    with subprocess.Popen([place / product().version / "softphone", "60"]) as running:
        run(folder / "install.sh", home)
        while_running = {path.name for path in place.iterdir()}
        running.kill()
    run(folder / "install.sh", home)
    assert while_running == {product().version, f"{product().version}.new", "current"}
    assert len(list(place.iterdir())) == 2
