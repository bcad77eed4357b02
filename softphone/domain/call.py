"""The call: one frozen value, moved by ``apply`` alone.

States are RFC 4235's. "Ringing" is ``early``. Hold is not a state: it is the media direction each side
asked for. ``apply`` lives in ``call_transition`` beside the events it reads.
"""

from __future__ import annotations

import enum

import msgspec

from softphone.domain.contact import Person
from softphone.domain.errors import FailureCause
from softphone.domain.identity import Anonymity
from softphone.domain.media import MediaDirection, Quality
from softphone.domain.transfer import Transfer
from softphone.domain.uri import Party


class CallState(enum.Enum):
    """RFC 4235 §3.7.1."""

    TRYING = "trying"
    PROCEEDING = "proceeding"
    EARLY = "early"
    CONFIRMED = "confirmed"
    TERMINATED = "terminated"


class TerminatedReason(enum.Enum):
    """RFC 4235 §4.1.2: what ended the dialog."""

    CANCELLED = "cancelled"
    REJECTED = "rejected"
    REPLACED = "replaced"
    LOCAL_BYE = "local-bye"
    REMOTE_BYE = "remote-bye"
    ERROR = "error"
    TIMEOUT = "timeout"


class Direction(enum.Enum):
    """RFC 4235 §4.1.1: who sent the INVITE, seen from here."""

    INITIATOR = "initiator"
    RECIPIENT = "recipient"


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """Everything known of one call. Times are Unix seconds; 0.0 where it has not happened.

    ``called`` is the number of ours that was called; ``answer_after_s`` −1 where no automatic answer is
    asked for; ``transferred_from`` the key of the call that became this one; ``redirect_targets`` where a
    3xx points while the user has not chosen; ``party_muted`` the others of a conference do not hear them;
    ``recording_path`` "" where nothing is recorded; ``silent`` their packets stay away; ``quiet`` the phone
    deals with it by itself, without a bell; ``forwarded_to`` the number an unanswered caller was sent on to;
    ``person`` whom the phone book has under the far side's number.
    """

    key: str
    account_key: str
    direction: Direction
    remote: Party
    state: CallState
    sip_call_id: str = ""
    reason: TerminatedReason | None = None
    cause: FailureCause = FailureCause.NONE
    status_code: int = 0
    reason_phrase: str = ""
    local_media: MediaDirection = MediaDirection.SENDRECV
    remote_media: MediaDirection = MediaDirection.SENDRECV
    early_media: bool = False
    muted: bool = False
    codec: str = ""
    quality: Quality | None = None
    anonymity: Anonymity = Anonymity.NONE
    diverted_by: Party | None = None
    called: str = ""
    answer_after_s: float = -1.0
    transfer: Transfer | None = None
    transferred_from: str = ""
    redirect_targets: tuple[str, ...] = ()
    in_conference: bool = False
    party_muted: bool = False
    recording_path: str = ""
    silent: bool = False
    quiet: bool = False
    forwarded_to: str = ""
    person: Person | None = None
    created_at_s: float = 0.0
    confirmed_at_s: float = 0.0
    terminated_at_s: float = 0.0

    @property
    def held(self) -> bool:
        """We keep them waiting."""
        return self.local_media.holds

    @property
    def held_by_remote(self) -> bool:
        """They keep us waiting."""
        return self.remote_media.holds

    @property
    def is_live(self) -> bool:
        """It is not over."""
        return self.state is not CallState.TERMINATED

    @property
    def waits_for_answer(self) -> bool:
        """Somebody calls and was not answered yet."""
        return self.direction is Direction.RECIPIENT and self.state is CallState.EARLY

    @property
    def is_ringing_here(self) -> bool:
        """Somebody calls and the bell rings for them."""
        return self.waits_for_answer and not self.quiet

    @property
    def is_recording(self) -> bool:
        """It is being recorded."""
        return bool(self.recording_path)

    @property
    def duration_s(self) -> float:
        """Seconds of talking; 0.0 before the answer and while it still runs."""
        if not self.confirmed_at_s or not self.terminated_at_s:
            return 0.0
        return max(self.terminated_at_s - self.confirmed_at_s, 0.0)
