"""The AppImage: unpacked once, held while it runs, swept when nobody runs it, without FUSE or a trace."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from installer.appimage.build import FAST, build
from installer.linux.share import icons_folder
from installer.product import product
from tests.helpers.child import Child
from tests.helpers.waiting import wait_for

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="session")
def image(packages: Path) -> Path:
    """The one that people download."""
    (found,) = packages.glob("*.AppImage")
    return found


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where it unpacks."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "softphone.appimage"


@pytest.fixture
def make(tmp_path: Path) -> Callable[[str], Path]:
    """Make one of a tiny program (sleep) in the given version."""
    tiny = tmp_path / "tiny"
    tiny.mkdir()
    shutil.copy("/bin/sleep", tiny / "softphone")

    def made(version: str) -> Path:
        facts = dataclasses.replace(product(), version=version)
        return build(tiny, tmp_path / version, facts=facts, icons=icons_folder(), level=FAST)

    return made


def unpacked(cache: Path) -> set[str]:
    """The versions in the cache."""
    return {path.name.partition("-")[0] for path in cache.iterdir() if path.is_dir()}


@contextmanager
def running(image: Path, log: Path) -> Iterator[None]:
    """Run a tiny one for a minute."""
    with Child([image, "60"], log_path=log) as child:
        program = Path(f"/proc/{child.pid}/exe")
        wait_for(lambda: program.readlink().name == "softphone", what="the program itself")
        yield


def test_it_runs_without_being_installed(image: Path, cache: Path) -> None:
    for _ in range(2):
        told = subprocess.run([image, "--version"], capture_output=True, text=True, check=True).stdout
        assert told.strip() == product().version
    assert unpacked(cache) == {product().version}
    (folder,) = (path for path in cache.iterdir() if path.is_dir())
    assert (folder / "AppRun").stat().st_mode & 0o777 == 0o755


def test_it_can_be_unpacked_by_hand(image: Path, tmp_path: Path) -> None:
    subprocess.run([image, "--appimage-extract"], cwd=tmp_path, check=True)
    root = tmp_path / "squashfs-root"
    told = subprocess.run([root / "AppRun", "--version"], capture_output=True, text=True, check=True).stdout
    assert told.strip() == product().version
    assert (root / "softphone.desktop").read_text(encoding="utf-8").startswith("[Desktop Entry]")
    assert (root / ".DirIcon").resolve().read_bytes().startswith(b"\x89PNG")


def test_its_image_begins_where_it_says(image: Path) -> None:
    told = subprocess.run([image, "--appimage-offset"], capture_output=True, text=True, check=True).stdout
    with image.open("rb") as file:
        assert file.read(11)[8:] == b"AI\x02"
        file.seek(int(told))
        assert file.read(4) == b"hsqs"


def test_the_same_input_gives_the_same_bytes(make: Callable[[str], Path]) -> None:
    first = make("1.0.0").read_bytes()
    assert make("1.0.0").read_bytes() == first


def test_many_starts_at_once_unpack_it_once(image: Path, cache: Path) -> None:
    starts = [subprocess.Popen([image, "--version"], stdout=subprocess.DEVNULL) for _ in range(4)]
    assert [each.wait(60) for each in starts] == [0] * 4
    assert len([path for path in cache.iterdir() if path.is_dir()]) == 1


def test_a_version_goes_when_the_next_one_starts_and_nobody_runs_it(
    make: Callable[[str], Path], cache: Path, tmp_path: Path
) -> None:
    old, new = make("1.0.0"), make("2.0.0")
    with running(old, tmp_path / "old.log"):
        subprocess.run([new, "0"], check=True)
        assert unpacked(cache) == {"1.0.0", "2.0.0"}
    subprocess.run([new, "0"], check=True)
    assert unpacked(cache) == {"2.0.0"}


def test_a_cache_that_is_not_ours_is_not_used(image: Path, cache: Path, tmp_path: Path) -> None:
    cache.parent.mkdir()
    (tmp_path / "elsewhere").mkdir()
    cache.symlink_to(tmp_path / "elsewhere")
    done = subprocess.run([image, "--version"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "softphone.appimage" in done.stderr
    assert list((tmp_path / "elsewhere").iterdir()) == []
