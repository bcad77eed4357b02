"""SIP messages: parsed from bytes, changed, and written back.

Owns the grammar of a whole message (RFC 3261 §7, §25).
Never raises anything but MessageMalformed on foreign bytes, and never touches a socket.

Header text is kept byte for byte: UTF-8 where it is, surrogate escapes where it is not.
"""

from __future__ import annotations

import re
import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from softphone.sip.header import (
    TOKEN,
    CSeq,
    HeaderInvalid,
    NameAddr,
    Via,
    parse_cseq,
    parse_name_addr,
    parse_number,
    parse_via,
    split_outside,
)

MAX_HEADER_BYTES = 65_536
MAX_BODY_BYTES = 262_144

REASON_PHRASES = {
    100: "Trying", 180: "Ringing", 181: "Call Is Being Forwarded", 182: "Queued", 183: "Session Progress",
    200: "OK", 202: "Accepted", 300: "Multiple Choices", 301: "Moved Permanently", 302: "Moved Temporarily",
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    406: "Not Acceptable", 407: "Proxy Authentication Required", 408: "Request Timeout", 410: "Gone",
    413: "Request Entity Too Large", 414: "Request-URI Too Long", 415: "Unsupported Media Type",
    416: "Unsupported URI Scheme", 420: "Bad Extension", 421: "Extension Required",
    422: "Session Interval Too Small", 423: "Interval Too Brief", 480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected", 483: "Too Many Hops", 484: "Address Incomplete", 485: "Ambiguous", 486: "Busy Here",
    487: "Request Terminated", 488: "Not Acceptable Here", 489: "Bad Event", 491: "Request Pending",
    500: "Server Internal Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
    504: "Server Time-out", 505: "Version Not Supported", 513: "Message Too Large",
    600: "Busy Everywhere", 603: "Decline", 604: "Does Not Exist Anywhere", 606: "Not Acceptable",
}  # fmt: skip

# RFC 3261 §7.3.3 and §20, RFC 3515, 3841, 3892, 4028, 4474, 6665
_COMPACT = {
    "a": "Accept-Contact", "b": "Referred-By", "c": "Content-Type", "d": "Request-Disposition",
    "e": "Content-Encoding", "f": "From", "i": "Call-ID", "j": "Reject-Contact", "k": "Supported",
    "l": "Content-Length", "m": "Contact", "o": "Event", "r": "Refer-To", "s": "Subject", "t": "To",
    "u": "Allow-Events", "v": "Via", "x": "Session-Expires", "y": "Identity",
}  # fmt: skip
_ONE_A_LINE = frozenset(("via", "route", "record-route", "path", "service-route", "contact"))
_ONLY_ONCE = ("From", "To", "Call-ID", "CSeq", "Max-Forwards")
BLANK_LINE = re.compile(rb"\r?\n\r?\n")
LINE_END = re.compile(rb"\r?\n")


class MessageMalformed(ValueError):
    """The bytes are no SIP message.

    ``request`` is what could still be read of a request, so that it can be answered with ``status_code``.
    """

    def __init__(self, why: str, request: SipRequest | None = None, status_code: int = 400) -> None:
        super().__init__(why)
        self.request = request
        self.status_code = status_code


class Headers:
    """The header lines of one message, in order. Names compare without case."""

    __slots__ = ("_lines",)

    def __init__(self, lines: Iterable[tuple[str, str]] = ()) -> None:
        self._lines = list(lines)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._lines)

    def __contains__(self, name: str) -> bool:
        return any(key.lower() == name.lower() for key, _ in self._lines)

    def copy(self) -> Headers:
        """The same lines, free to change."""
        return Headers(self._lines)

    def get(self, name: str, default: str = "") -> str:
        """The first value of ``name``."""
        return next((value for key, value in self._lines if key.lower() == name.lower()), default)

    def get_all(self, name: str) -> list[str]:
        """Every line's value of ``name``, as written."""
        return [value for key, value in self._lines if key.lower() == name.lower()]

    def values(self, name: str) -> list[str]:
        """Every value of a list header such as Supported, its commas taken apart."""
        return [part for value in self.get_all(name) for part in split_outside(value, ",")]

    def set(self, name: str, *values: str) -> None:
        """Put ``values`` in the place of every line ``name``; none removes them."""
        place = next(
            (i for i, (key, _) in enumerate(self._lines) if key.lower() == name.lower()), len(self._lines)
        )
        self.remove(name)
        self._lines[place:place] = [(name, value) for value in values]

    def add(self, name: str, value: str) -> None:
        """Append a line."""
        self._lines.append((name, value))

    def insert_first(self, name: str, value: str) -> None:
        """Put a line before all others: a Via, a Route, a Record-Route."""
        self._lines.insert(0, (name, value))

    def remove(self, name: str) -> None:
        """Take every line ``name`` out."""
        self._lines = [line for line in self._lines if line[0].lower() != name.lower()]


class _Headed(ABC):
    """What requests and responses have in common; HeaderInvalid cannot come from a parsed message."""

    headers: Headers
    body: bytes

    @property
    @abstractmethod
    def start_line(self) -> str:
        """The first line."""

    @property
    def cseq(self) -> CSeq:
        """The CSeq, of a response that of the request it answers."""
        return parse_cseq(self.headers.get("CSeq"))

    @property
    def to(self) -> NameAddr:
        """Whom the request is for; a tag in it means it is inside a dialog."""
        return parse_name_addr(self.headers.get("To"))

    @property
    def top_via(self) -> Via:
        """The last hop a request came over, the transaction a response answers."""
        return parse_via(self.headers.get("Via"))

    def to_bytes(self) -> bytes:
        """What goes on the wire."""
        return _to_bytes(self.start_line, self.headers, self.body)


@dataclass
class SipRequest(_Headed):
    """A request (RFC 3261 §7.1). ``headers`` holds one Via, Route, Contact … a line."""

    method: str
    uri: str
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    @property
    def start_line(self) -> str:
        """The request line."""
        return f"{self.method} {self.uri} SIP/2.0"

    @property
    def call_id(self) -> str:
        """The Call-ID."""
        return self.headers.get("Call-ID")

    @property
    def from_(self) -> NameAddr:
        """Who sends it."""
        return parse_name_addr(self.headers.get("From"))

    def copy(self) -> SipRequest:
        """The same request, free to change."""
        return SipRequest(self.method, self.uri, self.headers.copy(), self.body)


@dataclass
class SipResponse(_Headed):
    """A response (RFC 3261 §7.2)."""

    status_code: int
    reason_phrase: str
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    @property
    def start_line(self) -> str:
        """The status line."""
        return f"SIP/2.0 {self.status_code} {self.reason_phrase}"

    def copy(self) -> SipResponse:
        """The same response, free to change."""
        return SipResponse(self.status_code, self.reason_phrase, self.headers.copy(), self.body)


SipMessage = SipRequest | SipResponse


def new_tag() -> str:
    """A fresh From or To tag (RFC 3261 §19.3)."""
    return secrets.token_hex(6)


def response_to(
    request: SipRequest,
    status_code: int,
    reason_phrase: str = "",
    *,
    to_tag: str = "",
    headers: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
) -> SipResponse:
    """A response with what RFC 3261 §8.2.6 copies from the request; ``to_tag`` only where To has none."""
    lines = [("Via", value) for value in request.headers.get_all("Via")]
    to_value = request.headers.get("To")
    if to_tag and not _tag_of(to_value):
        to_value = f"{to_value};tag={to_tag}"
    lines.append(("From", request.headers.get("From")))
    lines.append(("To", to_value))
    lines.extend((name, request.headers.get(name)) for name in ("Call-ID", "CSeq"))
    lines.extend(headers)
    phrase = reason_phrase or REASON_PHRASES.get(status_code, "Unknown")
    return SipResponse(status_code, phrase, Headers(lines), body)


def parse_message(data: bytes) -> SipMessage:
    """Parse one whole message, its body cut to Content-Length.

    Errors: MessageMalformed, with the request where enough of it is there to answer it.
    """
    data = data.lstrip(b"\r\n")
    blank = BLANK_LINE.search(data)
    if not blank:
        raise MessageMalformed("no blank line after the headers")
    if blank.start() > MAX_HEADER_BYTES:
        raise MessageMalformed("headers too long")
    first, *rest = LINE_END.split(data[: blank.start()])
    message = _parse_start_line(_text(first))
    request = message if isinstance(message, SipRequest) else None
    try:
        message.headers = _parse_headers(rest, message.headers)
        message.body = _cut_body(message.headers, data[blank.end() :])
        _check(message)
    except HeaderInvalid as error:
        raise MessageMalformed(str(error), request) from error
    return message


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _to_bytes(start_line: str, headers: Headers, body: bytes) -> bytes:
    lines = [start_line, *(f"{name}: {value}" for name, value in headers if name.lower() != "content-length")]
    lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape") + body


def _tag_of(value: str) -> str:
    try:
        return parse_name_addr(value).tag
    except HeaderInvalid:
        return ""


def _parse_start_line(line: str) -> SipMessage:
    parts = line.split(" ", 2)
    if len(parts) == 3 and parts[0].upper() == "SIP/2.0":
        if not re.fullmatch(r"[1-6][0-9]{2}", parts[1], re.ASCII):
            raise MessageMalformed("status code")
        return SipResponse(int(parts[1]), parts[2])
    if len(parts) != 3 or not TOKEN.match(parts[0]) or not parts[2].startswith("SIP/"):
        raise MessageMalformed("start line")
    return SipRequest(parts[0], parts[1], Headers([("SIP-Version", parts[2])]))


def _parse_headers(lines: list[bytes], into: Headers) -> Headers:
    unfolded: list[str] = []
    for raw in lines:
        line = _text(raw)
        if line[:1] in (" ", "\t") and unfolded:
            unfolded[-1] += " " + line.strip()
        else:
            unfolded.append(line)
    broken = ""
    for line in unfolded:
        name, colon, value = line.partition(":")
        name = name.rstrip()
        if not colon or not TOKEN.match(name):
            broken = broken or line
            continue
        name = _COMPACT.get(name.lower(), name)
        values = split_outside(value, ",") if name.lower() in _ONE_A_LINE else [value.strip()]
        for part in values:
            into.add(name, part)
    if broken:
        raise HeaderInvalid(f"header line: {broken[:80]!r}")
    return into


def _cut_body(headers: Headers, rest: bytes) -> bytes:
    lengths = {parse_number(value, MAX_BODY_BYTES) for value in headers.get_all("Content-Length")}
    if not lengths:
        return rest
    if len(lengths) > 1:
        raise HeaderInvalid("Content-Length: twice")
    length = lengths.pop()
    if length > len(rest):
        raise HeaderInvalid(f"Content-Length: {length} but {len(rest)} bytes came")
    return rest[:length]


def _check(message: SipMessage) -> None:
    """What every message must have, and only once (RFC 3261 §8.1.1)."""
    headers = message.headers
    for name in _ONLY_ONCE:
        count = len(headers.get_all(name))
        if count > 1 or (count == 0 and name != "Max-Forwards"):
            raise HeaderInvalid(f"{name}: {count} times")
    for value in headers.get_all("Via")[:1] or [""]:
        parse_via(value)
    parse_name_addr(headers.get("From"))
    parse_name_addr(headers.get("To"))
    cseq = parse_cseq(headers.get("CSeq"))
    if isinstance(message, SipRequest):
        version = headers.get("SIP-Version")
        headers.remove("SIP-Version")
        if version != "SIP/2.0":
            raise MessageMalformed("version", message, 505)
        if cseq.method != message.method:
            raise HeaderInvalid("CSeq: another method")
        if "Max-Forwards" in headers:
            parse_number(headers.get("Max-Forwards"), 255)
        if not message.uri or message.uri.startswith("<") or '"' in message.uri:
            raise HeaderInvalid("Request-URI")
