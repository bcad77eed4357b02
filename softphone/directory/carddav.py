"""A CardDAV address book: found from the address a person has, taken whole when it has changed.

    address ─ PROPFIND ─▸ the book itself? ─ no ─▸ principal ─▸ address-book home ─▸ its books
    each book ─▸ ctag as before? ─ no ─▸ REPORT addressbook-query ─▸ vCards

Read only. The certificate is always checked. A redirect to another host or to http is not followed: it would
take the password along. Source: RFC 6352, RFC 4918 (PROPFIND), RFC 6764 (discovery), RFC 5397 (principal).
"""

from __future__ import annotations

import base64
import http.client
import logging
import ssl
import time
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from softphone.directory.fetched import FetchedDirectory
from softphone.domain.directory import LOOPBACK_HOSTS, DirectoryAnswer, DirectorySettings
from softphone.domain.ports import Dispatcher
from softphone.tls import client_context

CONNECT_S, READ_S, LIMIT_S = 5.0, 20.0, 60.0
MAX_BYTES = 64 * 1024 * 1024
MAX_BOOKS = 20
MAX_REDIRECTS = 5
_DAV, _CARD, _CS = "DAV:", "urn:ietf:params:xml:ns:carddav", "http://calendarserver.org/ns/"
_TAGS = (f"{{{_CS}}}getctag", f"{{{_DAV}}}sync-token")  # another one: the book has changed
_WELL_KNOWN = "/.well-known/carddav"  # RFC 6764 §5
_WHAT = (
    f'<propfind xmlns="{_DAV}" xmlns:c="{_CARD}" xmlns:s="{_CS}"><prop><resourcetype/><s:getctag/>'
    "<sync-token/><current-user-principal/><c:addressbook-home-set/></prop></propfind>"
)
_CARDS = (
    f'<c:addressbook-query xmlns="{_DAV}" xmlns:c="{_CARD}"><prop><getetag/><c:address-data/></prop>'
    "</c:addressbook-query>"
)

_log = logging.getLogger(__name__)


class DavRefused(Exception):
    """The server said no, or something that is none; ``problem`` as in DirectoryAnswer."""

    def __init__(self, problem: str, detail: str) -> None:
        super().__init__(detail)
        self.problem = problem


class CarddavDirectory(FetchedDirectory):
    """The cards of every book there. Thread: main."""

    def __init__(self, dispatcher: Dispatcher, settings: DirectorySettings, password: str) -> None:
        super().__init__(dispatcher, LIMIT_S)
        self._session = _Session(settings, password)

    def _fetched(self, state: str) -> DirectoryAnswer:
        """Thread: the worker's."""
        try:
            books = self._session.books()
            now = " ".join(sorted(f"{url}={tag}" for url, tag in books.items()))
            if state and now == state and all(books.values()):
                return DirectoryAnswer(unchanged=True, state=state)
            cards = [card for url in books for card in self._session.cards(url)]
        except DavRefused as error:
            return DirectoryAnswer(problem=error.problem, detail=str(error))
        except ssl.SSLCertVerificationError as error:
            return DirectoryAnswer(problem="certificate", detail=error.verify_message)
        except TimeoutError as error:
            return DirectoryAnswer(problem="timeout", detail=str(error))
        except (OSError, http.client.HTTPException) as error:
            return DirectoryAnswer(problem="unreachable", detail=f"{type(error).__name__}: {error}")
        return DirectoryAnswer(content="\r\n".join(cards).encode(), state=now)


class _Session:
    """Requests to one server, with the password where it may be said. Errors of all: DavRefused, OSError,
    HTTPException.
    """

    def __init__(self, settings: DirectorySettings, password: str) -> None:
        address = settings.address.strip()
        self._start = address if "://" in address else f"https://{address}"
        self._authorization = ""
        if settings.user:
            pair = base64.b64encode(f"{settings.user}:{password}".encode()).decode()
            self._authorization = f"Basic {pair}"

    def books(self) -> dict[str, str]:
        """The address books by URL, each with its ctag or sync-token ("" where it has none)."""
        found = self._look(self._start, depth=1)
        if not found.books:
            if found.principal is None and urlsplit(self._start).path in ("", "/"):
                found = self._look(urljoin(self._start, _WELL_KNOWN), depth=0)
            if found.principal is not None:
                found = self._look(found.principal, depth=0)
            if found.home is not None:
                found = self._look(found.home, depth=1)
        if not found.books:
            raise DavRefused("not_found", "no address book at this address")
        return dict(list(found.books.items())[:MAX_BOOKS])

    def cards(self, url: str) -> list[str]:
        """The vCards of a book."""
        root, _ = self._request("REPORT", url, _CARDS, depth=1)
        data = (each.text for each in root.iter(f"{{{_CARD}}}address-data"))
        return [text for text in data if text]

    def _look(self, url: str, *, depth: int) -> _Found:
        root, url = self._request("PROPFIND", url, _WHAT, depth=depth)
        return _Found(root, url)

    def _request(self, method: str, url: str, body: str, *, depth: int) -> tuple[Element, str]:
        """The answer's XML and where it came from at last."""
        for _ in range(MAX_REDIRECTS):
            status, location, data = self._exchange(method, url, body, depth)
            if status in (301, 302, 307, 308) and location:
                url = redirected(url, location)
                continue
            if status != 207:
                raise DavRefused(_STATUS.get(status, "failed"), f"{method} {status}")
            return parse_multistatus(data), url
        raise DavRefused("failed", "too many redirects")

    def _exchange(self, method: str, url: str, body: str, depth: int) -> tuple[int, str, bytes]:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https") or not host:
            raise DavRefused("address", url)
        headers = {"Depth": str(depth), "Content-Type": "application/xml; charset=utf-8"}
        if self._authorization:
            if parts.scheme == "http" and host not in LOOPBACK_HOSTS:
                raise DavRefused("insecure", "a password would go unencrypted")
            headers["Authorization"] = self._authorization
        connection = _connection(parts.scheme, host, parts.port)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(method, path, body.encode(), headers)
            response = connection.getresponse()
            return response.status, response.getheader("Location", ""), _read(response)
        finally:
            connection.close()


class _Found:
    """What a PROPFIND said of a place: its books, or where they are."""

    def __init__(self, root: Element, url: str) -> None:
        self.books: dict[str, str] = {}
        self.principal: str | None = None
        self.home: str | None = None
        for response in root.iterfind(f"{{{_DAV}}}response"):
            href = response.findtext(f"{{{_DAV}}}href", "").strip()
            if response.find(f".//{{{_DAV}}}resourcetype/{{{_CARD}}}addressbook") is not None:
                tags = (response.findtext(f".//{name}") for name in _TAGS)
                self.books[_same_host(url, href)] = next((tag.strip() for tag in tags if tag), "")
            principal = response.findtext(f".//{{{_DAV}}}current-user-principal/{{{_DAV}}}href")
            if principal and self.principal is None:
                self.principal = _same_host(url, principal.strip())
            home = response.findtext(f".//{{{_CARD}}}addressbook-home-set/{{{_DAV}}}href")
            if home and self.home is None:
                self.home = _same_host(url, home.strip())


_STATUS = {
    400: "address",
    401: "credentials",
    403: "not_allowed",
    404: "not_found",
    405: "not_found",
    410: "not_found",
    429: "unreachable",
    500: "unreachable",
    502: "unreachable",
    503: "unreachable",
    504: "unreachable",
    507: "too_large",
}


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=CONNECT_S)
    return http.client.HTTPSConnection(host, port, timeout=CONNECT_S, context=client_context())


def _read(response: http.client.HTTPResponse) -> bytes:
    """The body, bounded in size and time: a server that drips holds nobody up for ever."""
    until_s = time.monotonic() + READ_S
    parts: list[bytes] = []
    size = 0
    while part := response.read1(64 * 1024):
        size += len(part)
        parts.append(part)
        if size > MAX_BYTES:
            raise DavRefused("too_large", f"more than {MAX_BYTES} bytes")
        if time.monotonic() > until_s:
            raise TimeoutError("the answer takes too long")
    return b"".join(parts)


def redirected(url: str, location: str) -> str:
    """Where a redirect leads. Errors: DavRefused where the password would be taken elsewhere."""
    target = urljoin(url, location)
    old, new = urlsplit(url), urlsplit(target)
    if new.hostname != old.hostname or (old.scheme == "https" and new.scheme != "https"):
        raise DavRefused("failed", f"redirected to {new.scheme}://{new.hostname}")
    return target


def _same_host(url: str, href: str) -> str:
    """``href`` of an answer as an address of the same server."""
    return redirected(url, href)


def parse_multistatus(data: bytes) -> Element:
    """Errors: DavRefused. A document type is refused before anything in it is read (entities that grow)."""
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")

    def name(tag: str) -> str:
        return f"{{{tag}" if "}" in tag else tag

    def refuse(*_: object) -> None:
        raise DavRefused("unreadable", "a document type")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda tag, attributes: builder.start(name(tag), {})
    parser.EndElementHandler = lambda tag: builder.end(name(tag))
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(data, True)
        return builder.close()
    except expat.ExpatError as error:
        raise DavRefused("unreadable", str(error)) from error
