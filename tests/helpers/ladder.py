"""The SIP ladder of a test, drawn from the logs of everyone who took part.

Peers register a source when they start; ``tests/conftest.py`` draws the ladder when a test fails.

    time      from                    to                      message
    12:00:01  127.0.0.1:40123 ──────▸ 127.0.0.1:24050         INVITE sip:1001@127.0.0.1  (cseq 1)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

MAX_ARROWS = 120


class Arrow(NamedTuple):
    """One SIP message seen somewhere. ``at`` is a local time of day, ``HH:MM:SS.mmm``."""

    at: str
    source: str
    target: str
    message: str
    call_id: str = ""
    seen_by: str = ""


_sources: list[Callable[[], Iterable[Arrow]]] = []


def register_source(arrows: Callable[[], Iterable[Arrow]]) -> None:
    """Ask ``arrows`` for its messages if the running test fails."""
    _sources.append(arrows)


def clear_sources() -> None:
    """Forget the sources: the test is over."""
    _sources.clear()


def drawn() -> str:
    """The ladder of the running test; empty when nobody saw a message."""
    arrows: list[Arrow] = []
    problems: list[str] = []
    for source in _sources:
        try:
            arrows.extend(source())
        except (OSError, ValueError) as error:
            problems.append(f"(a log could not be read: {error})")
    return "\n".join([*problems, draw(arrows)]).strip()


def draw(arrows: Iterable[Arrow]) -> str:
    """The arrows as text, oldest first, at most the last ``MAX_ARROWS``."""
    ordered = sorted(arrows, key=lambda arrow: arrow.at)
    lines = []
    if len(ordered) > MAX_ARROWS:
        lines.append(f"… {len(ordered) - MAX_ARROWS} earlier messages")
    lines.extend(
        f"{arrow.at:12}  {arrow.source:>21} ──▸ {arrow.target:21}  {arrow.message}  [{arrow.seen_by}]"
        for arrow in ordered[-MAX_ARROWS:]
    )
    return "\n".join(lines)


_KAMAILIO_LINE = re.compile(
    r"LADDER\|(\d+)\.(\d+)\|(\w+)\|(\*|[\d.]+:\d+)\|([^|\n]*)\|([^|\n]*)\|([^|\n]*)$", re.MULTILINE
)


def kamailio_arrows(log: str, address: str) -> list[Arrow]:
    """The messages Kamailio at ``address`` received, and the answers it made itself (peer ``*``)."""
    arrows = []
    last_sender: dict[str, str] = {}
    for match in _KAMAILIO_LINE.finditer(log):
        seconds, micros, proto, peer, message, call_id, cseq = match.groups()
        at = datetime.fromtimestamp(int(seconds)).strftime("%H:%M:%S.") + f"{int(micros) // 1000:03}"
        if peer == "*":
            source, target = address, last_sender.get(call_id, "?")
        else:
            source, target = peer, address
            last_sender[call_id] = peer
        over = "" if proto == "none" else f", {proto}"
        arrows.append(Arrow(at, source, target, f"{message}  (cseq {cseq}{over})", call_id, "kamailio"))
    return arrows


_PJSIP_LINE = re.compile(
    r"(\d\d:\d\d:\d\d\.\d{3}).*?\b(TX|RX) \d+ bytes (?:Request|Response) msg (\S+)/cseq=(\d+).*?"
    r" (?:to|from) (\w+) ([\d.]+:\d+)"
)


def pjsip_arrows(log: str, name: str) -> list[Arrow]:
    """The messages in a PJSIP log (level 4 or 5) of the phone called ``name``."""
    arrows = []
    for match in _PJSIP_LINE.finditer(log):
        at, way, message, cseq, proto, peer = match.groups()
        source, target = (name, peer) if way == "TX" else (peer, name)
        arrows.append(Arrow(at, source, target, f"{message}  (cseq {cseq}, {proto})", "", name))
    return arrows


def registrar_arrows(events: Iterable[Mapping[str, object]], name: str) -> list[Arrow]:
    """What the local registrar said it did: its JSON events with ``at``, the time of day they came."""
    arrows = []
    for event in events:
        fields = " ".join(
            f"{key}={value}"
            for key, value in event.items()
            if key not in ("event", "at", "received_s", "text")
        )
        arrows.append(Arrow(str(event["at"]), name, "", f"{event.get('event')}  {fields}", "", "registrar"))
    return arrows
