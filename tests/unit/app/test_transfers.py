import pytest

from softphone.app.changes import CallLogged, CallMoved, Notice
from softphone.app.transfers import HOLD_WAIT_S
from softphone.domain.account import Account
from softphone.domain.call import CallState, TerminatedReason
from softphone.domain.commands import (
    Answer,
    CancelTransfer,
    Hangup,
    MakeCall,
    Redirect,
    SetHold,
    TransferCall,
)
from softphone.domain.errors import FailureCause
from softphone.domain.events import EngineLost
from softphone.domain.history import CallResult
from softphone.domain.provider import ProviderProfile
from softphone.domain.transfer import TransferState
from softphone.domain.uri import HostPort
from tests.helpers.fakes import ACCOUNT, PhoneKit, fake_phone

TARGET = "sip:203@01234abc.example.jp"


@pytest.fixture
def kit() -> PhoneKit:
    kit = fake_phone(account=ACCOUNT, password="x")
    kit.phone.start()
    kit.registered()
    return kit


def notices(kit: PhoneKit) -> list[str]:
    return [notice.code for notice in kit.changes_of(Notice)]


def consultation(kit: PhoneKit) -> str:
    """in-1 waits, the consultation with 203 is answered; its key."""
    kit.talking("in-1")
    second = kit.outgoing(kit.phone.transfers.consult("in-1", "203"), "203")
    kit.settle_holds()
    kit.call_state(second, CallState.CONFIRMED)
    return second


class TestBlind:
    def test_the_call_is_held_before_it_is_referred(self, kit: PhoneKit) -> None:
        kit.talking("in-1")
        kit.phone.transfers.blind("in-1", "203")
        assert kit.engine.sent_of(SetHold) == [SetHold(key="in-1", held=True)]
        assert kit.engine.sent_of(TransferCall) == []
        kit.settle_holds()
        assert kit.engine.sent_of(TransferCall) == [TransferCall(key="in-1", target=TARGET)]
        kit.dispatcher.advance(2 * HOLD_WAIT_S)
        assert len(kit.engine.sent_of(TransferCall)) == 1

    def test_a_hold_without_an_answer_is_not_waited_for(self, kit: PhoneKit) -> None:
        kit.talking("in-1")
        kit.phone.transfers.blind("in-1", "203")
        kit.dispatcher.advance(HOLD_WAIT_S)
        assert len(kit.engine.sent_of(TransferCall)) == 1

    def test_a_hold_that_is_refused_does_not_stop_it(self, kit: PhoneKit) -> None:
        kit.talking("in-1")
        kit.phone.transfers.blind("in-1", "203")
        kit.refused("SetHold", "in-1")
        assert len(kit.engine.sent_of(TransferCall)) == 1
        assert notices(kit) == []

    def test_a_held_call_goes_at_once_and_stays_held_where_it_fails(self, kit: PhoneKit) -> None:
        kit.talking("in-1")
        kit.phone.calls.set_hold("in-1", True)
        kit.settle_holds()
        kit.phone.transfers.blind("in-1", "203")
        assert len(kit.engine.sent_of(TransferCall)) == 1
        kit.transfer_changed("in-1", TransferState.FAILED, status_code=486, cause=FailureCause.BUSY)
        assert len(kit.engine.sent_of(SetHold)) == 1

    def test_what_fails_comes_back_and_is_told(self, kit: PhoneKit) -> None:
        kit.talking("in-1", name="山田")
        kit.phone.transfers.blind("in-1", "203")
        kit.settle_holds()
        kit.transfer_changed("in-1", TransferState.ASKED)
        kit.transfer_changed("in-1", TransferState.RINGING, status_code=180)
        kit.transfer_changed("in-1", TransferState.FAILED, status_code=486, cause=FailureCause.BUSY)
        assert kit.engine.sent_of(SetHold)[-1] == SetHold(key="in-1", held=False)
        (notice,) = kit.changes_of(Notice)
        assert (notice.code, notice.values["who"], notice.values["cause"]) == (
            "transfer_failed",
            "山田",
            "busy",
        )

    def test_a_refer_the_engine_cannot_send_comes_back_too(self, kit: PhoneKit) -> None:
        kit.talking("in-1")
        kit.phone.transfers.blind("in-1", "203")
        kit.settle_holds()
        kit.refused("TransferCall", "in-1", FailureCause.INVALID_NUMBER)
        assert kit.engine.sent_of(SetHold)[-1] == SetHold(key="in-1", held=False)
        assert notices(kit) == ["transfer_failed"]

    def test_what_fails_does_not_disturb_another_talk(self, kit: PhoneKit) -> None:
        kit.talking("in-1")
        kit.phone.transfers.blind("in-1", "203")
        kit.settle_holds()
        kit.talking("in-2")
        kit.transfer_changed("in-1", TransferState.FAILED, status_code=486, cause=FailureCause.BUSY)
        assert len(kit.engine.sent_of(SetHold)) == 1
        assert notices(kit) == ["transfer_failed"]

    def test_success_ends_the_call_in_a_friendly_way(self, kit: PhoneKit) -> None:
        kit.talking("in-1")
        kit.phone.transfers.blind("in-1", "203")
        kit.settle_holds()
        kit.transfer_changed("in-1", TransferState.SUCCEEDED, status_code=200)
        kit.ended("in-1", TerminatedReason.LOCAL_BYE)
        (logged,) = kit.changes_of(CallLogged)
        assert (logged.record.result, logged.record.transferred_to) == (CallResult.ANSWERED, "203")
        assert len(kit.engine.sent_of(SetHold)) == 1

    def test_cancelled_while_it_waits_for_the_hold(self, kit: PhoneKit) -> None:
        kit.talking("in-1")
        kit.phone.transfers.blind("in-1", "203")
        kit.phone.transfers.cancel("in-1")
        kit.settle_holds()
        kit.dispatcher.advance(2 * HOLD_WAIT_S)
        assert kit.engine.sent_of(TransferCall) == []
        assert kit.engine.sent_of(SetHold)[-1] == SetHold(key="in-1", held=False)

    def test_cancelled_under_way(self, kit: PhoneKit) -> None:
        kit.talking("in-1")
        kit.phone.transfers.blind("in-1", "203")
        kit.settle_holds()
        kit.transfer_changed("in-1", TransferState.TRYING)
        kit.phone.transfers.cancel("in-1")
        assert kit.engine.sent_of(CancelTransfer) == [CancelTransfer(key="in-1")]
        kit.transfer_changed("in-1", TransferState.CANCELLED)
        assert kit.engine.sent_of(SetHold)[-1] == SetHold(key="in-1", held=False)
        assert notices(kit) == []

    def test_a_second_press_does_not_disturb_the_first(self, kit: PhoneKit) -> None:
        kit.talking("in-1")
        kit.phone.transfers.blind("in-1", "203")
        kit.phone.transfers.blind("in-1", "204")
        kit.settle_holds()
        kit.phone.transfers.blind("in-1", "205")
        kit.transfer_changed("in-1", TransferState.ASKED)
        kit.phone.transfers.blind("in-1", "206")
        assert kit.engine.sent_of(TransferCall) == [TransferCall(key="in-1", target=TARGET)]
        kit.transfer_changed("in-1", TransferState.FAILED, status_code=404)
        kit.settle_holds()
        kit.phone.transfers.blind("in-1", "204")
        kit.settle_holds()
        assert len(kit.engine.sent_of(TransferCall)) == 2

    def test_a_caller_who_hangs_up_first_is_not_referred(self, kit: PhoneKit) -> None:
        kit.talking("in-1")
        kit.phone.transfers.blind("in-1", "203")
        kit.ended("in-1")
        kit.dispatcher.advance(2 * HOLD_WAIT_S)
        assert kit.engine.sent_of(TransferCall) == []

    def test_a_number_that_is_none_changes_nothing(self, kit: PhoneKit) -> None:
        kit.talking("in-1")
        with pytest.raises(ValueError, match="empty"):
            kit.phone.transfers.blind("in-1", " ")
        assert kit.engine.sent_of(SetHold) == []

    def test_nobody_is_transferred_before_the_answer(self, kit: PhoneKit) -> None:
        kit.incoming("in-1")
        kit.phone.transfers.blind("in-1", "203")
        kit.phone.transfers.blind("nobody", "203")
        assert kit.engine.sent_of(TransferCall) == []


class TestConsult:
    def test_the_first_waits_and_the_two_are_a_pair(self, kit: PhoneKit) -> None:
        second = consultation(kit)
        assert kit.engine.sent_of(SetHold) == [SetHold(key="in-1", held=True)]
        assert kit.engine.sent_of(MakeCall)[-1].uri == TARGET
        assert kit.phone.transfers.consultation_of("in-1") == second
        assert kit.phone.transfers.consultation_of(second) == ""

    @pytest.mark.parametrize("which", ["first", "second"])
    def test_complete_joins_the_two(self, kit: PhoneKit, which: str) -> None:
        second = consultation(kit)
        kit.phone.transfers.complete("in-1" if which == "first" else second)
        assert kit.engine.sent_of(TransferCall) == [TransferCall(key="in-1", to_key=second)]
        kit.transfer_changed("in-1", TransferState.ASKED, to_key=second)
        kit.transfer_changed("in-1", TransferState.SUCCEEDED, to_key=second, status_code=200)
        kit.ended(second, TerminatedReason.REMOTE_BYE)
        kit.ended("in-1", TerminatedReason.LOCAL_BYE)
        assert kit.engine.sent_of(SetHold) == [SetHold(key="in-1", held=True)]
        last = {change.call.key: change.call for change in kit.changes_of(CallMoved)}
        assert last[second].reason is TerminatedReason.REPLACED
        assert notices(kit) == []

    def test_the_second_may_be_replaced_before_success_is_told(self, kit: PhoneKit) -> None:
        second = consultation(kit)
        kit.phone.transfers.complete("in-1")
        kit.transfer_changed("in-1", TransferState.TRYING, to_key=second)
        kit.ended(second)
        assert len(kit.engine.sent_of(SetHold)) == 1  # not resumed: it is being handed over
        kit.transfer_changed("in-1", TransferState.SUCCEEDED, to_key=second, status_code=200)
        kit.ended("in-1", TerminatedReason.LOCAL_BYE)
        assert len(kit.engine.sent_of(SetHold)) == 1

    def test_the_second_may_be_gone_before_anything_is_told(self, kit: PhoneKit) -> None:
        second = consultation(kit)
        kit.phone.transfers.complete("in-1")
        kit.ended(second)
        assert len(kit.engine.sent_of(SetHold)) == 1
        kit.refused("TransferCall", "in-1", FailureCause.INTERNAL)  # too late: nobody to join with
        assert kit.engine.sent_of(SetHold)[-1] == SetHold(key="in-1", held=False)

    def test_a_failure_leaves_the_consultation_to_go_on(self, kit: PhoneKit) -> None:
        second = consultation(kit)
        kit.phone.transfers.complete("in-1")
        kit.transfer_changed("in-1", TransferState.FAILED, to_key=second, status_code=603)
        assert notices(kit) == ["transfer_failed"]
        assert len(kit.engine.sent_of(SetHold)) == 1
        kit.phone.transfers.complete("in-1")  # once more
        assert len(kit.engine.sent_of(TransferCall)) == 2

    def test_a_failure_after_the_second_has_gone_resumes_the_first(self, kit: PhoneKit) -> None:
        second = consultation(kit)
        kit.phone.transfers.complete("in-1")
        kit.transfer_changed("in-1", TransferState.TRYING, to_key=second)
        kit.ended(second)
        kit.transfer_changed("in-1", TransferState.FAILED, to_key=second, status_code=481)
        assert kit.engine.sent_of(SetHold)[-1] == SetHold(key="in-1", held=False)

    @pytest.mark.parametrize("answered", [True, False])
    def test_who_is_consulted_hangs_up_and_the_first_is_back(self, kit: PhoneKit, answered: bool) -> None:
        kit.talking("in-1")
        second = kit.outgoing(kit.phone.transfers.consult("in-1", "203"))
        kit.settle_holds()
        if answered:
            kit.call_state(second, CallState.CONFIRMED)
        kit.ended(second)
        assert kit.engine.sent_of(SetHold)[-1] == SetHold(key="in-1", held=False)
        assert kit.phone.transfers.consultation_of("in-1") == ""

    def test_a_consultation_the_engine_refuses_brings_the_first_back(self, kit: PhoneKit) -> None:
        kit.talking("in-1")
        second = kit.phone.transfers.consult("in-1", "203")
        kit.refused("MakeCall", second, FailureCause.TOO_MANY_CALLS)
        kit.settle_holds()
        assert kit.engine.sent_of(SetHold)[-1] == SetHold(key="in-1", held=False)

    def test_cancel_ends_it_and_brings_the_first_back(self, kit: PhoneKit) -> None:
        second = consultation(kit)
        kit.phone.transfers.cancel("in-1")
        assert kit.engine.sent_of(Hangup) == [Hangup(key=second)]
        kit.ended(second, TerminatedReason.LOCAL_BYE)
        assert kit.engine.sent_of(SetHold)[-1] == SetHold(key="in-1", held=False)

    @pytest.mark.parametrize("which", ["first", "second"])
    def test_cancel_while_the_two_are_being_joined(self, kit: PhoneKit, which: str) -> None:
        second = consultation(kit)
        kit.phone.transfers.complete("in-1")
        kit.phone.transfers.complete("in-1")
        kit.phone.transfers.cancel("in-1" if which == "first" else second)
        assert len(kit.engine.sent_of(TransferCall)) == 1
        assert kit.engine.sent_of(CancelTransfer) == [CancelTransfer(key="in-1")]
        kit.transfer_changed("in-1", TransferState.CANCELLED, to_key=second)
        assert kit.engine.sent_of(Hangup) == []
        kit.phone.transfers.cancel(second)
        assert kit.engine.sent_of(Hangup) == [Hangup(key=second)]

    def test_who_was_to_be_handed_over_hangs_up(self, kit: PhoneKit) -> None:
        second = consultation(kit)
        kit.ended("in-1")
        assert kit.phone.transfers.consultation_of("in-1") == ""
        kit.phone.transfers.complete("in-1")
        kit.phone.transfers.complete(second)
        assert kit.engine.sent_of(TransferCall) == []

    def test_while_it_still_rings_it_becomes_a_blind_one(self, kit: PhoneKit) -> None:
        kit.talking("in-1")
        second = kit.outgoing(kit.phone.transfers.consult("in-1", "203"), "203")
        kit.settle_holds()
        kit.call_state(second, CallState.EARLY)
        kit.phone.transfers.complete("in-1")
        assert kit.engine.sent_of(Hangup) == [Hangup(key=second)]
        (command,) = kit.engine.sent_of(TransferCall)
        assert (command.key, command.to_key) == ("in-1", "")
        assert command.target.startswith("sip:203@")
        kit.ended(second, TerminatedReason.CANCELLED)
        assert len(kit.engine.sent_of(SetHold)) == 1
        kit.transfer_changed("in-1", TransferState.FAILED, status_code=480)
        assert kit.engine.sent_of(SetHold)[-1] == SetHold(key="in-1", held=False)

    def test_a_dead_engine_asks_nothing_of_the_new_one(self, kit: PhoneKit) -> None:
        consultation(kit)
        kit.engine.sent.clear()
        kit.engine.emit(EngineLost(exit_code=-9))
        assert kit.engine.sent_of(SetHold) == []


class TestBeingTransferred:
    def test_as_the_transferee(self, kit: PhoneKit) -> None:
        kit.talking("in-1")
        kit.outgoing("new", "203", transferred_from="in-1")
        kit.call_state("new", CallState.CONFIRMED)
        kit.ended("in-1", TerminatedReason.REMOTE_BYE)
        assert kit.changes_of(Notice) == [Notice("transferring_here", {"who": "203"})]
        assert kit.engine.sent_of(SetHold) == []
        (logged,) = kit.changes_of(CallLogged)
        assert logged.record.result is CallResult.ANSWERED
        assert kit.changes_of(CallMoved)[-1].call.reason is TerminatedReason.REPLACED

    def test_as_the_target(self, kit: PhoneKit) -> None:
        kit.talking("in-1", "202")
        kit.incoming("new", "0312345678", "お客様", state=CallState.TRYING, transferred_from="in-1")
        kit.call_state("new", CallState.CONFIRMED)
        kit.ended("in-1", TerminatedReason.ERROR, cause=FailureCause.CALL_GONE)
        assert kit.changes_of(Notice) == [Notice("transferred_here", {"who": "お客様"})]
        over = kit.changes_of(CallMoved)[-1].call
        assert (over.reason, over.cause) == (TerminatedReason.REPLACED, FailureCause.NONE)

    def test_a_transfer_that_comes_to_nothing_leaves_the_old_call_as_it_is(self, kit: PhoneKit) -> None:
        kit.talking("in-1")
        kit.outgoing("new", "203", transferred_from="in-1")
        kit.ended("new", TerminatedReason.REJECTED, cause=FailureCause.BUSY)
        assert notices(kit) == ["transferring_here"]
        kit.ended("in-1", TerminatedReason.REMOTE_BYE)
        assert kit.changes_of(CallMoved)[-1].call.reason is TerminatedReason.REMOTE_BYE


class TestSendElsewhere:
    def test_by_302(self, kit: PhoneKit) -> None:
        kit.incoming("in-1")
        kit.phone.calls.send_elsewhere("in-1", "203")
        assert kit.engine.sent_of(Redirect) == [Redirect(key="in-1", targets=(TARGET,))]

    def test_by_refer_where_the_provider_wants_it(self) -> None:
        profile = ProviderProfile(
            key="p", name_ja="p", name_en="p", server_patterns=("pbx.example.jp",), redirect_by="refer"
        )
        account = Account(user_id="u", server=HostPort("pbx.example.jp"))
        kit = fake_phone(account=account, password="x", profiles=(profile,))
        kit.phone.start()
        kit.registered()
        kit.incoming("in-1")
        kit.phone.calls.send_elsewhere("in-1", "203")
        assert kit.engine.sent_of(Answer) == [Answer(key="in-1", held=True)]
        assert kit.engine.sent_of(TransferCall) == []
        kit.call_state("in-1", CallState.CONFIRMED)
        kit.held("in-1")
        (command,) = kit.engine.sent_of(TransferCall)
        assert command == TransferCall(key="in-1", target="sip:203@pbx.example.jp")
        kit.transfer_changed("in-1", TransferState.FAILED, status_code=404)
        assert kit.engine.sent_of(SetHold) == []  # they wait; nobody is connected unasked
        assert notices(kit) == ["transfer_failed"]
