"""Directories in memory: a test answers what was asked."""

from __future__ import annotations

from collections.abc import Callable

from softphone.domain.contact import Contact
from softphone.domain.directory import DirectoryAnswer, DirectorySettings

Done = Callable[[DirectoryAnswer], None]


class FakeDirectory:
    """Implements ``domain.ports.Directory``: keeps each question until a test answers it."""

    def __init__(self, settings: DirectorySettings, password: str) -> None:
        self.settings = settings
        self.password = password
        self.closed = False
        self.asked: list[tuple[str, str, Done]] = []

    def search(self, text: str, limit: int, done: Done) -> None:
        self.asked.append(("search", text, done))

    def find(self, number: str, done: Done) -> None:
        self.asked.append(("find", number, done))

    def fetch(self, state: str, done: Done) -> None:
        self.asked.append(("fetch", state, done))

    def close(self) -> None:
        self.closed = True

    def answer(self, kind: str, *contacts: Contact, **fields: object) -> str:
        """Answer the oldest question of ``kind``; what was asked."""
        place = next(at for at, each in enumerate(self.asked) if each[0] == kind)
        _, what, done = self.asked.pop(place)
        if kind == "fetch" and contacts:
            fields.setdefault("content", "".join(map(card_of, contacts)).encode())
            contacts = ()
        done(DirectoryAnswer(contacts=contacts, **fields))  # type: ignore[arg-type]
        return what


def card_of(contact: Contact) -> str:
    """A contact as a vCard 3.0."""
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{contact.name}", f"N:{contact.name};;;;"]
    lines += [f"ORG:{contact.company}"] * bool(contact.company)
    lines += [f"TEL;TYPE=WORK:{each.number}" for each in contact.numbers]
    return "\r\n".join([*lines, "END:VCARD", ""])


class FakeDirectories:
    """Opens fake directories, and has them by key."""

    def __init__(self) -> None:
        self.opened: dict[str, FakeDirectory] = {}

    def __call__(self, settings: DirectorySettings, password: str) -> FakeDirectory:
        self.opened[settings.key] = FakeDirectory(settings, password)
        return self.opened[settings.key]
