"""The phone: the services together, every engine event handed to the one that owns it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from softphone.app.accounts import AccountService
from softphone.app.after_answer import AfterAnswer
from softphone.app.alerting import AlertingService
from softphone.app.call_table import CallTable
from softphone.app.calls import CallService
from softphone.app.changes import (
    Change,
    ContactsMoved,
    DtmfHeard,
    DtmfTold,
    HistoryMoved,
    Notice,
    Observer,
    SettingsMoved,
)
from softphone.app.colleagues import ColleagueService
from softphone.app.conference import ConferenceService
from softphone.app.contact_export import ExportService
from softphone.app.contact_import import ImportService
from softphone.app.contacts import ContactService
from softphone.app.devices import AudioEvent, DeviceService
from softphone.app.directories import CallerLookup, DirectoryService
from softphone.app.features import FeatureService
from softphone.app.forwarding import ForwardingService
from softphone.app.history import HistoryService
from softphone.app.holding import Holding
from softphone.app.hooks import HookService
from softphone.app.own_presence import OwnPresence
from softphone.app.people import People
from softphone.app.recording import RecordingService
from softphone.app.screening import ScreeningService
from softphone.app.search import SearchService
from softphone.app.settings import SettingsService
from softphone.app.subscriptions import SubscriptionService
from softphone.app.surroundings import Surroundings
from softphone.app.transfers import TransferService
from softphone.domain.account import Account
from softphone.domain.commands import AudioConfig, Configure, RedirectPolicy
from softphone.domain.desktop import NO_DESKTOP, Desktop
from softphone.domain.events import (
    AnyEvent,
    CallCreated,
    CallEvent,
    CallRefused,
    CommandFailed,
    ConferenceChanged,
    DialogInfoChanged,
    DtmfReceived,
    DtmfSent,
    EngineLost,
    EngineRestarted,
    MessageSummaryChanged,
    PresenceChanged,
    PresencePublished,
    RecordingFailed,
    RegistrationChanged,
)
from softphone.domain.media import DEFAULT_CODECS
from softphone.domain.policy import Policy
from softphone.domain.ports import (
    Clock,
    Dispatcher,
    Engine,
    Programs,
    Secrets,
    SettingsStore,
    StoreTrouble,
)
from softphone.domain.provider import ProviderProfile
from softphone.domain.surroundings import SurroundingPorts

if TYPE_CHECKING:
    from softphone.app.updates import UpdateService

_log = logging.getLogger(__name__)


class Phone:
    """Everything a window or a command line drives. Thread: main.

    ``audio`` fixes the sound of this run (files, devices of the command line), ``codecs``, ``max_calls`` and
    ``redirects`` likewise. ``recordings_folder`` takes recordings while the settings name none; ``policy``
    is the administrator's. Without ``programs`` no command of the user's runs on a call. Whoever shows a
    window gives ``surroundings`` and starts them once it is painted; ``desktop`` and ``updates`` are set no
    sooner either.
    """

    def __init__(
        self,
        *,
        engine: Engine,
        dispatcher: Dispatcher,
        clock: Clock,
        store: SettingsStore,
        secrets: Secrets,
        profiles: tuple[ProviderProfile, ...],
        people: People,
        user_agent: str,
        audio: AudioConfig | None = None,
        codecs: tuple[str, ...] = (),
        max_calls: int | None = None,
        redirects: RedirectPolicy | None = None,
        bind_host: str = "",
        log_level: int | None = None,
        recordings_folder: str = "",
        policy: Policy = Policy(),
        programs: Programs | None = None,
        desktop: Desktop = NO_DESKTOP,
        surroundings: SurroundingPorts = SurroundingPorts(),
    ) -> None:
        self._engine = engine
        self._post = dispatcher.post
        self._user_agent = user_agent
        self._codecs = codecs
        self._max_calls = max_calls
        self._redirects = redirects
        self._bind_host = bind_host
        self._log_level = log_level
        self._configured: Configure | None = None
        self._observers: list[Observer] = []
        self.policy, self.desktop = policy, desktop
        self.updates: UpdateService | None = None
        self.settings = SettingsService(store, self._tell)
        self.accounts = AccountService(engine, secrets, self.settings, profiles, self._tell)
        self._build_people(people, dispatcher, clock)
        self.devices = DeviceService(engine, dispatcher, self.settings, self._tell, audio)
        self.alerting = AlertingService(engine, dispatcher)
        self._build_calls(dispatcher, clock, surroundings)
        self.recording = RecordingService(
            engine, clock, self._table, self.settings, self._tell, policy, recordings_folder
        )
        self.directories = DirectoryService(people, secrets, self.settings, dispatcher, clock, self._tell)
        self.search = SearchService(self.contacts, self.history, self.numbers.shown, self.directories)
        self._observe_all(programs)

    def _observe_all(self, programs: Programs | None) -> None:
        """Who hears of calls and settings once the calls themselves have followed."""
        for observer in (
            self.alerting.observe,
            self.recording.observe,
            self.history.observe,
            self.directories.observe,
            CallerLookup(self.directories, self._table).observe,
        ):
            self.observe(observer)
        if programs is not None:
            self.observe(HookService(programs, self.settings, self.policy, self._tell).observe)

    def _build_people(self, people: People, dispatcher: Dispatcher, clock: Clock) -> None:
        """The services of the phone book and the history."""
        self.numbers = people.numbers
        self.contacts = ContactService(people.contacts, self._tell)
        self.contact_import = ImportService(self.contacts, people, dispatcher, self._tell)
        self.contact_export = ExportService(people, dispatcher, self._tell)
        self.history = HistoryService(people, dispatcher, clock, self.settings, self._tell)

    def _build_calls(self, dispatcher: Dispatcher, clock: Clock, surroundings: SurroundingPorts) -> None:
        """The services of calls; they follow every call before anybody else is told."""
        engine, tell = self._engine, self._tell
        self._table = CallTable(clock, tell, self.contacts.find)
        self._holding = Holding(engine, self._table)
        after_answer = AfterAnswer(engine)
        self.calls = CallService(
            engine, self._table, self._holding, after_answer, self.accounts, self.settings, tell
        )
        self.transfers = TransferService(engine, dispatcher, self._table, self._holding, self.calls, tell)
        self.conference = ConferenceService(
            engine, self._table, self._holding, self.calls, self.transfers, tell
        )
        self.surroundings = Surroundings(surroundings, self.calls, self.settings, tell)
        self._build_pbx(dispatcher, clock)
        for observer in (
            self._table.observe,
            self._holding.observe,
            after_answer.observe,
            self.transfers.observe,
            self.screening.observe,
            self.forwarding.observe,
            self.subscriptions.observe,
            self.features.observe,
            self.surroundings.observe,
            self.colleagues.observe,
            self._own_presence.observe,
        ):
            self.observe(observer)

    def _build_pbx(self, dispatcher: Dispatcher, clock: Clock) -> None:
        """The services of the PBX behind the calls, and of what the phone does with a caller by itself."""
        engine, tell = self._engine, self._tell
        self.subscriptions = SubscriptionService(engine, self.accounts, self.settings, tell)
        self.colleagues = ColleagueService(
            self.subscriptions, self.contacts, self.accounts, self.settings, tell
        )
        self._own_presence = OwnPresence(engine, self.accounts, self.settings)
        self.features = FeatureService(
            dispatcher, self.calls, self.transfers, self.subscriptions, self.accounts, self.settings, tell
        )
        self.screening = ScreeningService(
            engine,
            dispatcher,
            clock,
            self._table,
            self.calls,
            self.settings,
            lambda: self.features.voicemail_box,
            tell,
        )
        self.forwarding = ForwardingService(
            dispatcher,
            clock,
            self._table,
            self.calls,
            self.features,
            self.accounts,
            self.settings,
            tell,
        )

    @property
    def illegal_events(self) -> int:
        """Events of the engine that no call could take."""
        return self._table.illegal_events

    def observe(self, observer: Observer) -> Callable[[], None]:
        """Tell ``observer`` of every change; call the result to stop."""
        self._observers.append(observer)
        return lambda: self._observers.remove(observer)

    def tell(self, change: Change) -> None:
        """Tell every observer what is known outside the services."""
        self._tell(change)

    def start(self, account: Account | None = None, password: str = "") -> None:
        """Start the engine and register: with ``account`` for this run only, or with the stored one."""
        self._engine.start(self._on_event)
        self._configure()
        self.settings.start()
        self._open_store()
        self.directories.start()
        if account is None:
            self.accounts.start()
        else:
            self.accounts.use(account, password)

    def _open_store(self) -> None:
        """Open history and phone book; what was wrong with them is told, and telephoning goes on."""

        def later(trouble: StoreTrouble) -> None:  # it shows in the midst of a question: not told within it
            self._post(lambda: self._tell_trouble(trouble))

        trouble = self.history.rows.open(later) or self.contacts.book.open(later)
        if trouble is not None:
            self._tell_trouble(trouble)
        self.history.start()

    def _tell_trouble(self, trouble: StoreTrouble) -> None:
        _log.error("the database: %s %s", trouble.code, trouble.detail)
        self._tell(Notice(f"store_{trouble.code}", {"file": trouble.kept_aside}, "error"))
        self._tell(ContactsMoved())
        self._tell(HistoryMoved())

    def stop(self, on_stopped: Callable[[], None]) -> None:
        """Hang up, unregister, end the engine."""
        self.directories.stop()
        self.surroundings.stop()
        self._engine.stop(on_stopped)

    def _on_event(self, event: AnyEvent) -> None:
        if isinstance(event, CallCreated):
            self.screening.created(event)
        elif isinstance(event, CallEvent):
            self._table.handle(event)
        elif isinstance(event, RegistrationChanged):
            self.accounts.handle(event)
        elif isinstance(event, AudioEvent):
            self.devices.handle(event)
        elif isinstance(event, DtmfReceived):
            self._tell(DtmfHeard(event.key, event.digit))
        elif isinstance(event, DtmfSent):
            self._tell(DtmfTold(event.key, event.digits))
        elif isinstance(event, CallRefused):
            self._table.refused(event)
        elif isinstance(event, ConferenceChanged):
            self._table.conference(event)
        elif isinstance(event, RecordingFailed):
            self.recording.failed(event)
        elif isinstance(event, DialogInfoChanged):
            self.subscriptions.dialogs_changed(event)
        elif isinstance(event, PresenceChanged):
            self.subscriptions.presence_changed(event)
        elif isinstance(event, PresencePublished):
            self._own_presence.published(event)
        elif isinstance(event, MessageSummaryChanged):
            self.subscriptions.messages_changed(event)
        elif isinstance(event, CommandFailed):
            self._refused(event)
        elif isinstance(event, EngineLost):
            self._engine_lost(event)
        elif isinstance(event, EngineRestarted):
            self._tell(Notice("engine_restarted", {"after_s": f"{event.after_s:.1f}"}))

    def _refused(self, event: CommandFailed) -> None:
        """A command came to nothing: whoever sent it deals with it, else it is told."""
        _log.warning("refused: %r", event)
        self._holding.failed(event)
        if event.command == "MakeCall":
            self._table.dial_failed(event)
        elif self.screening.failed(event) or self.transfers.failed(event):
            return
        elif event.command == "SetConference" or self._table.find(event.key) is not None:
            self._tell(Notice(f"failed_{event.command.lower()}", {}, "warning"))

    def _engine_lost(self, event: EngineLost) -> None:
        _log.error("engine ended with %d: %s", event.exit_code, event.stderr_tail[-2000:])
        self._table.engine_lost()
        self.alerting.engine_lost()
        self.subscriptions.engine_lost()
        self._own_presence.engine_lost()
        self.accounts.engine_lost()
        self._tell(Notice("engine_lost", {"exit_code": str(event.exit_code)}, "warning"))

    def _configure(self) -> None:
        """Tell the engine what it must know, where that is new. Other sound alone is ``devices``' to tell."""
        settings = self.settings.now
        profile = self.accounts.profile
        configure = Configure(
            instance_id=settings.instance_id,
            user_agent=self._user_agent,
            audio=self.devices.config(),
            codecs=self._codecs or settings.codecs or (profile.codecs if profile else DEFAULT_CODECS),
            max_calls=settings.calls.max_calls if self._max_calls is None else self._max_calls,
            rtp_timeout_s=settings.calls.rtp_timeout_s,
            follow_redirects=self._redirects or settings.calls.redirects,
            accept_transfers=settings.calls.accept_transfers,
            bind_host=self._bind_host,
            log_level=settings.log_level if self._log_level is None else self._log_level,
        )
        told = self._configured
        if told is None or replace(configure, audio=told.audio) != told:
            self._configured = configure
            self._engine.send(configure)

    def _tell(self, change: Change) -> None:
        if isinstance(change, SettingsMoved) and self._configured is not None:
            self._configure()
        for observer in tuple(self._observers):
            observer(change)
