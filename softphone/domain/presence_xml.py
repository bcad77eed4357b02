"""Reading and writing application/pidf+xml (RFC 3863) with the activities of RPID (RFC 4480).

    NOTIFY body ─▸ parse_presence ─▸ Presence          Presence ─▸ format_presence ─▸ PUBLISH body

Foreign bytes raise PresenceInvalid and nothing else. Activities and notes are read wherever a server puts
them and in whatever namespace: makers of telephones have their own.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from softphone.domain.presence import Presence
from softphone.domain.xml_document import XmlInvalid, parse_xml

CONTENT_TYPE = "application/pidf+xml"
MAX_NOTE = 200
MAX_ACTIVITIES = 8
_PIDF = "urn:ietf:params:xml:ns:pidf"
_DATA_MODEL = "urn:ietf:params:xml:ns:pidf:data-model"
_RPID = "urn:ietf:params:xml:ns:pidf:rpid"


class PresenceInvalid(ValueError):
    """The bytes are no PIDF document."""


def parse_presence(data: bytes) -> Presence:
    """Parse one document.

    Errors: PresenceInvalid.
    """
    try:
        root = parse_xml(data)
    except XmlInvalid as error:
        raise PresenceInvalid(str(error)) from error
    if root.tag != f"{{{_PIDF}}}presence":
        raise PresenceInvalid(f"root element {root.tag[:80]!r}")
    basics = {_words(element) for element in root.iter(f"{{{_PIDF}}}basic")}
    notes = (_words(element) for element in root.iter() if _local(element) == "note")
    activities = [
        _local(child)
        for element in root.iter()
        if _local(element) == "activities"
        for child in element
        if _local(child) != "note"
    ]
    return Presence(
        is_open="open" in basics if basics & {"open", "closed"} else None,
        activities=tuple(dict.fromkeys(activities))[:MAX_ACTIVITIES],
        note=next((note for note in notes if note), "")[:MAX_NOTE],
    )


def format_presence(presence: Presence, entity: str) -> bytes:
    """The document that says ``presence`` of ``entity``, a SIP URI."""
    basic = "closed" if presence.is_open is False else "open"
    activities = "".join(f"<rpid:{name}/>" for name in presence.activities)
    note = escape(presence.note)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<presence xmlns="{_PIDF}" xmlns:dm="{_DATA_MODEL}" xmlns:rpid="{_RPID}"'
        f" entity={quoteattr(entity)}>"
        f'<tuple id="phone"><status><basic>{basic}</basic></status>'
        f"{f'<note>{note}</note>' if note else ''}</tuple>"
        f'<dm:person id="person"><rpid:activities>{activities}</rpid:activities>'
        f"{f'<dm:note>{note}</dm:note>' if note else ''}</dm:person></presence>\n"
    ).encode()


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2].lower()[:MAX_NOTE]


def _words(element: Element) -> str:
    """Its text on one line."""
    return " ".join((element.text or "").split())
