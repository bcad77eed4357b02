"""What holds for every test: its folder is its mark, it leaves no process behind, it shows the SIP ladder.

Per-test timeout, random order and warnings as errors are set in pyproject.toml.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from tests.helpers import ladder
from tests.helpers.child import children_of, is_running, strays
from tests.helpers.interop_table import InteropTable, InteropTablePlugin
from tests.helpers.programs import find_program, package_of, peers_are_required
from tests.helpers.waiting import wait_for
from tests.interop.behaviours import ROWS

_TABLE = "--interop-table"
_MARKED_FOLDERS = ("interop", "gui", "bench")
_STRAY_LIMIT_S = 2.0


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--interop-table``: print which behaviour was shown with which peer; a hole fails the run."""
    parser.addoption(_TABLE, action="store_true")


def pytest_configure(config: pytest.Config) -> None:
    """Put the table in."""
    if config.getoption(_TABLE):
        config.pluginmanager.register(InteropTablePlugin(InteropTable(ROWS)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of tests/interop, tests/gui and tests/bench by its folder."""
    root = Path(__file__).parent
    for item in items:
        folder = item.path.relative_to(root).parts[0] if item.path.is_relative_to(root) else ""
        if folder in _MARKED_FOLDERS:
            item.add_marker(folder)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the SIP ladder to the report of a failed test."""
    report = yield
    if report.failed and (text := ladder.drawn()):
        report.sections.append(("SIP ladder", text))
    return report


@pytest.fixture(autouse=True)
def _leaves_nothing_behind() -> Iterator[None]:
    """Fail a test that leaves a child process; end the child."""
    before = set(children_of(os.getpid())) if sys.platform == "linux" else set()
    yield
    ladder.clear_sources()
    if sys.platform != "linux":
        return
    try:
        wait_for(lambda: not strays(before), _STRAY_LIMIT_S)
    except AssertionError:
        left = strays(before)
        for pid in left:
            if is_running(pid):
                os.kill(pid, signal.SIGKILL)
        if left:
            pytest.fail(f"left behind: {left}")


@pytest.fixture
def requires_peer() -> Callable[..., None]:
    """Call it with program names: a missing one fails the test in CI and `make test`, else skips it."""

    def require(*programs: str) -> None:
        for program in programs:
            if find_program(program) is None:
                message = f"{program} is missing: install the package {package_of(program)}"
                if peers_are_required(os.environ):
                    pytest.fail(message)
                pytest.skip(message)

    return require
