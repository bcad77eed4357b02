"""``softphone --selftest``: every part of the program used once, and what was found in one JSON report.

    sounds ▸ libraries ▸ window ▸ database ▸ keyring ▸ engine ▸ devices ▸ echo call

For whoever installs or packs the program, and for its support. It runs in a folder of its own that goes with
it: no setting, password or running phone of the user is touched. A windowed program has no standard output on
Windows, so the report goes to ``--out``; it is written anew after each step, so that a step that takes the
whole process down can be read there as ``running``.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec

from softphone.cli import memory, self_test_steps
from softphone.cli.exit_code import ExitCode
from softphone.cli.output import complain, say
from softphone.cli.services import Services
from softphone.cli.streams import Unheard
from softphone.domain.self_test import Fault, Found, Report, Step


class Program(NamedTuple):
    """What is tested."""

    version: str
    frozen: bool
    system: str
    out: str


def run(program: Program, services: Services) -> ExitCode:
    """Run every step, whatever the others found; DONE where all passed, FAILED else."""
    test = SelfTest(program, services)
    if not program.out and isinstance(sys.stdout, Unheard):
        complain(services.text("selftest.needs_out"))
        return ExitCode.USAGE
    try:
        test.write("")
        with self_test_steps.Steps(services) as steps:
            for name, work in steps.in_order():
                test.step(name, work)
        test.write("")
    except OSError as error:
        reason = error.strerror or str(error)
        complain(services.text("selftest.not_written", file=program.out, reason=reason))
        return ExitCode.FAILED
    test.conclude()
    return ExitCode.DONE if test.passed else ExitCode.FAILED


class SelfTest:
    """The report as it grows. Thread: main."""

    def __init__(self, program: Program, services: Services) -> None:
        self._program = program
        self._text = services.text
        self._steps: list[Step] = []
        self._began_s = time.perf_counter()

    @property
    def passed(self) -> bool:
        """No step failed so far."""
        return all(step.ok for step in self._steps)

    def step(self, name: str, work: Callable[[], Found]) -> None:
        """Run one step and put down how it went."""
        with contextlib.suppress(OSError):  # somebody reads it, on Windows: the last word counts
            self.write(name)
        began_s = time.perf_counter()
        made = self._tried(name, work)
        step = msgspec.structs.replace(made, ms=_ms_since(began_s))
        self._steps.append(step)
        if self._program.out:
            self._tell(step)

    def write(self, running: str) -> None:
        """Put the report into its file, whole or not at all. Errors: OSError."""
        if not self._program.out:
            return
        part = Path(f"{self._program.out}.part")
        part.write_bytes(self._report(running))
        part.replace(self._program.out)

    def conclude(self) -> None:
        """Say how it went: in a sentence, or the report itself where there is no file."""
        if not self._program.out:
            say(self._report("").decode())
            return
        failed = [self._name(step.name) for step in self._steps if not step.ok]
        if failed:
            steps = self._text("selftest.separator").join(failed)
            complain(self._text("selftest.failed", steps=steps, file=self._program.out))
        else:
            say(self._text("selftest.passed", seconds=f"{_ms_since(self._began_s) / 1000:.1f}"))

    def _tried(self, name: str, work: Callable[[], Found]) -> Step:
        try:
            found = work()
        except Fault as fault:
            words = self._text(f"selftest.fault.{fault.code}", detail=fault.detail)
            return Step(name=name, ok=False, code=fault.code, error=words)
        except Exception as error:  # noqa: BLE001 - whatever a broken installation raises is the result
            words = self._text("selftest.fault.unexpected", detail=f"{type(error).__name__}: {error}")
            return Step(name=name, ok=False, code="unexpected", error=words)
        notes = tuple(self._text(f"selftest.note.{code}") for code in found.notes)
        return Step(name=name, ok=True, notes=notes, details=found.details)

    def _report(self, running: str) -> bytes:
        report = Report(
            ok=self.passed and not running and bool(self._steps),
            running=running,
            version=self._program.version,
            frozen=self._program.frozen,
            python=sys.version.split()[0],
            system=self._program.system,
            language=self._text.language,
            total_ms=_ms_since(self._began_s),
            memory_mb=memory.most_used_mb(),
            steps=tuple(self._steps),
        )
        return msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n"

    def _tell(self, step: Step) -> None:
        state = self._text("selftest.step_ok" if step.ok else "selftest.step_failed")
        say(self._text("selftest.step_line", state=state, name=self._name(step.name), ms=f"{step.ms:.0f}"))
        for note in (step.error, *step.notes):
            if note:
                say(f"    {note}")

    def _name(self, name: str) -> str:
        return self._text(f"selftest.step.{name}")


def _ms_since(began_s: float) -> float:
    return round((time.perf_counter() - began_s) * 1000, 1)
