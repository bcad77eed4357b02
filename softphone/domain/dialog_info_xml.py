"""Reading application/dialog-info+xml (RFC 4235 §4), and joining partial documents to what is known.

    NOTIFY body ─▸ parse_dialog_info ─▸ DialogInfoDocument ─▸ merge_dialog_info(known, …) ─▸ DialogInfo

Foreign bytes raise DialogInfoInvalid and nothing else.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

import msgspec

from softphone.domain.call import CallState, Direction
from softphone.domain.dialog_info import Dialog, DialogInfo
from softphone.domain.uri import Party, parse_party
from softphone.domain.xml_document import XmlInvalid, parse_xml

_NAMESPACE = "urn:ietf:params:xml:ns:dialog-info"
_RENDERING = "+sip.rendering"  # RFC 4235 §5.2: "no" while what comes in is not played, as on hold


class DialogInfoInvalid(ValueError):
    """The bytes are no dialog-info document."""


class DialogInfoDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One document as it came; terminated dialogs are still in it."""

    entity: str
    version: int
    full: bool
    dialogs: tuple[Dialog, ...] = ()


def parse_dialog_info(data: bytes) -> DialogInfoDocument:
    """Parse one document.

    Errors: DialogInfoInvalid.
    """
    try:
        root = parse_xml(data)
    except XmlInvalid as error:
        raise DialogInfoInvalid(str(error)) from error
    if root.tag != _name("dialog-info"):
        raise DialogInfoInvalid(f"root element {root.tag[:80]!r}")
    state, version = root.get("state", ""), root.get("version", "")
    if state not in ("full", "partial"):
        raise DialogInfoInvalid(f"state {state[:20]!r}")
    if not (version.isascii() and version.isdigit() and len(version) <= 10):
        raise DialogInfoInvalid(f"version {version[:20]!r}")
    return DialogInfoDocument(
        entity=root.get("entity", ""),
        version=int(version),
        full=state == "full",
        dialogs=tuple(_dialog(element) for element in root.iterfind(_name("dialog"))),
    )


def merge_dialog_info(known: DialogInfo | None, document: DialogInfoDocument) -> DialogInfo | None:
    """What is known after ``document``; terminated dialogs are gone from it.

    None: a version was missed, the full state has to be asked for. A full document always counts, whatever
    its version (servers begin anew); an old partial one changes nothing. Source: RFC 4235 §4.3.
    """
    if document.full:
        dialogs = {dialog.id: dialog for dialog in document.dialogs}
    else:
        if known is None or document.version > known.version + 1:
            return None
        if document.version <= known.version:
            return known
        dialogs = {dialog.id: dialog for dialog in (*known.dialogs, *document.dialogs)}
    return DialogInfo(
        entity=document.entity,
        version=document.version,
        dialogs=tuple(dialog for dialog in dialogs.values() if dialog.state is not CallState.TERMINATED),
    )


def _name(local: str) -> str:
    return f"{{{_NAMESPACE}}}{local}"


def _dialog(element: Element) -> Dialog:
    identifier = element.get("id", "")
    if not identifier:
        raise DialogInfoInvalid("dialog without id")
    state = (element.findtext(_name("state")) or "").strip().lower()
    try:
        call_state = CallState(state)
    except ValueError:
        raise DialogInfoInvalid(f"dialog state {state[:20]!r}") from None
    directions = {direction.value: direction for direction in Direction}
    return Dialog(
        id=identifier,
        state=call_state,
        direction=directions.get(element.get("direction", "")),
        sip_call_id=element.get("call-id", ""),
        local_tag=element.get("local-tag", ""),
        remote_tag=element.get("remote-tag", ""),
        remote=_remote(element.find(_name("remote"))),
        held=_is_held(element.find(_name("local"))),
    )


def _remote(element: Element | None) -> Party | None:
    """Who the extension talks to: the identity, else the target's address."""
    if element is None:
        return None
    identity = element.find(_name("identity"))
    uri = (identity.text or "").strip() if identity is not None else ""
    if not uri:
        target = element.find(_name("target"))
        uri = target.get("uri", "").strip() if target is not None else ""
    if not uri:
        return None
    party = parse_party(f"<{uri}>" if not uri.startswith("<") else uri)
    name = identity.get("display", "") if identity is not None else ""
    return Party(uri=party.uri, display_name=name, number=party.number)


def _is_held(local: Element | None) -> bool:
    if local is None:
        return False
    return any(
        parameter.get("pname", "").lower() == _RENDERING and parameter.get("pvalue", "").lower() == "no"
        for parameter in local.iterfind(f"{_name('target')}/{_name('param')}")
    )
