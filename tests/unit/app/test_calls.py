import pytest

from softphone.app.calls import CannotCall
from softphone.app.changes import CallLogged, CallMoved, Notice
from softphone.domain.call import CallState, TerminatedReason
from softphone.domain.commands import (
    Answer,
    Configure,
    FollowRedirect,
    Hangup,
    MakeCall,
    PlayTone,
    RedirectPolicy,
    SendDtmf,
    SetHold,
    ToneKind,
)
from softphone.domain.dial_plan import DialPlan
from softphone.domain.dial_string import DialStringInvalid
from softphone.domain.dtmf import DtmfMethod
from softphone.domain.errors import FailureCause
from softphone.domain.events import CallRefused, CommandFailed, EngineLost, MuteChanged, RedirectOffered
from softphone.domain.history import CallResult
from softphone.domain.identity import CallerIdentity
from softphone.domain.provider import ProviderProfile
from softphone.domain.settings import CallSettings, Settings
from softphone.domain.uri import Party
from tests.helpers.fakes import ACCOUNT, PhoneKit, fake_phone


@pytest.fixture
def kit() -> PhoneKit:
    kit = fake_phone(account=ACCOUNT, password="x")
    kit.phone.start()
    kit.registered()
    return kit


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
    kit.talking()
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
    key = kit.talking()
    kit.engine.emit(CommandFailed(command="SetHold", key=key, cause=FailureCause.OTHER))
    assert kit.changes_of(Notice)[-1].code == "failed_sethold"
    assert len(kit.phone.calls.live) == 1


def test_dtmf_is_sent_and_heard_here(kit: PhoneKit) -> None:
    key = kit.talking()
    kit.phone.calls.send_dtmf(key, "１＃")
    assert kit.engine.sent_of(SendDtmf)[-1].digits == "1#"
    tones = [c for c in kit.engine.sent_of(PlayTone) if c.tone is ToneKind.DTMF]
    assert [tone.digit for tone in tones] == ["1", "#"]


def test_what_is_no_digit_is_refused(kit: PhoneKit) -> None:
    key = kit.talking()
    with pytest.raises(ValueError, match="X"):
        kit.phone.calls.send_dtmf(key, "1x")
    assert kit.engine.sent_of(SendDtmf) == []


def test_an_event_for_no_call_is_counted_and_ignored(kit: PhoneKit) -> None:
    kit.engine.emit(MuteChanged(key="nobody", muted=True))
    assert kit.phone.illegal_events == 1
    key = kit.talking()
    kit.call_state(key, CallState.EARLY)
    assert kit.phone.illegal_events == 2
    assert kit.phone.calls.live[0].state is CallState.CONFIRMED


def test_several_calls_stand_side_by_side(kit: PhoneKit) -> None:
    kit.talking("in-1")
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


def test_what_stands_behind_a_pause_is_sent_after_the_answer(kit: PhoneKit) -> None:
    key = kit.outgoing(kit.phone.calls.dial("03-1234-5678,,200#"))
    (command,) = kit.engine.sent_of(MakeCall)
    assert command.uri == "sip:0312345678@01234abc.example.jp"
    kit.call_state(key, CallState.EARLY)
    assert kit.engine.sent_of(SendDtmf) == []
    kit.call_state(key, CallState.CONFIRMED)
    assert kit.engine.sent_of(SendDtmf) == [SendDtmf(key=key, digits=",,200#")]


def test_what_stands_behind_a_pause_is_forgotten_where_nobody_answers(kit: PhoneKit) -> None:
    key = kit.outgoing(kit.phone.calls.dial("03-1234-5678,,200#"))
    kit.ended(key, TerminatedReason.REJECTED, cause=FailureCause.BUSY)
    assert kit.engine.sent_of(SendDtmf) == []


def test_digits_go_the_way_the_user_chose() -> None:
    settings = Settings(account=ACCOUNT, calls=CallSettings(dtmf=DtmfMethod.INFO))
    kit = fake_phone(settings, password="x")
    kit.phone.start()
    kit.registered()
    kit.talking("in-1")
    kit.phone.calls.send_dtmf("in-1", "1,2")
    assert kit.engine.sent_of(SendDtmf) == [SendDtmf(key="in-1", digits="1,2", method=DtmfMethod.INFO)]
    tones = [command.digit for command in kit.engine.sent_of(PlayTone) if command.tone is ToneKind.DTMF]
    assert tones == ["1", "2"]


def test_a_number_is_called_as_the_plan_has_it_and_shown_as_typed() -> None:
    plan = DialPlan(outside_prefix="0", own_numbers=("0312340000",), identity="0312340000")
    kit = fake_phone(Settings(account=ACCOUNT, dialling=plan), password="x")
    kit.phone.start()
    kit.registered()
    key = kit.outgoing(kit.phone.calls.dial("06-1234-5678", anonymous=True), "whoever")
    (command,) = kit.engine.sent_of(MakeCall)
    assert command.uri == "sip:00612345678@01234abc.example.jp"
    assert (command.identity, command.anonymous) == ("sip:0312340000@01234abc.example.jp", True)
    call = kit.phone.calls.find(key)
    assert call is not None
    assert call.remote.number == "0612345678"


def test_a_number_this_line_cannot_call_is_warned_of() -> None:
    profile = ProviderProfile(
        key="p", name_ja="p", name_en="p", server_patterns=("*",), blocked_numbers=("0570*",)
    )
    kit = fake_phone(account=ACCOUNT, password="x", profiles=(profile,))
    kit.phone.start()
    kit.registered()
    kit.phone.calls.dial("0570-000-000")
    assert [notice.code for notice in kit.changes_of(Notice)] == ["number_blocked"]
    assert len(kit.engine.sent_of(MakeCall)) == 1


def test_a_ringing_call_is_picked_up_by_replaces(kit: PhoneKit) -> None:
    kit.phone.calls.dial("sip:201@01234abc.example.jp", replaces="abc;to-tag=1;from-tag=2")
    (command,) = kit.engine.sent_of(MakeCall)
    assert command.replaces == "abc;to-tag=1;from-tag=2"


def test_a_redirect_waits_for_the_users_choice(kit: PhoneKit) -> None:
    key = kit.outgoing(kit.phone.calls.dial("201"))
    kit.engine.emit(RedirectOffered(key=key, targets=("sip:301@h",)))
    call = kit.phone.calls.find(key)
    assert call is not None
    assert call.redirect_targets == ("sip:301@h",)
    kit.phone.calls.follow_redirect(key, True)
    assert kit.engine.sent_of(FollowRedirect) == [FollowRedirect(key=key, follow=True)]


def test_a_caller_too_many_stands_in_the_history_as_missed(kit: PhoneKit) -> None:
    caller = CallerIdentity(remote=Party(uri="sip:203@h", display_name="佐藤", number="203"))
    kit.engine.emit(CallRefused(account_key="main", caller=caller, status_code=486, at_s=5.0))
    (logged,) = kit.changes_of(CallLogged)
    assert (logged.record.result, logged.record.remote.number) == (CallResult.MISSED, "203")
    assert kit.changes_of(Notice)[-1].values == {"who": "佐藤"}
    assert kit.phone.calls.live == ()
    assert kit.changes_of(CallMoved) == []


def test_the_limits_of_the_settings_reach_the_engine(kit: PhoneKit) -> None:
    calls = CallSettings(
        max_calls=2, rtp_timeout_s=30, redirects=RedirectPolicy.FOLLOW, accept_transfers=False
    )
    kit.phone.settings.change_fields(calls=calls)
    last = kit.engine.sent_of(Configure)[-1]
    assert (last.max_calls, last.rtp_timeout_s) == (2, 30)
    assert (last.follow_redirects, last.accept_transfers) == (RedirectPolicy.FOLLOW, False)


def test_the_call_in_front(kit: PhoneKit) -> None:
    calls = kit.phone.calls
    assert calls.active is None
    kit.incoming("in-1")
    assert calls.active is not None
    assert calls.active.key == "in-1"
    key = kit.outgoing(calls.dial("201"))
    assert calls.active.key == key
    kit.call_state("in-1", CallState.CONFIRMED)
    assert calls.active.key == "in-1"
    kit.phone.calls.set_hold("in-1", True)
    assert calls.active.key == key
    kit.ended(key)
    assert calls.active.key == "in-1"
