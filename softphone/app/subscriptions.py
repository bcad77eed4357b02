"""Subscriptions: what other extensions do (RFC 4235, 3856), and the voice messages that wait (RFC 3842).

Each watcher counts: an extension is watched until everybody who asked for it has let it go.
"""

from __future__ import annotations

from collections import Counter

from softphone.app.accounts import AccountService
from softphone.app.calls import CannotCall
from softphone.app.changes import (
    Change,
    LineMoved,
    MessageSummaryMoved,
    Observer,
    PresenceMoved,
    RegistrationMoved,
    SettingsMoved,
)
from softphone.app.settings import SettingsService
from softphone.domain.account import MAIN_ACCOUNT, Account
from softphone.domain.commands import Unwatch, Watch
from softphone.domain.dial_plan import plan_number
from softphone.domain.dial_string import clean_dial_string, target_uri
from softphone.domain.dialog_info import DialogInfo
from softphone.domain.errors import FailureCause
from softphone.domain.events import DialogInfoChanged, MessageSummaryChanged, PresenceChanged
from softphone.domain.message_summary import MessageSummary
from softphone.domain.ports import Engine
from softphone.domain.presence import Presence

MAX_WATCHED = 256


class TooManyWatched(CannotCall):
    """No more than 256 extensions can be watched."""

    def __init__(self) -> None:
        super().__init__(FailureCause.TOO_MANY_SUBSCRIPTIONS)


class SubscriptionService:
    """Knows what is watched, and hears what the engine says of it. Thread: main."""

    def __init__(
        self, engine: Engine, accounts: AccountService, settings: SettingsService, tell: Observer
    ) -> None:
        self._engine = engine
        self._accounts = accounts
        self._settings = settings
        self._tell = tell
        self._watched: Counter[str] = Counter()
        self._told: dict[str, str] = {}  # extension as asked for: the URI the engine watches
        self._account: Account | None = None
        self._states: dict[str, DialogInfo | None] = {}
        self._presences: dict[str, Presence | None] = {}
        self._reasons: dict[str, int] = {}  # why a state is not known; of those that were answered for
        self._summaries: dict[str, MessageSummary] = {}

    @property
    def watched(self) -> tuple[str, ...]:
        """The extensions and URIs that are watched, as they were asked for."""
        return tuple(self._watched)

    def watch(self, extension: str) -> None:
        """Watch an extension, or a SIP URI.

        Errors: DialStringInvalid; TooManyWatched.
        """
        clean_dial_string(extension)
        if extension not in self._watched and len(self._watched) >= MAX_WATCHED:
            raise TooManyWatched
        self._watched[extension] += 1
        self._ask(extension)

    def unwatch(self, extension: str) -> None:
        """Let an extension go; harmless where it is not watched."""
        self._watched[extension] -= 1
        if self._watched[extension] <= 0:
            del self._watched[extension]
            self._let_go(extension)

    def state(self, extension: str) -> DialogInfo | None:
        """What a watched extension does; None while nobody told us."""
        return self._states.get(self._told.get(extension, ""))

    def presence(self, extension: str) -> Presence | None:
        """What a watched extension's person says; None while nobody told us."""
        return self._presences.get(self._told.get(extension, ""))

    def reason(self, extension: str) -> int | None:
        """The status code that came in a state's place, 0 for silence; None while an answer is awaited."""
        return self._reasons.get(self._told.get(extension, ""))

    def retry(self, extension: str) -> None:
        """Ask once more for an extension the server refused."""
        uri = self._told.get(extension, "")
        if uri and self.state(extension) is None:
            self._reasons.pop(uri, None)
            self._send_watch(uri)

    def message_summary(self, account_key: str = MAIN_ACCOUNT) -> MessageSummary | None:
        """The messages that wait for an account; None while nobody told us."""
        return self._summaries.get(account_key)

    def dialogs_changed(self, event: DialogInfoChanged) -> None:
        """Take the engine's word on an extension that is still watched."""
        extensions = [extension for extension, uri in self._told.items() if uri == event.uri]
        if extensions:
            self._states[event.uri] = event.info
            if self._accounts.registration.can_call:
                self._reasons[event.uri] = event.status_code
        for extension in extensions:
            self._tell(LineMoved(extension, event.info, event.status_code))

    def presence_changed(self, event: PresenceChanged) -> None:
        """Take the engine's word on a person who is still watched."""
        extensions = [extension for extension, uri in self._told.items() if uri == event.uri]
        if extensions:
            self._presences[event.uri] = event.presence
        for extension in extensions:
            self._tell(PresenceMoved(extension, event.presence))

    def messages_changed(self, event: MessageSummaryChanged) -> None:
        """Take the engine's word on the messages."""
        self._summaries[event.account_key] = event.summary
        self._tell(MessageSummaryMoved(event.account_key, event.summary))

    def observe(self, change: Change) -> None:
        """Ask the server once it knows us; let go where the account becomes another one."""
        if not isinstance(change, SettingsMoved | RegistrationMoved):
            return
        if self._account is not None and self._account != self._accounts.account:
            self._let_all_go()
            self._account = None
        if isinstance(change, SettingsMoved):
            self._replan()
        elif not change.registration.can_call:
            self._reasons.clear()
        if isinstance(change, RegistrationMoved) and change.registration.can_call:
            self._account = self._accounts.account
            for extension in self._watched:
                self._ask(extension)

    def engine_lost(self) -> None:
        """Nobody tells us anything; a new engine is asked again when it is registered."""
        self._forget_states()
        self._told.clear()

    def _ask(self, extension: str) -> None:
        """Have an extension watched, where the server knows us and is not asked yet."""
        account = self._account
        if account is None or extension in self._told or not self._accounts.registration.can_call:
            return
        uri = self._uri(extension, account)
        known = uri in self._told.values()
        self._told[extension] = uri
        if not known:
            self._send_watch(uri)

    def _send_watch(self, uri: str) -> None:
        profile = self._accounts.profile
        presence = profile is None or profile.presence
        self._engine.send(Watch(account_key=MAIN_ACCOUNT, uri=uri, presence=presence))

    def _uri(self, extension: str, account: Account) -> str:
        """What is watched is what a call to ``extension`` would ring."""
        planned = plan_number(
            clean_dial_string(extension), self._settings.now.dialling, self._accounts.profile
        )
        return str(target_uri(planned.number, account.server))

    def _replan(self) -> None:
        """Numbers are completed in another way: watch what they mean now."""
        account = self._account
        if account is None:
            return
        for extension, uri in tuple(self._told.items()):
            if uri != self._uri(extension, account):
                self._let_go(extension)
                self._tell(LineMoved(extension, None))
                self._ask(extension)

    def _let_go(self, extension: str) -> None:
        uri = self._told.pop(extension, "")
        if uri and uri not in self._told.values():
            self._states.pop(uri, None)
            self._presences.pop(uri, None)
            self._reasons.pop(uri, None)
            self._engine.send(Unwatch(account_key=MAIN_ACCOUNT, uri=uri))

    def _let_all_go(self) -> None:
        """Another account: nothing that was told belongs to it."""
        self._forget_states()
        for account_key in tuple(self._summaries):
            del self._summaries[account_key]
            self._tell(MessageSummaryMoved(account_key, MessageSummary(waiting=False)))
        for extension in tuple(self._told):
            self._let_go(extension)

    def _forget_states(self) -> None:
        known = [extension for extension in self._told if self.state(extension) is not None]
        seen = [extension for extension in self._told if self.presence(extension) is not None]
        self._states.clear()
        self._presences.clear()
        self._reasons.clear()
        for extension in known:
            self._tell(LineMoved(extension, None))
        for extension in seen:
            self._tell(PresenceMoved(extension, None))
