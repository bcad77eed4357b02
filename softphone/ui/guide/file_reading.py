"""Reads a small file the user chose, on a thread of Qt's pool: a share that hangs holds up nobody."""

from __future__ import annotations

import stat
from pathlib import Path

from PySide6.QtCore import QObject, QThreadPool, Signal

from softphone.domain.provisioning import MAX_FILE_BYTES, ProvisioningInvalid, decode_file


class FileReading(QObject):
    """One file. ``finished`` carries its text, or "" and why there is none (also ``unreadable``)."""

    finished = Signal(str, str)

    def start(self, path: str) -> None:
        """Begin. Thread: ui; ``finished`` comes there too."""
        QThreadPool.globalInstance().start(lambda: self._run(path))

    def _run(self, path: str) -> None:
        """Thread: one of the pool's."""
        try:
            text, code = decode_file(_content(Path(path))), ""
        except ProvisioningInvalid as error:
            text, code = "", error.code
        except OSError:
            text, code = "", "unreadable"
        self.finished.emit(text, code)


def _content(path: Path) -> bytes:
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError
    with path.open("rb") as file:
        return file.read(MAX_FILE_BYTES + 1)
