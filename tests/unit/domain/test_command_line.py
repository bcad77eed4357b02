import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.domain.command_line import split_command_line


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("notify-send 着信", ("notify-send", "着信")),
        ("say 'two words' \"and $HOME\" a\\ b", ("say", "two words", "and $HOME", "a b")),
        (
            "log; rm -rf / | cat && x > y `z`",
            ("log;", "rm", "-rf", "/", "|", "cat", "&&", "x", ">", "y", "`z`"),
        ),
        ("  ", ()),
    ],
)
def test_posix_words_without_a_shell(line: str, words: tuple[str, ...]) -> None:
    assert split_command_line(line, windows=False) == words


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (r"C:\Tools\pop.exe /n", (r"C:\Tools\pop.exe", "/n")),
        (r'"C:\Program Files\pop.exe" "a b" c', (r"C:\Program Files\pop.exe", "a b", "c")),
        (r'"a\\b" c\"d e\\"f g"', (r"a\\b", 'c"d', r"e\f g")),
        (r'x "" y', ("x", "", "y")),
        ("it's  \t fine", ("it's", "fine")),
        (r"ends\ ", ("ends\\",)),
        ("", ()),
    ],
)
def test_windows_words(line: str, words: tuple[str, ...]) -> None:
    assert split_command_line(line, windows=True) == words


@pytest.mark.parametrize("windows", [True, False])
@pytest.mark.parametrize("line", ['say "open', "say\0now"])
def test_what_cannot_be_cut_is_an_error(line: str, windows: bool) -> None:
    with pytest.raises(ValueError, match=r"."):
        split_command_line(line, windows=windows)


plain = st.text(st.characters(exclude_characters='\0"\\ \t', exclude_categories=["C"]), min_size=1)


@given(st.lists(plain, max_size=5))
def test_plain_words_come_back(words: list[str]) -> None:
    assert split_command_line(shlex.join(words), windows=False) == tuple(words)
    assert split_command_line(" ".join(words), windows=True) == tuple(words)
