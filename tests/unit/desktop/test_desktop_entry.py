"""Desktop entries: command lines quoted as the specification says, fields read back."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.desktop.desktop_entry import config_home, entry, exec_line, field_of, write_whole

WORDS = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="`$"), min_size=1, max_size=12
)


@given(st.lists(WORDS, min_size=1))
def test_a_command_line_is_read_back_word_by_word(command: list[str]) -> None:
    """The quoting is a shell's, but for %, ` and $."""
    assert shlex.split(exec_line(command).replace("%%", "%")) == command


def test_the_field_code_stands_alone() -> None:
    assert exec_line(["/opt/a b", "$x"], "%u") == '"/opt/a b" "\\$x" %u'


def test_fields_of_the_first_group_alone() -> None:
    text = f"{entry({'Name': 'a=b', 'Exec': 'x'})}[Desktop Action New]\nName=other\nHidden=true\n"
    assert field_of(text, "Name") == "a=b"
    assert field_of(text, "Hidden") == ""


@pytest.mark.skipif(sys.platform == "win32", reason="XDG is Linux's")
@pytest.mark.parametrize(("value", "expected"), [("/x/conf", "/x/conf"), ("relative", None), ("", None)])
def test_only_whole_paths_name_a_home(
    value: str, expected: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", value)
    assert config_home() == (Path(expected) if expected else Path.home() / ".config")


def test_nobody_sees_half_a_file(tmp_path: Path) -> None:
    (tmp_path / "list").mkdir()
    with pytest.raises(OSError):  # noqa: PT011 - a folder stands in its place
        write_whole(tmp_path / "list", "x")
    assert [path.name for path in tmp_path.iterdir()] == ["list"]
