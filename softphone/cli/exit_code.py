"""Exit codes: what a script learns from a run, and which outcome gives which."""

from __future__ import annotations

import enum

from softphone.domain.account import Registration, RegistrationState
from softphone.domain.call import Call, TerminatedReason
from softphone.domain.errors import FailureCause


class ExitCode(enum.IntEnum):
    """A run's outcome; an interrupted run ends with 128 + the signal's number, as a shell says it."""

    DONE = 0
    USAGE = 2
    AUTH_FAILED = 3
    NOT_REACHED = 4
    BUSY = 5
    NO_ANSWER = 6
    FAILED = 7
    AUDIO = 8
    INTERRUPTED = 130
    ENDED_BY_SIGTERM = 143


_BY_STATE = {
    RegistrationState.REGISTERED: ExitCode.DONE,
    RegistrationState.UNCONFIGURED: ExitCode.USAGE,
    RegistrationState.AUTH_FAILED: ExitCode.AUTH_FAILED,
    RegistrationState.UNREACHABLE: ExitCode.NOT_REACHED,
    RegistrationState.NO_NETWORK: ExitCode.NOT_REACHED,
}
_BY_CAUSE = {
    FailureCause.BUSY: ExitCode.BUSY,
    FailureCause.NO_ANSWER: ExitCode.NO_ANSWER,
    FailureCause.AUTH_FAILED: ExitCode.AUTH_FAILED,
    FailureCause.SERVER_UNREACHABLE: ExitCode.NOT_REACHED,
    FailureCause.SERVER_TIMEOUT: ExitCode.NOT_REACHED,
    FailureCause.NO_NETWORK: ExitCode.NOT_REACHED,
    FailureCause.AUDIO_DEVICE: ExitCode.AUDIO,
    FailureCause.INVALID_NUMBER: ExitCode.USAGE,
}


def of_registration(registration: Registration) -> ExitCode | None:
    """The code a registration's state decides; None while it is still on its way."""
    return _BY_STATE.get(registration.state)


def of_call(call: Call) -> ExitCode:
    """The code of a call that is over. A call that was talked in and ended by either side is done."""
    if call.cause is FailureCause.AUDIO_DEVICE:
        return ExitCode.AUDIO
    if call.confirmed_at_s:
        cut_off = call.reason in (TerminatedReason.ERROR, TerminatedReason.TIMEOUT)
        return ExitCode.FAILED if cut_off else ExitCode.DONE
    if call.cause in _BY_CAUSE:
        return _BY_CAUSE[call.cause]
    if call.reason is TerminatedReason.TIMEOUT:
        return ExitCode.NO_ANSWER
    return ExitCode.FAILED
