import pytest

from softphone.app.text import Text, failure_hint, failure_text
from softphone.domain.errors import FailureCause, failure_cause
from softphone.storage.catalogue import load_texts
from softphone.storage.paths import resources_dir

# RFC 3261 and the registry of SIP response codes since.
STATUS_CODES = [
    *(300, 301, 302, 305, 380),
    *(
        400,
        401,
        402,
        403,
        404,
        405,
        406,
        407,
        408,
        409,
        410,
        411,
        412,
        413,
        414,
        415,
        416,
        417,
        420,
        421,
        422,
    ),
    *(
        423,
        424,
        425,
        428,
        429,
        430,
        433,
        436,
        437,
        438,
        439,
        440,
        469,
        470,
        480,
        481,
        482,
        483,
        484,
        485,
        486,
    ),
    *(488, 489, 491, 493, 494),
    *(500, 501, 502, 503, 504, 505, 513, 555, 580),
    *(600, 603, 604, 606, 607, 608, 687),
]
Q850_CAUSES = [
    *(
        1,
        2,
        3,
        4,
        5,
        8,
        9,
        14,
        17,
        18,
        19,
        20,
        21,
        22,
        23,
        25,
        27,
        28,
        29,
        34,
        38,
        41,
        42,
        43,
        44,
        46,
        47,
        49,
    ),
    *(50, 52, 53, 54, 55, 57, 58, 62, 63, 65, 66, 69, 70, 79, 81, 82, 83, 84, 85, 86, 87, 88, 90, 91, 95, 96),
    *(97, 98, 99, 100, 101, 102, 103, 110, 111, 127),
]
WARNINGS = [300, 301, 302, 303, 304, 305, 306, 307, 330, 331, 370, 380, 381]
NOTHING_TO_DO = {FailureCause.NONE, FailureCause.DECLINED}


@pytest.fixture(params=["ja", "en"])
def text(request: pytest.FixtureRequest) -> Text:
    return Text(load_texts(resources_dir(), request.param), request.param)


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
        (503, 0, FailureCause.CONGESTION),
        (480, 17, FailureCause.BUSY),
        (480, 0, FailureCause.UNAVAILABLE),
        (480, 16, FailureCause.UNAVAILABLE),
        (503, 1, FailureCause.NOT_FOUND),
        (403, 54, FailureCause.BARRED),
        (404, 17, FailureCause.NOT_FOUND),
        (302, 0, FailureCause.MOVED),
        (399, 0, FailureCause.MOVED),
        (599, 0, FailureCause.SERVER_ERROR),
        (499, 0, FailureCause.OTHER),
        (699, 0, FailureCause.OTHER),
    ],
)
def test_status_code_and_reason_decide(status_code: int, q850_cause: int, cause: FailureCause) -> None:
    assert failure_cause(status_code, q850_cause) is cause


@pytest.mark.parametrize(
    ("status_code", "warning", "cause"),
    [
        (488, 370, FailureCause.BANDWIDTH),
        (488, 305, FailureCause.CODEC_MISMATCH),
        (606, 301, FailureCause.NETWORK_MISMATCH),
        (480, 381, FailureCause.ENCRYPTION_REQUIRED),
        (488, 399, FailureCause.CODEC_MISMATCH),
        (486, 370, FailureCause.BUSY),
        (200, 370, FailureCause.NONE),
    ],
)
def test_a_warning_counts_where_it_says_more(status_code: int, warning: int, cause: FailureCause) -> None:
    assert failure_cause(status_code, warning=warning) is cause


def test_every_final_answer_has_a_cause() -> None:
    for status_code in range(300, 700):
        if status_code != 487:
            assert failure_cause(status_code) is not FailureCause.NONE


def test_no_known_answer_is_only_something_else() -> None:
    for status_code in STATUS_CODES:
        assert failure_cause(status_code) not in (FailureCause.OTHER, FailureCause.NONE), status_code
    for q850_cause in Q850_CAUSES:
        # 480 alone says "unavailable": whatever does not must have come from the table, the rest is listed.
        told = {failure_cause(status, q850_cause) for status in (480, 500)}
        assert len(told) == 1, q850_cause
    for warning in WARNINGS:
        told = {failure_cause(status, warning=warning) for status in (400, 480, 500)}
        assert len(told) == 1, warning


def test_every_answer_has_a_sentence_and_a_next_step(text: Text) -> None:
    causes = {failure_cause(status_code): status_code for status_code in range(300, 700)}
    causes |= {failure_cause(480, cause): 480 for cause in Q850_CAUSES}
    causes |= {failure_cause(488, warning=warning): 488 for warning in WARNINGS}
    causes |= {cause: 500 for cause in FailureCause if cause not in causes}
    for cause, status_code in causes.items():
        sentence, hint = failure_text(text, cause, status_code), failure_hint(text, cause)
        assert sentence, cause
        assert not sentence.startswith("failure."), cause
        assert "{" not in sentence + hint, cause
        assert bool(hint) is (cause not in NOTHING_TO_DO), cause
