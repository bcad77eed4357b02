import pytest
from msgspec.structs import replace

from softphone.domain.account import FieldProblem
from softphone.domain.forwarding import (
    Absence,
    AbsenceAction,
    AbsenceRule,
    AbsenceSettings,
    ReachNumber,
    Schedule,
    absence_problems,
    server_codes,
    tidied,
)
from softphone.domain.provider import FeatureCodes

CODES = FeatureCodes(
    forward_unconditional_on="*72{number}",
    forward_unconditional_off="*73",
    forward_busy_on="*90{number}",
    forward_busy_off="*91",
)

BOX = "*99202"


def rule(
    kind: Absence = Absence.UNCONDITIONAL,
    action: AbsenceAction = AbsenceAction.FORWARD,
    number: str = "090-1234-5678",
    **fields: object,
) -> AbsenceRule:
    return AbsenceRule(kind=kind, action=action, number=number, **fields)  # type: ignore[arg-type]


def page(*rules: AbsenceRule, **fields: object) -> AbsenceSettings:
    return AbsenceSettings(rules=rules, **fields)  # type: ignore[arg-type]


REACH = rule(action=AbsenceAction.REACH, number="")


@pytest.mark.parametrize(
    ("absence", "problems"),
    [
        (AbsenceSettings(), []),
        (page(rule()), []),
        (page(rule(number="")), [("unconditional", "required")]),
        (page(rule(number="携帯")), [("unconditional", "dial")]),
        (page(rule(number="110")), [("unconditional", "emergency")]),
        (page(rule(action=AbsenceAction.NONE, number="")), []),
        (page(rule(Absence.NO_ANSWER, after_s=3601)), [("no_answer", "seconds")]),
        (page(rule(Absence.NO_ANSWER, after_s=-1)), [("no_answer", "seconds")]),
        (page(rule(Absence.UNREACHABLE)), [("unreachable", "server_only")]),
        (page(rule(Absence.UNREACHABLE), on_server=True), [("unreachable", "no_code")]),
        (page(rule(Absence.BUSY), on_server=True), []),
        (page(REACH, on_server=True, reach=(ReachNumber(number="1"),)), [("unconditional", "no_code")]),
        (page(rule(action=AbsenceAction.VOICEMAIL, number="")), []),
        (page(rule(action=AbsenceAction.VOICEMAIL, number="箱")), [("unconditional", "dial")]),
        (page(REACH), [("reach_1", "required")]),
        (page(REACH, reach=(ReachNumber(), ReachNumber(number="09011112222", start_s=20))), []),
        (page(REACH, reach=(ReachNumber(number="119"),)), [("reach_1", "emergency")]),
        (page(reach=(ReachNumber(number="1", start_s=30, end_s=30),)), [("reach_1", "order")]),
        (page(reach=(ReachNumber(number="1", end_s=9999),)), [("reach_1", "seconds")]),
        (page(schedule=Schedule(weekdays=(7,))), [("schedule", "time")]),
        (page(schedule=Schedule(from_min=1441)), [("schedule", "time")]),
        (page(callers=("03*", "2??", "+81*")), []),
        (page(callers=("03*", "東京")), [("callers", "pattern")]),
        (
            page(rule(number=""), rule(Absence.BUSY, number="x y"), callers=("!",)),
            [("unconditional", "required"), ("busy", "dial"), ("callers", "pattern")],
        ),
    ],
)
def test_every_problem_is_named(absence: AbsenceSettings, problems: list[tuple[str, str]]) -> None:
    assert absence_problems(absence, CODES, BOX) == tuple(FieldProblem(*problem) for problem in problems)


def test_voicemail_nobody_offers_needs_a_number() -> None:
    asked = page(rule(action=AbsenceAction.VOICEMAIL, number=""))
    assert absence_problems(asked, FeatureCodes()) == (FieldProblem("unconditional", "not_offered"),)


def test_full_width_numbers_and_patterns_are_turned() -> None:
    absence = tidied(
        page(
            rule(number=" ０９０ー１２３４ "), reach=(ReachNumber(number="２０１ "),), callers=("０３＊", " ")
        )
    )
    assert absence.rules[0].number == "090-1234"
    assert absence.reach[0].number == "201"
    assert absence.callers == ("03*",)


def test_the_server_is_told_kind_by_kind() -> None:
    absence = page(rule(), rule(Absence.BUSY, AbsenceAction.VOICEMAIL, number=""), active=True)
    assert server_codes(absence, CODES, Absence, BOX) == (
        ("forward_unconditional_on", "090-1234-5678"),
        ("forward_busy_on", "*99202"),
    )
    off = replace(absence, active=False)
    assert server_codes(off, CODES, [Absence.BUSY]) == (("forward_busy_off", ""),)
