"""Log lines: redacted, and never in the way."""

from __future__ import annotations

import logging
import os
import sys

from softphone.engine.log_sink import LogSink, SinkHandler


def test_lines_are_redacted() -> None:
    read_fd, write_fd = os.pipe()
    logger = logging.Logger("test")
    logger.addHandler(SinkHandler(LogSink(write_fd)))
    logger.info('sent Authorization: Digest response="0123456789abcdef"')
    text = os.read(read_fd, 4096).decode()
    os.close(read_fd)
    os.close(write_fd)
    assert "0123456789abcdef" not in text
    assert text.endswith("response=***\n")


def test_a_reader_that_does_not_read_loses_lines_and_blocks_nobody() -> None:
    read_fd, write_fd = os.pipe()
    if sys.platform == "linux":
        import fcntl

        fcntl.fcntl(write_fd, fcntl.F_SETPIPE_SZ, 4096)
    sink = LogSink(write_fd)
    for _ in range(200):
        sink.write("x" * 1000)
    os.close(read_fd)
    os.close(write_fd)
    assert sink.lost_lines > 0
