"""The services of a phone on a real engine process, without a window: what a user's settings do on the wire.

with WholePhone(tmp_path, "202", port, settings) as phone:
    phone.do(lambda: phone.services.forwarding.set_active(True))
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from msgspec.structs import replace

from softphone.app.changes import CallLogged, CallMoved, Change, Notice
from softphone.app.phone import Phone
from softphone.cli.loop import PlainLoop
from softphone.domain.account import Account
from softphone.domain.call import Call
from softphone.domain.commands import AudioConfig
from softphone.domain.provider import ProviderProfile
from softphone.domain.settings import Settings
from softphone.domain.uri import HostPort
from softphone.link.engine_client import EngineClient
from softphone.link.programs import SubprocessPrograms
from softphone.storage.catalogue import load_providers
from softphone.storage.paths import resources_dir
from tests.helpers import tones
from tests.helpers.fake_people import fake_people
from tests.helpers.fakes import FakeSecrets, FakeSettingsStore
from tests.helpers.ports import LOOPBACK
from tests.helpers.waiting import wait_for

LIMIT_S = 30.0
LOCAL = next(profile for profile in load_providers(resources_dir()) if profile.key == "local")
T = TypeVar("T")


class WallClock:
    """Implements ``domain.ports.Clock``."""

    def now_s(self) -> float:
        return time.time()


class WholePhone:
    """One phone, registered as ``user`` with the password ``pw<user>`` when the context is entered.

    ``changes`` is everything it told, ``record_path`` takes what it heard, untouched.
    Thread: the test's; the phone's own work is done on its loop's.
    """

    def __init__(
        self,
        folder: Path,
        user: str,
        port: int,
        settings: Settings = Settings(),
        *,
        profile: ProviderProfile | None = None,
        says: tones.Samples | None = None,
    ) -> None:
        self.record_path = folder / f"{user}-heard.wav"
        play = "" if says is None else tones.write_wav(folder / f"{user}-says.wav", says)
        account = Account(user_id=user, server=HostPort(LOOPBACK, port))
        self.changes: list[Change] = []
        self._loop = PlainLoop()
        self._thread = threading.Thread(target=self._loop.run, name=f"phone {user}", daemon=True)
        command = [sys.executable, "-m", "softphone", "engine"]
        self.services = Phone(
            engine=EngineClient(command, self._loop, folder / f"{user}-engine.log"),
            dispatcher=self._loop,
            clock=WallClock(),
            store=FakeSettingsStore(replace(settings, account=account, instance_id=f"whole-{user}")),
            secrets=FakeSecrets({f"{user}@{LOOPBACK}": f"pw{user}"}),
            profiles=(profile,) if profile is not None else (),
            people=fake_people(),
            user_agent="softphone/test",
            audio=AudioConfig(
                source="file",
                play_path=str(play),
                record_path=str(self.record_path),
                echo_cancellation=False,
                noise_suppression=False,
                automatic_gain=False,
            ),
            bind_host=LOOPBACK,
            programs=SubprocessPrograms(self._loop),
        )
        self.services.observe(self.changes.append)

    def __enter__(self) -> WholePhone:
        self._thread.start()
        try:
            self.do(self.services.start)
            wait_for(lambda: self.services.accounts.registration.can_call, LIMIT_S, what="a registration")
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        self._loop.post(lambda: self.services.stop(self._loop.quit))
        self._thread.join(LIMIT_S)
        assert not self._thread.is_alive()

    def do(self, action: Callable[[], T]) -> T:
        """Do something on the phone's own thread. Errors: what it raises."""
        results: list[T] = []
        errors: list[Exception] = []

        def run() -> None:
            try:
                results.append(action())
            except Exception as error:  # noqa: BLE001  raised again where the test waits
                errors.append(error)

        self._loop.post(run)
        wait_for(lambda: results or errors, LIMIT_S)
        if errors:
            raise errors[0]
        return results[0]

    def wait_call(self, accept: Callable[[Call], bool]) -> Call:
        """The first move of a call that ``accept`` takes."""

        def moved() -> list[Call]:
            calls = [change.call for change in tuple(self.changes) if isinstance(change, CallMoved)]
            return [call for call in calls if accept(call)]

        return wait_for(moved, LIMIT_S, what="a call")[0]

    def wait_notice(self, code: str) -> Notice:
        """The first notice with this code."""
        return wait_for(
            lambda: [c for c in tuple(self.changes) if isinstance(c, Notice) and c.code == code],
            LIMIT_S,
            what=code,
        )[0]

    def wait_logged(self) -> CallLogged:
        """The first row for the history."""
        return wait_for(
            lambda: [c for c in tuple(self.changes) if isinstance(c, CallLogged)], LIMIT_S, what="a row"
        )[0]
