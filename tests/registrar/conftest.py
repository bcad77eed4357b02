"""The registrar under test."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.helpers.registrar_server import Server


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    running = Server(**getattr(request, "param", {}))
    yield running
    errors = running.thread.call(lambda r: r.internal_errors)
    running.thread.stop()
    assert errors == 0, running.thread.ladder()


@pytest.fixture
def media() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as rtp:
        rtp.bind(("127.0.0.1", 0))
        rtp.settimeout(3)
        yield rtp
