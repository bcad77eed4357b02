"""One run of a phone without a window: started, listened to, ended in order with one exit code.

run ─▸ phone.start ─▸ the verb observes … end(code) ─▸ hang up ─▸ unregister, engine ends ─▸ code
                                              └ Ctrl-C and SIGTERM come here too
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from softphone.app.changes import CallMoved, Change, Notice, Observer, RegistrationMoved
from softphone.app.phone import Phone
from softphone.app.text import Text
from softphone.cli.exit_code import ExitCode
from softphone.cli.loop import Loop
from softphone.cli.output import Output
from softphone.domain.account import Account

HANG_UP_LIMIT_S = 2.0
REGISTER_LIMIT_S = 38.0  # longer than a SIP transaction lives (RFC 3261 §17.1.2.2: 32 s)
HOPELESS_ENGINE_LOSSES = 3  # in a row, before anything was registered

_SIGNAL_CODES = {signal.SIGINT: ExitCode.INTERRUPTED, signal.SIGTERM: ExitCode.ENDED_BY_SIGTERM}


@contextmanager
def signals_caught(loop: Loop, caught: Callable[[ExitCode], None]) -> Iterator[None]:
    """Ctrl-C and SIGTERM call ``caught`` on the loop while the context is open. Thread: main."""

    def handler(number: int, frame: FrameType | None) -> None:
        loop.post(lambda: caught(_SIGNAL_CODES[signal.Signals(number)]))

    before = {number: signal.signal(number, handler) for number in _SIGNAL_CODES}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


class Session:
    """The run itself. Thread: main."""

    def __init__(
        self,
        phone: Phone,
        loop: Loop,
        output: Output,
        text: Text,
        *,
        engine_pid: Callable[[], int] = lambda: 0,
        interrupted_is_done: bool = False,
    ) -> None:
        self.phone = phone
        self.loop = loop
        self.output = output
        self.text = text
        self._engine_pid = engine_pid
        self._interrupted_is_done = interrupted_is_done
        self._code: ExitCode | None = None
        self._stopping = False
        self._registered_once = False
        self._losses = 0
        self._engine_told = False

    @property
    def ending(self) -> bool:
        """The run has its exit code; nothing new is begun."""
        return self._code is not None

    def run(self, observer: Observer, account: Account | None = None, password: str = "") -> ExitCode:
        """Start the phone (with ``account`` for this run only, or the stored one) and see it through."""
        self.phone.observe(self.output.observe)
        self.phone.observe(self._watch)
        self.phone.observe(observer)
        with signals_caught(self.loop, self._interrupted):
            self.loop.call_later(REGISTER_LIMIT_S, self._give_up_registering)
            self.loop.post(lambda: self.phone.start(account, password))
            self.loop.run()
        return self._code if self._code is not None else ExitCode.FAILED

    def end(self, code: ExitCode) -> None:
        """End with ``code``; the first one given stands."""
        if self._code is not None:
            return
        self._code = code
        if self.phone.calls.live:
            self.phone.calls.hang_up_all()
            self.loop.call_later(HANG_UP_LIMIT_S, self._stop)
        else:
            self.loop.post(self._stop)

    def leave(self) -> None:
        """End as when the user interrupts it: ``softphone ctl quit`` says so."""
        if self._code is None:
            self._interrupted(ExitCode.INTERRUPTED)

    def fail(self, code: ExitCode, key: str, **values: object) -> None:
        """End with ``code``, saying why in the words of ``cli.<key>``."""
        if self._code is None:
            self.output.problem(key, self.text(f"cli.{key}", **values))
            self.end(code)

    def _watch(self, change: Change) -> None:
        if isinstance(change, RegistrationMoved):
            self._tell_engine()
            self._registered_once = self._registered_once or change.registration.can_call
        elif isinstance(change, CallMoved):
            if self._code is not None and not self.phone.calls.live:
                self.loop.post(self._stop)
        elif isinstance(change, Notice):
            self._noticed(change)

    def _tell_engine(self) -> None:
        """For scripts that watch both processes; the engine's number is known once it runs."""
        pid = self._engine_pid()
        if pid and not self._engine_told:
            self._engine_told = True
            self.output.tell("engine", "", state="started", pid=pid)

    def _noticed(self, notice: Notice) -> None:
        if notice.action == "audio" and notice.severity == "error":
            self.end(ExitCode.AUDIO)
        elif notice.code == "engine_lost":
            self._losses += 1
            if not self._registered_once and self._losses >= HOPELESS_ENGINE_LOSSES:
                self.fail(ExitCode.FAILED, "engine_hopeless")

    def _give_up_registering(self) -> None:
        if not self._registered_once:
            self.fail(ExitCode.NOT_REACHED, "register_timeout")

    def _interrupted(self, code: ExitCode) -> None:
        if self._code is not None:
            self.loop.quit()  # asked twice: the engine dies with this process
            return
        self.end(ExitCode.DONE if self._interrupted_is_done else code)

    def _stop(self) -> None:
        if not self._stopping:
            self._stopping = True
            self.phone.stop(self.loop.quit)
