"""Long work in slices: short ones, in turn with what else there is, waiting without blocking."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from softphone.app.steps import PAUSE_S, SLICE_S, Steps, Wait
from tests.helpers.fakes import FakeClock, FakeDispatcher


class Watch:
    """A clock that goes on with every look at it."""

    def __init__(self, step_s: float) -> None:
        self._step_s = step_s
        self.now_s = 0.0

    def __call__(self) -> float:
        self.now_s += self._step_s
        return self.now_s


def made(step_s: float = 0.0) -> tuple[Steps, FakeDispatcher]:
    dispatcher = FakeDispatcher(FakeClock())
    return Steps(dispatcher, Watch(step_s)), dispatcher


def test_no_slice_is_longer_than_it_may_be() -> None:
    steps, dispatcher = made(step_s=SLICE_S / 4)
    done: list[int] = []
    slices: list[int] = []
    steps.run(
        (done.append(number) for number in range(10)),
        lambda: slices.append(len(done)),
        lambda: slices.append(-1),
    )
    assert done == []  # nothing at once: the one who began goes on first
    dispatcher.advance(PAUSE_S)
    assert 0 < len(done) < 6
    dispatcher.advance(PAUSE_S * 10)
    assert (len(done), slices[-1]) == (10, -1)
    assert len(slices) > 2


def test_what_is_waited_for_holds_nothing_up() -> None:
    steps, dispatcher = made()
    goes_on: list[Callable[[], None]] = []
    done: list[str] = []

    def work() -> Iterator[Wait | None]:
        yield goes_on.append
        done.append("after")
        yield None

    steps.run(work(), lambda: None, lambda: done.append("end"))
    dispatcher.advance(1.0)
    assert done == []
    goes_on[0]()
    goes_on[0]()
    dispatcher.advance(1.0)
    assert done == ["after", "end"]


def test_stopped_work_is_never_heard_of_again() -> None:
    steps, dispatcher = made()
    goes_on: list[Callable[[], None]] = []
    ends: list[str] = []
    steps.run(iter([goes_on.append, None]), lambda: None, lambda: ends.append("first"))
    dispatcher.advance(1.0)
    steps.stop()
    steps.run(iter([None]), lambda: None, lambda: ends.append("second"))
    goes_on[0]()
    dispatcher.advance(1.0)
    assert ends == ["second"]
    assert not steps.running
