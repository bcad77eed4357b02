"""A server that answers every datagram with the same bytes: whatever they are, no SIP."""

from __future__ import annotations

import socketserver
import threading
from typing import Self

from tests.helpers.ports import LOOPBACK, free_port


class RawServer:
    """UDP on a free port; ``received`` keeps every request. Thread: its own, only appends."""

    def __init__(self, answer: bytes) -> None:
        self.port = free_port()
        self.received: list[bytes] = []
        received = self.received

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                data, sock = self.request
                received.append(data)
                sock.sendto(answer, self.client_address)

        self._server = socketserver.UDPServer((LOOPBACK, self.port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def server(self) -> str:
        """host:port."""
        return f"{LOOPBACK}:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join(2.0)
        self._server.server_close()
