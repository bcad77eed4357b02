"""The interop table: behaviours down, peers across, filled by the tests that ran.

A test says what it shows by ``@pytest.mark.cell("hold and resume", "baresip")``; where a parameter ``server``
names the peer the column is left out. ``ROWS`` says what there has to be: a cell nobody ran is ``missing``
and a cell that cannot be has its reason. `make interop` prints the table and fails on anything not green.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterable, Mapping

import pytest

COLUMNS = ("registrar", "kamailio", "baresip", "sipp")
_ORDER = ("failed", "missing", "skipped", "passed")
_SIGNS = {"passed": "✓", "failed": "✗", "missing": "missing", "skipped": "skipped"}


class InteropTable:
    """Collects the outcomes of a run. ``rows``: behaviour → column → reason why it does not apply."""

    def __init__(self, rows: Mapping[str, Mapping[str, str]]) -> None:
        self.rows = rows
        self._outcomes: dict[tuple[str, str], list[str]] = defaultdict(list)

    def add(self, row: str, column: str, outcome: str) -> None:
        """One test's outcome for one cell. Errors: KeyError for a cell that is not in the table."""
        if row not in self.rows or column not in COLUMNS:
            raise KeyError(f"{row!r} × {column!r} is no cell of the interop table")
        if column in self.rows[row]:
            raise KeyError(f"{row!r} × {column!r} was run but is said not to apply: {self.rows[row][column]}")
        self._outcomes[row, column].append(outcome)

    def cell(self, row: str, column: str) -> str:
        """passed, failed, missing or skipped; "" where it does not apply. The worst outcome counts."""
        if column in self.rows[row]:
            return ""
        outcomes = self._outcomes.get((row, column), ["missing"])
        return min(outcomes, key=_ORDER.index)

    def lines(self) -> Iterable[str]:
        """The table as text, then why cells do not apply."""
        width = max(len(row) for row in self.rows)
        yield f"{'':{width}}  " + "  ".join(f"{column:^9}" for column in COLUMNS)
        notes: list[str] = []
        for row, excused in self.rows.items():
            signs = []
            for column in COLUMNS:
                if column in excused:
                    reason = excused[column]
                    if reason not in notes:
                        notes.append(reason)
                    signs.append(f"–{notes.index(reason) + 1}")
                else:
                    signs.append(_SIGNS[self.cell(row, column)])
            yield f"{row:{width}}  " + "  ".join(f"{sign:^9}" for sign in signs)
        for number, reason in enumerate(notes, 1):
            yield f"–{number}: {reason}"

    @property
    def holes(self) -> list[str]:
        """The cells that are not green."""
        return [
            f"{row} × {column}: {self.cell(row, column)}"
            for row in self.rows
            for column in COLUMNS
            if self.cell(row, column) not in ("", "passed")
        ]


class InteropTablePlugin:
    """pytest's side of it: on with ``--interop-table``."""

    def __init__(self, table: InteropTable) -> None:
        self._table = table

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Let a report carry its test's cells, from a worker process too."""
        report = yield
        report.user_properties.extend(("cell", cell) for cell in cells_of(item))
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Enter an outcome: the call's, or what went wrong around it."""
        if report.when != "call" and report.passed:
            return
        for name, value in report.user_properties:
            if name == "cell":
                row, column = value
                self._table.add(row, column, report.outcome)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print it."""
        terminalreporter.section("interop table")
        for line in self._table.lines():
            terminalreporter.write_line(line)
        for hole in self._table.holes:
            terminalreporter.write_line(hole)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A hole is a failure; in the process that holds the table, not in a worker."""
        if self._table.holes and not hasattr(session.config, "workerinput") and session.exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def cells_of(item: pytest.Item) -> list[tuple[str, str]]:
    """(row, column) of every ``cell`` mark of a test."""
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    found = []
    for mark in item.iter_markers("cell"):
        row, *columns = mark.args
        found.extend((row, column) for column in columns or [parameters["server"]])
    return found
