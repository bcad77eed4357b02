"""WAV files named on the command line, looked at before anything is dialled.

Only what can be known from outside: the audio process reads more formats than the standard library does.
"""

from __future__ import annotations

import struct
from pathlib import Path


class WaveFileUnusable(Exception):
    """The file is of no use here. ``code``: missing, unreadable, not_wave, no_sound, not_writable."""

    def __init__(self, code: str, path: str) -> None:
        super().__init__(f"{code}: {path}")
        self.code = code
        self.path = path


def wave_seconds(path: str) -> float:
    """Length in seconds of the WAV (RIFF, any sample format) at ``path``, from its header.

    Errors: WaveFileUnusable.
    """
    try:
        size_bytes = Path(path).stat().st_size
        with Path(path).open("rb") as file:
            head = file.read(65_536)
    except FileNotFoundError as error:
        raise WaveFileUnusable("missing", path) from error
    except OSError as error:
        raise WaveFileUnusable("unreadable", path) from error
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        raise WaveFileUnusable("not_wave", path)
    seconds = _seconds(head, size_bytes)
    if seconds is None:
        raise WaveFileUnusable("not_wave", path)
    if seconds <= 0.0:
        raise WaveFileUnusable("no_sound", path)
    return seconds


def check_writable(path: str) -> None:
    """Make sure a recording can be put at ``path``; an existing file is left as it is.

    Errors: WaveFileUnusable.
    """
    target = Path(path)
    existed = target.exists()
    try:
        with target.open("ab"):
            pass
        if not existed:
            target.unlink()
    except OSError as error:
        raise WaveFileUnusable("not_writable", path) from error


def _seconds(head: bytes, size_bytes: int) -> float | None:
    """Data bytes over bytes a second; None where a chunk is missing or makes no sense."""
    bytes_per_s = 0
    place = 12
    while place + 8 <= len(head):
        name, length = struct.unpack_from("<4sI", head, place)
        place += 8
        if name == b"fmt " and place + 16 <= len(head):
            bytes_per_s = struct.unpack_from("<I", head, place + 8)[0]
        elif name == b"data":
            present = min(length, size_bytes - place)  # a broken or streamed header promises more
            return present / bytes_per_s if bytes_per_s else None
        place += length + length % 2
    return None
