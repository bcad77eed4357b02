"""The thread of one directory: the newest question counts, and nobody waits for one that hangs."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from softphone.directory.worker import DirectoryWorker
from softphone.domain.directory import DirectoryAnswer
from tests.helpers.dispatchers import SyncDispatcher
from tests.helpers.waiting import wait_for


class Kit:
    """A worker with a door that its thread waits at."""

    def __init__(self, limit_s: float = 5.0) -> None:
        self.dispatcher = SyncDispatcher()
        self.ended = threading.Event()
        self.worker = DirectoryWorker(self.dispatcher, limit_s, self.ended.set)
        self.door = threading.Event()
        self.inside = threading.Event()
        self.done: list[str] = []
        self.answers: list[DirectoryAnswer] = []

    def ask(self, kind: str, name: str, *, waits: bool = False) -> None:
        def work() -> DirectoryAnswer:
            if waits:
                self.inside.set()
                assert self.door.wait(10)
            self.done.append(name)
            return DirectoryAnswer(state=name)

        self.worker.ask(kind, work, self.answers.append)

    @property
    def states(self) -> list[str]:
        return [answer.state for answer in self.answers]


@pytest.fixture
def kit() -> Iterator[Kit]:
    made = Kit()
    yield made
    made.door.set()
    made.worker.close()


def test_of_those_that_wait_only_the_newest_is_asked(kit: Kit) -> None:
    kit.ask("search", "y", waits=True)
    assert kit.inside.wait(5)
    for name in ("ya", "yam", "yama"):
        kit.ask("search", name)
    kit.door.set()
    kit.dispatcher.run_until(lambda: kit.answers)
    assert kit.done == ["y", "yama"]
    assert kit.states == ["yama"]


def test_questions_of_other_kinds_keep_their_turn(kit: Kit) -> None:
    kit.ask("search", "y", waits=True)
    assert kit.inside.wait(5)
    kit.ask("find", "0312345678")
    kit.ask("search", "ya")
    kit.door.set()
    kit.dispatcher.run_until(lambda: len(kit.answers) == 2)
    assert kit.done == ["y", "0312345678", "ya"]


def test_one_that_hangs_is_answered_in_time_and_its_late_word_is_dropped() -> None:
    kit = Kit(limit_s=0.05)
    kit.ask("search", "y", waits=True)
    kit.dispatcher.run_until(lambda: kit.answers)
    assert kit.answers[0].problem == "timeout"
    kit.door.set()
    wait_for(lambda: kit.done)
    kit.ask("fetch", "next")
    kit.dispatcher.run_until(lambda: len(kit.answers) == 2)
    assert kit.states[1:] == ["next"]
    kit.worker.close()


def test_a_library_s_surprise_costs_one_answer(kit: Kit) -> None:
    def work() -> DirectoryAnswer:
        raise KeyError("unexpected")

    kit.worker.ask("search", work, kit.answers.append)
    kit.dispatcher.run_until(lambda: kit.answers)
    assert kit.answers[0].problem == "failed"
    kit.ask("search", "again")
    kit.dispatcher.run_until(lambda: len(kit.answers) == 2)


def test_after_the_end_nothing_is_told_and_the_thread_is_gone(kit: Kit) -> None:
    kit.ask("search", "y", waits=True)
    assert kit.inside.wait(5)
    kit.worker.close()
    kit.door.set()
    assert kit.ended.wait(5)
    kit.dispatcher.run_until(lambda: kit.done)
    assert kit.answers == []
