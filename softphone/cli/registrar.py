"""``softphone registrar``: the local test registrar until Ctrl-C."""

from __future__ import annotations

import argparse
from pathlib import Path

from softphone.app.text import Text
from softphone.cli import arguments, pbx_options
from softphone.cli.call import make_output
from softphone.cli.exit_code import ExitCode
from softphone.cli.loop import PlainLoop
from softphone.cli.output import Output
from softphone.cli.services import PortBusy, RegistrarEvent, Services
from softphone.cli.session import signals_caught


class _User:
    """An argument type: ``ID:PASSWORD``."""

    def __init__(self, text: Text) -> None:
        self._text = text

    def __call__(self, word: str) -> tuple[str, str]:
        """Errors: argparse.ArgumentTypeError, which never repeats the word: a password may be in it."""
        user_id, colon, password = word.partition(":")
        if not user_id or not colon or not password:
            raise argparse.ArgumentTypeError(self._text("cli.registrar.user_form"))
        return user_id, password


def add_parser(verbs: argparse._SubParsersAction[arguments.WordsParser], text: Text) -> None:
    """The verb's options."""
    words = text("cli.verb.registrar")
    parser = verbs.add_parser("registrar", text=text, help=words, description=words)
    parser.add_argument("--host", metavar="H", default="127.0.0.1", help=text("cli.option.host"))
    parser.add_argument(
        "--port",
        metavar="P",
        type=arguments.Count(text, 0, 65_535),
        default=5060,
        help=text("cli.option.port"),
    )
    parser.add_argument(
        "--user",
        metavar="ID:PASSWORD",
        action="append",
        default=[],
        type=_User(text),
        help=text("cli.option.user"),
    )
    parser.add_argument("--users-file", metavar="FILE", default="", help=text("cli.option.users_file"))
    arguments.add_json(parser, text)
    pbx_options.add_options(parser, text)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, services: Services) -> ExitCode:
    """Serve until Ctrl-C or SIGTERM, which is how it is meant to end: 0."""
    text = services.text
    output = make_output(services, options.json)
    users = list(options.user)
    if options.users_file:
        try:
            users += _users_of(options.users_file, text)
        except (OSError, ValueError, argparse.ArgumentTypeError):
            output.problem("users_file", text("cli.registrar.users_file", file=options.users_file))
            return ExitCode.USAGE
    loop = PlainLoop()

    def on_event(event: RegistrarEvent) -> None:
        loop.post(lambda: _tell(output, text, event))

    try:
        pbx = pbx_options.pbx_plan(options)
        with services.registrar(options.host, options.port, users, on_event, pbx) as ports:
            output.tell(
                "listening",
                text("cli.registrar.listening", host=ports.host, port=ports.udp_port),
                host=ports.host,
                udp_port=ports.udp_port,
                tcp_port=ports.tcp_port,
            )
            if not users:
                output.tell("notice", text("cli.registrar.no_users"), code="no_users", severity="warning")
            with signals_caught(loop, lambda code: loop.quit()):
                loop.run()
    except PortBusy:
        output.problem("port_busy", text("cli.registrar.port_busy", host=options.host, port=options.port))
        return ExitCode.FAILED
    except OSError as error:
        reason = error.strerror or str(error)
        output.problem("cannot_listen", text("cli.registrar.cannot_listen", host=options.host, reason=reason))
        return ExitCode.FAILED
    return ExitCode.DONE


def _users_of(path: str, text: Text) -> list[tuple[str, str]]:
    """``ID:PASSWORD`` a line; empty lines and lines that begin with # are skipped."""
    read_user = _User(text)
    lines = (line.strip() for line in Path(path).read_text(encoding="utf-8").splitlines())
    return [read_user(line) for line in lines if line and not line.startswith("#")]


def _tell(output: Output, text: Text, event: RegistrarEvent) -> None:
    fields = {name: value for name, value in event.items() if name != "event"}
    name = str(event["event"])
    output.tell(name, text(f"cli.registrar.{name}", **fields), **fields)
