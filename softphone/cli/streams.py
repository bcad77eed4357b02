"""Standard streams where a windowed program has none: on Windows all three are None then.

What the command line says before a window is there (its help, what is wrong with it) is kept, so that it can
be shown in a box; what a verb says goes nowhere: its exit code is its answer.
"""

from __future__ import annotations

import io
import os
import sys

MOST_KEPT = 4000  # characters; a box holds no more


class Unheard(io.TextIOBase):
    """A stream nobody reads; ``kept`` is the beginning of what was said."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        """Keep it while there is room."""
        self.kept += text[: MOST_KEPT - len(self.kept)]
        return len(text)


def open_streams() -> Unheard | None:
    """Make all three usable: UTF-8 whatever the code page. What stands in for missing ones, or None."""
    unheard: Unheard | None = None
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            unheard = unheard or Unheard()
            setattr(sys, name, unheard)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 - it lives as long as the program
    return unheard
