"""UDP and TCP on one port: bytes in, bytes out (RFC 3261 §18).

    datagram ─┐                                   ┌─▶ datagram
              ├─▶ on_message(bytes, Flow)   send ─┤
    stream ───┘   one whole message each          └─▶ connection, opened where there is none

Knows no SIP beyond where one message ends. Binds to the host it is given; everything runs on one event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from softphone.domain.uri import HostPort
from softphone.sip.framing import StreamFramer
from softphone.sip.message import MessageMalformed

logger = logging.getLogger(__name__)

CONNECT_TIMEOUT_S = 5.0
_EPHEMERAL_ATTEMPTS = 20


class SipBindFailed(OSError):
    """The port cannot be listened on. ``code``: ``port_busy``, ``not_permitted`` or ``address``."""

    def __init__(self, host: str, port: int, code: str) -> None:
        super().__init__(f"cannot listen on {HostPort(host, port)}: {code}")
        self.host = host
        self.port = port
        self.code = code


class SipPortBusy(SipBindFailed):
    """Another program listens on that port."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port, "port_busy")


@dataclass(frozen=True)
class Flow:
    """A far end as the socket sees it: ``udp`` or ``tcp``, address and port."""

    transport: str
    host: str
    port: int

    def __str__(self) -> str:
        return f"{HostPort(self.host, self.port)}/{self.transport}"


OnMessage = Callable[[bytes, Flow], None]
OnFailure = Callable[[], None]
OnLost = Callable[[Flow], None]


class TransportLayer:
    """The sockets of one server or client. ``on_lost`` hears of every connection that ended by itself."""

    def __init__(self, host: str, on_message: OnMessage, on_lost: OnLost = lambda _: None) -> None:
        self._host = host
        self._on_message = on_message
        self._on_lost = on_lost
        self._udp: asyncio.DatagramTransport | None = None
        self._server: asyncio.Server | None = None
        self._connections: dict[Flow, _Connection] = {}
        self._connecting: dict[Flow, list[tuple[bytes, OnFailure | None]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._local_hosts: dict[str, str] = {}
        self._stopping = False
        self.port = 0

    async def start(self, port: int) -> int:
        """Listen on ``port`` for both, or with 0 on one free for both. Returns the port.

        Errors: SipBindFailed, of which SipPortBusy.
        """
        self._stopping = False
        udp_socket, tcp_socket = _bind_pair(self._host, port)
        loop = asyncio.get_running_loop()
        self._udp, _ = await loop.create_datagram_endpoint(
            lambda: _Datagrams(self._on_message), sock=udp_socket
        )
        self._server = await loop.create_server(lambda: _Connection(self), sock=tcp_socket)
        self.port = udp_socket.getsockname()[1]
        return self.port

    async def stop(self) -> None:
        """Close every socket; the port is free when this returns."""
        self._stopping = True
        for task in list(self._tasks):
            task.cancel()
        waiting = [connection.closed for connection in self._connections.values()]
        for connection in list(self._connections.values()):
            connection.abort()
        if self._server:
            self._server.close()
        if self._udp:
            self._udp.abort()
        if waiting:
            await asyncio.wait(waiting, timeout=1.0)
        await asyncio.sleep(0)
        self._connections.clear()
        self._udp = self._server = None

    def send(self, data: bytes, flow: Flow, on_failure: OnFailure | None = None) -> None:
        """Send one message. ``on_failure`` is called, later, where TCP cannot deliver it."""
        if flow.transport == "udp":
            if self._udp and not self._udp.is_closing():
                try:
                    self._udp.sendto(data, (flow.host, flow.port))
                except OSError as error:
                    logger.debug("udp send to %s: %s", flow, error)
                    self._fail(on_failure)
            return
        connection = self._connections.get(flow)
        if connection:
            connection.write(data)
        elif flow in self._connecting:
            self._connecting[flow].append((data, on_failure))
        else:
            self._connecting[flow] = [(data, on_failure)]
            task = asyncio.get_running_loop().create_task(self._connect(flow))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def is_connected(self, flow: Flow) -> bool:
        """True for UDP, and for TCP while the connection stands."""
        return flow.transport == "udp" or flow in self._connections

    def close_flow(self, flow: Flow) -> None:
        """Cut a TCP connection short, as a failing server does."""
        connection = self._connections.get(flow)
        if connection:
            connection.abort()

    def local_host(self, remote_host: str) -> str:
        """Our address as ``remote_host`` sees it: the bound one, or with a wildcard the route's."""
        if not _is_wildcard(self._host):
            return self._host
        if remote_host not in self._local_hosts:
            self._local_hosts[remote_host] = _route_address(remote_host)
        return self._local_hosts[remote_host]

    def is_our_host(self, host: str) -> bool:
        """True where ``host`` names this server."""
        return host in (self._host, "localhost") or host in self._local_hosts.values()

    def opened(self, connection: _Connection, flow: Flow) -> None:
        """A connection stands."""
        self._connections[flow] = connection

    def lost(self, flow: Flow) -> None:
        """A connection is gone."""
        if self._connections.pop(flow, None) and not self._stopping:
            self._on_lost(flow)

    def received(self, data: bytes, flow: Flow) -> None:
        """A connection read one whole message."""
        self._on_message(data, flow)

    async def _connect(self, flow: Flow) -> None:
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                await asyncio.get_running_loop().create_connection(
                    lambda: _Connection(self), flow.host, flow.port, proto=socket.IPPROTO_TCP
                )
        except (OSError, TimeoutError) as error:
            logger.debug("tcp connect to %s: %s", flow, error)
        waiting = self._connecting.pop(flow, [])
        connection = self._connections.get(flow)
        for data, on_failure in waiting:
            if connection:
                connection.write(data)
            else:
                self._fail(on_failure)

    @staticmethod
    def _fail(on_failure: OnFailure | None) -> None:
        if on_failure:
            asyncio.get_running_loop().call_soon(on_failure)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, on_message: OnMessage) -> None:
        self._on_message = on_message

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._on_message(data, Flow("udp", addr[0], addr[1]))

    def error_received(self, exc: Exception) -> None:
        logger.debug("udp: %s", exc)  # a phone that is gone: its transaction times out


class _Connection(asyncio.Protocol):
    """One TCP connection, from either side."""

    def __init__(self, layer: TransportLayer) -> None:
        self._layer = layer
        self._framer = StreamFramer()
        self._transport: asyncio.Transport | None = None
        self._flow = Flow("tcp", "", 0)
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        if not peer:
            self.abort()
            return
        self._flow = Flow("tcp", peer[0], peer[1])
        self._layer.opened(self, self._flow)

    def data_received(self, data: bytes) -> None:
        try:
            messages, pings = self._framer.feed(data)
        except MessageMalformed as error:
            logger.debug("tcp from %s: %s", self._flow, error)
            self.abort()
            return
        for _ in range(pings):
            self.write(b"\r\n")  # the pong of RFC 5626 §3.5.1
        for message in messages:
            self._layer.received(message, self._flow)

    def connection_lost(self, exc: Exception | None) -> None:
        self._layer.lost(self._flow)
        if not self.closed.done():
            self.closed.set_result(None)

    def write(self, data: bytes) -> None:
        if self._transport:
            self._transport.write(data)

    def abort(self) -> None:
        if self._transport:
            self._transport.abort()


def _bind_pair(host: str, port: int) -> tuple[socket.socket, socket.socket]:
    for _ in range(1 if port else _EPHEMERAL_ATTEMPTS):
        udp_socket = _bind(host, port, socket.SOCK_DGRAM)
        try:
            return udp_socket, _bind(host, udp_socket.getsockname()[1], socket.SOCK_STREAM)
        except SipPortBusy:
            udp_socket.close()
            if port:
                raise
        except BaseException:
            udp_socket.close()
            raise
    raise SipPortBusy(host, port)


def _bind(host: str, port: int, kind: socket.SocketKind) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    protocol = (
        socket.IPPROTO_TCP if kind is socket.SOCK_STREAM else socket.IPPROTO_UDP
    )  # asyncio sets NODELAY by it
    bound = socket.socket(family, kind, protocol)
    try:
        if kind is socket.SOCK_STREAM and hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        elif kind is socket.SOCK_STREAM:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.setblocking(False)
        if kind is socket.SOCK_STREAM:
            bound.listen(128)
    except OSError as error:
        bound.close()
        raise _bind_error(error, host, port) from error
    return bound


def _bind_error(error: OSError, host: str, port: int) -> SipBindFailed:
    if error.errno == errno.EADDRINUSE:
        return SipPortBusy(host, port)
    if error.errno in (errno.EACCES, errno.EPERM):
        # Windows says EACCES (10013) where another program holds the port exclusively.
        return SipPortBusy(host, port) if port >= 1024 else SipBindFailed(host, port, "not_permitted")
    return SipBindFailed(host, port, "address")


def _is_wildcard(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_unspecified
    return False


def _route_address(remote_host: str) -> str:
    """The local address of the route to ``remote_host``; connecting a UDP socket sends nothing."""
    family = socket.AF_INET6 if ":" in remote_host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((remote_host, 9))
        except OSError:
            return "::1" if family == socket.AF_INET6 else "127.0.0.1"
        return str(probe.getsockname()[0])
