"""The media of calls: joining them with the phone's port, hold, mute, quality; and when sound is needed.

What several calls do together, their recordings and their tones stand beside it: ``conference``,
``recorder``, ``call_tones``, ``media_watch``.

The audio endpoint runs while at least one call has media; the media clock while the library has calls.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pjsua2 as pj
from msgspec.structs import replace

from softphone.domain.call import Direction
from softphone.domain.errors import FailureCause
from softphone.domain.events import CommandFailed, MediaChanged, MuteChanged, QualityMeasured
from softphone.domain.ports import EventSink
from softphone.domain.sound import AudioEndpoint, OpenRecording
from softphone.engine.bridge import Bridge
from softphone.engine.call import CallRecord, PjCall, TransactionSnapshot
from softphone.engine.call_tones import CallTones
from softphone.engine.conference import Conference
from softphone.engine.errors import LOGGER, EngineError, pj_call
from softphone.engine.media_port import MediaPort
from softphone.engine.media_watch import MediaWatch
from softphone.engine.recorder import Recorder
from softphone.engine.schedule import Schedule
from softphone.engine.translate import MediaSnapshot, remote_direction

MEASURE_S = 2.0
GLARE_S = (2.1, 4.0)  # RFC 3261 §14.1, for the owner of the Call-ID; fits the other side too
GLARE_TRIES = 3
RECORDING_LIMIT_S = 1.5  # for the last seconds of a recording when the engine ends


class CallMedia:
    """Thread: engine, all of it."""

    def __init__(
        self,
        *,
        audio: AudioEndpoint,
        port: MediaPort,
        schedule: Schedule,
        emit: EventSink,
        open_recording: OpenRecording,
        on_dead: Callable[[str], None],
    ) -> None:
        """``on_dead`` is told the key of a call whose packets stayed away too long."""
        self._audio = audio
        self._port = port
        self._schedule = schedule
        self._emit = emit
        self._with_media: dict[str, PjCall] = {}
        self._glare: dict[str, int] = {}
        self._measuring = False
        self._bridge = Bridge(port)
        self._tones = CallTones(self._bridge)
        self.watch = MediaWatch(schedule, emit, on_dead)
        self.conference = Conference(
            bridge=self._bridge,
            schedule=schedule,
            emit=emit,
            find=self._with_media.get,
            set_hold=self.set_hold,
            join=self._join,
        )
        self.recorder = Recorder(
            bridge=self._bridge,
            tones=self._tones,
            schedule=schedule,
            emit=emit,
            find=self._with_media.get,
            open_recording=open_recording,
        )

    # -- commands ----------------------------------------------------------------------------------

    def set_mute(self, call: PjCall, muted: bool) -> None:
        """Stop or start sending the microphone to this call; told by MuteChanged."""
        call.record.muted = muted
        self._join(call)
        self._emit(MuteChanged(key=call.record.key, muted=muted))

    def set_hold(self, call: PjCall, held: bool) -> None:
        """Hold or resume by re-INVITE; told by MediaChanged when it was accepted. Errors: EngineError."""
        record = call.record
        if not record.was_confirmed or record.media.index < 0:
            raise EngineError(FailureCause.INTERNAL, "there is nothing to hold yet")
        if record.hold_wanted is not None:
            raise EngineError(FailureCause.INTERNAL, "a change of hold is under way")
        if held is record.held:
            self._tell(record)
            return
        self._reinvite(call, held)

    def sound_digit(self, call: PjCall, digit: str) -> None:
        """Send a digit as sound, in the microphone's place. Errors: EngineError."""
        if not call.record.dialling_in_band:
            call.record.dialling_in_band = True
            self._tones.hush(call.record.key)
            self._join(call)
        self._tones.digit(call, digit)

    def sound_over(self, call: PjCall) -> None:
        """The digits are out: the microphone is heard again. Idempotent."""
        if call.record.dialling_in_band:
            call.record.dialling_in_band = False
            self._join(call)

    # -- what happens to calls ---------------------------------------------------------------------

    def changed(self, call: PjCall, media: MediaSnapshot) -> None:
        """The media were negotiated, or are gone."""
        record = call.record
        record.media = media
        if record.hold_wanted is not None and media.active:
            record.held, record.hold_wanted = record.hold_wanted, None
            self._glare.pop(record.key, None)
        if not media.active:
            self._without_media(record.key)
            return
        record.remote_media = remote_direction(media.negotiated, record.local_media)
        record.codec = self._codec(call) or record.codec
        self._with_media[record.key] = call
        self._audio.start()
        self._join(call)
        self.conference.media_changed(call)
        self.watch.add(call)
        # The answer's SDP is told before the answer's state: whether media are early shows after it.
        self._schedule.call_later(0.0, lambda: self._tell(record))
        if not self._measuring:
            self._measuring = True
            self._schedule.call_later(MEASURE_S, self._measure)

    def confirmed(self, call: PjCall) -> None:
        """Early media are early no more."""
        if call.record.media.active:
            self._tell(call.record)

    def reinvite_answered(self, call: PjCall, transaction: TransactionSnapshot) -> None:
        """A re-INVITE of ours got its final answer; only a failed hold matters here."""
        record = call.record
        code, held = transaction.status_code, record.hold_wanted
        if held is None or code < 300 or code in (401, 407):
            return
        record.hold_wanted = None
        tries = self._glare.get(record.key, 0)
        if code == 491 and tries < GLARE_TRIES:
            self._glare[record.key] = tries + 1
            key = record.key
            self._schedule.call_later(random.uniform(*GLARE_S), lambda: self._hold_again(key, held))
            return
        self._glare.pop(record.key, None)
        self._hold_failed(record.key, f"{code}")

    def measure_last(self, call: PjCall) -> None:
        """The stream is about to go: measure it while it lives."""
        if call.record.key in self._with_media and call.record.was_confirmed:
            self._measure_call(call)

    def leave(self, call: PjCall) -> None:
        """The call ends: it needs sound no more. Idempotent."""
        key = call.record.key
        self._glare.pop(key, None)
        self._without_media(key)
        self.recorder.ended(key)
        self.conference.left(key)
        self._tones.forget(key)

    def close(self) -> None:
        """Finish what is recorded and let go of everything of the library, before libDestroy."""
        self.recorder.close(RECORDING_LIMIT_S)
        self.watch.close()
        self._with_media.clear()
        self._tones.close()
        self._bridge.close()

    # -- inside ------------------------------------------------------------------------------------

    def _join(self, call: PjCall) -> None:
        if call.record.key in self._with_media:
            self._bridge.join(call)
            self.conference.mix(call)

    def _reinvite(self, call: PjCall, held: bool) -> None:
        call.record.hold_wanted = held
        parameters = pj.CallOpParam(True)
        try:
            if held:
                pj_call(call.setHold, parameters)
            else:
                parameters.opt.flag = pj.PJSUA_CALL_UNHOLD
                pj_call(call.reinvite, parameters)
        except EngineError:
            call.record.hold_wanted = None
            raise

    def _hold_again(self, key: str, held: bool) -> None:
        call = self._with_media.get(key)
        if call is None or call.record.hold_wanted is not None:
            return
        try:
            self._reinvite(call, held)
        except EngineError as error:
            self._hold_failed(key, error.detail)

    def _hold_failed(self, key: str, detail: str) -> None:
        self._emit(CommandFailed(command="SetHold", cause=FailureCause.NOT_SUPPORTED, key=key, detail=detail))

    def _tell(self, record: CallRecord) -> None:
        if not record.is_live:
            return
        self._emit(
            MediaChanged(
                key=record.key,
                local_media=record.local_media,
                remote_media=record.remote_media,
                codec=record.codec,
                early_media=record.direction is Direction.INITIATOR and not record.was_confirmed,
            )
        )

    def _without_media(self, key: str) -> None:
        self.watch.remove(key)
        if self._with_media.pop(key, None) is not None and not self._with_media:
            self._audio.stop()

    def _measure(self) -> None:
        self._measuring = bool(self._with_media)
        if not self._measuring:
            return
        self._schedule.call_later(MEASURE_S, self._measure)
        for call in list(self._with_media.values()):
            if call.record.was_confirmed:
                self._measure_call(call)
        self._emit(
            replace(
                self._audio.measure(),
                late_frames=self._port.lateness.late_frames,
                lateness_p99_ms=self._port.lateness.p99_ms(),
            )
        )

    def _measure_call(self, call: PjCall) -> None:
        record = call.record
        quality = record.meter.measure(call, record.media.index, record.codec)
        if quality is not None:
            self._emit(QualityMeasured(key=record.key, quality=quality))

    @staticmethod
    def _codec(call: PjCall) -> str:
        try:
            info = pj_call(call.getStreamInfo, call.record.media.index)
        except EngineError as error:
            LOGGER.info("no stream: %s", error.detail)
            return ""
        return str(info.codecName).partition("/")[0]
