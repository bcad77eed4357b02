"""共有の電話帳: directories of the company, read and never written; what a user tells of one, what it says.

LDAP (RFC 4511)      searched on the server as one types; nothing of it is stored
CardDAV (RFC 6352)   taken whole now and then, searched and matched here, offline too
a CSV file           likewise, taken anew when it changes
"""

from __future__ import annotations

import enum
from urllib.parse import unquote, urlsplit

import msgspec

from softphone.domain.contact import Contact

MAX_DIRECTORIES = 8
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")


class DirectoryKind(enum.Enum):
    """How a directory is read."""

    LDAP = "ldap"
    CARDDAV = "carddav"
    CSV = "csv"


_SCHEMES = {DirectoryKind.LDAP: "ldap", DirectoryKind.CARDDAV: "https"}


class Encryption(enum.Enum):
    """LDAP only: a TLS port of its own (ldaps), StartTLS (RFC 4511 §4.14), or none."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class DirectorySettings(msgspec.Struct, frozen=True, kw_only=True):
    """One directory. ``key`` names it in the phone book's ``source`` and for its password in the keyring.

    ``address``: host or host:port (LDAP), the address of the book or of its server (CardDAV), a path (CSV).
    ``base`` is the DN searched under (LDAP). ``user`` "" reads without a password.
    """

    key: str
    kind: DirectoryKind
    name: str
    address: str
    base: str = ""
    user: str = ""
    encryption: Encryption = Encryption.STARTTLS
    active: bool = True

    @property
    def is_searched_there(self) -> bool:
        """Its server searches; the others are searched here."""
        return self.kind is DirectoryKind.LDAP


class DirectoryAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a directory said. ``problem``: "" or why it said nothing:

    address, unreachable, timeout, certificate, credentials, not_allowed, not_found, too_large, unreadable,
    insecure (a password would go unencrypted), failed. ``unchanged``: as the last time, ``contacts`` empty.
    ``more``: there were more than asked for. ``state`` tells two readings apart (ctag, time of change).
    ``content`` is what was fetched, as it came: CSV or vCards.
    """

    contacts: tuple[Contact, ...] = ()
    content: bytes = b""
    problem: str = ""
    detail: str = ""
    more: bool = False
    unchanged: bool = False
    state: str = ""


class DirectoryStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How a directory is doing: ``count`` entries at ``at_s`` (Unix seconds, 0.0 never), or its problem.

    ``unread`` entries of it could not be read.
    """

    count: int = 0
    at_s: float = 0.0
    problem: str = ""
    busy: bool = False
    unread: int = 0


class DirectoryInvalid(ValueError):
    """A directory cannot be like this; ``field`` of DirectorySettings and ``code`` say what is wrong."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


def check_directory(settings: DirectorySettings, *, has_password: bool) -> None:
    """Look at what was typed before anything is asked of a server.

    Errors: DirectoryInvalid: ``empty``, ``address``, ``insecure`` (a password needs encryption beyond
    this machine).
    """
    if not settings.address.strip():
        raise DirectoryInvalid("address", "empty")
    if settings.kind is DirectoryKind.CSV:
        return
    scheme, host = server_of(settings)
    schemes = ("https", "http") if settings.kind is DirectoryKind.CARDDAV else ("ldap", "ldaps")
    if scheme not in schemes:
        raise DirectoryInvalid("address", "address")
    plain = scheme == "http" if settings.kind is DirectoryKind.CARDDAV else is_plain(settings)
    if plain and has_password and host not in LOOPBACK_HOSTS:
        raise DirectoryInvalid("address", "insecure")


def is_plain(settings: DirectorySettings) -> bool:
    """An LDAP directory read without encryption."""
    return settings.encryption is Encryption.NONE and server_of(settings)[0] != "ldaps"


def server_of(settings: DirectorySettings) -> tuple[str, str]:
    """Scheme (lower case) and host of the address, with the kind's own scheme where none is written.

    ("", "") where it has none.
    """
    text = settings.address.strip()
    if "://" not in text:
        text = f"{_SCHEMES.get(settings.kind, 'file')}://{text}"
    try:
        parts = urlsplit(text)
        host = "" if parts.port == 0 else unquote(parts.hostname or "")
    except ValueError:
        return "", ""
    return (parts.scheme.lower(), host) if host else ("", "")
