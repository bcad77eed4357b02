"""Message waiting: the counts of a voicemail box as message-summary (RFC 3842)."""

from __future__ import annotations

from collections.abc import Callable

from softphone.domain.message_summary import MessageSummary
from softphone.domain.uri import SipUri

CONTENT_TYPE = "application/simple-message-summary"


class MessageWaitingPackage:
    """The message-summary package. A box is its owner's: nobody else may watch it."""

    name = "message-summary"
    content_type = CONTENT_TYPE

    def __init__(self, summary: Callable[[str], MessageSummary | None], playback_number: str) -> None:
        self._summary = summary
        self._playback_number = playback_number

    def refusal(self, resource: str, subscriber: str) -> int:
        """404 where there is no box, 403 where it is somebody else's."""
        if self._summary(resource) is None:
            return 404
        return 0 if resource == subscriber else 403

    def document(self, resource: str, entity: SipUri, version: int) -> bytes:
        """The summary as text lines."""
        summary = self._summary(resource) or MessageSummary(waiting=False)
        account = SipUri(self._playback_number, entity.host, entity.port)
        lines = [
            f"Messages-Waiting: {'yes' if summary.waiting else 'no'}",
            f"Message-Account: {account}",
            f"Voice-Message: {summary.new}/{summary.old} ({summary.new_urgent}/{summary.old_urgent})",
        ]
        return ("\r\n".join(lines) + "\r\n").encode()
