"""内線: the colleagues one watches, in an order and in groups of one's own.

settings.colleagues ─▸ SubscriptionService.watch ─▸ LineMoved, PresenceMoved ─▸ ColleagueMoved ─▸ line
"""

from __future__ import annotations

import unicodedata

import msgspec
from msgspec.structs import replace

from softphone.app.accounts import AccountService
from softphone.app.changes import (
    Change,
    ColleagueMoved,
    ColleaguesMoved,
    ContactsMoved,
    LineMoved,
    Observer,
    PresenceMoved,
    RegistrationMoved,
    SettingsMoved,
)
from softphone.app.contacts import ContactService
from softphone.app.settings import SettingsService
from softphone.app.subscriptions import MAX_WATCHED, SubscriptionService, TooManyWatched
from softphone.domain.call import CallState
from softphone.domain.colleague import Colleague, ColleagueState, colleague_state
from softphone.domain.contact import Contact, ContactNumber, ContactQuery
from softphone.domain.dial_plan import is_special
from softphone.domain.dial_string import DialStringInvalid, clean_dial_string
from softphone.domain.dialog_info import DialogInfo
from softphone.domain.halfwidth import to_halfwidth
from softphone.domain.presence import DND_NOTE
from softphone.domain.uri import Party

MAX_NAME = 60
CANDIDATES_LOOKED_AT = 500
_LONGEST_EXTENSION = 6
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}


class ColleagueLine(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown of one colleague. ``name`` may come from the phone book; "" where nobody knows one.

    ``contact_key`` is their entry there, ``reading`` its フリガナ.

    ``remote`` is whom they talk to, None where the server does not say or the user does not want it.
    ``why`` a state is unknown: offline (this phone is not registered), asking, silent, refused; "" else.
    """

    colleague: Colleague
    name: str
    state: ColleagueState
    reading: str = ""
    contact_key: str = ""
    remote: Party | None = None
    note: str = ""
    why: str = ""
    status_code: int = 0

    @property
    def sort_key(self) -> tuple[bool, str, str]:
        """By name as it is read, those without one last, by extension."""
        words = self.reading or self.name
        return not words, _folded(words), self.colleague.extension

    def is_found_by(self, text: str) -> bool:
        """Every word of ``text`` is in the name, its reading, the extension or the group."""
        colleague = self.colleague
        where = _folded(" ".join((self.name, self.reading, colleague.extension, colleague.group)))
        return all(word in where for word in _folded(text).split())


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of the phone book with an extension, who could be watched."""

    name: str
    extension: str
    detail: str = ""
    listed: bool = False


class ColleagueKnown(Exception):
    """The extension is on the list already; ``name`` it has there."""

    def __init__(self, extension: str, name: str) -> None:
        super().__init__(extension)
        self.name = name


class ColleagueService:
    """Keeps the list and follows who is on it. Thread: main."""

    def __init__(
        self,
        subscriptions: SubscriptionService,
        contacts: ContactService,
        accounts: AccountService,
        settings: SettingsService,
        tell: Observer,
    ) -> None:
        self._subscriptions = subscriptions
        self._contacts = contacts
        self._accounts = accounts
        self._settings = settings
        self._tell = tell
        self._watched: set[str] = set()
        self._listed: tuple[Colleague, ...] = ()
        self._entries: dict[str, tuple[str, str, str]] = {}  # of the phone book: name, reading, key
        self._online = False
        self._follow_list()

    @property
    def listed(self) -> tuple[Colleague, ...]:
        """The list as it is kept."""
        return self._settings.now.colleagues

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups there are, in the order of their first colleague."""
        return tuple(dict.fromkeys(each.group for each in self.listed if each.group))

    def lines(self) -> tuple[ColleagueLine, ...]:
        """Everybody, in the order of the list."""
        return tuple(self._line(each) for each in self.listed)

    def line(self, extension: str) -> ColleagueLine | None:
        """One of them."""
        found = self._find(extension)
        return self._line(found) if found is not None else None

    def add(self, extension: str, name: str = "", group: str = "") -> Colleague:
        """Put somebody on the list.

        Errors: DialStringInvalid; ColleagueKnown; TooManyWatched. Nothing is changed.
        """
        number = clean_dial_string(extension)
        known = self._find(number)
        if known is not None:
            raise ColleagueKnown(number, self._line(known).name or number)
        if len(self.listed) >= MAX_WATCHED:
            raise TooManyWatched
        colleague = Colleague(extension=number, name=_tidy(name), group=_tidy(group))
        self._keep((*self.listed, colleague))
        return colleague

    def add_all(self, candidates: tuple[Candidate, ...], group: str = "") -> int:
        """Put those on the list who are not there yet and can be watched; how many they were.

        Their names stay those of the phone book. Errors: TooManyWatched, nothing is changed.
        """
        known = {each.extension for each in self.listed}
        fresh = []
        for candidate in candidates:
            if candidate.extension not in known:
                known.add(candidate.extension)
                fresh.append(Colleague(extension=candidate.extension, group=_tidy(group)))
        if len(self.listed) + len(fresh) > MAX_WATCHED:
            raise TooManyWatched
        self._keep((*self.listed, *fresh))
        return len(fresh)

    def change(self, extension: str, *, name: str, group: str) -> None:
        """Another name ("" is the phone book's) or group."""
        self._keep(
            tuple(
                replace(each, name=_tidy(name), group=_tidy(group)) if each.extension == extension else each
                for each in self.listed
            )
        )

    def remove(self, extensions: tuple[str, ...]) -> tuple[Colleague, ...]:
        """Watch them no more; gives the list as it was, for ``restore``."""
        before = self.listed
        self._keep(tuple(each for each in before if each.extension not in extensions))
        return before

    def restore(self, colleagues: tuple[Colleague, ...]) -> None:
        """The list as it was."""
        self._keep(colleagues)

    def move(self, extension: str, place: int) -> None:
        """Put somebody at a place of the list, counted from 0 without them; they join the group there."""
        moved = self._find(extension)
        if moved is None:
            return
        others = [each for each in self.listed if each is not moved]
        place = max(0, min(place, len(others)))
        beside = others[place - 1] if place else (others[0] if others else moved)
        others.insert(place, replace(moved, group=beside.group))
        self._keep(tuple(others))

    def candidates(self, text: str = "", limit: int = 100) -> tuple[Candidate, ...]:
        """Who of the phone book has an extension, found by ``text``; sorted as the phone book is."""
        listed = {each.extension for each in self.listed}
        own = self._accounts.account
        own_id = own.user_id if own is not None else ""
        found: list[Candidate] = []
        for row in self._contacts.book.rows(ContactQuery(text=text), limit=CANDIDATES_LOOKED_AT):
            contact = self._contacts.book.get(row.key)
            if contact is None:
                continue
            for extension in _extensions(contact):
                if extension != own_id and len(found) < limit:
                    detail = contact.department or contact.company
                    name, is_listed = contact.shown_name, extension in listed
                    found.append(Candidate(name=name, extension=extension, detail=detail, listed=is_listed))
        return tuple(found)

    def retry(self, extension: str) -> None:
        """Ask the server once more."""
        self._subscriptions.retry(extension)
        self._tell(ColleagueMoved(extension))

    def observe(self, change: Change) -> None:
        """Follow who is on the list."""
        if isinstance(change, LineMoved | PresenceMoved):
            if change.extension in self._watched:
                self._tell(ColleagueMoved(change.extension))
        elif isinstance(change, SettingsMoved):
            if self._listed != change.settings.colleagues:
                self._follow_list()
                self._tell(ColleaguesMoved())
        elif isinstance(change, ContactsMoved):
            self._entries.clear()
            self._tell(ColleaguesMoved())
        elif isinstance(change, RegistrationMoved) and change.registration.can_call != self._online:
            self._online = change.registration.can_call
            self._tell(ColleaguesMoved())

    def _keep(self, colleagues: tuple[Colleague, ...]) -> None:
        """A group stands together, at the place of its first colleague."""
        groups = {
            group: place for place, group in enumerate(dict.fromkeys(each.group for each in colleagues))
        }
        ordered = tuple(sorted(colleagues, key=lambda each: groups[each.group]))
        self._settings.change_fields(colleagues=ordered)

    def _follow_list(self) -> None:
        """Watch who came, let go who went; what cannot be watched stays unknown."""
        self._listed = self.listed
        wanted = {each.extension for each in self._listed}
        for extension in self._watched - wanted:
            self._subscriptions.unwatch(extension)
        self._watched &= wanted
        for each in self._listed:
            if each.extension in self._watched:
                continue
            try:
                self._subscriptions.watch(each.extension)
            except (DialStringInvalid, TooManyWatched):
                continue
            self._watched.add(each.extension)

    def _find(self, extension: str) -> Colleague | None:
        return next((each for each in self.listed if each.extension == extension), None)

    def _entry(self, extension: str) -> tuple[str, str, str]:
        """Name, reading and key of who has this extension in the phone book."""
        if extension not in self._entries:
            person = self._contacts.find(extension)
            contact = self._contacts.book.get(person.contact_key) if person is not None else None
            if person is None:
                self._entries[extension] = ("", "", "")
            else:
                reading = contact.reading if contact is not None else ""
                self._entries[extension] = (person.name, reading, person.contact_key)
        return self._entries[extension]

    def _line(self, colleague: Colleague) -> ColleagueLine:
        extension = colleague.extension
        info, presence = self._subscriptions.state(extension), self._subscriptions.presence(extension)
        state = colleague_state(info, presence)
        why, status_code = self._why(extension) if state is ColleagueState.UNKNOWN else ("", 0)
        note = presence.note if presence is not None and presence.note != DND_NOTE else ""
        name, reading, contact_key = self._entry(extension)
        own = bool(colleague.name) and colleague.name != name
        return ColleagueLine(
            colleague=colleague,
            name=colleague.name or name,
            reading="" if own else reading,
            contact_key=contact_key,
            state=state,
            remote=self._remote(info) if self._settings.now.presence.show_remote else None,
            note=note,
            why=why,
            status_code=status_code,
        )

    def _remote(self, info: DialogInfo | None) -> Party | None:
        """Whom the oldest dialog that is not over is with, by the name one knows them by."""
        for dialog in info.dialogs if info is not None else ():
            if dialog.state is not CallState.TERMINATED and dialog.remote is not None:
                person = self._contacts.find(dialog.remote.number)
                name = person.name if person is not None else dialog.remote.display_name
                return replace(dialog.remote, display_name=name)
        return None

    def _why(self, extension: str) -> tuple[str, int]:
        reason = self._subscriptions.reason(extension)
        if not self._accounts.registration.can_call:
            return "offline", 0
        if reason is None:
            return "asking", 0
        return ("refused", reason) if reason else ("silent", 0)


def _folded(text: str) -> str:
    """Width, case and kana aside."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return folded.translate(_TO_HIRAGANA)


def _tidy(words: str) -> str:
    return " ".join(words.split())[:MAX_NAME]


def _extensions(contact: Contact) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(_extension, contact.numbers))))


def _extension(number: ContactNumber) -> str:
    """The number where it is one of the PBX: labelled so, or too short for the public network; else ""."""
    try:
        cleaned = clean_dial_string(to_halfwidth(number.number))
    except DialStringInvalid:
        return ""
    if number.label == "extension":
        return cleaned
    short = cleaned.isdecimal() and 2 <= len(cleaned) <= _LONGEST_EXTENSION
    return cleaned if short and not cleaned.startswith("0") and not is_special(cleaned) else ""
