"""The registrar under test."""

from __future__ import annotations

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
