"""Structured SIP header values: Via, name-addr, CSeq, parameters and comma lists, parsed and written back.

Source: RFC 3261 §20 and §25.1. Values go in and out as text; nothing here knows a message or a socket.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from softphone.domain.header_value import parse_parameters as parse_parameters
from softphone.domain.header_value import split_outside as split_outside
from softphone.domain.uri import HostPort, UriInvalid, parse_host_port

TOKEN = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+\Z")
MAGIC_COOKIE = "z9hG4bK"  # RFC 3261 §8.1.1.7
MAX_CSEQ = 2**31 - 1  # RFC 3261 §8.1.1.5
_VIA = re.compile(
    r"SIP\s*/\s*2\.0\s*/\s*([A-Za-z0-9\-.!%*_+`'~]+)\s+([^;]+?)\s*(;.*)?\Z", re.IGNORECASE | re.DOTALL
)


class HeaderInvalid(ValueError):
    """A header value that RFC 3261's grammar does not allow."""


def format_parameters(parameters: Mapping[str, str]) -> str:
    """The parameters as ``;name=value``; a value that is no token or host is quoted."""
    return "".join(
        f";{name}={_maybe_quoted(value)}" if value else f";{name}" for name, value in parameters.items()
    )


def quote_string(text: str) -> str:
    """``text`` as a quoted-string (RFC 3261 §25.1)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _maybe_quoted(value: str) -> str:
    return value if re.fullmatch(r"[A-Za-z0-9\-.!%*_+`'~:\[\]]+", value) else quote_string(value)


@dataclass(frozen=True)
class Via:
    """One hop of the way back (RFC 3261 §20.42). ``port`` 0 means none was given."""

    transport: str
    host: str
    port: int = 0
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def branch(self) -> str:
        """The transaction's name; empty from an RFC 2543 element."""
        return self.parameters.get("branch", "")

    @property
    def sent_by(self) -> str:
        """``host[:port]`` as the sender wrote it, host in lower case."""
        return str(HostPort(self.host.lower(), self.port))

    def with_parameters(self, **parameters: str) -> Via:
        """The same hop with more parameters."""
        return Via(self.transport, self.host, self.port, {**self.parameters, **parameters})

    def __str__(self) -> str:
        at = HostPort(self.host, self.port)
        return f"SIP/2.0/{self.transport.upper()} {at}{format_parameters(self.parameters)}"


def parse_via(text: str) -> Via:
    """Parse one Via value.

    Errors: HeaderInvalid.
    """
    match = _VIA.match(text.strip())
    if not match:
        raise HeaderInvalid(f"Via: {text[:80]!r}")
    try:
        sent_by = parse_host_port(re.sub(r"\s+", "", match.group(2)))
    except UriInvalid as error:
        raise HeaderInvalid(f"Via: {text[:80]!r}") from error
    return Via(match.group(1).lower(), sent_by.host, sent_by.port, parse_parameters(match.group(3) or ""))


@dataclass(frozen=True)
class NameAddr:
    """A From, To, Contact, Route … value: ``"name" <uri>;parameters`` (RFC 3261 §20.10)."""

    uri: str
    display_name: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        """The dialog tag (RFC 3261 §19.3)."""
        return self.parameters.get("tag", "")

    def __str__(self) -> str:
        name = f"{quote_string(self.display_name)} " if self.display_name else ""
        return f"{name}<{self.uri}>{format_parameters(self.parameters)}"


def parse_name_addr(text: str) -> NameAddr:
    """Parse a name-addr or addr-spec; in the latter every parameter is the header's (RFC 3261 §20).

    Errors: HeaderInvalid.
    """
    text = text.strip()
    name, rest = _take_display_name(text)
    if rest.startswith("<"):
        uri, closed, parameters = rest[1:].partition(">")
        if not closed or (parameters.strip() and not parameters.strip().startswith(";")):
            raise HeaderInvalid(f"name-addr: {text[:80]!r}")
    else:
        if name:
            raise HeaderInvalid(f"name-addr: {text[:80]!r}")
        uri, _, parameters = rest.partition(";")
    uri = uri.strip()
    if ":" not in uri or any(char.isspace() for char in uri):
        raise HeaderInvalid(f"name-addr: {text[:80]!r}")
    return NameAddr(uri, name, parse_parameters(parameters))


def _take_display_name(text: str) -> tuple[str, str]:
    if text.startswith('"'):
        match = re.match(r'"((?:[^"\\]|\\.)*)"\s*', text, re.DOTALL)
        if not match:
            raise HeaderInvalid(f"quoted-string: {text[:80]!r}")
        return re.sub(r"\\(.)", r"\1", match.group(1), flags=re.DOTALL), text[match.end() :]
    name, angle, rest = text.partition("<")
    return (name.strip(), angle + rest) if angle else ("", text)


@dataclass(frozen=True)
class CSeq:
    """A request's place in its dialog (RFC 3261 §20.16)."""

    number: int
    method: str

    def __str__(self) -> str:
        return f"{self.number} {self.method}"


def parse_cseq(text: str) -> CSeq:
    """Parse a CSeq value.

    Errors: HeaderInvalid.
    """
    parts = text.split()
    if len(parts) != 2 or not TOKEN.match(parts[1]):
        raise HeaderInvalid(f"CSeq: {text[:80]!r}")
    return CSeq(parse_number(parts[0], MAX_CSEQ), parts[1])


def parse_number(text: str, maximum: int = 2**32 - 1) -> int:
    """A decimal header value (Expires, Max-Forwards, Content-Length).

    Errors: HeaderInvalid where it is none, or over ``maximum``.
    """
    text = text.strip()
    if not text.isascii() or not text.isdigit() or len(text) > 12 or int(text) > maximum:
        raise HeaderInvalid(f"number: {text[:40]!r}")
    return int(text)
