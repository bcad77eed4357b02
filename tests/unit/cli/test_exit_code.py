"""Which outcome gives which exit code."""

import pytest

from softphone.cli.exit_code import ExitCode, of_call, of_registration
from softphone.domain.account import Registration, RegistrationState
from softphone.domain.call import Call, CallState, Direction, TerminatedReason
from softphone.domain.errors import FailureCause
from softphone.domain.uri import Party


def _call(
    reason: TerminatedReason, cause: FailureCause = FailureCause.NONE, confirmed_at_s: float = 0.0
) -> Call:
    return Call(
        key="out-1",
        account_key="main",
        direction=Direction.INITIATOR,
        remote=Party(uri="sip:9196@pbx.example.jp"),
        state=CallState.TERMINATED,
        reason=reason,
        cause=cause,
        confirmed_at_s=confirmed_at_s,
    )


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (RegistrationState.UNCONFIGURED, 2),
        (RegistrationState.REGISTERING, None),
        (RegistrationState.REGISTERED, 0),
        (RegistrationState.AUTH_FAILED, 3),
        (RegistrationState.UNREACHABLE, 4),
        (RegistrationState.NO_NETWORK, 4),
        (RegistrationState.UNREGISTERED, None),
    ],
)
def test_registration(state: RegistrationState, code: int | None) -> None:
    assert of_registration(Registration(state=state)) == code


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        (FailureCause.BUSY, 5),
        (FailureCause.NO_ANSWER, 6),
        (FailureCause.DECLINED, 7),
        (FailureCause.NOT_FOUND, 7),
        (FailureCause.CODEC_MISMATCH, 7),
        (FailureCause.ENGINE_LOST, 7),
        (FailureCause.AUTH_FAILED, 3),
        (FailureCause.SERVER_UNREACHABLE, 4),
        (FailureCause.SERVER_TIMEOUT, 4),
        (FailureCause.NO_NETWORK, 4),
        (FailureCause.INVALID_NUMBER, 2),
        (FailureCause.AUDIO_DEVICE, 8),
    ],
)
def test_call_that_was_never_answered(cause: FailureCause, code: int) -> None:
    assert of_call(_call(TerminatedReason.REJECTED, cause)) == code


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        (TerminatedReason.LOCAL_BYE, 0),
        (TerminatedReason.REMOTE_BYE, 0),
        (TerminatedReason.ERROR, 7),
        (TerminatedReason.TIMEOUT, 7),
    ],
)
def test_call_that_was_talked_in(reason: TerminatedReason, code: int) -> None:
    assert of_call(_call(reason, confirmed_at_s=1.0)) == code


def test_unanswered_call_that_timed_out_has_no_answer() -> None:
    assert of_call(_call(TerminatedReason.TIMEOUT)) is ExitCode.NO_ANSWER
