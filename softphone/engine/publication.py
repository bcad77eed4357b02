"""Our own presence at the server: published, refreshed, changed, taken back (RFC 3903). No socket, no thread.

publish(presence) ─▸ PUBLISH ─▸ 200, SIP-ETag … refreshed before it runs out …
publish(None)     ─▸ Expires: 0        412: the server forgot it, all of it anew
silence, 5xx      ─▸ back-off          a refusal: the end, until the account registers anew
"""

from __future__ import annotations

import random
from collections.abc import Callable

from softphone.domain.presence import Presence
from softphone.domain.presence_xml import CONTENT_TYPE, format_presence
from softphone.engine.backoff import LATE_CAP_S, Backoff
from softphone.engine.errors import LOGGER
from softphone.engine.subscription import (
    MIN_RETRY_S,
    REFRESH_AFTER,
    TEMPORARY,
    Cancellable,
    Sender,
    header_number,
)
from softphone.sip.message import SipRequest, SipResponse
from softphone.sip.transaction import TimerHandle

EXPIRES_S = 600  # for so long a phone that was cut off seems to be there


class Publication:
    """Thread: subscriptions, all of it. ``aor`` is our own address; ``on_etag`` hears every other SIP-ETag.

    A tag is kept until the server says that it knows it not: else what was published under it would stand
    beside the next.
    """

    def __init__(
        self,
        aor: str,
        *,
        sender: Sender,
        on_etag: Callable[[str], None],
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.wanted: Presence | None = None
        self._aor = aor
        self._sender = sender
        self._on_etag = on_etag
        self._uniform = uniform
        self._backoff = Backoff(uniform, first_s=MIN_RETRY_S, early_cap_s=LATE_CAP_S)
        self._expires_s = EXPIRES_S
        self._reachable = False
        self._refused = False
        self._published: Presence | None = None
        self._etag = ""
        self._under_way: Cancellable | None = None
        self._timer: TimerHandle | None = None

    def publish(self, presence: Presence | None, etag: str = "") -> None:
        """Say this of ourselves from now on; None says nothing any more. ``etag``: of an engine before us."""
        self.wanted = presence
        self._etag = self._etag or etag
        self._settle()

    def start(self) -> None:
        """The account is registered, perhaps at another server: all of it anew."""
        self.drop()
        self._reachable = True
        self._settle()

    def drop(self) -> None:
        """The server is gone."""
        self._cancel()
        self._reachable = self._refused = False
        self._published = None
        self._backoff.reset()

    def stop(self) -> None:
        """Take it back and say nothing more."""
        self._cancel()
        self.wanted = None
        self._settle()

    def refresh(self) -> None:
        """See to it that the server still has it."""
        if self._under_way is None and self._etag and self.wanted is not None:
            self._send(self._expires_s, b"")

    def _settle(self) -> None:
        """Bring the server to what is wanted."""
        if not self._reachable or self._refused or self._under_way is not None:
            return
        if self.wanted is None:
            if self._etag:
                self._send(0, b"")
        elif self.wanted != self._published:
            self._send(self._expires_s, format_presence(self.wanted, self._aor))

    def _send(self, expires_s: int, body: bytes) -> None:
        said, etag = self.wanted, self._etag
        self._cancel()
        dialog = self._sender.new_dialog(self._aor)  # a request outside any dialog: only its ids are used
        headers = [("Event", "presence"), ("Expires", str(expires_s))]
        if etag:
            headers.append(("SIP-If-Match", etag))
        if body:
            headers.append(("Content-Type", CONTENT_TYPE))

        def build() -> SipRequest:
            return dialog.request("PUBLISH", headers=headers, body=body)

        def answered(status_code: int, response: SipResponse | None) -> None:
            self._under_way = None
            if 200 <= status_code < 300 and response is not None:
                self._accepted(said if expires_s else None, response)
            elif status_code == 412 and etag:
                self._published = None
                self._set_etag("")
            elif status_code == 423 and response is not None and self._longer(response):
                self._published = None
            else:
                self._failed(status_code, response)
                return
            self._settle()

        self._under_way = self._sender.send(build, answered)

    def _accepted(self, said: Presence | None, response: SipResponse) -> None:
        self._backoff.reset()
        self._published = said
        self._set_etag(response.headers.get("SIP-ETag") if said is not None else "")
        granted_s = header_number(response.headers.get("Expires"), self._expires_s)
        if self._etag and granted_s > 0:
            delay_s = granted_s * self._uniform(*REFRESH_AFTER)
            self._timer = self._sender.scheduler.call_later(delay_s, self.refresh)

    def _longer(self, response: SipResponse) -> bool:
        at_least_s = header_number(response.headers.get("Min-Expires"), 0)
        if at_least_s <= self._expires_s:
            return False
        self._expires_s = at_least_s
        return True

    def _failed(self, status_code: int, response: SipResponse | None) -> None:
        self._published = None
        if response is not None and status_code not in TEMPORARY:
            LOGGER.info("the server takes no presence of ours: %s", status_code)
            self._refused = True
            self._set_etag("")
        elif self.wanted is not None:
            delay_s = self._backoff.next_delay_s(0.0)
            self._timer = self._sender.scheduler.call_later(delay_s, self._settle)

    def _set_etag(self, etag: str) -> None:
        if etag != self._etag:
            self._etag = etag
            self._on_etag(etag)

    def _cancel(self) -> None:
        if self._under_way is not None:
            self._under_way.cancel()
            self._under_way = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
