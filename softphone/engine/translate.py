"""pjsua2's structures and raw SIP text turned into the domain's frozen values. Copies, keeps nothing.

Called inside the callback: the native structures die when it returns.
"""

from __future__ import annotations

import re

import msgspec
import pjsua2 as pj

from softphone.domain.account import RegistrationCause, RegistrationState
from softphone.domain.call import CallState, Direction, TerminatedReason
from softphone.domain.errors import FailureCause, failure_cause
from softphone.domain.media import MediaDirection

_Q850 = re.compile(r"(?im)^Reason\s*:[^\r\n]*\bQ\.850\b[^\r\n,]*?;\s*cause\s*=\s*(\d{1,3})")
_WARNING = re.compile(r"(?im)^Warning\s*:([^\r\n]*)")
_WARNING_CODE = re.compile(r'(?:^|,)\s*(\d{3})\s+[^\s",]+\s+"')
_ELSEWHERE = re.compile(r"(?im)^Reason\s*:[^\r\n]*\bSIP\b[^\r\n,]*?;\s*cause\s*=\s*200\b")
_RETRY_AFTER = re.compile(r"(?im)^Retry-After\s*:\s*(\d{1,9})")
_STATUS_LINE = re.compile(r"SIP/2\.0\s+(\d{3})")
_TELEPHONE_EVENT = re.compile(r"(?im)^a=rtpmap:(\d+) telephone-event/")
_AUDIO_LINE = re.compile(r"(?m)^(m=audio \d+ \S+)([ \d]*)")
_FORMAT_LINE = re.compile(r"a=(?:rtpmap|fmtp):(\d+) ")
_AUTH_CODES = frozenset((401, 403, 407))

_TIMEOUTS = frozenset((FailureCause.SERVER_TIMEOUT, FailureCause.NO_ANSWER, FailureCause.MEDIA_TIMEOUT))

_STATES = {
    pj.PJSIP_INV_STATE_CALLING: CallState.TRYING,
    pj.PJSIP_INV_STATE_INCOMING: CallState.EARLY,
    pj.PJSIP_INV_STATE_EARLY: CallState.EARLY,
    pj.PJSIP_INV_STATE_CONFIRMED: CallState.CONFIRMED,
    pj.PJSIP_INV_STATE_DISCONNECTED: CallState.TERMINATED,
}

_DIRECTIONS = {
    pj.PJMEDIA_DIR_NONE: MediaDirection.INACTIVE,
    pj.PJMEDIA_DIR_ENCODING: MediaDirection.SENDONLY,
    pj.PJMEDIA_DIR_DECODING: MediaDirection.RECVONLY,
    pj.PJMEDIA_DIR_ENCODING_DECODING: MediaDirection.SENDRECV,
}

_REMOTE_ASKED = {
    MediaDirection.SENDRECV: MediaDirection.SENDRECV,
    MediaDirection.RECVONLY: MediaDirection.SENDONLY,
    MediaDirection.SENDONLY: MediaDirection.RECVONLY,
    MediaDirection.INACTIVE: MediaDirection.INACTIVE,
}


class CallSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What a callback saw of a call. ``state`` None where the phone need not know (CONNECTING)."""

    state: CallState | None
    status_code: int
    reason_phrase: str


class MediaSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The first audio stream of a call; ``index`` −1 where there is none.

    ``negotiated`` is seen from here; ``active`` means a stream runs, at least one way.
    """

    index: int
    active: bool
    negotiated: MediaDirection


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """Why a call is over, as CallStateChanged tells it."""

    reason: TerminatedReason
    cause: FailureCause
    status_code: int
    reason_phrase: str
    q850_cause: int


class EndingFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known when a call is over.

    ``local_hangup``: we asked. ``gave_up``: our own time limit asked, not the user. ``answered``: any
    answer beyond 100 came. ``from_peer``: the status came in a message, not from the library's timers.
    ``replaced``: another call of ours took its place. ``verdict``: the cause where the last status code says
    less than what led to it.
    """

    direction: Direction
    was_confirmed: bool = False
    local_hangup: bool = False
    replaced: bool = False
    gave_up: FailureCause = FailureCause.NONE
    verdict: FailureCause = FailureCause.NONE
    answered: bool = False
    from_peer: bool = False
    status_code: int = 0
    reason_phrase: str = ""
    q850_cause: int = 0
    warning: int = 0


class RegistrationAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a REGISTER. ``from_server`` False: the library's own 408 or 503."""

    status_code: int
    reason_phrase: str = ""
    expires_s: int = 0
    retry_after_s: float = 0.0
    from_server: bool = True


def q850_cause(message: str) -> int:
    """The Q.850 cause of a message's Reason header (RFC 3326 §2); 0 where there is none."""
    match = _Q850.search(message)
    return int(match.group(1)) if match else 0


def warning_code(message: str) -> int:
    """The first code of a message's Warning headers (RFC 3261 §20.43) that is not 399; 0 for none."""
    codes = (int(code) for value in _WARNING.findall(message) for code in _WARNING_CODE.findall(value))
    return next((code for code in codes if code != 399), 0)


def answered_elsewhere(message: str) -> bool:
    """A CANCEL says that another phone took the call (RFC 3326 §3.1)."""
    return _ELSEWHERE.search(message) is not None


def retry_after_s(message: str) -> float:
    """The Retry-After of a message in seconds (RFC 3261 §20.33); 0.0 where there is none."""
    match = _RETRY_AFTER.search(message)
    return float(match.group(1)) if match else 0.0


def response_code(message: str) -> int:
    """The status code of a response; 0 for anything else."""
    match = _STATUS_LINE.match(message)
    return int(match.group(1)) if match else 0


def call_snapshot(info: pj.CallInfo) -> CallSnapshot:
    """Copy what the phone needs of a CallInfo that the caller holds."""
    return CallSnapshot(
        state=_STATES.get(info.state),
        status_code=int(info.lastStatusCode),
        reason_phrase=str(info.lastReason),
    )


def media_snapshot(info: pj.CallInfo) -> MediaSnapshot:
    """Copy the first audio stream of a CallInfo that the caller holds (a temporary is freed memory)."""
    for position in range(len(info.media)):
        media = info.media[position]
        if media.type == pj.PJMEDIA_TYPE_AUDIO:
            running = media.status in (
                pj.PJSUA_CALL_MEDIA_ACTIVE,
                pj.PJSUA_CALL_MEDIA_LOCAL_HOLD,
                pj.PJSUA_CALL_MEDIA_REMOTE_HOLD,
            )
            direction = _DIRECTIONS.get(media.dir, MediaDirection.INACTIVE)
            return MediaSnapshot(index=int(media.index), active=running, negotiated=direction)
    return MediaSnapshot(index=-1, active=False, negotiated=MediaDirection.INACTIVE)


def remote_direction(negotiated: MediaDirection, local_asked: MediaDirection) -> MediaDirection:
    """What the far side asked for, from the outcome and our own wish (RFC 3264 §6.1).

    While we hold, their recvonly is only the answer to it: they are not holding.
    """
    if local_asked is MediaDirection.SENDONLY and negotiated is MediaDirection.SENDONLY:
        return MediaDirection.SENDRECV
    return _REMOTE_ASKED[negotiated]


def ending(facts: EndingFacts) -> Ending:
    """Who ended a call and what to say about it. Source: RFC 4235 §4.1.2, RFC 3261 §13–15."""
    reason, cause = _reason_and_cause(facts)
    if facts.gave_up is not FailureCause.NONE:  # the 487 is only our own CANCEL's
        return Ending(reason=reason, cause=cause, status_code=0, reason_phrase="", q850_cause=0)
    return Ending(
        reason=reason,
        cause=cause,
        status_code=facts.status_code,
        reason_phrase=facts.reason_phrase,
        q850_cause=facts.q850_cause,
    )


def _reason_and_cause(facts: EndingFacts) -> tuple[TerminatedReason, FailureCause]:
    if facts.replaced:
        return TerminatedReason.REPLACED, FailureCause.NONE
    if facts.gave_up is not FailureCause.NONE:
        timed_out = facts.gave_up in _TIMEOUTS
        return (TerminatedReason.TIMEOUT if timed_out else TerminatedReason.ERROR), facts.gave_up
    if facts.was_confirmed:
        return _confirmed_ending(facts)
    if facts.direction is Direction.INITIATOR:
        return _initiator_ending(facts)
    if facts.local_hangup:
        return TerminatedReason.REJECTED, FailureCause.NONE
    if facts.status_code == 487 or facts.status_code < 300:
        return TerminatedReason.CANCELLED, FailureCause.NONE
    return TerminatedReason.ERROR, failure_cause(facts.status_code, facts.q850_cause, facts.warning)


def _confirmed_ending(facts: EndingFacts) -> tuple[TerminatedReason, FailureCause]:
    if facts.local_hangup:
        return TerminatedReason.LOCAL_BYE, FailureCause.NONE
    if facts.status_code == 408:
        return TerminatedReason.TIMEOUT, FailureCause.SERVER_TIMEOUT
    if facts.status_code >= 400 and not facts.from_peer:
        return TerminatedReason.ERROR, failure_cause(facts.status_code)
    cause = (
        failure_cause(500, facts.q850_cause) if facts.q850_cause in (34, 38, 41, 42) else FailureCause.NONE
    )
    return TerminatedReason.REMOTE_BYE, cause


def _initiator_ending(facts: EndingFacts) -> tuple[TerminatedReason, FailureCause]:
    if facts.local_hangup:
        return TerminatedReason.CANCELLED, FailureCause.NONE
    if facts.verdict is not FailureCause.NONE:
        return TerminatedReason.REJECTED, facts.verdict
    if facts.status_code == 408:
        if facts.answered or facts.from_peer:
            return TerminatedReason.TIMEOUT, FailureCause.NO_ANSWER
        return TerminatedReason.TIMEOUT, FailureCause.SERVER_TIMEOUT
    if facts.status_code == 487:
        return TerminatedReason.TIMEOUT, FailureCause.NO_ANSWER
    if not facts.from_peer and facts.status_code >= 500:
        return TerminatedReason.ERROR, FailureCause.SERVER_UNREACHABLE
    cause = failure_cause(facts.status_code, facts.q850_cause, facts.warning)
    return TerminatedReason.REJECTED, cause


def registration_answer(prm: pj.OnRegStateParam) -> RegistrationAnswer:
    """Copy the outcome of a REGISTER."""
    message = str(prm.rdata.wholeMsg)
    code = int(prm.code)
    return RegistrationAnswer(
        status_code=code,
        reason_phrase=str(prm.reason),
        expires_s=max(int(prm.expiration), 0) if 200 <= code < 300 else 0,
        retry_after_s=retry_after_s(message),
        from_server=bool(message),
    )


def registration_outcome(
    answer: RegistrationAnswer, *, has_password: bool
) -> tuple[RegistrationState, RegistrationCause]:
    """What a REGISTER's outcome means for a person."""
    code = answer.status_code
    if 200 <= code < 300:
        if answer.expires_s > 0:
            return RegistrationState.REGISTERED, RegistrationCause.NONE
        return RegistrationState.UNREGISTERED, RegistrationCause.NONE
    if code in _AUTH_CODES:
        cause = RegistrationCause.CREDENTIALS if has_password else RegistrationCause.NO_PASSWORD
        return RegistrationState.AUTH_FAILED, cause
    if code == 408 or not answer.from_server:
        return RegistrationState.UNREACHABLE, RegistrationCause.TIMEOUT
    return RegistrationState.UNREACHABLE, RegistrationCause.REJECTED


def with_plain_codecs(sdp: str) -> str:
    """An offer with nothing but PCMU, PCMA and telephone-event left in its audio (RFC 3551 §6)."""
    kept = {"0", "8", *_TELEPHONE_EVENT.findall(sdp)}

    def cut(match: re.Match[str]) -> str:
        formats = [name for name in match.group(2).split() if name in kept]
        return f"{match.group(1)} {' '.join(formats)}"

    return "".join(
        line
        for line in _AUDIO_LINE.sub(cut, sdp).splitlines(keepends=True)
        if not (match := _FORMAT_LINE.match(line)) or match.group(1) in kept
    )
