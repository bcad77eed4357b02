"""The libraries that read directories and files of contacts, tried without a server."""

from __future__ import annotations

from collections.abc import Callable

from softphone.domain.contact_file import FoundContact

_CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:山田;太郎;;;\r\nFN:山田 太郎\r\nTEL:03-1234-5678\r\nEND:VCARD\r\n"


def _vcard() -> None:
    from softphone.directory.vcard_file import look_at_vcard, read_vcard

    content = _CARD.encode()
    steps = read_vcard(content, look_at_vcard(content))
    found = [step.contact.name for step in steps if isinstance(step, FoundContact)]
    if found != ["山田 太郎"]:
        raise ValueError(f"read as {found}")


def _ldap() -> None:
    from ldap3 import NONE, Connection, Server

    Connection(Server("127.0.0.1", port=9, get_info=NONE))


def directory_libraries() -> dict[str, Callable[[], None]]:
    """By part: what tries its library. Errors of each: ImportError, OSError, ValueError."""
    return {"vcard": _vcard, "ldap": _ldap}
