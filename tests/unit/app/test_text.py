import pytest

from softphone.app.changes import Notice
from softphone.app.text import (
    Text,
    call_state_text,
    failure_hint,
    failure_text,
    notice_text,
    problem_text,
    registration_hint,
    registration_title,
)
from softphone.domain.account import FieldProblem, Registration, RegistrationCause, RegistrationState
from softphone.domain.call import Call, CallState, Direction, TerminatedReason
from softphone.domain.errors import FailureCause
from softphone.domain.media import MediaDirection
from softphone.domain.uri import Party
from softphone.storage.catalogue import load_texts
from softphone.storage.paths import resources_dir
from tests.helpers.fakes import START_S


@pytest.fixture(params=["ja", "en"])
def text(request: pytest.FixtureRequest) -> Text:
    return Text(load_texts(resources_dir(), request.param), request.param)


def is_words(words: str) -> bool:
    return bool(words) and "{" not in words and not words.startswith(("registration.", "failure.", "call."))


def test_the_products_own_words() -> None:
    text = Text(load_texts(resources_dir(), "ja"), "ja")
    assert registration_title(text, Registration(state=RegistrationState.REGISTERED)) == "通話可能"
    failed = Registration(state=RegistrationState.AUTH_FAILED, cause=RegistrationCause.CREDENTIALS)
    assert registration_title(text, failed) == "認証に失敗しました"
    assert "キーボードの入力形式が半角英数字になっているかご確認ください" in registration_hint(text, failed)


def test_every_registration_has_words_and_every_trouble_a_next_step(text: Text) -> None:
    for state in RegistrationState:
        for cause in RegistrationCause:
            registration = Registration(state=state, cause=cause, status_code=503, reason_phrase="x")
            assert is_words(registration_title(text, registration))
            if state is not RegistrationState.REGISTERED:
                assert is_words(registration_hint(text, registration))


def test_every_failure_has_words(text: Text) -> None:
    for cause in FailureCause:
        assert is_words(failure_text(text, cause, 500))
        assert isinstance(failure_hint(text, cause), str)


def test_every_call_state_has_words(text: Text) -> None:
    for direction in Direction:
        for state in CallState:
            for reason in TerminatedReason:
                call = Call(
                    key="k",
                    account_key="main",
                    direction=direction,
                    remote=Party(uri="sip:1@h", number="1"),
                    state=state,
                    reason=reason if state is CallState.TERMINATED else None,
                    created_at_s=START_S,
                    local_media=MediaDirection.SENDONLY,
                )
                assert is_words(call_state_text(text, call))


@pytest.mark.parametrize(
    "code", ["required", "wide", "space", "server", "port", "number", "range", "character"]
)
def test_every_problem_of_a_field_has_words(text: Text, code: str) -> None:
    assert is_words(problem_text(text, FieldProblem("server", code)))


def test_a_notice_names_the_role_in_words(text: Text) -> None:
    notice = Notice("audio_fallback", {"role": "output", "wanted": "A", "used": "B"})
    words = notice_text(text, notice)
    assert text("role.output") in words
    assert "A" in words


def test_a_missing_key_shows_itself() -> None:
    assert Text({}, "ja")("no.such.key") == "no.such.key"
