"""A file of a release in the user's downloads: written aside, put in its place once its SHA-256 is right.

A file that is there is never touched; one that is what was wanted already is not fetched again.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from softphone.domain.update import FeedRefused, Package, PackageKind

SPARE_BYTES = 64 * 1024 * 1024  # left free on the disk
_READABLE, _EXECUTABLE = 0o644, 0o755
_DISK = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EACCES: "not_writable",
    errno.EPERM: "not_writable",
    errno.EROFS: "not_writable",
}


def save(package: Package, folder: Path, chunks: Iterator[bytes], received: Callable[[int], None]) -> Path:
    """Where the file stands. ``received`` gets the bytes so far.

    Errors: FeedRefused: full, not_writable, not_saved, incomplete, altered, and those of ``chunks``.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        there = folder / package.name
        if is_genuine(package, there):
            return there
        if shutil.disk_usage(folder).free < package.size_bytes + SPARE_BYTES:
            raise FeedRefused("full", f"{package.size_bytes} bytes do not fit")
        handle, name = tempfile.mkstemp(dir=folder, prefix=f"{package.name}.", suffix=".part")
        part = Path(name)
        try:
            with open(handle, "wb") as file:
                _write(package, file, chunks, received)
            part.chmod(_EXECUTABLE if package.kind is PackageKind.APPIMAGE else _READABLE)
            target = _free_name(there)
            part.rename(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        problem = _DISK.get(error.errno or 0, "not_saved")
        raise FeedRefused(problem, f"{type(error).__name__}: {error.strerror}") from error
    return target


def is_genuine(package: Package, file: Path) -> bool:
    """Whether ``file`` is what the feed names. Errors: OSError."""
    if not file.is_file() or file.stat().st_size != package.size_bytes:
        return False
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == package.sha256


def _write(
    package: Package, file: BinaryIO, chunks: Iterator[bytes], received: Callable[[int], None]
) -> None:
    digest = hashlib.sha256()
    size = 0
    for chunk in chunks:
        file.write(chunk)
        digest.update(chunk)
        size += len(chunk)
        received(size)
    file.flush()
    os.fsync(file.fileno())
    if size < package.size_bytes:
        raise FeedRefused("incomplete", f"{size} of {package.size_bytes} bytes")
    if digest.hexdigest() != package.sha256:
        raise FeedRefused("altered", f"SHA-256 {digest.hexdigest()}, wanted {package.sha256}")


def _free_name(file: Path) -> Path:
    """``file``, or with a number where something of that name is there."""
    name, suffix = file.name, "".join(file.suffixes[-2:]) if file.name.endswith(".tar.gz") else file.suffix
    number = 1
    while file.exists():
        number += 1
        file = file.with_name(f"{name.removesuffix(suffix)}-{number}{suffix}")
    return file
