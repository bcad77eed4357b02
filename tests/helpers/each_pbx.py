"""A fixture for what both PBXs can do: Kamailio and our registrar, one after the other."""

from __future__ import annotations

from typing import Any

import pytest

from tests.helpers.kamailio import Kamailio
from tests.helpers.phone_process import RegistrarProcess

Server = Kamailio | RegistrarProcess


def each_pbx(behaviour: str) -> Any:
    """The fixture ``server``, each PBX in turn; together they are the cells of ``behaviour``."""

    @pytest.fixture(
        name="server",
        params=[
            pytest.param("pbx", marks=pytest.mark.cell(behaviour, "kamailio")),
            pytest.param("registrar", marks=pytest.mark.cell(behaviour, "registrar")),
        ],
    )
    def server(request: pytest.FixtureRequest) -> Server:
        started: Server = request.getfixturevalue(request.param)
        return started

    return server
