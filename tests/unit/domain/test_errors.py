import pytest

from softphone.domain.errors import FailureCause, failure_cause


@pytest.mark.parametrize(
    ("status_code", "q850_cause", "cause"),
    [
        (200, 0, FailureCause.NONE),
        (487, 0, FailureCause.NONE),
        (486, 0, FailureCause.BUSY),
        (600, 0, FailureCause.BUSY),
        (603, 0, FailureCause.DECLINED),
        (404, 0, FailureCause.NOT_FOUND),
        (488, 0, FailureCause.CODEC_MISMATCH),
        (480, 17, FailureCause.BUSY),
        (480, 0, FailureCause.UNAVAILABLE),
        (503, 1, FailureCause.NOT_FOUND),
        (404, 17, FailureCause.NOT_FOUND),
        (302, 0, FailureCause.MOVED),
        (599, 0, FailureCause.SERVER_ERROR),
        (499, 0, FailureCause.OTHER),
        (699, 0, FailureCause.OTHER),
    ],
)
def test_status_code_and_reason_decide(status_code: int, q850_cause: int, cause: FailureCause) -> None:
    assert failure_cause(status_code, q850_cause) is cause


def test_every_final_answer_has_a_cause() -> None:
    for status_code in range(300, 700):
        if status_code != 487:
            assert failure_cause(status_code) is not FailureCause.NONE
