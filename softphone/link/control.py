"""The local socket by which `softphone ctl` speaks to a running phone. Owner only, JSON messages.

    ctl ─ request ─▸ ControlServer ─ post ─▸ main thread: serve(request, Client) ─ answer, events ─▸ ctl

A Unix socket (mode 0600 in a folder of the owner), a named pipe on Windows. Both sides prove that they can
read the same key file (HMAC, multiprocessing.connection), so another user's program is turned away on every
system. Messages are bytes of JSON; nothing is unpickled.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import secrets
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any, TypeVar

from softphone.domain.ports import Dispatcher

_log = logging.getLogger(__name__)

MAX_REQUEST_BYTES = 64 * 1024
MAX_CLIENTS = 16
ANSWER_LIMIT_S = 10.0
CLOSE_LIMIT_S = 0.5
MAX_WAITING = 1000  # messages for a client that does not read; then it is cut off
LONGEST_SOCKET_PATH = 100  # sun_path holds 104 bytes on macOS, 108 on Linux

Message = Mapping[str, Any]
_Outcome = TypeVar("_Outcome")


class NoPhoneRuns(Exception):
    """No phone with this folder takes requests (or it is another user's)."""


class PhoneSilent(NoPhoneRuns):
    """A phone has this folder, and hangs."""


class ControlClient:
    """One connection of `softphone ctl`. Blocks, for ``limit_s`` at most where an answer is waited for.

    Errors of all that asks: NoPhoneRuns, PhoneSilent.
    """

    def __init__(self, folder: Path, limit_s: float = ANSWER_LIMIT_S) -> None:
        """Connect to the phone of ``folder``."""
        self._limit_s = limit_s
        self._connection = self._in_time(lambda: self._connected(folder))

    def ask(self, request: Message) -> Message:
        """Send a request and wait for its answer."""
        return self._in_time(lambda: self._answer(request))

    def messages(self) -> Iterator[Message]:
        """What the phone tells after the answer, until it ends."""
        while True:
            try:
                yield _parsed(self._connection.recv_bytes())
            except (OSError, EOFError, ValueError):
                return

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _connected(self, folder: Path) -> Connection:
        key = _key_file(folder).read_bytes()
        return Client(address_of(folder, key), authkey=key)

    def _answer(self, request: Message) -> Message:
        self._connection.send_bytes(json.dumps(request).encode())
        return _parsed(self._connection.recv_bytes())

    def _in_time(self, action: Callable[[], _Outcome]) -> _Outcome:
        """What ``action`` gives, on a thread of its own: in a phone that hangs it would wait for ever."""
        outcomes: list[_Outcome] = []
        errors: list[Exception] = []

        def run() -> None:
            try:
                outcomes.append(action())
            except (OSError, EOFError, ValueError, AuthenticationError) as error:
                errors.append(error)

        thread = threading.Thread(target=run, name="hand-over", daemon=True)
        thread.start()
        thread.join(self._limit_s)
        if thread.is_alive():
            raise PhoneSilent(f"no answer within {self._limit_s:g} s")
        if errors:
            raise NoPhoneRuns(str(errors[0])) from errors[0]
        return outcomes[0]


class ControlledClient:
    """A client as the phone sees it: messages are queued, a slow reader holds nobody up. Thread: any."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._queue: queue.Queue[bytes | None] = queue.Queue(MAX_WAITING)
        self._on_gone: list[Callable[[], None]] = []
        self._hanging_up = threading.Lock()
        self._writer = threading.Thread(target=self._write, name="control-writer", daemon=True)
        self._writer.start()

    def send(self, message: Message) -> None:
        """Queue a message."""
        try:
            self._queue.put_nowait(json.dumps(message, ensure_ascii=False, allow_nan=False).encode())
        except queue.Full:
            _log.warning("a control client does not read; it is cut off")
            self._cut()

    def on_gone(self, action: Callable[[], None]) -> None:
        """Call ``action`` on the main thread once the client is gone."""
        self._on_gone.append(action)

    def gone(self) -> None:
        """The connection ended. Thread: main."""
        for action in self._on_gone:
            action()
        self._on_gone.clear()

    def finish(self) -> None:
        """Write what waits, then close. Thread: any."""
        with contextlib.suppress(queue.Full):
            self._queue.put_nowait(None)

    def hang_up(self) -> None:
        """Close the connection, once: a handle that is free is soon somebody else's. Thread: any."""
        with self._hanging_up:
            self._connection.close()

    def _write(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while (data := self._queue.get()) is not None:
                self._connection.send_bytes(data)
        self._cut()

    def _cut(self) -> None:
        """Wake the reader, which closes the connection: closing under its read would hang on some systems."""
        with contextlib.suppress(OSError, ValueError):
            if sys.platform == "win32":
                self.hang_up()
            else:
                with socket.socket(fileno=os.dup(self._connection.fileno())) as far:
                    far.shutdown(socket.SHUT_RDWR)


Serve = Callable[[Message, ControlledClient], None]


class ControlServer:
    """Takes requests while it is open. ``serve`` is called on the main thread."""

    def __init__(
        self, folder: Path, dispatcher: Dispatcher, serve: Serve, *, take_over: bool = False
    ) -> None:
        """Listen for the phone of ``folder``. Errors: OSError, also where another phone has the folder.

        ``take_over``: another one that does not answer any more loses it.
        """
        self._dispatcher = dispatcher
        self._serve = serve
        self._clients: set[ControlledClient] = set()
        self._closing = False
        key = secrets.token_bytes(32)
        address = address_of(folder, key)
        _make_way(folder, address, take_over)
        self._listener = Listener(address, backlog=4, authkey=key)
        if sys.platform != "win32":
            os.chmod(address, 0o600)
        _write_key(_key_file(folder), key)
        self._address = address
        self._place = _identity(address)
        self._acceptor = threading.Thread(target=self._accept, name="control", daemon=True)
        self._acceptor.start()

    def close(self) -> None:
        """Take no more requests; clients read what was sent to them and are closed. Thread: main."""
        if self._closing:
            return
        self._closing = True
        for client in tuple(self._clients):
            client.finish()
        # A visitor without the key ends the wait for the next client. One with the key would wait to be let
        # in, for ever where nobody listens any more or the one before says nothing.
        with contextlib.suppress(OSError):
            Client(self._address).close()
        self._acceptor.join(CLOSE_LIMIT_S)
        if _identity(self._address) != self._place:  # whoever took over has the path: leave it to them
            self._keep_path()
        self._listener.close()

    def _keep_path(self) -> None:
        """Listener has no other way to be closed without removing its path."""
        inner = getattr(self._listener, "_listener", None)
        remove = getattr(inner, "_unlink", None)
        if remove is not None:
            remove.cancel()

    def _accept(self) -> None:
        while not self._closing:
            try:
                connection = self._listener.accept()
            except (OSError, EOFError, AuthenticationError) as error:
                if not self._closing:
                    _log.warning("a control client was turned away: %s", error)
                continue
            if self._closing or len(self._clients) >= MAX_CLIENTS:
                connection.close()
                continue
            client = ControlledClient(connection)
            self._clients.add(client)
            reader = threading.Thread(
                target=self._read, args=(connection, client), name="control-reader", daemon=True
            )
            reader.start()

    def _read(self, connection: Connection, client: ControlledClient) -> None:
        with contextlib.suppress(OSError, EOFError):
            while True:
                try:
                    request = _parsed(connection.recv_bytes(MAX_REQUEST_BYTES))
                except ValueError:
                    client.send({"ok": False, "code": "malformed"})
                    continue
                self._dispatcher.post(lambda request=request: self._serve(request, client))  # type: ignore[misc]
        self._clients.discard(client)
        client.finish()
        client.hang_up()
        self._dispatcher.post(client.gone)


def _parsed(data: bytes) -> Message:
    message = json.loads(data)
    if not isinstance(message, dict):
        raise ValueError("no object")
    return message


def address_of(folder: Path, key: bytes) -> str:
    """Where the phone of ``folder`` listens. A pipe cannot be taken over, so each has a name of its own."""
    if sys.platform == "win32":
        return rf"\\.\pipe\softphone-{sha256(str(folder).encode() + key).hexdigest()[:16]}"
    name = sha256(str(folder).encode()).hexdigest()[:16]
    inside = str(folder / "control.sock")
    if len(inside.encode()) <= LONGEST_SOCKET_PATH:
        return inside
    return str(Path(tempfile.gettempdir()) / f"softphone-{os.getuid()}" / f"{name}.sock")


def _key_file(folder: Path) -> Path:
    return folder / "control.key"


def _identity(address: str) -> tuple[int, int] | None:
    """Which socket stands at an address; None where there is none to be seen."""
    if sys.platform == "win32":  # a look at a pipe is a visit
        return None
    try:
        found = os.stat(address)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _make_way(folder: Path, address: str, take_over: bool) -> None:
    """Make the socket's folder; remove a socket nobody answers at, or whose it was. Errors: OSError."""
    if sys.platform == "win32":
        if not take_over and _somebody_listens(folder):
            raise FileExistsError(f"another phone answers for {folder}")
        return
    path = Path(address)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.parent.stat()
    if found.st_uid != os.getuid() or found.st_mode & 0o022:
        raise PermissionError(f"{path.parent} can be written by others")
    if path.exists() and not take_over and _somebody_answers(address):
        raise FileExistsError(f"another phone answers at {address}")
    path.unlink(missing_ok=True)


def _somebody_answers(address: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(address)
        except OSError:
            return False
    return True


def _somebody_listens(folder: Path) -> bool:
    """Windows: whether there is a pipe of the key that lies in ``folder``."""
    if sys.platform == "win32":
        import _winapi

        at_once = 1  # NMPWAIT_NOWAIT
        try:
            _winapi.WaitNamedPipe(address_of(folder, _key_file(folder).read_bytes()), at_once)
        except FileNotFoundError:
            return False
        except OSError:  # it is busy
            return True
        return True
    return False


def _write_key(path: Path, key: bytes) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
