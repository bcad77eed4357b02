import pytest

from softphone.app.changes import CallMoved, Notice
from softphone.domain.call import CallState
from softphone.domain.commands import Hangup, SetConference, SetHold, SetMute, SetPartyMute, TransferCall
from softphone.domain.errors import FailureCause
from softphone.domain.transfer import TransferState
from tests.helpers.fakes import ACCOUNT, PhoneKit, fake_phone


@pytest.fixture
def kit() -> PhoneKit:
    kit = fake_phone(account=ACCOUNT, password="x")
    kit.phone.start()
    kit.registered()
    return kit


def conference(kit: PhoneKit, *keys: str) -> None:
    """These calls are together; nothing was sent yet."""
    for key in keys:
        kit.talking(key)
        kit.settle_holds()
    kit.phone.conference.merge()
    for key in keys:
        kit.held(key, False)
    kit.conference(*keys)
    kit.engine.sent.clear()
    kit.settled = 0


def test_merge_takes_every_answered_call(kit: PhoneKit) -> None:
    kit.talking("in-1")
    kit.talking("in-2")
    kit.settle_holds()
    kit.incoming("in-3")
    kit.phone.conference.merge()
    assert kit.engine.sent_of(SetConference) == [SetConference(keys=("in-1", "in-2"))]
    assert kit.phone.conference.keys == ()  # not before the engine says so
    before = len(kit.changes_of(CallMoved))
    kit.conference("in-1", "in-2")
    assert kit.phone.conference.keys == ("in-1", "in-2")
    assert [change.call.key for change in kit.changes_of(CallMoved)[before:]] == ["in-1", "in-2"]


def test_merge_of_some_holds_the_rest(kit: PhoneKit) -> None:
    for key in ("in-1", "in-2", "in-3"):
        kit.talking(key)
        kit.settle_holds()
    kit.phone.calls.set_hold("in-3", False)
    kit.settle_holds()
    kit.phone.conference.merge(["in-1", "in-2"])
    assert kit.engine.sent_of(SetHold)[-1] == SetHold(key="in-3", held=True)
    assert kit.engine.sent_of(SetConference) == [SetConference(keys=("in-1", "in-2"))]


def test_one_call_is_no_conference(kit: PhoneKit) -> None:
    kit.talking("in-1")
    kit.phone.conference.merge()
    assert kit.engine.sent_of(SetConference) == []
    assert kit.changes_of(Notice)[-1].code == "conference_needs_two"


def test_one_more_is_added(kit: PhoneKit) -> None:
    conference(kit, "in-1", "in-2")
    kit.talking("in-3")
    kit.phone.conference.add("in-3")
    assert kit.engine.sent_of(SetConference) == []  # in-3 is just being held
    kit.settle_holds()
    assert kit.engine.sent_of(SetConference) == [SetConference(keys=("in-1", "in-2", "in-3"))]


def test_add_without_a_conference_joins_the_active_call(kit: PhoneKit) -> None:
    kit.talking("in-1")
    kit.talking("in-2")
    kit.settle_holds()
    kit.phone.conference.add("in-2")
    assert kit.engine.sent_of(SetConference) == [SetConference(keys=("in-1", "in-2"))]


@pytest.mark.parametrize(("asked", "stays"), [("in-2", "in-2"), ("", "in-1"), ("nobody", "in-1")])
def test_split_lets_one_talk_and_holds_the_other(kit: PhoneKit, asked: str, stays: str) -> None:
    conference(kit, "in-1", "in-2")
    kit.phone.conference.split(asked)
    other = "in-1" if stays == "in-2" else "in-2"
    assert kit.engine.sent == [SetHold(key=other, held=True), SetConference(keys=())]
    kit.settle_holds()
    kit.conference()
    active = kit.phone.calls.active
    assert active is not None
    assert active.key == stays


def test_drop_ends_one_party(kit: PhoneKit) -> None:
    conference(kit, "in-1", "in-2", "in-3")
    kit.phone.conference.drop("in-2")
    kit.phone.conference.drop("nobody")
    assert kit.engine.sent == [Hangup(key="in-2")]


def test_a_party_is_muted_for_the_others(kit: PhoneKit) -> None:
    conference(kit, "in-1", "in-2")
    kit.phone.conference.set_party_mute("in-2", True)
    kit.phone.conference.set_party_mute("nobody", True)
    assert kit.engine.sent == [SetPartyMute(key="in-2", muted=True)]


def test_ones_own_mute_is_towards_everybody(kit: PhoneKit) -> None:
    conference(kit, "in-1", "in-2")
    kit.phone.calls.set_mute("in-1", True)
    kit.phone.calls.set_mute("in-2", False)
    assert kit.engine.sent == [
        SetMute(key="in-1", muted=True),
        SetMute(key="in-2", muted=True),
        SetMute(key="in-1", muted=False),
        SetMute(key="in-2", muted=False),
    ]


def test_leaving_two_joins_them(kit: PhoneKit) -> None:
    conference(kit, "in-1", "in-2")
    kit.phone.conference.leave()
    assert kit.engine.sent == [TransferCall(key="in-1", to_key="in-2")]


def test_leaving_that_is_refused_changes_nothing(kit: PhoneKit) -> None:
    conference(kit, "in-1", "in-2")
    kit.phone.conference.leave()
    kit.transfer_changed("in-1", TransferState.ASKED, to_key="in-2")
    kit.transfer_changed("in-1", TransferState.FAILED, to_key="in-2", cause=FailureCause.NOT_SUPPORTED)
    assert kit.engine.sent == [TransferCall(key="in-1", to_key="in-2")]
    assert kit.changes_of(Notice)[-1].code == "transfer_failed"
    assert kit.phone.conference.keys == ("in-1", "in-2")


def test_three_cannot_be_left_by_this_phone(kit: PhoneKit) -> None:
    conference(kit, "in-1", "in-2", "in-3")
    kit.phone.conference.leave()
    assert kit.engine.sent == []
    assert kit.changes_of(Notice)[-1].code == "conference_cannot_leave"


def test_no_conference_no_command(kit: PhoneKit) -> None:
    kit.talking("in-1")
    service = kit.phone.conference
    before = len(kit.engine.sent)
    service.split()
    service.leave()
    assert len(kit.engine.sent) == before


def test_a_fourth_caller_holds_the_whole_conference(kit: PhoneKit) -> None:
    conference(kit, "in-1", "in-2")
    kit.incoming("in-3")
    kit.phone.calls.answer("in-3")
    assert kit.engine.sent_of(SetHold) == [SetHold(key="in-1", held=True), SetHold(key="in-2", held=True)]
    kit.settle_holds()
    kit.call_state("in-3", CallState.CONFIRMED)
    kit.phone.calls.swap()
    assert kit.engine.sent_of(SetHold)[2:] == [
        SetHold(key="in-3", held=True),
        SetHold(key="in-2", held=False),
        SetHold(key="in-1", held=False),
    ]
