"""Where log lines go: PJSIP's and ours, redacted, to stderr, which the phone process collects.

Never blocks on a reader that does not read: a full pipe loses lines and counts them.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Callable

import pjsua2 as pj

from softphone.engine.redaction import redact

MESSAGE_LEVEL = 4  # where PJSIP logs the messages themselves

_STDERR = 2
_CANCEL_CAME = "Request msg CANCEL/"


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
    """PJSIP's log. Has to outlive the library: the owner keeps it until the process ends.

    It is also the only place where a CANCEL can be read: the library has ended the call before it tells of
    the CANCEL, and whether somebody else answered stands in there (RFC 3326 §3.1).
    """

    def __init__(self, sink: LogSink, level: int, on_cancel: Callable[[str], None]) -> None:
        """``on_cancel`` takes the text of every CANCEL that comes in, before the library looks at it."""
        super().__init__()
        self._sink = sink
        self._on_cancel = on_cancel
        self.level = level

    def write(self, entry: pj.LogEntry) -> None:
        """Thread: any of the library's; so no lock and no exception."""
        try:
            level, text = entry.level, entry.msg
            if level <= self.level:
                self._sink.write(text)
            if level == MESSAGE_LEVEL:
                title, _, message = text.partition("\n")
                if _CANCEL_CAME in title and "RX " in title:
                    self._on_cancel(message)
        except Exception:  # noqa: BLE001 - nothing may leave here
            self._sink.lost_lines += 1


def install_logging(level: int = logging.INFO) -> LogSink:
    """Send Python's root logger to the sink; returns it for PJSIP's log."""
    sink = LogSink()
    root = logging.getLogger()
    root.handlers[:] = [SinkHandler(sink)]
    root.setLevel(level)
    return sink
