"""The libraries that read directories and files of contacts, tried without a server."""

from __future__ import annotations

import os
import ssl
import sys
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


def _tls() -> None:
    ssl.create_default_context()


def _ldap() -> None:
    from ldap3 import NONE, Connection, Server

    Connection(Server("127.0.0.1", port=9, get_info=NONE))


def directory_libraries() -> dict[str, Callable[[], None]]:
    """By part: what tries its library. Errors of each: ImportError, OSError, ValueError."""
    return {"vcard": _vcard, "ldap": _ldap, "tls": _tls}


def knows_certificates() -> bool:
    """There are authorities by which a server's certificate is judged."""
    if sys.platform == "win32":
        return True  # the system's own store
    paths = ssl.get_default_verify_paths()
    return any(path and os.path.exists(path) for path in (paths.cafile, paths.capath))
