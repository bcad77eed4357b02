"""One GET over https: bounded in size and time, stopped from outside, through the system's proxy.

The certificate is always checked; http is spoken to this machine alone. Nothing compressed is asked for or
taken. A redirect leads to https only, and to another host only where what comes is judged by its SHA-256.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import socket
import ssl
import time
import urllib.request
from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from softphone.domain.directory import LOOPBACK_HOSTS
from softphone.domain.update import FeedRefused, is_fetchable
from softphone.tls import client_context

CONNECT_S, READ_S = 10.0, 20.0
CHUNK_BYTES = 64 * 1024
MAX_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)


class HttpsFetch:
    """Gives the body of one address; used once. Thread: any one, ``stop`` from any other."""

    def __init__(self, *, max_bytes: int, limit_s: float, any_host: bool, user_agent: str) -> None:
        self._max_bytes = max_bytes
        self._until_s = time.monotonic() + limit_s
        self._any_host = any_host
        self._user_agent = user_agent
        self._socket: socket.socket | None = None
        self._stopped = False

    def stop(self) -> None:
        """Let it end soon, whatever it waits for (but for the name of a host)."""
        self._stopped = True
        if self._socket is not None:
            with contextlib.suppress(OSError):  # the far side was faster
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)  # under TLS, which its thread uses

    def chunks(self, url: str) -> Iterator[bytes]:
        """The body in pieces. Errors: FeedRefused, with whatever went wrong as its problem."""
        try:
            yield from self._follow(url)
        except ssl.SSLCertVerificationError as error:
            raise FeedRefused("certificate", error.verify_message) from error
        except TimeoutError as error:
            raise FeedRefused("timeout", str(error)) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            problem = "proxy" if str(error).startswith("Tunnel connection failed") else "unreachable"
            raise FeedRefused(problem, f"{type(error).__name__}: {error}") from error

    def _follow(self, url: str) -> Iterator[bytes]:
        for _ in range(MAX_REDIRECTS):
            connection = _connection(urlsplit(url))
            try:
                response = self._response(connection, url)
                if response.status in _REDIRECTS:
                    url = self._redirected(url, response.getheader("Location", ""))
                    continue
                yield from self._body(response)
                return
            finally:
                self._socket = None
                connection.close()
        raise FeedRefused("redirected", "too many redirects")

    def _response(self, connection: http.client.HTTPConnection, url: str) -> http.client.HTTPResponse:
        parts = urlsplit(url)
        connection.connect()
        self._socket = connection.sock
        if self._stopped:
            raise TimeoutError("stopped")
        connection.sock.settimeout(READ_S)
        headers = {"User-Agent": self._user_agent, "Accept-Encoding": "identity", "Cache-Control": "no-cache"}
        connection.request(
            "GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), None, headers
        )
        return connection.getresponse()

    def _body(self, response: http.client.HTTPResponse) -> Iterator[bytes]:
        if response.status != HTTPStatus.OK:
            missing = response.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
            raise FeedRefused("not_found" if missing else "server", f"status {response.status}")
        if response.getheader("Content-Encoding", "identity").lower() != "identity":
            raise FeedRefused("server", "compressed, though nothing compressed was asked for")
        announced = response.length  # None: until the connection ends
        if (announced or 0) > self._max_bytes:
            raise FeedRefused("too_large", f"{announced} bytes announced")
        size = 0
        while chunk := response.read1(CHUNK_BYTES):
            size += len(chunk)
            if size > self._max_bytes:
                raise FeedRefused("too_large", f"more than {self._max_bytes} bytes")
            if self._stopped or time.monotonic() > self._until_s:
                raise TimeoutError("the answer takes too long")
            yield chunk
        if announced is not None and size < announced:
            raise FeedRefused("unreachable", f"{size} of {announced} bytes came")

    def _redirected(self, url: str, location: str) -> str:
        target = urljoin(url, location)
        old, new = urlsplit(url), urlsplit(target)
        safe = is_fetchable(target) and (new.scheme == "https" or old.scheme == "http")
        if not safe or (new.hostname != old.hostname and not self._any_host):
            raise FeedRefused("redirected", f"redirected to {new.scheme}://{new.hostname}")
        return target


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    """A connection to the host, not open yet: to a proxy where the system says so."""
    host = parts.hostname or ""
    if parts.scheme == "http":
        if host not in LOOPBACK_HOSTS:
            raise FeedRefused("redirected", f"http to {host}")
        return http.client.HTTPConnection(host, parts.port, timeout=CONNECT_S)
    context = client_context()
    proxy = _proxy(host)
    if proxy is None:
        return http.client.HTTPSConnection(host, parts.port, timeout=CONNECT_S, context=context)
    connection = http.client.HTTPSConnection(
        proxy.hostname or "", proxy.port or 80, timeout=CONNECT_S, context=context
    )
    headers = {}
    if proxy.username is not None:
        pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
        headers["Proxy-Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    connection.set_tunnel(host, parts.port or 443, headers)
    return connection


def _proxy(host: str) -> SplitResult | None:
    """The system's proxy for https to ``host``: the environment's, the registry's, the network settings'.

    Errors: FeedRefused where there is one that is spoken to otherwise than by HTTP.
    """
    address = urllib.request.getproxies().get("https", "")
    if not address or urllib.request.proxy_bypass(host):
        return None
    proxy = urlsplit(address if "//" in address else f"http://{address}")
    if proxy.scheme != "http" or not proxy.hostname:
        raise FeedRefused("proxy", f"a proxy of the kind {proxy.scheme}")
    return proxy
