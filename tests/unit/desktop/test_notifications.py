"""Where no desktop answers, nothing is shown, nothing is raised, and that is said."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone.desktop.notifications import NativeNotifier
from softphone.domain.desktop import Notification, NotifierState
from tests.helpers.dispatchers import SyncDispatcher
from tests.helpers.waiting import wait_for

NOTE = Notification(key="ringing", title="x", actions=(("answer", "応答"),))


@pytest.fixture
def loop() -> SyncDispatcher:
    return SyncDispatcher()


@pytest.fixture
def notifier(
    loop: SyncDispatcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[NativeNotifier]:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/nobody")
    made = NativeNotifier(loop, "softphone", tmp_path / "app.svg")
    yield made
    made.close()


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "notifications"]


def test_nothing_starts_before_it_is_asked(notifier: NativeNotifier) -> None:
    notifier.withdraw("ringing")
    assert threads() == []


@pytest.mark.skipif("sys.platform != 'linux'", reason="a session bus is Linux's")
def test_nobody_answers(notifier: NativeNotifier, loop: SyncDispatcher) -> None:
    answers: list[NotifierState] = []
    notifier.ask(lambda: answers.append(notifier.state))
    loop.run_until(lambda: answers, 10.0)
    assert answers == [NotifierState(problem="no_server", actions=False)]


def test_what_is_shown_to_nobody_is_no_trouble(notifier: NativeNotifier) -> None:
    chosen: list[str] = []
    notifier.show(NOTE, chosen.append)
    notifier.withdraw("ringing")
    notifier.close()
    wait_for(lambda: not threads(), what="no thread left")
    assert chosen == []
