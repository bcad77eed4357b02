"""The adapters of this system for what is around the telephone on the desk."""

from __future__ import annotations

import sys

from softphone.desktop.awake import WakepyWakefulness
from softphone.desktop.headset import HidHeadset
from softphone.desktop.hot_keys import hot_keys
from softphone.desktop.lock import AskedLock, mac_is_locked, windows_is_locked
from softphone.domain.ports import Dispatcher
from softphone.domain.surroundings import Lock, MediaPlayers, SurroundingPorts


def surroundings(dispatcher: Dispatcher) -> SurroundingPorts:
    """Made, not begun: each gets its thread and its library when it is first used."""
    return SurroundingPorts(
        hot_keys=hot_keys(dispatcher),
        headset=HidHeadset(dispatcher),
        players=_players(),
        wakefulness=WakepyWakefulness(dispatcher),
        lock=_lock(dispatcher),
    )


def _players() -> MediaPlayers | None:
    """Only MPRIS is spoken: Linux."""
    if sys.platform != "linux":
        return None
    from softphone.desktop.media import MprisPlayers

    return MprisPlayers()


def _lock(dispatcher: Dispatcher) -> Lock:
    if sys.platform == "win32":
        return AskedLock(windows_is_locked)
    if sys.platform == "darwin":
        return AskedLock(mac_is_locked)
    from softphone.desktop.lock import BusLock

    return BusLock(dispatcher)
