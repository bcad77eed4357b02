"""What a test can make the registrar do wrong, request by request.

    registrar.faults.answer("REGISTER", 503, headers=(("Retry-After", "1"),), times=1)

Each fault waits for requests of its method (``*`` for any) and is used up after ``times``; None means until
``clear()``. ``stale`` and ``wrong_nonce`` strike requests that carry credentials.

Thread: the registrar's loop; from another thread go through ``RegistrarThread.call``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

NOT_SIP = b"HTTP/1.1 200 OK\r\nServer: not a telephone\r\n\r\n\x00\x01\xff\xfe"
MALFORMED_RESPONSE = (
    b"SIP/2.0 200 OK\r\nVia SIP/2.0/UDP\r\nFrom: <sip:\r\nTo\r\nCSeq: x y z\r\nContent-Length: -7\r\n\r\n\x00"
)


@dataclass(frozen=True)
class Answer:
    """Answer with this status instead of doing what was asked."""

    status_code: int
    reason_phrase: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Drop:
    """Read the message and say nothing. Retransmissions count as messages of their own."""


@dataclass(frozen=True)
class Delay:
    """Do everything, but this many seconds late."""

    delay_s: float


@dataclass(frozen=True)
class Malformed:
    """Send these bytes as the answer."""

    data: bytes


@dataclass(frozen=True)
class CloseConnection:
    """Cut the TCP connection the request came over. Over UDP the same as Drop."""


@dataclass(frozen=True)
class WrongNonce:
    """Challenge again with a fresh nonce, without saying stale: a phone must stop there."""


@dataclass(frozen=True)
class Stale:
    """Challenge again with stale=true: a phone must try again by itself."""


Fault = Answer | Drop | Delay | Malformed | CloseConnection | WrongNonce | Stale
WIRE_FAULTS = (Drop, Delay, Malformed, CloseConnection)
AUTHENTICATION_FAULTS = (WrongNonce, Stale)


@dataclass
class _Rule:
    fault: Fault
    method: str
    times: int | None


class Faults:
    """The faults of one registrar. ``service_route`` and ``path`` are added to every 200 of REGISTER."""

    def __init__(self) -> None:
        self.service_route: tuple[str, ...] = ()
        self.path: tuple[str, ...] = ()
        self._rules: list[_Rule] = []

    def add(self, fault: Fault, method: str = "*", times: int | None = 1) -> None:
        """Let ``fault`` strike the next ``times`` requests of ``method``; older faults strike first."""
        self._rules.append(_Rule(fault, method, times))

    def answer(
        self,
        method: str,
        status_code: int,
        reason_phrase: str = "",
        *,
        headers: Iterable[tuple[str, str]] = (),
        times: int | None = None,
    ) -> None:
        """Override the status, e.g. REGISTER → 503 with ``headers=(("Retry-After", "5"),)``."""
        self.add(Answer(status_code, reason_phrase, tuple(headers)), method, times)

    def interval_too_brief(self, min_expires_s: int, times: int | None = 1) -> None:
        """Answer REGISTER with 423 and this Min-Expires."""
        self.answer("REGISTER", 423, headers=(("Min-Expires", str(min_expires_s)),), times=times)

    def drop(self, method: str = "*", times: int | None = None) -> None:
        """Ignore requests."""
        self.add(Drop(), method, times)

    def delay(self, method: str, delay_s: float, times: int | None = None) -> None:
        """Be slow."""
        self.add(Delay(delay_s), method, times)

    def malformed(self, method: str, data: bytes = MALFORMED_RESPONSE, times: int | None = 1) -> None:
        """Answer with bytes that are no SIP: MALFORMED_RESPONSE, NOT_SIP or any."""
        self.add(Malformed(data), method, times)

    def close_connection(self, method: str = "*", times: int | None = 1) -> None:
        """Cut TCP connections."""
        self.add(CloseConnection(), method, times)

    def wrong_nonce(self, times: int | None = None, method: str = "*") -> None:
        """Take no answer to a challenge for right."""
        self.add(WrongNonce(), method, times)

    def stale(self, times: int | None = 1, method: str = "*") -> None:
        """Say of the next answers that their nonce is stale."""
        self.add(Stale(), method, times)

    def clear(self) -> None:
        """A healthy server again."""
        self._rules.clear()
        self.service_route = self.path = ()

    def take(self, method: str, kinds: tuple[type[Fault], ...]) -> Fault | None:
        """The fault of these ``kinds`` that strikes a request of ``method`` now; it is used up by that."""
        for rule in self._rules:
            if isinstance(rule.fault, kinds) and rule.method in ("*", method):
                if rule.times is not None:
                    rule.times -= 1
                    if rule.times <= 0:
                        self._rules.remove(rule)
                return rule.fault
        return None
