"""What ``main`` hands to the verbs: the phone's parts, built but not started."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from softphone.app.changes import Observer
from softphone.app.people import People
from softphone.app.phone import Phone
from softphone.app.settings import SettingsService
from softphone.app.text import Text
from softphone.domain.commands import AudioConfig, RedirectPolicy
from softphone.domain.pbx import EXTENSIONS_ONLY, PbxPlan
from softphone.domain.ports import Dispatcher, Engine, Secrets, SettingsStore

if TYPE_CHECKING:
    from softphone.app.updates import UpdateService


class PhoneOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a run asks of its phone beyond the settings. None: as the settings say."""

    audio: AudioConfig | None = None
    codecs: tuple[str, ...] = ()
    max_calls: int | None = None
    redirects: RedirectPolicy | None = None
    bind_host: str = ""
    log_level: int | None = None


class RegistrarPorts(msgspec.Struct, frozen=True, kw_only=True):
    """Where the local registrar listens."""

    host: str
    udp_port: int
    tcp_port: int


class PortBusy(Exception):
    """The registrar's port is taken by another program."""


class NoPhone(Exception):
    """No phone of this user and folder runs."""


class PhoneSilent(NoPhone):
    """One runs, but does not answer."""


class Control(Protocol):
    """A running phone, as ``softphone ctl`` sees it. ``ask`` raises NoPhone where it goes away."""

    def ask(self, request: Mapping[str, object]) -> Mapping[str, object]:
        """Send a request and wait for its answer."""

    def messages(self) -> Iterator[Mapping[str, object]]:
        """What the phone tells after that, until it ends."""


RegistrarEvent = Mapping[str, str | int]  # "event" and what it carries


class Services(Protocol):
    """The composition of one run. Thread: main."""

    @property
    def text(self) -> Text:
        """The words of this run's language."""

    @property
    def resources(self) -> Path:
        """``resources/`` of the program."""

    @property
    def password(self) -> str:
        """What SOFTPHONE_PASSWORD held, already gone from the environment; "" where it was not set."""

    def phone(self, dispatcher: Dispatcher, options: PhoneOptions) -> Phone:
        """A phone on a real engine process, not started."""

    def window(self, *, demo: bool) -> int:
        """The window instead of a headless run; its exit code. ``demo``: on an embedded registrar."""

    def engine_pid(self) -> int:
        """The process id of the phone's engine; 0 where none runs."""

    def controlled(
        self, phone: Phone, dispatcher: Dispatcher, leave: Callable[[], None]
    ) -> AbstractContextManager[None]:
        """While the context is open, ``softphone ctl`` reaches ``phone``; its ``quit`` calls ``leave``."""

    def control(self) -> AbstractContextManager[Control]:
        """The phone that runs. Errors on entering: NoPhone."""

    def updates(
        self, dispatcher: Dispatcher, settings: SettingsService, tell: Observer
    ) -> UpdateService | None:
        """What looks for new versions of the phone; None where the administrator forbids it."""

    def store(self) -> SettingsStore:
        """The settings file."""

    def secrets(self, dispatcher: Dispatcher) -> Secrets:
        """The keyring."""

    def people(self, dispatcher: Dispatcher) -> People:
        """Phone book, history and what reads numbers and files, on the files of this run."""

    def engine_process(self, dispatcher: Dispatcher) -> Engine:
        """An engine process of this program, not started."""

    def try_libraries(self) -> tuple[dict[str, str], tuple[str, ...]]:
        """Load what is loaded only when it is needed: (what fails, in its words; what the machine lacks)."""

    def try_window(self) -> Mapping[str, object]:
        """Show the real window in every language for a moment; what was seen. Errors: Fault."""

    def registrar(
        self,
        host: str,
        port: int,
        users: Iterable[tuple[str, str]],
        on_event: Callable[[RegistrarEvent], None],
        pbx: PbxPlan = EXTENSIONS_ONLY,
    ) -> AbstractContextManager[RegistrarPorts]:
        """The local registrar on a thread of its own, running while the context is open.

        ``pbx``: what it does beside its extensions. ``on_event`` is called on that thread.
        Errors on entering: PortBusy, OSError.
        """
