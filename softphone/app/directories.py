"""共有の電話帳: the directories of the settings, asked, read anew in time, and told how they are doing.

LDAP           asked as one types and who a caller is; answers are kept in memory for this run
CardDAV, CSV   fetched at the start and then now and then into the phone book, as a source of its own
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from functools import partial

from msgspec.structs import replace

from softphone.app.call_table import CallTable
from softphone.app.changes import CallMoved, Change, ContactsMoved, DirectoryMoved, Observer, SettingsMoved
from softphone.app.people import People
from softphone.app.settings import SettingsService
from softphone.app.steps import Steps
from softphone.domain.contact import Contact, Person
from softphone.domain.contact_file import FoundContact, LineTrouble
from softphone.domain.directory import (
    MAX_DIRECTORIES,
    DirectoryAnswer,
    DirectoryInvalid,
    DirectoryKind,
    DirectorySettings,
    DirectoryStatus,
    check_directory,
)
from softphone.domain.identity import Anonymity
from softphone.domain.ports import (
    Clock,
    Directory,
    Dispatcher,
    SecretResult,
    Secrets,
    StoreFailed,
    Timer,
)

FETCH_EVERY_S = 15 * 60.0
LOOK_EVERY_S = 30.0  # at a file, which is only touched
SEARCH_LIMIT = 50
KEPT_NUMBERS = 1000

Found = Callable[[str, tuple[Contact, ...], bool], None]


class _Opened:
    """One directory that is in use."""

    def __init__(self, settings: DirectorySettings, directory: Directory, dispatcher: Dispatcher) -> None:
        self.settings = settings
        self.steps = Steps(dispatcher)
        self.directory = directory
        self.state = ""
        self.timer: Timer | None = None

    def close(self) -> None:
        """Ask it nothing any more."""
        if self.timer is not None:
            self.timer.cancel()
        self.steps.stop()
        self.directory.close()


class DirectoryService:
    """Opens, asks and fetches directories. Thread: main."""

    def __init__(
        self,
        people: People,
        secrets: Secrets,
        settings: SettingsService,
        dispatcher: Dispatcher,
        clock: Clock,
        tell: Observer,
    ) -> None:
        self._open_directory = people.open_directory
        self._book = people.contacts
        self._numbers = people.numbers
        self._files = people.files
        self._secrets = secrets
        self._settings = settings
        self._dispatcher = dispatcher
        self._clock = clock
        self._tell = tell
        self._wanted: tuple[DirectorySettings, ...] = ()
        self._opened: dict[str, _Opened] = {}
        self._status: dict[str, DirectoryStatus] = {}
        self._known: dict[str, Person | None] = {}  # by number key: what a server said
        self._started = False

    def start(self) -> None:
        """Begin: the directories of the settings are opened and read."""
        self._started = self._open_directory is not None
        self._follow()

    def stop(self) -> None:
        """Let every directory go."""
        self._started = False
        for opened in self._opened.values():
            opened.close()
        self._opened.clear()

    def observe(self, change: Change) -> None:
        """Follow the settings."""
        if isinstance(change, SettingsMoved) and self._started:
            self._follow()

    def status(self, key: str) -> DirectoryStatus:
        """How a directory is doing."""
        return self._status.get(key, DirectoryStatus())

    def save(self, directory: DirectorySettings, password: str | None) -> None:
        """Add a directory (without a key), or change one; ``password`` None leaves the stored one.

        Errors: DirectoryInvalid, also ``too_many``.
        """
        directory = directory if directory.key else replace(directory, key=uuid.uuid4().hex[:12])
        has_password = bool(directory.user and (password is None or password))
        check_directory(directory, has_password=has_password)
        others = self._settings.now.directories
        place = next((at for at, each in enumerate(others) if each.key == directory.key), len(others))
        if place >= MAX_DIRECTORIES:
            raise DirectoryInvalid("key", "too_many")

        def store(_: SecretResult | None = None) -> None:
            self._close(directory.key)
            now = self._settings.now.directories
            self._settings.change_fields(directories=(*now[:place], directory, *now[place + 1 :]))
            self._follow()

        if password is None:
            store()
        elif password:
            self._secrets.save(_secret_name(directory.key), password, store)
        else:
            self._secrets.forget(_secret_name(directory.key), store)

    def remove(self, key: str) -> None:
        """Forget a directory, its people and its password."""
        left = tuple(each for each in self._settings.now.directories if each.key != key)
        self._settings.change_fields(directories=left)
        self._follow()
        self._secrets.forget(_secret_name(key), lambda _: None)

    def refresh(self, key: str) -> None:
        """Read a directory now; its status tells how that went."""
        opened = self._opened.get(key)
        if opened is not None:
            self._fetch(opened)

    def search(self, text: str, found: Found) -> int:
        """Ask every directory whose server searches. How many were asked.

        ``found`` comes once for each: its key, the people, whether there are more; none of an old question.
        """
        asked = [each for each in self._opened.values() if each.settings.is_searched_there]
        for opened in asked:
            opened.directory.search(text, SEARCH_LIMIT, self._searched(opened, found))
        return len(asked)

    def find(self, number: str, found: Callable[[Person], None]) -> Person | None:
        """Who has this number, where a server said so before; else it is asked, and ``found`` told."""
        key = self._numbers.key(number)
        if not key or key in self._known:
            return self._known.get(key)
        for opened in self._opened.values():
            if opened.settings.is_searched_there:
                opened.directory.find(number, self._identified(opened, key, found))
        return None

    def _searched(self, opened: _Opened, found: Found) -> Callable[[DirectoryAnswer], None]:
        def take(answer: DirectoryAnswer) -> None:
            self._note_problem(opened.settings.key, answer)
            source = opened.settings.key
            found(source, tuple(replace(each, source=source) for each in answer.contacts), answer.more)

        return take

    def _identified(
        self, opened: _Opened, key: str, found: Callable[[Person], None]
    ) -> Callable[[DirectoryAnswer], None]:
        def take(answer: DirectoryAnswer) -> None:
            self._note_problem(opened.settings.key, answer)
            if answer.problem:
                return
            person = self._person(opened.settings.key, key, answer.contacts)
            if len(self._known) >= KEPT_NUMBERS:
                self._known.clear()
            self._known[key] = person or self._known.get(key)
            if person is not None:
                found(person)

        return take

    def _person(self, source: str, key: str, contacts: tuple[Contact, ...]) -> Person | None:
        """Who of ``contacts`` really has the number: a server compares its digits loosely."""
        for contact in contacts:
            if any(self._numbers.key(each.number) == key for each in contact.numbers):
                company = contact.company if contact.name else ""
                return Person(contact_key="", name=contact.shown_name, company=company, source=source)
        return None

    def _follow(self) -> None:
        """Open what is new or changed, let go what is not there any more."""
        wanted = tuple(each for each in self._settings.now.directories if each.active)
        if not self._started or (wanted == self._wanted and set(self._opened) == {w.key for w in wanted}):
            return
        self._wanted = wanted
        by_key = {each.key: each for each in wanted}
        for key, opened in tuple(self._opened.items()):
            if by_key.get(key) != opened.settings:
                self._close(key)
        kept = {each.key for each in self._settings.now.directories}
        for key in tuple(self._status):
            if key not in kept:
                self._forget(key)
        for settings in wanted:
            if settings.key not in self._opened:
                self._begin(settings)

    def _begin(self, settings: DirectorySettings) -> None:
        def open_it(result: SecretResult) -> None:
            if settings not in self._wanted or settings.key in self._opened or not self._started:
                return
            password = result.password or ""
            assert self._open_directory is not None
            opened = _Opened(settings, self._open_directory(settings, password), self._dispatcher)
            self._opened[settings.key] = opened
            self._fetch(opened)

        if settings.user:
            self._secrets.load(_secret_name(settings.key), open_it)
        else:
            open_it(SecretResult())

    def _fetch(self, opened: _Opened) -> None:
        key = opened.settings.key
        if opened.timer is not None:
            opened.timer.cancel()
        self._set_status(key, replace(self.status(key), busy=True))
        opened.directory.fetch(opened.state, lambda answer: self._fetched(opened, answer))

    def _fetched(self, opened: _Opened, answer: DirectoryAnswer) -> None:
        key = opened.settings.key
        status = replace(self.status(key), busy=False, problem=answer.problem)
        if answer.problem:
            self._read(opened, status)
            return
        status = replace(status, at_s=self._clock.now_s())
        if opened.settings.is_searched_there or answer.unchanged:
            opened.state = answer.state
            self._read(opened, status)
            return
        result: list[DirectoryStatus] = []
        work = self._taking(key, answer.content, status, result)
        opened.steps.run(work, lambda: None, lambda: self._taken(opened, result[0], answer.state))

    def _taking(
        self, key: str, content: bytes, status: DirectoryStatus, result: list[DirectoryStatus]
    ) -> Iterator[None]:
        """Read and store everybody, a little at a time; how that went is the one ``result``."""
        found: list[Contact] = []
        unread = 0
        for step in self._files.read(content, self._files.look(content)):
            if isinstance(step, FoundContact) and step.contact.numbers:
                found.append(replace(step.contact, favourite=0, photo_id=""))
            unread += isinstance(step, LineTrouble) and not step.kept
            yield
        try:
            yield from self._book.replace_source_in_steps(key, tuple(found))
        except StoreFailed as error:
            result.append(replace(status, problem=f"store_{error.trouble.code}"))
            return
        unreadable = unread and not found
        problem = "unreadable" if unreadable else ""
        result.append(replace(status, count=len(found), unread=unread, problem=problem))

    def _taken(self, opened: _Opened, status: DirectoryStatus, state: str) -> None:
        if not status.problem.startswith("store_"):  # else it is asked for all of it again
            opened.state = state
        self._tell(ContactsMoved())
        self._read(opened, status)

    def _read(self, opened: _Opened, status: DirectoryStatus) -> None:
        """Told how it went; looked at again in time."""
        settings = opened.settings
        self._set_status(settings.key, status)
        every_s = LOOK_EVERY_S if settings.kind is DirectoryKind.CSV else FETCH_EVERY_S
        opened.timer = self._dispatcher.call_later(every_s, lambda: self._fetch(opened))

    def _note_problem(self, key: str, answer: DirectoryAnswer) -> None:
        before = self.status(key)
        if answer.problem != before.problem:
            self._set_status(key, replace(before, problem=answer.problem))

    def _set_status(self, key: str, status: DirectoryStatus) -> None:
        if status != self._status.get(key):
            self._status[key] = status
            self._tell(DirectoryMoved(key, status))

    def _close(self, key: str) -> None:
        opened = self._opened.pop(key, None)
        if opened is not None:
            opened.close()
        self._known.clear()

    def _forget(self, key: str) -> None:
        """Its people go, a little at a time."""
        self._status.pop(key, None)

        def work() -> Iterator[None]:
            try:
                yield from self._book.replace_source_in_steps(key, ())
            except StoreFailed as error:
                self._set_status(key, DirectoryStatus(problem=f"store_{error.trouble.code}"))

        Steps(self._dispatcher).run(work(), lambda: None, lambda: self._tell(ContactsMoved()))


class CallerLookup:
    """Asks the directories who calls, where one's own phone book does not know. Thread: main."""

    def __init__(self, directories: DirectoryService, calls: CallTable) -> None:
        self._directories = directories
        self._calls = calls

    def observe(self, change: Change) -> None:
        """Look up the far side of a new call."""
        if not isinstance(change, CallMoved) or change.before is not None:
            return
        call = change.call
        if call.person is None and call.anonymity is Anonymity.NONE and call.remote.number:
            known = self._directories.find(call.remote.number, partial(self._calls.recognise, call.key))
            if known is not None:
                self._calls.recognise(call.key, known)


def _secret_name(key: str) -> str:
    """What a directory's password stands under in the keyring."""
    return f"directory:{key}"
