"""Where a 3xx points, and where a call has been: targets best first, at most five hops, never in a circle.

Source: RFC 3261 §8.1.3.4, §20.10 (q), §21.3.
"""

from __future__ import annotations

import re

from softphone.domain.header_value import parse_parameters, split_outside
from softphone.domain.uri import DEFAULT_SIP_PORT, UriInvalid, parse_sip_uri

MAX_HOPS = 5

_CONTACT = re.compile(r"(?im)^(?:Contact|m)[ \t]*:[ \t]*([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)")


def contact_targets(message: str) -> tuple[str, ...]:
    """The SIP URIs of a message's Contact headers, the highest q first, in their order where equal."""
    head = message.partition("\r\n\r\n")[0]
    ranked: list[tuple[float, str]] = []
    for header in _CONTACT.findall(head):
        for value in split_outside(header, ","):
            address, _, parameters = value.rpartition(">")
            bare = address.rpartition("<")[2] if address else value.partition(";")[0]
            fields = parameters if address else value.partition(";")[2]
            try:
                uri = str(parse_sip_uri(bare))
            except UriInvalid:
                continue
            ranked.append((_q(parse_parameters(fields).get("q", "")), uri))
    ranked.sort(key=lambda target: -target[0])
    return tuple(dict.fromkeys(uri for _, uri in ranked))


def contact_values(targets: tuple[str, ...]) -> list[str]:
    """Contact values for a 302, each with the q of its rank. Errors: UriInvalid."""
    step = min(0.1, 0.9 / max(len(targets), 1))
    return [f"<{parse_sip_uri(uri)}>;q={1.0 - rank * step:.3f}" for rank, uri in enumerate(targets)]


class Redirection:
    """The way of one call out: where it was sent, where it may still go, and whether the user is asked."""

    def __init__(self, uri: str) -> None:
        self.current = uri
        self._visited = {_place(uri)}
        self._hops = 0
        self.waiting: tuple[str, ...] = ()
        self.is_asked = False

    @property
    def is_exhausted(self) -> bool:
        """It was sent on often enough."""
        return self._hops >= MAX_HOPS

    def add(self, targets: tuple[str, ...]) -> bool:
        """Put what was not tried yet before what already waits; False where all of it was."""
        fresh = tuple(uri for uri in targets if _place(uri) not in self._visited)
        places = {_place(uri) for uri in fresh}
        self.waiting = fresh + tuple(uri for uri in self.waiting if _place(uri) not in places)
        return bool(fresh)

    def take(self) -> str:
        """The next target, which counts as a hop and is never given again."""
        uri, *rest = self.waiting
        self.waiting = tuple(rest)
        self._visited.add(_place(uri))
        self._hops += 1
        self.current = uri
        return uri


def _q(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0) if text else 1.0
    except ValueError:
        return 0.0


def _place(uri: str) -> tuple[str, str, int]:
    """What two URIs of the same place share (RFC 3261 §19.1.4, without parameters)."""
    try:
        parsed = parse_sip_uri(uri)
    except UriInvalid:
        return uri, "", 0
    return parsed.user, parsed.host.lower(), parsed.port or DEFAULT_SIP_PORT
