"""What the phone knows people from: the stores and readers behind phone book, history and directories."""

from __future__ import annotations

from dataclasses import dataclass

from softphone.domain.ports import Contacts, History, Numbers, OpenDirectory


@dataclass(frozen=True)
class People:
    """Adapters that ``main`` hands to the phone. Without ``open_directory`` no directory is read."""

    contacts: Contacts
    history: History
    numbers: Numbers
    open_directory: OpenDirectory | None = None
