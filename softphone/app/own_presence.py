"""What colleagues see of us: there, 着信拒否, or gone; published while the user lets it be known (RFC 3903).

It is published while nothing is the matter, too: a server that lost the last word on somebody tells their
colleagues that they are away, which is true only once the phone is gone.
"""

from __future__ import annotations

from softphone.app.accounts import AccountService
from softphone.app.changes import Change, RegistrationMoved, SettingsMoved
from softphone.app.settings import SettingsService
from softphone.domain.account import MAIN_ACCOUNT, Account
from softphone.domain.commands import SetPresence
from softphone.domain.events import PresencePublished
from softphone.domain.ports import Engine
from softphone.domain.presence import AVAILABLE, DO_NOT_DISTURB, Presence


class OwnPresence:
    """Tells the engine what to publish, where that is new. Thread: main.

    A server that takes no presence refuses it once, and nobody hears of it.
    """

    def __init__(self, engine: Engine, accounts: AccountService, settings: SettingsService) -> None:
        self._engine = engine
        self._accounts = accounts
        self._settings = settings
        self._told: Presence | None = None
        self._account: Account | None = None
        self._etag = ""  # under which the server has it; a new engine has to take it over

    def observe(self, change: Change) -> None:
        """Follow the switch, and the account that says it."""
        if not isinstance(change, RegistrationMoved | SettingsMoved):
            return
        if not self._accounts.registration.can_call:
            return  # what the engine was told stands until then
        if self._account != self._accounts.account:
            self._account, self._told, self._etag = self._accounts.account, None, ""
        wanted = self._wanted()
        if wanted != self._told:
            self._told = wanted
            self._engine.send(SetPresence(account_key=MAIN_ACCOUNT, presence=wanted, etag=self._etag))

    def published(self, event: PresencePublished) -> None:
        """Remember under which tag the server has it."""
        self._etag = event.etag

    def engine_lost(self) -> None:
        """A new engine knows nothing of us."""
        self._told = None

    def _wanted(self) -> Presence | None:
        settings, profile = self._settings.now, self._accounts.profile
        if not settings.presence.publish or (profile is not None and not profile.presence):
            return None
        return DO_NOT_DISTURB if settings.calls.do_not_disturb else AVAILABLE
