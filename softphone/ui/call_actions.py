"""What the names of actions do: buttons, menus and keys of the keyboard all come here.

name + key ─▸ CallActions ─▸ the phone's services, or a wish of the window (``number_wanted`` …)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from softphone.app.calls import CannotCall
from softphone.app.features import FeatureNotOffered
from softphone.app.phone import Phone
from softphone.domain.dial_string import DialStringInvalid

BUSY_HERE = 486
SLOT = "{slot}"


class CallActions(QObject):
    """Thread: ui.

    ``number_wanted`` asks the user for a number: why (transfer, elsewhere, park) and for which call.
    ``add_wanted``: somebody else is to be called. ``failed`` carries what a service raised.
    """

    number_wanted = Signal(str, str)
    add_wanted = Signal()
    failed = Signal(object)

    def __init__(self, phone: Phone, parent: QObject) -> None:
        super().__init__(parent)
        self._phone = phone
        calls, transfers, conference = phone.calls, phone.transfers, phone.conference
        self._table: dict[str, Callable[[str], object]] = {
            "answer": calls.answer,
            "answer_held": partial(calls.answer, held=True),
            "end_and_answer": self._end_and_answer,
            "decline": calls.decline,
            "decline_busy": partial(calls.decline, status_code=BUSY_HERE),
            "to_voicemail": phone.features.send_to_voicemail,
            "to_number": partial(self.number_wanted.emit, "elsewhere"),
            "hang_up": self._hang_up,
            "hang_up_all": lambda key: calls.hang_up_all(),
            "mute": lambda key: calls.set_mute(key, not self._call(key, "muted")),
            "hold": lambda key: calls.set_hold(key, not self._call(key, "held")),
            "switch": partial(calls.set_hold, held=False),
            "resume": partial(calls.set_hold, held=False),
            "swap": lambda key: calls.swap(),
            "record": self._record,
            "stop_recording": self._record,
            "transfer": partial(self.number_wanted.emit, "transfer"),
            "park": self._park,
            "cancel_transfer": transfers.cancel,
            "cancel_consultation": transfers.cancel,
            "complete": transfers.complete,
            "split": lambda key: conference.split(),
            "leave": lambda key: conference.leave(),
            "mute_party": lambda key: conference.set_party_mute(key, not self._call(key, "party_muted")),
            "drop_party": conference.drop,
            "add_call": lambda key: self.add_wanted.emit(),
            "follow": partial(calls.follow_redirect, follow=True),
            "refuse": partial(calls.follow_redirect, follow=False),
        }

    def run(self, action: str, key: str) -> None:
        """Do ``action`` with the call ``key``."""
        try:
            self._table[action](key)
        except (DialStringInvalid, CannotCall, FeatureNotOffered) as error:
            self.failed.emit(error)

    def pair(self, action: str, key: str, other: str) -> None:
        """Do ``action`` (join, transfer_to) with two calls."""
        conference = self._phone.conference
        if action == "transfer_to":
            self._phone.transfers.to_call(key, other)
        elif key in conference.keys or other in conference.keys:
            conference.add(key if other in conference.keys else other)
        else:
            conference.merge((key, other))

    def _call(self, key: str, field: str) -> bool:
        call = self._phone.calls.find(key)
        return call is not None and bool(getattr(call, field))

    def _hang_up(self, key: str) -> None:
        for each in self._together(key):
            self._phone.calls.hang_up(each)

    def _end_and_answer(self, key: str) -> None:
        active = self._phone.calls.active
        if active is not None and active.key != key:
            self._hang_up(active.key)
        self._phone.calls.answer(key)

    def _park(self, key: str) -> None:
        """Where the code has a place for a slot, ask which."""
        features = self._phone.features
        if SLOT in features.codes.park:
            self.number_wanted.emit("park", key)
        else:
            features.park(key)

    def _record(self, key: str) -> None:
        """Stop what is recorded of the call or its conference, else start."""
        recorded = [each for each in self._together(key) if self._call(each, "is_recording")]
        for each in recorded:
            self._phone.recording.stop(each)
        if not recorded:
            self._phone.recording.start(key)

    def _together(self, key: str) -> tuple[str, ...]:
        """``key`` with its whole conference."""
        members = self._phone.conference.keys
        return members if key in members else (key,)
