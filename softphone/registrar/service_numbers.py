"""The numbers that share something: voicemail boxes, parking slots, conference rooms (see ``numbers``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from softphone.registrar.conference import ConferenceRoom
from softphone.registrar.dialog_events import DialogBook
from softphone.registrar.mailbox import Mailboxes
from softphone.registrar.numbers import (
    CONFERENCE_NUMBERS,
    HEAR_MESSAGES_NUMBER,
    LEAVE_MESSAGE_NUMBER,
    PARK_NUMBER,
    RETRIEVE_NUMBER,
    Application,
)
from softphone.registrar.parking import PARK_S, SLOTS, Park, ParkingLot, Retrieve
from softphone.registrar.voicemail import SILENCE_S, HearMessages, LeaveMessage


def service_applications(
    mailboxes: Mailboxes,
    owners: Iterable[str],
    book: DialogBook,
    *,
    park_s: float = PARK_S,
    silence_s: float = SILENCE_S,
) -> Mapping[str, Application]:
    """One application a number; ``owners`` are the extensions with a box."""
    lot = ParkingLot(book, RETRIEVE_NUMBER)
    applications: dict[str, Application] = {
        HEAR_MESSAGES_NUMBER: HearMessages(mailboxes),
        PARK_NUMBER: Park(lot, park_s=park_s),
    }
    applications |= {number: ConferenceRoom() for number in CONFERENCE_NUMBERS}
    for slot in SLOTS:
        applications[PARK_NUMBER + slot] = Park(lot, slot, park_s)
        applications[RETRIEVE_NUMBER + slot] = Retrieve(lot, slot)
    for owner in owners:
        box = mailboxes.box(owner)
        if box:
            applications[LEAVE_MESSAGE_NUMBER + owner] = LeaveMessage(box, silence_s=silence_s)
    return applications
