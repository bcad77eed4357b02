"""The response context of one forwarded request (RFC 3261 §16.7): branches out, one answer back.

                          ┌─ branch ─▶ phone A  180 … 486
caller ─INVITE─▶ Fork ────┤                              stage 1, then stage 2 …, then the next plan
                          └─ branch ─▶ phone B  180 … 200 ─▶ caller; A gets CANCEL
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Protocol

from softphone.registrar.addressing import Addressing
from softphone.registrar.plan import Outcome, Plan, Stage, Target
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

COMPLETED_ELSEWHERE = 'SIP;cause=200;text="Call completed elsewhere"'  # RFC 3326 §3.1


class Forwarder(Protocol):
    """What a fork needs of its proxy."""

    addressing: Addressing
    transactions: TransactionLayer
    on_answer: Callable[[SipRequest, Target, SipResponse], None]

    def build(self, request: SipRequest, target: Target, arriving: Flow) -> SipRequest:
        """The request as it leaves for ``target``."""

    def forget(self, transaction: ServerTransaction) -> None:
        """The fork of this transaction is over."""


class Branch:
    """One target of a fork."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.client: ClientTransaction | None = None
        self.has_provisional = False
        self.is_ringing = False
        self.is_cancelled = False
        self.cancel_sent = False
        self.cancel_reason = ""
        self.final: SipResponse | None = None
        self.timers: dict[str, TimerHandle] = {}

    @property
    def is_waited_for(self) -> bool:
        """A silent branch of a given-up call is not: its CANCEL follows when it does answer."""
        return self.final is None and (self.has_provisional or not self.is_cancelled)

    def stop(self, *names: str) -> None:
        """Stop these clocks; all without a name."""
        for name in names or tuple(self.timers):
            timer = self.timers.pop(name, None)
            if timer:
                timer.cancel()


class Fork:
    """Carries one plan out, and the plans that follow it.

    ``early_tags``: the To tags of the phones that rang, the last one last; ``picked_by``: the INVITE of a
    phone that takes the call from them.
    """

    def __init__(self, proxy: Forwarder, transaction: ServerTransaction, plan: Plan) -> None:
        self.transaction = transaction
        self.early_tags: list[str] = []
        self.picked_by: ServerTransaction | None = None
        self._proxy = proxy
        self._plan = plan
        self._next_stage = 0
        self._branches: list[Branch] = []
        self._plan_branches: list[Branch] = []
        self._all_branches: list[Branch] = []
        self._finals: list[SipResponse] = []
        self._is_cancelled = False
        self._is_decided = False
        self._ring_timer: TimerHandle | None = None

    @property
    def is_picked_up(self) -> bool:
        """True while another phone is taking the call, and once it has."""
        return self.picked_by is not None and self.picked_by.final_status < 300

    def start(self) -> None:
        """Begin with the next stage, or with what follows the last."""
        if self._next_stage >= len(self._plan.stages):
            self._end_plan()
            return
        stage = self._plan.stages[self._next_stage]
        self._next_stage += 1
        self._begin(stage)

    def cancel(self, reason: str = "") -> None:
        """The caller gave up (RFC 3261 §16.10); ``reason`` as his CANCEL gave it."""
        self._is_cancelled = True
        self._cancel_branches(COMPLETED_ELSEWHERE if self.is_picked_up else reason)

    def replace(self, plan: Plan) -> None:
        """Leave the phones that ring and go on with ``plan``: the call was picked up."""
        if self._is_decided or self._is_cancelled:
            return
        self._finals.clear()
        self._plan, self._next_stage, self._plan_branches = plan, 0, []
        abandoned, self._branches = self._branches, []
        self._stop_ring_timer()
        for branch in abandoned:
            self._cancel_branch(branch, COMPLETED_ELSEWHERE)
        self.start()

    def ringing_users(self) -> list[str]:
        """Whose phones ring now."""
        if self._is_decided or self._is_cancelled:
            return []
        return [
            branch.target.user
            for branch in self._branches
            if branch.is_ringing and branch.final is None and not branch.is_cancelled
        ]

    def drop(self) -> None:
        """Stop all clocks; nothing more is said."""
        self._is_decided = True
        for branch in self._all_branches:
            branch.stop()
        self._stop_ring_timer()
        self._proxy.forget(self.transaction)

    @property
    def _scheduler(self) -> Scheduler:
        return self._proxy.transactions.scheduler

    def _begin(self, stage: Stage) -> None:
        self._branches = [Branch(target) for target in stage.targets]
        self._plan_branches += self._branches
        self._all_branches += self._branches
        if stage.ring_s is not None:
            self._ring_timer = self._scheduler.call_later(stage.ring_s, self._cancel_branches)
        for branch in self._branches:
            target = branch.target
            if target.end_s is not None:
                branch.timers["end"] = self._scheduler.call_later(
                    target.end_s, functools.partial(self._end_branch, branch)
                )
            if target.start_s > 0:
                branch.timers["start"] = self._scheduler.call_later(
                    target.start_s, functools.partial(self._send, branch)
                )
            else:
                self._send(branch)
        self._check_done()

    def _send(self, branch: Branch) -> None:
        base = self._plan.request or self.transaction.request
        request = self._proxy.build(base, branch.target, self.transaction.flow)
        self._start_timer_c(branch)
        branch.client = self._proxy.transactions.request(
            request,
            branch.target.flow,
            functools.partial(self._receive, branch),
            functools.partial(self._fail, branch),
        )

    def _receive(self, branch: Branch, response: SipResponse) -> None:
        if branch.client:
            self._proxy.addressing.learn(response, branch.client.flow)
            self._proxy.on_answer(branch.client.request, branch.target, response)
        code = response.status_code
        if code < 200:
            self._take_provisional(branch, response)
            return
        branch.stop()
        branch.final = response
        if code < 300:
            self._is_decided = True
            self.transaction.respond(self._upstream(response))
            self._cancel_branches(COMPLETED_ELSEWHERE)
        elif branch in self._branches:
            self._finals.append(response)
            if (code >= 600 and self._plan.stops_at_6xx) or (code < 400 and self._plan.follows_redirects):
                self._next_stage = len(self._plan.stages)
                self._cancel_branches()
        self._check_done()

    def _take_provisional(self, branch: Branch, response: SipResponse) -> None:
        branch.has_provisional = True
        self._start_timer_c(branch)
        if branch.is_cancelled:
            self._send_cancel(branch)
        elif response.status_code > 100 and not self._is_decided:
            branch.is_ringing = True
            self._remember_tag(response.to.tag)
            self.transaction.respond(self._upstream(response))

    def _remember_tag(self, tag: str) -> None:
        if tag:
            self.early_tags = [known for known in self.early_tags if known != tag] + [tag]

    def _fail(self, branch: Branch, status_code: int) -> None:
        """Silence (408) or a dead line; the phone is not there: 480."""
        branch.stop()
        code = 480 if status_code == 503 else status_code
        branch.final = self._made(code)
        if branch in self._branches:
            self._finals.append(branch.final)
        self._check_done()

    def _check_done(self) -> None:
        if any(branch.is_waited_for for branch in self._branches):
            return
        self._stop_ring_timer()
        if self._is_decided:
            self._proxy.forget(self.transaction)
        elif self._is_cancelled:
            self._settle(self._made(487))
        else:
            self.start()

    def _end_plan(self) -> None:
        """Nobody answered: the next plan, an application, or the best answer."""
        if self._is_decided:
            return
        finals = tuple(branch.final for branch in self._plan_branches if branch.final)
        outcome = Outcome(finals, any(branch.is_ringing for branch in self._plan_branches))
        is_refused = self._plan.stops_at_6xx and any(final.status_code >= 600 for final in finals)
        following = self._plan.then(outcome) if self._plan.then and not is_refused else None
        if following:
            self._finals = [final for final in self._finals if not 300 <= final.status_code < 400]
            self._plan, self._next_stage, self._plan_branches = following, 0, []
            self.start()
        elif self._plan.otherwise and not is_refused:
            self._is_decided = True
            self._proxy.forget(self.transaction)
            self._plan.otherwise(self.transaction)
        elif self._plan.refusal:
            self._settle(self._made(self._plan.refusal))
        else:
            self._settle(self._best())

    def _settle(self, response: SipResponse) -> None:
        if not self._is_decided:
            self._is_decided = True
            self._proxy.forget(self.transaction)
            self.transaction.respond(response)

    def _best(self) -> SipResponse:
        if not self._finals:
            return self._made(480)
        best = min(self._finals, key=_rank)
        if best.status_code == 503:
            return self._made(500)  # RFC 3261 §16.7 step 6
        own = self.transaction.request.headers.get_all("Via")
        return best if best.headers.get_all("Via") == own else self._upstream(best)

    def _end_branch(self, branch: Branch) -> None:
        self._cancel_branch(branch, "")
        self._check_done()

    def _cancel_branches(self, reason: str = "") -> None:
        for branch in self._branches:
            self._cancel_branch(branch, reason)
        self._check_done()

    def _cancel_branch(self, branch: Branch, reason: str) -> None:
        if branch.final is None and not branch.is_cancelled:
            branch.is_cancelled = True
            branch.stop("start", "end")
            branch.cancel_reason = reason
            if branch.has_provisional:
                self._send_cancel(branch)

    def _send_cancel(self, branch: Branch) -> None:
        client = branch.client
        if branch.cancel_sent or client is None or client.request.method != "INVITE":
            return
        if client.state in ("calling", "proceeding"):
            branch.cancel_sent = True
            cancel = build_cancel(client.request)
            if branch.cancel_reason:
                cancel.headers.add("Reason", branch.cancel_reason)
            self._proxy.transactions.request(cancel, client.flow, _ignore_response, _ignore_failure)
            branch.timers["cancelled"] = self._scheduler.call_later(  # RFC 3261 §9.1
                self._proxy.transactions.timers.transaction_s, functools.partial(self._fail, branch, 487)
            )

    def _start_timer_c(self, branch: Branch) -> None:
        branch.stop("C")
        if self.transaction.request.method == "INVITE":
            seconds = self._proxy.transactions.timers.c_s
            branch.timers["C"] = self._scheduler.call_later(
                seconds, functools.partial(self._timer_c_fired, branch)
            )

    def _timer_c_fired(self, branch: Branch) -> None:
        if branch.has_provisional and not branch.is_cancelled:
            branch.is_cancelled = True
            self._send_cancel(branch)
        elif branch.final is None:
            self._fail(branch, 408)

    def _stop_ring_timer(self) -> None:
        if self._ring_timer:
            self._ring_timer.cancel()
            self._ring_timer = None

    def _upstream(self, response: SipResponse) -> SipResponse:
        """Without our Via, From and To as the caller wrote them, where they were changed on the way out."""
        forwarded = response.copy()
        forwarded.headers.set("Via", *response.headers.get_all("Via")[1:])
        own, to = self.transaction.request, response.to
        forwarded.headers.set("From", own.headers.get("From"))
        if to.uri != own.to.uri:
            tag = f";tag={to.tag}" if to.tag else ""
            forwarded.headers.set("To", own.headers.get("To") + tag)
        return forwarded

    def _made(self, status_code: int) -> SipResponse:
        return response_to(self.transaction.request, status_code, to_tag=new_tag())


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
