"""The main thread's queue on Qt."""

from __future__ import annotations

import gc
import threading

from PySide6.QtCore import QCoreApplication

from softphone.ui.dispatcher import QtDispatcher
from tests.helpers.waiting import wait_for


def run_until(done: list[object], count: int) -> None:
    wait_for(lambda: (QCoreApplication.processEvents(), len(done) >= count)[1], 3)


def test_posts_of_another_thread_run_here_in_order(qapp: object) -> None:
    dispatcher, done = QtDispatcher(), []

    def work() -> None:
        for number in range(50):
            dispatcher.post(lambda number=number: done.append((number, threading.current_thread())))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == []
    run_until(done, 50)
    assert done == [(number, threading.main_thread()) for number in range(50)]


def test_later_and_never(qapp: object) -> None:
    dispatcher, done = QtDispatcher(), []
    cancelled = dispatcher.call_later(0.0, lambda: done.append("never"))
    timer = dispatcher.call_later(0.01, lambda: done.append("later"))
    cancelled.cancel()
    run_until(done, 1)
    assert done == ["later"]
    timer.cancel()


def test_what_is_put_off_runs_though_nobody_keeps_its_timer(qapp: object) -> None:
    dispatcher, done = QtDispatcher(), []
    dispatcher.call_later(0.0, lambda: done.append("kept by nobody"))
    gc.collect()
    run_until(done, 1)
