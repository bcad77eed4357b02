"""Composition root of the engine process: pipe, sound and library joined, run, and ended with os._exit.

``os._exit`` because pjmedia's ports alive at interpreter exit end in an assertion; the orderly stop has
been made by then.
"""

from __future__ import annotations

import os
import signal

from softphone.audio.endpoint import RoutedAudioEndpoint
from softphone.audio.parts import sound_parts
from softphone.audio.quality import compare_recordings
from softphone.audio.recording import ThreadedRecording
from softphone.engine.log_sink import install_logging
from softphone.engine.loop import EngineLoop, build_engine
from softphone.link.engine_host import EngineHost


def run() -> None:
    """Serve one phone process over fd 0 and 1; never returns. Thread: main."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the phone's to hear: it says Shutdown
    host = EngineHost.from_stdio()
    sink = install_logging()
    audio = RoutedAudioEndpoint(host.emit)
    loop: EngineLoop = build_engine(host, audio, compare_recordings, ThreadedRecording, sound_parts, sink)
    signal.signal(signal.SIGTERM, lambda _number, _frame: loop.stop_soon())
    loop.run()
    os._exit(0)
