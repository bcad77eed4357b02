"""What colleagues see of us: 着信拒否, published while it is on and the user lets it be known (RFC 3903)."""

from __future__ import annotations

from softphone.app.accounts import AccountService
from softphone.app.changes import Change, RegistrationMoved, SettingsMoved
from softphone.app.settings import SettingsService
from softphone.domain.account import MAIN_ACCOUNT, Account
from softphone.domain.commands import SetPresence
from softphone.domain.ports import Engine
from softphone.domain.presence import DO_NOT_DISTURB, Presence


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

    def observe(self, change: Change) -> None:
        """Follow the switch, and the account that says it."""
        if not isinstance(change, RegistrationMoved | SettingsMoved):
            return
        if not self._accounts.registration.can_call:
            return  # what the engine was told stands until then
        if self._account != self._accounts.account:
            self._account, self._told = self._accounts.account, None
        wanted = self._wanted()
        if wanted != self._told:
            self._told = wanted
            self._engine.send(SetPresence(account_key=MAIN_ACCOUNT, presence=wanted))

    def engine_lost(self) -> None:
        """A new engine knows nothing of us."""
        self._told = None

    def _wanted(self) -> Presence | None:
        settings, profile = self._settings.now, self._accounts.profile
        may = settings.presence.publish and (profile is None or profile.presence)
        return DO_NOT_DISTURB if may and settings.calls.do_not_disturb else None
