"""Header values as text: comma lists, parameters and quoted strings (RFC 3261 §25.1). Never raises."""

from __future__ import annotations

import re


def split_outside(text: str, separator: str) -> list[str]:
    """The parts of ``text`` between ``separator``, which does not count inside quotes or angle brackets."""
    parts: list[str] = []
    start, quoted, angle, escaped = 0, False, False, False
    for index, char in enumerate(text):
        if escaped:
            escaped = False
        elif quoted:
            escaped = char == "\\"
            quoted = char != '"'
        elif char == '"':
            quoted = True
        elif char in "<>":
            angle = char == "<"
        elif char == separator and not angle:
            parts.append(text[start:index].strip())
            start = index + 1
    parts.append(text[start:].strip())
    return [part for part in parts if part]


def parse_parameters(text: str, separator: str = ";") -> dict[str, str]:
    """``;name=value;flag`` as a dict: names in lower case, quotes taken off, a flag's value empty."""
    parameters: dict[str, str] = {}
    for part in split_outside(text, separator):
        name, _, value = part.partition("=")
        parameters[name.strip().lower()] = unquote_string(value.strip())
    return parameters


def unquote_string(text: str) -> str:
    """The text a quoted-string stands for; anything else unchanged."""
    if len(text) >= 2 and text.startswith('"') and text.endswith('"'):
        return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
    return text
