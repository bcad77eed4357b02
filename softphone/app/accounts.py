"""The account: saved, its password fetched from the keyring, handed to the engine, its registration told."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from softphone.app.changes import Notice, Observer, RegistrationMoved
from softphone.app.settings import SettingsService
from softphone.domain.account import (
    MAIN_ACCOUNT,
    Account,
    AccountForm,
    AccountInvalid,
    FieldProblem,
    Registration,
    RegistrationCause,
    RegistrationState,
    halfwidth_form,
    parse_account,
)
from softphone.domain.commands import Register, RemoveAccount, SetAccount
from softphone.domain.events import RegistrationChanged
from softphone.domain.ports import Engine, SecretResult, Secrets
from softphone.domain.provider import ProviderProfile, choose_profile


class AccountService:
    """The one account of this phone. Thread: main."""

    def __init__(
        self,
        engine: Engine,
        secrets: Secrets,
        settings: SettingsService,
        profiles: tuple[ProviderProfile, ...],
        tell: Observer,
    ) -> None:
        self._engine = engine
        self._secrets = secrets
        self._settings = settings
        self._profiles = profiles
        self._tell = tell
        self._registration = Registration()
        self._password_known = False
        self._run_account: Account | None = None

    @property
    def account(self) -> Account | None:
        """The account in use: that of this run where one was given, else that of the settings."""
        return self._run_account or self._settings.now.account

    @property
    def registration(self) -> Registration:
        """How it is doing."""
        return self._registration

    @property
    def password_known(self) -> bool:
        """A password is stored (or kept for this run): the page may leave the field empty."""
        return self._password_known

    @property
    def profile(self) -> ProviderProfile | None:
        """The provider profile of the account, where one fits."""
        return self._profile_for(self.account)

    def start(self) -> None:
        """Fetch the password and register; 未設定 where there is no account."""
        account = self.account
        if account is None:
            self._move(Registration())
            return
        if self._run_account is not None:
            return
        self._move(Registration(state=RegistrationState.REGISTERING))
        self._secrets.load(secret_name(account), lambda result: self._password_loaded(account, result))

    def save(self, form: AccountForm, done: Callable[[], None] | None = None) -> None:
        """Save the page and register with it; ``done`` when it is stored.

        An empty password keeps the stored one where user and server are the same. With another provider comes
        that provider's outside prefix, unless the user chose one.
        Errors: AccountInvalid, nothing is changed.
        """
        old = self._settings.now.account
        form = halfwidth_form(form)
        account = parse_account(form, password_known=self._password_known)
        same = old is not None and secret_name(old) == secret_name(account)
        if not form.password and not same:
            raise AccountInvalid((FieldProblem("password", "required"),))
        self._run_account = None
        dialling = self._settings.now.dialling
        profile, profile_before = self._profile_for(account), self._profile_for(old)
        if dialling.outside_prefix == _outside_prefix(profile_before):
            dialling = replace(dialling, outside_prefix=_outside_prefix(profile))
        self._settings.change_fields(account=account, dialling=dialling)
        if account.service_code and profile is None:
            self._tell(Notice("unknown_service_code", {"code": account.service_code}, "warning", "account"))
        self._move(Registration(state=RegistrationState.REGISTERING))
        if not form.password:
            self._secrets.load(secret_name(account), lambda result: self._password_loaded(account, result))
            if done:
                done()
            return
        if old is not None and not same:
            self._secrets.forget(secret_name(old), lambda result: None)

        def saved(result: SecretResult) -> None:
            if result.problem:
                self._tell(Notice(f"keyring_{result.problem}", {}, "warning", "account"))
            if done:
                done()

        self._password_known = True
        self._secrets.save(secret_name(account), form.password, saved)
        self._engine.send(SetAccount(account=account, password=form.password))

    def use(self, account: Account, password: str) -> None:
        """Register with an account for this run only; nothing is stored."""
        self._run_account = account
        self._password_known = True
        self._move(Registration(state=RegistrationState.REGISTERING))
        self._engine.send(SetAccount(account=account, password=password))

    def retry(self) -> None:
        """Register now."""
        if self._registration.state in (RegistrationState.UNCONFIGURED, RegistrationState.REGISTERED):
            return
        if self._registration.cause is RegistrationCause.NO_PASSWORD:
            self.start()
            return
        self._engine.send(Register(account_key=MAIN_ACCOUNT))

    def remove(self) -> None:
        """Forget the account and its password."""
        account = self.account
        if account is None:
            return
        self._engine.send(RemoveAccount(account_key=account.key))
        self._secrets.forget(secret_name(account), lambda result: None)
        self._password_known = False
        self._run_account = None
        self._settings.change_fields(account=None)
        self._move(Registration())

    def handle(self, event: RegistrationChanged) -> None:
        """Take the engine's word."""
        self._move(
            Registration(
                account_key=event.account_key,
                state=event.state,
                cause=event.cause,
                status_code=event.status_code,
                reason_phrase=event.reason_phrase,
                retry_in_s=event.retry_in_s,
            )
        )

    def engine_lost(self) -> None:
        """The engine died: what was registered is not for the moment."""
        if self._registration.can_call:
            self._move(replace(self._registration, state=RegistrationState.REGISTERING))

    def _profile_for(self, account: Account | None) -> ProviderProfile | None:
        if account is None:
            return None
        return choose_profile(self._profiles, service_code=account.service_code, host=account.server.host)

    def _password_loaded(self, account: Account, result: SecretResult) -> None:
        if account != self.account:
            return
        self._password_known = result.password is not None
        if result.password is not None:
            self._engine.send(SetAccount(account=account, password=result.password))
            return
        if result.problem:
            self._tell(Notice(f"keyring_{result.problem}_load", {}, "warning", "account"))
        self._move(Registration(state=RegistrationState.AUTH_FAILED, cause=RegistrationCause.NO_PASSWORD))

    def _move(self, registration: Registration) -> None:
        self._registration = registration
        self._tell(RegistrationMoved(registration))


def _outside_prefix(profile: ProviderProfile | None) -> str:
    return profile.outside_prefix if profile is not None else ""


def secret_name(account: Account) -> str:
    """The name an account's password stands under in the keyring: one password per user and host."""
    return f"{account.user_id}@{account.server.host}"
