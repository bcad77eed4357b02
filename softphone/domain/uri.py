"""SIP addresses: URI, name-addr and host:port, parsed from text and written back.

Only what a phone needs of RFC 3261 §19.1 and §25; never resolves or connects.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import unquote

import msgspec

DEFAULT_SIP_PORT = 5060  # RFC 3261 §19.1.2

_HOSTNAME = re.compile(
    r"(?=.{1,253}\Z)(?!-)[A-Za-z0-9_-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9_-]{1,63}(?<!-))*\.?\Z"
)
_NAME_ADDR = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^<"]*?))\s*<([^>]+)>')
_USER_SAFE = re.compile(r"[A-Za-z0-9\-_.!~*'()&=+$,;?/]")  # RFC 3261 §25.1 user


class UriInvalid(ValueError):
    """The text is no SIP address; ``code`` says what is wrong (empty, host, port, scheme)."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text!r}")
        self.code = code


class HostPort(msgspec.Struct, frozen=True):
    """A server as a person writes it. ``port`` 0 means none was given."""

    host: str
    port: int = 0

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}" if self.port else host


class SipUri(msgspec.Struct, frozen=True):
    """``sip:user@host:port;params`` (RFC 3261 §19.1). ``parameters`` keeps its leading semicolons."""

    user: str
    host: str
    port: int = 0
    scheme: str = "sip"
    parameters: str = ""

    def __str__(self) -> str:
        at = f"{escape_user(self.user)}@" if self.user else ""
        return f"{self.scheme}:{at}{HostPort(self.host, self.port)}{self.parameters}"


class Party(msgspec.Struct, frozen=True):
    """Somebody at the other end: a name-addr (RFC 3261 §25.1) and the number to show."""

    uri: str
    display_name: str = ""
    number: str = ""


def parse_host_port(text: str) -> HostPort:
    """Parse ``host``, ``host:port`` or ``[v6]:port``.

    Errors: UriInvalid with code ``empty``, ``host`` or ``port``.
    """
    text = text.strip()
    if not text:
        raise UriInvalid("empty", text)
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise UriInvalid("host", text)
        port_text = rest[1:] if rest else None
    elif text.count(":") > 1:
        host, port_text = text, None
    else:
        host, colon, tail = text.partition(":")
        port_text = tail if colon else None
    if not _is_host(host):
        raise UriInvalid("host", text)
    return HostPort(host, 0 if port_text is None else _parse_port(port_text, text))


def parse_sip_uri(text: str) -> SipUri:
    """Parse a ``sip:`` or ``sips:`` URI, with or without angle brackets; header fields are dropped.

    Errors: UriInvalid with code ``scheme``, ``empty``, ``host`` or ``port``.
    """
    body = text.strip()
    match = _NAME_ADDR.match(body)
    if match:
        body = match.group(3).strip()
    scheme, colon, rest = body.partition(":")
    if not colon or scheme.lower() not in ("sip", "sips"):
        raise UriInvalid("scheme", text)
    user, at, address = rest.partition("@") if "@" in rest else ("", "", rest)
    address = address.partition("?")[0]
    host_port, semicolon, parameters = address.partition(";")
    server = parse_host_port(host_port)
    return SipUri(
        user=unquote(user.partition(":")[0]) if at else "",
        host=server.host,
        port=server.port,
        scheme=scheme.lower(),
        parameters=semicolon + parameters,
    )


def parse_party(text: str) -> Party:
    """Parse a From/To/Contact value into who it is. Never raises: what cannot be read is shown raw."""
    match = _NAME_ADDR.match(text)
    name = ""
    address = text.strip()
    if match:
        quoted, token, address = match.group(1), match.group(2), match.group(3).strip()
        name = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else (token or "").strip()
    elif not address.lower().startswith(("sip:", "sips:", "tel:")):
        return Party(uri=address, number=address)
    else:
        address = address.partition(";")[0]
    if address.lower().startswith("tel:"):
        return Party(uri=address, display_name=name, number=address[4:].partition(";")[0])
    try:
        uri = parse_sip_uri(address)
    except UriInvalid:
        return Party(uri=address, display_name=name, number=address)
    return Party(uri=str(uri), display_name=name, number=uri.user or uri.host)


def escape_user(user: str) -> str:
    """Percent-escape the user part (RFC 3261 §25.1): ``#`` becomes ``%23``, letters stay."""
    return "".join(
        char if _USER_SAFE.match(char) else "".join(f"%{byte:02X}" for byte in char.encode()) for char in user
    )


def _is_host(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        looks_like_v4 = re.fullmatch(r"[0-9.]+", host) is not None
        return not looks_like_v4 and _HOSTNAME.match(host) is not None
    return True


def _parse_port(text: str, whole: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise UriInvalid("port", whole)
    return int(text)
