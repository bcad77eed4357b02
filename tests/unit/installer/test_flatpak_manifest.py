"""The Flatpak's manifest: what it takes in is there, and its names are the product's."""

from __future__ import annotations

import json
from pathlib import Path

from installer.flatpak.manifest import build
from installer.product import product


def test_the_manifest_takes_what_was_built(bundle: Path, icons: Path, tmp_path: Path) -> None:
    file = build(bundle, tmp_path / "flatpak", icons=icons)
    manifest = json.loads(file.read_text(encoding="utf-8"))
    assert file.stem == manifest["id"] == product().identifier
    sources = [file.parent / source["path"] for source in manifest["modules"][0]["sources"]]
    assert [source.resolve() for source in sources] == [bundle, file.parent / "share"]
    assert (sources[1] / "applications" / f"{product().identifier}.desktop").exists()


def test_the_sandbox_opens_no_file_and_no_device_but_the_screen(
    bundle: Path, icons: Path, tmp_path: Path
) -> None:
    manifest = json.loads(build(bundle, tmp_path / "flatpak", icons=icons).read_text(encoding="utf-8"))
    asked = manifest["finish-args"]
    assert not [each for each in asked if each.startswith("--filesystem")]
    assert [each for each in asked if each.startswith("--device")] == ["--device=dri"]
    assert {"--socket=pulseaudio", "--talk-name=org.freedesktop.secrets", "--share=network"} <= set(asked)
