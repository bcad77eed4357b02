"""不在時動作: what happens to callers while one is away, decided in the phone (RFC 3261 §21.3.3, 302).

The values of the page and what can be wrong with them; ``screening.screen`` reads them.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from softphone.domain.account import FieldProblem
from softphone.domain.dial_plan import is_special
from softphone.domain.dial_string import DialStringInvalid, clean_dial_string
from softphone.domain.halfwidth import to_halfwidth
from softphone.domain.provider import FeatureCodes

MAX_SECONDS = 3_600
DAY_MIN = 24 * 60
_SEPARATORS = re.compile(r"[\s\-.()]+")
_PATTERN = re.compile(r"[0-9A-Za-z*#+?@_]+\Z")


class Absence(enum.Enum):
    """The kinds of absence. ``unreachable`` only a server can see: it is switched by feature code."""

    UNCONDITIONAL = "unconditional"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"


class AbsenceAction(enum.Enum):
    """What is done then: nothing, forward to a number, voicemail, or シングルナンバーリーチ."""

    NONE = "none"
    FORWARD = "forward"
    VOICEMAIL = "voicemail"
    REACH = "reach"


class AbsenceRule(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of absence. ``number`` as typed, for FORWARD; ``after_s`` of ringing, for NO_ANSWER."""

    kind: Absence
    action: AbsenceAction = AbsenceAction.NONE
    number: str = ""
    after_s: int = 20


class ReachNumber(msgspec.Struct, frozen=True, kw_only=True):
    """接続先番号 with 呼出開始時間 and 呼出終了時間, seconds after the call came."""

    number: str = ""
    start_s: int = 0
    end_s: int = 30


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """When the rules hold. ``weekdays`` 0 = Monday; minutes after midnight, local time.

    ``until_min`` at or before ``from_min`` is of the next day. No weekday: always.
    """

    weekdays: tuple[int, ...] = ()
    from_min: int = 0
    until_min: int = DAY_MIN


class AbsenceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The page 着信と不在時動作. ``callers``: patterns of numbers it holds for (``*``, ``03*``); none: all.

    ``on_server``: the server does it; switching dials the provider's feature codes instead.
    """

    active: bool = False
    on_server: bool = False
    rules: tuple[AbsenceRule, ...] = ()
    reach: tuple[ReachNumber, ...] = (ReachNumber(), ReachNumber(start_s=20))
    schedule: Schedule = Schedule()
    callers: tuple[str, ...] = ()
    anonymous_callers: bool = True


class AbsenceInvalid(ValueError):
    """The page cannot be saved; every problem is named, in the page's order."""

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        super().__init__(", ".join(f"{problem.field}: {problem.code}" for problem in problems))
        self.problems = problems


def tidied(absence: AbsenceSettings) -> AbsenceSettings:
    """The page with numbers and patterns in half-width characters and without outer spaces."""
    return replace(
        absence,
        rules=tuple(replace(rule, number=to_halfwidth(rule.number).strip()) for rule in absence.rules),
        reach=tuple(replace(number, number=to_halfwidth(number.number).strip()) for number in absence.reach),
        callers=tidied_patterns(absence.callers),
    )


def tidied_patterns(patterns: Iterable[str]) -> tuple[str, ...]:
    """Patterns of numbers in half-width characters, without what only groups the digits."""
    tidy = (_SEPARATORS.sub("", to_halfwidth(pattern)) for pattern in patterns)
    return tuple(pattern for pattern in tidy if pattern)


def are_patterns(patterns: Iterable[str]) -> bool:
    """Whether ``tidied_patterns`` can stand for numbers: 0312345678, ``03*``, ``2??``, a user name."""
    return all(_PATTERN.match(pattern) for pattern in patterns)


def absence_problems(
    absence: AbsenceSettings, codes: FeatureCodes, voicemail_box: str = ""
) -> tuple[FieldProblem, ...]:
    """Everything wrong with a page that ``tidied`` has been over; ``codes`` are those in force.

    ``voicemail_box`` is the number of one's own, "" where none is known.

    Fields: the rules by kind, reach_1 and so on, schedule, callers. Codes: required, dial (no number),
    emergency (110 and the like), seconds, order (ends before it starts), not_offered (no voicemail),
    server_only (the phone cannot see it), no_code (the server cannot be told), time, pattern.
    """
    problems = [
        problem for rule in absence.rules for problem in _rule_problems(rule, absence, codes, voicemail_box)
    ]
    reaches = any(rule.action is AbsenceAction.REACH for rule in absence.rules)
    if reaches and not any(number.number for number in absence.reach):
        problems.append(FieldProblem("reach_1", "required"))
    for place, number in enumerate(absence.reach, start=1):
        code = number_problem(number.number) if number.number else ""
        if not code and number.number:
            seconds_fit = 0 <= number.start_s <= MAX_SECONDS and 0 <= number.end_s <= MAX_SECONDS
            code = "seconds" if not seconds_fit else "order" if number.end_s <= number.start_s else ""
        if code:
            problems.append(FieldProblem(f"reach_{place}", code))
    schedule = absence.schedule
    minutes_fit = 0 <= schedule.from_min <= DAY_MIN and 0 <= schedule.until_min <= DAY_MIN
    if not minutes_fit or not set(schedule.weekdays) <= set(range(7)):
        problems.append(FieldProblem("schedule", "time"))
    if not are_patterns(absence.callers):
        problems.append(FieldProblem("callers", "pattern"))
    return tuple(problems)


def number_problem(number: str) -> str:
    """Why callers cannot be sent to ``number``: required, dial, emergency; "" where they can."""
    if not number.strip():
        return "required"
    try:
        cleaned = clean_dial_string(number)
    except DialStringInvalid:
        return "dial"
    return "emergency" if is_special(cleaned) else ""


def server_codes(
    absence: AbsenceSettings, codes: FeatureCodes, kinds: Iterable[Absence], voicemail_box: str = ""
) -> tuple[tuple[str, str], ...]:
    """What to dial so that the server does (or leaves) these kinds: feature name and number, one by one.

    The number is as typed, "" for switching off. A kind the provider has no code for is left out.
    """
    rules = {rule.kind: rule for rule in absence.rules if rule.action is not AbsenceAction.NONE}
    dialled = []
    for kind in kinds:
        rule = rules.get(kind) if absence.active else None
        feature = f"forward_{kind.value}_{'on' if rule is not None else 'off'}"
        if getattr(codes, feature):
            number = "" if rule is None else rule.number or voicemail_box
            dialled.append((feature, number))
    return tuple(dialled)


def _rule_problems(
    rule: AbsenceRule, absence: AbsenceSettings, codes: FeatureCodes, voicemail_box: str
) -> list[FieldProblem]:
    field, action = rule.kind.value, rule.action
    if action is AbsenceAction.NONE:
        return []
    if rule.kind is Absence.UNREACHABLE and not absence.on_server:
        return [FieldProblem(field, "server_only")]
    if absence.on_server and (
        action is AbsenceAction.REACH or not getattr(codes, f"forward_{rule.kind.value}_on")
    ):
        return [FieldProblem(field, "no_code")]
    code = ""
    if action is AbsenceAction.FORWARD or (action is AbsenceAction.VOICEMAIL and rule.number):
        code = number_problem(rule.number)
    elif action is AbsenceAction.VOICEMAIL and not voicemail_box:
        code = "not_offered"
    if not code and rule.kind is Absence.NO_ANSWER and not 0 <= rule.after_s <= MAX_SECONDS:
        code = "seconds"
    return [FieldProblem(field, code)] if code else []
