"""What the phone knows people from: the stores and readers behind phone book, history and directories."""

from __future__ import annotations

from dataclasses import dataclass

from softphone.domain.ports import ContactFiles, Contacts, History, Numbers, OpenDirectory, OpenTable


@dataclass(frozen=True)
class People:
    """Adapters that ``main`` hands to the phone. Without ``open_directory`` no directory is read, without
    ``open_table`` no history is exported.
    """

    contacts: Contacts
    history: History
    numbers: Numbers
    files: ContactFiles
    open_directory: OpenDirectory | None = None
    open_table: OpenTable | None = None
