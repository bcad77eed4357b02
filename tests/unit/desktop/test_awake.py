"""The machine stays awake on a thread that ends with the call."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from softphone.desktop.awake import WakepyWakefulness
from tests.helpers.dispatchers import SyncDispatcher
from tests.helpers.waiting import wait_for


class FakeMode:
    """A wakepy mode. ``inside`` while it is entered, always by one thread."""

    def __init__(self, active: bool = True, error: Exception | None = None) -> None:
        self.active = active
        self.error = error
        self.inside = False
        self.threads: set[str] = set()

    @contextmanager
    def __call__(self) -> Iterator[Any]:
        if self.error is not None:
            raise self.error
        self.threads.add(threading.current_thread().name)
        self.inside = True
        result = SimpleNamespace(get_failure_text=lambda: "nobody inhibits")
        yield SimpleNamespace(active=self.active, result=result)
        self.threads.add(threading.current_thread().name)
        self.inside = False


def kept(mode: FakeMode) -> tuple[WakepyWakefulness, list[str]]:
    dispatcher, told = SyncDispatcher(), list[str]()
    wakefulness = WakepyWakefulness(dispatcher, mode)
    wakefulness.keep(told.append)
    dispatcher.run_until(lambda: told)
    return wakefulness, told


def test_a_call_keeps_the_machine_awake_until_it_is_over() -> None:
    mode = FakeMode()
    wakefulness, told = kept(mode)
    assert told == [""]
    assert mode.inside
    wakefulness.let_go()
    wait_for(lambda: not mode.inside)
    assert mode.threads == {"awake"}


def test_a_machine_that_refuses_is_told() -> None:
    mode = FakeMode(active=False)
    wakefulness, told = kept(mode)
    assert told == ["refused"]
    wakefulness.let_go()
    wait_for(lambda: not mode.inside)


def test_a_library_that_fails_costs_nothing_but_the_sleep() -> None:
    wakefulness, told = kept(FakeMode(error=RuntimeError("no such system")))
    assert told == ["failed"]
    wakefulness.let_go()


def test_letting_go_of_nothing_is_harmless() -> None:
    WakepyWakefulness(SyncDispatcher(), FakeMode()).let_go()
