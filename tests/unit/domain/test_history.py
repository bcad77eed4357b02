import pytest

from softphone.domain.call import Call, CallState, Direction, TerminatedReason
from softphone.domain.errors import FailureCause
from softphone.domain.events import CallRefused
from softphone.domain.history import CallResult, call_record, refused_record
from softphone.domain.identity import Anonymity, CallerIdentity
from softphone.domain.transfer import Transfer, TransferState
from softphone.domain.uri import Party

BY = Party(uri="sip:201@h", number="201")


def over(**fields: object) -> Call:
    base: dict[str, object] = {
        "key": "k",
        "account_key": "main",
        "direction": Direction.RECIPIENT,
        "remote": Party(uri="sip:202@h", number="202"),
        "state": CallState.TERMINATED,
        "reason": TerminatedReason.REMOTE_BYE,
        "created_at_s": 100.0,
        "confirmed_at_s": 101.0,
        "terminated_at_s": 105.0,
    }
    return Call(**(base | fields))  # type: ignore[arg-type]


def test_what_the_call_knew_stands_in_its_row() -> None:
    record = call_record(
        over(anonymity=Anonymity.PAYPHONE, diverted_by=BY, called="05012345678", recording_path="/r/a.wav")
    )
    assert (record.anonymity, record.diverted_by) == (Anonymity.PAYPHONE, BY)
    assert (record.called, record.recording_path) == ("05012345678", "/r/a.wav")


def test_a_recording_that_ended_before_the_call_stays_in_its_row() -> None:
    assert call_record(over(), "/r/a.wav").recording_path == "/r/a.wav"


@pytest.mark.parametrize(
    ("state", "number"),
    [(TransferState.SUCCEEDED, "203"), (TransferState.FAILED, ""), (TransferState.CANCELLED, "")],
)
def test_where_a_call_was_handed_over_to(state: TransferState, number: str) -> None:
    transfer = Transfer(target="sip:203@pbx.example.jp", state=state)
    assert call_record(over(transfer=transfer)).transferred_to == number


@pytest.mark.parametrize(
    ("reason", "status_code", "result"),
    [
        (TerminatedReason.REPLACED, 0, CallResult.ELSEWHERE),
        (TerminatedReason.CANCELLED, 200, CallResult.ELSEWHERE),
        (TerminatedReason.CANCELLED, 487, CallResult.MISSED),
        (TerminatedReason.CANCELLED, 0, CallResult.MISSED),
    ],
)
def test_a_call_another_phone_took_is_not_missed(
    reason: TerminatedReason, status_code: int, result: CallResult
) -> None:
    call = over(reason=reason, status_code=status_code, confirmed_at_s=0.0)
    assert call_record(call).result is result


def test_a_caller_who_found_every_line_in_use_is_missed() -> None:
    caller = CallerIdentity(remote=BY, anonymity=Anonymity.NONE, called="202")
    event = CallRefused(account_key="main", caller=caller, status_code=486, at_s=100.0)
    record = refused_record(event, "refused-1")
    assert (record.key, record.result, record.remote) == ("refused-1", CallResult.MISSED, BY)
    assert (record.cause, record.status_code) == (FailureCause.TOO_MANY_CALLS, 486)
    assert (record.started_at_s, record.duration_s, record.called) == (100.0, 0.0, "202")
