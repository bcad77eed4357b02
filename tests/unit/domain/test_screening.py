import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from softphone.domain.forwarding import (
    Absence,
    AbsenceAction,
    AbsenceRule,
    AbsenceSettings,
    ReachNumber,
    Schedule,
)
from softphone.domain.identity import Anonymity, CallerIdentity
from softphone.domain.screening import (
    RING,
    Circumstances,
    Screening,
    ScreeningAction,
    holds_now,
    screen,
)
from softphone.domain.settings import AutoAnswer, CallSettings
from softphone.domain.uri import Party

NOON_MONDAY = Circumstances(weekday=0, minute=12 * 60)
TALKING = replace(NOON_MONDAY, talking=True)
MOBILE = "090-1234-5678"


def caller(number: str = "0312345678", **fields: object) -> CallerIdentity:
    return CallerIdentity(remote=Party(uri=f"sip:{number}@pbx", number=number), **fields)  # type: ignore[arg-type]


HIDDEN = CallerIdentity(remote=Party(uri="sip:anonymous@anonymous.invalid"), anonymity=Anonymity.WITHHELD)


def away(*rules: AbsenceRule, **fields: object) -> AbsenceSettings:
    return AbsenceSettings(active=True, rules=rules, **fields)  # type: ignore[arg-type]


def forward(kind: Absence, **fields: object) -> AbsenceRule:
    return AbsenceRule(kind=kind, action=AbsenceAction.FORWARD, number=MOBILE, **fields)  # type: ignore[arg-type]


def decide(
    who: CallerIdentity | None = None,
    *,
    calls: CallSettings = CallSettings(),
    absence: AbsenceSettings = AbsenceSettings(),
    voicemail_box: str = "",
    now: Circumstances = NOON_MONDAY,
) -> Screening:
    return screen(who or caller(), calls, absence, voicemail_box, now)


ALWAYS = away(forward(Absence.UNCONDITIONAL))
LATER = away(forward(Absence.NO_ANSWER, after_s=20))
SENT_ON = Screening(action=ScreeningAction.REDIRECT, targets=(MOBILE,), kind=Absence.UNCONDITIONAL)
QUIET = CallSettings(do_not_disturb=True)
ANSWERS = CallSettings(auto_answer=AutoAnswer(active=True, after_s=5))


def test_a_phone_with_nothing_set_rings() -> None:
    assert decide() == RING
    assert decide(absence=replace(ALWAYS, active=False)) == RING
    assert decide(absence=replace(ALWAYS, on_server=True)) == RING
    assert decide(absence=away(AbsenceRule(kind=Absence.UNCONDITIONAL))) == RING


def test_do_not_disturb_refuses_with_486() -> None:
    assert decide(calls=QUIET) == Screening(action=ScreeningAction.REFUSE, status_code=486)


def test_unconditional_sends_on_at_once() -> None:
    assert decide(absence=ALWAYS) == SENT_ON


def test_busy_sends_on_only_while_talking() -> None:
    busy = away(forward(Absence.BUSY))
    assert decide(absence=busy) == RING
    assert decide(absence=busy, now=TALKING) == replace(SENT_ON, kind=Absence.BUSY)


def test_no_answer_sends_on_after_its_time() -> None:
    assert decide(absence=LATER) == replace(SENT_ON, kind=Absence.NO_ANSWER, after_s=20.0)


def test_unreachable_is_the_servers_to_see() -> None:
    assert decide(absence=away(forward(Absence.UNREACHABLE))) == RING


@pytest.mark.parametrize(
    ("calls", "absence", "now", "action"),
    [
        (QUIET, ALWAYS, NOON_MONDAY, ScreeningAction.REDIRECT),
        (QUIET, LATER, NOON_MONDAY, ScreeningAction.REFUSE),
        (replace(ANSWERS, do_not_disturb=True), AbsenceSettings(), NOON_MONDAY, ScreeningAction.REFUSE),
        (ANSWERS, ALWAYS, NOON_MONDAY, ScreeningAction.REDIRECT),
        (ANSWERS, LATER, NOON_MONDAY, ScreeningAction.ANSWER),
        (ANSWERS, away(forward(Absence.NO_ANSWER, after_s=4)), NOON_MONDAY, ScreeningAction.REDIRECT),
        (ANSWERS, AbsenceSettings(), TALKING, ScreeningAction.RING),
        (ANSWERS, LATER, TALKING, ScreeningAction.REDIRECT),
    ],
)
def test_what_comes_before_what(
    calls: CallSettings, absence: AbsenceSettings, now: Circumstances, action: ScreeningAction
) -> None:
    assert decide(calls=calls, absence=absence, now=now).action is action


def test_a_call_back_after_an_emergency_call_rings() -> None:
    just_called = replace(NOON_MONDAY, since_emergency_s=599.0)
    long_ago = replace(NOON_MONDAY, since_emergency_s=600.0)
    for calls, absence in ((QUIET, AbsenceSettings()), (CallSettings(), ALWAYS)):
        assert decide(calls=calls, absence=absence, now=just_called) == RING
        assert decide(calls=calls, absence=absence, now=long_ago) != RING


@pytest.mark.parametrize(
    ("who", "patterns", "anonymous", "holds"),
    [
        (caller("0312345678"), (), True, True),
        (caller("+81312345678"), ("03*",), True, True),
        (caller("0612345678"), ("03*",), True, False),
        (HIDDEN, ("03*",), True, True),
        (HIDDEN, (), False, False),
    ],
)
def test_the_rules_hold_for_some_callers(
    who: CallerIdentity, patterns: tuple[str, ...], anonymous: bool, holds: bool
) -> None:
    absence = replace(ALWAYS, callers=patterns, anonymous_callers=anonymous)
    assert (decide(who, absence=absence) != RING) is holds


@pytest.mark.parametrize(
    ("schedule", "weekday", "minute", "holds"),
    [
        (Schedule(), 3, 0, True),
        (Schedule(weekdays=(0, 1), from_min=540, until_min=1080), 1, 540, True),
        (Schedule(weekdays=(0, 1), from_min=540, until_min=1080), 1, 1080, False),
        (Schedule(weekdays=(0, 1), from_min=540, until_min=1080), 2, 600, False),
        (Schedule(weekdays=(6,), from_min=1020, until_min=540), 6, 1020, True),
        (Schedule(weekdays=(6,), from_min=1020, until_min=540), 0, 539, True),
        (Schedule(weekdays=(6,), from_min=1020, until_min=540), 0, 540, False),
        (Schedule(weekdays=(6,), from_min=1020, until_min=540), 6, 0, False),
        (Schedule(weekdays=(6,)), 6, 1439, True),
        (Schedule(weekdays=(6,)), 0, 0, False),
        (Schedule(weekdays=(2,), from_min=480, until_min=480), 3, 100, True),
    ],
)
def test_a_schedule_knows_its_minutes(schedule: Schedule, weekday: int, minute: int, holds: bool) -> None:
    assert holds_now(schedule, weekday, minute) is holds


def test_single_number_reach_redirects_to_every_number_when_the_first_starts() -> None:
    reach = (
        ReachNumber(number="09011112222", start_s=15),
        ReachNumber(number=""),
        ReachNumber(number="0311112222", start_s=5),
    )
    rule = AbsenceRule(kind=Absence.UNCONDITIONAL, action=AbsenceAction.REACH)
    decision = decide(absence=away(rule, reach=reach))
    assert decision.targets == ("0311112222", "09011112222")
    assert decision.after_s == 5.0
    late = decide(absence=away(replace(rule, kind=Absence.NO_ANSWER, after_s=10), reach=reach))
    assert late.after_s == 15.0


def test_voicemail_is_the_providers_number_or_the_box_that_is_named() -> None:
    rule = AbsenceRule(kind=Absence.UNCONDITIONAL, action=AbsenceAction.VOICEMAIL)
    assert decide(absence=away(rule), voicemail_box="*99201").targets == ("*99201",)
    assert decide(absence=away(replace(rule, number="9500")), voicemail_box="*99201").targets == ("9500",)
    assert decide(absence=away(rule)) == RING


def test_nobody_is_sent_back_to_where_they_come_from() -> None:
    assert decide(caller("+819012345678"), absence=ALWAYS) == RING
    by = Party(uri="sip:x", number="09012345678")
    assert decide(caller(diverted_by=by), absence=ALWAYS) == RING


@pytest.mark.parametrize(
    ("settings", "who", "after_s"),
    [
        (AutoAnswer(active=True, after_s=5), caller(), 5.0),
        (AutoAnswer(active=True, callers=("2*",)), caller("201"), 0.0),
        (AutoAnswer(active=True, callers=("2*",)), caller("301"), None),
        (AutoAnswer(active=True, callers=("2*",)), HIDDEN, None),
        (AutoAnswer(), caller(answer_after_s=0.0), None),
        (AutoAnswer(on_request=True), caller(answer_after_s=2.0), 2.0),
        (AutoAnswer(on_request=True), caller(), None),
        (AutoAnswer(on_request=True, callers=("2*",)), caller("301", answer_after_s=0.0), None),
        (AutoAnswer(active=True, after_s=5), caller(answer_after_s=0.0), 5.0),
    ],
)
def test_who_is_answered_automatically(
    settings: AutoAnswer, who: CallerIdentity, after_s: float | None
) -> None:
    decision = decide(who, calls=CallSettings(auto_answer=settings))
    if after_s is None:
        assert decision == RING
    else:
        assert decision == Screening(action=ScreeningAction.ANSWER, after_s=after_s)


@given(
    st.builds(
        AbsenceSettings,
        active=st.booleans(),
        rules=st.lists(
            st.builds(AbsenceRule, kind=st.sampled_from(Absence), action=st.sampled_from(AbsenceAction)),
            max_size=4,
        ).map(tuple),
    ),
    st.booleans(),
    st.booleans(),
)
def test_a_redirection_always_leads_somewhere(absence: AbsenceSettings, talking: bool, dnd: bool) -> None:
    decision = decide(
        calls=CallSettings(do_not_disturb=dnd), absence=absence, now=replace(NOON_MONDAY, talking=talking)
    )
    assert (decision.action is ScreeningAction.REDIRECT) is bool(decision.targets)
    assert (decision.action is ScreeningAction.REFUSE) is (decision.status_code == 486)
