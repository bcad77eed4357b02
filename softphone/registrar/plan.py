"""Where a request goes, as values: targets in stages, and what follows when nobody answered.

Plan ─ stage 1 ─ stage 2 … ─▶ then(Outcome) ─▶ another Plan ─▶ …
                           └▶ otherwise(transaction): an application takes the call
                           └▶ the best answer, or ``refusal``
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

from softphone.sip.message import SipRequest, SipResponse
from softphone.sip.transaction import ServerTransaction
from softphone.sip.transport import Flow


@dataclass(frozen=True)
class Target:
    """Where one branch goes. ``user``: whose phone it is; ``route`` is put before the request (Path).

    It rings from ``start_s`` to ``end_s`` of its stage (None: to the end of it). ``headers`` are set on it;
    an empty value takes one away.
    """

    uri: str
    flow: Flow
    route: tuple[str, ...] = ()
    user: str = ""
    start_s: float = 0.0
    end_s: float | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Stage:
    """Targets tried at the same time; after ``ring_s`` unanswered seconds the next stage begins."""

    targets: tuple[Target, ...]
    ring_s: float | None = None


class Cause(enum.Enum):
    """Why nobody answered a plan. REDIRECTED: a phone named other numbers (3xx)."""

    BUSY = "busy"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"
    DECLINED = "declined"
    REDIRECTED = "redirected"
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """How a plan ended unanswered: the final answers of its branches, and whether any phone rang."""

    finals: tuple[SipResponse, ...]
    has_rung: bool = False

    @property
    def cause(self) -> Cause:
        """One word for it, the most telling answer first."""
        codes = {final.status_code for final in self.finals}
        if any(300 <= code < 400 for code in codes):
            return Cause.REDIRECTED
        if self.has_rung and (487 in codes or not codes):
            return Cause.NO_ANSWER
        if codes & {486, 600}:
            return Cause.BUSY
        if any(code >= 600 for code in codes):
            return Cause.DECLINED
        if self.has_rung and codes <= {408, 480}:
            return Cause.NO_ANSWER
        if codes <= {404, 408, 410, 430, 480, 487, 500, 503}:
            return Cause.UNREACHABLE
        return Cause.FAILED


@dataclass(frozen=True)
class Plan:
    """Stages one after another.

    When none answered, ``then`` may give another plan; else ``otherwise`` takes the request, or ``refusal``
    is answered, or the best answer goes back. ``request`` stands in for the caller's where it was
    rewritten (diversion, identity). ``stops_at_6xx`` as RFC 3261 has it; a hunt group goes on. With
    ``follows_redirects`` a 3xx ends its stage at once, and ``then`` decides.
    """

    stages: tuple[Stage, ...] = ()
    then: Callable[[Outcome], Plan | None] | None = None
    otherwise: Callable[[ServerTransaction], None] | None = None
    refusal: int = 0
    request: SipRequest | None = None
    stops_at_6xx: bool = True
    follows_redirects: bool = False
