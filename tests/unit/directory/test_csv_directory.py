"""A CSV file on a share: read when it changes, and told why it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from softphone.directory.csv_directory import CsvDirectory
from softphone.domain.directory import DirectoryAnswer, DirectoryKind, DirectorySettings
from tests.helpers.dispatchers import SyncDispatcher


@pytest.fixture
def fetch(tmp_path: Path) -> Callable[..., DirectoryAnswer]:
    def fetched(path: Path, state: str = "") -> DirectoryAnswer:
        dispatcher = SyncDispatcher()
        settings = DirectorySettings(key="f", kind=DirectoryKind.CSV, name="x", address=f" {path} ")
        directory = CsvDirectory(dispatcher, settings)
        answers: list[DirectoryAnswer] = []
        directory.fetch(state, answers.append)
        dispatcher.run_until(lambda: answers)
        directory.close()
        return answers[0]

    return fetched


def test_it_is_read_and_read_again_only_when_it_changed(
    tmp_path: Path, fetch: Callable[..., DirectoryAnswer]
) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes("花子\n".encode())
    first = fetch(file)
    assert first.content.decode() == "花子\n"
    assert fetch(file, first.state).unchanged
    file.write_bytes("花子\n太郎\n".encode())
    assert fetch(file, first.state).content.decode() == "花子\n太郎\n"


@pytest.mark.parametrize("where", ["nowhere.csv", "people.csv/inside.csv", ""])
def test_one_that_is_not_there_is_told(
    tmp_path: Path, fetch: Callable[..., DirectoryAnswer], where: str
) -> None:
    (tmp_path / "people.csv").write_text("x")
    assert fetch(tmp_path / where).problem == "not_found"
