"""The event server: SUBSCRIBE taken, NOTIFY sent until somebody ends it (RFC 6665).

    SUBSCRIBE ─▶ EventServer ─▶ 200, NOTIFY (whole state) ─┐ one at a time; what changes meanwhile goes
    changed("dialog", "202") ─▶ NOTIFY ────────────────────┘ into the next one
    Expires 0, expiry, stop ─▶ NOTIFY terminated;reason=…      refusal or silence ─▶ gone without a word

What a state looks like is its EventPackage's; who may ask was proven before. Works on the registrar's loop.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Protocol

from softphone.domain.uri import SipUri
from softphone.registrar.addressing import Addressing
from softphone.registrar.answering import reply
from softphone.registrar.uas_dialog import UasDialog
from softphone.sip.header import HeaderInvalid, parse_number
from softphone.sip.message import SipRequest, SipResponse, response_to
from softphone.sip.transaction import ServerTransaction, TimerHandle, TransactionLayer

logger = logging.getLogger(__name__)

MIN_EXPIRES_S = 5
MAX_EXPIRES_S = 3600
MAX_SUBSCRIPTIONS = 4096


class EventPackage(Protocol):
    """One kind of state that can be watched."""

    name: str
    content_type: str

    def refusal(self, resource: str, subscriber: str) -> int:
        """The status a subscription is refused with; 0 where it is welcome."""

    def document(self, resource: str, entity: SipUri, version: int) -> bytes:
        """The whole state of ``resource`` (a number); ``entity`` is it as the subscriber wrote it."""


class Subscription:
    """One dialog of one subscriber."""

    def __init__(
        self,
        dialog: UasDialog,
        package: EventPackage,
        request: SipRequest,
        entity: SipUri,
        now: Callable[[], float],
    ) -> None:
        self.dialog = dialog
        self.package = package
        self.resource = entity.user
        self.event = request.headers.get("Event")
        self.expires_at_s = 0.0
        self.timer: TimerHandle | None = None
        self.on_dead: Callable[[], None] | None = None
        self._entity = entity
        self._now = now
        self._version = -1
        self._is_waiting = False
        self._is_stale = False
        self._is_over = False

    def notify(self) -> None:
        """Send the state; while an earlier NOTIFY is unanswered, after its answer."""
        if self._is_waiting:
            self._is_stale = True
            return
        left_s = max(round(self.expires_at_s - self._now()), 0)
        self._is_waiting = True
        self._send(f"active;expires={left_s}")

    def terminate(self, reason: str) -> None:
        """Send the last NOTIFY, whatever becomes of it."""
        self._is_over = True
        if self.timer:
            self.timer.cancel()
        self._send(f"terminated;reason={reason}")

    def drop(self) -> None:
        """Say nothing more."""
        self._is_over = True
        if self.timer:
            self.timer.cancel()

    def _send(self, state: str) -> None:
        self._version += 1
        headers = [
            ("Contact", self.dialog.contact),
            ("Event", self.event),
            ("Subscription-State", state),
            ("Content-Type", self.package.content_type),
        ]
        body = self.package.document(self.resource, self._entity, self._version)
        self.dialog.send(
            "NOTIFY", headers=headers, body=body, on_response=self._answered, on_failure=self._failed
        )

    def _answered(self, response: SipResponse) -> None:
        if response.status_code >= 300:
            self._failed(response.status_code)
        elif response.status_code >= 200:
            self._is_waiting = False
            if self._is_stale and not self._is_over:
                self._is_stale = False
                self.notify()

    def _failed(self, status_code: int) -> None:
        """RFC 6665 §4.2.2: a subscriber that does not answer, or refuses, is one no more."""
        if not self._is_over:
            logger.debug("subscription to %s ended by %d", self.resource, status_code)
            self.drop()
            if self.on_dead:
                self.on_dead()


class EventServer:
    """All subscriptions."""

    def __init__(
        self, addressing: Addressing, transactions: TransactionLayer, packages: Iterable[EventPackage]
    ) -> None:
        self._addressing = addressing
        self._transactions = transactions
        self._packages = {package.name: package for package in packages}
        self._subscriptions: dict[tuple[str, str], Subscription] = {}

    @property
    def allow_events(self) -> tuple[str, str]:
        """The header that names the packages."""
        return "Allow-Events", ", ".join(sorted(self._packages))

    def count(self) -> int:
        """How many subscriptions live."""
        return len(self._subscriptions)

    def subscribe(self, transaction: ServerTransaction, entity: SipUri, subscriber: str) -> None:
        """Answer a SUBSCRIBE outside any dialog, of a user who proved to be ``subscriber``."""
        request = transaction.request
        package = self._packages.get(_package_name(request))
        if package is None:
            reply(transaction, 489, headers=[self.allow_events])
            return
        if not _accepts(request, package.content_type):
            reply(transaction, 406)
            return
        if not request.headers.get("Contact"):
            reply(transaction, 400, "Contact missing")
            return
        expires_s = self._granted_s(transaction)
        if expires_s is None:
            return
        refusal = package.refusal(entity.user, subscriber)
        if not refusal and len(self._subscriptions) >= MAX_SUBSCRIPTIONS:
            refusal = 503
        if refusal:
            reply(transaction, refusal)
            return
        dialog = UasDialog(self._addressing, self._transactions, request, transaction.flow, entity.user)
        bare = SipUri(entity.user, entity.host, entity.port)
        subscription = Subscription(dialog, package, request, bare, self._transactions.scheduler.time)
        key = (dialog.sip_call_id, dialog.local_tag)
        self._subscriptions[key] = subscription
        subscription.on_dead = lambda: self._forget(key)
        self._grant(transaction, key, subscription, expires_s)

    def serve_in_dialog(self, transaction: ServerTransaction) -> bool:
        """Answer a refresh or an unsubscription. False where the request is in no dialog of ours."""
        request = transaction.request
        key = (request.call_id, request.to.tag)
        subscription = self._subscriptions.get(key)
        if subscription is None:
            return False
        if request.method != "SUBSCRIBE":
            reply(transaction, 405, headers=[("Allow", "SUBSCRIBE")])
        elif not subscription.dialog.is_in_order(request):
            reply(transaction, 500)
        elif request.headers.get("Event") != subscription.event:
            reply(transaction, 489, headers=[self.allow_events])
        else:
            expires_s = self._granted_s(transaction)
            if expires_s is not None:
                subscription.dialog.refresh_target(request)
                self._grant(transaction, key, subscription, expires_s)
        return True

    def changed(self, package_name: str, resource: str) -> None:
        """Tell everyone who watches this."""
        for subscription in list(self._subscriptions.values()):
            if subscription.resource == resource and subscription.package.name == package_name:
                subscription.notify()

    def close(self) -> None:
        """Tell every subscriber that it must subscribe anew (RFC 6665 §4.1.3)."""
        for subscription in self._subscriptions.values():
            subscription.terminate("deactivated")
        self._subscriptions.clear()

    def _granted_s(self, transaction: ServerTransaction) -> int | None:
        """The seconds to grant; None where the asked-for time was answered with a refusal."""
        try:
            asked_s = parse_number(transaction.request.headers.get("Expires") or str(MAX_EXPIRES_S))
        except HeaderInvalid:
            reply(transaction, 400, "Expires")
            return None
        if 0 < asked_s < MIN_EXPIRES_S:
            reply(transaction, 423, headers=[("Min-Expires", str(MIN_EXPIRES_S))])
            return None
        return min(asked_s, MAX_EXPIRES_S)

    def _grant(
        self,
        transaction: ServerTransaction,
        key: tuple[str, str],
        subscription: Subscription,
        expires_s: int,
    ) -> None:
        scheduler = self._transactions.scheduler
        dialog = subscription.dialog
        lines = [("Record-Route", value) for value in dialog.route_set]
        lines += [("Contact", dialog.contact), ("Expires", str(expires_s)), self.allow_events]
        transaction.respond(response_to(transaction.request, 200, to_tag=dialog.local_tag, headers=lines))
        if expires_s == 0:
            self._terminate(key, "timeout")
            return
        if subscription.timer:
            subscription.timer.cancel()
        subscription.expires_at_s = scheduler.time() + expires_s
        subscription.timer = scheduler.call_later(expires_s, lambda: self._terminate(key, "timeout"))
        subscription.notify()

    def _terminate(self, key: tuple[str, str], reason: str) -> None:
        subscription = self._subscriptions.pop(key, None)
        if subscription:
            subscription.terminate(reason)

    def _forget(self, key: tuple[str, str]) -> None:
        self._subscriptions.pop(key, None)


def _package_name(request: SipRequest) -> str:
    return request.headers.get("Event").partition(";")[0].strip().lower()


def _accepts(request: SipRequest, content_type: str) -> bool:
    """RFC 6665 §3.1.3: no Accept means the package's own type."""
    ranges = [value.partition(";")[0].strip().lower() for value in request.headers.values("Accept")]
    return not ranges or any(
        one in (content_type, content_type.split("/")[0] + "/*", "*/*") for one in ranges
    )
