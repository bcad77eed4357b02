"""The short answer to a request: a status, a fresh To tag, a few headers."""

from __future__ import annotations

from collections.abc import Iterable

from softphone.sip.message import new_tag, response_to
from softphone.sip.transaction import ServerTransaction


def reply(
    transaction: ServerTransaction,
    status_code: int,
    reason_phrase: str = "",
    headers: Iterable[tuple[str, str]] = (),
) -> None:
    """Answer with this status; a 100 has no tag (RFC 3261 §8.2.6.2)."""
    tag = "" if status_code == 100 else new_tag()
    transaction.respond(
        response_to(transaction.request, status_code, reason_phrase, to_tag=tag, headers=headers)
    )
