"""The library itself: create, configure, run, end. One per process, on the thread that made it.

Order: made (libCreate) ▸ ``open`` (libInit, no sound device, transports, libStart, codecs) ▸
``handle_events`` for as long as it lives ▸ ``destroy``. A second pj.Endpoint is an assertion.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pjsua2 as pj

from softphone.domain.account import Transport
from softphone.domain.commands import LIBRARY_MAX_CALLS, Configure
from softphone.domain.errors import FailureCause
from softphone.domain.events import EngineDescribed
from softphone.domain.media import FRAME_MS, SAMPLE_RATE_HZ
from softphone.engine.errors import LOGGER, EngineError, guarded, pj_call
from softphone.engine.log_sink import MESSAGE_LEVEL, LogSink, PjLogWriter
from softphone.engine.wake import Wake

LIBRARY_MAX_ACCOUNTS = 8  # the ninth is an assertion
CLOCK_LINGER_S = 1.0  # the bridge's queue needs the clock a little longer than the last call
_WAKE_CHECK_MS = 200
_TRANSPORTS = {
    "udp": pj.PJSIP_TRANSPORT_UDP,
    "tcp": pj.PJSIP_TRANSPORT_TCP,
    "tls": pj.PJSIP_TRANSPORT_TLS,
}


class _Library(pj.Endpoint):
    """The library's own object, with its callbacks."""

    def __init__(self) -> None:
        super().__init__()
        self.on_busy: Callable[[str], None] = lambda _message: None

    @guarded
    def onRejectedIncomingCall(self, prm: pj.OnRejectedIncomingCallParam) -> None:
        """An INVITE was refused before any other callback. Thread: engine."""
        if int(prm.statusCode) == pj.PJSIP_SC_BUSY_HERE:
            self.on_busy(str(prm.rdata.wholeMsg))


class PjEndpoint:
    """Owns pj.Endpoint, the transports, the log writer and the null device. Thread: engine."""

    def __init__(self, sink: LogSink, wake: Wake) -> None:
        self._sink = sink
        self._wake = wake
        self._writer: PjLogWriter | None = None
        self._on_cancel: Callable[[str], None] = lambda _message: None
        self._transports: dict[Transport, int] = {}
        self._bind_host = ""
        self._clock_runs = False
        self.wakes = False
        self.is_open = False
        self._lib = _Library()
        pj_call(self._lib.libCreate)

    def listen(self, *, on_busy: Callable[[str], None], on_cancel: Callable[[str], None]) -> None:
        """Hear, as text, of every INVITE refused because the library has no call left, and every CANCEL."""
        self._lib.on_busy, self._on_cancel = on_busy, on_cancel

    @property
    def version(self) -> str:
        """PJSIP's version."""
        return str(self._lib.libVersion().full)

    @property
    def bind_host(self) -> str:
        """The address the transports are bound to; "" for every address."""
        return self._bind_host

    def open(self, config: Configure) -> None:
        """Initialise the library by the first Configure. Errors: EngineError."""
        self._bind_host = config.bind_host
        pj_call(self._lib.libInit, self._library_config(config))
        pj_call(self._lib.audDevManager().setNoDev)
        self._open_transport(Transport.UDP)
        pj_call(self._lib.libStart)
        self.is_open = True
        self.set_codecs(config.codecs)
        self._check_wake()

    def set_log_level(self, level: int) -> None:
        """Write so much from now on: up to 4, or what the first Configure asked for."""
        if self._writer is not None:
            self._writer.level = level

    def set_codecs(self, codecs: tuple[str, ...]) -> None:
        """Offer exactly ``codecs``, in that order; everything else gets priority 0."""
        ranks = {name.upper(): 254 - rank for rank, name in enumerate(codecs)}
        available = pj_call(self._lib.codecEnum2)
        for index in range(len(available)):
            codec_id = str(available[index].codecId)
            name = codec_id.partition("/")[0].upper()
            pj_call(self._lib.codecSetPriority, codec_id, ranks.pop(name, 0))
        if ranks:
            LOGGER.warning("codecs that are not there: %s", ", ".join(ranks))

    def describe(self) -> EngineDescribed:
        """Every codec the library has, offered or not, and which transports open; they are closed again."""
        opened, problems = [], {}
        for name, kind in _TRANSPORTS.items():
            config = pj.TransportConfig()
            config.boundAddress = self._bind_host
            try:
                number = pj_call(self._lib.transportCreate, kind, config)
                pj_call(self._lib.transportClose, number)
            except EngineError as error:
                problems[name] = error.detail
            else:
                opened.append(name)
        available = pj_call(self._lib.codecEnum2)
        codecs = tuple(str(available[index].codecId) for index in range(len(available)))
        return EngineDescribed(codecs=codecs, transports=tuple(opened), problems=problems)

    def need_transport(self, transport: Transport) -> None:
        """Have a listener for ``transport``. Errors: EngineError.

        TCP is opened for a TCP account only: with a TCP factory PJSIP would send UDP requests over
        1300 bytes by TCP (RFC 3261 §18.1.1), which servers told to use UDP often do not answer.
        """
        if transport not in self._transports:
            self._open_transport(transport)

    def handle_events(self, timeout_ms: int) -> None:
        """Wait for the network at most ``timeout_ms`` and run what came in. Releases the GIL."""
        self._lib.libHandleEvents(timeout_ms)

    def start_clock(self) -> None:
        """Run the media clock (pjmedia's null device). Idempotent. Errors: EngineError."""
        if not self._clock_runs:
            pj_call(self._lib.audDevManager().setNullDev)
            self._clock_runs = True

    def stop_clock(self) -> None:
        """Stop it: 50 wake-ups a second are most of an idle phone's CPU time. Idempotent."""
        if self._clock_runs:
            pj_call(self._lib.audDevManager().setNoDev)
            self._clock_runs = False

    def change_address(self) -> None:
        """Our address changed: restart the listeners, update calls and contacts. Errors: EngineError."""
        parameters = pj.IpChangeParam()
        parameters.restartListener = True
        pj_call(self._lib.handleIpChange, parameters)

    def aim_wake(self) -> None:
        """Read the SIP socket's address (again) for waking."""
        info = pj_call(self._lib.transportGetInfo, self._transports[Transport.UDP])
        self._wake.aim(self._bind_host, int(str(info.localName).rpartition(":")[2]))

    def hangup_all(self) -> None:
        """End whatever call the library knows of."""
        if self.is_open:
            self._lib.hangupAllCalls()

    def destroy(self) -> None:
        """End the library; the log writer stays. Nothing of pjsua2 may live any more."""
        self._wake.rest()
        self.is_open = False
        pj_call(self._lib.libDestroy, pj.PJSUA_DESTROY_NO_NETWORK)

    def _library_config(self, config: Configure) -> pj.EpConfig:
        ep = pj.EpConfig()
        self._writer = PjLogWriter(self._sink, config.log_level, self._on_cancel)
        ep.logConfig.level = ep.logConfig.consoleLevel = max(config.log_level, MESSAGE_LEVEL)
        ep.logConfig.msgLogging = 1
        ep.logConfig.decor &= ~pj.PJ_LOG_HAS_NEWLINE
        ep.logConfig.writer = self._writer
        ep.uaConfig.threadCnt = 0
        ep.uaConfig.mainThreadOnly = True
        ep.uaConfig.maxCalls = LIBRARY_MAX_CALLS
        ep.uaConfig.userAgent = config.user_agent
        ep.uaConfig.mwiUnsolicitedEnabled = True
        ep.uaConfig.natTypeInSdp = 0
        media = ep.medConfig
        media.clockRate = media.sndClockRate = SAMPLE_RATE_HZ
        media.audioFramePtime = FRAME_MS
        media.channelCount = 1
        media.noVad = True
        media.ecTailLen = 0
        # RTP is read by this thread too: a media thread polls its socket set 100 times a second.
        media.hasIoqueue = False
        media.threadCnt = 0
        return ep

    def _open_transport(self, transport: Transport) -> None:
        config = pj.TransportConfig()
        config.port = 0
        config.boundAddress = self._bind_host
        kind = pj.PJSIP_TRANSPORT_UDP if transport is Transport.UDP else pj.PJSIP_TRANSPORT_TCP
        self._transports[transport] = pj_call(self._lib.transportCreate, kind, config)

    def _check_wake(self) -> None:
        """Prove that a keep-alive ends the wait; otherwise the loop has to look often."""
        self.aim_wake()
        self.handle_events(0)
        self._wake.wake()
        began_s = time.monotonic()
        self.handle_events(_WAKE_CHECK_MS)
        self.wakes = time.monotonic() - began_s < _WAKE_CHECK_MS / 2000
        if not self.wakes:
            LOGGER.warning("the engine cannot be woken by its own socket; it looks every 10 ms")


def check_account_room(count: int) -> None:
    """Errors: EngineError where one more account would abort the process."""
    if count >= LIBRARY_MAX_ACCOUNTS:
        raise EngineError(FailureCause.NOT_SUPPORTED, f"at most {LIBRARY_MAX_ACCOUNTS} accounts")
