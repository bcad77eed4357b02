"""Transfer: how far a REFER has come (RFC 3515, RFC 5589), seen by the transferor.

asked ─▸ trying (202, NOTIFY 100) ─▸ ringing (NOTIFY 18x) ─┬─▸ succeeded (NOTIFY 2xx): the call ends
                                                          └─▸ failed (refused, NOTIFY ≥ 300)
"""

from __future__ import annotations

import enum

import msgspec

from softphone.domain.errors import FailureCause


class TransferState(enum.Enum):
    """What the far side said of the call it was asked to make."""

    ASKED = "asked"
    TRYING = "trying"
    RINGING = "ringing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """One transfer of one call. ``target`` is the Refer-To URI.

    ``status_code`` is that of the last sipfrag or answer; ``to_key`` is the other call of ours in an attended
    transfer, "" in a blind one.
    """

    target: str
    state: TransferState
    status_code: int = 0
    cause: FailureCause = FailureCause.NONE
    to_key: str = ""

    @property
    def is_under_way(self) -> bool:
        """Its outcome is not known yet."""
        return self.state in (TransferState.ASKED, TransferState.TRYING, TransferState.RINGING)
