"""Who talks to whom: the dialogs of every extension, followed through the proxy, and dialog-info (RFC 4235).

    INVITE 201 → 202   201: trying, initiator
    180 tag b          201: early             202: early, recipient, call-id, tags a and b
    200, BYE           both confirmed         both terminated, told once, gone

The ids are the phones' own, end to end: an INVITE with Replaces made of them takes a ringing call (RFC 3891).
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from dataclasses import dataclass

from softphone.domain.uri import SipUri
from softphone.registrar.sdp import SdpInvalid, parse_sdp
from softphone.registrar.xml_text import attribute, content
from softphone.sip.dialog import contact_of
from softphone.sip.header import NameAddr
from softphone.sip.message import SipRequest, SipResponse

logger = logging.getLogger(__name__)

MAX_DIALOGS = 2048
CONTENT_TYPE = "application/dialog-info+xml"
_NAMESPACE = "urn:ietf:params:xml:ns:dialog-info"


@dataclass
class FollowedDialog:
    """One side of one call: of ``resource`` (an extension or a number), as that side sees it."""

    id: str
    resource: str
    direction: str
    sip_call_id: str
    local_tag: str
    remote_tag: str = ""
    state: str = "trying"
    remote: NameAddr | None = None
    remote_target: str = ""
    is_held: bool = False


class DialogBook:
    """Every dialog that is not over. ``on_change`` gets the resource; what just ended is still listed."""

    def __init__(self) -> None:
        self.on_change: Callable[[str], None] = _nobody
        self._dialogs: dict[tuple[str, str], FollowedDialog] = {}
        self._ids = itertools.count(1)

    def dialogs(self, resource: str) -> list[FollowedDialog]:
        """The dialogs of ``resource``."""
        return [dialog for dialog in self._dialogs.values() if dialog.resource == resource]

    def is_talking(self, resource: str) -> bool:
        """True where a call of ``resource`` is up."""
        return any(dialog.state == "confirmed" for dialog in self.dialogs(resource))

    def caller_sent(self, request: SipRequest, caller: str) -> None:
        """``caller`` sent an INVITE that was taken on."""
        tag = request.from_.tag
        self._add(
            FollowedDialog(
                f"d{next(self._ids)}",
                caller,
                "initiator",
                request.call_id,
                tag,
                remote=_bare(request.to),
            )
        )

    def caller_got(self, request: SipRequest, response: SipResponse) -> None:
        """A response went to the caller. A final one settles what rang for it, too."""
        dialog = self._dialogs.get((request.call_id, request.from_.tag))
        code = response.status_code
        if dialog and code > 100:
            self._advance(dialog, response)
        if code >= 200:
            won = response.to.tag if code < 300 else ""
            for other in list(self._dialogs.values()):
                rang_here = other.sip_call_id == request.call_id and other.direction == "recipient"
                if rang_here and other.state != "confirmed" and other.local_tag != won:
                    self._terminate(other)

    def callee_said(self, request: SipRequest, callee: str, response: SipResponse) -> None:
        """A phone of ``callee`` answered the INVITE ``request`` it was sent."""
        tag = response.to.tag
        if not tag or response.status_code <= 100:
            return
        dialog = self._dialogs.get((request.call_id, tag))
        if dialog:
            self._advance(dialog, response)
        elif response.status_code < 300:
            entry = FollowedDialog(
                f"d{next(self._ids)}",
                callee,
                "recipient",
                request.call_id,
                tag,
                request.from_.tag,
                state="early" if response.status_code < 200 else "confirmed",
                remote=_bare(request.from_),
                remote_target=contact_of(request),
            )
            self._add(entry)

    def renegotiated(self, request: SipRequest) -> None:
        """A re-INVITE or UPDATE came: its sender holds the call, or takes it back."""
        dialog = self._dialogs.get((request.call_id, request.from_.tag))
        if dialog is None or not request.body:
            return
        try:
            media = parse_sdp(request.body).media
        except SdpInvalid:
            return
        is_held = bool(media) and media[0].direction.value in ("sendonly", "inactive")
        if is_held != dialog.is_held:
            dialog.is_held = is_held
            self.on_change(dialog.resource)

    def ended(self, sip_call_id: str, *tags: str) -> None:
        """A BYE went through: both sides are over."""
        for tag in tags:
            dialog = self._dialogs.get((sip_call_id, tag))
            if dialog:
                self._terminate(dialog)

    def gone(self, resource: str) -> None:
        """The last phone of ``resource`` is no longer there, so nobody will ever say BYE."""
        for dialog in self.dialogs(resource):
            self._terminate(dialog)

    def occupy(self, resource: str, sip_call_id: str, tag: str, remote: NameAddr) -> None:
        """A call stands in a place of ours, such as a parking slot; ``ended`` frees it."""
        entry = FollowedDialog(f"d{next(self._ids)}", resource, "recipient", sip_call_id, tag)
        entry.state, entry.remote = "confirmed", _bare(remote)
        self._add(entry)

    def _add(self, dialog: FollowedDialog) -> None:
        if len(self._dialogs) >= MAX_DIALOGS:
            self._terminate(next(iter(self._dialogs.values())))
        self._dialogs[(dialog.sip_call_id, dialog.local_tag)] = dialog
        self.on_change(dialog.resource)

    def _advance(self, dialog: FollowedDialog, response: SipResponse) -> None:
        code = response.status_code
        if code >= 300:
            if dialog.state != "confirmed":
                self._terminate(dialog)
            return
        state = "confirmed" if code >= 200 or dialog.state == "confirmed" else "early"
        if dialog.direction == "initiator":
            dialog.remote_tag = response.to.tag or dialog.remote_tag
            dialog.remote_target = contact_of(response) or dialog.remote_target
        if state != dialog.state:
            dialog.state = state
            self.on_change(dialog.resource)

    def _terminate(self, dialog: FollowedDialog) -> None:
        dialog.state = "terminated"
        self.on_change(dialog.resource)
        self._dialogs.pop((dialog.sip_call_id, dialog.local_tag), None)


class DialogPackage:
    """The dialog package, always the full state."""

    name = "dialog"
    content_type = CONTENT_TYPE

    def __init__(self, book: DialogBook, is_known: Callable[[str], bool]) -> None:
        self._book = book
        self._is_known = is_known

    def refusal(self, resource: str, subscriber: str) -> int:
        """404 for a number nobody has."""
        return 0 if self._is_known(resource) else 404

    def document(self, resource: str, entity: SipUri, version: int) -> bytes:
        """dialog-info+xml of every dialog of ``resource``."""
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<dialog-info xmlns="{_NAMESPACE}" version="{version}" state="full"'
            f" entity={attribute(str(entity))}>",
        ]
        for dialog in self._book.dialogs(resource):
            lines += _element(dialog, entity)
        lines.append("</dialog-info>")
        return ("\n".join(lines) + "\n").encode()


def _element(dialog: FollowedDialog, entity: SipUri) -> list[str]:
    tags = f" call-id={attribute(dialog.sip_call_id)} local-tag={attribute(dialog.local_tag)}"
    if dialog.remote_tag:
        tags += f" remote-tag={attribute(dialog.remote_tag)}"
    rendering = '<param pname="+sip.rendering" pvalue="no"/>' if dialog.is_held else ""
    lines = [
        f'<dialog id="{dialog.id}"{tags} direction="{dialog.direction}">',
        f"<state>{dialog.state}</state>",
        f"<local><identity>{content(str(entity))}</identity>"
        f"<target uri={attribute(str(entity))}>{rendering}</target></local>",
    ]
    if dialog.remote:
        name = f" display={attribute(dialog.remote.display_name)}" if dialog.remote.display_name else ""
        target = f"<target uri={attribute(dialog.remote_target)}/>" if dialog.remote_target else ""
        identity = f"<identity{name}>{content(dialog.remote.uri)}</identity>"
        lines.append(f"<remote>{identity}{target}</remote>")
    lines.append("</dialog>")
    return lines


def _bare(who: NameAddr) -> NameAddr:
    return NameAddr(who.uri, who.display_name)


def _nobody(resource: str) -> None:
    logger.debug("nobody watches %s", resource)
