"""softphone.engine.account"""

from __future__ import annotations

import pytest

from softphone.engine.account import called_user


@pytest.mark.parametrize(
    ("message", "user"),
    [
        ("INVITE sip:1001@127.0.0.1:5060;ob SIP/2.0\r\nVia: x\r\n", "1001"),
        ("INVITE sip:127.0.0.1 SIP/2.0\r\n", ""),
        ("INVITE tel:110 SIP/2.0\r\n", ""),
        ("INVITE\r\n", ""),
        ("", ""),
    ],
)
def test_who_was_called(message: str, user: str) -> None:
    assert called_user(message) == user
