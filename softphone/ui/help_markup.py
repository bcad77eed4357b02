"""The user guide's Markdown as rich text: headings, lists, tables, notes, pictures, keys. No Qt here.

A small part of CommonMark, that the pages of resources/help use; everything else is shown as it is written.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_INLINE = re.compile(
    r"`(?P<key>[^`]+)`|\*\*(?P<bold>[^*]+)\*\*|!\[(?P<alt>[^\]]*)\]\((?P<picture>[^)\s]+)\)"
    r"|\[(?P<words>[^\]]+)\]\((?P<link>[^)\s]+)\)"
)
_HEADING = re.compile(r"(#{1,3}) +(.+)")
_ITEM = re.compile(r"(?:-|\d+\.) +(.+)")
_RULE = re.compile(r"\|(?: *:?-+:? *\|)+\Z")
_PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)")
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")


def headings(markdown: str) -> list[tuple[int, str]]:
    """(level 1–3, words) in the order of the page."""
    matches = (_HEADING.fullmatch(line) for line in markdown.splitlines())
    return [(len(match[1]), match[2]) for match in matches if match]


def pictures(markdown: str) -> list[str]:
    """The files of the pictures a page shows."""
    return _PICTURE.findall(markdown)


def links(markdown: str) -> list[str]:
    """Where a page leads to."""
    return _LINK.findall(markdown)


def plain_text(markdown: str) -> str:
    """The words of a page without their marks, for a search."""
    text = _INLINE.sub(lambda match: next(filter(None, match.groups()), ""), markdown)
    return re.sub(r"^[#>|\-\d.\s]+|\|", " ", text, flags=re.M)


def to_html(markdown: str, *, picture_width_px: int) -> str:
    """Rich text as a QTextDocument takes it. Pictures are ``picture_width_px`` wide."""
    blocks = (_block(lines, picture_width_px) for lines in _blocks(markdown))
    return "\n".join(blocks)


def _blocks(markdown: str) -> Iterator[list[str]]:
    """Lines that belong together: what is between empty lines, a heading alone."""
    block: list[str] = []
    for line in [*markdown.splitlines(), ""]:
        if not line.strip() or _HEADING.fullmatch(line):
            if block:
                yield block
            block = []
            if line.strip():
                yield [line]
        else:
            block.append(line.rstrip())


def _block(lines: list[str], width_px: int) -> str:
    first = lines[0]
    if heading := _HEADING.fullmatch(first):
        level = len(heading[1])
        return f"<h{level}>{_inline(heading[2], width_px)}</h{level}>"
    if first.startswith("|") and len(lines) > 1 and _RULE.match(lines[1]):
        return _table(lines, width_px)
    if first.startswith(">"):
        words = "<br>".join(_inline(line.lstrip("> "), width_px) for line in lines)
        return f'<table class="note" width="100%"><tr><td>{words}</td></tr></table>'
    if all(_ITEM.fullmatch(line) or line.startswith("  ") for line in lines):
        return _list(lines, width_px)
    if len(lines) == 1 and _PICTURE.fullmatch(first):
        return f'<table class="shot"><tr><td>{_inline(first, width_px)}</td></tr></table>'
    return f"<p>{_join([_inline(line, width_px) for line in lines])}</p>"


def _list(lines: list[str], width_px: int) -> str:
    items: list[list[str]] = []
    for line in lines:
        if item := _ITEM.fullmatch(line):
            items.append([_inline(item[1], width_px)])
        elif items:
            items[-1].append(_inline(line.strip(), width_px))
    kind = "ul" if lines[0].startswith("-") else "ol"
    return f"<{kind}>{''.join(f'<li>{_join(item)}</li>' for item in items)}</{kind}>"


def _table(lines: list[str], width_px: int) -> str:
    rows = [[_inline(cell.strip(), width_px) for cell in line.strip("|").split("|")] for line in lines]
    widths = (' width="38%"', *[""] * len(rows[0]))
    cells = zip(widths, rows[0], strict=False)
    head = "".join(f'<th align="left"{width}>{cell}</th>' for width, cell in cells)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows[2:])
    return f'<table class="rows" width="100%"><tr>{head}</tr>{body}</table>'


def _inline(text: str, width_px: int) -> str:
    parts, at = [], 0
    for match in _INLINE.finditer(text):
        parts += [html.escape(text[at : match.start()]), _marked(match, width_px)]
        at = match.end()
    return "".join([*parts, html.escape(text[at:])])


def _marked(match: re.Match[str], width_px: int) -> str:
    if match["key"]:
        return f'<span class="key">&nbsp;{html.escape(match["key"])}&nbsp;</span>'
    if match["bold"]:
        return f"<b>{html.escape(match['bold'])}</b>"
    if match["picture"]:
        picture, words = html.escape(match["picture"]), html.escape(match["alt"])
        return f'<img src="{picture}" alt="{words}" width="{width_px}">'
    return f'<a href="{html.escape(match["link"])}">{html.escape(match["words"])}</a>'


def _join(lines: list[str]) -> str:
    """Lines of one paragraph: Japanese goes on without a blank."""
    joined = lines[0]
    for line in lines[1:]:
        both_ascii = joined[-1:].isascii() and line[:1].isascii()
        joined += f" {line}" if both_ascii else line
    return joined
