"""Message waiting: message-summary (RFC 3842), voice messages only."""

from __future__ import annotations

import re

import msgspec

_COUNTS = re.compile(
    r"([0-9]{1,9})\s*/\s*([0-9]{1,9})(?:\s*\(\s*([0-9]{1,9})\s*/\s*([0-9]{1,9})\s*\))?\Z", re.ASCII
)


class MessageSummaryInvalid(ValueError):
    """The text is no message-summary."""


class MessageSummary(msgspec.Struct, frozen=True, kw_only=True):
    """``account_uri`` is the Message-Account to call, "" where the server names none."""

    waiting: bool
    account_uri: str = ""
    new: int = 0
    old: int = 0
    new_urgent: int = 0
    old_urgent: int = 0


def parse_message_summary(text: str) -> MessageSummary:
    """Parse an application/simple-message-summary body; classes other than Voice-Message are passed over.

    Errors: MessageSummaryInvalid where Messages-Waiting is missing or a count is no number.
    Source: RFC 3842 §5.2.
    """
    fields: dict[str, str] = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if not line.strip() and fields:
            break  # what follows are headers of single messages
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    waiting = fields.get("messages-waiting", "").lower()
    if waiting not in ("yes", "no"):
        raise MessageSummaryInvalid(f"Messages-Waiting: {waiting[:40]!r}")
    counts = (0, 0, 0, 0)
    if "voice-message" in fields:
        match = _COUNTS.match(fields["voice-message"])
        if not match:
            raise MessageSummaryInvalid(f"Voice-Message: {fields['voice-message'][:40]!r}")
        new, old, new_urgent, old_urgent = (int(count or 0) for count in match.groups())
        counts = (new, old, new_urgent, old_urgent)
    return MessageSummary(
        waiting=waiting == "yes",
        account_uri=fields.get("message-account", ""),
        new=counts[0],
        old=counts[1],
        new_urgent=counts[2],
        old_urgent=counts[3],
    )
