"""At most one call talks: what dialling, answering, swapping and resuming ask of the engine."""

import pytest

from softphone.app.calls import CannotCall
from softphone.app.changes import Notice
from softphone.domain.call import CallState
from softphone.domain.commands import Answer, AnyCommand, MakeCall, SetHold
from softphone.domain.errors import FailureCause
from tests.helpers.fakes import ACCOUNT, PhoneKit, fake_phone


@pytest.fixture
def kit() -> PhoneKit:
    kit = fake_phone(account=ACCOUNT, password="x")
    kit.phone.start()
    kit.registered()
    kit.engine.sent.clear()
    return kit


def sent(kit: PhoneKit, *kinds: type[AnyCommand]) -> list[tuple[str, ...]]:
    """The commands of these kinds in short, oldest first."""
    short = []
    for command in kit.engine.sent:
        if isinstance(command, kinds):
            held = str(command.held) if isinstance(command, SetHold) else ""
            short.append((type(command).__name__, getattr(command, "key", ""), held))
    return short


def active_key(kit: PhoneKit) -> str:
    active = kit.phone.calls.active
    return active.key if active is not None else ""


def hold(key: str) -> tuple[str, str, str]:
    return ("SetHold", key, "True")


def resume(key: str) -> tuple[str, str, str]:
    return ("SetHold", key, "False")


def two_calls(kit: PhoneKit) -> None:
    """in-1 waits on hold, in-2 talks."""
    kit.talking("in-1")
    kit.incoming("in-2")
    kit.phone.calls.answer("in-2")
    kit.settle_holds()
    kit.call_state("in-2", CallState.CONFIRMED)
    kit.engine.sent.clear()
    kit.settled = 0


def test_answering_holds_the_other_first(kit: PhoneKit) -> None:
    kit.talking("in-1")
    kit.incoming("in-2")
    kit.phone.calls.answer("in-2")
    assert sent(kit, SetHold, Answer) == [hold("in-1"), ("Answer", "in-2", "")]


def test_dialling_holds_the_other_first(kit: PhoneKit) -> None:
    kit.talking("in-1")
    key = kit.phone.calls.dial("201")
    assert sent(kit, SetHold, MakeCall) == [hold("in-1"), ("MakeCall", key, "")]


def test_a_number_that_is_none_holds_nobody(kit: PhoneKit) -> None:
    kit.talking("in-1")
    with pytest.raises(ValueError, match="characters"):
        kit.phone.calls.dial("やまだ")
    assert sent(kit, SetHold) == []


def test_no_line_is_asked_for_beyond_the_limit(kit: PhoneKit) -> None:
    for number in range(3):
        kit.talking(f"in-{number}")
    kit.phone.calls.dial("201")
    kit.engine.sent.clear()
    with pytest.raises(CannotCall) as caught:
        kit.phone.calls.dial("202")
    assert caught.value.cause is FailureCause.TOO_MANY_CALLS
    assert kit.engine.sent == []


def test_a_call_answered_on_hold_leaves_the_other_alone(kit: PhoneKit) -> None:
    kit.talking("in-1")
    kit.incoming("in-2")
    kit.phone.calls.answer("in-2", held=True)
    assert kit.engine.sent_of(Answer) == [Answer(key="in-2", held=True)]
    kit.call_state("in-2", CallState.CONFIRMED)
    kit.held("in-2")
    assert sent(kit, SetHold) == []
    assert active_key(kit) == "in-1"


def test_resuming_one_holds_the_other(kit: PhoneKit) -> None:
    two_calls(kit)
    kit.phone.calls.set_hold("in-1", False)
    assert sent(kit, SetHold) == [hold("in-2"), resume("in-1")]
    kit.settle_holds()
    assert active_key(kit) == "in-1"


def test_swap_goes_back_and_forth_before_anything_is_confirmed(kit: PhoneKit) -> None:
    two_calls(kit)
    kit.phone.calls.swap()
    kit.phone.calls.swap()
    assert active_key(kit) == "in-2"
    assert sent(kit, SetHold) == [hold("in-2"), resume("in-1")]  # the way back waits for these
    kit.settle_holds()
    assert sent(kit, SetHold)[2:] == [resume("in-2"), hold("in-1")]
    assert [call.held for call in kit.phone.calls.live] == [True, False]


def test_swap_takes_the_one_that_talked_last_among_three(kit: PhoneKit) -> None:
    two_calls(kit)
    kit.incoming("in-3")
    kit.phone.calls.answer("in-3")
    kit.settle_holds()
    kit.call_state("in-3", CallState.CONFIRMED)
    kit.phone.calls.swap()
    kit.settle_holds()
    assert active_key(kit) == "in-2"
    kit.phone.calls.swap()
    kit.settle_holds()
    assert active_key(kit) == "in-3"


def test_a_consultation_that_fails_leaves_the_first_on_hold(kit: PhoneKit) -> None:
    kit.talking("in-1")
    key = kit.outgoing(kit.phone.calls.dial("201"))
    kit.settle_holds()
    assert active_key(kit) == key
    kit.ended(key, cause=FailureCause.BUSY)
    assert sent(kit, SetHold) == [hold("in-1")]
    assert active_key(kit) == "in-1"
    kit.phone.calls.swap()  # one key to come back
    assert sent(kit, SetHold)[1:] == [resume("in-1")]


def test_a_late_answer_waits_while_one_talks_with_another_again(kit: PhoneKit) -> None:
    kit.talking("in-1")
    key = kit.outgoing(kit.phone.calls.dial("201"))
    kit.settle_holds()
    kit.phone.calls.set_hold("in-1", False)
    kit.settle_holds()
    kit.call_state(key, CallState.CONFIRMED)
    assert sent(kit, SetHold)[-1] == hold(key)


def test_a_hold_that_is_refused_is_told_and_the_call_talks(kit: PhoneKit) -> None:
    kit.talking("in-1")
    kit.phone.calls.set_hold("in-1", True)
    kit.refused("SetHold", "in-1")
    assert kit.changes_of(Notice)[-1].code == "failed_sethold"
    assert active_key(kit) == "in-1"
    kit.phone.calls.set_hold("in-1", True)
    assert sent(kit, SetHold) == [hold("in-1"), hold("in-1")]


def test_who_is_handed_over_to_us_talks_at_once(kit: PhoneKit) -> None:
    kit.talking("in-1")
    kit.incoming("in-2", state=CallState.TRYING, transferred_from="in-1")
    kit.call_state("in-2", CallState.CONFIRMED)
    assert sent(kit, SetHold) == []
    assert active_key(kit) == "in-2"


def test_a_conference_is_held_and_resumed_as_one(kit: PhoneKit) -> None:
    two_calls(kit)
    kit.phone.conference.merge()
    kit.held("in-1", False)
    kit.conference("in-1", "in-2")
    kit.phone.calls.set_hold("in-1", True)
    kit.settle_holds()
    assert sorted(sent(kit, SetHold)) == sorted([hold("in-1"), hold("in-2")])
    kit.engine.sent.clear()
    kit.settled = 0
    kit.phone.calls.set_hold("in-2", False)
    assert sorted(sent(kit, SetHold)) == sorted([resume("in-1"), resume("in-2")])


def test_a_merge_that_is_refused_leaves_holds_as_they_are(kit: PhoneKit) -> None:
    two_calls(kit)
    kit.phone.conference.merge()
    kit.refused("SetConference")
    assert kit.changes_of(Notice)[-1].code == "failed_setconference"
    assert active_key(kit) == "in-2"
    kit.phone.calls.swap()
    assert sent(kit, SetHold) == [hold("in-2"), resume("in-1")]
