"""Watching the way to a server between registrations: our own address, and whether its port closed.

PJSIP notices neither. Every tick sends one CRLF keep-alive (RFC 5626 §3.5.1) from a connected socket:
the computer of a dead registrar answers with ICMP, which the next tick sees as ECONNREFUSED.
"""

from __future__ import annotations

import contextlib
import socket

from softphone.domain.account import Transport
from softphone.engine.reachability import Found, facing_address


class ServerWatch:
    """One server. Never blocks. Thread: engine."""

    def __init__(self, found: Found, bind_host: str = "") -> None:
        self.found = found
        self._bind_host = bind_host
        self._socket: socket.socket | None = None

    def local_address(self) -> str:
        """Our address toward the server now; "" where this computer has no way there."""
        try:
            return facing_address(self.found.address, self.found.port, self._bind_host)
        except OSError:
            return ""

    def refused(self) -> bool:
        """True where the last keep-alive met a closed port; sends the next one. UDP only."""
        if self.found.transport is not Transport.UDP:
            return False
        try:
            probe = self._connected()
            with contextlib.suppress(BlockingIOError):
                probe.recv(2048)
            probe.send(b"\r\n\r\n")
        except ConnectionError:
            self.close()
            return True
        except OSError:
            self.close()
        return False

    def close(self) -> None:
        """Let the socket go; the watch may be used again."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _connected(self) -> socket.socket:
        if self._socket is None:
            probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            probe.setblocking(False)
            if self._bind_host:
                probe.bind((self._bind_host, 0))
            probe.connect((self.found.address, self.found.port))
            self._socket = probe
        return self._socket
