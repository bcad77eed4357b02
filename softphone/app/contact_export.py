"""書き出し: one's own entries of the phone book into a file."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from softphone.app.changes import ExportMoved, Observer
from softphone.app.people import People
from softphone.app.steps import Steps
from softphone.domain.contact import Contact
from softphone.domain.contact_file import ExportFormat, FileSaved, FileWords
from softphone.domain.ports import Dispatcher


class ExportService:
    """One export at a time. Thread: main; files are made in ``Steps`` and written by a thread of theirs.

    ``busy`` while one is made, ``saved`` how the last went; None before.
    """

    def __init__(self, people: People, dispatcher: Dispatcher, tell: Observer) -> None:
        self._book = people.contacts
        self._files = people.files
        self._tell = tell
        self._steps = Steps(dispatcher)
        self.busy = False
        self.saved: FileSaved | None = None

    def run(self, path: str, kind: ExportFormat, words: FileWords, group: str = "") -> None:
        """Write everybody, or those of ``group``; ``words`` name the columns and labels of the file."""
        if self.busy:
            return
        self.busy, self.saved = True, None
        self._tell(ExportMoved())
        self._files.prepare(lambda: self._make(path, kind, words, group))

    def _make(self, path: str, kind: ExportFormat, words: FileWords, group: str) -> None:
        contacts = tuple(each for each in self._book.all() if not group or group in each.groups)
        pieces: list[bytes] = []
        lost: dict[str, None] = {}
        self._steps.run(
            self._making(contacts, kind, words, pieces, lost),
            lambda: None,
            lambda: self._files.save(
                path,
                b"".join(pieces),
                lambda saved: self._done(replace(saved, contacts=len(contacts), unwritable="".join(lost))),
            ),
        )

    def _making(
        self,
        contacts: tuple[Contact, ...],
        kind: ExportFormat,
        words: FileWords,
        pieces: list[bytes],
        lost: dict[str, None],
    ) -> Iterator[None]:
        for piece in self._files.pieces(contacts, kind, words, self._book.photo):
            pieces.append(piece)
            yield
        if kind is ExportFormat.CSV_SHIFT_JIS:
            for letters in self._files.unwritable(contacts, words):
                lost |= dict.fromkeys(letters)
                yield

    def _done(self, saved: FileSaved) -> None:
        self.busy, self.saved = False, saved
        self._tell(ExportMoved())
