import pytest

from softphone.app.alerting import BUSY_TONE_S
from softphone.domain.call import CallState, TerminatedReason
from softphone.domain.commands import OutputRole, PlayTone, StopTone, ToneKind
from softphone.domain.errors import FailureCause
from softphone.domain.events import EngineLost, MediaChanged
from softphone.domain.media import MediaDirection
from tests.helpers.fakes import ACCOUNT, PhoneKit, fake_phone

BOTH = MediaDirection.SENDRECV


class Ears:
    """What a person would hear: the tone on each output, followed from the commands sent."""

    def __init__(self, kit: PhoneKit) -> None:
        self._kit = kit

    def __call__(self) -> dict[OutputRole, ToneKind]:
        heard: dict[OutputRole, ToneKind] = {}
        for command in self._kit.engine.sent:
            if isinstance(command, PlayTone) and command.tone is not ToneKind.DTMF:
                heard[command.role] = command.tone
            elif isinstance(command, StopTone):
                heard.pop(command.role, None)
        return heard


@pytest.fixture
def kit() -> PhoneKit:
    kit = fake_phone(account=ACCOUNT, password="x")
    kit.phone.start()
    kit.registered()
    return kit


def test_a_call_in_rings_until_it_is_answered(kit: PhoneKit) -> None:
    ears = Ears(kit)
    key = kit.incoming()
    assert ears() == {OutputRole.RING: ToneKind.RING}
    kit.call_state(key, CallState.CONFIRMED)
    assert ears() == {}


def test_a_second_caller_is_a_call_waiting_tone(kit: PhoneKit) -> None:
    ears = Ears(kit)
    kit.call_state(kit.incoming("in-1"), CallState.CONFIRMED)
    kit.incoming("in-2")
    assert ears() == {OutputRole.SPEAKER: ToneKind.CALL_WAITING}


def test_ringback_while_it_rings_there(kit: PhoneKit) -> None:
    ears = Ears(kit)
    key = kit.outgoing(kit.phone.calls.dial("201"))
    assert ears() == {}
    kit.call_state(key, CallState.EARLY)
    assert ears() == {OutputRole.SPEAKER: ToneKind.RINGBACK}
    kit.call_state(key, CallState.CONFIRMED)
    assert ears() == {}


def test_the_far_sides_early_media_replace_our_ringback(kit: PhoneKit) -> None:
    ears = Ears(kit)
    key = kit.outgoing(kit.phone.calls.dial("201"))
    kit.call_state(key, CallState.EARLY)
    kit.engine.emit(
        MediaChanged(key=key, local_media=BOTH, remote_media=BOTH, codec="PCMU", early_media=True)
    )
    assert ears() == {}


def test_busy_is_heard_for_a_while(kit: PhoneKit) -> None:
    ears = Ears(kit)
    key = kit.outgoing(kit.phone.calls.dial("9000"))
    kit.call_state(key, CallState.TERMINATED, reason=TerminatedReason.REJECTED, cause=FailureCause.BUSY)
    assert ears() == {OutputRole.SPEAKER: ToneKind.BUSY}
    kit.dispatcher.advance(BUSY_TONE_S)
    assert ears() == {}


def test_the_bell_can_be_silenced_without_answering(kit: PhoneKit) -> None:
    ears = Ears(kit)
    key = kit.incoming()
    kit.phone.alerting.silence(key)
    assert ears() == {}
    assert kit.phone.calls.live[0].is_ringing_here


def test_nothing_is_repeated_and_a_new_engine_starts_silent(kit: PhoneKit) -> None:
    kit.incoming("in-1")
    kit.incoming("in-2")
    assert len(kit.engine.sent_of(PlayTone)) == 1
    kit.engine.emit(EngineLost(exit_code=-11))
    kit.incoming("in-3")
    assert len(kit.engine.sent_of(PlayTone)) == 2


def test_a_held_call_is_no_reason_not_to_ring(kit: PhoneKit) -> None:
    ears = Ears(kit)
    kit.talking("in-1")
    kit.phone.calls.set_hold("in-1", True)
    kit.settle_holds()
    kit.incoming("in-2")
    assert ears() == {OutputRole.RING: ToneKind.RING}
    kit.phone.calls.set_hold("in-1", False)
    kit.settle_holds()
    assert ears() == {OutputRole.SPEAKER: ToneKind.CALL_WAITING}


def test_no_ringback_while_one_talks_with_another(kit: PhoneKit) -> None:
    ears = Ears(kit)
    kit.talking("in-1")
    key = kit.outgoing(kit.phone.calls.dial("201"))
    kit.settle_holds()
    kit.call_state(key, CallState.EARLY)
    assert ears() == {OutputRole.SPEAKER: ToneKind.RINGBACK}
    kit.phone.calls.set_hold("in-1", False)
    kit.settle_holds()
    assert ears() == {}


def test_busy_is_heard_while_the_first_waits_on_hold(kit: PhoneKit) -> None:
    ears = Ears(kit)
    kit.talking("in-1")
    key = kit.outgoing(kit.phone.calls.dial("201"))
    kit.settle_holds()
    kit.ended(key, TerminatedReason.REJECTED, cause=FailureCause.BUSY)
    assert ears() == {OutputRole.SPEAKER: ToneKind.BUSY}
    kit.phone.calls.swap()
    kit.settle_holds()
    assert ears() == {}


def test_several_callers_are_one_bell(kit: PhoneKit) -> None:
    ears = Ears(kit)
    for key in ("in-1", "in-2", "in-3"):
        kit.incoming(key)
    assert len(kit.engine.sent_of(PlayTone)) == 1
    kit.ended("in-1", TerminatedReason.CANCELLED)
    kit.ended("in-2", TerminatedReason.CANCELLED)
    assert ears() == {OutputRole.RING: ToneKind.RING}
    kit.ended("in-3", TerminatedReason.CANCELLED)
    assert ears() == {}
