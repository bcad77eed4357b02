"""What the engine writes to standard error: kept in a file, its end kept at hand, passwords taken out."""

from __future__ import annotations

import logging
import os
import re
import threading
from pathlib import Path
from typing import BinaryIO

LOG_LIMIT_BYTES = 2_000_000
TAIL_CHARACTERS = 8_000
LINE_LIMIT_BYTES = 65_536
_SHORTEST_SECRET = 4  # taking out a shorter one would spoil the log and tell where it stood

_DIGEST_RESPONSE = re.compile(r'(response=")[0-9A-Fa-f]+(")')  # RFC 7616 §3.4: invites guessing

_log = logging.getLogger(__name__)


class Redactor:
    """Takes secrets out of text. Thread: any."""

    def __init__(self) -> None:
        self._secrets: tuple[str, ...] = ()

    def add(self, secret: str) -> None:
        """Never let ``secret`` through from now on."""
        if len(secret) >= _SHORTEST_SECRET and secret not in self._secrets:
            self._secrets = tuple(sorted((*self._secrets, secret), key=len, reverse=True))

    def clean(self, text: str) -> str:
        """``text`` with stars in place of secrets and digest responses."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return _DIGEST_RESPONSE.sub(r"\1***\2", text)


class EngineLog:
    """One log file for all runs of the engine, mode 0600; at 2 MB it becomes ``<name>.1``.

    A file that cannot be written costs the file, never the engine: the tail stays. Thread: any.
    """

    def __init__(self, path: Path, redactor: Redactor, *, limit_bytes: int = LOG_LIMIT_BYTES) -> None:
        self._path = path
        self._redactor = redactor
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None
        self._size_bytes = 0
        self._closed = False  # by us, or because it cannot be written
        self._rest = b""
        self._tail = ""

    def begin(self, line: str) -> None:
        """A new run of the engine: forget the last one's tail."""
        with self._lock:
            self._tail = ""
            self._rest = b""
            self._write(f"{line}\n")

    def take(self, data: bytes) -> None:
        """Bytes as they come; they are kept once their line is whole, so that no secret is cut in two."""
        with self._lock:
            lines, newline, rest = (self._rest + data).rpartition(b"\n")
            if len(rest) > LINE_LIMIT_BYTES:
                lines, newline, rest = lines + newline + rest, b"\n", b""
            self._rest = rest
            if newline:
                self._keep(lines + newline)

    def end(self, line: str) -> str:
        """The run is over: the tail of what it said."""
        with self._lock:
            if self._rest:
                self._keep(self._rest + b"\n")
                self._rest = b""
            self._write(f"{self._redactor.clean(line)}\n")
            return self._tail

    def close(self) -> None:
        """Let the file go; what still comes is not kept."""
        with self._lock:
            self._closed = True
            if self._file is not None:
                self._file.close()
                self._file = None

    def _keep(self, data: bytes) -> None:
        text = self._redactor.clean(data.decode("utf-8", "replace"))
        self._tail = (self._tail + text)[-TAIL_CHARACTERS:]
        self._write(text)

    def _write(self, text: str) -> None:
        if self._closed:
            return
        data = text.encode("utf-8", "replace")
        try:
            if self._file is None:
                self._file = self._open()
            elif self._size_bytes + len(data) > self._limit_bytes:
                self._file.close()
                self._file = None
                os.replace(self._path, self._path.with_name(f"{self._path.name}.1"))
                self._file = self._open()
            self._file.write(data)
            self._size_bytes += len(data)
        except OSError as error:
            self._closed = True
            _log.warning("the engine's log cannot be written: %s", error)

    def _open(self) -> BinaryIO:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._size_bytes = os.fstat(fd).st_size
        return open(fd, "ab", buffering=0)
