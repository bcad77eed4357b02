"""What the library's words mean in the phone's."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from softphone.domain.account import RegistrationCause, RegistrationState
from softphone.domain.call import Direction, TerminatedReason
from softphone.domain.errors import FailureCause
from softphone.domain.media import MediaDirection
from softphone.engine.translate import (
    EndingFacts,
    RegistrationAnswer,
    ending,
    q850_cause,
    registration_outcome,
    remote_direction,
    response_code,
    retry_after_s,
    warning_code,
    with_plain_codecs,
)

OUT = EndingFacts(direction=Direction.INITIATOR)
IN = EndingFacts(direction=Direction.RECIPIENT)


@pytest.mark.parametrize(
    ("facts", "reason", "cause"),
    [
        (replace(OUT, local_hangup=True, status_code=487), TerminatedReason.CANCELLED, FailureCause.NONE),
        (replace(OUT, status_code=486, from_peer=True), TerminatedReason.REJECTED, FailureCause.BUSY),
        (
            replace(OUT, status_code=408, answered=True, from_peer=True),
            TerminatedReason.TIMEOUT,
            FailureCause.NO_ANSWER,
        ),
        (replace(OUT, status_code=408), TerminatedReason.TIMEOUT, FailureCause.SERVER_TIMEOUT),
        (
            replace(OUT, gave_up=FailureCause.SERVER_TIMEOUT, local_hangup=True),
            TerminatedReason.TIMEOUT,
            FailureCause.SERVER_TIMEOUT,
        ),
        (
            replace(OUT, gave_up=FailureCause.MEDIA_TIMEOUT, was_confirmed=True, local_hangup=True),
            TerminatedReason.TIMEOUT,
            FailureCause.MEDIA_TIMEOUT,
        ),
        (
            replace(OUT, gave_up=FailureCause.SERVER_UNREACHABLE, local_hangup=True),
            TerminatedReason.ERROR,
            FailureCause.SERVER_UNREACHABLE,
        ),
        (
            replace(OUT, status_code=487, from_peer=True),
            TerminatedReason.TIMEOUT,
            FailureCause.NO_ANSWER,
        ),
        (replace(OUT, status_code=503), TerminatedReason.ERROR, FailureCause.SERVER_UNREACHABLE),
        (
            replace(OUT, status_code=480, q850_cause=17, from_peer=True),
            TerminatedReason.REJECTED,
            FailureCause.BUSY,
        ),
        (replace(IN, local_hangup=True, status_code=603), TerminatedReason.REJECTED, FailureCause.NONE),
        (replace(IN, status_code=487, from_peer=True), TerminatedReason.CANCELLED, FailureCause.NONE),
        (
            replace(IN, was_confirmed=True, local_hangup=True, status_code=200),
            TerminatedReason.LOCAL_BYE,
            FailureCause.NONE,
        ),
        (
            replace(OUT, was_confirmed=True, status_code=200, from_peer=True),
            TerminatedReason.REMOTE_BYE,
            FailureCause.NONE,
        ),
        (
            replace(OUT, was_confirmed=True, status_code=408),
            TerminatedReason.TIMEOUT,
            FailureCause.SERVER_TIMEOUT,
        ),
        (
            replace(OUT, was_confirmed=True, status_code=200, from_peer=True, q850_cause=38),
            TerminatedReason.REMOTE_BYE,
            FailureCause.SERVER_ERROR,
        ),
    ],
)
def test_endings(facts: EndingFacts, reason: TerminatedReason, cause: FailureCause) -> None:
    outcome = ending(facts)
    assert (outcome.reason, outcome.cause) == (reason, cause)


@pytest.mark.parametrize(
    ("answer", "state", "cause"),
    [
        (RegistrationAnswer(status_code=200, expires_s=300), "registered", ""),
        (RegistrationAnswer(status_code=200), "unregistered", ""),
        (RegistrationAnswer(status_code=401), "auth_failed", "credentials"),
        (RegistrationAnswer(status_code=403), "auth_failed", "credentials"),
        (RegistrationAnswer(status_code=407), "auth_failed", "credentials"),
        (RegistrationAnswer(status_code=503), "unreachable", "rejected"),
        (RegistrationAnswer(status_code=408, from_server=False), "unreachable", "timeout"),
        (RegistrationAnswer(status_code=503, from_server=False), "unreachable", "timeout"),
    ],
)
def test_registrations(answer: RegistrationAnswer, state: str, cause: str) -> None:
    outcome = registration_outcome(answer, has_password=True)
    assert outcome == (RegistrationState(state), RegistrationCause(cause))


def test_a_challenge_without_a_password_asks_for_one() -> None:
    outcome = registration_outcome(RegistrationAnswer(status_code=401), has_password=False)
    assert outcome == (RegistrationState.AUTH_FAILED, RegistrationCause.NO_PASSWORD)


@pytest.mark.parametrize(
    ("header", "cause"),
    [
        ('Reason: Q.850;cause=16;text="Terminated"', 16),
        ("reason: q.850 ; cause = 17", 17),
        ('Reason: SIP;cause=200;text="Call completed elsewhere"', 0),
        ("X-Reason: Q.850;cause=1", 0),
        ("Subject: nothing", 0),
    ],
)
def test_q850(header: str, cause: int) -> None:
    assert q850_cause(f"BYE sip:x SIP/2.0\r\n{header}\r\n\r\n") == cause


def test_retry_after() -> None:
    assert retry_after_s("SIP/2.0 503 No\r\nRetry-After: 120 (soon)\r\n\r\n") == 120.0
    assert retry_after_s("SIP/2.0 503 No\r\n\r\n") == 0.0


def test_response_code() -> None:
    assert response_code("SIP/2.0 180 Ringing\r\n") == 180
    assert response_code("BYE sip:x SIP/2.0\r\n") == 0


@pytest.mark.parametrize(
    ("negotiated", "ours", "theirs"),
    [
        ("sendrecv", "sendrecv", "sendrecv"),
        ("recvonly", "sendrecv", "sendonly"),
        ("inactive", "sendrecv", "inactive"),
        ("sendonly", "sendonly", "sendrecv"),
        ("inactive", "sendonly", "inactive"),
    ],
)
def test_what_the_far_side_asked(negotiated: str, ours: str, theirs: str) -> None:
    assert remote_direction(MediaDirection(negotiated), MediaDirection(ours)) is MediaDirection(theirs)


def test_a_replaced_call_and_a_circle_have_their_own_endings() -> None:
    replaced = ending(replace(IN, replaced=True, was_confirmed=True, status_code=200))
    assert (replaced.reason, replaced.cause) == (TerminatedReason.REPLACED, FailureCause.NONE)
    circle = ending(replace(OUT, verdict=FailureCause.LOOP, status_code=302, from_peer=True))
    assert (circle.reason, circle.cause, circle.status_code) == (
        TerminatedReason.REJECTED,
        FailureCause.LOOP,
        302,
    )


def test_an_offer_with_nothing_but_the_plain_codecs() -> None:
    lines = [
        "v=0",
        "m=audio 4000 RTP/AVP 9 0 8 3 96 120",
        "c=IN IP4 127.0.0.1",
        "a=rtpmap:9 G722/8000",
        "a=rtpmap:0 PCMU/8000",
        "a=rtpmap:8 PCMA/8000",
        "a=rtpmap:96 speex/16000",
        "a=fmtp:96 mode=any",
        "a=rtpmap:120 telephone-event/8000",
        "a=fmtp:120 0-16",
        "a=sendrecv",
    ]
    kept = with_plain_codecs("\r\n".join(lines) + "\r\n")
    assert kept.split("\r\n") == [
        "v=0",
        "m=audio 4000 RTP/AVP 0 8 120",
        "c=IN IP4 127.0.0.1",
        "a=rtpmap:0 PCMU/8000",
        "a=rtpmap:8 PCMA/8000",
        "a=rtpmap:120 telephone-event/8000",
        "a=fmtp:120 0-16",
        "a=sendrecv",
        "",
    ]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ('Warning: 370 pbx.example.jp "Insufficient bandwidth"', 370),
        ('Warning: 399 pbx "Talk to 305, 306 or 307 x", 305 pbx "Incompatible media format"', 305),
        ('warning :301 192.0.2.1:5060 "address"', 301),
        ('Warning: 399 pbx "anything"', 0),
        ("Warning: much", 0),
        ("Reason: Q.850;cause=17", 0),
    ],
)
def test_the_warning_of_an_answer(header: str, code: int) -> None:
    assert warning_code(f"SIP/2.0 488 Not Acceptable Here\r\n{header}\r\nContent-Length: 0\r\n\r\n") == code


def test_a_warning_says_more_than_its_status_code() -> None:
    facts = replace(OUT, status_code=488, from_peer=True, warning=370)
    assert ending(facts).cause is FailureCause.BANDWIDTH
