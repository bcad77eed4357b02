"""The phone's log turns over, and loses nothing where it cannot."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone.storage.log_file import SharedLogFile


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SharedLogFile]:
    log = SharedLogFile(tmp_path / "phone.log", maxBytes=30, backupCount=2, encoding="utf-8")
    yield log
    log.close()


def say(log: SharedLogFile, *lines: str) -> None:
    for line in lines:
        log.handle(logging.LogRecord("phone", logging.INFO, __file__, 1, line, None, None))


def files(folder: Path) -> dict[str, list[str]]:
    return {path.name: path.read_text(encoding="utf-8").split() for path in folder.iterdir()}


def test_a_full_one_turns_over(log: SharedLogFile, tmp_path: Path) -> None:
    say(log, "a" * 20, "b" * 20, "c" * 20)
    assert files(tmp_path) == {"phone.log": ["c" * 20], "phone.log.1": ["b" * 20], "phone.log.2": ["a" * 20]}


def test_one_that_another_process_has_open_is_written_on(
    log: SharedLogFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(source: object, target: object) -> None:
        raise PermissionError(13, "The process cannot access the file")

    say(log, "a" * 20)
    with monkeypatch.context() as windows:
        windows.setattr(os, "rename", refused)
        say(log, "b" * 20, "c" * 20)
    assert files(tmp_path) == {"phone.log": ["a" * 20, "b" * 20, "c" * 20]}
    say(log, "d" * 20)
    assert files(tmp_path) == {"phone.log": ["d" * 20], "phone.log.1": ["a" * 20, "b" * 20, "c" * 20]}
