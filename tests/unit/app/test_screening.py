from datetime import datetime

import pytest

from softphone.app.changes import CallLogged, Notice
from softphone.domain.account import MAIN_ACCOUNT
from softphone.domain.call import CallState, Direction, TerminatedReason
from softphone.domain.commands import Answer, Hangup, PlayTone, Redirect, SetHold, ToneKind, TransferCall
from softphone.domain.errors import FailureCause
from softphone.domain.events import CallCreated, CommandFailed
from softphone.domain.forwarding import (
    Absence,
    AbsenceAction,
    AbsenceRule,
    AbsenceSettings,
    ReachNumber,
    Schedule,
)
from softphone.domain.history import CallResult
from softphone.domain.identity import Anonymity
from softphone.domain.provider import ProviderProfile
from softphone.domain.settings import AutoAnswer, CallSettings, Settings
from softphone.domain.uri import Party
from tests.helpers.fakes import ACCOUNT, START_S, PhoneKit, fake_phone

MOBILE = "090-1234-5678"
MOBILE_URI = "sip:09012345678@01234abc.example.jp"


def phone_with(
    *,
    calls: CallSettings = CallSettings(),
    absence: AbsenceSettings = AbsenceSettings(),
    profile: ProviderProfile | None = None,
) -> PhoneKit:
    settings = Settings(account=ACCOUNT, calls=calls, absence=absence)
    kit = fake_phone(settings, password="x", profiles=(profile,) if profile else ())
    kit.phone.start()
    kit.registered()
    return kit


def away(*rules: AbsenceRule, **fields: object) -> AbsenceSettings:
    return AbsenceSettings(active=True, rules=rules, **fields)  # type: ignore[arg-type]


def forward(kind: Absence, **fields: object) -> AbsenceRule:
    return AbsenceRule(kind=kind, action=AbsenceAction.FORWARD, number=MOBILE, **fields)  # type: ignore[arg-type]


def bells(kit: PhoneKit) -> list[PlayTone]:
    return [tone for tone in kit.engine.sent_of(PlayTone) if tone.tone is ToneKind.RING]


def refused(kit: PhoneKit, key: str) -> None:
    kit.call_state(key, CallState.TERMINATED, reason=TerminatedReason.REJECTED)


def codes_told(kit: PhoneKit) -> list[str]:
    return [notice.code for notice in kit.changes_of(Notice)]


def test_do_not_disturb_refuses_without_a_bell_and_logs_a_missed_call() -> None:
    kit = phone_with(calls=CallSettings(do_not_disturb=True))
    key = kit.incoming()
    assert kit.engine.sent_of(Hangup) == [Hangup(key=key, status_code=486)]
    refused(kit, key)
    assert bells(kit) == []
    assert [change.record.result for change in kit.changes_of(CallLogged)] == [CallResult.MISSED]


def test_unconditional_forwards_at_once_without_a_bell() -> None:
    kit = phone_with(absence=away(forward(Absence.UNCONDITIONAL)))
    key = kit.incoming()
    assert kit.engine.sent_of(Redirect) == [Redirect(key=key, targets=(MOBILE_URI,))]
    refused(kit, key)
    assert bells(kit) == []
    (logged,) = kit.changes_of(CallLogged)
    assert logged.record.result is CallResult.FORWARDED
    assert logged.record.transferred_to == MOBILE
    assert codes_told(kit) == ["call_forwarded"]


def test_a_caller_who_gives_up_meanwhile_is_missed() -> None:
    kit = phone_with(absence=away(forward(Absence.UNCONDITIONAL)))
    key = kit.incoming()
    kit.call_state(key, CallState.TERMINATED, reason=TerminatedReason.CANCELLED)
    assert kit.changes_of(CallLogged)[-1].record.result is CallResult.MISSED


def test_no_answer_rings_then_forwards() -> None:
    kit = phone_with(absence=away(forward(Absence.NO_ANSWER, after_s=20)))
    key = kit.incoming()
    assert len(bells(kit)) == 1
    kit.dispatcher.advance(19.0)
    assert kit.engine.sent_of(Redirect) == []
    kit.dispatcher.advance(2.0)
    assert kit.engine.sent_of(Redirect) == [Redirect(key=key, targets=(MOBILE_URI,))]


@pytest.mark.parametrize("state", [CallState.CONFIRMED, CallState.TERMINATED])
def test_a_call_that_is_answered_or_over_is_not_forwarded(state: CallState) -> None:
    kit = phone_with(absence=away(forward(Absence.NO_ANSWER, after_s=20)))
    key = kit.incoming()
    kit.dispatcher.advance(5.0)
    reason = TerminatedReason.CANCELLED if state is CallState.TERMINATED else None
    kit.call_state(key, state, reason=reason)
    kit.dispatcher.advance(60.0)
    assert kit.engine.sent_of(Redirect) == []


def test_busy_forwards_instead_of_call_waiting() -> None:
    kit = phone_with(absence=away(forward(Absence.BUSY)))
    first = kit.incoming("in-1")
    assert kit.engine.sent_of(Redirect) == []
    kit.call_state(first, CallState.CONFIRMED)
    kit.incoming("in-2", number="203")
    assert [redirect.key for redirect in kit.engine.sent_of(Redirect)] == ["in-2"]
    assert all(tone.tone is not ToneKind.CALL_WAITING for tone in kit.engine.sent_of(PlayTone))


def test_reach_names_every_number_when_the_first_one_starts() -> None:
    rule = AbsenceRule(kind=Absence.UNCONDITIONAL, action=AbsenceAction.REACH)
    reach = (ReachNumber(number="0311112222", start_s=5), ReachNumber(number=MOBILE, start_s=15))
    kit = phone_with(absence=away(rule, reach=reach))
    key = kit.incoming()
    assert len(bells(kit)) == 1
    kit.dispatcher.advance(6.0)
    targets = ("sip:0311112222@01234abc.example.jp", MOBILE_URI)
    assert kit.engine.sent_of(Redirect) == [Redirect(key=key, targets=targets)]


def test_a_provider_without_302_gets_a_refer() -> None:
    profile = ProviderProfile(
        key="r", name_ja="r", name_en="r", server_patterns=("*.example.jp",), redirect_by="refer"
    )
    kit = phone_with(absence=away(forward(Absence.UNCONDITIONAL)), profile=profile)
    key = kit.incoming()
    assert kit.engine.sent_of(Answer) == [Answer(key=key, held=True)]
    kit.call_state(key, CallState.CONFIRMED)
    assert kit.engine.sent_of(TransferCall) == [TransferCall(key=key, target=MOBILE_URI)]
    assert bells(kit) == []


def test_a_redirection_the_engine_refuses_rings_instead() -> None:
    kit = phone_with(absence=away(forward(Absence.UNCONDITIONAL)))
    key = kit.incoming()
    kit.engine.emit(CommandFailed(command="Redirect", cause=FailureCause.INTERNAL, key=key))
    assert len(bells(kit)) == 1
    assert "forward_failed" in codes_told(kit)
    refused(kit, key)
    assert kit.changes_of(CallLogged)[-1].record.result is CallResult.DECLINED


@pytest.mark.parametrize("number", ["携帯電話", "sip:", "03 1234 x", "\x00", "1" * 400, "tel:", "@"])
def test_a_number_nobody_can_call_rings_instead(number: str) -> None:
    rule = AbsenceRule(kind=Absence.UNCONDITIONAL, action=AbsenceAction.FORWARD, number=number)
    kit = phone_with(absence=away(rule))
    kit.incoming()
    assert kit.engine.sent_of(Redirect) == []
    assert len(bells(kit)) == 1
    assert codes_told(kit) == ["forward_impossible"]


def test_a_schedule_is_read_by_the_local_clock() -> None:
    at = datetime.fromtimestamp(START_S)
    minute = at.hour * 60 + at.minute
    now = Schedule(weekdays=(at.weekday(),), from_min=minute, until_min=minute + 1)
    other = Schedule(weekdays=((at.weekday() + 2) % 7,), from_min=minute, until_min=minute + 1)
    for schedule, forwarded in ((now, 1), (other, 0)):
        kit = phone_with(absence=away(forward(Absence.UNCONDITIONAL), schedule=schedule))
        kit.incoming()
        assert len(kit.engine.sent_of(Redirect)) == forwarded


def test_automatic_answer_beeps_first() -> None:
    kit = phone_with(calls=CallSettings(auto_answer=AutoAnswer(active=True, after_s=3)))
    key = kit.incoming()
    assert kit.engine.sent_of(Answer) == []
    kit.dispatcher.advance(3.5)
    beep = kit.engine.sent.index(PlayTone(tone=ToneKind.DTMF, digit="A"))
    assert kit.engine.sent.index(Answer(key=key)) > beep


def test_automatic_answer_puts_nobody_on_hold() -> None:
    kit = phone_with(calls=CallSettings(auto_answer=AutoAnswer(active=True, after_s=3)))
    kit.incoming("in-1")
    kit.dispatcher.advance(1.0)
    kit.call_state("in-1", CallState.CONFIRMED)
    kit.incoming("in-2", number="203")
    kit.dispatcher.advance(10.0)
    assert kit.engine.sent_of(Answer) == []
    assert kit.engine.sent_of(SetHold) == []


def test_two_waiting_callers_are_not_both_answered() -> None:
    kit = phone_with(calls=CallSettings(auto_answer=AutoAnswer(active=True, after_s=3)))
    kit.incoming("in-1")
    kit.incoming("in-2", number="203")
    kit.dispatcher.advance(2.0)
    kit.call_state("in-1", CallState.CONFIRMED)
    kit.dispatcher.advance(5.0)
    assert kit.engine.sent_of(Answer) == []


def anonymous(kit: PhoneKit, **fields: object) -> str:
    kit.engine.emit(
        CallCreated(
            key="in-9",
            account_key=MAIN_ACCOUNT,
            direction=Direction.RECIPIENT,
            remote=Party(uri="sip:anonymous@anonymous.invalid"),
            state=CallState.EARLY,
            anonymity=Anonymity.WITHHELD,
            at_s=kit.clock.now_s(),
            **fields,  # type: ignore[arg-type]
        )
    )
    return "in-9"


def test_anonymous_callers_can_be_left_out() -> None:
    kit = phone_with(absence=away(forward(Absence.UNCONDITIONAL), anonymous_callers=False))
    anonymous(kit)
    assert kit.engine.sent_of(Redirect) == []
    assert len(bells(kit)) == 1


def test_answering_on_request_must_be_allowed() -> None:
    for allowed in (False, True):
        kit = phone_with(calls=CallSettings(auto_answer=AutoAnswer(on_request=allowed)))
        anonymous(kit, answer_after_s=0.0)
        assert len(kit.engine.sent_of(Answer)) == int(allowed)


def test_a_call_that_takes_another_ones_place_is_let_in() -> None:
    kit = phone_with(calls=CallSettings(do_not_disturb=True))
    anonymous(kit, transferred_from="in-1")
    assert kit.engine.sent_of(Hangup) == []


def test_who_called_110_is_reached_for_ten_minutes_after_the_call() -> None:
    kit = phone_with(absence=away(forward(Absence.UNCONDITIONAL)))
    key = kit.outgoing(kit.phone.calls.dial("110"), "110")
    kit.call_state(key, CallState.CONFIRMED)
    kit.dispatcher.advance(300.0)
    kit.call_state(key, CallState.TERMINATED, reason=TerminatedReason.REMOTE_BYE)
    kit.dispatcher.advance(500.0)
    kit.incoming("in-1")
    assert len(bells(kit)) == 1
    kit.call_state("in-1", CallState.TERMINATED, reason=TerminatedReason.CANCELLED)
    kit.dispatcher.advance(200.0)
    kit.incoming("in-2")
    assert [redirect.key for redirect in kit.engine.sent_of(Redirect)] == ["in-2"]
