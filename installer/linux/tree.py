"""Folders that become a package: the bundle in them, and modes and times that tell nothing of the builder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from installer.linux.template import PACKAGE


def wanted_level(fast: int, small: int) -> int:
    """How hard to compress. SOFTPHONE_FAST in the environment: bigger packages, made sooner."""
    return fast if os.environ.get("SOFTPHONE_FAST") else small


def plant(bundle: Path, folder: Path) -> None:
    """Copy the bundle. Only the program may be executed; libraries are loaded."""
    shutil.copytree(bundle, folder, symlinks=True)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path == folder / PACKAGE else 0o644)
    folder.chmod(0o755)


def stamp(root: Path, when: int) -> None:
    """Give everything in ``root`` the time ``when`` (Unix seconds), and folders the mode of folders."""
    for path in (root, *root.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
        os.utime(path, (when, when), follow_symlinks=False)
