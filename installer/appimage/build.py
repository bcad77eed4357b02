"""Makes the AppImage: the bundle and its desktop files as a squashfs image behind a starter of our own.

AppRun ▸ usr/lib/softphone/softphone     usr/share/…     softphone.desktop     softphone.png

python -m installer.appimage.build dist/softphone dist/packages
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from installer.linux.share import Share, icons_folder
from installer.linux.template import PACKAGE
from installer.linux.tree import plant, stamp, wanted_level
from installer.product import Product, product, source_date

FAST, SMALL = 3, 19  # levels of zstd
_MAGIC = b"AI\x02"  # at byte 8 of the file
_STARTER = Path(__file__).parent / "runtime.c"


def build(
    bundle: Path, out: Path, *, facts: Product | None = None, icons: Path | None = None, level: int = SMALL
) -> Path:
    """The executable file in the folder ``out``; the same input gives the same bytes.

    Errors: OSError, CalledProcessError.
    """
    facts = facts or product()
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        _fill(work / "root", bundle, facts, icons or icons_folder())
        stamp(work / "root", source_date())
        image = _squashed(work / "root", work / "image", level)
        starter = _starter(work / "starter", f"{facts.version}-{hashlib.sha256(image).hexdigest()[:12]}")
    file = out / facts.file_name(".AppImage", "linux")
    file.write_bytes(starter + image)
    file.chmod(0o755)
    return file


def _fill(root: Path, bundle: Path, facts: Product, icons: Path) -> None:
    plant(bundle, root / "usr" / "lib" / PACKAGE)
    Share(facts, icons).write(root / "usr" / "share")
    (root / "AppRun").symlink_to(f"usr/lib/{PACKAGE}/{PACKAGE}")
    (root / f"{PACKAGE}.desktop").symlink_to(f"usr/share/applications/{PACKAGE}.desktop")
    shutil.copyfile(icons / f"{PACKAGE}-256.png", root / f"{PACKAGE}.png")
    (root / ".DirIcon").symlink_to(f"{PACKAGE}.png")


def _squashed(root: Path, file: Path, level: int) -> bytes:
    """The image's bytes; times are those of the files."""
    how = ["-root-owned", "-noappend", "-no-xattrs", "-b", "256K", "-quiet", "-no-progress"]
    subprocess.run(
        ["mksquashfs", root, file, *how, "-comp", "zstd", "-Xcompression-level", str(level)],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(source_date())},
    )
    return file.read_bytes()


def _starter(file: Path, name: str) -> bytes:
    """The compiled starter, which knows the image's ``name``."""
    how = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-static", "-s", "-Wl,--build-id=none"]
    names = [f'-DNAME="{PACKAGE}"', f'-DBUILD="{name}"']
    libraries = ["-lsquashfuse", "-lzstd"]
    subprocess.run(
        ["gcc", *how, *names, "-I/usr/include/squashfuse", "-o", file, _STARTER, *libraries], check=True
    )
    starter = bytearray(file.read_bytes())
    starter[8 : 8 + len(_MAGIC)] = _MAGIC
    return bytes(starter)


if __name__ == "__main__":
    print(build(Path(sys.argv[1]), Path(sys.argv[2]), level=wanted_level(FAST, SMALL)))
