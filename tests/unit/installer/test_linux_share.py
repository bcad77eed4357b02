"""Desktop entry, metadata and manual pages: what desktops check them with has nothing to say against them."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from installer.linux.manual import manual
from installer.linux.share import ICON_SIZES, Share
from installer.product import product
from softphone.cli.control_verbs import CONTROL_VERBS
from softphone.desktop.desktop_entry import field_of
from softphone.domain.link import SCHEMES
from tests.helpers.programs import find_program


@pytest.fixture
def share(tmp_path: Path, icons: Path) -> Path:
    """/usr/share of a package."""
    folder = tmp_path / "share"
    Share(product(), icons).write(folder)
    return folder


@pytest.fixture
def check(requires_peer: Callable[..., None]) -> Callable[..., str]:
    """Run a checker; what it says, "" where it is content."""

    def run(program: str, *arguments: object) -> str:
        requires_peer(program)
        command = [str(each) for each in (find_program(program), *arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
        return (done.stdout + done.stderr).strip() if done.returncode else ""

    return run


def test_the_desktop_takes_the_entry(share: Path, check: Callable[..., str]) -> None:
    assert check("desktop-file-validate", share / "applications" / "softphone.desktop") == ""


def test_the_entry_opens_every_link_the_phone_understands(share: Path) -> None:
    text = (share / "applications" / "softphone.desktop").read_text(encoding="utf-8")
    opened = field_of(text, "MimeType").rstrip(";").split(";")
    assert opened == [f"x-scheme-handler/{scheme}" for scheme in SCHEMES]
    metadata = (share / "metainfo" / f"{product().identifier}.metainfo.xml").read_text(encoding="utf-8")
    assert all(f"<mediatype>{kind}</mediatype>" in metadata for kind in opened)


def test_what_the_entry_offers_the_command_line_has(share: Path) -> None:
    text = (share / "applications" / "softphone.desktop").read_text(encoding="utf-8")
    offered = [line.split()[-1] for line in text.splitlines() if line.startswith("Exec=softphone ctl ")]
    assert len(offered) == 3
    assert set(offered) <= {verb.name for verb in CONTROL_VERBS}


def test_software_centres_take_the_metadata(share: Path, check: Callable[..., str]) -> None:
    metadata = share / "metainfo" / f"{product().identifier}.metainfo.xml"
    assert check("appstreamcli", "validate", "--no-net", "--pedantic", "--no-color", metadata) == ""


def test_a_flatpak_has_its_own_names(tmp_path: Path, icons: Path, check: Callable[..., str]) -> None:
    name = product().identifier
    Share(product(), icons, icon=name).write(tmp_path / "flatpak")
    entry = tmp_path / "flatpak" / "applications" / f"{name}.desktop"
    assert field_of(entry.read_text(encoding="utf-8"), "Icon") == name
    assert (tmp_path / "flatpak/icons/hicolor/scalable/apps" / f"{name}.svg").exists()
    assert check("desktop-file-validate", entry) == ""


def test_icons_lie_where_their_size_says(share: Path) -> None:
    icons = sorted(str(each.relative_to(share)) for each in share.rglob("*.png"))
    assert icons == sorted(f"icons/hicolor/{size}x{size}/apps/softphone.png" for size in ICON_SIZES)


@pytest.mark.parametrize(("language", "place"), [("en", "man/man1"), ("ja", "man/ja/man1")])
def test_the_manual_names_every_option_and_verb(share: Path, language: str, place: str) -> None:
    page = gzip.decompress((share / place / "softphone.1.gz").read_bytes()).decode()
    for word in ("--config-dir", "--background", "--lang", "demo", "registrar", "account", "ctl"):
        assert word.replace("-", "\\-") in page
    assert (product().summary_ja if language == "ja" else product().summary) in page


def test_the_manual_can_be_read(tmp_path: Path, requires_peer: Callable[..., None]) -> None:
    requires_peer("man")
    page = tmp_path / "softphone.1"
    page.write_text(manual(product(), "en", 0), encoding="utf-8")
    command = [shutil.which("man") or "", "--warnings", "--local-file", str(page)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={"LC_ALL": "C.UTF-8"})
    assert done.stderr == ""
    assert "authentication failed" in done.stdout
