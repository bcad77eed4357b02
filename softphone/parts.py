"""The parts of one run of the phone process, built when they are asked for.

What a run does not need is not imported: a headless call loads no Qt, the registrar no engine link.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import logging
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from softphone import __version__
from softphone.app.changes import Observer
from softphone.app.people import People
from softphone.app.phone import Phone
from softphone.app.settings import SettingsService
from softphone.app.text import Text
from softphone.cli.demo import has_display
from softphone.cli.services import (
    Control,
    NoPhone,
    PhoneOptions,
    PhoneSilent,
    PortBusy,
    RegistrarEvent,
    RegistrarPorts,
)
from softphone.directory.contact_files import DiskContactFiles
from softphone.directory.opening import directories
from softphone.domain.pbx import EXTENSIONS_ONLY, PbxPlan
from softphone.domain.policy import Policy
from softphone.domain.ports import Dispatcher, LoadedSettings, Secrets, SettingsStore
from softphone.domain.settings import Settings
from softphone.domain.surroundings import SurroundingPorts
from softphone.link.engine_client import EngineClient
from softphone.link.own_program import engine_command
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

if TYPE_CHECKING:
    from softphone.app.updates import UpdateService
    from softphone.cli.remote_control import Front
    from softphone.registrar import RegistrarThread

DEFAULT_LANGUAGE = "ja"

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


class Parts:
    """Everything ``cli.services.Services`` has but the window. Thread: main."""

    def __init__(self, paths: Paths, store: SettingsStore, text: Text, password: str) -> None:
        self.resources = resources_dir()
        self.text = text
        self.password = password
        self.paths = paths
        self._store = store
        self._engine: EngineClient | None = None
        self._databases: list[Database] = []

    def phone(
        self,
        dispatcher: Dispatcher,
        options: PhoneOptions,
        surroundings: SurroundingPorts = SurroundingPorts(),
    ) -> Phone:
        """A phone on a real engine process, not started."""
        self._engine = self.engine_process(dispatcher)
        return Phone(
            engine=self._engine,
            dispatcher=dispatcher,
            clock=SystemClock(),
            store=self._store,
            secrets=self.secrets(dispatcher),
            profiles=load_providers(self.resources),
            people=self.people(dispatcher),
            user_agent=f"softphone/{__version__}",
            audio=options.audio,
            codecs=options.codecs,
            max_calls=options.max_calls,
            redirects=options.redirects,
            bind_host=options.bind_host,
            log_level=options.log_level,
            recordings_folder=str(self.paths.recordings_dir),
            policy=self._policy,
            programs=SubprocessPrograms(dispatcher),
            surroundings=surroundings,
        )

    @functools.cached_property
    def _policy(self) -> Policy:
        """What the administrator allows, read once a run."""
        return load_policy(self.paths)

    def people(self, dispatcher: Dispatcher) -> People:
        """Phone book and history in the file of this run, and what reads numbers and other files."""
        numbers = LibphonenumberNumbers()
        database = Database(self.paths.database_file)
        self._databases.append(database)
        contacts = SqliteContacts(database, numbers)
        history = SqliteHistory(database, numbers, contacts)
        files = DiskContactFiles(dispatcher)
        return People(contacts, history, numbers, files, directories(dispatcher), CsvTable)

    def engine_process(self, dispatcher: Dispatcher) -> EngineClient:
        """An engine process of this very program, not started."""
        return EngineClient(engine_command(), dispatcher, self.paths.engine_log)

    def close(self) -> None:
        """Let go of the files of this run, so that its folder can go: Windows keeps open ones."""
        for database in self._databases:
            database.close()

    def try_libraries(self) -> tuple[dict[str, str], tuple[str, ...]]:
        """Load what is loaded only when it is needed: (what fails, in its words; what the machine lacks)."""
        from softphone.desktop.parts import desktop_libraries
        from softphone.directory.parts import directory_libraries
        from softphone.release.parts import release_libraries
        from softphone.tls import knows_authorities

        problems = {}
        libraries = desktop_libraries() | directory_libraries() | release_libraries()
        for part, load in libraries.items():
            try:
                load()
            except Exception as error:  # noqa: BLE001 - whatever a broken library raises is the result
                problems[part] = f"{type(error).__name__}: {error}"
        return problems, () if knows_authorities() else ("no_certificates",)

    def try_window(self) -> dict[str, object]:
        """The real window in every language for a moment; off screen where there is no display."""
        if not has_display(os.environ):
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        from softphone.ui.window_check import look_at_window

        return look_at_window(make_text, self.resources, lambda post: self.phone(post, PhoneOptions()))

    def engine_pid(self) -> int:
        """The process id of the phone's engine; 0 where none runs."""
        return self._engine.pid if self._engine is not None else 0

    @contextlib.contextmanager
    def controlled(
        self,
        phone: Phone,
        dispatcher: Dispatcher,
        leave: Callable[[], None],
        front: Front | None = None,
        *,
        take_over: bool = False,
    ) -> Iterator[None]:
        """While the context is open, ``softphone ctl`` reaches ``phone``, where the folder holds a socket.

        ``leave`` ends the run; ``front`` is its window; ``take_over``: from a phone that hangs.
        """
        from softphone.cli.remote_control import RemoteControl
        from softphone.link.control import ControlServer

        remote = RemoteControl(phone, self.text, leave, self.engine_pid, front)
        folder = self.paths.config_dir
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
        from softphone.link import control

        try:
            with contextlib.closing(control.ControlClient(self.paths.config_dir)) as client:
                yield client
        except control.PhoneSilent as error:
            raise PhoneSilent(str(error)) from error
        except control.NoPhoneRuns as error:
            raise NoPhone(str(error)) from error

    def updates(
        self,
        dispatcher: Dispatcher,
        settings: SettingsService,
        tell: Observer,
        busy: Callable[[], bool] = lambda: False,
    ) -> UpdateService | None:
        """What looks for new versions of the phone; None where the administrator forbids it."""
        if not self._policy.updates_allowed:
            return None
        from softphone.app.updates import UpdateService
        from softphone.release.installation import this_installation
        from softphone.release.releases import HttpsReleases
        from softphone.release.source import load_source

        source = load_source(self.resources)
        releases = HttpsReleases(dispatcher, source, self.paths.downloads_dir, f"softphone/{__version__}")
        here = this_installation(__version__, source)
        return UpdateService(releases, here, dispatcher, SystemClock(), settings, tell, busy=busy)

    def store(self) -> SettingsStore:
        """The settings file."""
        return self._store

    def secrets(self, dispatcher: Dispatcher) -> Secrets:
        """The keyring."""
        return KeyringSecrets(dispatcher, service=self.paths.secret_service)

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


@functools.cache
def make_text(language: str) -> Text:
    """The words of ``language``, of the first language where there are none of it; read once."""
    resources = resources_dir()
    if not (resources / "i18n" / language).is_dir():
        language = DEFAULT_LANGUAGE
    return Text(load_texts(resources, language), language)


def _event_fields(event: object) -> RegistrarEvent:
    """A registrar's event for a program: its name in snake case, then its fields."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()
    return {"event": name} | dataclasses.asdict(event)  # type: ignore[call-overload, no-any-return]
