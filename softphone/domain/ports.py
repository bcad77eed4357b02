"""Ports: what the services need of the world, as Protocols. Adapters implement them, ``main`` joins them.

Those of the phone process: Engine, Dispatcher, Clock, Secrets, SettingsStore, Programs, Contacts, History,
Numbers, ContactFiles, Pictures. The engine's are in ``sound``; ``EventSink`` is both processes'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

import msgspec

from softphone.domain.commands import AnyCommand
from softphone.domain.contact import Contact, ContactEdit, ContactQuery, ContactRow, Person
from softphone.domain.contact_file import (
    ExportFormat,
    FileLoaded,
    FileLook,
    FileSaved,
    FileStep,
    FileWords,
)
from softphone.domain.directory import DirectoryAnswer, DirectorySettings
from softphone.domain.events import AnyEvent
from softphone.domain.history import CallRecord, HistoryQuery
from softphone.domain.settings import Settings

EventSink = Callable[[AnyEvent], None]


class Engine(Protocol):
    """The engine as the phone process sees it (``link.EngineClient``; ``FakeEngine`` in tests)."""

    def start(self, on_event: EventSink) -> None:
        """Start the process; every event is delivered through the dispatcher, in order."""

    def send(self, command: AnyCommand) -> None:
        """Queue a command. Never blocks, never raises; before EngineReady it waits in line."""

    def stop(self, on_stopped: Callable[[], None]) -> None:
        """Shutdown, at most 4 s, then kill; ``on_stopped`` comes through the dispatcher."""


class Timer(Protocol):
    """A call that was put off."""

    def cancel(self) -> None:
        """Forget it; harmless when it already ran."""


class Dispatcher(Protocol):
    """The main thread's queue."""

    def post(self, action: Callable[[], None]) -> None:
        """Run ``action`` on the main thread, soon. Thread: any."""

    def call_later(self, delay_s: float, action: Callable[[], None]) -> Timer:
        """Run ``action`` on the main thread after ``delay_s``. Thread: main."""


class Clock(Protocol):
    """Time, so that tests can set it."""

    def now_s(self) -> float:
        """Unix seconds."""


class SecretResult(msgspec.Struct, frozen=True, kw_only=True):
    """A password, or why there is none.

    ``problem``: "" (fine; ``password`` None means none is stored), unavailable (no keyring on this
    machine), denied (the user or the keyring said no), failed.
    """

    password: str | None = None
    problem: str = ""

    def __repr__(self) -> str:
        return f"SecretResult(password={'***' if self.password else None}, problem={self.problem!r})"


class Secrets(Protocol):
    """Passwords. A keyring may ask the user, so nothing here blocks: results come by the dispatcher."""

    def load(self, account: str, done: Callable[[SecretResult], None]) -> None:
        """Look up the password of ``account`` (user@host)."""

    def save(self, account: str, password: str, done: Callable[[SecretResult], None]) -> None:
        """Store it; where the keyring cannot, it is kept for this run only and ``problem`` says so."""

    def forget(self, account: str, done: Callable[[SecretResult], None]) -> None:
        """Delete it, from this run's memory too."""

    def place(self, done: Callable[[str], None]) -> None:
        """What keeps them, by the library's name; "" where they are kept for this run only."""


class LoadedSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings and what happened to the file: ``kept_aside`` names the damaged one that was put by."""

    settings: Settings
    kept_aside: str = ""


class SettingsStore(Protocol):
    """The settings file."""

    def load(self) -> LoadedSettings:
        """Read it; a damaged file is kept aside and defaults are given."""

    def save(self, settings: Settings) -> None:
        """Write it whole and atomically. Errors: OSError."""


class ProgramEnd(msgspec.Struct, frozen=True, kw_only=True):
    """How a program went. ``problem``: "" (it ended by itself with ``exit_code``), not_found, denied,
    busy (too many run already, it was not started), hung (killed after its time).
    """

    problem: str = ""
    exit_code: int = 0


class Programs(Protocol):
    """Other programs, started and forgotten (``link.SubprocessPrograms``; ``FakePrograms`` in tests)."""

    def run(
        self,
        arguments: tuple[str, ...],
        environment: Mapping[str, str],
        limit_s: float,
        done: Callable[[ProgramEnd], None],
    ) -> None:
        """Start a program without a shell; never blocks, never raises.

        It sees ``environment`` and what any program needs (PATH, HOME, the display), nothing else of ours.
        It is killed after ``limit_s``. ``done`` comes through the dispatcher.
        """


class Numbers(Protocol):
    """What a number is, whatever way it is written (``storage.LibphonenumberNumbers``)."""

    def key(self, number: str) -> str:
        """The same text for every way to write one number: +81…, 0081…, 010 81…, 03-…, full width, 184…."""

    def shown(self, number: str) -> str:
        """As a person reads it: 03-1234-5678. What is no number comes back as it is."""


class StoreTrouble(msgspec.Struct, frozen=True, kw_only=True):
    """What was wrong with the database. ``code``: damaged (kept aside as ``kept_aside``, begun anew), newer

    (a later version's: left alone, this run keeps nothing), locked, full, read_only, failed (this run keeps
    nothing). ``detail`` for the log.
    """

    code: str
    kept_aside: str = ""
    detail: str = ""


class StoreFailed(Exception):
    """A change could not be written; nothing of it was. ``trouble`` says why."""

    def __init__(self, trouble: StoreTrouble) -> None:
        super().__init__(trouble.code)
        self.trouble = trouble


OnTrouble = Callable[[StoreTrouble], None]


class Contacts(Protocol):
    """The phone book (``storage.SqliteContacts``; ``FakeContacts`` in tests). Thread: main."""

    def open(self, on_trouble: OnTrouble | None = None) -> StoreTrouble | None:
        """Make it ready; opened by its first use otherwise. Never raises: what was wrong is the result.

        ``on_trouble`` is told of what shows only later, in the midst of a question.
        """

    def rows(self, query: ContactQuery = ContactQuery(), limit: int = 0) -> tuple[ContactRow, ...]:
        """Sorted by reading (あかさたな, A–Z, the rest); with a text, the best first. 0: no limit."""

    def count(self, source: str | None = None) -> int:
        """How many there are, of all sources or of one."""

    def get(self, key: str) -> Contact | None:
        """One entry whole."""

    def all(self, source: str = "") -> tuple[Contact, ...]:
        """Every entry of a source whole, for export and merging."""

    def photo(self, photo_id: str) -> bytes:
        """The picture; b"" where there is none."""

    def groups(self) -> tuple[str, ...]:
        """The names of groups in use, sorted."""

    def find(self, number: str) -> Person | None:
        """Who has this number; one's own entries win over directories'."""

    def matching(self, number: str) -> tuple[str, ...]:
        """The keys of every entry that has this number, one's own first."""

    def apply(self, edit: ContactEdit) -> ContactEdit:
        """Write ``edit`` whole or not at all; an entry without a key gets one. Returns what takes it back.

        Errors: StoreFailed.
        """

    def replace_source(self, source: str, contacts: tuple[Contact, ...]) -> None:
        """Everything of a directory anew; what stayed the same is not written. Errors: StoreFailed."""

    def replace_source_in_steps(self, source: str, contacts: tuple[Contact, ...]) -> Iterator[None]:
        """As ``replace_source``, in steps short enough for the window, each written by itself.

        Errors: StoreFailed, where a step could not be written; those before it stay.
        """


class ContactFiles(Protocol):
    """Files of contacts (``directory.DiskContactFiles``). Thread: main."""

    def load(self, path: str, done: Callable[[FileLoaded], None]) -> None:
        """Read a file whole; never blocks, ``done`` comes through the dispatcher."""

    def look(self, content: bytes) -> FileLook:
        """What the file seems to be."""

    def with_header(self, look: FileLook, header: bool) -> FileLook:
        """The first line of a CSV taken for names of columns, or for a person."""

    def read(self, content: bytes, look: FileLook) -> Iterator[FileStep]:
        """Everything in the file in its order; each step takes a few milliseconds at most."""

    def prepare(self, done: Callable[[], None]) -> None:
        """Make ready for ``pieces``; never blocks, ``done`` comes through the dispatcher."""

    def pieces(
        self,
        contacts: Sequence[Contact],
        kind: ExportFormat,
        words: FileWords,
        photo: Callable[[str], bytes],
    ) -> Iterator[bytes]:
        """The bytes of a file, each step as short; ``words`` name columns (FIELDS) and labels (LABELS)."""

    def unwritable(self, contacts: Sequence[Contact], words: FileWords) -> Iterator[str]:
        """For each contact the letters that Shift_JIS has not."""

    def save(self, path: str, content: bytes, done: Callable[[FileSaved], None]) -> None:
        """Write a file whole or leave what was there; never blocks, ``done`` comes through the dispatcher."""


class Pictures(Protocol):
    """Makes photos small (``ui.contacts.pictures.QtPictures``). Thread: main."""

    def scale(self, photo: bytes, done: Callable[[bytes], None]) -> None:
        """At most 256 px a side; b"" where it is no picture. Never blocks; ``done`` on the main thread."""


class History(Protocol):
    """The calls that were (``storage.SqliteHistory``; ``FakeHistory`` in tests). Thread: main.

    Rows are newest first and carry ``person``.
    """

    def open(self, on_trouble: OnTrouble | None = None) -> StoreTrouble | None:
        """As ``Contacts.open``."""

    def add(self, record: CallRecord) -> None:
        """Remember a call. Errors: StoreFailed."""

    def read_ahead(self) -> Iterator[None]:
        """Read what searches look through, a few ms a step, so that the first one does not wait for it."""

    def count(self, query: HistoryQuery = HistoryQuery()) -> int:
        """How many rows ``page`` has."""

    def page(self, query: HistoryQuery, offset: int, limit: int) -> tuple[CallRecord, ...]:
        """Rows ``offset`` to ``offset + limit``."""

    def get(self, key: str) -> CallRecord | None:
        """One row."""

    def unseen_missed(self) -> int:
        """Missed calls nobody looked at."""

    def mark_seen(self) -> None:
        """Every missed call was looked at. Errors: StoreFailed."""

    def delete(self, keys: tuple[str, ...]) -> tuple[CallRecord, ...]:
        """Forget rows; gives back what was forgotten. Recordings stay. Errors: StoreFailed."""

    def restore(self, records: tuple[CallRecord, ...]) -> None:
        """Put rows back. Errors: StoreFailed."""

    def clear(self) -> int:
        """Forget all; how many. Errors: StoreFailed."""

    def prune(self, before_s: float, limit: int = 0) -> int:
        """Forget what began earlier, the oldest ``limit`` of them (0: all); how many. Errors: StoreFailed.

        1,000 at once do not hold up the window.
        """


class Directory(Protocol):
    """One directory of the company (``directory.LdapDirectory`` …). Never blocks, never raises.

    Answers come through the dispatcher; only the newest question of a kind is answered.
    """

    def search(self, text: str, limit: int, done: Callable[[DirectoryAnswer], None]) -> None:
        """Who is found by ``text`` on the server."""

    def find(self, number: str, done: Callable[[DirectoryAnswer], None]) -> None:
        """Who has this number."""

    def fetch(self, state: str, done: Callable[[DirectoryAnswer], None]) -> None:
        """Everybody, as ``content``; ``unchanged`` where all is as it was at ``state`` ("": never read)."""

    def close(self) -> None:
        """Ask nothing any more; an answer under way is dropped."""


# Makes a directory of its settings and its password ("" none).
OpenDirectory = Callable[[DirectorySettings, str], Directory]


class TableFile(Protocol):
    """A table for a spreadsheet being written; it takes its place when it is finished, never before."""

    def add(self, rows: Iterable[tuple[str, ...]]) -> None:
        """Write rows; the first one of all is the head. Errors: OSError."""

    def finish(self) -> None:
        """Put it in its place. Errors: OSError."""

    def discard(self) -> None:
        """Leave nothing of it."""


# Opens a table that will stand at a path, in place of what is there. Errors: OSError.
OpenTable = Callable[[str], TableFile]
