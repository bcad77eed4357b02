"""``domain.ports.ContactFiles`` on disks: CSV and vCard, by what is in the file and not by its name.

What reads the formats is loaded where it is first needed, and on the file's own thread: vobject takes 80 ms.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from softphone.domain.contact import Contact
from softphone.domain.contact_file import (
    ExportFormat,
    FileFormat,
    FileLoaded,
    FileLook,
    FileSaved,
    FileStep,
    FileWords,
)
from softphone.domain.ports import Dispatcher

MAX_FILE_BYTES = 256 << 20

_log = logging.getLogger(__name__)


def _on_a_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="contact-file", daemon=True).start()


class DiskContactFiles:
    """Implements ``domain.ports.ContactFiles``. Thread: main; files are read and written by others."""

    def __init__(
        self, dispatcher: Dispatcher, run: Callable[[Callable[[], None]], None] = _on_a_thread
    ) -> None:
        self._dispatcher = dispatcher
        self._run = run

    def load(self, path: str, done: Callable[[FileLoaded], None]) -> None:
        """Read a file whole."""

        def work() -> None:
            _load_formats()
            loaded = _load(Path(path))
            self._dispatcher.post(lambda: done(loaded))

        self._run(work)

    def look(self, content: bytes) -> FileLook:
        """What the file seems to be."""
        from softphone.directory import csv_file, vcard_file

        if vcard_file.is_vcard(content):
            return vcard_file.look_at_vcard(content)
        return csv_file.look_at_csv(content)

    def with_header(self, look: FileLook, header: bool) -> FileLook:
        """The first line of a CSV taken for names of columns, or for a person."""
        from softphone.directory.csv_file import with_header

        return with_header(look, header)

    def read(self, content: bytes, look: FileLook) -> Iterator[FileStep]:
        """Everything in it."""
        from softphone.directory import csv_file, vcard_file

        if look.format is FileFormat.VCARD:
            return vcard_file.read_vcard(content, look)
        return csv_file.read_csv(content, look)

    def prepare(self, done: Callable[[], None]) -> None:
        """Load what writing needs."""

        def work() -> None:
            _load_formats()
            self._dispatcher.post(done)

        self._run(work)

    def pieces(
        self,
        contacts: Sequence[Contact],
        kind: ExportFormat,
        words: FileWords,
        photo: Callable[[str], bytes],
    ) -> Iterator[bytes]:
        """A file's bytes."""
        from softphone.directory.csv_file import csv_pieces
        from softphone.directory.vcard_file import vcard_pieces

        if kind is ExportFormat.CSV_UTF8:
            return csv_pieces(contacts, words, "utf-8")
        if kind is ExportFormat.CSV_SHIFT_JIS:
            return csv_pieces(contacts, words, "shift_jis")
        return vcard_pieces(contacts, words, photo, "3.0" if kind is ExportFormat.VCARD3 else "4.0")

    def unwritable(self, contacts: Sequence[Contact], words: FileWords) -> Iterator[str]:
        """For each contact the letters Shift_JIS has not."""
        from softphone.directory.csv_file import unwritable

        return unwritable(contacts, words)

    def save(self, path: str, content: bytes, done: Callable[[FileSaved], None]) -> None:
        """Write a file whole, or leave what was there."""

        def work() -> None:
            saved = _save(Path(path), content)
            self._dispatcher.post(lambda: done(saved))

        self._run(work)


def _load_formats() -> None:
    from softphone.directory import csv_file, vcard_file  # noqa: F401


def _load(path: Path) -> FileLoaded:
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > MAX_FILE_BYTES:
                return FileLoaded(problem="too_big", detail=str(size))
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        _log.warning("contacts not read: %s", error)
        problem = "missing" if path.is_dir() else _problem(error)  # Windows: a folder is "denied"
        return FileLoaded(problem=problem, detail=error.strerror or str(error))
    if len(content) > MAX_FILE_BYTES:
        return FileLoaded(problem="too_big", detail=str(len(content)))
    return FileLoaded(content=content, problem="" if content.strip() else "empty")


def _save(path: Path, content: bytes) -> FileSaved:
    """Beside the file first, then in its place: a full disk costs nothing that was there."""
    name = ""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o600)  # people's numbers: for nobody but oneself
        os.replace(name, path)
    except OSError as error:
        if name:
            with contextlib.suppress(OSError):
                os.unlink(name)
        _log.warning("contacts not written: %s", error)
        return FileSaved(problem=_problem(error), detail=error.strerror or str(error))
    return FileSaved()


def _problem(error: OSError) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError | IsADirectoryError):
        return "missing"
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return "denied"
    return "full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "failed"
