"""What a dialled number means: outside numbers under the two prefix rules, feature codes."""

from __future__ import annotations

import pytest

from softphone.domain.dial_plan import CallerId
from softphone.domain.forwarding import Absence
from softphone.domain.identity import Anonymity
from softphone.registrar.dial_plan import Feature, FeatureCode, OutsideNumber, read_feature_code, read_outside


@pytest.mark.parametrize(
    ("dialled", "number", "caller_id"),
    [
        ("0312345678", "0312345678", CallerId.DEFAULT),
        ("03-1234-5678", "0312345678", CallerId.DEFAULT),
        ("05012345678", "05012345678", CallerId.DEFAULT),
        ("09012345678", "09012345678", CallerId.DEFAULT),
        ("0120123456", "0120123456", CallerId.DEFAULT),
        ("08001234567", "08001234567", CallerId.DEFAULT),
        ("0570012345", "0570012345", CallerId.DEFAULT),
        ("01033123456789", "01033123456789", CallerId.DEFAULT),
        ("+81312345678", "0312345678", CallerId.DEFAULT),
        ("110", "110", CallerId.DEFAULT),
        ("104", "104", CallerId.DEFAULT),
        ("1840312345678", "0312345678", CallerId.WITHHOLD),
        ("18609012345678", "09012345678", CallerId.SHOW),
    ],
)
def test_outside_number_alone(dialled: str, number: str, caller_id: CallerId) -> None:
    assert read_outside(dialled, "") == OutsideNumber(number, caller_id)


@pytest.mark.parametrize(
    ("dialled", "number", "caller_id"),
    [
        ("00312345678", "0312345678", CallerId.DEFAULT),
        ("0110", "110", CallerId.DEFAULT),
        ("110", "110", CallerId.DEFAULT),
        ("118", "118", CallerId.DEFAULT),
        ("119", "119", CallerId.DEFAULT),
        ("18400312345678", "0312345678", CallerId.WITHHOLD),
        ("01840312345678", "0312345678", CallerId.WITHHOLD),
        ("018609012345678", "09012345678", CallerId.SHOW),
    ],
)
def test_outside_number_behind_a_prefix(dialled: str, number: str, caller_id: CallerId) -> None:
    assert read_outside(dialled, "0") == OutsideNumber(number, caller_id)


@pytest.mark.parametrize("prefix", ["", "0"])
@pytest.mark.parametrize("dialled", ["", "201", "9999", "abc", "03123", "184", "*72", "0" * 30])
def test_no_outside_number(dialled: str, prefix: str) -> None:
    assert read_outside(dialled, prefix) is None


def test_the_prefix_is_asked_for() -> None:
    assert read_outside("0312345678", "0") is None
    assert read_outside("104", "0") is None


@pytest.mark.parametrize(
    ("dialled", "code"),
    [
        ("*72203", FeatureCode(Feature.FORWARD, "203")),
        ("*73", FeatureCode(Feature.FORWARD, is_on=False)),
        ("*90203", FeatureCode(Feature.FORWARD, "203", absence=Absence.BUSY)),
        ("*95", FeatureCode(Feature.FORWARD, is_on=False, absence=Absence.UNREACHABLE)),
        ("*78", FeatureCode(Feature.DO_NOT_DISTURB)),
        ("*51", FeatureCode(Feature.HUNT_LOGIN, is_on=False)),
        ("*8", FeatureCode(Feature.PICKUP)),
        ("*8202", FeatureCode(Feature.PICKUP, "202")),
        ("*671202", FeatureCode(Feature.ANONYMOUS_CALL, "202", anonymity=Anonymity.PAYPHONE)),
        ("*72", None),
        ("*73203", None),
        ("*781", None),
        ("*1", None),
        ("201", None),
    ],
)
def test_feature_codes(dialled: str, code: FeatureCode | None) -> None:
    assert read_feature_code(dialled) == code
