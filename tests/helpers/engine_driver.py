"""The real engine process, driven through its pipe: commands in, events out.

with EngineDriver(tmp_path, "a") as engine: engine.send(…); engine.wait(CallCreated)
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from softphone.domain.account import Account, Transport
from softphone.domain.commands import AnyCommand, AudioConfig, Configure, RedirectPolicy, SetAccount
from softphone.domain.events import AnyEvent, EngineReady, RegistrationChanged
from softphone.domain.media import DEFAULT_CODECS
from softphone.domain.uri import HostPort
from softphone.link.framing import EVENT_DECODER, FrameReader, encode_frame
from tests.helpers import ladder
from tests.helpers.child import Child
from tests.helpers.waiting import wait_for

E = TypeVar("E", bound=AnyEvent)

PROGRAM = "from softphone.engine_main import run; run()"
MESSAGE_LOG_LEVEL = 4  # from here on every message is in the log


class EngineDriver(Child):
    """One engine; ready and waiting for Configure. Its standard error is ``<name>.log``."""

    def __init__(self, directory: Path, name: str) -> None:
        super().__init__(
            [sys.executable, "-c", PROGRAM],
            log_path=directory / f"{name}.log",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.name = name
        self.record_path = directory / f"{name}-heard.wav"
        self.events: list[AnyEvent] = []
        self._reader = threading.Thread(target=self._read, name=f"events of {name}", daemon=True)
        self._reader.start()
        ladder.register_source(lambda: self.arrows)
        self.ready = self.wait(EngineReady)

    def send(self, command: AnyCommand) -> int:
        """Send a command; returns where the events that follow it begin."""
        mark = len(self.events)
        assert self.process.stdin is not None
        self.process.stdin.write(encode_frame(command))
        self.process.stdin.flush()
        return mark

    def wait(
        self,
        kind: type[E],
        accept: Callable[[E], bool] = lambda _: True,
        *,
        since: int = 0,
        timeout_s: float = 8.0,
    ) -> E:
        """The first event of ``kind`` after ``since`` that ``accept`` takes."""

        def look() -> E | None:
            for event in self.events[since:]:
                if isinstance(event, kind) and accept(event):
                    return event
            return None

        try:
            found = wait_for(look, timeout_s, what=kind.__name__)
        except AssertionError as error:
            told = "\n".join(repr(event) for event in self.events[-12:])
            raise AssertionError(f"{error}\n{told}\n{self.log_tail()}") from error
        assert found is not None
        return found

    @property
    def arrows(self) -> list[ladder.Arrow]:
        """Its messages so far, where it logs at ``MESSAGE_LOG_LEVEL``."""
        return ladder.pjsip_arrows(self.log(), self.name)

    @property
    def messages(self) -> list[str]:
        """They in short: "TX REFER", "RX 202/REFER"."""
        return [
            f"{'TX' if arrow.source == self.name else 'RX'} {arrow.message.split()[0]}"
            for arrow in self.arrows
        ]

    def wait_messages(self, *wanted: str, timeout_s: float = 8.0) -> None:
        """Until there were these ``messages`` in this order, others among them."""

        def all_there() -> bool:
            left = iter(self.messages)
            return all(message in left for message in wanted)

        wait_for(all_there, timeout_s, what=f"{self.name}: {', '.join(wanted)} in {self.messages}")

    def configure(
        self,
        play_path: Path | str = "",
        *,
        max_calls: int = 1,
        log_level: int = 3,
        processing: bool = True,
        rtp_timeout_s: float = 0.0,
        follow_redirects: RedirectPolicy = RedirectPolicy.ASK,
        accept_transfers: bool = True,
        codecs: tuple[str, ...] = DEFAULT_CODECS,
    ) -> None:
        """Sound from and to files; without ``processing`` a tone stays as it is."""
        audio = AudioConfig(
            source="file",
            play_path=str(play_path),
            record_path=str(self.record_path),
            echo_cancellation=processing,
            noise_suppression=processing,
            automatic_gain=processing,
        )
        self.send(
            Configure(
                instance_id="5f0c6a52-3a0c-4a55-8a09-1d6d0d5b7c11",
                user_agent="softphone-test",
                audio=audio,
                max_calls=max_calls,
                log_level=log_level,
                rtp_timeout_s=rtp_timeout_s,
                follow_redirects=follow_redirects,
                accept_transfers=accept_transfers,
                codecs=codecs,
            )
        )

    def set_account(
        self, user_id: str, port: int, password: str, transport: Transport = Transport.UDP
    ) -> int:
        """Have an account at 127.0.0.1:port."""
        account = Account(user_id=user_id, server=HostPort("127.0.0.1", port), transport=transport)
        return self.send(SetAccount(account=account, password=password))

    def registration(self, state: str, *, since: int = 0, timeout_s: float = 8.0) -> RegistrationChanged:
        """The first RegistrationChanged with ``state``."""
        return self.wait(
            RegistrationChanged, lambda event: event.state.value == state, since=since, timeout_s=timeout_s
        )

    def close_pipe(self) -> None:
        """What the engine sees when the phone process dies."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def stop(self, timeout_s: float = 5.0) -> int:
        """End it and its reader. Idempotent."""
        if self.is_alive:
            self.process.kill()
            self.process.wait(timeout_s)
        self._reader.join(timeout_s)
        return super().stop(timeout_s)

    def _read(self) -> None:
        assert self.process.stdout is not None
        descriptor = self.process.stdout.fileno()
        for event in FrameReader(lambda size: os.read(descriptor, size), EVENT_DECODER):
            self.events.append(event)
