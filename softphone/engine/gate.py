"""Which callers may come in: what every INVITE must pass before the phone hears of it.

INVITE ─▸ DTLS? 488 ─▸ flood? 486, late ─▸ every line in use? 486, told ─▸ ring
"""

from __future__ import annotations

import re
from collections import deque

import msgspec

from softphone.engine.rate_limit import RateLimit

# Every INVITE takes two of the 64 sockets the library can watch, and gives them back 0.5 s later; the 65th
# is an assertion. Over the limit a call is refused late: it keeps its slot, and with all four taken the
# library refuses by itself, before it opens sockets.
INCOMING_PER_S, INCOMING_BURST = 15.0, 8
FLOOD_HOLD_S = 0.6
TOLD_MAX = 32

_CALL_ID = re.compile(r"(?im)^(?:Call-ID|i)[ \t]*:[ \t]*(\S+)")


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """How a caller is refused: ``told`` the phone hears of it, ``late`` the answer waits FLOOD_HOLD_S."""

    status_code: int
    told: bool = False
    late: bool = False


class Gate:
    """Thread: engine, all of it."""

    def __init__(self) -> None:
        self._rate = RateLimit(per_second=INCOMING_PER_S, burst=INCOMING_BURST)
        self._told: deque[str] = deque(maxlen=TOLD_MAX)

    def refusal(self, message: str, *, line_is_free: bool) -> Refusal | None:
        """Why this INVITE may not ring; None where it may."""
        if is_dtls(message):
            return Refusal(status_code=488)
        if not self._rate.allow():
            return Refusal(status_code=486, late=True)
        return None if line_is_free else Refusal(status_code=486, told=True)

    def allow(self) -> bool:
        """One more INVITE may be looked at now."""
        return self._rate.allow()

    def is_new(self, message: str) -> bool:
        """An INVITE the library refused is no flood and was not sent before (it answers without state)."""
        match = _CALL_ID.search(message)
        call_id = match.group(1) if match else ""
        if call_id in self._told or not self._rate.allow():
            return False
        self._told.append(call_id)
        return True


def is_dtls(message: str) -> bool:
    """It offers DTLS-SRTP, which is not compiled in: answering it is a segmentation fault."""
    return "udp/tls/" in message.lower()
