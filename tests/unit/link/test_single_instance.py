"""One window a folder: handed over, waited for, or taken over from one that hangs."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from softphone.link.control import ControlledClient, ControlServer, Message
from softphone.link.single_instance import SingleInstance
from tests.helpers.dispatchers import SyncDispatcher
from tests.helpers.waiting import wait_for

LIMIT_S = 0.3
OPEN = {"verb": "open", "link": "tel:201"}


@contextmanager
def serving(folder: Path, answer: Message | None) -> Iterator[list[Message]]:
    """A phone of ``folder`` whose main thread answers this, or nothing."""
    loop, asked = SyncDispatcher(), []
    done = threading.Event()

    def serve(request: Message, client: ControlledClient) -> None:
        asked.append(request)
        if answer is not None:
            client.send(answer)

    server = ControlServer(folder, loop, serve)

    pumping = threading.Thread(target=lambda: loop.run_until(done.is_set, 30.0))
    pumping.start()
    try:
        yield asked
    finally:
        server.close()
        done.set()
        pumping.join()


@pytest.fixture
def instance(tmp_path: Path) -> Callable[..., SingleInstance]:
    """Starts of the phone of one folder."""

    def start(**limits: float) -> SingleInstance:
        return SingleInstance(tmp_path, **{"answer_limit_s": LIMIT_S, "start_limit_s": LIMIT_S} | limits)

    return start


def test_the_first_is_first_and_leaves_room(instance: Callable[..., SingleInstance]) -> None:
    first = instance()
    assert first.enter(OPEN).outcome == "first"
    first.leave()
    assert instance().enter(OPEN).outcome == "first"


def test_the_second_hands_its_link_over(tmp_path: Path, instance: Callable[..., SingleInstance]) -> None:
    instance().enter({"verb": "open"})
    with serving(tmp_path, {"ok": True}) as asked:
        entrance = instance().enter(OPEN)
    assert (entrance.outcome, entrance.answer) == ("handed_over", {"ok": True})
    assert asked == [OPEN]


def test_the_second_waits_for_a_first_that_only_just_starts(
    tmp_path: Path, instance: Callable[..., SingleInstance]
) -> None:
    instance().enter(OPEN)
    outcomes: list[str] = []
    second = instance(start_limit_s=10.0)
    waiting = threading.Thread(target=lambda: outcomes.append(second.enter(OPEN).outcome))
    waiting.start()
    with serving(tmp_path, {"ok": True}) as asked:
        wait_for(lambda: outcomes)
    waiting.join()
    assert outcomes == ["handed_over"]
    assert asked == [OPEN]


def test_one_that_does_not_answer_is_not_waited_for(
    tmp_path: Path, instance: Callable[..., SingleInstance]
) -> None:
    instance().enter(OPEN)
    with serving(tmp_path, None):
        assert instance().enter(OPEN).outcome == "took_over"


def test_one_that_never_opens_its_door_is_not_waited_for(instance: Callable[..., SingleInstance]) -> None:
    instance().enter(OPEN)
    assert instance().enter(OPEN).outcome == "took_over"


def test_whoever_took_over_is_reached_by_the_next(
    tmp_path: Path, instance: Callable[..., SingleInstance]
) -> None:
    with ExitStack() as hung:
        instance().enter(OPEN)
        hung.enter_context(serving(tmp_path, None))
        instance().enter(OPEN)
        server = ControlServer(
            tmp_path,
            loop := SyncDispatcher(),
            lambda request, client: client.send({"ok": True}),
            take_over=True,
        )
        answers: list[str] = []
        third = threading.Thread(target=lambda: answers.append(instance().enter(OPEN).outcome))
        third.start()
        loop.run_until(lambda: answers)
        third.join()
        server.close()
        assert answers == ["handed_over"]


def test_whoever_took_over_keeps_its_place_when_the_hung_one_ends(
    instance: Callable[..., SingleInstance],
) -> None:
    hung, other = instance(), instance()
    hung.enter(OPEN)
    assert other.enter(OPEN).outcome == "took_over"
    hung.leave()
    assert instance().enter(OPEN).outcome == "took_over"


def test_a_phone_without_a_window_is_no_window(
    tmp_path: Path, instance: Callable[..., SingleInstance]
) -> None:
    with serving(tmp_path, {"ok": False, "code": "no_window"}) as asked:
        assert instance().enter(OPEN).outcome == "first"
        assert asked == []
        assert instance().enter(OPEN).outcome == "took_over"


def test_a_killed_one_leaves_its_place(tmp_path: Path, instance: Callable[..., SingleInstance]) -> None:
    code = (
        "import sys; from pathlib import Path; from softphone.link.single_instance import SingleInstance;"
        "place = SingleInstance(Path(sys.argv[1])); print(place.enter({}).outcome, flush=True);"
        "sys.stdin.read()"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code, tmp_path], stdin=pipe, stdout=pipe) as other:
        assert other.stdout is not None
        assert other.stdout.readline().split() == [b"first"]
        second = instance()
        assert second.enter(OPEN).outcome == "took_over"
        second.leave()
        other.kill()
    assert instance().enter(OPEN).outcome == "first"


def test_a_folder_that_takes_no_lock_is_no_reason_not_to_start(tmp_path: Path) -> None:
    (tmp_path / "no folder").touch()
    assert SingleInstance(tmp_path / "no folder").enter(OPEN).outcome == "first"
