"""Random sequences of what users do and what far sides do, against two real engines and the registrar.

Whatever the order: every event is one the call can take, no call stays when both have hung up, and no socket
or thread is left. ``SOFTPHONE_SEQUENCES`` says how many sequences are run (`make sequences`: 1,000).
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from softphone.domain import commands as c
from softphone.domain.call import Call, CallState, Direction
from softphone.domain.call_transition import apply, created_call
from softphone.domain.dtmf import DtmfMethod
from softphone.domain.events import (
    CallCreated,
    CallEvent,
    CallStateChanged,
    CommandFailed,
    ConferenceChanged,
    RecordingChanged,
)
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.phone_process import RegistrarProcess
from tests.helpers.waiting import wait_for

SEQUENCES = int(os.environ.get("SOFTPHONE_SEQUENCES", "12"))
STEPS = 14
QUIET_LIMIT_S = 12.0  # a transfer that nobody answers, a BYE sent again
SETTLED_S = 3.0  # the media clock and timers of the first calls are over
USERS = {"1000": "pw1000", "1001": "pw1001"}
NUMBERS = ("1000", "1001", "9196", "9197", "9198", "9000", "9001", "9002", "4040")
PAUSES_S = (0.0, 0.0, 0.01, 0.05, 0.15, 0.4)

sides = st.sampled_from(("a", "b"))
places = st.integers(0, 5)
pauses = st.sampled_from(PAUSES_S)


class Model:
    """What an engine's events add up to. An event its call cannot take raises IllegalTransition."""

    def __init__(self, engine: EngineDriver) -> None:
        self.engine = engine
        self.calls: dict[str, Call] = {}
        self.conference: tuple[str, ...] = ()
        self.internal: list[CommandFailed] = []
        self._taken = 0

    def take(self) -> None:
        """Apply what was told since."""
        events = self.engine.events
        while self._taken < len(events):
            event = events[self._taken]
            self._taken += 1
            if isinstance(event, CallCreated):
                assert event.key not in self.calls, f"{event.key} was created twice"
                self.calls[event.key] = created_call(event)
            elif isinstance(event, RecordingChanged) and not self.calls[event.key].is_live:
                assert event.path == "", "a recording began after its call"
            elif isinstance(event, CallEvent):
                self.calls[event.key] = apply(self.calls[event.key], event)
            elif isinstance(event, ConferenceChanged):
                self.conference = event.keys
            elif isinstance(event, CommandFailed) and event.detail.endswith(("Error", "Exception")):
                self.internal.append(event)  # a Python error inside the engine, whatever it was

    @property
    def live(self) -> list[Call]:
        """The calls that are not over, oldest first."""
        return [call for call in self.calls.values() if call.is_live]


class World:
    """Two engines on one registrar; they live through every sequence."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.registrar = stack.enter_context(RegistrarProcess(folder / "registrar", USERS))
        self.models: dict[str, Model] = {}
        for name, user in (("a", "1000"), ("b", "1001")):
            engine = stack.enter_context(EngineDriver(folder, name))
            engine.configure(max_calls=c.LIBRARY_MAX_CALLS)
            engine.set_account(user, self.registrar.port, USERS[user])
            engine.registration("registered")
            self.models[name] = Model(engine)
        self.made = 0
        self.baseline: dict[str, Usage] = {}
        self._warm_up()
        self.baseline = {name: usage(model.engine.pid) for name, model in self.models.items()}

    def _warm_up(self) -> None:
        """A first call each, so that what is made once (threads, the wake socket) is there."""
        for model in self.models.values():
            uri = f"sip:9196@{self.registrar.server}"
            model.engine.send(c.MakeCall(key="first", account_key="main", uri=uri))
            model.engine.wait(CallStateChanged, lambda event: event.state is CallState.CONFIRMED)
        self.settle()
        time.sleep(SETTLED_S)

    def settle(self) -> None:
        """Hang everything up and wait until nothing is left of it: no call, no socket, no thread.

        A call that comes a little later (its INVITE was under way) is hung up too: it keeps a socket.
        """
        try:
            wait_for(lambda: self._hung_up() and self._nothing_left(), QUIET_LIMIT_S)
        except AssertionError as error:
            left = [call for model in self.models.values() for call in model.live]
            now = {name: usage(model.engine.pid) for name, model in self.models.items()}
            told = f"{left}, sockets and threads {now}, at first {self.baseline}"
            raise AssertionError(f"{told}\n{self.tail()}") from error
        for model in self.models.values():
            assert model.internal == [], f"{model.internal}\n{self.tail()}"
            assert model.engine.is_alive

    def _hung_up(self) -> bool:
        for model in self.models.values():
            model.take()
            for call in model.live:
                model.engine.send(c.Hangup(key=call.key, status_code=486))
        return not any(model.live for model in self.models.values())

    def _nothing_left(self) -> bool:
        """Sockets and threads are those of the beginning; the library gives them back after 0.5 s."""
        return all(usage(model.engine.pid) <= first for model, first in self._watched())

    def _watched(self) -> list[tuple[Model, Usage]]:
        return [(self.models[name], first) for name, first in self.baseline.items()]

    def tail(self) -> str:
        """The last lines of both engines' logs."""
        return "\n".join(model.engine.log_tail() for model in self.models.values())


class Usage(tuple[int, int]):
    """(sockets, threads); less or equal where neither is more."""

    def __le__(self, other: tuple[int, ...]) -> bool:
        return all(mine <= theirs for mine, theirs in zip(self, other, strict=True))


def usage(pid: int) -> Usage:
    """Sockets and threads of a process. Source: proc(5)."""
    sockets = 0
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            sockets += link.readlink().name.startswith("socket:") or str(link.readlink()).startswith(
                "socket:"
            )
        except OSError:  # closed meanwhile
            continue
    return Usage((sockets, len(list(Path(f"/proc/{pid}/task").iterdir()))))


class Sequences(RuleBasedStateMachine):
    """The rules: each a command with calls that may or may not be there any more."""

    world: ClassVar[World]

    @initialize(first=st.sampled_from(NUMBERS))
    def begin(self, first: str) -> None:
        """Most sequences begin with a call."""
        self._dial("a", first)

    @rule(side=sides, number=st.sampled_from(NUMBERS), pause_s=pauses)
    def dial(self, side: str, number: str, pause_s: float) -> None:
        """A call out."""
        self._dial(side, number)
        self._pause(pause_s)

    @rule(side=sides, held=st.booleans(), pause_s=pauses)
    def answer(self, side: str, held: bool, pause_s: float) -> None:
        """Answer what rings."""
        for call in self._model(side).live:
            if call.direction is Direction.RECIPIENT and call.state is CallState.EARLY:
                self._send(side, c.Answer(key=call.key, held=held))
                break
        self._pause(pause_s)

    @rule(side=sides, place=places, code=st.sampled_from((486, 603, 480)), pause_s=pauses)
    def hang_up(self, side: str, place: int, code: int, pause_s: float) -> None:
        """Hang up, decline, cancel."""
        self._with_call(side, place, lambda key: c.Hangup(key=key, status_code=code))
        self._pause(pause_s)

    @rule(side=sides, place=places, held=st.booleans(), pause_s=pauses)
    def hold(self, side: str, place: int, held: bool, pause_s: float) -> None:
        """Hold or resume."""
        self._with_call(side, place, lambda key: c.SetHold(key=key, held=held))
        self._pause(pause_s)

    @rule(place=places, pause_s=pauses)
    def both_hold(self, place: int, pause_s: float) -> None:
        """Both sides at once: glare."""
        for side in ("a", "b"):
            self._with_call(side, place, lambda key: c.SetHold(key=key, held=True))
        self._pause(pause_s)

    @rule(side=sides, place=places, muted=st.booleans(), pause_s=pauses)
    def mute(self, side: str, place: int, muted: bool, pause_s: float) -> None:
        """Close or open the microphone, or a party's mouth."""
        self._with_call(side, place, lambda key: c.SetMute(key=key, muted=muted))
        self._with_call(side, place, lambda key: c.SetPartyMute(key=key, muted=muted))
        self._pause(pause_s)

    @rule(side=sides, place=places, method=st.sampled_from(DtmfMethod), pause_s=pauses)
    def digits(self, side: str, place: int, method: DtmfMethod, pause_s: float) -> None:
        """Digits."""
        self._with_call(side, place, lambda key: c.SendDtmf(key=key, digits="1#", method=method))
        self._pause(pause_s)

    @rule(side=sides, place=places, number=st.sampled_from(NUMBERS), pause_s=pauses)
    def transfer(self, side: str, place: int, number: str, pause_s: float) -> None:
        """Hand a call over blindly."""
        target = self._uri(number)
        self._with_call(side, place, lambda key: c.TransferCall(key=key, target=target))
        self._pause(pause_s)

    @rule(side=sides, place=places, other=places, pause_s=pauses)
    def transfer_to_call(self, side: str, place: int, other: int, pause_s: float) -> None:
        """Hand a call over to another one."""
        live = self._model(side).live
        if live:
            to_key = live[other % len(live)].key
            self._with_call(side, place, lambda key: c.TransferCall(key=key, to_key=to_key))
        self._pause(pause_s)

    @rule(side=sides, place=places, pause_s=pauses)
    def cancel_transfer(self, side: str, place: int, pause_s: float) -> None:
        """Take it back."""
        self._with_call(side, place, lambda key: c.CancelTransfer(key=key))
        self._pause(pause_s)

    @rule(side=sides, place=places, number=st.sampled_from(NUMBERS), pause_s=pauses)
    def redirect(self, side: str, place: int, number: str, pause_s: float) -> None:
        """Send a caller elsewhere."""
        target = self._uri(number)
        self._with_call(side, place, lambda key: c.Redirect(key=key, targets=(target,)))
        self._pause(pause_s)

    @rule(side=sides, place=places, follow=st.booleans())
    def follow(self, side: str, place: int, follow: bool) -> None:
        """Follow a redirection or not."""
        self._with_call(side, place, lambda key: c.FollowRedirect(key=key, follow=follow))

    @rule(side=sides, how_many=st.integers(0, 4), pause_s=pauses)
    def conference(self, side: str, how_many: int, pause_s: float) -> None:
        """Merge some, or split."""
        keys = tuple(call.key for call in self._model(side).live)[:how_many]
        self._send(side, c.SetConference(keys=keys))
        self._pause(pause_s)

    @rule(side=sides, place=places, on=st.booleans(), pause_s=pauses)
    def record(self, side: str, place: int, on: bool, pause_s: float) -> None:
        """Record, or stop."""
        self.world.made += 1
        path = str(self.world.models["a"].engine.record_path.parent / f"recording-{self.world.made}.wav")
        if on:
            self._with_call(side, place, lambda key: c.StartRecording(key=key, path=path))
        else:
            self._with_call(side, place, lambda key: c.StopRecording(key=key))
        self._pause(pause_s)

    def teardown(self) -> None:
        """Whatever happened: everything ends, and nothing is left."""
        self.world.settle()

    def _dial(self, side: str, number: str) -> None:
        self.world.made += 1
        key = f"{side}-{self.world.made}"
        self._send(side, c.MakeCall(key=key, account_key="main", uri=self._uri(number)))

    def _uri(self, number: str) -> str:
        return f"sip:{number}@{self.world.registrar.server}"

    def _model(self, side: str) -> Model:
        model = self.world.models[side]
        model.take()
        return model

    def _send(self, side: str, command: c.AnyCommand) -> None:
        self.world.models[side].engine.send(command)

    def _with_call(self, side: str, place: int, make: Callable[[str], c.AnyCommand]) -> None:
        """A command on a live call, sometimes on one that is over."""
        model = self._model(side)
        keys = [call.key for call in model.live] or list(model.calls)[-1:]
        if keys:
            self._send(side, make(keys[place % len(keys)]))

    @staticmethod
    def _pause(pause_s: float) -> None:
        time.sleep(pause_s)


@pytest.mark.timeout(120 + 4 * SEQUENCES)
def test_any_sequence_ends_in_peace() -> None:
    with tempfile.TemporaryDirectory(prefix="sequences-") as folder, ExitStack() as stack:
        world = World(Path(folder), stack)
        Sequences.world = world
        run_state_machine_as_test(
            Sequences,
            settings=settings(
                max_examples=SEQUENCES,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                phases=(Phase.generate,),
                suppress_health_check=list(HealthCheck),
            ),
        )
