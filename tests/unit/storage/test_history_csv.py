"""Tables for a spreadsheet: what Excel reads, and what it must not run."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from softphone.storage.history_csv import CsvTable, plain_cell


def test_excel_reads_it_as_utf8_with_crlf(tmp_path: Path) -> None:
    path = tmp_path / "履歴.csv"
    table = CsvTable(str(path))
    table.add([("名前", "番号")])
    table.add([('山田 "花"', "03-1234-5678"), ("a,b\nc", "")])
    table.finish()
    raw = path.read_bytes()
    assert raw.startswith("\ufeff名前,番号\r\n".encode())
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["名前", "番号"], ['山田 "花"', "03-1234-5678"], ["a,b\nc", ""]]


@pytest.mark.parametrize(
    "cell",
    ["=cmd|' /C calc'!A0", "+81312345678", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋81", "－1", "＠x"],
)
def test_no_cell_is_a_formula(cell: str) -> None:
    assert plain_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "03-1234-5678", "山田", "a=b", "2026-11-24 14:05:09"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert plain_cell(cell) == cell


def test_it_takes_its_place_only_when_finished(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("of last week", encoding="utf-8")
    table = CsvTable(str(path))
    table.add([("a",)])
    assert path.read_text(encoding="utf-8") == "of last week"
    table.finish()
    assert "a" in path.read_text(encoding="utf-8-sig")
    assert list(tmp_path.iterdir()) == [path]


def test_a_discarded_table_leaves_nothing(tmp_path: Path) -> None:
    table = CsvTable(str(tmp_path / "a.csv"))
    table.add([("a",)])
    table.discard()
    assert list(tmp_path.iterdir()) == []


def test_letters_no_encoding_has_are_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    table = CsvTable(str(path))
    table.add([("\ud800x",)])
    table.finish()
    assert path.read_text(encoding="utf-8-sig") == "?x\n"


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        CsvTable(str(tmp_path / "gone" / "a.csv"))
