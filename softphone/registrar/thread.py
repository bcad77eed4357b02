"""A registrar in a thread of its own, for a program or a test that has no asyncio loop.

with RegistrarThread(RegistrarConfig(users={"201": password})) as registrar:
    registrar.call(lambda r: r.faults.drop("REGISTER", times=2))
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

from softphone.registrar.config import RegistrarConfig
from softphone.registrar.events import OnEvent
from softphone.registrar.server import Registrar

T = TypeVar("T")
CALL_TIMEOUT_S = 10.0


class RegistrarThread:
    """Runs one Registrar. After ``stop``, ``start`` opens the same port again, all registrations forgotten.

    Thread: ``start``, ``stop`` and ``call`` from any one thread; ``on_event`` is called on the registrar's.
    """

    def __init__(self, config: RegistrarConfig, on_event: OnEvent | None = None) -> None:
        self._registrar = Registrar(config, on_event)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port, the same for UDP and TCP; kept after ``stop``."""
        return self._registrar.port

    def start(self) -> None:
        """Listen; returns when that is so. Does nothing while running.

        Errors: SipBindFailed, of which SipPortBusy.
        """
        if self._loop:
            return
        # The selector loop everywhere: Windows' proactor loop stops reading UDP after a port unreachable.
        self._loop = asyncio.SelectorEventLoop()
        self._loop.set_exception_handler(self._registrar.note_exception)
        self._thread = threading.Thread(target=self._loop.run_forever, name="registrar", daemon=True)
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._registrar.start(), self._loop).result(CALL_TIMEOUT_S)
        except BaseException:
            self._end_loop()
            raise

    def stop(self) -> None:
        """Close everything; returns when the port is free. Does nothing while stopped."""
        if self._loop:
            try:
                asyncio.run_coroutine_threadsafe(self._registrar.stop(), self._loop).result(CALL_TIMEOUT_S)
            finally:
                self._end_loop()

    def call(self, function: Callable[[Registrar], T]) -> T:
        """Run ``function`` on the registrar's loop and return what it returns or raises.

        Errors: RuntimeError while stopped.
        """
        if self._loop is None:
            raise RuntimeError("the registrar is stopped")

        async def run() -> T:
            return function(self._registrar)

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(CALL_TIMEOUT_S)

    def ladder(self, *, whole: bool = False) -> str:
        """The SIP ladder, readable when stopped too."""
        if self._loop is None:
            return self._registrar.ladder(whole=whole)
        return self.call(lambda registrar: registrar.ladder(whole=whole))

    def __enter__(self) -> RegistrarThread:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def _end_loop(self) -> None:
        loop, thread = self._loop, self._thread
        self._loop = self._thread = None
        if loop and thread:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(CALL_TIMEOUT_S)
            loop.close()
