"""``softphone ctl VERB``: speak to the phone that runs, window or not."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping

from softphone.app.text import Text
from softphone.cli import arguments
from softphone.cli.control_verbs import CONTROL_VERBS, ControlVerb
from softphone.cli.exit_code import ExitCode
from softphone.cli.output import complain, say
from softphone.cli.services import Control, NoPhone, PhoneSilent, Services

_REFUSALS = {
    "no_call": ExitCode.FAILED,
    "argument": ExitCode.USAGE,
    "unknown_verb": ExitCode.USAGE,
    "in_call": ExitCode.BUSY,
    "unsaved": ExitCode.BUSY,
}


def add_parser(verbs: argparse._SubParsersAction[arguments.WordsParser], text: Text) -> None:
    """The verb and its own verbs."""
    words = text("cli.verb.ctl")
    parser = verbs.add_parser("ctl", text=text, help=words, description=words)
    inner = parser.add_subparsers(
        dest="control_verb", metavar="VERB", title=text("cli.help.verbs"), required=True,
        parser_class=arguments.WordsParser,
    )  # fmt: skip
    for verb in CONTROL_VERBS:
        _add_verb(inner, verb, text)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, services: Services) -> ExitCode:
    """Ask and print the answer; with ``events`` what happens, until the phone or the user ends it."""
    verb = next(verb for verb in CONTROL_VERBS if verb.name == options.control_verb)
    try:
        with services.control() as control:
            answer = control.ask(control_request(verb, options))
            return _told(verb, answer, control, options.json, services.text)
    except PhoneSilent:
        complain(services.text("cli.ctl.silent"))
        return ExitCode.NO_ANSWER
    except NoPhone:
        complain(services.text("cli.ctl.no_phone"))
        return ExitCode.NOT_REACHED
    except KeyboardInterrupt:
        return ExitCode.DONE if verb.name == "events" else ExitCode.INTERRUPTED


def control_request(verb: ControlVerb, options: argparse.Namespace) -> dict[str, object]:
    """The request of a command line."""
    request: dict[str, object] = {"verb": verb.name}
    for word in verb.words:
        name = word.removesuffix("?")
        request[name] = getattr(options, name) or ""
    if verb.of_call and options.key:
        request["key"] = options.key
    return request


def _told(
    verb: ControlVerb, answer: Mapping[str, object], control: Control, as_json: bool, text: Text
) -> ExitCode:
    if not answer.get("ok"):
        if as_json:
            _say_json(answer)
        code = str(answer.get("code", ""))
        complain(str(answer.get("text") or code))
        return _REFUSALS.get(code, ExitCode.FAILED)
    if verb.name == "events":
        for message in control.messages():
            _say_json(message)
    elif as_json:
        _say_json(answer)
    else:
        _say_words(answer, text)
    return ExitCode.DONE


def _add_verb(
    verbs: argparse._SubParsersAction[arguments.WordsParser], verb: ControlVerb, text: Text
) -> None:
    words = text(f"cli.ctl.verb.{verb.name}")
    parser = verbs.add_parser(verb.name, text=text, help=words, description=words)
    for index, word in enumerate(verb.words):
        name = word.removesuffix("?")
        parser.add_argument(
            name,
            metavar=name.upper(),
            nargs="?" if word.endswith("?") else None,
            choices=verb.choices or None if index == 0 else None,
            help=text(f"cli.ctl.word.{name}"),
        )
    if verb.of_call:
        parser.add_argument("--key", metavar="KEY", default="", help=text("cli.ctl.word.key"))
    arguments.add_json(parser, text)


def _say_json(message: Mapping[str, object]) -> None:
    say(json.dumps(message, ensure_ascii=False))


def _say_words(answer: Mapping[str, object], text: Text) -> None:
    """The calls a line each, else the key of the call, else nothing."""
    registration, calls = answer.get("registration"), answer.get("calls")
    if isinstance(registration, dict):
        say(text(f"registration.{registration['state']}.title"))
        for name in ("do_not_disturb", "forwarding"):
            if answer.get(name):
                say(text(f"cli.ctl.{name}"))
    if isinstance(calls, list):
        for call in calls:
            say(f"{call['key']}  {call['text']}  {call['who']}")
        if not calls:
            say(text("cli.ctl.no_calls"))
    elif answer.get("key"):
        say(str(answer["key"]))
