"""A command line as a person writes it, cut into a program and its arguments. No shell is ever asked."""

from __future__ import annotations

import shlex


def split_command_line(line: str, *, windows: bool) -> tuple[str, ...]:
    r"""The words of ``line``: by POSIX quoting, or on Windows, where ``\`` is part of a path, by its rules.

    Errors: ValueError where a quote is never closed, or a NUL is in it.
    Source: POSIX shell 2.2; Microsoft, "Parsing C command-line arguments".
    """
    if "\0" in line:
        raise ValueError("NUL in a command line")
    return _windows_words(line) if windows else tuple(shlex.split(line))


def _windows_words(line: str) -> tuple[str, ...]:
    """2n backslashes before a quote are n, and one more makes it a quote to keep; elsewhere they stand."""
    words: list[str] = []
    word: str | None = None
    quoted, place = False, 0
    while place < len(line):
        char = line[place]
        if char in " \t" and not quoted:
            if word is not None:
                words.append(word)
            word = None
            place += 1
            continue
        start = place
        while line[place : place + 1] == "\\":
            place += 1
        slashes = place - start
        before_quote = line[place : place + 1] == '"'
        word = (word or "") + "\\" * (slashes // 2 if before_quote else slashes)
        if before_quote:
            if slashes % 2:
                word += '"'
            else:
                quoted = not quoted
            place += 1
        elif not slashes:
            word += char
            place += 1
    if quoted:
        raise ValueError("No closing quotation")
    if word is not None:
        words.append(word)
    return tuple(words)
