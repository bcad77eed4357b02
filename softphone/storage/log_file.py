"""``phone.log``: turned over when it is full, shared by every process of a folder (`ctl`, a second start)."""

from __future__ import annotations

import contextlib
import os
from logging.handlers import RotatingFileHandler


class SharedLogFile(RotatingFileHandler):
    """A log that is written on where Windows will not rename it, because another process has it open."""

    def doRollover(self) -> None:  # noqa: N802 - the library's name
        """Begin a new file, or go on with this one and try again at the next line."""
        if self.stream:
            self.stream.close()
        if self._can_be_renamed():
            super().doRollover()
        else:
            self.stream = self._open()

    def _can_be_renamed(self) -> bool:
        aside = f"{self.baseFilename}.turning"
        with contextlib.suppress(OSError):
            os.rename(self.baseFilename, aside)
            os.rename(aside, self.baseFilename)
            return True
        return False
