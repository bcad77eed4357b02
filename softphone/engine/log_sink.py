"""Where log lines go: PJSIP's and ours, redacted, to stderr, which the phone process collects.

Never blocks on a reader that does not read: a full pipe loses lines and counts them.
"""

from __future__ import annotations

import logging
import os
import stat

import pjsua2 as pj

from softphone.engine.redaction import redact

_STDERR = 2


class LogSink:
    """One write(2) a message. Thread: any."""

    def __init__(self, descriptor: int = _STDERR) -> None:
        self._descriptor = descriptor
        self.lost_lines = 0
        if hasattr(os, "set_blocking") and stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            os.set_blocking(descriptor, False)

    def write(self, text: str) -> None:
        """Write ``text``, redacted, ending in one newline."""
        try:
            os.write(self._descriptor, (redact(text).rstrip("\r\n") + "\n").encode("utf-8", "replace"))
        except OSError:
            self.lost_lines += 1


class SinkHandler(logging.Handler):
    """Python's log records, into the same sink."""

    def __init__(self, sink: LogSink) -> None:
        super().__init__()
        self._sink = sink
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record. Thread: any."""
        self._sink.write(self.format(record))


class PjLogWriter(pj.LogWriter):
    """PJSIP's log. Has to outlive the library: the owner keeps it until the process ends."""

    def __init__(self, sink: LogSink, level: int) -> None:
        super().__init__()
        self._sink = sink
        self.level = level

    def write(self, entry: pj.LogEntry) -> None:
        """Thread: any of the library's; so no lock and no exception."""
        try:
            if entry.level <= self.level:
                self._sink.write(entry.msg)
        except Exception:  # noqa: BLE001 - nothing may leave here
            self._sink.lost_lines += 1


def install_logging(level: int = logging.INFO) -> LogSink:
    """Send Python's root logger to the sink; returns it for PJSIP's log."""
    sink = LogSink()
    root = logging.getLogger()
    root.handlers[:] = [SinkHandler(sink)]
    root.setLevel(level)
    return sink
