"""The archive and the Flatpak's manifest, as they are used on other Linux systems."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from installer.flatpak.manifest import PERMISSIONS, RUNTIME, build
from installer.product import product
from tests.helpers.programs import find_program

pytestmark = pytest.mark.timeout(120)


def test_it_runs_from_any_folder_and_from_the_users_menu(packages: Path, tmp_path: Path) -> None:
    (archive,) = packages.glob("*.tar.gz")
    place, home = tmp_path / "電話 機", tmp_path / "home"
    home.mkdir()
    place.mkdir(parents=True, exist_ok=True)
    subprocess.run(["tar", "-xzf", archive, "-C", place], check=True)
    folder = place / f"softphone-{product().version}"
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}

    def says(program: Path, *arguments: str) -> str:
        command = [str(program), *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    assert says(folder / "softphone", "--version") == product().version
    says(folder / "install.sh")
    assert says(home / ".local" / "bin" / "softphone", "--version") == product().version
    says(home / ".local" / "opt" / "softphone" / "current" / "install.sh", "--remove")
    assert not (home / ".local" / "opt" / "softphone").exists()


def test_flatpak_builder_reads_the_manifest(
    bundle: Path, tmp_path: Path, requires_peer: Callable[..., None]
) -> None:
    requires_peer("flatpak-builder")
    manifest = build(bundle, tmp_path / "flatpak")
    command = [find_program("flatpak-builder") or "", "--show-manifest", str(manifest)]
    shown = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert (shown["id"], shown["runtime-version"]) == (product().identifier, RUNTIME)
    assert set(shown["finish-args"]) == set(PERMISSIONS)
