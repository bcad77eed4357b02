"""The SIP ladder: the last messages as a person reads them, credentials taken out.

Source: RFC 7616 §5.1 (what a digest gives away), RFC 4568 §6.1 (SDES keys).
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass

from softphone.sip.transport import Flow

MAX_MESSAGES = 400
_SECRET_FIELDS = re.compile(
    r'\b((?:response|cnonce|nextnonce|rspauth)\s*=\s*)("[^"]*"|[^,\s]+)', re.IGNORECASE
)
_SDES_KEY = re.compile(r"(inline:)[^\s|]+")


@dataclass(frozen=True)
class Rung:
    """One message. ``at_s`` on the registrar's clock; ``sent`` by the registrar, else received."""

    at_s: float
    sent: bool
    flow: Flow
    data: bytes


class Ladder:
    """The last messages of one registrar."""

    def __init__(self, max_messages: int = MAX_MESSAGES) -> None:
        self._rungs: deque[Rung] = deque(maxlen=max_messages)

    def add(self, at_s: float, flow: Flow, data: bytes, *, sent: bool) -> None:
        """Keep one message as it was on the wire."""
        self._rungs.append(Rung(at_s, sent, flow, data))

    def text(self, *, whole: bool = False) -> str:
        """One line a message, seconds since the first; with ``whole`` the messages themselves beneath."""
        if not self._rungs:
            return "(no SIP message)"
        start_s = self._rungs[0].at_s
        return "\n".join(_line(rung, start_s) + (_body(rung) if whole else "") for rung in self._rungs)


def redact(text: str) -> str:
    """``text`` without digest responses and SDES keys."""
    return _SDES_KEY.sub(r"\1…", _SECRET_FIELDS.sub(r"\1…", text))


def _line(rung: Rung, start_s: float) -> str:
    text = rung.data.decode("utf-8", "replace")
    first = text.lstrip().partition("\n")[0].strip()[:100]
    cseq = re.search(r"^CSeq\s*:\s*(.*?)\s*$", text, re.MULTILINE | re.IGNORECASE)
    call_id = re.search(r"^(?:Call-ID|i)\s*:\s*(\S{1,8})", text, re.MULTILINE | re.IGNORECASE)
    arrow = "◀──" if rung.sent else "──▶"
    tail = f"  ({cseq.group(1)[:30]}; {call_id.group(1)})" if cseq and call_id else ""
    return f"{rung.at_s - start_s:9.3f}  {rung.flow!s:<27} {arrow}  {redact(first)}{tail}"


def _body(rung: Rung) -> str:
    text = redact(rung.data.decode("utf-8", "replace"))
    return "\n" + "\n".join("           | " + line for line in text.splitlines())
