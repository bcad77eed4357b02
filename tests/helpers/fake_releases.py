"""Releases in memory: a test says what the server would have."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from msgspec.structs import replace

from softphone.app.updates import UpdateService
from softphone.domain.update import (
    SCHEMA,
    Feed,
    FeedAnswer,
    FileAnswer,
    Installation,
    InstallForm,
    Package,
    PackageKind,
    Release,
)
from tests.helpers.fakes import START_S, PhoneKit

DAY_S = 24 * 3600.0
HERE = Installation(
    product="org.example.softphone",
    channel="stable",
    version="0.1.0",
    system="windows",
    machine="x86_64",
    system_version="10.0.22631",
    form=InstallForm.SETUP,
)
SETUP = Package(
    system="windows",
    machine="x86_64",
    kind=PackageKind.SETUP,
    name="softphone-0.2.0-windows-x86_64-setup.exe",
    url="https://softphone.example/downloads/softphone-0.2.0-windows-x86_64-setup.exe",
    size_bytes=41_200_000,
    sha256="ab" * 32,
    minimum="10.0.17763",
)
NOTES = {
    "ja": "・着信音を選べるようになりました。\n"
    "・通話中の表示が速くなりました。\n"
    "・共有の電話帳の読み込みが途中で止まることがある問題を直しました。",
    "en": "• Ring tones can be chosen.\n"
    "• What is shown in a call comes faster.\n"
    "• Reading a shared directory no longer stops half way.",
}


def packages(version: str = "0.2.0") -> tuple[Package, ...]:
    """A file of every kind."""
    kinds = (
        ("windows", PackageKind.SETUP, "windows-x86_64-setup.exe", "10.0.17763"),
        ("windows", PackageKind.PORTABLE, "windows-x86_64.zip", "10.0.17763"),
        ("macos", PackageKind.DMG, "macos-x86_64.dmg", "15.0"),
        ("linux", PackageKind.DEB, "linux-x86_64.deb", "2.35"),
        ("linux", PackageKind.APPIMAGE, "linux-x86_64.AppImage", "2.35"),
        ("linux", PackageKind.TAR, "linux-x86_64.tar.gz", "2.35"),
    )
    return tuple(
        replace(
            SETUP,
            system=system,
            kind=kind,
            name=f"softphone-{version}-{rest}",
            url=f"https://softphone.example/downloads/softphone-{version}-{rest}",
            minimum=minimum,
        )
        for system, kind, rest, minimum in kinds
    )


def feed(version: str = "0.2.0", *, serial: int = 7, now_s: float = START_S, **fields: object) -> Feed:
    """A feed made yesterday that holds for 90 days. ``fields`` are those of Feed."""
    issued = datetime.datetime.fromtimestamp(now_s - DAY_S, datetime.UTC)
    made = Feed(
        schema=SCHEMA,
        product=HERE.product,
        channel=HERE.channel,
        serial=serial,
        issued=issued,
        expires=issued + datetime.timedelta(days=90),
        release=Release(
            version=version, date=datetime.date(2026, 11, 26), notes=NOTES, packages=packages(version)
        ),
    )
    return replace(made, **fields)


class FakeReleases:
    """Implements ``domain.update.Releases``: keeps each question until a test answers it.

    ``on_look`` answers what is looked for by itself.
    """

    def __init__(self, on_look: Callable[[Callable[[FeedAnswer], None]], None] | None = None) -> None:
        self._on_look = on_look
        self.asked: list[str] = []
        self.closed = False
        self._done: list[Callable[..., None]] = []
        self._received: Callable[[int], None] = lambda size: None

    def look(self, done: Callable[[FeedAnswer], None]) -> None:
        self._ask("look", done)
        if self._on_look is not None:
            self._on_look(done)

    def fetch(
        self, package: Package, received: Callable[[int], None], done: Callable[[FileAnswer], None]
    ) -> None:
        self._received = received
        self._ask(f"fetch {package.name}", done)

    def check(self, package: Package, file: str, done: Callable[[FileAnswer], None]) -> None:
        self._ask(f"check {file}", done)

    def stop(self) -> None:
        self._done.clear()

    def close(self) -> None:
        self.stop()
        self.closed = True

    @property
    def waiting(self) -> bool:
        """Something was asked and not answered."""
        return bool(self._done)

    def find(self, feed: Feed | None = None, problem: str = "") -> None:
        """What was looked for: a feed with a good signature, or none."""
        self._done.pop()(FeedAnswer(feed=feed, problem=problem))

    def receive(self, size: int) -> None:
        """So much of a file is there."""
        self._received(size)

    def finish(self, file: str = "", problem: str = "") -> None:
        """A file is there whole, or is still what it was; or not."""
        self._done.pop()(FileAnswer(file=file, problem=problem))

    def _ask(self, what: str, done: Callable[..., None]) -> None:
        self.stop()  # one thing at a time
        self.asked.append(what)
        self._done.append(done)


def follow_updates(
    kit: PhoneKit, here: Installation = HERE, *, chance: float = 0.0
) -> tuple[UpdateService, FakeReleases]:
    """The phone looks for updates, as ``window_main`` has it do; started."""
    releases = FakeReleases()
    updates = UpdateService(
        releases,
        here,
        kit.dispatcher,
        kit.clock,
        kit.phone.settings,
        kit.phone.tell,
        busy=lambda: bool(kit.phone.calls.live),
        chance=lambda: chance,
    )
    kit.phone.updates = updates
    updates.start()
    return updates, releases
