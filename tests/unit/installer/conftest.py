"""Tiny stand-ins for what packages are made of."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from installer.linux.share import ICON_SIZES

_PARTS = """[[part]]
name = "Qt"
version = "6.11"
licence = "LGPL-3.0-only OR GPL-2.0-only WITH Qt-exception"
texts = ["qt"]
"""


@pytest.fixture
def icons(tmp_path: Path) -> Path:
    """What installer.icons would have drawn."""
    folder = tmp_path / "icons"
    folder.mkdir()
    for name in (*(f"softphone-{size}.png" for size in ICON_SIZES), "softphone.svg"):
        (folder / name).write_bytes(b"picture")
    return folder


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A program that needs nothing but the C library."""
    folder = tmp_path / "bundle"
    (folder / "_internal" / "resources").mkdir(parents=True)
    program = folder / "softphone"
    shutil.copy("/bin/true", program)
    program.chmod(0o700)
    (folder / "_internal" / "resources" / "words.toml").write_text("# words")
    (folder / "_internal" / "words").symlink_to("resources/words.toml")
    licences = folder / "_internal" / "resources" / "licences"
    licences.mkdir()
    (licences / "parts.toml").write_text(_PARTS)
    (licences / "qt.txt").write_text("Copyright (C) 2024 The Qt Company Ltd.\n")
    return folder
