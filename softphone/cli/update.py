"""``softphone update check``: whether there is a new version, without the window."""

from __future__ import annotations

import argparse

from softphone.app.text import Text
from softphone.cli import arguments
from softphone.cli.services import Services


def add_parser(verbs: argparse._SubParsersAction[arguments.WordsParser], text: Text) -> None:
    """The verb's own verb and its option."""
    words = text("cli.verb.update")
    parser = verbs.add_parser("update", text=text, help=words, description=words)
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="check", title=text("cli.help.verbs")
    )
    words = text("cli.verb.update_check")
    check = actions.add_parser("check", text=text, help=words, description=words)
    arguments.add_json(check, text)
    check.set_defaults(run=run_check)


def run_check(options: argparse.Namespace, services: Services) -> int:
    """Look once; the exit code. Loaded here: the parser is made at every start."""
    from softphone.cli.update_check import run

    return run(options, services)
