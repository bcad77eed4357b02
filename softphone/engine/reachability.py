"""Can the server be reached, and from which address: name, route, closed port, wrong service.

Everything that may block (getaddrinfo, connect) runs on a worker thread of its own per look; results
are posted to the engine thread. PJSIP then gets an IP address and never resolves a name itself.
"""

from __future__ import annotations

import contextlib
import errno
import secrets
import socket
import threading
import time
from collections.abc import Callable

import msgspec

from softphone.domain.account import RegistrationCause, Transport
from softphone.domain.uri import DEFAULT_SIP_PORT, HostPort
from softphone.engine.errors import log_exception

CONNECT_TIMEOUT_S = 4.0
SILENCE_BEFORE_OPTIONS_S = 2.0
LOOK_S = 4.5
_NO_ROUTE_ERRNOS = frozenset(
    (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL, 10051, 10065, 10050, 10049)
)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Where the server is, and the address of ours that faces it."""

    address: str
    port: int
    transport: Transport
    local_address: str


class Unreachable(Exception):
    """The server cannot be reached; ``cause`` says why."""

    def __init__(self, cause: RegistrationCause, detail: str = "") -> None:
        super().__init__(f"{cause.value}: {detail}")
        self.cause = cause
        self.detail = detail


Report = Found | Unreachable


def os_error_cause(error: OSError) -> RegistrationCause:
    """What an operating system's error says about a server."""
    if isinstance(error, socket.gaierror):
        return RegistrationCause.DNS
    if isinstance(error, ConnectionRefusedError | ConnectionResetError):
        return RegistrationCause.REFUSED  # "reset" is Windows' word for a closed UDP port
    if error.errno in _NO_ROUTE_ERRNOS:
        return RegistrationCause.NO_ROUTE
    return RegistrationCause.TIMEOUT


def facing_address(address: str, port: int, bind_host: str = "") -> str:
    """Our address toward ``address``: a UDP connect, which sends nothing.

    Errors: OSError, above all ENETUNREACH where this computer has no network.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        if bind_host:
            probe.bind((bind_host, 0))
        probe.connect((address, port))
        return str(probe.getsockname()[0])


def has_network() -> bool:
    """This computer has a route somewhere. Sends nothing."""
    try:
        facing_address("192.0.2.1", 9)  # RFC 5737: documentation, never answered
    except OSError:
        return False
    return True


def find_server(server: HostPort, transport: Transport, bind_host: str = "") -> Found:
    """Resolve the name and find our own address. IPv4. May block for seconds.

    Errors: Unreachable with DNS, NO_ROUTE or TIMEOUT.
    """
    port = server.port or DEFAULT_SIP_PORT
    try:
        answers = socket.getaddrinfo(server.host, port, socket.AF_INET, socket.SOCK_DGRAM)
    except (OSError, UnicodeError) as error:
        if not has_network():
            raise Unreachable(RegistrationCause.NO_ROUTE, str(error)) from None
        raise Unreachable(RegistrationCause.DNS, str(error)) from None
    address = str(answers[0][4][0])
    try:
        local_address = facing_address(address, port, bind_host)
    except OSError as error:
        raise Unreachable(os_error_cause(error), str(error)) from None
    return Found(address=address, port=port, transport=transport, local_address=local_address)


def watch_for_trouble(found: Found, is_over: Callable[[], bool], look_s: float = LOOK_S) -> RegistrationCause:
    """Look for a closed port, and after 2 s of silence whether the other end speaks SIP at all.

    ``is_over`` ends the look early. Returns REFUSED, TIMEOUT (TCP does not connect), MALFORMED or NONE.
    """
    try:
        if found.transport is Transport.TCP:
            with socket.create_connection((found.address, found.port), CONNECT_TIMEOUT_S) as probe:
                return _listen(probe, found, is_over, look_s)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((found.address, found.port))
            probe.send(b"\r\n\r\n")
            return _listen(probe, found, is_over, look_s)
    except OSError as error:
        return os_error_cause(error)


def is_sip(answer: bytes) -> bool:
    """The bytes may be SIP: a response, a request, or a keep-alive."""
    first_line = answer.lstrip(b"\r\n").partition(b"\r\n")[0]
    return not first_line or b"SIP/2.0" in first_line


def _listen(
    probe: socket.socket, found: Found, is_over: Callable[[], bool], look_s: float
) -> RegistrationCause:
    probe.settimeout(0.1)
    began_s = time.monotonic()
    asked = False
    while not is_over():
        spent_s = time.monotonic() - began_s
        if spent_s > look_s:
            break
        if not asked and spent_s > min(SILENCE_BEFORE_OPTIONS_S, look_s / 2):
            asked = True
            probe.send(_options(found, probe.getsockname()))
        with contextlib.suppress(TimeoutError):
            answer = probe.recv(4096)
            if not answer:  # TCP: closed without a word
                return RegistrationCause.NONE
            if not is_sip(answer):
                return RegistrationCause.MALFORMED
            if answer.strip():
                return RegistrationCause.NONE
    return RegistrationCause.NONE


def _options(found: Found, local: tuple[str, int]) -> bytes:
    """A minimal OPTIONS (RFC 3261 §11)."""
    here = f"{local[0]}:{local[1]}"
    there = f"{found.address}:{found.port}"
    lines = (
        f"OPTIONS sip:{there} SIP/2.0",
        f"Via: SIP/2.0/{found.transport.value.upper()} {here};rport;branch=z9hG4bK{secrets.token_hex(8)}",
        "Max-Forwards: 70",
        f"From: <sip:{here}>;tag={secrets.token_hex(4)}",
        f"To: <sip:{there}>",
        f"Call-ID: {secrets.token_hex(12)}",
        "CSeq: 1 OPTIONS",
        "Content-Length: 0",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class Look:
    """One look at one server, on a worker thread; ``stop`` lets nothing more be reported."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Report nothing more. Thread: engine."""
        self._stopped.set()

    @property
    def is_stopped(self) -> bool:
        """Nothing more is wanted."""
        return self._stopped.is_set()


class Reachability:
    """Starts looks. ``post`` runs an action on the engine thread."""

    def __init__(self, post: Callable[[Callable[[], None]], None] = lambda action: action()) -> None:
        self._post = post
        self.bind_host = ""

    def set_post(self, post: Callable[[Callable[[], None]], None]) -> None:
        """Where results go, known once the loop is there."""
        self._post = post

    def look(
        self,
        server: HostPort,
        transport: Transport,
        on_found: Callable[[Report], None],
        on_trouble: Callable[[RegistrationCause], None] | None = None,
    ) -> Look:
        """Find the server; then, with ``on_trouble``, watch it for a closed port or another service.

        Both callbacks come on the engine thread, ``on_trouble`` only where there is trouble.
        """
        look = Look()
        arguments = (look, server, transport, on_found, on_trouble)
        threading.Thread(target=self._run, args=arguments, name="reachability", daemon=True).start()
        return look

    def _run(
        self,
        look: Look,
        server: HostPort,
        transport: Transport,
        on_found: Callable[[Report], None],
        on_trouble: Callable[[RegistrationCause], None] | None,
    ) -> None:
        try:
            report: Report
            try:
                report = find_server(server, transport, self.bind_host)
            except Unreachable as problem:
                report = Unreachable(problem.cause, problem.detail)
            self._post(lambda: None if look.is_stopped else on_found(report))
            if on_trouble is None or isinstance(report, Unreachable):
                return
            cause = watch_for_trouble(report, lambda: look.is_stopped)
            if cause is not RegistrationCause.NONE:
                self._post(lambda: None if look.is_stopped else on_trouble(cause))
        except Exception:  # noqa: BLE001 - nothing may leave here
            log_exception("reachability")
