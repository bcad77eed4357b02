"""Presence: what phones publish (RFC 3903) and what their calls say, as PIDF (RFC 3856, 3863, RPID 4480).

PUBLISH ─▶ PublicationStore ─┐
registered? on the phone? ───┴▶ PresencePackage.document ─▶ NOTIFY
"""

from __future__ import annotations

import secrets
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import dataclass

from softphone.domain.uri import SipUri
from softphone.registrar.answering import reply
from softphone.registrar.xml_text import attribute, content
from softphone.sip.header import HeaderInvalid, parse_number
from softphone.sip.message import SipRequest
from softphone.sip.transaction import Scheduler, ServerTransaction, TimerHandle

CONTENT_TYPE = "application/pidf+xml"
MIN_EXPIRES_S = 5
MAX_EXPIRES_S = 3600
MAX_PUBLICATIONS = 1024
MAX_DOCUMENT_BYTES = 16_384
_PIDF = "urn:ietf:params:xml:ns:pidf"
_DATA_MODEL = "urn:ietf:params:xml:ns:pidf:data-model"
_RPID = "urn:ietf:params:xml:ns:pidf:rpid"
ON_THE_PHONE = "on-the-phone"


class DocumentInvalid(ValueError):
    """The published body is no PIDF."""


@dataclass(frozen=True)
class Presence:
    """What is shown of a person. ``activities`` are RPID element names."""

    is_open: bool
    note: str = ""
    activities: tuple[str, ...] = ()


@dataclass
class _Publication:
    resource: str
    presence: Presence
    timer: TimerHandle


class PublicationStore:
    """The event state compositor: one living publication a tag."""

    def __init__(self, scheduler: Scheduler) -> None:
        self.on_change: Callable[[str], None] | None = None
        self._scheduler = scheduler
        self._publications: dict[str, _Publication] = {}

    def published(self, resource: str) -> Presence | None:
        """The newest living publication of ``resource``."""
        found = [p.presence for p in self._publications.values() if p.resource == resource]
        return found[-1] if found else None

    def publish(self, transaction: ServerTransaction, resource: str) -> None:
        """Answer a PUBLISH of ``resource``'s own user (RFC 3903 §6)."""
        request = transaction.request
        tag = request.headers.get("SIP-If-Match")
        earlier = self._publications.get(tag)
        if tag and (earlier is None or earlier.resource != resource):
            reply(transaction, 412, "Conditional Request Failed")
            return
        content_type = request.headers.get("Content-Type").partition(";")[0].strip().lower()
        if request.body and content_type != CONTENT_TYPE:
            reply(transaction, 415, headers=[("Accept", CONTENT_TYPE)])
            return
        try:
            expires_s = min(parse_number(request.headers.get("Expires") or str(MAX_EXPIRES_S)), MAX_EXPIRES_S)
            presence = _read(request, earlier.presence if earlier else None)
        except (HeaderInvalid, DocumentInvalid) as error:
            reply(transaction, 400, str(error).splitlines()[0][:60])
            return
        if 0 < expires_s < MIN_EXPIRES_S:
            reply(transaction, 423, headers=[("Min-Expires", str(MIN_EXPIRES_S))])
        elif not tag and len(self._publications) >= MAX_PUBLICATIONS:
            reply(transaction, 503)
        else:
            self._remove(tag)
            new_tag = secrets.token_hex(8)
            if expires_s:
                timer = self._scheduler.call_later(expires_s, lambda: self._expire(new_tag))
                self._publications[new_tag] = _Publication(resource, presence, timer)
            reply(transaction, 200, headers=[("SIP-ETag", new_tag), ("Expires", str(expires_s))])
            self._tell(resource)

    def close(self) -> None:
        """Forget everything."""
        for tag in list(self._publications):
            self._remove(tag)

    def _expire(self, tag: str) -> None:
        publication = self._publications.get(tag)
        self._remove(tag)
        if publication:
            self._tell(publication.resource)

    def _remove(self, tag: str) -> None:
        publication = self._publications.pop(tag, None)
        if publication:
            publication.timer.cancel()

    def _tell(self, resource: str) -> None:
        if self.on_change:
            self.on_change(resource)


class PresencePackage:
    """The presence package. ``presence`` gives what is known of a number."""

    name = "presence"
    content_type = CONTENT_TYPE

    def __init__(self, presence: Callable[[str], Presence], is_known: Callable[[str], bool]) -> None:
        self._presence = presence
        self._is_known = is_known

    def refusal(self, resource: str, subscriber: str) -> int:
        """404 for a number nobody has."""
        return 0 if self._is_known(resource) else 404

    def document(self, resource: str, entity: SipUri, version: int) -> bytes:
        """PIDF of ``resource``."""
        presence = self._presence(resource)
        note = f"<note>{content(presence.note)}</note>" if presence.note else ""
        activities = "".join(f"<rpid:{name}/>" for name in presence.activities)
        person = f"<rpid:activities>{activities}</rpid:activities>" if activities else ""
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<presence xmlns="{_PIDF}" xmlns:dm="{_DATA_MODEL}" xmlns:rpid="{_RPID}"'
            f" entity={attribute(str(entity))}>",
            f'<tuple id="t1"><status><basic>{"open" if presence.is_open else "closed"}</basic></status>',
            f"<contact>{content(str(entity))}</contact>{note}</tuple>",
            f'<dm:person id="p1">{person}</dm:person>',
            "</presence>",
        ]
        return ("\n".join(lines) + "\n").encode()


def read_presence(body: bytes) -> Presence:
    """What a published PIDF says.

    Errors: DocumentInvalid.
    """
    if len(body) > MAX_DOCUMENT_BYTES or b"\x00" in body or b"<!DOCTYPE" in body:
        raise DocumentInvalid("PIDF: too long, or with a document type")
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise DocumentInvalid("PIDF: not well-formed") from error
    if root.tag != f"{{{_PIDF}}}presence":
        raise DocumentInvalid("PIDF: no presence element")
    basics = [(element.text or "").strip() for element in root.iter(f"{{{_PIDF}}}basic")]
    notes = [(element.text or "").strip() for element in root.iter(f"{{{_PIDF}}}note")]
    prefix = f"{{{_RPID}}}"
    activities = [
        child.tag.removeprefix(prefix)
        for element in root.iter(f"{prefix}activities")
        for child in element
        if child.tag.startswith(prefix) and child.tag.removeprefix(prefix).replace("-", "").isascii()
    ]
    return Presence("open" in basics, next((n for n in notes if n), "")[:200], tuple(activities[:8]))


def _read(request: SipRequest, earlier: Presence | None) -> Presence:
    """A refresh and a removal have no body and leave what was said (RFC 3903 §4.1)."""
    if not request.body and earlier is not None:
        return earlier
    return read_presence(request.body)
