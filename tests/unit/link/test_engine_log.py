from __future__ import annotations

import logging
import stat
import sys
from pathlib import Path

import pytest

from softphone.link.engine_log import LINE_LIMIT_BYTES, TAIL_CHARACTERS, EngineLog, Redactor


def _log(path: Path, *secrets: str, limit_bytes: int = 2_000_000) -> EngineLog:
    redactor = Redactor()
    for secret in secrets:
        redactor.add(secret)
    return EngineLog(path, redactor, limit_bytes=limit_bytes)


def test_secrets_and_digest_responses_become_stars() -> None:
    redactor = Redactor()
    for secret in ("hunter2", "hunter2-longer", "hunter2", "abc"):
        redactor.add(secret)
    text = 'abc hunter2-longer hunter2 response="0f9A", nonce="0f9A"'
    assert redactor.clean(text) == 'abc *** *** response="***", nonce="0f9A"'


def test_lines_go_to_the_file_and_to_the_tail(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "engine.log"
    log = _log(path)
    log.begin("--- starts")
    log.take(b"one\ntw")
    log.take(b"o\nthree")
    assert log.end("--- ended") == "one\ntwo\nthree\n"
    log.close()
    assert path.read_text() == "--- starts\none\ntwo\nthree\n--- ended\n"


def test_a_secret_cut_in_two_by_the_pipe_is_still_taken_out(tmp_path: Path) -> None:
    log = _log(tmp_path / "engine.log", "hunter2")
    log.begin("--- starts")
    log.take(b"password hun")
    log.take(b"ter2\n")
    assert log.end("--- ended hunter2") == "password ***\n"
    log.close()
    assert "hunter2" not in (tmp_path / "engine.log").read_text()


def test_a_new_run_forgets_the_tail(tmp_path: Path) -> None:
    log = _log(tmp_path / "engine.log")
    log.begin("--- starts")
    log.take(b"old\nunfinished")
    log.begin("--- starts again")
    assert log.end("--- ended") == ""
    log.close()


def test_tail_and_line_are_bounded(tmp_path: Path) -> None:
    log = _log(tmp_path / "engine.log")
    log.begin("--- starts")
    log.take(b"x" * (LINE_LIMIT_BYTES + 1))
    assert len(log.end("--- ended")) == TAIL_CHARACTERS
    log.close()
    assert (tmp_path / "engine.log").stat().st_size > LINE_LIMIT_BYTES


def test_a_full_file_is_put_by_once(tmp_path: Path) -> None:
    path = tmp_path / "engine.log"
    log = _log(path, limit_bytes=100)
    log.begin("--- starts")
    for number in range(20):
        log.take(f"line {number:02} of some length\n".encode())
    log.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["engine.log", "engine.log.1"]
    assert path.stat().st_size <= 100
    assert path.read_text().endswith("line 19 of some length\n")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_only_the_user_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "engine.log"
    log = _log(path)
    log.begin("--- starts")
    log.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_that_cannot_be_written_keeps_the_tail(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "taken").write_text("a file, no folder")
    log = _log(tmp_path / "taken" / "engine.log")
    with caplog.at_level(logging.WARNING):
        log.begin("--- starts")
        log.take(b"one\n")
    assert log.end("--- ended") == "one\n"
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    log.close()
