"""Any sequence of a user's keys and far sides' moves: nothing raises, and one call at most has the voice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from softphone.app.calls import CannotCall
from softphone.app.changes import CallLogged, CallMoved
from softphone.domain.call import Call, CallState, Direction, TerminatedReason
from softphone.domain.errors import FailureCause
from softphone.domain.events import (
    CallCreated,
    CallStateChanged,
    CommandFailed,
    ConferenceChanged,
    EngineLost,
    MediaChanged,
    MediaSilent,
    RecordingChanged,
    TransferChanged,
)
from softphone.domain.media import MediaDirection
from softphone.domain.transfer import Transfer, TransferState
from softphone.domain.uri import Party
from tests.helpers.fakes import ACCOUNT, fake_phone
from tests.helpers.obedient_engine import ObedientEngine


class Desk:
    """A user who presses anything at any time, on an engine that does as it is told."""

    def __init__(self) -> None:
        self.engine = ObedientEngine()
        self.kit = fake_phone(account=ACCOUNT, password="x", engine=self.engine)
        self.kit.phone.start()
        self.kit.registered()
        self.callers = 0

    def do(self, action: str, pick: int) -> None:
        """One thing happens; ``pick`` chooses among the calls it can happen to."""
        fitting = [call.key for call in self.kit.phone.calls.live if FITS.get(action, _any)(call)]
        getattr(self, action)(fitting[pick % len(fitting)] if fitting else "")

    def check(self) -> None:
        """What holds whenever the engine has nothing left to do."""
        assert self.engine.objections == []
        assert self.kit.phone.illegal_events == 0
        if self.engine.is_idle:
            live = self.kit.phone.calls.live
            talking = [call for call in live if call.state is CallState.CONFIRMED and not call.held]
            assert len(talking) <= 1 or all(call.in_conference for call in talking)
            assert {call.key for call in live} == set(self.engine.calls)

    # -- the user ----------------------------------------------------------------------------------

    def dial(self, key: str) -> None:
        with suppress(CannotCall):  # every line is in use
            self.kit.phone.calls.dial("201")

    def answer(self, key: str) -> None:
        self.kit.phone.calls.answer(key)

    def answer_held(self, key: str) -> None:
        self.kit.phone.calls.answer(key, held=True)

    def hold(self, key: str) -> None:
        self.kit.phone.calls.set_hold(key, True)

    def resume(self, key: str) -> None:
        self.kit.phone.calls.set_hold(key, False)

    def swap(self, key: str) -> None:
        self.kit.phone.calls.swap()

    def hang_up(self, key: str) -> None:
        self.kit.phone.calls.hang_up(key)

    def merge(self, key: str) -> None:
        self.kit.phone.conference.merge()

    def add(self, key: str) -> None:
        self.kit.phone.conference.add(key)

    def split(self, key: str) -> None:
        self.kit.phone.conference.split(key)

    def leave(self, key: str) -> None:
        self.kit.phone.conference.leave()

    def blind(self, key: str) -> None:
        self.kit.phone.transfers.blind(key, "203")

    def consult(self, key: str) -> None:
        with suppress(CannotCall):
            self.kit.phone.transfers.consult(key, "203")

    def complete(self, key: str) -> None:
        self.kit.phone.transfers.complete(key)

    def cancel(self, key: str) -> None:
        self.kit.phone.transfers.cancel(key)

    # -- far sides and time ------------------------------------------------------------------------

    def ring(self, key: str) -> None:
        self.callers += 1
        self.engine.ring(f"in-{self.callers}")

    def they_answer(self, key: str) -> None:
        self.engine.confirm(key)

    def they_hang_up(self, key: str) -> None:
        self.engine.end(key, TerminatedReason.REMOTE_BYE)

    def transfer_succeeds(self, key: str) -> None:
        self.engine.transfer_ends(key, TransferState.SUCCEEDED)

    def transfer_fails(self, key: str) -> None:
        self.engine.transfer_ends(key, TransferState.FAILED)

    def wait(self, key: str) -> None:
        self.kit.dispatcher.advance(2.0)


def _any(call: Call) -> bool:
    return True


def _answered(call: Call) -> bool:
    return call.state is CallState.CONFIRMED


def _rings_out(call: Call) -> bool:
    return call.direction is Direction.INITIATOR and not _answered(call)


def _under_way(call: Call) -> bool:
    return call.transfer is not None and call.transfer.is_under_way


ACTIONS = sorted(name for name in vars(Desk) if not name.startswith("_") and name not in ("do", "check"))
FITS: dict[str, Callable[[Call], bool]] = {
    "answer": lambda call: call.is_ringing_here,
    "answer_held": lambda call: call.is_ringing_here,
    "hold": _answered,
    "resume": lambda call: _answered(call) and call.held,
    "blind": _answered,
    "consult": _answered,
    "they_answer": _rings_out,
    "transfer_succeeds": _under_way,
    "transfer_fails": _under_way,
}
EVERYTHING = 1000
steps = st.sampled_from([0, 1, 2, EVERYTHING, EVERYTHING])  # how far the engine comes before the next key


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 3), steps), min_size=25, max_size=50))
def test_one_call_at_most_has_the_voice_whatever_is_pressed(sequence: list[tuple[str, int, int]]) -> None:
    desk = Desk()
    for action, pick, engine_steps in sequence:
        desk.do(action, pick)
        for _ in range(engine_steps):
            if not desk.engine.step():
                break
        desk.check()
    desk.engine.settle()
    desk.check()


keys = st.sampled_from(["a", "b", "c"])
events = st.one_of(
    st.builds(
        CallCreated,
        key=keys,
        account_key=st.just("main"),
        direction=st.sampled_from(Direction),
        remote=st.just(Party(uri="sip:202@h", number="202")),
        state=st.sampled_from([CallState.TRYING, CallState.EARLY]),
        transferred_from=st.sampled_from(["", "a", "b"]),
    ),
    st.builds(
        CallStateChanged,
        key=keys,
        state=st.sampled_from(CallState),
        reason=st.none() | st.sampled_from(TerminatedReason),
        cause=st.sampled_from(FailureCause),
        at_s=st.floats(0, 1e9),
    ),
    st.builds(
        MediaChanged,
        key=keys,
        local_media=st.sampled_from(MediaDirection),
        remote_media=st.sampled_from(MediaDirection),
        codec=st.just("PCMU"),
    ),
    st.builds(
        TransferChanged,
        key=keys,
        transfer=st.builds(
            Transfer,
            target=st.sampled_from(["sip:203@h", "", "?"]),
            state=st.sampled_from(TransferState),
            to_key=st.sampled_from(["", "a", "b", "c"]),
        ),
    ),
    st.builds(ConferenceChanged, keys=st.lists(keys, unique=True).map(tuple)),
    st.builds(RecordingChanged, key=keys, path=st.sampled_from(["", "/r/a.wav"])),
    st.builds(MediaSilent, key=keys, silent=st.booleans()),
    st.builds(
        CommandFailed,
        command=st.sampled_from(["SetHold", "MakeCall", "Answer", "TransferCall", "SetConference", "Hangup"]),
        key=st.sampled_from(["", "a", "b", "c"]),
        cause=st.sampled_from(FailureCause),
    ),
    st.builds(EngineLost, exit_code=st.just(-9)),
)


@settings(deadline=None)
@given(st.lists(events, max_size=30))
def test_no_order_of_events_raises_and_every_end_is_logged_once(emitted: list) -> None:
    kit = fake_phone(account=ACCOUNT, password="x")
    kit.phone.start()
    kit.registered()
    for event in emitted:
        kit.engine.emit(event)
        kit.phone.transfers.complete("a")
        kit.phone.conference.add("b")
        kit.phone.calls.swap()
    over = [change.call.key for change in kit.changes_of(CallMoved) if not change.call.is_live]
    assert [change.record.key for change in kit.changes_of(CallLogged)] == over
