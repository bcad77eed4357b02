"""The library's compiled-in limits, guarded."""

from __future__ import annotations

import pytest

from softphone.engine.endpoint import LIBRARY_MAX_ACCOUNTS, check_account_room
from softphone.engine.errors import EngineError


def test_the_ninth_account_is_refused_before_it_aborts_the_process() -> None:
    check_account_room(LIBRARY_MAX_ACCOUNTS - 1)
    with pytest.raises(EngineError):
        check_account_room(LIBRARY_MAX_ACCOUNTS)
