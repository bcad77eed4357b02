"""Tones into a call: DTMF as sound (ITU-T Q.23) and the notice before a recording.

The library's own generators, made when first needed and kept until the end, as every port of ours.
A generator mixes two tones as half their sum.
"""

from __future__ import annotations

import pjsua2 as pj

from softphone.domain.media import SAMPLE_RATE_HZ
from softphone.engine.bridge import Bridge
from softphone.engine.call import PjCall
from softphone.engine.errors import pj_call

DIGIT_MS = 120
PAUSE_MS = 80
# −10 dBm0 for the pair is −13 dBm0 a tone; a full-scale sine is +3.14 dBm0 (ITU-T Q.24, G.711 §4).
DIGIT_VOLUME = 2 * 5104
NOTICE_HZ, NOTICE_MS = 1400, 500
NOTICE_VOLUME = 5800  # −15 dBFS
_GAP_MS = 20


class CallTones:
    """A generator a call while it sounds. Thread: engine."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._sounding: dict[str, pj.ToneGenerator] = {}
        self._idle: list[pj.ToneGenerator] = []

    def digit(self, call: PjCall, digit: str) -> None:
        """One digit, after those that still sound. Errors: EngineError."""
        tone = pj.ToneDigit()
        tone.digit, tone.volume = digit, DIGIT_VOLUME
        tone.on_msec, tone.off_msec = DIGIT_MS, PAUSE_MS
        generator = self._generator(call.record.key)
        self._bridge.feed(generator, call, here=False)
        pj_call(generator.playDigits, pj.ToneDigitVector([tone]))

    def notice(self, call: PjCall) -> None:
        """The tone both sides hear before a recording. Errors: EngineError."""
        tone = pj.ToneDesc()
        tone.freq1, tone.freq2, tone.volume = NOTICE_HZ, 0, NOTICE_VOLUME
        tone.on_msec, tone.off_msec = NOTICE_MS, _GAP_MS
        generator = self._generator(call.record.key)
        self._bridge.feed(generator, call, here=True)
        pj_call(generator.play, pj.ToneDescVector([tone]))

    def hush(self, key: str) -> None:
        """Forget what has not sounded: a generator cut off by a hold would go on where it was."""
        generator = self._sounding.get(key)
        if generator is not None:
            pj_call(generator.stop)

    def forget(self, key: str) -> None:
        """The call is over. Idempotent."""
        self.hush(key)
        generator = self._sounding.pop(key, None)
        if generator is not None:
            self._idle.append(generator)

    def close(self) -> None:
        """Drop the generators, before libDestroy."""
        self._sounding.clear()
        self._idle.clear()

    def _generator(self, key: str) -> pj.ToneGenerator:
        if key not in self._sounding:
            if not self._idle:
                generator = pj.ToneGenerator()
                pj_call(generator.createToneGenerator, SAMPLE_RATE_HZ, 1)
                self._idle.append(generator)
            self._sounding[key] = self._idle.pop()
        return self._sounding[key]
