"""What the registrar tells its observer: small frozen values, past tense.

Thread: they are handed over on the registrar's loop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Registered:
    """A phone registered or refreshed. ``transport`` is udp or tcp."""

    user: str
    contact_uri: str
    expires_s: int
    transport: str
    user_agent: str = ""


@dataclass(frozen=True)
class Unregistered:
    """A phone is no longer there. ``reason``: ``request`` or ``expired``."""

    user: str
    contact_uri: str
    reason: str


@dataclass(frozen=True)
class AuthenticationFailed:
    """A request came with credentials that do not hold."""

    user: str
    method: str


@dataclass(frozen=True)
class CallStarted:
    """An INVITE was taken on. ``callee`` is the number as dialled."""

    sip_call_id: str
    caller: str
    callee: str


@dataclass(frozen=True)
class CallAnswered:
    """A 2xx went to the caller. ``codec`` is known where a number of ours answered."""

    sip_call_id: str
    callee: str
    codec: str = ""


@dataclass(frozen=True)
class CallFailed:
    """An INVITE ended with ``status_code`` 300–699; 487 where the caller gave up."""

    sip_call_id: str
    callee: str
    status_code: int


@dataclass(frozen=True)
class CallEnded:
    """A BYE ended an answered call."""

    sip_call_id: str


@dataclass(frozen=True)
class DigitHeard:
    """A number of ours heard a DTMF digit. ``method``: ``telephone-event`` or ``info``."""

    sip_call_id: str
    digit: str
    method: str


@dataclass(frozen=True)
class CallForwarded:
    """A call went on from ``extension`` to ``number``; ``reason`` as in Diversion (RFC 5806)."""

    sip_call_id: str
    extension: str
    number: str
    reason: str


@dataclass(frozen=True)
class CallPickedUp:
    """``by`` dialled the code that takes the call ringing at ``extension``."""

    sip_call_id: str
    extension: str
    by: str


@dataclass(frozen=True)
class FeatureSet:
    """A feature code was carried out: ``state`` is on, off or the number forwarded to."""

    user: str
    feature: str
    state: str


@dataclass(frozen=True)
class MessageLeft:
    """A voicemail message for ``owner``. ``caller`` is a URI."""

    owner: str
    caller: str
    length_s: float


@dataclass(frozen=True)
class CallParked:
    """A call waits in a parking slot."""

    sip_call_id: str
    slot: str


@dataclass(frozen=True)
class CallRetrieved:
    """A call left its slot to talk to ``by``, bridged by us. A phone that knows Replaces leaves by itself."""

    sip_call_id: str
    slot: str
    by: str


RegistrarEvent = (
    Registered
    | Unregistered
    | AuthenticationFailed
    | CallStarted
    | CallAnswered
    | CallFailed
    | CallEnded
    | DigitHeard
    | CallForwarded
    | CallPickedUp
    | FeatureSet
    | MessageLeft
    | CallParked
    | CallRetrieved
)
OnEvent = Callable[[RegistrarEvent], None]
