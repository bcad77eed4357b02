"""softphone(1): made of the command line itself and its words, so that it says what the program does.

``python -m installer.linux.manual ja`` prints it. Source: man(7), man-pages(7).
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from installer.product import ROOT, Product, product, source_date
from softphone.app.text import Text
from softphone.cli.parser import build_parser
from softphone.storage.catalogue import load_texts

_WORDS = {
    "en": {
        "name": "NAME",
        "synopsis": "SYNOPSIS",
        "description": "DESCRIPTION",
        "options": "OPTIONS",
        "verbs": "VERBS",
        "link": "LINK",
        "exit": "EXIT STATUS",
        "files": "FILES",
        "settings": "settings, history, phone book; passwords are kept in the keyring of the desktop",
        "log": "logs",
        "policy": "what the administrator decides for everybody on this machine",
        "see": "SEE ALSO",
        "help": "The user guide opens with F1.",
    },
    "ja": {
        "name": "名前",
        "synopsis": "書式",
        "description": "説明",
        "options": "オプション",
        "verbs": "命令",
        "link": "リンク",
        "exit": "終了コード",
        "files": "ファイル",
        "settings": "設定、履歴、電話帳。パスワードはデスクトップのキーリングに保管されます",
        "log": "ログ",
        "policy": "このパソコンの全員に対する管理者の設定",
        "see": "関連項目",
        "help": "使い方の案内は F1 で開きます。",
    },
}


def manual(facts: Product, language: str, when: int) -> str:
    """The page in roff. ``language``: ja, en; ``when``: Unix seconds."""
    text = Text(load_texts(ROOT / "resources", language), language)
    words = _WORDS[language]
    day = datetime.fromtimestamp(when, UTC)
    summary = facts.summary_ja if language == "ja" else facts.summary
    parser = build_parser(text, facts.version)
    lines = [
        f'.TH SOFTPHONE 1 {day:%Y-%m-%d} "{facts.name} {facts.version}"',
        ".nh\n.ad l",
        f".SH {words['name']}",
        f"softphone \\- {_escaped(summary)}",
        f".SH {words['synopsis']}",
        f".B softphone\n[{words['options']}] [{words['link']} | {words['verbs']} ...]",
        f".SH {words['description']}",
        _escaped(text("cli.help.description")),
        ".PP",
        _escaped(text("cli.help.verbs_text")),
        f".SH {words['options']}",
        *_options(parser),
        f".SH {words['verbs']}",
        *_verbs(parser),
        f".SH {words['exit']}",
        *_preformatted(text("cli.help.exit_codes")),
        f".SH {words['files']}",
        *_item("~/.config/softphone/", words["settings"]),
        *_item("~/.local/state/softphone/log/", words["log"]),
        *_item("/etc/xdg/softphone/policy.toml", words["policy"]),
        f".SH {words['see']}",
        _escaped(words["help"]),
        f".UR {facts.homepage}\n.UE",
    ]
    return "\n".join((*lines, ""))


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if action.option_strings and not isinstance(action, argparse._SubParsersAction):
            value = action.metavar or ("|".join(action.choices) if action.choices else "")
            names = ", ".join(action.option_strings)
            yield from _item(f"{names} {value}".strip(), action.help or "")


def _verbs(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for verb in action._get_subactions():
                yield from _item(verb.dest, verb.help or "")


def _item(term: str, meaning: str) -> Iterator[str]:
    yield f".TP\n.B {_escaped(term)}\n{_escaped(meaning)}"


def _preformatted(words: str) -> Iterator[str]:
    """The lines below the first, which is the heading."""
    yield ".nf"
    yield from (_escaped(line) for line in words.strip().splitlines()[1:])
    yield ".fi"


def _escaped(words: str) -> str:
    """Plain text as roff: nothing of it is a command."""
    words = words.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^(?=[.'])", r"\\&", words, flags=re.MULTILINE)


if __name__ == "__main__":
    print(manual(product(), sys.argv[1], source_date()), end="")
