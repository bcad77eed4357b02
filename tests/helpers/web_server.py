"""A web server of a test: http or https on a free port of this machine, each path answered as a test says."""

from __future__ import annotations

import contextlib
import http.server
import socket
import ssl
import threading
from collections.abc import Callable
from types import TracebackType

from tests.helpers.certificate import Certificate
from tests.helpers.ports import LOOPBACK

Answer = Callable[[http.server.BaseHTTPRequestHandler], object]


class WebServer:
    """``pages``: what a path gives. ``asked`` keeps every request line, ``tunnels`` what CONNECT was for."""

    def __init__(self, certificate: Certificate | None = None) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server.asked.append(self.path)
                server.headers.append(dict(self.headers))
                with contextlib.suppress(OSError):  # the phone hung up, as it should
                    server.pages.get(self.path, status(404))(self)
                self.close_connection = True

            def do_CONNECT(self) -> None:
                server.asked.append(f"CONNECT {self.path}")
                server.headers.append(dict(self.headers))
                server.pages.get("CONNECT", status(403))(self)
                self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        self._http = http.server.ThreadingHTTPServer((LOOPBACK, 0), Handler)
        self._http.daemon_threads = True
        self.port = self._http.server_address[1]
        self.url = f"http://{LOOPBACK}:{self.port}"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate.certificate, certificate.key)
            self._http.socket = context.wrap_socket(
                self._http.socket, server_side=True, do_handshake_on_connect=False
            )
            self.url = f"https://localhost:{self.port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> WebServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._thread.join(5)
        self._http.server_close()


def page(content: bytes, **headers: str) -> Answer:
    """Everything as it should be; ``headers`` beside it."""

    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def status(code: int, **headers: str) -> Answer:
    """A status without a body."""

    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def raw(content: bytes) -> Answer:
    """Bytes as they are, then the end of the connection."""
    return lambda handler: handler.wfile.write(content)


def drip(content: bytes, gone: threading.Event) -> Answer:
    """Byte after byte, each just in time, until the other side hangs up: then ``gone`` is set."""

    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        try:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n" + content)
            while True:
                handler.wfile.write(b".")
                gone.wait(0.01)
        except OSError:
            gone.set()

    return answer


def tunnel_to(port: int) -> Answer:
    """As a proxy does for CONNECT, whatever host was named: to ``port`` of this machine."""

    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        with socket.create_connection((LOOPBACK, port), 5) as far:
            back = threading.Thread(target=_copy, args=(far, handler.connection), daemon=True)
            back.start()
            _copy(handler.connection, far)
            back.join(5)

    return answer


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
