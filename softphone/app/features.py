"""PBX features by number: pickup, park, voicemail, hunt groups. Codes are the provider's or the user's own.

pickup by Replaces: watch the extension ─▸ its ringing dialog ─▸ INVITE with Replaces, else the code
"""

from __future__ import annotations

from softphone.app.accounts import AccountService
from softphone.app.calls import CallService, CannotCall
from softphone.app.changes import Change, LineMoved, Notice, Observer
from softphone.app.settings import SettingsService
from softphone.app.subscriptions import SubscriptionService, TooManyWatched
from softphone.app.transfers import TransferService
from softphone.domain.call import CallState, Direction
from softphone.domain.dial_string import DialStringInvalid
from softphone.domain.dialog_info import Dialog, DialogInfo
from softphone.domain.ports import Dispatcher, Timer
from softphone.domain.provider import FeatureCodes, overriding

DIALOG_WAIT_S = 2.0


class FeatureNotOffered(Exception):
    """The provider has no code for it and the user named none; ``feature`` is its field of FeatureCodes."""

    def __init__(self, feature: str) -> None:
        super().__init__(feature)
        self.feature = feature


class FeatureService:
    """Dials feature codes. Thread: main.

    Errors of everything that dials: FeatureNotOffered, DialStringInvalid, CannotCall.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        calls: CallService,
        transfers: TransferService,
        subscriptions: SubscriptionService,
        accounts: AccountService,
        settings: SettingsService,
        tell: Observer,
    ) -> None:
        self._dispatcher = dispatcher
        self._calls = calls
        self._transfers = transfers
        self._subscriptions = subscriptions
        self._accounts = accounts
        self._settings = settings
        self._tell = tell
        self._waiting: dict[str, Timer] = {}  # extensions whose ringing dialog is awaited

    @property
    def codes(self) -> FeatureCodes:
        """The codes in force: the user's own, else the provider's."""
        profile = self._accounts.profile
        codes = profile.feature_codes if profile is not None else FeatureCodes()
        return overriding(codes, self._settings.now.pbx.feature_codes)

    @property
    def web_page(self) -> str:
        """The PBX's settings page: the user's own, else the provider's; "" where none is known."""
        profile = self._accounts.profile
        return self._settings.now.pbx.web_page or (profile.web_page if profile is not None else "")

    @property
    def voicemail_box(self) -> str:
        """What is dialled to leave a message in one's own box; "" where that is not known."""
        account = self._accounts.account
        if account is None or not self.codes.voicemail_box:
            return ""
        return self.code("voicemail_box", ext=account.user_id)

    def offered(self, feature: str) -> bool:
        """Whether a feature can be used; ``feature`` is a field of FeatureCodes."""
        return bool(getattr(self.codes, feature)) or (feature == "pickup" and self._by_replaces)

    def code(self, feature: str, **values: str) -> str:
        """The code of a feature with its ``{ext}``, ``{number}`` or ``{slot}`` filled in.

        Errors: FeatureNotOffered.
        """
        template: str = getattr(self.codes, feature)
        if not template:
            raise FeatureNotOffered(feature)
        for name, value in values.items():
            template = template.replace(f"{{{name}}}", value)
        return template

    def pickup(self, extension: str) -> None:
        """Take the call that rings at another extension."""
        if not self.offered("pickup"):
            raise FeatureNotOffered("pickup")
        self._calls.callee(extension)  # what cannot be dialled is told now
        ringing = _ringing(self._subscriptions.state(extension))
        if not self._by_replaces:
            self._pickup_by_code(extension)
        elif ringing is not None:
            self._pickup_dialog(extension, ringing)
        elif extension not in self._waiting:
            try:
                self._subscriptions.watch(extension)
            except TooManyWatched:
                self._pickup_by_code(extension)
                return
            self._waiting[extension] = self._dispatcher.call_later(
                DIALOG_WAIT_S, lambda: self._pickup_awaited(extension)
            )

    def group_pickup(self) -> str:
        """Take the call that rings in one's own group; returns the call's key."""
        return self._calls.dial(self.code("group_pickup"))

    def park(self, key: str, slot: str = "") -> None:
        """Park a call by handing it over to the park code; no slot lets the PBX choose one."""
        self._transfers.blind(key, self.code("park", slot=slot))

    def retrieve(self, slot: str) -> str:
        """Take a parked call back; returns its key."""
        return self._calls.dial(self.code("retrieve", slot=slot))

    def voicemail(self) -> str:
        """Call one's voice messages: the code, else the account the server named with them."""
        summary = self._subscriptions.message_summary()
        if not self.codes.voicemail and summary is not None and summary.account_uri:
            return self._calls.dial(summary.account_uri)
        return self._calls.dial(self.code("voicemail"))

    def send_to_voicemail(self, key: str) -> None:
        """Let a caller who waits for an answer leave a message in one's own box."""
        if not self.voicemail_box:
            raise FeatureNotOffered("voicemail_box")
        self._calls.send_elsewhere(key, self.voicemail_box)

    def hunt_login(self, on: bool) -> str:
        """Log in to one's hunt groups, or out."""
        return self._calls.dial(self.code("hunt_login" if on else "hunt_logout"))

    def observe(self, change: Change) -> None:
        """Take the awaited call as soon as its dialog is known."""
        if isinstance(change, LineMoved) and change.extension in self._waiting:
            ringing = _ringing(change.info)
            if ringing is not None or change.status_code >= 300:
                self._pickup_awaited(change.extension)

    @property
    def _by_replaces(self) -> bool:
        profile = self._accounts.profile
        return profile is not None and profile.pickup_by_replaces

    def _pickup_awaited(self, extension: str) -> None:
        """The dialog is known, or will not be: take the call, one way or the other."""
        self._waiting.pop(extension).cancel()
        ringing = _ringing(self._subscriptions.state(extension))
        self._subscriptions.unwatch(extension)
        try:
            if ringing is not None:
                self._pickup_dialog(extension, ringing)
            else:
                self._pickup_by_code(extension)
        except (FeatureNotOffered, DialStringInvalid, CannotCall):
            self._tell(Notice("pickup_nothing", {"number": extension}, "warning"))

    def _pickup_by_code(self, extension: str) -> None:
        self._calls.dial(self.code("pickup", ext=extension))

    def _pickup_dialog(self, extension: str, ringing: Dialog) -> None:
        """Ask the caller's phone to take us for the one that rings: only it can be replaced (RFC 3891 §3).

        A caller from outside is reached through the PBX alone, by the extension their call rings at.
        """
        caller = ringing.remote.number if ringing.remote is not None else ""
        inside = caller.isdecimal() and not caller.startswith("0")
        self._calls.dial(caller if inside else extension, replaces=replaces_value(ringing))


def replaces_value(dialog: Dialog) -> str:
    """The Replaces value for the caller's phone: to-tag is its own tag, from-tag that of the watched phone.

    Source: RFC 3891 §3 and §6.1. In the dialog-info of the watched phone the caller's tag is the remote one.
    """
    tags = f"to-tag={dialog.remote_tag};from-tag={dialog.local_tag}"
    return f"{dialog.sip_call_id};{tags};early-only"


def _ringing(info: DialogInfo | None) -> Dialog | None:
    """The dialog that rings there and can be named, the oldest first."""
    for dialog in info.dialogs if info is not None else ():
        rings = dialog.state is CallState.EARLY and dialog.direction is not Direction.INITIATOR
        if rings and dialog.sip_call_id and dialog.remote_tag:
            return dialog
    return None
