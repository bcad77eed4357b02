"""Recordings: which file a call is written to, named so that a folder of them can be read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from softphone.domain.call import Call, Direction
from softphone.domain.commands import RecordingFormat

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+')
_LONGEST_NAME = 40  # characters; three bytes each in UTF-8 stay below every file system's 255


def recording_name(
    call: Call, at: datetime, kind: RecordingFormat, is_taken: Callable[[str], bool] = lambda name: False
) -> str:
    """``2026-11-23_14-05-09_in_山田.wav``: local time, in or out, number or name, never one that is taken."""
    side = "in" if call.direction is Direction.RECIPIENT else "out"
    who = _file_words(call.remote.number) or _file_words(call.remote.display_name) or "unknown"
    stem = f"{at:%Y-%m-%d_%H-%M-%S}_{side}_{who}"
    name, turn = f"{stem}.{kind.value}", 2
    while is_taken(name):
        name, turn = f"{stem}_{turn}.{kind.value}", turn + 1
    return name


def _file_words(text: str) -> str:
    """``text`` without what a path or a file system gives a meaning to."""
    return _FORBIDDEN.sub("-", text).strip(" .-")[:_LONGEST_NAME].rstrip(" .-")
