"""Voicemail boxes: messages in memory, one box an extension, gone with the registrar."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from softphone.domain.message_summary import MessageSummary
from softphone.registrar.tones import RATE_HZ
from softphone.sip.header import NameAddr

MAX_MESSAGES = 30
MIN_MESSAGE_S = 0.5


@dataclass
class VoiceMessage:
    """One message. ``sound`` is μ-law; ``received_at`` in local time with its zone."""

    caller: NameAddr
    received_at: datetime
    sound: bytes
    is_new: bool = True

    @property
    def length_s(self) -> float:
        """How long it plays."""
        return len(self.sound) / RATE_HZ


class Mailbox:
    """The messages of one extension, the oldest first."""

    def __init__(self, owner: str, on_change: Callable[[str], None]) -> None:
        self.owner = owner
        self._on_change = on_change
        self._messages: list[VoiceMessage] = []

    @property
    def is_full(self) -> bool:
        """True where no further message fits."""
        return len(self._messages) >= MAX_MESSAGES

    def messages(self) -> list[VoiceMessage]:
        """In the order they are played: the new ones first, each kind by age."""
        return sorted(self._messages, key=lambda message: not message.is_new)

    def summary(self) -> MessageSummary:
        """How many are new and old."""
        new = sum(message.is_new for message in self._messages)
        return MessageSummary(waiting=new > 0, new=new, old=len(self._messages) - new)

    def add(self, message: VoiceMessage) -> None:
        """Keep a message; dropped where the box is full meanwhile."""
        if not self.is_full:
            self._messages.append(message)
            self._on_change(self.owner)

    def mark_heard(self, message: VoiceMessage) -> None:
        """It is old now."""
        if message.is_new:
            message.is_new = False
            self._on_change(self.owner)

    def delete(self, message: VoiceMessage) -> None:
        """Gone; nothing happens where it is already."""
        if any(one is message for one in self._messages):
            self._messages = [one for one in self._messages if one is not message]
            self._on_change(self.owner)


class Mailboxes:
    """The boxes of all extensions. ``on_change`` is called with the owner."""

    def __init__(self, owners: Iterable[str]) -> None:
        self.on_change: Callable[[str], None] | None = None
        self._boxes = {owner: Mailbox(owner, self._changed) for owner in owners}

    def box(self, owner: str) -> Mailbox | None:
        """The box of an extension."""
        return self._boxes.get(owner)

    def summary(self, owner: str) -> MessageSummary | None:
        """The counts of a box; None where there is none."""
        box = self._boxes.get(owner)
        return box.summary() if box else None

    def _changed(self, owner: str) -> None:
        if self.on_change:
            self.on_change(owner)
