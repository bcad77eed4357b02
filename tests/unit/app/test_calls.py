import pytest

from softphone.app.calls import CannotCall
from softphone.app.changes import CallLogged, CallMoved, Notice
from softphone.domain.call import CallState, TerminatedReason
from softphone.domain.commands import Answer, Hangup, MakeCall, PlayTone, SendDtmf, SetHold, ToneKind
from softphone.domain.dial_string import DialStringInvalid
from softphone.domain.errors import FailureCause
from softphone.domain.events import CommandFailed, EngineLost, MuteChanged
from softphone.domain.history import CallResult
from softphone.domain.uri import Party
from tests.helpers.fakes import ACCOUNT, PhoneKit, fake_phone


@pytest.fixture
def kit() -> PhoneKit:
    kit = fake_phone(account=ACCOUNT, password="x")
    kit.phone.start()
    kit.registered()
    return kit


def talking(kit: PhoneKit, key: str = "in-1") -> str:
    kit.incoming(key)
    kit.call_state(key, CallState.CONFIRMED)
    return key


def test_a_number_is_dialled_on_the_accounts_server(kit: PhoneKit) -> None:
    key = kit.phone.calls.dial("０３－１２３４")
    (command,) = kit.engine.sent_of(MakeCall)
    assert (command.key, command.uri) == (key, "sip:031234@01234abc.example.jp")


def test_the_call_shows_what_was_dialled(kit: PhoneKit) -> None:
    key = kit.outgoing(kit.phone.calls.dial("03-1234"), number="anything")
    call = kit.phone.calls.find(key)
    assert call is not None
    assert call.remote.number == "031234"


def test_nothing_is_dialled_without_a_registration() -> None:
    kit = fake_phone(account=ACCOUNT, password="x")
    kit.phone.start()
    with pytest.raises(CannotCall) as caught:
        kit.phone.calls.dial("201")
    assert caught.value.cause is FailureCause.NOT_REGISTERED
    assert kit.engine.sent_of(MakeCall) == []


def test_what_is_no_number_is_refused(kit: PhoneKit) -> None:
    with pytest.raises(DialStringInvalid):
        kit.phone.calls.dial("やまだ")


def test_a_call_in_is_answered_held_and_ended(kit: PhoneKit) -> None:
    key = kit.incoming()
    kit.phone.calls.answer(key)
    kit.call_state(key, CallState.CONFIRMED)
    kit.phone.calls.set_hold(key, True)
    kit.phone.calls.hang_up(key)
    assert [type(command) for command in kit.engine.sent if getattr(command, "key", "") == key] == [
        Answer,
        SetHold,
        Hangup,
    ]


def test_a_missed_call_is_logged_once(kit: PhoneKit) -> None:
    key = kit.incoming(number="0312345678", name="山田")
    kit.call_state(key, CallState.TERMINATED, reason=TerminatedReason.CANCELLED)
    (logged,) = kit.changes_of(CallLogged)
    assert logged.record.result is CallResult.MISSED
    assert logged.record.remote.display_name == "山田"
    assert kit.phone.calls.live == ()


def test_a_dead_engine_ends_calls_in_words(kit: PhoneKit) -> None:
    talking(kit)
    kit.clock.time_s += 42
    kit.engine.emit(EngineLost(exit_code=-9))
    last = kit.changes_of(CallMoved)[-1].call
    assert last.cause is FailureCause.ENGINE_LOST
    (logged,) = kit.changes_of(CallLogged)
    assert (logged.record.result, logged.record.duration_s) == (CallResult.LOST, 42.0)
    assert "call_lost" in [notice.code for notice in kit.changes_of(Notice)]


def test_a_dial_the_engine_refuses_is_a_call_that_failed(kit: PhoneKit) -> None:
    key = kit.phone.calls.dial("201")
    kit.engine.emit(CommandFailed(command="MakeCall", key=key, cause=FailureCause.TOO_MANY_CALLS))
    last = kit.changes_of(CallMoved)[-1].call
    assert (last.remote.number, last.cause) == ("201", FailureCause.TOO_MANY_CALLS)
    assert kit.changes_of(CallLogged)[0].record.result is CallResult.FAILED
    assert kit.phone.calls.live == ()


def test_a_hold_that_fails_is_told_and_the_call_stays(kit: PhoneKit) -> None:
    key = talking(kit)
    kit.engine.emit(CommandFailed(command="SetHold", key=key, cause=FailureCause.OTHER))
    assert kit.changes_of(Notice)[-1].code == "failed_sethold"
    assert len(kit.phone.calls.live) == 1


def test_dtmf_is_sent_and_heard_here(kit: PhoneKit) -> None:
    key = talking(kit)
    kit.phone.calls.send_dtmf(key, "１＃")
    assert kit.engine.sent_of(SendDtmf)[-1].digits == "1#"
    tones = [c for c in kit.engine.sent_of(PlayTone) if c.tone is ToneKind.DTMF]
    assert [tone.digit for tone in tones] == ["1", "#"]


def test_what_is_no_digit_is_refused(kit: PhoneKit) -> None:
    key = talking(kit)
    with pytest.raises(ValueError, match="X"):
        kit.phone.calls.send_dtmf(key, "1x")
    assert kit.engine.sent_of(SendDtmf) == []


def test_an_event_for_no_call_is_counted_and_ignored(kit: PhoneKit) -> None:
    kit.engine.emit(MuteChanged(key="nobody", muted=True))
    assert kit.phone.illegal_events == 1
    key = talking(kit)
    kit.call_state(key, CallState.EARLY)
    assert kit.phone.illegal_events == 2
    assert kit.phone.calls.live[0].state is CallState.CONFIRMED


def test_several_calls_stand_side_by_side(kit: PhoneKit) -> None:
    talking(kit, "in-1")
    kit.incoming("in-2", number="203")
    assert [call.key for call in kit.phone.calls.live] == ["in-1", "in-2"]
    kit.phone.calls.hang_up_all()
    assert {command.key for command in kit.engine.sent_of(Hangup)} == {"in-1", "in-2"}


def test_the_servers_name_for_the_far_side_is_taken(kit: PhoneKit) -> None:
    key = kit.outgoing(kit.phone.calls.dial("201"))
    kit.call_state(key, CallState.CONFIRMED, remote=Party(uri="sip:201@h", display_name="佐藤", number="201"))
    call = kit.phone.calls.find(key)
    assert call is not None
    assert (call.remote.display_name, call.remote.number) == ("佐藤", "201")
