"""Waking the engine thread out of ``libHandleEvents``: a keep-alive to our own SIP socket.

PJSIP ignores a datagram of CRLFs (RFC 5626 §3.5.1), but its select() returns at once. So the loop may
sleep long and still take a command within a fraction of a millisecond.
"""

from __future__ import annotations

import socket

_KEEP_ALIVE = b"\r\n\r\n"
_ANY = "0.0.0.0"


class Wake:
    """Sends the keep-alive; without an address yet, or when sending fails, it does nothing."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._address: tuple[str, int] | None = None
        self.failures = 0

    def aim(self, host: str, port: int) -> None:
        """The SIP socket's address; bound to every address, it is reached by loopback. Thread: engine."""
        self._address = ("127.0.0.1" if host in ("", _ANY) else host, port)

    def rest(self) -> None:
        """The SIP socket is gone. Thread: engine."""
        self._address = None

    def wake(self) -> None:
        """Make ``libHandleEvents`` return. Never raises, never blocks. Thread: any."""
        address = self._address
        if address is None:
            return
        try:
            self._socket.sendto(_KEEP_ALIVE, address)
        except OSError:
            self.failures += 1

    def close(self) -> None:
        """Let the socket go."""
        self._address = None
        self._socket.close()
