"""The whole command line: options before the verb, the verbs, exit codes in the help's last lines."""

from __future__ import annotations

from collections.abc import Sequence

from softphone.app.text import Text
from softphone.cli import account, arguments, call, ctl, demo, listen, registrar, update
from softphone.cli.arguments import WordsParser

VERBS = {
    "demo": demo,
    "registrar": registrar,
    "account": account,
    "call": call,
    "listen": listen,
    "ctl": ctl,
    "update": update,
}


def build_parser(
    text: Text, version: str, program: str = "softphone", words: Sequence[str] | None = None
) -> WordsParser:
    """The parser; what it returns has ``run`` where a verb was given.

    Of the verbs only those among ``words`` get what stands behind them, so that the window's start does not
    wait for the others'; None: all of them.
    """
    parser = WordsParser(
        text,
        prog=program,
        description=text("cli.help.description"),
        epilog=text("cli.help.exit_codes"),
    )
    parser.add_argument("--version", action="version", version=version, help=text("cli.option.version"))
    parser.add_argument("--demo", action="store_true", help=text("cli.option.demo"))
    parser.add_argument("--background", action="store_true", help=text("cli.option.background"))
    parser.add_argument("--selftest", action="store_true", help=text("cli.option.selftest"))
    parser.add_argument("--out", metavar="FILE", default="", help=text("cli.option.out"))
    parser.add_argument("--config-dir", metavar="DIR", default="", help=text("cli.option.config_dir"))
    parser.add_argument("--lang", choices=arguments.LANGUAGES, help=text("cli.option.lang"))
    verbs = parser.add_subparsers(
        dest="verb",
        metavar="VERB",
        title=text("cli.help.verbs"),
        description=text("cli.help.verbs_text"),
        parser_class=WordsParser,
    )
    for name, verb in VERBS.items():
        if words is None or name in words:
            verb.add_parser(verbs, text)
        else:
            verbs.add_parser(name, text=text, help=text(f"cli.verb.{name}"))
    return parser
