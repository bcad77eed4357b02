import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from softphone.domain.ports import ProgramEnd, Timer
from softphone.link.programs import SubprocessPrograms
from tests.helpers.waiting import wait_for

LONG_S = 30.0


class PostingDispatcher:
    """Runs what is posted on whatever thread posts it."""

    def post(self, action: Callable[[], None]) -> None:
        action()

    def call_later(self, delay_s: float, action: Callable[[], None]) -> Timer:
        raise AssertionError("no timer is needed")


@pytest.fixture
def programs() -> SubprocessPrograms:
    return SubprocessPrograms(PostingDispatcher())


def python(code: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-S", "-c", code, *arguments)


def run(
    programs: SubprocessPrograms, arguments: tuple[str, ...], limit_s: float = LONG_S, **environment: str
) -> ProgramEnd:
    ends: list[ProgramEnd] = []
    programs.run(arguments, environment, limit_s, ends.append)
    wait_for(lambda: ends, LONG_S)
    return ends[0]


def is_alive(pid: int) -> bool:
    """It runs; a zombie that nobody waits for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_program_sees_what_it_is_told_and_no_secret(
    programs: SubprocessPrograms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOFTPHONE_PASSWORD", "himitsu")
    monkeypatch.setenv("API_TOKEN", "himitsu")
    out = tmp_path / "out"
    code = "import os, sys; open(sys.argv[1], 'w').write(repr((sys.argv[2:], dict(os.environ))))"
    end = run(programs, python(code, str(out), "a b; $HOME"), SOFTPHONE_NUMBER="201")
    assert end == ProgramEnd()
    told = out.read_text(encoding="utf-8")
    assert "a b; $HOME" in told
    assert "'SOFTPHONE_NUMBER': '201'" in told
    assert "'PATH'" in told
    assert "himitsu" not in told


def test_how_it_ended_is_told(programs: SubprocessPrograms, tmp_path: Path) -> None:
    assert run(programs, python("raise SystemExit(3)")) == ProgramEnd(exit_code=3)
    assert run(programs, ("no-such-program-here",)) == ProgramEnd(problem="not_found")
    assert run(programs, ()) == ProgramEnd(problem="not_found")
    text = tmp_path / "text"
    text.write_text("no program", encoding="utf-8")
    text.chmod(0o600)
    assert run(programs, (str(text),)) == ProgramEnd(problem="denied")


@pytest.mark.skipif(sys.platform == "win32", reason="process groups are POSIX")
def test_one_that_hangs_blocks_nobody_and_is_killed_with_its_children(
    programs: SubprocessPrograms, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    script = 'trap "" TERM; sleep 600 & echo $$ $! > "$0"; wait'
    ends: list[ProgramEnd] = []
    programs.run(("/bin/sh", "-c", script, str(pids)), {}, 2.0, ends.append)
    assert ends == []
    wait_for(lambda: ends, LONG_S)
    assert ends == [ProgramEnd(problem="hung")]
    wait_for(lambda: not any(is_alive(int(pid)) for pid in pids.read_text().split()), LONG_S)


def test_only_so_many_run_at_once(tmp_path: Path) -> None:
    programs = SubprocessPrograms(PostingDispatcher(), max_at_once=2)
    go = tmp_path / "go"
    waits = python("import os, sys, time\nwhile not os.path.exists(sys.argv[1]): time.sleep(0.02)", str(go))
    ends: list[ProgramEnd] = []
    for _ in range(3):
        programs.run(waits, {}, LONG_S, ends.append)
    assert ends == [ProgramEnd(problem="busy")]
    go.touch()
    wait_for(lambda: len(ends) == 3, LONG_S)
    assert ends[1:] == [ProgramEnd(), ProgramEnd()]
    assert run(programs, python("pass")) == ProgramEnd()


def test_it_has_none_of_our_streams(programs: SubprocessPrograms) -> None:
    read, write = os.pipe()
    try:
        os.set_inheritable(write, True)
        code = f"import os, sys; sys.stdin.read(); os.write({write}, b'x')"
        assert run(programs, python(code)).exit_code == 1
    finally:
        os.close(read)
        os.close(write)
