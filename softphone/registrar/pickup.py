"""コールピックアップ: a ringing call is taken by another phone, by code or by Replaces (RFC 3891).

    202 rings, 203 dials *8:   INVITE *8 ─▶ the same INVITE + Replaces ─▶ the caller's phone
                               caller ─200─▶ 203; CANCEL of its own INVITE ─▶ 202 ("completed elsewhere")

So the picker is connected at once, by the picker's own INVITE and nothing of ours in between. Where the
caller's phone does not know Replaces, or refuses, the ringing INVITE goes on to the picker's phone instead,
with the wish to be answered at once (Call-Info answer-after), and the code call ends with 487.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from softphone.domain.pbx import PickupGroup
from softphone.registrar.fork import Fork
from softphone.registrar.plan import Outcome, Plan, Stage, Target
from softphone.sip.dialog import contact_of
from softphone.sip.header import parse_parameters
from softphone.sip.transaction import ServerTransaction

NOTHING_RINGS = 404


class Pickup:
    """Finds the ringing call a picker means. ``forks``: what is under way, the oldest first."""

    def __init__(self, groups: Iterable[PickupGroup], forks: Callable[[], list[Fork]], realm: str) -> None:
        self._groups = tuple(groups)
        self._forks = forks
        self._realm = realm

    def find(self, picker: str, extension: str) -> Fork | None:
        """The oldest call ringing at ``extension``, or with "" anywhere in the picker's groups."""
        wanted = self._may_take(picker)
        if extension:
            wanted = {extension} if extension in wanted or not self._groups else set()
        for fork in self._forks():
            if not fork.is_picked_up and wanted & set(fork.ringing_users()):
                return fork
        return None

    def plan(self, picking: ServerTransaction, fork: Fork, phones: tuple[Target, ...]) -> Plan:
        """Join the picker's INVITE to the ringing call; ``phones`` are the picker's."""
        ours = tuple(phone for phone in phones if phone.flow == picking.flow) or phones

        def hand_over(outcome: Outcome | None = None) -> Plan:
            fork.replace(Plan((Stage(tuple(self._answering(phone) for phone in ours)),)))
            return Plan(refusal=487)

        caller = self._caller(fork)
        if caller is None:
            return hand_over()
        fork.picked_by = picking
        return Plan((Stage((caller,)),), then=hand_over, stops_at_6xx=False)

    def replacing(self, picking: ServerTransaction) -> Plan | None:
        """The way of an INVITE whose Replaces names a ringing call: to its caller, who alone can take it."""
        call_id, _, rest = picking.request.headers.get("Replaces").partition(";")
        parameters = parse_parameters(rest)
        tags = {parameters.get("to-tag", ""), parameters.get("from-tag", "")}
        for fork in self._forks():
            if fork.transaction.request.call_id == call_id.strip() and self._is_early_dialog(fork, tags):
                caller = _replacing(fork)
                fork.picked_by = picking
                return Plan((Stage((caller,)),)) if caller else None
        return None

    @staticmethod
    def _is_early_dialog(fork: Fork, tags: set[str]) -> bool:
        """The caller's tag and that of a phone that rang, whichever side a watcher saw them from."""
        own = fork.transaction.request.from_.tag
        return any(tags == {own, early} for early in fork.early_tags)

    def _may_take(self, picker: str) -> set[str]:
        members = {member for group in self._groups if picker in group.members for member in group.members}
        return members - {picker}

    def _caller(self, fork: Fork) -> Target | None:
        """The branch that replaces the ringing call at its caller; None where that is not known to work."""
        knows = "replaces" in fork.transaction.request.headers.values("Supported")
        return _replacing(fork) if knows and fork.early_tags else None

    def _answering(self, phone: Target) -> Target:
        headers = (("Call-Info", f"<sip:{self._realm}>;answer-after=0"),)
        return Target(phone.uri, phone.flow, phone.route, phone.user, headers=headers)


def _replacing(fork: Fork) -> Target | None:
    """The caller's phone, with the Replaces of its own early dialog: there, to-tag is the caller's (§3)."""
    ringing = fork.transaction.request
    uri = contact_of(ringing)
    value = f"{ringing.call_id};to-tag={ringing.from_.tag};from-tag={fork.early_tags[-1]};early-only"
    return Target(uri, fork.transaction.flow, headers=(("Replaces", value),)) if uri else None
