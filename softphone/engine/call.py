"""One call in the library: callbacks copied into frozen values and passed on, and what we know of it."""

from __future__ import annotations

from typing import Protocol

import msgspec
import pjsua2 as pj

from softphone.domain.call import CallState, Direction
from softphone.domain.commands import MakeCall
from softphone.domain.errors import FailureCause
from softphone.domain.identity import CallerIdentity
from softphone.domain.media import MediaDirection
from softphone.engine.errors import guarded
from softphone.engine.quality import QualityMeter
from softphone.engine.redirection import Redirection
from softphone.engine.schedule import ScheduledCall
from softphone.engine.translate import (
    CallSnapshot,
    MediaSnapshot,
    call_snapshot,
    media_snapshot,
    with_plain_codecs,
)

_DTMF_IS_UPDATE = 1  # PJMEDIA_STREAM_DTMF_IS_UPDATE: a digit already reported goes on


class TransactionSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A transaction of a call moved. ``message`` "" where a timer or the transport moved it."""

    method: str
    is_ours: bool
    state: int
    status_code: int
    message: str


class NewCall(msgspec.Struct, frozen=True, kw_only=True):
    """The engine's answer to a far side that asks for a new call: refused, or made in ``call``."""

    status_code: int
    call: PjCall | None = None


class CallRecord:
    """What the engine knows of one call beside the library. Thread: engine.

    ``request`` and ``redirection`` are for calls the user made: one call may take several INVITEs.
    ``plain_codecs``: offer PCMU and PCMA only. ``hold_at_answer``: hold as soon as there is something to.
    ``about_to_ring``: let in, and announced once 180 is sent: the library may still refuse (422, RFC 4028).
    """

    def __init__(self, key: str, account_key: str, direction: Direction, caller: CallerIdentity) -> None:
        self.key = key
        self.account_key = account_key
        self.direction = direction
        self.caller = caller
        self.sip_call_id = ""
        self.transferred_from = ""
        self.request: MakeCall | None = None
        self.redirection: Redirection | None = None
        self.plain_codecs = False
        self.hold_at_answer = False
        self.state = CallState.TRYING if direction is Direction.INITIATOR else CallState.EARLY
        self.about_to_ring = False
        self.announced = False
        self.ended = False
        self.hanging_up = False
        self.replaced = False
        self.gave_up = FailureCause.NONE
        self.verdict = FailureCause.NONE
        self.answered = False
        self.was_confirmed = False
        self.early_codes: set[int] = set()
        self.from_peer = False
        self.q850_cause = 0
        self.warning = 0
        self.status_code = 0
        self.reason_phrase = ""
        self.muted = False
        self.party_muted = False
        self.in_conference = False
        self.dialling_in_band = False
        self.held = False
        self.hold_wanted: bool | None = None
        self.media = MediaSnapshot(index=-1, active=False, negotiated=MediaDirection.INACTIVE)
        self.remote_media = MediaDirection.SENDRECV
        self.codec = ""
        self.meter = QualityMeter()
        self.time_limit: ScheduledCall | None = None

    @property
    def is_live(self) -> bool:
        """The phone still shows it."""
        return self.announced and not self.ended

    @property
    def takes_line(self) -> bool:
        """One of the lines is in use for it."""
        return self.is_live or (self.about_to_ring and not self.ended)

    def forget_answer(self) -> None:
        """The next INVITE of the same call begins anew."""
        self.answered = self.from_peer = False
        self.status_code = self.q850_cause = self.warning = 0
        self.reason_phrase = ""

    @property
    def local_media(self) -> MediaDirection:
        """What we ask for."""
        return MediaDirection.SENDONLY if self.held else MediaDirection.SENDRECV

    @property
    def is_heard(self) -> bool:
        """What they say goes on: to us, to the others of a conference, into a recording.

        Music on hold of one member would go to everybody: who holds us is out of the mix.
        """
        plays_music = self.in_conference and self.remote_media.holds
        return self.media.negotiated.receives and not (self.held or self.party_muted or plays_music)

    @property
    def can_hear(self) -> bool:
        """Sound may be sent to them: nobody holds, and no digits sound in its place."""
        return self.media.negotiated.sends and not (self.held or self.dialling_in_band)


class CallObserver(Protocol):
    """Who is told (``engine.call_table.CallTable``)."""

    def on_state(self, call: PjCall, snapshot: CallSnapshot, message: str) -> None:
        """The INVITE session moved."""

    def on_media(self, call: PjCall, media: MediaSnapshot) -> None:
        """The media were negotiated, or stopped."""

    def on_stream_end(self, call: PjCall) -> None:
        """A stream is about to go; its statistics still stand."""

    def on_transaction(self, call: PjCall, transaction: TransactionSnapshot) -> None:
        """A transaction moved."""

    def on_digit(self, call: PjCall, digit: str) -> None:
        """The far side pressed a key."""

    def on_transfer_request(self, call: PjCall, refer_to: str) -> NewCall:
        """The far side asks us to call somebody else (REFER)."""

    def on_transfer_status(self, call: PjCall, status_code: int, final: bool) -> bool:
        """A transfer of ours came further; True to hear more."""

    def on_replace_request(self, call: PjCall, message: str) -> NewCall:
        """An INVITE asks for this call's place (Replaces)."""

    def on_replaced(self, call: PjCall) -> None:
        """The new call took its place; this one is about to end."""


class PjCall(pj.Call):
    """Held by ``engine.lines`` alone; dropped right after DISCONNECTED (pjproject #3856)."""

    def __init__(
        self,
        account: pj.Account,
        record: CallRecord,
        observer: CallObserver,
        pj_call_id: int = pj.PJSUA_INVALID_ID,
    ) -> None:
        super().__init__(account, pj_call_id)
        self.record = record
        self._observer = observer

    @guarded
    def onCallState(self, prm: pj.OnCallStateParam) -> None:
        """Thread: engine."""
        info = self.getInfo()
        self._observer.on_state(self, call_snapshot(info), _message(prm.e))

    @guarded
    def onCallMediaState(self, prm: pj.OnCallMediaStateParam) -> None:
        """Thread: engine."""
        info = self.getInfo()
        self._observer.on_media(self, media_snapshot(info))

    @guarded
    def onStreamDestroyed(self, prm: pj.OnStreamDestroyedParam) -> None:
        """Thread: engine."""
        self._observer.on_stream_end(self)

    @guarded
    def onCallTsxState(self, prm: pj.OnCallTsxStateParam) -> None:
        """Thread: engine."""
        event = prm.e
        if event.type != pj.PJSIP_EVENT_TSX_STATE:
            return
        transaction = event.body.tsxState.tsx
        snapshot = TransactionSnapshot(
            method=str(transaction.method),
            is_ours=transaction.role == pj.PJSIP_ROLE_UAC,
            state=int(transaction.state),
            status_code=int(transaction.statusCode),
            message=_message(event),
        )
        self._observer.on_transaction(self, snapshot)

    def onCallRedirected(self, prm: pj.OnCallRedirectedParam) -> int:
        """A 3xx ends this INVITE with its own status code; ``engine.outgoing`` may send another.

        The library itself would send it past our server (pjproject #1248 drops the route), resolve names on
        this thread, and abort where the call is hung up while the user is still asked.
        """
        return int(pj.PJSIP_REDIRECT_REJECT)

    @guarded
    def onCallTransferRequest(self, prm: pj.OnCallTransferRequestParam) -> None:
        """Thread: engine. The library keeps no reference to the new call: the observer does."""
        prm.statusCode = pj.PJSIP_SC_INTERNAL_SERVER_ERROR
        answer = self._observer.on_transfer_request(self, str(prm.dstUri))
        if answer.call is not None:
            prm.newCall = answer.call
        prm.statusCode = answer.status_code

    @guarded
    def onCallTransferStatus(self, prm: pj.OnCallTransferStatusParam) -> None:
        """Thread: engine."""
        prm.cont = self._observer.on_transfer_status(self, int(prm.statusCode), bool(prm.finalNotify))

    @guarded
    def onCallReplaceRequest(self, prm: pj.OnCallReplaceRequestParam) -> None:
        """Thread: engine. As with a transfer, the observer holds the new call."""
        prm.statusCode = pj.PJSIP_SC_INTERNAL_SERVER_ERROR
        answer = self._observer.on_replace_request(self, str(prm.rdata.wholeMsg))
        if answer.call is not None:
            prm.newCall = answer.call
        prm.statusCode = answer.status_code

    @guarded
    def onCallReplaced(self, prm: pj.OnCallReplacedParam) -> None:
        """Thread: engine."""
        self._observer.on_replaced(self)

    @guarded
    def onCallSdpCreated(self, prm: pj.OnCallSdpCreatedParam) -> None:
        """An offer or answer of ours is about to go. Thread: engine."""
        if self.record.plain_codecs and not str(prm.remSdp.wholeSdp):
            prm.sdp.wholeSdp = with_plain_codecs(str(prm.sdp.wholeSdp))

    @guarded
    def onDtmfEvent(self, prm: pj.OnDtmfEventParam) -> None:
        """Thread: engine, because the library has no media thread of its own here."""
        if not prm.flags & _DTMF_IS_UPDATE:
            self._observer.on_digit(self, str(prm.digit))


def add_header(parameters: pj.CallOpParam, name: str, value: str) -> None:
    """One more header line for the message that is about to go."""
    header = pj.SipHeader()
    header.hName, header.hValue = name, value
    parameters.txOption.headers.append(header)


def _message(event: pj.SipEvent) -> str:
    """The message that caused ``event``; "" where none came in."""
    if event.type == pj.PJSIP_EVENT_TSX_STATE and event.body.tsxState.type == pj.PJSIP_EVENT_RX_MSG:
        return str(event.body.tsxState.src.rdata.wholeMsg)
    if event.type == pj.PJSIP_EVENT_RX_MSG:
        return str(event.body.rxMsg.rdata.wholeMsg)
    return ""
