"""SHA256SUMS beside the packages: ``sha256sum -c SHA256SUMS`` there says whether they are whole.

``python -m installer.checksums [BUNDLE] [FOLDER]`` writes it, by default for dist/packages.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from installer.product import ROOT

NAME = "SHA256SUMS"


def build(folder: Path) -> Path:
    """The checksums of every file in ``folder``, by name. Errors: OSError, ValueError where there is none."""
    files = sorted(file for file in folder.iterdir() if file.is_file() and file.name != NAME)
    if not files:
        raise ValueError(f"{folder} holds no packages")
    lines = [f"{_digest(file)}  {file.name}\n" for file in files]
    sums = folder / NAME
    sums.write_text("".join(lines), encoding="utf-8", newline="\n")
    return sums


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


if __name__ == "__main__":
    print(build(Path(sys.argv[-1]) if len(sys.argv) > 1 else ROOT / "dist" / "packages").read_text(), end="")
