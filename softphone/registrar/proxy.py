"""The stateful proxy: one request in, branches out, one answer back (RFC 3261 §16).

                              ┌─ branch ─▶ phone A  180 … 486
    caller ─INVITE─▶ Fork ────┤                              stage 1, then stage 2 …, then an application
                              └─ branch ─▶ phone B  180 … 200 ─▶ caller; A gets CANCEL

A proxy, no B2BUA: phones see each other's own messages, tags and forked answers, so Replaces, REFER,
several 18x and late offers are tested end to end; what a PBX must do itself (park, voicemail, conference,
pickup by number) is an application that takes the call as a called side (`inbound_call`). A hunt group,
forwarding or single-number reach is another ``Plan``: stages one after another, an application at the end.
"""

from __future__ import annotations

import functools
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass

from softphone.registrar.addressing import Addressing
from softphone.sip.header import HeaderInvalid, parse_name_addr, parse_via
from softphone.sip.message import SipRequest, SipResponse, new_tag, response_to
from softphone.sip.transaction import (
    ClientTransaction,
    Scheduler,
    ServerTransaction,
    TimerHandle,
    TransactionLayer,
    build_cancel,
)
from softphone.sip.transport import Flow

logger = logging.getLogger(__name__)

MAX_FORWARDS = 70
_BRANCH_HASH_CHARS = 16


@dataclass(frozen=True)
class Target:
    """Where one branch goes. ``route`` is put before the request (a binding's Path)."""

    uri: str
    flow: Flow
    route: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stage:
    """Targets tried at the same time; after ``ring_s`` unanswered seconds the next stage begins."""

    targets: tuple[Target, ...]
    ring_s: float | None = None


@dataclass(frozen=True)
class Plan:
    """Stages one after another.

    When none answered, ``otherwise`` takes the request; without it the best answer goes back.
    """

    stages: tuple[Stage, ...]
    otherwise: Callable[[ServerTransaction], None] | None = None


class Proxy:
    """Forwards requests and remembers the ones that may still be cancelled."""

    def __init__(self, addressing: Addressing, transactions: TransactionLayer, realm: str) -> None:
        self.addressing = addressing
        self.transactions = transactions
        self._realm = realm
        self._forks: dict[int, Fork] = {}

    def forward(self, transaction: ServerTransaction, plan: Plan) -> None:
        """Carry out ``plan`` for a request."""
        fork = Fork(self, transaction, plan)
        self._forks[id(transaction)] = fork
        fork.start()

    def cancel(self, transaction: ServerTransaction) -> bool:
        """The caller gave this INVITE up. False where it is not ours."""
        fork = self._forks.get(id(transaction))
        if fork:
            fork.cancel()
        return fork is not None

    def forward_ack(self, request: SipRequest, flow: Flow) -> None:
        """Pass the ACK of a 2xx on, without state (RFC 3261 §16.11)."""
        forwarded = request.copy()
        target = self.next_hop(forwarded)
        if target:
            self._hop(forwarded)
            forwarded.headers.insert_first("Via", self.addressing.via(target.flow))
            self.transactions.send(forwarded, target.flow, None)

    def next_hop(self, request: SipRequest) -> Target | None:
        """Where a request inside a dialog goes: its next Route, else its Request-URI."""
        routes = request.headers.get_all("Route")
        try:
            uri = parse_name_addr(routes[0]).uri if routes else request.uri
        except HeaderInvalid:
            return None
        flow = self.addressing.resolve(uri)
        return Target(request.uri, flow) if flow else None

    def is_looping(self, request: SipRequest) -> bool:
        """True where this very request went through us before (RFC 3261 §16.3 step 4)."""
        key = loop_key(request)
        for value in request.headers.get_all("Via"):
            try:
                via = parse_via(value)
            except HeaderInvalid:
                continue
            if self.addressing.is_ours_via(via) and key in via.branch:
                return True
        return False

    def build(self, request: SipRequest, target: Target, arriving: Flow) -> SipRequest:
        """The request as it leaves for ``target`` (RFC 3261 §16.6)."""
        forwarded = request.copy()
        forwarded.uri = target.uri
        self._hop(forwarded)
        if not request.to.tag and request.method in ("INVITE", "SUBSCRIBE", "REFER"):
            for route in reversed(self.addressing.record_routes(arriving, target.flow)):
                forwarded.headers.insert_first("Record-Route", route)
        for route in reversed(target.route):
            forwarded.headers.insert_first("Route", route)
        forwarded.headers.insert_first("Via", self.addressing.via(target.flow, loop_key(request)))
        return forwarded

    def forget(self, transaction: ServerTransaction) -> None:
        """A fork is over."""
        self._forks.pop(id(transaction), None)

    def clear(self) -> None:
        """Drop every fork and its clocks."""
        for fork in list(self._forks.values()):
            fork.drop()

    def _hop(self, request: SipRequest) -> None:
        left = int(request.headers.get("Max-Forwards") or MAX_FORWARDS + 1) - 1
        request.headers.set("Max-Forwards", str(max(left, 0)))
        kept = [
            v for v in request.headers.get_all("Proxy-Authorization") if f'realm="{self._realm}"' not in v
        ]
        request.headers.set("Proxy-Authorization", *kept)


class _Branch:
    """One target of a fork."""

    def __init__(self) -> None:
        self.client: ClientTransaction | None = None
        self.has_provisional = False
        self.is_cancelled = False
        self.cancel_sent = False
        self.final: SipResponse | None = None
        self.timer_c: TimerHandle | None = None


class Fork:
    """The response context of one server transaction (RFC 3261 §16.7)."""

    def __init__(self, proxy: Proxy, transaction: ServerTransaction, plan: Plan) -> None:
        self._proxy = proxy
        self._transaction = transaction
        self._plan = plan
        self._next_stage = 0
        self._branches: list[_Branch] = []
        self._finals: list[SipResponse] = []
        self._is_cancelled = False
        self._is_decided = False
        self._ring_timer: TimerHandle | None = None

    def start(self) -> None:
        """Begin with the next stage, or settle."""
        if self._next_stage >= len(self._plan.stages):
            self._settle()
            return
        stage = self._plan.stages[self._next_stage]
        self._next_stage += 1
        self._branches = [_Branch() for _ in stage.targets]
        if stage.ring_s is not None:
            self._ring_timer = self._scheduler.call_later(stage.ring_s, self._cancel_branches)
        for branch, target in zip(self._branches, stage.targets, strict=True):
            request = self._proxy.build(self._transaction.request, target, self._transaction.flow)
            self._start_timer_c(branch)
            branch.client = self._proxy.transactions.request(
                request,
                target.flow,
                functools.partial(self._receive, branch),
                functools.partial(self._fail, branch),
            )
        self._check_done()

    def cancel(self) -> None:
        """The caller gave up (RFC 3261 §16.10)."""
        self._is_cancelled = True
        self._cancel_branches()

    def drop(self) -> None:
        """Stop all clocks; nothing more is said."""
        self._is_decided = True
        for branch in self._branches:
            self._stop_timer_c(branch)
        self._stop_ring_timer()
        self._proxy.forget(self._transaction)

    @property
    def _scheduler(self) -> Scheduler:
        return self._proxy.transactions.scheduler

    def _receive(self, branch: _Branch, response: SipResponse) -> None:
        if branch.client:
            self._proxy.addressing.learn(response, branch.client.flow)
        code = response.status_code
        if code < 200:
            branch.has_provisional = True
            self._start_timer_c(branch)
            if branch.is_cancelled:
                self._send_cancel(branch)
            elif code > 100 and not self._is_decided:
                self._transaction.respond(_upstream(response))
            return
        self._stop_timer_c(branch)
        branch.final = response
        if code < 300:
            self._is_decided = True
            self._transaction.respond(_upstream(response))
            self._cancel_branches()
        else:
            self._finals.append(response)
            if code >= 600:
                self._next_stage = len(self._plan.stages)
                self._cancel_branches()
        self._check_done()

    def _fail(self, branch: _Branch, status_code: int) -> None:
        """Silence (408) or a dead line; the phone is not there: 480."""
        self._stop_timer_c(branch)
        code = 480 if status_code == 503 else status_code
        branch.final = _upstream_made(self._transaction.request, code)
        self._finals.append(branch.final)
        self._check_done()

    def _check_done(self) -> None:
        """A silent branch of a given-up call is not waited for: its CANCEL follows when it does answer."""
        waiting = [
            branch
            for branch in self._branches
            if branch.final is None and (branch.has_provisional or not branch.is_cancelled)
        ]
        if waiting:
            return
        self._stop_ring_timer()
        if self._is_decided:
            self._proxy.forget(self._transaction)
        elif self._is_cancelled:
            self._settle()
        else:
            self.start()

    def _settle(self) -> None:
        if self._is_decided:
            return
        self._is_decided = True
        self._proxy.forget(self._transaction)
        if self._is_cancelled:
            self._transaction.respond(_upstream_made(self._transaction.request, 487))
        elif self._plan.otherwise and not any(final.status_code >= 600 for final in self._finals):
            self._plan.otherwise(self._transaction)
        else:
            self._transaction.respond(self._best())

    def _best(self) -> SipResponse:
        if not self._finals:
            return _upstream_made(self._transaction.request, 480)
        best = min(self._finals, key=_rank)
        if best.status_code == 503:
            return _upstream_made(self._transaction.request, 500)  # RFC 3261 §16.7 step 6
        own = self._transaction.request.headers.get_all("Via")
        return best if best.headers.get_all("Via") == own else _upstream(best)

    def _cancel_branches(self) -> None:
        for branch in self._branches:
            if branch.final is None and not branch.is_cancelled:
                branch.is_cancelled = True
                if branch.has_provisional:
                    self._send_cancel(branch)
        self._check_done()

    def _send_cancel(self, branch: _Branch) -> None:
        client = branch.client
        if branch.cancel_sent or client is None or client.request.method != "INVITE":
            return
        if client.state in ("calling", "proceeding"):
            branch.cancel_sent = True
            cancel = build_cancel(client.request)
            self._proxy.transactions.request(cancel, client.flow, _ignore_response, _ignore_failure)

    def _start_timer_c(self, branch: _Branch) -> None:
        self._stop_timer_c(branch)
        if self._transaction.request.method == "INVITE":
            seconds = self._proxy.transactions.timers.c_s
            branch.timer_c = self._scheduler.call_later(seconds, lambda: self._timer_c_fired(branch))

    def _timer_c_fired(self, branch: _Branch) -> None:
        if branch.has_provisional and not branch.is_cancelled:
            branch.is_cancelled = True
            self._send_cancel(branch)
        elif branch.final is None:
            self._fail(branch, 408)

    def _stop_timer_c(self, branch: _Branch) -> None:
        if branch.timer_c:
            branch.timer_c.cancel()
            branch.timer_c = None

    def _stop_ring_timer(self) -> None:
        if self._ring_timer:
            self._ring_timer.cancel()
            self._ring_timer = None


def loop_key(request: SipRequest) -> str:
    """What makes this request this request (RFC 3261 §16.6 step 8)."""
    parts = (request.uri, request.headers.get("From"), request.headers.get("To"), request.call_id)
    text = "|".join((*parts, str(request.cseq.number), *request.headers.get_all("Route")))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:_BRANCH_HASH_CHARS]


def _upstream(response: SipResponse) -> SipResponse:
    forwarded = response.copy()
    forwarded.headers.set("Via", *response.headers.get_all("Via")[1:])
    return forwarded


def _upstream_made(request: SipRequest, status_code: int) -> SipResponse:
    return response_to(request, status_code, to_tag=new_tag())


def _rank(response: SipResponse) -> tuple[int, int]:
    """The order of RFC 3261 §16.7 step 6: a 6xx, then the lowest class; in it the most telling first."""
    code = response.status_code
    if code >= 600:
        return (0, code)
    told = {401: 0, 407: 0, 415: 1, 420: 1, 484: 1, 486: 2, 408: 8, 480: 7, 487: 9}
    return (code // 100, told.get(code, 5))


def _ignore_response(response: SipResponse) -> None:
    logger.debug("answered: %s", response.start_line)


def _ignore_failure(status_code: int) -> None:
    logger.debug("unanswered CANCEL: %d", status_code)
