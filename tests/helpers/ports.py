"""Free ports on loopback, never handed out twice by one test process."""

from __future__ import annotations

import random
import socket

LOOPBACK = "127.0.0.1"
_FIRST_PORT = 20_000
_LAST_PORT = 32_000  # below Linux's ephemeral range: no outgoing connection takes one meanwhile
_handed_out: set[int] = set()


def free_port() -> int:
    """A port that is free for UDP and for TCP."""
    return free_port_range(1)


def free_port_range(count: int) -> int:
    """The first, even one, of ``count`` neighbouring ports that are free for UDP and for TCP.

    Errors: RuntimeError when none is found.
    """
    dice = random.SystemRandom()
    for _ in range(1000):
        first = dice.randrange(_FIRST_PORT, _LAST_PORT - count, 2)
        wanted = range(first, first + count)
        if _handed_out.isdisjoint(wanted) and all(_is_free(port) for port in wanted):
            _handed_out.update(wanted)
            return first
    raise RuntimeError("no free ports")


def is_taken(port: int, kind: socket.SocketKind) -> bool:
    """Somebody has bound the port (``kind`` SOCK_DGRAM or SOCK_STREAM); nothing is sent to find out."""
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return True
    return False


def listens(port: int) -> bool:
    """Somebody takes TCP connections there."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=1.0).close()
    except OSError:
        return False
    return True


def _is_free(port: int) -> bool:
    return not any(is_taken(port, kind) for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM))
