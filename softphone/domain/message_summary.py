"""Message waiting: message-summary (RFC 3842), voice messages only."""

from __future__ import annotations

import msgspec


class MessageSummary(msgspec.Struct, frozen=True, kw_only=True):
    """``account_uri`` is the Message-Account to call, "" where the server names none."""

    waiting: bool
    account_uri: str = ""
    new: int = 0
    old: int = 0
    new_urgent: int = 0
    old_urgent: int = 0
