"""What the phone does with a call by itself: one decision, pure, in this order.

    1. a call-back after an emergency call rings, whatever is set
    2. 不在時動作 that holds at once: unconditional, busy while talking
    3. do not disturb: 486; nothing behind it can happen
    4. automatic answer, never while talking: nobody is put on hold unasked
    5. 不在時動作 when nobody answers; where both wait, the earlier one comes
    6. it rings

不在時動作 stands before do not disturb: who asked for calls to be sent on wants that, not a refusal.
"""

from __future__ import annotations

import enum

import msgspec

from softphone.domain.dial_plan import matches_number, national_number
from softphone.domain.forwarding import (
    Absence,
    AbsenceAction,
    AbsenceRule,
    AbsenceSettings,
    ReachNumber,
    Schedule,
)
from softphone.domain.identity import Anonymity, CallerIdentity
from softphone.domain.settings import AutoAnswer, CallSettings

BUSY_HERE = 486  # RFC 3261 §21.4.24
CALL_BACK_S = 600.0


class ScreeningAction(enum.Enum):
    """What happens to the caller."""

    RING = "ring"
    REFUSE = "refuse"
    REDIRECT = "redirect"
    ANSWER = "answer"


class Screening(msgspec.Struct, frozen=True, kw_only=True):
    """The decision. It rings for ``after_s`` seconds first; 0 is at once, and then no bell is heard.

    ``targets`` of a redirection are numbers as typed, best first; ``kind`` is the rule that sends them on.
    """

    action: ScreeningAction = ScreeningAction.RING
    status_code: int = 0
    targets: tuple[str, ...] = ()
    after_s: float = 0.0
    kind: Absence | None = None


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """When a call comes and what the phone does then.

    ``weekday`` 0 = Monday and ``minute`` of the day, local time; ``since_emergency_s`` since the last
    emergency call out.
    """

    weekday: int
    minute: int
    talking: bool = False
    since_emergency_s: float = float("inf")


RING = Screening()


def screen(
    caller: CallerIdentity,
    calls: CallSettings,
    absence: AbsenceSettings,
    voicemail_box: str,
    now: Circumstances,
) -> Screening:
    """What to do with a new call; ``voicemail_box`` takes messages for us, "" where none is known."""
    if now.since_emergency_s < CALL_BACK_S:
        return RING
    sent_on = _absent(caller, absence, voicemail_box, now)
    if sent_on is not None and not sent_on.after_s:
        return sent_on
    if calls.do_not_disturb:
        return Screening(action=ScreeningAction.REFUSE, status_code=BUSY_HERE)
    delay_s = -1.0 if now.talking else answer_delay_s(caller, calls.auto_answer)
    if delay_s >= 0 and (sent_on is None or delay_s <= sent_on.after_s):
        return Screening(action=ScreeningAction.ANSWER, after_s=delay_s)
    return sent_on or RING


def answer_delay_s(caller: CallerIdentity, settings: AutoAnswer) -> float:
    """Seconds until a caller is answered automatically; −1 where they are not.

    ``callers`` limits both ways of it; an anonymous caller is none of them.
    """
    if settings.callers and not matches_number(caller.remote.number, settings.callers):
        return -1.0
    if settings.on_request and caller.answer_after_s >= 0:
        return caller.answer_after_s
    return float(settings.after_s) if settings.active else -1.0


def holds_now(schedule: Schedule, weekday: int, minute: int) -> bool:
    """Whether the schedule covers this minute; over midnight it belongs to the day it began on."""
    if not schedule.weekdays:
        return True
    if schedule.from_min < schedule.until_min:
        return weekday in schedule.weekdays and schedule.from_min <= minute < schedule.until_min
    began_today = weekday in schedule.weekdays and minute >= schedule.from_min
    began_yesterday = (weekday - 1) % 7 in schedule.weekdays and minute < schedule.until_min
    return began_today or began_yesterday


def is_absent_for(caller: CallerIdentity, absence: AbsenceSettings, weekday: int, minute: int) -> bool:
    """Whether the phone's own 不在時動作 holds for this caller now."""
    if not absence.active or absence.on_server or not holds_now(absence.schedule, weekday, minute):
        return False
    if caller.anonymity is not Anonymity.NONE:
        return absence.anonymous_callers
    return not absence.callers or matches_number(caller.remote.number, absence.callers)


def reach_numbers(absence: AbsenceSettings) -> tuple[ReachNumber, ...]:
    """The numbers of シングルナンバーリーチ that are filled in, the one that starts first in front."""
    filled = (number for number in absence.reach if number.number.strip())
    return tuple(sorted(filled, key=lambda number: number.start_s))


def _absent(
    caller: CallerIdentity, absence: AbsenceSettings, voicemail_box: str, now: Circumstances
) -> Screening | None:
    """The first rule that can happen now and leads somewhere."""
    if not is_absent_for(caller, absence, now.weekday, now.minute):
        return None
    rules = {rule.kind: rule for rule in absence.rules if rule.action is not AbsenceAction.NONE}
    order = [Absence.UNCONDITIONAL, *([Absence.BUSY] if now.talking else []), Absence.NO_ANSWER]
    for rule in (rules[kind] for kind in order if kind in rules):
        led_to = _targets(rule, absence, voicemail_box)
        targets = tuple(target for target in led_to if not _is_back(target, caller))
        if targets:
            return Screening(
                action=ScreeningAction.REDIRECT,
                targets=targets,
                after_s=_ringing_s(rule, absence),
                kind=rule.kind,
            )
    return None


def _targets(rule: AbsenceRule, absence: AbsenceSettings, voicemail_box: str) -> tuple[str, ...]:
    if rule.action is AbsenceAction.REACH:
        return tuple(number.number for number in reach_numbers(absence))
    number = rule.number.strip()
    if rule.action is AbsenceAction.VOICEMAIL:
        number = number or voicemail_box
    return (number,) if number else ()


def _ringing_s(rule: AbsenceRule, absence: AbsenceSettings) -> float:
    """How long it rings here first. A redirection cannot come back: one starts when the first number does."""
    seconds = float(rule.after_s) if rule.kind is Absence.NO_ANSWER else 0.0
    if rule.action is AbsenceAction.REACH:
        seconds += min((number.start_s for number in reach_numbers(absence)), default=0)
    return seconds


def _is_back(target: str, caller: CallerIdentity) -> bool:
    """Whether ``target`` is who calls or who sent them here: it would go round in circles."""
    came_by = [caller.remote.number, caller.diverted_by.number if caller.diverted_by else ""]
    digits = "".join(char for char in target if char not in "-.() ")
    return national_number(digits) in [national_number(number) for number in came_by if number]
