"""The user guide's pages: read from resources/help, found by place and by words. No Qt here."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from softphone.ui.help_markup import headings, plain_text

FIRST = "start"
# The page that fits what is in front: a place, the call, or a settings page.
_PAGES = {
    "guide": "start",
    "account": "start",
    "keypad": "calling",
    "outgoing": "calling",
    "incoming": "absence",
    "call": "in-call",
    "recording": "in-call",
    "history": "history",
    "history_settings": "history",
    "contacts": "contacts",
    "search": "contacts",
    "directories": "contacts",
    "directory": "contacts",
    "colleagues": "extensions",
    "colleagues_page": "extensions",
    "absence": "absence",
    "codes": "absence",
    "desktop": "desktop",
    "keys": "keys",
    "audio": "trouble",
    "diagnostics": "trouble",
    "updates": "trouble",
    "about": "trouble",
    "hooks": "administrators",
}


@dataclass(frozen=True)
class HelpPage:
    """One page. ``text`` is what a search looks through, folded."""

    name: str
    title: str
    markdown: str
    text: str


def load_pages(folder: Path, language: str) -> tuple[HelpPage, ...]:
    """``<language>/NN-name.md`` in the order of their numbers. Errors: OSError."""
    pages = []
    for file in sorted((folder / language).glob("*.md")):
        markdown = file.read_text(encoding="utf-8")
        title = next((words for level, words in headings(markdown) if level == 1), file.stem)
        pages.append(HelpPage(file.stem[3:], title, markdown, fold(plain_text(markdown))))
    return tuple(pages)


def page_for(place: str) -> str:
    """The page that fits what is in front."""
    return _PAGES.get(place, FIRST)


def find_pages(pages: tuple[HelpPage, ...], words: str) -> tuple[tuple[HelpPage, int], ...]:
    """(page, how often) for every page that has all of ``words``, the one with most of them first."""
    wanted = [fold(word) for word in words.split()]
    if not wanted:
        return ()
    hits = [
        (page, sum(page.text.count(word) for word in wanted))
        for page in pages
        if all(word in page.text for word in wanted)
    ]
    return tuple(sorted(hits, key=lambda hit: (fold(words.strip()) not in fold(hit[0].title), -hit[1])))


def fold(text: str) -> str:
    """Full and half width, case, katakana and hiragana are one to a search."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return re.sub("[ァ-ヶ]", lambda match: chr(ord(match[0]) - 0x60), text)
