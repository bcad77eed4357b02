"""A queue that a thread can wait for together with a socket: of a bus, of a display."""

from __future__ import annotations

import contextlib
import queue
import selectors
import socket
from typing import Generic, TypeVar

T = TypeVar("T")

WAKE_BYTES = 64


class Mailbox(Generic[T]):
    """Belongs to the thread that takes from it, which closes it. Thread: any puts, one takes."""

    def __init__(self) -> None:
        self._items: queue.SimpleQueue[T] = queue.SimpleQueue()
        self._here, self._there = socket.socketpair()
        self._here.setblocking(False)

    def put(self, item: T) -> bool:
        """Put it in; False where nobody takes any more."""
        self._items.put(item)
        try:
            self._here.send(b"\0")
        except BlockingIOError:  # so much waits that the thread wakes anyway
            return True
        except OSError:
            return False
        return True

    def take(self) -> T:
        """The oldest item. Errors: queue.Empty."""
        return self._items.get_nowait()

    def wait(self, *descriptors: int) -> None:
        """Until something is put in, or one of ``descriptors`` can be read."""
        with selectors.DefaultSelector() as selector:
            for watched in (self._there.fileno(), *descriptors):
                selector.register(watched, selectors.EVENT_READ)
            if any(key.fd == self._there.fileno() for key, _ in selector.select()):
                self._there.recv(WAKE_BYTES)

    def close(self) -> list[T]:
        """Take no more; what was still in it."""
        self._here.close()
        self._there.close()
        left: list[T] = []
        with contextlib.suppress(queue.Empty):
            while True:
                left.append(self._items.get_nowait())
        return left
