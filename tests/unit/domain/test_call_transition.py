import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.domain.call import Call, CallState, Direction, TerminatedReason
from softphone.domain.call_transition import IllegalTransition, apply, created_call, lost
from softphone.domain.errors import FailureCause
from softphone.domain.events import (
    CallCreated,
    CallStateChanged,
    MediaChanged,
    MediaSilent,
    MuteChanged,
    PartyMuteChanged,
    QualityMeasured,
    RecordingChanged,
    RedirectOffered,
    TransferChanged,
)
from softphone.domain.history import CallResult, call_record
from softphone.domain.media import MediaDirection, Quality
from softphone.domain.transfer import Transfer, TransferState
from softphone.domain.uri import Party


def new_call(direction: Direction = Direction.INITIATOR, state: CallState = CallState.TRYING) -> Call:
    return created_call(
        CallCreated(
            key="k",
            account_key="main",
            direction=direction,
            remote=Party(uri="sip:201@h", number="201"),
            state=state,
            at_s=100.0,
        )
    )


def moved(state: CallState, at_s: float = 0.0, **more: object) -> CallStateChanged:
    return CallStateChanged(key="k", state=state, at_s=at_s, **more)  # type: ignore[arg-type]


def test_a_call_that_is_answered_and_hung_up() -> None:
    call = new_call()
    call = apply(call, moved(CallState.EARLY, 101.0))
    call = apply(call, moved(CallState.CONFIRMED, 103.0))
    call = apply(call, moved(CallState.TERMINATED, 110.5, reason=TerminatedReason.REMOTE_BYE))
    assert call.duration_s == 7.5
    record = call_record(call)
    assert (record.result, record.duration_s, record.started_at_s) == (CallResult.ANSWERED, 7.5, 100.0)


def test_hold_is_a_media_direction_not_a_state() -> None:
    call = apply(new_call(), moved(CallState.CONFIRMED, 1.0))
    held = apply(
        call,
        MediaChanged(
            key="k",
            local_media=MediaDirection.SENDONLY,
            remote_media=MediaDirection.SENDRECV,
            codec="G722",
        ),
    )
    assert held.state is CallState.CONFIRMED
    assert held.held
    assert not held.held_by_remote
    assert held.codec == "G722"


@pytest.mark.parametrize(
    ("state", "kept"),
    [(TransferState.FAILED, False), (TransferState.CANCELLED, False), (TransferState.RINGING, True)],
)
def test_a_transfer_that_came_to_nothing_is_forgotten_with_the_hold(state: TransferState, kept: bool) -> None:
    def media(local: MediaDirection) -> MediaChanged:
        return MediaChanged(key="k", local_media=local, remote_media=MediaDirection.SENDRECV, codec="PCMU")

    transfer = Transfer(target="sip:203@h", state=state)
    call = apply(new_call(), moved(CallState.CONFIRMED, 1.0))
    call = apply(call, media(MediaDirection.SENDONLY))
    call = apply(call, TransferChanged(key="k", transfer=transfer))
    call = apply(call, media(MediaDirection.SENDONLY))
    assert call.transfer == transfer
    call = apply(call, media(MediaDirection.SENDRECV))
    assert (call.transfer == transfer) is kept


def test_what_the_engine_says_beside_the_state() -> None:
    call = apply(new_call(), moved(CallState.CONFIRMED, 1.0))
    call = apply(call, PartyMuteChanged(key="k", muted=True))
    call = apply(call, RecordingChanged(key="k", path="/r/a.wav"))
    call = apply(call, MediaSilent(key="k", silent=True))
    assert (call.party_muted, call.recording_path, call.silent, call.is_recording) == (
        True,
        "/r/a.wav",
        True,
        True,
    )


def test_a_redirect_is_offered_before_the_answer() -> None:
    call = apply(new_call(), RedirectOffered(key="k", targets=("sip:301@h", "sip:302@h")))
    assert call.redirect_targets == ("sip:301@h", "sip:302@h")
    assert apply(call, RedirectOffered(key="k", targets=())).redirect_targets == ()


def test_nothing_moves_a_call_that_is_over() -> None:
    call = apply(new_call(), moved(CallState.TERMINATED, 1.0, reason=TerminatedReason.ERROR))
    with pytest.raises(IllegalTransition):
        apply(call, MuteChanged(key="k", muted=True))


def test_an_event_of_another_call_is_refused() -> None:
    with pytest.raises(IllegalTransition):
        apply(new_call(), MuteChanged(key="other", muted=True))


def test_no_step_back() -> None:
    call = apply(new_call(), moved(CallState.CONFIRMED, 1.0))
    with pytest.raises(IllegalTransition):
        apply(call, moved(CallState.EARLY))


def test_early_media_ends_with_the_answer() -> None:
    call = apply(new_call(), moved(CallState.EARLY))
    both = MediaDirection.SENDRECV
    call = apply(
        call, MediaChanged(key="k", local_media=both, remote_media=both, codec="PCMU", early_media=True)
    )
    assert call.early_media
    assert not apply(call, moved(CallState.CONFIRMED, 1.0)).early_media


def test_a_dead_engine_ends_the_call_in_words() -> None:
    call = apply(new_call(), moved(CallState.CONFIRMED, 100.0))
    over = apply(call, lost(call, 130.0))
    assert over.cause is FailureCause.ENGINE_LOST
    assert call_record(over).result is CallResult.LOST
    assert call_record(over).duration_s == 30.0


@pytest.mark.parametrize(
    ("direction", "reason", "cause", "result"),
    [
        (Direction.RECIPIENT, TerminatedReason.CANCELLED, FailureCause.NONE, CallResult.MISSED),
        (Direction.RECIPIENT, TerminatedReason.REJECTED, FailureCause.NONE, CallResult.DECLINED),
        (Direction.INITIATOR, TerminatedReason.CANCELLED, FailureCause.NONE, CallResult.CANCELLED),
        (Direction.INITIATOR, TerminatedReason.REJECTED, FailureCause.DECLINED, CallResult.DECLINED),
        (Direction.INITIATOR, TerminatedReason.REJECTED, FailureCause.BUSY, CallResult.FAILED),
    ],
)
def test_what_the_history_says(
    direction: Direction, reason: TerminatedReason, cause: FailureCause, result: CallResult
) -> None:
    call = new_call(direction, CallState.EARLY)
    over = apply(call, moved(CallState.TERMINATED, 105.0, reason=reason, cause=cause))
    assert call_record(over).result is result


_directions = st.sampled_from(MediaDirection)
_events = st.one_of(
    st.builds(
        CallStateChanged,
        key=st.just("k"),
        state=st.sampled_from(CallState),
        reason=st.none() | st.sampled_from(TerminatedReason),
        at_s=st.floats(0, 1e9),
    ),
    st.builds(
        MediaChanged,
        key=st.just("k"),
        local_media=_directions,
        remote_media=_directions,
        codec=st.sampled_from(["G722", "PCMU", ""]),
        early_media=st.booleans(),
    ),
    st.builds(MuteChanged, key=st.sampled_from(["k", "x"]), muted=st.booleans()),
    st.builds(PartyMuteChanged, key=st.just("k"), muted=st.booleans()),
    st.builds(MediaSilent, key=st.just("k"), silent=st.booleans()),
    st.builds(RecordingChanged, key=st.just("k"), path=st.sampled_from(["", "/r/a.wav"])),
    st.builds(RedirectOffered, key=st.just("k"), targets=st.sampled_from([(), ("sip:301@h",)])),
    st.builds(
        TransferChanged,
        key=st.just("k"),
        transfer=st.builds(Transfer, target=st.just("sip:203@h"), state=st.sampled_from(TransferState)),
    ),
    st.builds(
        QualityMeasured,
        key=st.just("k"),
        quality=st.just(Quality(codec="G722", fraction_lost=0.0, jitter_ms=0.0, rtt_ms=0.0, mos=4.4)),
    ),
)


@given(st.lists(_events, max_size=30))
def test_any_order_of_events_keeps_a_call_sane(events: list) -> None:
    """Either the event is refused and nothing changed, or the state went forward; over stays over."""
    order = list(CallState)
    call = new_call()
    for event in events:
        try:
            after = apply(call, event)
        except IllegalTransition:
            continue
        assert call.is_live
        assert order.index(after.state) >= order.index(call.state)
        assert (after.reason is not None) is (after.state is CallState.TERMINATED)
        if after.state is CallState.CONFIRMED:
            assert not after.early_media
        call = after
