"""Composition root of the phone process: its folders, log and words, then the verb or the window.

Never imports ``engine``, ``audio`` or ``engine_main``.
"""

from __future__ import annotations

import contextlib
import logging
import os
import platform
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from softphone import __version__
from softphone.cli.arguments import EarlyOptions, early_options, split_link
from softphone.cli.demo import ECHO_NUMBER, LOOPBACK, demo_account, demo_users, has_display
from softphone.cli.exit_code import ExitCode
from softphone.cli.output import complain
from softphone.cli.parser import build_parser
from softphone.cli.services import PortBusy
from softphone.cli.streams import open_streams
from softphone.link.own_program import clean_environment, is_frozen, own_name
from softphone.parts import DEFAULT_LANGUAGE, OnceLoadedStore, Parts, make_text
from softphone.storage.log_file import SharedLogFile
from softphone.storage.paths import Paths
from softphone.storage.settings import TomlSettings

PASSWORD_VARIABLE = "SOFTPHONE_PASSWORD"
LOG_BYTES = 1_000_000
LOG_FILES = 3

_log = logging.getLogger(__name__)


class Composition(Parts):
    """Implements ``cli.services.Services``: the parts of one run, and their window. Thread: main."""

    def window(self, *, demo: bool, link: str = "", background: bool = False) -> int:
        """Show the window until it is closed; where one is open already, that one comes forward."""
        from softphone.desktop.foreground import hand_over_foreground
        from softphone.link.single_instance import SingleInstance

        if not (has_display(os.environ) or os.environ.get("QT_QPA_PLATFORM")):
            complain(self.text("cli.no_display"))
            return ExitCode.FAILED
        with contextlib.ExitStack() as stack:
            instance = SingleInstance(self.paths.config_dir)
            stack.callback(instance.leave)
            request = {"verb": "open", "link": link, "quiet": background and not link}
            entrance = instance.enter(request | {"activation": hand_over_foreground()})
            if entrance.outcome == "handed_over":
                return self._handed_over(entrance.answer)
            from softphone.window_main import DemoCall, Opening, WindowRun

            played: DemoCall | None = None
            if demo:
                users = demo_users()
                try:
                    ports = stack.enter_context(self.registrar(LOOPBACK, 0, users, lambda event: None))
                except (PortBusy, OSError) as error:
                    complain(self.text("cli.registrar.cannot_listen", host=LOOPBACK, reason=str(error)))
                    return ExitCode.FAILED
                played = DemoCall(demo_account(ports), users[0][1], ECHO_NUMBER)
            return WindowRun(self, Opening(link, background, entrance.outcome == "took_over", played)).run()

    def _handed_over(self, answer: Mapping[str, object]) -> ExitCode:
        if answer.get("ok"):
            return ExitCode.DONE
        complain(str(answer.get("text", "")))
        return ExitCode.USAGE


def main(arguments: Sequence[str]) -> int:
    """Run the program; its exit code. Without streams, what kept a window from opening is said in a box."""
    password = os.environ.pop(PASSWORD_VARIABLE, "")  # before anything is started that would inherit it
    clean_environment()
    early = early_options(arguments)
    unheard = open_streams()
    try:
        code = _main(arguments, early, password)
    except SystemExit as end:  # the parser's: help, version, or what is wrong with the command line
        if unheard is None:
            raise
        code = int(end.code or 0)
    else:
        if not code:
            return code
    is_for_person = not early.verb and (not early.selftest or code == ExitCode.USAGE)
    if unheard is not None and unheard.kept.strip() and is_for_person:
        from softphone.desktop.message_box import show_message

        text = make_text(early.language or DEFAULT_LANGUAGE)
        show_message(text("app.name"), unheard.kept.strip(), problem=bool(code))
    return code


def _main(arguments: Sequence[str], early: EarlyOptions, password: str) -> int:
    with contextlib.ExitStack() as stack:
        try:
            paths = _paths(early, stack)
        except OSError as error:
            text = make_text(early.language or DEFAULT_LANGUAGE)
            folder, reason = error.filename or early.config_dir, error.strerror or str(error)
            complain(text("cli.folder_unusable", folder=folder, reason=reason))
            return ExitCode.FAILED
        _start_logging(paths)
        store = OnceLoadedStore(TomlSettings(paths))
        text = make_text(early.language or store.load().settings.language)
        composition = Composition(paths, store, text, password)
        stack.callback(composition.close)
        try:
            return _run(arguments, composition)
        except KeyboardInterrupt:  # while a password is typed; a running phone hears Ctrl-C itself
            return ExitCode.INTERRUPTED
        except Exception:  # noqa: BLE001 - the last resort: a sentence and the log, never a traceback
            _log.exception("unexpected")
            complain(text("cli.unexpected", log=paths.phone_log))
            return ExitCode.FAILED


def _run(arguments: Sequence[str], composition: Composition) -> int:
    words, link = split_link(arguments)
    parser = build_parser(composition.text, __version__, own_name(), words)
    options = parser.parse_args(words)
    if options.selftest or options.out:
        if not options.selftest or options.verb or options.demo or link:
            parser.error(composition.text("selftest.alone"))
        from softphone.cli import self_test

        program = self_test.Program(__version__, is_frozen(), platform.platform(), options.out)
        return self_test.run(program, composition)
    if options.verb is None:
        return composition.window(demo=options.demo, link=link, background=options.background)
    return int(options.run(options, composition))


def _paths(early: EarlyOptions, stack: contextlib.ExitStack) -> Paths:
    """This run's folders; a demo or a registrar without ``--config-dir`` leaves nothing behind.

    A self-test never touches a folder that may be in use, whatever is named.
    """
    if early.config_dir and not early.selftest:
        return Paths.at(Path(early.config_dir))
    if early.verb in ("demo", "registrar") or early.demo or early.selftest:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="softphone-"))
        stack.callback(_stop_logging)  # before the folder goes: Windows keeps open files
        return Paths.at(Path(folder))
    return Paths.default()


def _start_logging(paths: Paths) -> None:
    """Everything from info up goes to ``phone.log``; nothing to the terminal, nothing secret anywhere."""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    with contextlib.suppress(OSError):  # a full or read-only disk is no reason not to telephone
        handler = SharedLogFile(paths.phone_log, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        root.addHandler(handler)
    sys.excepthook = _log_unexpected
    threading.excepthook = lambda thread: _log.error(
        "unexpected in %s", thread.thread, exc_info=thread.exc_value
    )


def _stop_logging() -> None:
    root = logging.getLogger()
    for handler in tuple(root.handlers):
        root.removeHandler(handler)
        handler.close()


def _log_unexpected(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    _log.error("unexpected", exc_info=(kind, error, traceback))
