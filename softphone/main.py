"""Composition root of the phone process: builds every object, wires it, stops it.

What a run does not need is not imported: a headless call loads no Qt, the registrar no engine link.
Never imports ``engine``, ``audio`` or ``engine_main``.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import logging
import logging.handlers
import os
import re
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from softphone import __version__
from softphone.app.changes import Notice
from softphone.app.people import People
from softphone.app.phone import Phone
from softphone.app.text import Text
from softphone.cli.arguments import EarlyOptions, early_options, split_link
from softphone.cli.demo import ECHO_NUMBER, LOOPBACK, demo_users, has_display
from softphone.cli.demo import demo_account as account_of_demo
from softphone.cli.exit_code import ExitCode
from softphone.cli.output import complain
from softphone.cli.parser import build_parser
from softphone.cli.services import Control, NoPhone, PhoneOptions, PortBusy, RegistrarEvent, RegistrarPorts
from softphone.directory.contact_files import DiskContactFiles
from softphone.directory.opening import directories
from softphone.domain.account import Account
from softphone.domain.history import HistoryQuery
from softphone.domain.pbx import EXTENSIONS_ONLY, PbxPlan
from softphone.domain.ports import Dispatcher, LoadedSettings, Secrets, SettingsStore
from softphone.domain.settings import Settings
from softphone.domain.surroundings import SurroundingPorts
from softphone.link.engine_client import EngineClient
from softphone.link.programs import SubprocessPrograms
from softphone.storage.catalogue import load_providers, load_texts
from softphone.storage.contacts import SqliteContacts
from softphone.storage.database import Database
from softphone.storage.history import SqliteHistory
from softphone.storage.history_csv import CsvTable
from softphone.storage.numbers import LibphonenumberNumbers
from softphone.storage.paths import Paths, resources_dir
from softphone.storage.policy import load_policy
from softphone.storage.secrets import KeyringSecrets
from softphone.storage.settings import TomlSettings

if TYPE_CHECKING:
    from softphone.cli.remote_control import Front
    from softphone.domain.desktop import Desktop
    from softphone.registrar import RegistrarThread
    from softphone.ui.main_window import MainWindow

PASSWORD_VARIABLE = "SOFTPHONE_PASSWORD"
LOG_BYTES = 1_000_000
LOG_FILES = 3
DEFAULT_LANGUAGE = "ja"
READ_AHEAD_S = 2.0

_log = logging.getLogger(__name__)


class SystemClock:
    """Implements ``domain.ports.Clock``."""

    def now_s(self) -> float:
        """Unix seconds."""
        return time.time()


class OnceLoadedStore:
    """A settings store that reads its file once: the words are chosen by it before the phone is built.

    So what was said of a damaged file is said again to the phone that can tell the user.
    """

    def __init__(self, store: SettingsStore) -> None:
        self._store = store
        self._loaded: LoadedSettings | None = None

    def load(self) -> LoadedSettings:
        """What the file held."""
        if self._loaded is None:
            self._loaded = self._store.load()
        return self._loaded

    def save(self, settings: Settings) -> None:
        """Write it. Errors: OSError."""
        self._store.save(settings)


@dataclasses.dataclass(frozen=True)
class Opening:
    """How the window opens. ``took_over``: from a phone that runs but does not answer."""

    link: str
    background: bool
    took_over: bool
    demo: bool


class Composition:
    """Implements ``cli.services.Services``: the parts of one run. Thread: main."""

    def __init__(self, paths: Paths, store: SettingsStore, text: Text, password: str) -> None:
        self.resources = resources_dir()
        self.text = text
        self.password = password
        self._paths = paths
        self._store = store
        self._engine: EngineClient | None = None

    def phone(
        self,
        dispatcher: Dispatcher,
        options: PhoneOptions,
        surroundings: SurroundingPorts = SurroundingPorts(),
    ) -> Phone:
        """A phone on a real engine process, not started."""
        self._engine = EngineClient(engine_command(), dispatcher, self._paths.engine_log)
        numbers = LibphonenumberNumbers()
        database = Database(self._paths.database_file)
        contacts = SqliteContacts(database, numbers)
        history = SqliteHistory(database, numbers, contacts)
        return Phone(
            engine=self._engine,
            dispatcher=dispatcher,
            clock=SystemClock(),
            store=self._store,
            secrets=self.secrets(dispatcher),
            profiles=load_providers(self.resources),
            people=People(
                contacts,
                history,
                numbers,
                DiskContactFiles(dispatcher),
                directories(dispatcher),
                CsvTable,
            ),
            user_agent=f"softphone/{__version__}",
            audio=options.audio,
            codecs=options.codecs,
            max_calls=options.max_calls,
            redirects=options.redirects,
            bind_host=options.bind_host,
            log_level=options.log_level,
            recordings_folder=str(self._paths.recordings_dir),
            policy=load_policy(self._paths),
            programs=SubprocessPrograms(dispatcher),
            surroundings=surroundings,
        )

    def engine_pid(self) -> int:
        """The process id of the phone's engine; 0 where none runs."""
        return self._engine.pid if self._engine is not None else 0

    @contextlib.contextmanager
    def controlled(
        self,
        phone: Phone,
        dispatcher: Dispatcher,
        front: Front | None = None,
        *,
        take_over: bool = False,
    ) -> Iterator[None]:
        """While the context is open, ``softphone ctl`` reaches ``phone``, where the folder holds a socket.

        ``front`` is its window; ``take_over``: from a phone that hangs.
        """
        from softphone.cli.remote_control import RemoteControl
        from softphone.link.control import ControlServer

        remote = RemoteControl(phone, self.text, self.engine_pid, front)
        folder = self._paths.config_dir
        try:
            server = ControlServer(folder, dispatcher, remote.serve, take_over=take_over)
        except OSError as error:  # another phone has the folder, or it cannot hold a socket
            _log.warning("not to be controlled: %s", error)
            yield
            return
        try:
            yield
        finally:
            server.close()

    @contextlib.contextmanager
    def control(self) -> Iterator[Control]:
        """The phone that runs with this folder. Errors: NoPhone."""
        from softphone.link.control import ControlClient, NoPhoneRuns

        try:
            client = ControlClient(self._paths.config_dir)
        except NoPhoneRuns as error:
            raise NoPhone(str(error)) from error
        try:
            yield client
        except NoPhoneRuns as error:
            raise NoPhone(str(error)) from error
        finally:
            client.close()

    def store(self) -> SettingsStore:
        """The settings file."""
        return self._store

    def secrets(self, dispatcher: Dispatcher) -> Secrets:
        """The keyring."""
        return KeyringSecrets(dispatcher, service=self._paths.secret_service)

    @contextlib.contextmanager
    def registrar(
        self,
        host: str,
        port: int,
        users: Iterable[tuple[str, str]],
        on_event: Callable[[RegistrarEvent], None],
        pbx: PbxPlan = EXTENSIONS_ONLY,
    ) -> Iterator[RegistrarPorts]:
        """The local registrar, running while the context is open. Errors: PortBusy, OSError."""
        from softphone.registrar import (
            RegistrarConfig,
            RegistrarThread,
            SipBindFailed,
            SipPortBusy,
        )

        config = RegistrarConfig(host=host, port=port, users=dict(users), pbx=pbx)
        thread: RegistrarThread = RegistrarThread(config, lambda event: on_event(_event_fields(event)))
        try:
            thread.start()
        except SipPortBusy as error:
            raise PortBusy(str(error)) from error
        except SipBindFailed as error:
            raise OSError(0, str(error)) from error
        try:
            yield RegistrarPorts(host=host, udp_port=thread.port, tcp_port=thread.port)
        finally:
            thread.stop()

    def window(self, *, demo: bool, link: str = "", background: bool = False) -> int:
        """Show the window until it is closed; where one is open already, that one comes forward."""
        from softphone.desktop.foreground import hand_over_foreground
        from softphone.link.single_instance import SingleInstance

        if not (has_display(os.environ) or os.environ.get("QT_QPA_PLATFORM")):
            complain(self.text("cli.no_display"))
            return ExitCode.FAILED
        with contextlib.ExitStack() as stack:
            instance = SingleInstance(self._paths.config_dir)
            stack.callback(instance.leave)
            request = {"verb": "open", "link": link, "quiet": background and not link}
            entrance = instance.enter(request | {"activation": hand_over_foreground()})
            if entrance.outcome == "handed_over":
                return self._handed_over(entrance.answer)
            opening = Opening(link, background, entrance.outcome == "took_over", demo)
            if not demo:
                return self._run_window(None, "", opening)
            users = demo_users()
            try:
                ports = stack.enter_context(self.registrar(LOOPBACK, 0, users, lambda event: None))
            except (PortBusy, OSError) as error:
                complain(self.text("cli.registrar.cannot_listen", host=LOOPBACK, reason=str(error)))
                return ExitCode.FAILED
            return self._run_window(account_of_demo(ports), users[0][1], opening, ECHO_NUMBER)

    def _handed_over(self, answer: Mapping[str, object]) -> ExitCode:
        if answer.get("ok"):
            return ExitCode.DONE
        complain(str(answer.get("text", "")))
        return ExitCode.USAGE

    def _run_window(
        self, account: Account | None, password: str, opening: Opening, demo_number: str = ""
    ) -> int:
        from softphone.desktop.surroundings import surroundings
        from softphone.ui.application import create_application
        from softphone.ui.dispatcher import QtDispatcher
        from softphone.ui.first_paint import once_painted
        from softphone.ui.main_window import MainWindow

        application = create_application([sys.argv[0]], self.resources, self.text.language)
        application.setQuitOnLastWindowClosed(False)
        dispatcher = QtDispatcher()
        phone = self.phone(dispatcher, PhoneOptions(), surroundings(dispatcher))
        window = MainWindow(
            phone,
            make_text,
            self.text.language,
            self.resources,
            demo_number=demo_number,
            log_folder=str(self._paths.log_dir),
        )
        closing: list[bool] = []
        with contextlib.ExitStack() as on_screen:

            def close() -> None:
                """Gone from the screen at once; the phone has its 4 s to unregister behind it."""
                if not closing:
                    closing.append(True)
                    window.hide()
                    on_screen.close()
                    phone.stop(application.quit)

            application.lastWindowClosed.connect(close)
            # Python sees a signal when it runs next: at the latest at the engine's next heartbeat.
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda number, frame: dispatcher.post(close))
            if account is None and phone.accounts.account is None:
                window.show_place("guide")
            if not opening.background:
                window.show()

            def begin() -> None:
                """The phone first; then what is around it."""
                phone.start(account, password)
                dispatcher.post(phone.surroundings.start)
                dispatcher.post(lambda: self._settle(phone, window, dispatcher, opening, on_screen, close))

            once_painted(window, begin)
            return int(application.exec())

    def _settle(
        self,
        phone: Phone,
        window: MainWindow,
        dispatcher: Dispatcher,
        opening: Opening,
        on_screen: contextlib.ExitStack,
        close: Callable[[], None],
    ) -> None:
        """On the desktop, once the window is painted and the phone started; then the door for ctl opens."""
        from softphone.ui.desktop_desk import DesktopDesk
        from softphone.ui.hot_key_hand import HotKeyHand

        phone.desktop = self._desktop(dispatcher, demo=opening.demo)
        desk = DesktopDesk(phone, window, lambda: phone.surroundings.privacy.hides_caller)
        HotKeyHand(phone, desk)
        on_screen.callback(desk.close)
        desk.left.connect(close)
        desk.begin(opening.link, background=opening.background)
        if opening.took_over:
            phone.tell(Notice("another_phone_hangs", {}, "warning"))
        server = self.controlled(phone, dispatcher, desk, take_over=opening.took_over)
        on_screen.enter_context(server)
        _read_ahead(phone, dispatcher)

    def _desktop(self, dispatcher: Dispatcher, *, demo: bool) -> Desktop:
        """What this system's desktop offers, asked when it is first needed; a demo sets nothing on it."""
        from softphone.desktop.autostart import autostart
        from softphone.desktop.notifications import NativeNotifier
        from softphone.desktop.url_schemes import url_schemes
        from softphone.domain.desktop import Desktop

        command, icon = self._start_command(), self.resources / "icons" / "app.svg"
        notifier = NativeNotifier(dispatcher, self.text("app.name"), icon)
        if demo:
            return Desktop(notifier=notifier)
        return Desktop(
            notifier=notifier,
            autostart=autostart((*command, "--background"), icon),
            links=url_schemes(command, icon),
        )

    def _start_command(self) -> list[str]:
        """How the system starts this phone, with the folder it was started with."""
        start = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "softphone"]
        return [*start, *(("--config-dir", str(self._paths.config_dir)) if self._paths.named else ())]


def _read_ahead(phone: Phone, dispatcher: Dispatcher) -> None:
    """What searches look through is read before somebody types, each while nobody waits for it."""

    def people() -> None:
        phone.contacts.book.rows(limit=1)
        dispatcher.call_later(READ_AHEAD_S / 4, calls)

    def calls() -> None:
        phone.history.rows.count(HistoryQuery(text="0"))

    dispatcher.call_later(READ_AHEAD_S, people)


def main(arguments: Sequence[str]) -> int:
    """Run the program; its exit code."""
    password = os.environ.pop(PASSWORD_VARIABLE, "")  # before anything is started that would inherit it
    early = early_options(arguments)
    _speak_utf8()
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
        try:
            return _run(arguments, Composition(paths, store, text, password))
        except KeyboardInterrupt:  # while a password is typed; a running phone hears Ctrl-C itself
            return ExitCode.INTERRUPTED
        except Exception:  # noqa: BLE001 - the last resort: a sentence and the log, never a traceback
            _log.exception("unexpected")
            complain(text("cli.unexpected", log=paths.phone_log))
            return ExitCode.FAILED


def engine_command() -> list[str]:
    """How this program starts itself as the engine, frozen or not."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "engine"]
    return [sys.executable, "-m", "softphone", "engine"]


def _run(arguments: Sequence[str], composition: Composition) -> int:
    parser = build_parser(composition.text, __version__)
    words, link = split_link(arguments)
    options = parser.parse_args(words)
    if options.verb is None:
        return composition.window(demo=options.demo, link=link, background=options.background)
    return int(options.run(options, composition))


def _paths(early: EarlyOptions, stack: contextlib.ExitStack) -> Paths:
    """This run's folders; a demo or a registrar without ``--config-dir`` leaves nothing behind."""
    if early.config_dir:
        return Paths.at(Path(early.config_dir))
    if early.verb in ("demo", "registrar") or early.demo:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="softphone-"))
        stack.callback(_stop_logging)  # before the folder goes: Windows keeps open files
        return Paths.at(Path(folder))
    return Paths.default()


def make_text(language: str) -> Text:
    """The words of ``language``, of the first language where there are none of it."""
    resources = resources_dir()
    if not (resources / "i18n" / language).is_dir():
        language = DEFAULT_LANGUAGE
    return Text(load_texts(resources, language), language)


def _speak_utf8() -> None:
    """UTF-8 on both streams whatever the system's code page; a windowed program has none."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _start_logging(paths: Paths) -> None:
    """Everything from info up goes to ``phone.log``; nothing to the terminal, nothing secret anywhere."""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    with contextlib.suppress(OSError):  # a full or read-only disk is no reason not to telephone
        handler = logging.handlers.RotatingFileHandler(
            paths.phone_log, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8"
        )
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


def _event_fields(event: object) -> RegistrarEvent:
    """A registrar's event for a program: its name in snake case, then its fields."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()
    return {"event": name} | dataclasses.asdict(event)  # type: ignore[call-overload, no-any-return]
