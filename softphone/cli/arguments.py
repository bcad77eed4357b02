"""Parsing the command line: the parser in the user's language, and the options that verbs share."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import NoReturn

import msgspec

from softphone.app.text import Text
from softphone.cli.exit_code import ExitCode
from softphone.domain.commands import LIBRARY_MAX_CALLS
from softphone.domain.link import is_link

LANGUAGES = ("ja", "en")
_VALUE_OPTIONS = ("--config-dir", "--lang", "--out")

# The forms of argparse's own complaints, and the words for each.
_COMPLAINTS = (
    (re.compile(r"the following arguments are required: (?P<what>.+)"), "cli.usage.required"),
    (re.compile(r"unrecognized arguments: (?P<what>.+)"), "cli.usage.unknown"),
    (re.compile(r"argument (?P<what>\S+): expected .*argument"), "cli.usage.value_missing"),
    (re.compile(r"argument (?P<what>\S+): invalid choice: (?P<value>.+) \(choose"), "cli.usage.choice"),
    (re.compile(r"argument (?P<what>\S+): not allowed with argument (?P<value>\S+)"), "cli.usage.not_both"),
    (re.compile(r"argument (?P<what>\S+): (?P<value>.+)"), "cli.usage.invalid"),
)


class EarlyOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What must be known before the words are: the options before the verb, and the verb."""

    config_dir: str = ""
    language: str = ""
    verb: str = ""
    demo: bool = False
    selftest: bool = False


def early_options(arguments: Sequence[str]) -> EarlyOptions:
    """Look at what stands before the verb. Never complains: the full parser does, in the right language."""
    found = dict.fromkeys(_VALUE_OPTIONS, "")
    verb = ""
    switches = {"--demo": False, "--selftest": False}
    words = iter(arguments)
    for word in words:
        name, equals, value = word.partition("=")
        if name in found:
            found[name] = value if equals else next(words, "")
        elif word in switches:
            switches[word] = True
        elif not word.startswith("-"):
            verb = word
            break
    language = found["--lang"] if found["--lang"] in LANGUAGES else ""
    return EarlyOptions(
        config_dir=found["--config-dir"],
        language=language,
        verb=verb,
        demo=switches["--demo"],
        selftest=switches["--selftest"],
    )


def split_link(arguments: Sequence[str]) -> tuple[list[str], str]:
    """The command line without the link it ends in, and the link ("" where there is none)."""
    words = list(arguments)
    if words and is_link(words[-1]) and not early_options(words[:-1]).verb:
        return words[:-1], words[-1]
    return words, ""


class WordsParser(argparse.ArgumentParser):
    """argparse in the user's language. Ends the program with 2 after one sentence and the usage line."""

    def __init__(self, text: Text, **options: object) -> None:
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(add_help=False, allow_abbrev=False, **options)  # type: ignore[arg-type]
        self._text = text
        self._positionals.title = text("cli.help.arguments")
        self._optionals.title = text("cli.help.options")
        self.add_argument("-h", "--help", action="help", help=text("cli.help.help"))

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in the user's words; exit 2."""
        self.exit(ExitCode.USAGE, f"{self.format_usage()}{_complaint(self._text, message)}\n")

    def format_usage(self) -> str:
        """The usage line, its first word translated."""
        return self._worded(super().format_usage())

    def format_help(self) -> str:
        """The help, its first word translated."""
        return self._worded(super().format_help())

    def _worded(self, formatted: str) -> str:
        return self._text("cli.help.usage") + formatted.removeprefix("usage:")


class Seconds:
    """An argument type: a number of seconds, not negative."""

    def __init__(self, text: Text) -> None:
        self._text = text

    def __call__(self, word: str) -> float:
        """The number. Errors: argparse.ArgumentTypeError."""
        try:
            seconds = float(word)
        except ValueError:
            seconds = -1.0
        if not 0.0 <= seconds <= 1e6:
            raise argparse.ArgumentTypeError(self._text("cli.usage.seconds", value=word))
        return seconds


class Count:
    """An argument type: a whole number between two others."""

    def __init__(self, text: Text, least: int, most: int) -> None:
        self._text = text
        self._least = least
        self._most = most

    def __call__(self, word: str) -> int:
        """The number. Errors: argparse.ArgumentTypeError."""
        if word.isascii() and word.isdigit() and self._least <= int(word) <= self._most:
            return int(word)
        raise argparse.ArgumentTypeError(
            self._text("cli.usage.count", value=word, least=self._least, most=self._most)
        )


def add_json(parser: argparse.ArgumentParser, text: Text) -> None:
    """``--json``."""
    parser.add_argument("--json", action="store_true", help=text("cli.option.json"))


def add_run(parser: argparse.ArgumentParser, text: Text) -> None:
    """What every verb that registers and takes calls can be told."""
    add_account(parser, text)
    add_audio(parser, text)
    add_lines(parser, text)
    add_engine(parser, text)
    add_json(parser, text)


def add_account(parser: argparse.ArgumentParser, text: Text) -> None:
    """An account for this run only."""
    group = parser.add_argument_group(text("cli.help.account"), text("cli.help.account_text"))
    group.add_argument("--user-id", metavar="ID", default="", help=text("cli.option.user_id"))
    group.add_argument("--server", metavar="HOST[:PORT]", default="", help=text("cli.option.server"))
    group.add_argument(
        "--transport", choices=("udp", "tcp"), default="udp", help=text("cli.option.transport")
    )


def add_audio(parser: argparse.ArgumentParser, text: Text) -> None:
    """Where the sound comes from and goes to."""
    group = parser.add_argument_group(text("cli.help.audio"), text("cli.help.audio_text"))
    group.add_argument("--play", metavar="A.wav", default="", help=text("cli.option.play"))
    group.add_argument("--record", metavar="B.wav", default="", help=text("cli.option.record"))
    group.add_argument("--input-device", metavar="NAME", help=text("cli.option.input_device"))
    group.add_argument("--output-device", metavar="NAME", help=text("cli.option.output_device"))
    group.add_argument("--processing", action="store_true", help=text("cli.option.processing"))
    group.add_argument(
        "--codec",
        metavar="NAME",
        action="append",
        default=[],
        type=str.upper,
        choices=("G722", "PCMU", "PCMA"),
        help=text("cli.option.codec"),
    )


def add_lines(parser: argparse.ArgumentParser, text: Text) -> None:
    """How many calls there may be."""
    parser.add_argument(
        "--max-calls",
        metavar="N",
        type=Count(text, 1, LIBRARY_MAX_CALLS),
        help=text("cli.option.max_calls", most=LIBRARY_MAX_CALLS),
    )


def add_engine(parser: argparse.ArgumentParser, text: Text) -> None:
    """Network and log of the engine."""
    parser.add_argument("--bind", metavar="HOST", default="", help=text("cli.option.bind"))
    parser.add_argument(
        "--log-level", metavar="0-5", type=Count(text, 0, 5), help=text("cli.option.log_level")
    )


def _complaint(text: Text, message: str) -> str:
    for pattern, key in _COMPLAINTS:
        match = pattern.match(message)
        if match:
            return text(key, **match.groupdict())
    return text("cli.usage.other", what=message)
