"""A server that takes connections and says nothing, or drips: as a firewall or a dying machine does."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType

from tests.helpers.ports import LOOPBACK


class HangingServer:
    """Listens on a free port; ``first`` is what everybody is told before the silence."""

    def __init__(self, first: bytes = b"") -> None:
        self._first = first
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        self._taken: list[socket.socket] = []
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def connections(self) -> int:
        """How many came."""
        return len(self._taken)

    def __enter__(self) -> HangingServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):  # Windows: a listener is not connected
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in self._taken:
            each.close()
        self._thread.join(5)

    def _run(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._taken.append(connection)
                connection.sendall(self._first)
