"""Where a call goes: a dialled number becomes a Plan (`plan`), step by step as phones answer or do not.

    number ─┬─ application ─▶ it takes the call
            ├─ hunt group ──▶ members ─┬▶ forwarding, voicemail, or 486 / 480
            ├─ extension ───▶ phones ──┘  (302 of a phone, busy, no answer, unreachable)
            ├─ feature code ▶ switch, pickup
            └─ outside ─────▶ trunk or the built-in line

Decides only; requests and answers are the proxy's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from softphone.domain.forwarding import Absence
from softphone.domain.pbx import HuntGroup, HuntStrategy, PbxPlan
from softphone.domain.uri import UriInvalid, parse_sip_uri
from softphone.registrar.addressing import Addressing
from softphone.registrar.application_runner import ApplicationRunner
from softphone.registrar.dial_plan import (
    Feature,
    FeatureCode,
    OutsideNumber,
    read_feature_code,
    read_outside,
)
from softphone.registrar.events import CallForwarded, CallPickedUp, FeatureSet, OnEvent
from softphone.registrar.feature_codes import FeatureSwitch
from softphone.registrar.forwarding import (
    ABSENCE_OF,
    DEFLECTION,
    DIVERSION_REASONS,
    FOLLOW_ME,
    MAX_FORWARDINGS,
    ForwardingRules,
    diversion_value,
    diverted,
    divertors,
)
from softphone.registrar.hunt_group import HuntGroups
from softphone.registrar.numbers import Application
from softphone.registrar.parking import Retrieve
from softphone.registrar.pickup import NOTHING_RINGS, Pickup
from softphone.registrar.plan import Cause, Outcome, Plan, Stage, Target
from softphone.registrar.trunk import OutsideLine, Trunk, anonymous_request, is_private
from softphone.sip.header import HeaderInvalid, NameAddr, parse_name_addr
from softphone.sip.message import SipRequest
from softphone.sip.transaction import ServerTransaction

REDIRECT_RING_S = 20.0
MAX_REDIRECT_CONTACTS = 5

Phones = Callable[[str], tuple[Target, ...]]
OnUnanswered = Callable[[str, Cause], Plan | None]


@dataclass(frozen=True)
class RoutedCall:
    """One INVITE on its way. ``caller``: the extension, "" from outside; ``visited`` forwarded it so far."""

    transaction: ServerTransaction
    request: SipRequest
    caller: str
    visited: tuple[str, ...] = ()


class Router:
    """Plans for calls. ``phones``: an extension's targets; ``on_unanswered``: its voicemail, if any."""

    def __init__(
        self,
        pbx: PbxPlan,
        extensions: Mapping[str, str],
        applications: Mapping[str, Application],
        runner: ApplicationRunner,
        pickup: Pickup,
        trunk: Trunk,
        phones: Phones,
        realm: str,
        emit: OnEvent,
    ) -> None:
        self.on_unanswered: OnUnanswered = _no_box
        self._pbx = pbx
        self._extensions = extensions
        self._applications = applications
        self._runner = runner
        self._pickup = pickup
        self._trunk = trunk
        self._phones = phones
        self._realm = realm
        self._emit = emit
        self._rules = ForwardingRules(pbx.forwards)
        self._hunts = HuntGroups(pbx.hunt_groups)

    @property
    def _addressing(self) -> Addressing:
        return self._runner.addressing

    def plan(self, transaction: ServerTransaction, number: str, caller: str) -> Plan:
        """What is done with an INVITE for a dialled number."""
        request = transaction.request
        call = RoutedCall(transaction, request, caller, divertors(request))
        if request.headers.get("Replaces") and number in self._extensions:
            return Plan((Stage(self._phones(number)),))  # for the phone that has the dialog, wherever it is
        code = read_feature_code(number) if caller and number not in self._applications else None
        if code:
            return self._feature(call, code)
        return self._plan_for(call, number)

    def replacing(self, transaction: ServerTransaction) -> Plan | None:
        """The way of an INVITE whose Replaces names a ringing call: to that call's caller."""
        return self._pickup.replacing(transaction) if transaction.request.headers.get("Replaces") else None

    def _plan_for(self, call: RoutedCall, number: str) -> Plan:
        if number in call.visited:
            return Plan(refusal=482)
        application = self._applications.get(number)
        if application:
            return self._apply(call, number, application)
        group = self._hunts.find(number)
        if group:
            return self._hunt(call, group)
        if number in self._extensions:
            return self._extension(call, number)
        return self._outside(call, number)

    def _is_known(self, number: str) -> bool:
        """True for a number that can be called: what a call may be forwarded to."""
        return (
            number in self._applications
            or self._hunts.find(number) is not None
            or number in self._extensions
            or self._outside_number(number) is not None
        )

    # --- extensions

    def _extension(self, call: RoutedCall, extension: str) -> Plan:
        rule = self._rules.rule(extension, Absence.UNCONDITIONAL)
        if rule:
            return self._forward(call, extension, rule.number, DIVERSION_REASONS[rule.kind])
        if self._rules.is_undisturbed(extension):
            return self._unanswered(call, extension, Cause.BUSY) or Plan(refusal=486)
        targets = self._phones(extension) + self._reach(call, extension)
        if not targets:
            return self._unanswered(call, extension, Cause.UNREACHABLE) or Plan(refusal=480)
        return Plan(
            (Stage(targets, self._ring_s(extension, targets)),),
            then=lambda outcome: self._after(call, extension, outcome),
            request=_for_phones(call.request),
            follows_redirects=True,
        )

    def _ring_s(self, extension: str, targets: tuple[Target, ...]) -> float | None:
        """How long an extension rings where something follows; reached numbers have their time."""
        rule = self._rules.rule(extension, Absence.NO_ANSWER)
        if rule is None and self.on_unanswered(extension, Cause.NO_ANSWER) is None:
            return None
        ring_s = rule.after_s if rule else self._pbx.no_answer_s
        return max([ring_s, *(target.end_s for target in targets if target.end_s is not None)])

    def _after(self, call: RoutedCall, extension: str, outcome: Outcome) -> Plan | None:
        if outcome.cause is Cause.REDIRECTED:
            return self._redirected(call, extension, outcome)
        return self._unanswered(call, extension, outcome.cause)

    def _unanswered(self, call: RoutedCall, number: str, cause: Cause) -> Plan | None:
        """Forward, or the voicemail box, or None."""
        kind = ABSENCE_OF.get(cause)
        rule = self._rules.rule(number, kind) if kind else None
        if rule:
            return self._forward(call, number, rule.number, DIVERSION_REASONS[rule.kind])
        return self.on_unanswered(number, cause)

    def _forward(self, call: RoutedCall, by: str, to: str, reason: str) -> Plan:
        if len(call.visited) >= MAX_FORWARDINGS:
            return Plan(refusal=483)
        if to == by or to in call.visited:
            return Plan(refusal=482)
        self._emit(CallForwarded(call.request.call_id, by, to, reason))
        request = diverted(call.request, self._realm, by, to, reason)
        return self._plan_for(replace(call, request=request, visited=(*call.visited, by)), to)

    def _redirected(self, call: RoutedCall, extension: str, outcome: Outcome) -> Plan | None:
        """Obey a phone's 302: its known numbers one after another; None passes the 302 to the caller."""
        contacts = self._contacts(outcome)
        if not contacts:
            return None

        def following(rest: tuple[NameAddr, ...]) -> Plan | None:
            if not rest:
                return None
            ring_s = _expires_s(rest[0]) or (REDIRECT_RING_S if rest[1:] else None)
            plan = self._forward(call, extension, _user_of(rest[0].uri), DEFLECTION)
            return _or_else(_limited(plan, ring_s), lambda: following(rest[1:]))

        return following(contacts)

    def _contacts(self, outcome: Outcome) -> tuple[NameAddr, ...]:
        contacts = []
        for final in outcome.finals:
            if 300 <= final.status_code < 400:
                for value in final.headers.get_all("Contact"):
                    try:
                        contact = parse_name_addr(value)
                        uri = parse_sip_uri(contact.uri)
                    except (HeaderInvalid, UriInvalid):
                        continue
                    if self._addressing.is_ours(uri) and self._is_known(uri.user):
                        contacts.append(contact)
        return tuple(sorted(contacts, key=_minus_q)[:MAX_REDIRECT_CONTACTS])

    def _reach(self, call: RoutedCall, extension: str) -> tuple[Target, ...]:
        """シングルナンバーリーチ: further numbers, each in its own time."""
        found: list[Target] = []
        for reached in self._pbx.reach.get(extension, ()):
            value = diversion_value(self._realm, extension, FOLLOW_ME)
            for target in self._targets(call, reached.number):
                headers = (*target.headers, ("Diversion", value))
                found.append(replace(target, start_s=reached.start_s, end_s=reached.end_s, headers=headers))
        return tuple(found)

    def _targets(self, call: RoutedCall, number: str) -> tuple[Target, ...]:
        """The branches a reached number is: phones, the trunk, or a call to ourselves."""
        if number in call.visited:
            return ()
        if number in self._extensions:
            return self._phones(number)
        outside = self._outside_number(number)
        target = self._trunk.target(outside, call.request, call.caller) if outside else None
        if target:
            return (target,)
        flow = self._addressing.own_flow(call.transaction.flow)
        return (Target(self._addressing.contact_uri(number, flow), flow),) if self._is_known(number) else ()

    # --- hunt groups

    def _hunt(self, call: RoutedCall, group: HuntGroup) -> Plan:
        members = [
            member
            for member in self._hunts.present(group)
            if member != call.caller and not self._rules.is_undisturbed(member)
        ]
        rung = [phones for phones in map(self._phones, members) if phones]
        if group.strategy is HuntStrategy.SIMULTANEOUS:
            rung = [tuple(phone for phones in rung for phone in phones)] if rung else []

        def after(outcome: Outcome) -> Plan:
            cause = outcome.cause
            is_busy = cause in (Cause.BUSY, Cause.DECLINED)
            return self._unanswered(call, group.number, cause) or Plan(refusal=486 if is_busy else 480)

        stages = tuple(Stage(phones, group.ring_s) for phones in rung)
        return Plan(stages, then=after, request=_for_phones(call.request), stops_at_6xx=False)

    # --- outside

    def _outside_number(self, number: str) -> OutsideNumber | None:
        """An outside number as it stands in a rule, with the prefix or without."""
        return read_outside(number, self._pbx.outside_prefix) or read_outside(number, "")

    def _outside(self, call: RoutedCall, number: str) -> Plan:
        dialled = read_outside(number, self._pbx.outside_prefix)
        outside = self._outside_number(number) if call.visited else dialled
        if outside is None:
            return Plan(refusal=404)
        target = self._trunk.target(outside, call.request, call.caller)
        if target is None:
            return self._apply(call, number, OutsideLine())
        return Plan((Stage((target,)),), request=call.request)

    # --- features

    def _feature(self, call: RoutedCall, code: FeatureCode) -> Plan:
        if code.feature is Feature.PICKUP:
            return self._picked_up(call, code.argument)
        if code.feature is Feature.ANONYMOUS_CALL:
            hidden = anonymous_request(call.request, code.anonymity)
            return self._plan_for(replace(call, caller="", request=hidden), code.argument)
        change = self._change_of(call.caller, code)
        if change is None:
            return Plan(refusal=404)
        return self._apply(call, f"*{code.feature.value}", FeatureSwitch(change))

    def _change_of(self, user: str, code: FeatureCode) -> Callable[[], None] | None:
        """What a code switches; None where it cannot be."""
        name = code.feature.value
        change: Callable[[], None]
        if code.feature is Feature.FORWARD:
            if code.argument and (code.argument == user or not self._is_known(code.argument)):
                return None
            name = f"forward_{code.absence.value}"
            change = partial(self._rules.set_rule, user, code.absence, code.argument)
        elif code.feature is Feature.DO_NOT_DISTURB:
            change = partial(self._rules.set_undisturbed, user, code.is_on)
        elif self._hunts.has_member(user):
            change = partial(self._hunts.log, user, is_in=code.is_on)
        else:
            return None

        def changed() -> None:
            change()
            self._emit(FeatureSet(user, name, code.argument or ("on" if code.is_on else "off")))

        return changed

    def _picked_up(self, call: RoutedCall, extension: str) -> Plan:
        fork = self._pickup.find(call.caller, extension)
        if fork is None:
            return Plan(refusal=NOTHING_RINGS)
        ringing = fork.ringing_users()
        self._emit(CallPickedUp(fork.transaction.request.call_id, ringing[0], call.caller))
        return self._pickup.plan(call.transaction, fork, self._phones(call.caller))

    # --- applications

    def _apply(self, call: RoutedCall, number: str, application: Application) -> Plan:
        def take(transaction: ServerTransaction) -> None:
            self._runner.run(transaction, number, application)

        parked = application.target() if isinstance(application, Retrieve) else None
        return Plan((Stage((parked,)),) if parked else (), otherwise=take, stops_at_6xx=False)


def _no_box(extension: str, cause: Cause) -> Plan | None:
    return None


def _for_phones(request: SipRequest) -> SipRequest:
    """What a phone may see: no asserted identity of a caller that withholds it (RFC 3325 §5)."""
    shown = request.copy()
    shown.headers.remove("P-Preferred-Identity")
    if is_private(request):
        shown.headers.remove("P-Asserted-Identity")
    return shown


def _limited(plan: Plan, ring_s: float | None) -> Plan:
    stages = tuple(
        replace(stage, ring_s=stage.ring_s if stage.ring_s is not None else ring_s) for stage in plan.stages
    )
    return replace(plan, stages=stages)


def _or_else(plan: Plan, following: Callable[[], Plan | None]) -> Plan:
    """The plan, and where it and all that follows it failed, the next one."""
    if plan.otherwise:
        return plan

    def then(outcome: Outcome) -> Plan | None:
        own = plan.then(outcome) if plan.then else None
        return _or_else(own, following) if own else following()

    return replace(plan, then=then)


def _minus_q(contact: NameAddr) -> float:
    try:
        return -float(contact.parameters.get("q", "1"))
    except ValueError:
        return -1.0


def _expires_s(contact: NameAddr) -> float | None:
    """How long a redirect's Contact holds (RFC 3261 §20.10): here, how long it rings."""
    text = contact.parameters.get("expires", "")
    return float(text) if text.isascii() and text.isdigit() and 0 < len(text) < 5 else None


def _user_of(uri: str) -> str:
    return parse_sip_uri(uri).user
