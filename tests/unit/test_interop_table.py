"""The interop table: the worst outcome counts, and a hole is never green."""

from __future__ import annotations

import pytest

from tests.helpers.interop_table import InteropTable


@pytest.fixture
def table() -> InteropTable:
    none = {"kamailio": "it cannot", "baresip": "it cannot", "sipp": "nor this"}
    return InteropTable({"hold": none, "answer": {"sipp": "nor this"}})


def test_a_cell_nobody_ran_is_a_hole(table: InteropTable) -> None:
    table.add("hold", "registrar", "passed")
    table.add("answer", "registrar", "passed")
    table.add("answer", "kamailio", "passed")
    assert table.holes == ["answer × baresip: missing"]
    table.add("answer", "baresip", "passed")
    assert table.holes == []


def test_the_worst_outcome_of_a_cell_counts(table: InteropTable) -> None:
    for outcome in ("passed", "skipped"):
        table.add("hold", "registrar", outcome)
    assert table.cell("hold", "registrar") == "skipped"
    table.add("hold", "registrar", "failed")
    table.add("hold", "registrar", "passed")
    assert table.cell("hold", "registrar") == "failed"


def test_every_reason_is_given_once_below_the_table(table: InteropTable) -> None:
    table.add("hold", "registrar", "passed")
    lines = list(table.lines())
    assert lines[1].split() == ["hold", "✓", "–1", "–1", "–2"]
    assert lines[2].split() == ["answer", "missing", "missing", "missing", "–2"]
    assert lines[3:] == ["–1: it cannot", "–2: nor this"]


def test_a_cell_outside_the_table_or_excused_is_a_mistake_of_the_test(table: InteropTable) -> None:
    with pytest.raises(KeyError, match="no cell"):
        table.add("hld", "registrar", "passed")
    with pytest.raises(KeyError, match="said not to apply: it cannot"):
        table.add("hold", "baresip", "passed")
