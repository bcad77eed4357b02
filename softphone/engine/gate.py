"""Which callers may come in: what every INVITE must pass before the phone hears of it.

INVITE ─▸ DTLS? 488 ─▸ flood? 486, late ─▸ every line in use? 486, told ─▸ ring
"""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable

import msgspec

from softphone.domain.events import CallRefused
from softphone.domain.identity import CallerIdentity, parse_identity
from softphone.domain.ports import EventSink
from softphone.engine.account import IncomingInvite
from softphone.engine.call import CallRecord
from softphone.engine.rate_limit import RateLimit
from softphone.engine.schedule import Schedule

# Every INVITE takes two of the 64 sockets the library can watch, and gives them back 0.5 s later; the 65th
# is an assertion. Over the limit a call is refused late: it keeps its slot, and with all four taken the
# library refuses by itself, before it opens sockets.
INCOMING_PER_S, INCOMING_BURST = 15.0, 8
FLOOD_HOLD_S = 0.6
TOLD_MAX = 32

_CALL_ID = re.compile(r"(?im)^(?:Call-ID|i)[ \t]*:[ \t]*(\S+)")


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """How a caller is refused: ``told`` the phone hears of it; ``after_s`` None inside the callback."""

    status_code: int
    told: bool = False
    after_s: float | None = 0.0


class Gate:
    """Thread: engine, all of it."""

    def __init__(self, schedule: Schedule, emit: EventSink, refuse: Callable[[str, int], None]) -> None:
        """``refuse`` answers the call of a key with a status code, where it is still there."""
        self._schedule = schedule
        self._emit = emit
        self._refuse = refuse
        self._rate = RateLimit(per_second=INCOMING_PER_S, burst=INCOMING_BURST, now_s=schedule.now_s)
        self._told: deque[str] = deque(maxlen=TOLD_MAX)

    def refusal(self, message: str, *, line_is_free: bool) -> Refusal | None:
        """Why this INVITE may not ring; None where it may."""
        if is_dtls(message):
            # With an offer the library must hear of it before it makes an answer; without one, a hang-up
            # inside the callback frees the message twice, which is an assertion.
            has_body = bool(message.partition("\r\n\r\n")[2].strip())
            return Refusal(status_code=488, after_s=None if has_body else 0.0)
        if not self._rate.allow():
            return Refusal(status_code=486, after_s=FLOOD_HOLD_S)
        return None if line_is_free else Refusal(status_code=486, told=True)

    def allow(self) -> bool:
        """One more INVITE may be looked at now."""
        return self._rate.allow()

    def turn_away(self, record: CallRecord, refusal: Refusal) -> None:
        """Refuse a caller, now or late, and tell the phone where it should know."""
        key, status_code = record.key, refusal.status_code
        if refusal.told:
            self._tell(record.account_key, record.caller, status_code)
        if refusal.after_s is None:
            self._refuse(key, status_code)
        else:
            self._schedule.call_later(refusal.after_s, lambda: self._refuse(key, status_code))

    def told_by_library(self, invite: IncomingInvite) -> None:
        """The library refused by itself; it keeps no state, so a retransmission comes here once more."""
        match = _CALL_ID.search(invite.message)
        call_id = match.group(1) if match else ""
        if call_id not in self._told and self._rate.allow():
            self._told.append(call_id)
            self._tell(invite.account_key, parse_identity(invite.message), 486)

    def _tell(self, account_key: str, caller: CallerIdentity, status_code: int) -> None:
        self._emit(
            CallRefused(account_key=account_key, caller=caller, status_code=status_code, at_s=time.time())
        )


def is_dtls(message: str) -> bool:
    """It offers DTLS-SRTP, which is not compiled in: answering it is a segmentation fault."""
    return "udp/tls/" in message.lower()
