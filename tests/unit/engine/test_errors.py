"""Library errors in words, and callbacks that let nothing out."""

from __future__ import annotations

import logging

import pjsua2 as pj
import pytest

from softphone.domain.errors import FailureCause
from softphone.engine.errors import PJ_ETOOMANY, EngineError, guarded, pj_call


def fail(status: int) -> None:
    error = pj.Error()
    error.status, error.title, error.reason = status, "pjsua_call_make_call()", "Too many objects"
    raise error


def test_a_library_error_carries_words_and_a_cause() -> None:
    with pytest.raises(EngineError) as caught:
        pj_call(fail, PJ_ETOOMANY)
    assert caught.value.cause is FailureCause.TOO_MANY_CALLS
    assert caught.value.status == PJ_ETOOMANY
    assert "Too many objects" in caught.value.detail


def test_no_library_object_stays_in_the_error() -> None:
    with pytest.raises(EngineError) as caught:
        pj_call(fail, 1)
    assert caught.value.__context__ is None
    assert caught.value.cause is FailureCause.INTERNAL


def test_a_callback_lets_nothing_out(caplog: pytest.LogCaptureFixture) -> None:
    @guarded
    def callback() -> None:
        raise ValueError("broken")

    with caplog.at_level(logging.ERROR):
        callback()
    assert "broken" in caplog.text


def test_results_pass_through() -> None:
    assert pj_call(max, 1, 2) == 2
