"""読み込み: a file of contacts into the phone book, looked at first, taken back whole.

begin ▸ loading ▸ reading ▸ comparing ▸ ready ─ run ▸ writing ▸ done ─ undo ▸ undoing ▸ undone
                     ▲  another mapping   │             └ cancel ▸ undoing ▸ ready
                     └────────────────────┘
"""

from __future__ import annotations

import enum
import hashlib
import time
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePath

import msgspec
from msgspec.structs import replace

from softphone.app.changes import ImportMoved, Observer
from softphone.app.contacts import ContactService
from softphone.app.import_plan import Duplicates, ImportPlan
from softphone.app.people import People
from softphone.app.steps import Steps, Wait
from softphone.domain.contact import Contact, ContactEdit
from softphone.domain.contact_file import (
    FileLoaded,
    FileLook,
    FileWords,
    FoundContact,
    LineTrouble,
    ReadSoFar,
)
from softphone.domain.ports import Dispatcher, Pictures

MAX_PHOTO_BYTES = 1 << 16  # as it stood in the file, where nobody makes it smaller
WRITE_S = 0.006  # how long one part of an import may take to be written
MAX_PART = 250


class ImportPhase(enum.Enum):
    """What an import does."""

    IDLE = "idle"
    LOADING = "loading"
    READING = "reading"
    COMPARING = "comparing"
    READY = "ready"
    WRITING = "writing"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    FAILED = "failed"


class ImportState(msgspec.Struct, frozen=True, kw_only=True):
    """How far an import is.

    ``progress`` is 0 to 1 of the phase. ``people`` were found; of them ``added`` are new, ``merged`` become
    one with somebody, ``unchanged`` say nothing new, ``skipped`` are left out. ``bad`` lines are not
    read, ``partly`` are read in part: ``ImportService.troubles`` has both. ``problem``: why it failed
    (missing, denied, too_big, empty, failed, nobody, store). ``left`` entries were changed after the import
    and not taken back. ``first`` is the first person found.
    """

    phase: ImportPhase = ImportPhase.IDLE
    name: str = ""
    look: FileLook | None = None
    progress: float = 0.0
    people: int = 0
    added: int = 0
    merged: int = 0
    unchanged: int = 0
    skipped: int = 0
    bad: int = 0
    partly: int = 0
    duplicates: Duplicates = Duplicates.MERGE
    problem: str = ""
    left: int = 0
    first: Contact | None = None


# What takes each part back, and what was written then: the hash of every entry by its key.
_Parts = list[tuple[ContactEdit, dict[str, int]]]


class ImportService:
    """One import at a time. Thread: main; everything long is done in ``Steps``."""

    def __init__(
        self,
        contacts: ContactService,
        people: People,
        dispatcher: Dispatcher,
        tell: Observer,
        now_s: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._contacts = contacts
        self._files = people.files
        self._numbers = people.numbers
        self._tell = tell
        self._now_s = now_s
        self._steps = Steps(dispatcher, now_s)
        self._pictures: Pictures | None = None
        self._words: FileWords = {}
        self._turn = 0
        self._content = b""
        self._found: list[Contact] = []
        self._photos: dict[str, bytes] = {}
        self._plan: ImportPlan | None = None
        self._undo_steps = Steps(dispatcher, now_s)
        self._parts: _Parts = []
        self._undo_entry: Callable[[], bool] | None = None
        self._next: Callable[[], None] | None = None
        self.troubles: tuple[LineTrouble, ...] = ()
        self.state = ImportState()

    def begin(self, path: str, words: FileWords, pictures: Pictures | None = None) -> None:
        """Look at a file; what was looked at before is forgotten. ``words`` name what goes to ``extra``."""
        if self.state.phase in (ImportPhase.WRITING, ImportPhase.UNDOING):
            self._next = partial(self.begin, path, words, pictures)  # when that is over
            return
        self.close()
        self._words, self._pictures = words, pictures
        self._turn += 1
        turn = self._turn
        self._move(ImportState(phase=ImportPhase.LOADING, name=PurePath(path).name))
        self._files.load(path, lambda loaded: self._loaded(loaded) if turn == self._turn else None)

    def map_column(self, place: int, field: str) -> None:
        """Column ``place`` (from 0) holds ``field``: read anew."""
        look = self.state.look
        if look is not None and self._may_choose:
            mapping = (*look.mapping[:place], field, *look.mapping[place + 1 :])
            self._read(replace(look, mapping=mapping))

    def set_header(self, header: bool) -> None:
        """The first line names the columns, or is a person: read anew."""
        if self.state.look is not None and self._may_choose:
            self._read(self._files.with_header(self.state.look, header))

    def set_duplicates(self, duplicates: Duplicates) -> None:
        """What becomes of those who are there already."""
        if self._may_choose and duplicates is not self.state.duplicates:
            self.state = replace(self.state, duplicates=duplicates)
            if self.state.phase is not ImportPhase.READING:
                self._compare()

    def run(self) -> None:
        """Write it."""
        if self.state.phase is ImportPhase.READY and self._plan is not None:
            self._parts = []
            self._move(replace(self.state, phase=ImportPhase.WRITING, progress=0.0))
            self._steps.run(self._write(self._plan), self._told, self._written)

    def cancel(self) -> None:
        """Stop: what is written already is taken back, and one may choose again."""
        if self.state.phase is ImportPhase.WRITING:
            self._take_back(ImportPhase.READY)
        elif self.state.phase is not ImportPhase.UNDOING:
            self.close()

    def undo(self) -> bool:
        """Take back what was imported; entries changed since then stay. False where there is none."""
        if self.state.phase is not ImportPhase.DONE or self._undo_entry is None:
            return False
        return self.undo_later()()

    def undo_later(self) -> Callable[[], bool]:
        """What takes this import back when another file is looked at already."""
        entry = self._undo_entry

        def take_back() -> bool:
            if entry is None or not self._contacts.forget_parts(entry):
                return False
            return entry()

        return take_back

    def close(self) -> None:
        """Forget the file. What is being written goes on; the phone book can take back what was."""
        if self.state.phase in (ImportPhase.WRITING, ImportPhase.UNDOING):
            return
        self._steps.stop()
        self._turn += 1
        self._forget_file()
        self._parts = []
        self.troubles = ()
        self.state = ImportState()

    @property
    def _may_choose(self) -> bool:
        return self.state.phase in (ImportPhase.READING, ImportPhase.COMPARING, ImportPhase.READY)

    def _forget_file(self) -> None:
        self._content, self._found, self._photos, self._plan = b"", [], {}, None

    def _loaded(self, loaded: FileLoaded) -> None:
        if loaded.problem:
            self._fail(loaded.problem)
            return
        self._content = loaded.content
        self._read(self._files.look(loaded.content))

    def _fail(self, problem: str) -> None:
        self._forget_file()
        self._move(replace(self.state, phase=ImportPhase.FAILED, problem=problem))

    def _read(self, look: FileLook) -> None:
        self._found, self._photos, self._plan = [], {}, None
        self.troubles = ()
        fresh = ImportState(
            phase=ImportPhase.READING, name=self.state.name, look=look, duplicates=self.state.duplicates
        )
        self._move(fresh)
        troubles: list[LineTrouble] = []
        self._steps.run(self._reading(look, troubles), self._told, lambda: self._has_read(troubles))

    def _reading(self, look: FileLook, troubles: list[LineTrouble]) -> Iterator[Wait | None]:
        for step in self._files.read(self._content, look):
            if isinstance(step, ReadSoFar):
                progress = step.bytes_done / max(len(self._content), 1)
                self.state = replace(self.state, progress=progress, people=len(self._found))
            elif isinstance(step, LineTrouble):
                troubles.append(step)
            else:
                self._found.append(step.contact)
                if step.photo:
                    yield from self._photo(step, troubles)
            yield None

    def _photo(self, found: FoundContact, troubles: list[LineTrouble]) -> Iterator[Wait | None]:
        """Make a picture small, whoever does that; the contact is kept without one that cannot be."""
        small = [found.photo if len(found.photo) <= MAX_PHOTO_BYTES else b""]
        pictures = self._pictures
        if pictures is not None:

            def wait(go_on: Callable[[], None]) -> None:
                def scaled(photo: bytes) -> None:
                    small[0] = photo
                    go_on()

                pictures.scale(found.photo, scaled)

            yield wait
        if not small[0]:
            code = "photo_broken" if pictures is not None else "photo_big"
            raw = found.contact.shown_name
            troubles.append(LineTrouble(line=found.line, code=code, raw=raw, kept=True))
            return
        photo_id = hashlib.sha256(small[0]).hexdigest()[:32]
        self._photos[photo_id] = small[0]
        self._found[-1] = replace(self._found[-1], photo_id=photo_id)

    def _has_read(self, troubles: list[LineTrouble]) -> None:
        self.troubles = tuple(troubles)
        bad = sum(not each.kept for each in troubles)
        self.state = replace(
            self.state,
            people=len(self._found),
            bad=bad,
            partly=len(troubles) - bad,
            first=self._found[0] if self._found else None,
        )
        if self._found or (self.state.look is not None and self.state.look.mapping):
            self._compare()
        else:
            self._move(replace(self.state, phase=ImportPhase.FAILED, problem="nobody"))

    def _compare(self) -> None:
        self._move(replace(self.state, phase=ImportPhase.COMPARING, progress=0.0))
        plan = ImportPlan(self._contacts.book, self._numbers, self.state.duplicates, self._words)
        self._plan = plan
        self._steps.run(plan.work(self._found), lambda: self._progress(plan.compared), self._has_compared)

    def _has_compared(self) -> None:
        plan = self._plan
        assert plan is not None
        self._move(
            replace(
                self.state,
                phase=ImportPhase.READY,
                progress=1.0,
                added=plan.added,
                merged=plan.merged + plan.joined,
                unchanged=plan.unchanged,
                skipped=plan.skipped,
            )
        )

    def _write(self, plan: ImportPlan) -> Iterator[None]:
        """As many entries a part as are written in WRITE_S."""
        new = (replace(each, key=uuid.uuid4().hex) for each in plan.new)
        entries = [*new, *plan.changed]
        place, part = 0, 10
        yield
        while place < len(entries):
            began_s = self._now_s()
            if not self._write_part(tuple(entries[place : place + part])):
                return
            place += part
            took_s = max(self._now_s() - began_s, 1e-4)
            part = max(min(int(part * WRITE_S / took_s), MAX_PART, 2 * part), 1)
            self.state = replace(self.state, progress=min(place / len(entries), 1.0))
            yield

    def _write_part(self, entries: tuple[Contact, ...]) -> bool:
        photos = {
            each.photo_id: self._photos[each.photo_id] for each in entries if each.photo_id in self._photos
        }
        back = self._contacts.write_part(ContactEdit(saved=entries, photos=photos))
        if back is None:
            self.state = replace(self.state, problem="store")
            return False
        self._parts.append((back, {each.key: hash(each) for each in entries}))
        return True

    def _written(self) -> None:
        if self.state.problem:  # nothing half: what was written before it goes again
            self._take_back(ImportPhase.FAILED)
            return
        self._forget_file()
        self._undo_entry = partial(self._undo_import, self._parts)
        self._contacts.finish_parts(self._undo_entry)
        self._move(replace(self.state, phase=ImportPhase.DONE, progress=1.0))
        self._begin_next()

    def _undo_import(self, parts: _Parts) -> bool:
        """Take an import back that is done: the one that is shown, or an earlier one without a word."""
        if parts is self._parts:
            self._take_back(ImportPhase.UNDONE)
        else:
            self._undo_steps.run(
                self._taking_back(parts), _nothing, lambda: self._contacts.finish_parts(None)
            )
        return True

    def _take_back(self, then: ImportPhase) -> None:
        self._move(replace(self.state, phase=ImportPhase.UNDOING, progress=0.0))
        self._steps.run(self._taking_back(self._parts), self._told, lambda: self._taken_back(then))

    def _taking_back(self, parts: _Parts) -> Iterator[None]:
        count, left = len(parts), 0
        book = self._contacts.book
        while parts:
            back, written = parts.pop()
            now = {key: book.get(key) for key in written}
            same = {key for key, mark in written.items() if hash(now[key]) == mark}
            left += sum(key not in same and now[key] is not None for key in written)
            yield
            edit = ContactEdit(
                saved=tuple(each for each in back.saved if each.key in same),
                deleted=tuple(key for key in back.deleted if key in same),
                photos=back.photos,
            )
            self._contacts.write_part(edit)
            if parts is self._parts:
                self.state = replace(self.state, progress=1 - len(parts) / count, left=left)
            yield

    def _taken_back(self, then: ImportPhase) -> None:
        self._contacts.finish_parts(None)
        self._move(replace(self.state, phase=then, progress=1.0))
        self._begin_next()

    def _begin_next(self) -> None:
        if self._next is not None:
            begin, self._next = self._next, None
            begin()

    def _progress(self, compared: int) -> None:
        self.state = replace(self.state, progress=compared / max(len(self._found), 1))
        self._told()

    def _told(self) -> None:
        self._tell(ImportMoved())

    def _move(self, state: ImportState) -> None:
        self.state = state
        self._tell(ImportMoved())


def _nothing() -> None:
    """Nobody looks at it."""
