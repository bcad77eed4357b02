import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from softphone.domain.dial_plan import (
    BLOCKED,
    BLOCKED_EMERGENCY,
    CallerId,
    DialPlan,
    matches_number,
    national_number,
    plan_number,
    split_post_dial,
)
from softphone.domain.provider import ProviderProfile

PLAIN = DialPlan()
PREFIX = DialPlan(outside_prefix="0")
SITE = DialPlan(site_number="20", extension_digits=3)
HIDE = DialPlan(outside_prefix="0", caller_id=CallerId.WITHHOLD)
SHOW = DialPlan(caller_id=CallerId.SHOW)
SPECIAL = ["110", "118", "119", "104", "113", "114", "115", "116", "117", "171", "177", "188", "189"]
LINE = ProviderProfile(key="ip", name_ja="ip", name_en="ip", blocked_numbers=("104", "110", "0990*"))


@pytest.mark.parametrize(
    ("typed", "plan", "dialled"),
    [
        # as typed
        ("0312345678", PLAIN, "0312345678"),
        ("201", PLAIN, "201"),
        ("*8201", replace(SITE, outside_prefix="0"), "*8201"),
        ("#7119", HIDE, "#7119"),
        ("taro", HIDE, "taro"),
        ("sip:0312345678@example.jp", HIDE, "sip:0312345678@example.jp"),
        ("0", PREFIX, "0"),
        ("02021", PREFIX, "02021"),
        # +81 and +1
        ("+81312345678", PLAIN, "0312345678"),
        ("+8103123456789", PLAIN, "03123456789"),
        ("+12125550100", PLAIN, "+12125550100"),
        ("+12125550100", PREFIX, "001012125550100"),
        ("+12125550100", SHOW, "18601012125550100"),
        # the outside prefix, once
        ("0312345678", PREFIX, "00312345678"),
        ("00312345678", PREFIX, "00312345678"),
        ("+81312345678", PREFIX, "00312345678"),
        ("09012345678", PREFIX, "009012345678"),
        ("009012345678", PREFIX, "009012345678"),
        ("0120123456", PREFIX, "00120123456"),
        ("0800123456", PREFIX, "00800123456"),
        ("0570012345", PREFIX, "00570012345"),
        ("01012125550100", PREFIX, "001012125550100"),
        ("001012125550100", PREFIX, "001012125550100"),
        ("00330312345678", PREFIX, "000330312345678"),
        ("001010121255501", PREFIX, "0001010121255501"),
        ("90312345678", DialPlan(outside_prefix="9"), "90312345678"),
        ("0312345678", DialPlan(outside_prefix="9"), "90312345678"),
        # 184 and 186
        ("0312345678", HIDE, "01840312345678"),
        ("00312345678", HIDE, "01840312345678"),
        ("1840312345678", HIDE, "01840312345678"),
        ("01840312345678", HIDE, "01840312345678"),
        ("1860312345678", HIDE, "01860312345678"),
        ("1840312345678", PREFIX, "01840312345678"),
        ("1840312345678", SHOW, "1840312345678"),
        ("0312345678", SHOW, "1860312345678"),
        ("0184123456", HIDE, "01840184123456"),
        ("201", HIDE, "201"),
        ("184110", HIDE, "184110"),
        # extensions
        ("201", SITE, "20201"),
        ("20201", SITE, "20201"),
        ("2011", SITE, "2011"),
        ("012", replace(SITE, outside_prefix="0"), "20012"),
        ("021234567", DialPlan(site_number="02", extension_digits=7, outside_prefix="0"), "021234567"),
        ("201", DialPlan(extension_digits=3), "201"),
    ],
)
def test_what_is_dialled(typed: str, plan: DialPlan, dialled: str) -> None:
    planned = plan_number(typed, plan, None)
    assert planned.number == dialled
    assert plan_number(dialled, plan, None).number == dialled, "planned twice it is the same"


plans = st.builds(
    DialPlan,
    outside_prefix=st.sampled_from(["", "0", "9", "1", "11"]),
    site_number=st.text("0123456789", max_size=5),
    extension_digits=st.integers(0, 12),
    caller_id=st.sampled_from(CallerId),
)


@given(number=st.sampled_from(SPECIAL) | st.from_regex(r"\A1[0-9]{2}\Z"), plan=plans)
def test_an_emergency_number_is_never_changed(number: str, plan: DialPlan) -> None:
    assert plan_number(number, plan, None).number == number
    typed_with_prefix = plan.outside_prefix + number
    assert plan_number(typed_with_prefix, plan, None).number == typed_with_prefix


@given(st.text("0123456789+*#AD", max_size=20), plans)
def test_digits_are_added_in_front_and_nothing_is_lost(typed: str, plan: DialPlan) -> None:
    number = plan_number(typed, plan, LINE).number
    if number != typed:
        assert number.endswith(national_number(typed.removeprefix(plan.outside_prefix))[-6:])


@pytest.mark.parametrize(
    ("typed", "plan", "warning"),
    [
        ("110", PLAIN, BLOCKED_EMERGENCY),
        ("0110", PREFIX, BLOCKED_EMERGENCY),
        ("104", PLAIN, BLOCKED),
        ("0990123456", PREFIX, BLOCKED),
        ("1840990123456", PREFIX, BLOCKED),
        ("+81990123456", PREFIX, BLOCKED),
        ("119", PLAIN, ""),
        ("0312345678", PREFIX, ""),
    ],
)
def test_a_number_the_line_cannot_call_is_warned_of(typed: str, plan: DialPlan, warning: str) -> None:
    assert plan_number(typed, plan, LINE).warning == warning
    assert plan_number(typed, plan, None).warning == ""


def test_privacy_is_asked_for_where_no_184_can() -> None:
    assert plan_number("sip:a@example.jp", HIDE, None).anonymous
    assert not plan_number("0312345678", HIDE, None).anonymous
    assert not plan_number("sip:a@example.jp", SHOW, None).anonymous


def test_the_number_one_calls_from_is_one_of_ones_own() -> None:
    plan = DialPlan(own_numbers=("0311112222", "0311113333"), identity="0311113333")
    assert plan_number("201", plan, None).identity == "0311113333"
    assert plan_number("201", replace(plan, identity="0399999999"), None).identity == ""


@pytest.mark.parametrize(
    ("text", "number", "digits"),
    [
        ("03-1234-5678,,200#", "03-1234-5678", ",,200#"),
        ("(03) 1234 5678 p 1 w 2", "(03) 1234 5678", ",1,2"),
        ("+81312345678;123", "+81312345678", ",123"),
        ("０３１２３４，２００＃", "０３１２３４", ",200#"),
        ("*98,1234#", "*98", ",1234#"),
        ("201,", "201", ""),
        ("201,a1d", "201", ",A1D"),
        ("201", "201", ""),
        ("201,hello", "201,hello", ""),
        ("sip:201@pbx;transport=tcp", "sip:201@pbx;transport=tcp", ""),
        ("tel:0312345678;phone-context=+81", "tel:0312345678;phone-context=+81", ""),
        ("pwtaro", "pwtaro", ""),
        ("", "", ""),
    ],
)
def test_digits_after_the_answer_are_split_off(text: str, number: str, digits: str) -> None:
    assert split_post_dial(text) == (number, digits)


def test_patterns_take_a_number_with_81_or_0() -> None:
    assert matches_number("+81312345678", ("03*",))
    assert matches_number("0312345678", ("+813*",))
    assert matches_number("201", ("2??",))
    assert not matches_number("2010", ("2??", ""))
    assert not matches_number("201", ())
