"""Colleagues: how long the phone process takes to see what they do, and to know 250 of them."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from softphone.app.colleagues import ColleagueLine
from softphone.domain.colleague import Colleague, ColleagueState
from softphone.domain.settings import Settings
from tests.bench.figures import Figure, spread
from tests.helpers.kamailio import Kamailio
from tests.helpers.phone_process import RegistrarProcess
from tests.helpers.presence_stopwatch import COLLEAGUE, WATCHER, PbxSource, PhoneSource, Source, times_ms
from tests.helpers.waiting import wait_for
from tests.helpers.whole_phone import LOCAL, WholePhone

SEEN_MS = 300.0
LIMIT_S = 60.0
EVERYBODY = tuple(str(1001 + number) for number in range(250))
ALL_KNOWN_S = 15.0  # 250 × dialog and presence, at most 50 requests a second


def run(*, quick: bool) -> list[Figure]:
    """All figures of presence."""
    count = 10 if quick else 60
    with tempfile.TemporaryDirectory() as folder:
        return [
            *_at_kamailio(Path(folder), count),
            *_at_the_registrar(Path(folder), count),
            *_everybody(Path(folder)),
        ]


def _at_kamailio(folder: Path, count: int) -> list[Figure]:
    with Kamailio(folder / "pbx", pbx=True) as pbx:
        return _seen(folder / "a", "Kamailio", pbx.port, PbxSource, count)


def _at_the_registrar(folder: Path, count: int) -> list[Figure]:
    users = {user: f"pw{user}" for user in (WATCHER, COLLEAGUE)}
    with RegistrarProcess(folder / "registrar", users) as registrar:
        return _seen(folder / "b", "local registrar", registrar.port, PhoneSource, count)


def _seen(
    folder: Path, server: str, port: int, open_source: Callable[[int], PbxSource | PhoneSource], count: int
) -> list[Figure]:
    folder.mkdir()
    figures = []
    with _watching(folder, port, COLLEAGUE) as phone, closing(open_source(port)) as opened:
        source: Source = opened
        _wait_known(phone)
        for package in source.packages:
            source.say(package, False)
            samples = times_ms(phone, source, package, count)
            figures += spread(f"{package} seen ({server})", samples, "ms", SEEN_MS, None)
    return figures


def _everybody(folder: Path) -> list[Figure]:
    """From the registration until all 250 are known; then what one of them does."""
    users = {user: f"pw{user}" for user in (WATCHER, *EVERYBODY)}
    (folder / "c").mkdir()
    with RegistrarProcess(folder / "many", users) as registrar:
        began_s = time.monotonic()
        with _watching(folder / "c", registrar.port, *EVERYBODY) as phone:
            _wait_known(phone)
            known_s = time.monotonic() - began_s
            with closing(PhoneSource(registrar.port)) as source:
                samples = times_ms(phone, source, "dialog", 10)
    name = f"{len(EVERYBODY)} colleagues"
    return [
        Figure(f"{name}: process start to all known", round(known_s, 2), "s", ALL_KNOWN_S),
        *spread(f"dialog seen among {name}", samples, "ms", SEEN_MS, None),
    ]


def _watching(folder: Path, port: int, *extensions: str) -> WholePhone:
    settings = Settings(colleagues=tuple(Colleague(extension=each) for each in extensions))
    return WholePhone(folder, WATCHER, port, settings, profile=LOCAL)


def _wait_known(phone: WholePhone) -> None:
    def lines() -> tuple[ColleagueLine, ...]:
        return phone.do(phone.services.colleagues.lines)

    wait_for(
        lambda: ColleagueState.UNKNOWN not in [line.state for line in lines()], LIMIT_S, what="everybody"
    )
