"""One account in the library: its configuration, its REGISTERs, and the INVITEs that come for it.

PJSIP never resolves a name: a hidden route takes every request to the address that was found.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pjsua2 as pj

from softphone.domain.account import Account, Transport
from softphone.domain.uri import UriInvalid, parse_sip_uri
from softphone.engine.errors import PJ_EBUSY, PJSIP_EBUSY, EngineError, guarded, pj_call
from softphone.engine.reachability import Found
from softphone.engine.translate import RegistrationAnswer, registration_answer

RTP_PORT = 20_000
RTP_PORT_RANGE = 20_000
UNREGISTER_WAIT_MS = 500
CONTACT_REWRITE_LATER = 2  # update the Contact with the next REGISTER, without unregistering first


class IncomingInvite(msgspec.Struct, frozen=True, kw_only=True):
    """An INVITE, copied: the library's call id (none where it refused by itself) and the whole message."""

    account_key: str
    message: str
    pj_call_id: int = pj.PJSUA_INVALID_ID


def called_user(message: str) -> str:
    """The user part of a request's Request-URI; "" where there is none."""
    parts = message.partition("\r\n")[0].split(" ")
    try:
        return parse_sip_uri(parts[1]).user if len(parts) == 3 else ""
    except UriInvalid:
        return ""


class PjAccount(pj.Account):
    """The callbacks of one account, copied and passed on. Held by ``PjRegistrar`` alone."""

    def __init__(
        self,
        key: str,
        on_started: Callable[[], None],
        on_answer: Callable[[RegistrationAnswer], None],
        on_invite: Callable[[IncomingInvite], None],
        on_summary: Callable[[str, bytes], None],
    ) -> None:
        super().__init__()
        self._key = key
        self._on_started = on_started
        self._on_answer = on_answer
        self._on_invite = on_invite
        self._on_summary = on_summary

    @guarded
    def onRegState(self, prm: pj.OnRegStateParam) -> None:
        """A REGISTER is over. Thread: engine."""
        self._on_answer(registration_answer(prm))

    @guarded
    def onRegStarted(self, prm: pj.OnRegStartedParam) -> None:
        """A REGISTER was sent, a refresh too. Thread: engine."""
        if prm.renew:
            self._on_started()

    @guarded
    def onIncomingCall(self, prm: pj.OnIncomingCallParam) -> None:
        """An INVITE came. Thread: engine."""
        message = str(prm.rdata.wholeMsg)
        self._on_invite(IncomingInvite(account_key=self._key, pj_call_id=int(prm.callId), message=message))

    @guarded
    def onMwiInfo(self, prm: pj.OnMwiInfoParam) -> None:
        """A NOTIFY of message-summary came that nobody subscribed to (RFC 3842 §3.4). Thread: engine."""
        body = str(prm.rdata.wholeMsg).partition("\r\n\r\n")[2]
        self._on_summary(str(prm.rdata.srcAddress), body.encode("utf-8", "replace"))


class PjRegistrar:
    """Makes and changes the PjAccount of one key (port ``registration.Registrar``). Thread: engine."""

    def __init__(
        self,
        account: Account,
        password: str,
        *,
        instance_id: str,
        bind_host: str,
        need_transport: Callable[[Transport], None],
        on_answer: Callable[[RegistrationAnswer], None],
        on_invite: Callable[[IncomingInvite], None],
        on_summary: Callable[[bytes], None],
    ) -> None:
        self._account = account
        self._password = password
        self._instance_id = instance_id
        self._bind_host = bind_host
        self._need_transport = need_transport
        self._on_answer = on_answer
        self._found: Found | None = None
        self._stale = True
        self._under_way = False
        self._on_summary = on_summary
        self._pj: PjAccount | None = PjAccount(
            account.key, self._started, self._answered, on_invite, self._summarised
        )
        self._created = False

    @property
    def pj_account(self) -> PjAccount | None:
        """For making calls; None before the server was found, and after ``close``."""
        return self._pj if self._created else None

    def replace(self, account: Account, password: str) -> None:
        """Use another account or password from the next REGISTER on."""
        self._account, self._password = account, password
        self._stale = True

    def register(self, found: Found) -> bool:
        """Send REGISTER through ``found``; False where one is under way already. Errors: EngineError."""
        if self._pj is None:
            return False
        self._need_transport(found.transport)
        changed = self._stale or self._found != found
        self._found, self._stale = found, False
        if not self._created:
            pj_call(self._pj.create, self._config(found))
            self._created = True
        elif changed:
            # Only a modify that may register makes the library's registration client anew; with
            # disableRegOnModify the old password and registrar would stay in use.
            self._under_way = False
            pj_call(self._pj.modify, self._config(found))
        if self._under_way:
            return changed
        try:
            pj_call(self._pj.setRegistration, True)
        except EngineError as error:
            if error.status not in (PJSIP_EBUSY, PJ_EBUSY):
                raise
            return False
        self._under_way = True
        return True

    def unregister(self) -> bool:
        """Send REGISTER with Expires 0; False where there is nothing to take back."""
        if self._pj is None or not self._created:
            return False
        try:
            pj_call(self._pj.setRegistration, False)
        except EngineError:
            return False
        return True

    def close(self) -> None:
        """Drop the account; its calls must be over. Errors: EngineError."""
        account, self._pj = self._pj, None
        if account is not None and self._created:
            self._created = False
            pj_call(account.shutdown)

    def _started(self) -> None:
        self._under_way = True

    def _answered(self, answer: RegistrationAnswer) -> None:
        self._under_way = False
        self._on_answer(answer)

    def _summarised(self, source: str, body: bytes) -> None:
        """Only the server knows of messages: Message-Account is a number the phone will dial."""
        if self._found is not None and source.rpartition(":")[0] == self._found.address:
            self._on_summary(body)

    def _config(self, found: Found) -> pj.AccountConfig:
        account = self._account
        tcp = ";transport=tcp" if account.transport is Transport.TCP else ""
        config = pj.AccountConfig()
        name = account.display_name.replace("\\", "\\\\").replace('"', '\\"')
        config.idUri = f'"{name}" <{account.aor}>' if name else f"<{account.aor}>"
        registration = config.regConfig
        registration.registrarUri = f"sip:{account.server}{tcp}"
        registration.registerOnAdd = False
        registration.timeoutSec = account.expires_s
        registration.retryIntervalSec = 0
        registration.firstRetryIntervalSec = 0
        registration.randomRetryIntervalSec = 0
        registration.unregWaitMsec = UNREGISTER_WAIT_MS
        registration.dropCallsOnFail = False
        config.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", account.username, 0, self._password))
        # "hide" keeps the Route out of the message (pjproject #832). "facing" makes it another route where
        # our own address changed: only then does modify renew the Contact.
        route = f"<sip:{found.address}:{found.port}{tcp};lr;hide;facing={found.local_address}>"
        config.sipConfig.proxies.append(route)
        config.natConfig.sipOutboundInstanceId = f"<urn:uuid:{self._instance_id}>"
        config.natConfig.contactRewriteUse = CONTACT_REWRITE_LATER
        config.callConfig.prackUse = pj.PJSUA_100REL_OPTIONAL
        self._configure_media(config, found)
        return config

    def _configure_media(self, config: pj.AccountConfig, found: Found) -> None:
        media = config.mediaConfig
        media.srtpUse = pj.PJMEDIA_SRTP_DISABLED
        media.srtpSecureSignaling = 0
        media.transportConfig.port = RTP_PORT
        media.transportConfig.portRange = RTP_PORT_RANGE
        media.transportConfig.randomizePort = True
        media.transportConfig.boundAddress = self._bind_host
        media.transportConfig.publicAddress = found.local_address
        config.ipChangeConfig.shutdownTp = True
        config.ipChangeConfig.hangupCalls = False
        config.ipChangeConfig.reinviteFlags = (
            pj.PJSUA_CALL_REINIT_MEDIA | pj.PJSUA_CALL_UPDATE_CONTACT | pj.PJSUA_CALL_UPDATE_VIA
        )
