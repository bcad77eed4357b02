"""New versions of the phone: looked for once a day or when asked, fetched when asked, never installed by us.

start ─▸ a while, a day ─▸ look ─▸ Feed ─▸ believed? newer? ─▸ Notice (once a version) · UpdatesMoved
fetch ─▸ file whose SHA-256 is right ─▸ confirm (again, before it is opened)
"""

from __future__ import annotations

import enum
import logging
import random
from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from softphone.app.changes import Notice, Observer, UpdatesMoved
from softphone.app.settings import SettingsService
from softphone.domain.ports import Clock, Dispatcher, Timer
from softphone.domain.update import (
    Feed,
    FeedAnswer,
    FileAnswer,
    Installation,
    Offer,
    Releases,
    is_newer,
    offer_of,
    trouble_with,
)

FIRST_S = 120.0  # after the start, when everything else is done
SPREAD_S = 900.0  # at most added, by chance: not every desk asks at nine o'clock
EVERY_S = 24 * 3600.0
RETRY_S = 4 * 3600.0  # where nothing could be learnt
BUSY_S = 600.0
_IN_SILENCE = ("not_published",)  # no news: nobody signs updates for this build

_log = logging.getLogger(__name__)


class Stage(enum.Enum):
    """How far it is."""

    IDLE = "idle"
    CHECKING = "checking"
    CURRENT = "current"
    NEW = "new"
    FETCHING = "fetching"
    READY = "ready"


class UpdateStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What is known. ``problem``: why the last thing tried came to nothing, a code of ``[update_problem]``.

    ``offer`` from NEW on; ``file``: where the fetched and checked file stands, at READY.
    """

    stage: Stage = Stage.IDLE
    offer: Offer | None = None
    problem: str = ""
    received_bytes: int = 0
    file: str = ""


class UpdateService:
    """Thread: main. ``busy``: somebody telephones; ``chance`` gives 0 to 1."""

    def __init__(
        self,
        releases: Releases,
        here: Installation,
        dispatcher: Dispatcher,
        clock: Clock,
        settings: SettingsService,
        tell: Observer,
        *,
        busy: Callable[[], bool] = lambda: False,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.here = here
        self.status = UpdateStatus()
        self._releases = releases
        self._dispatcher = dispatcher
        self._clock = clock
        self._settings = settings
        self._tell = tell
        self._busy = busy
        self._chance = chance
        self._timer: Timer | None = None

    def start(self) -> None:
        """Look by itself from now on, a while after the start first."""
        self._plan(FIRST_S)

    def stop(self) -> None:
        """Look no more; half a file is removed."""
        if self._timer is not None:
            self._timer.cancel()
        self._releases.close()

    def set_automatic(self, on: bool) -> None:
        """Whether it looks by itself."""
        self._remember(automatic=on)
        if on:
            self._plan(FIRST_S)

    def check(self) -> None:
        """Look now, because somebody asks; ``status`` and UpdatesMoved tell."""
        self._look(asked=True)

    def fetch(self) -> None:
        """Fetch the file that is offered."""
        offer = self.status.offer
        if offer is None or offer.package is None or self.status.stage is not Stage.NEW:
            return
        self._move(UpdateStatus(stage=Stage.FETCHING, offer=offer))
        self._releases.fetch(offer.package, self._received, self._fetched)

    def cancel(self) -> None:
        """Fetch it no further."""
        if self.status.stage is Stage.FETCHING:
            self._releases.stop()
            self._move(UpdateStatus(stage=Stage.NEW, offer=self.status.offer))

    def confirm(self, opened: Callable[[str], None]) -> None:
        """Make sure the fetched file is what it was, then hand its path to ``opened``."""
        status = self.status
        if status.stage is not Stage.READY or status.offer is None or status.offer.package is None:
            return

        def checked(answer: FileAnswer) -> None:
            if answer.problem:
                _log.error("the fetched file is not what it was: %s", answer.detail)
                self._move(UpdateStatus(stage=Stage.NEW, offer=status.offer, problem=answer.problem))
            else:
                opened(answer.file)

        self._releases.check(status.offer.package, status.file, checked)

    @property
    def is_skipped(self) -> bool:
        """The version offered is one that nobody wants to hear of."""
        offer = self.status.offer
        return offer is not None and offer.release.version == self._settings.now.updates.skipped

    def skip(self, skipped: bool = True) -> None:
        """Say no more of the version offered, or do again."""
        if self.status.offer is not None:
            self._remember(skipped=self.status.offer.release.version if skipped else "")
            self._tell(UpdatesMoved())

    def _plan(self, delay_s: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._dispatcher.call_later(delay_s + self._chance() * SPREAD_S, self._due)

    def _due(self) -> None:
        """The one timer there is: a few times a day, for nothing but this."""
        wait_s = self._wait_s()
        idle = self.status.stage in (Stage.IDLE, Stage.CURRENT, Stage.NEW)
        if not self._settings.now.updates.automatic:
            return
        if wait_s > 0:
            self._plan(wait_s)
        elif self._busy() or not idle:
            self._plan(BUSY_S)
        else:
            self._look(asked=False)

    def _wait_s(self) -> float:
        """How long until a day is over; a clock that was put back makes no difference."""
        since_s = self._clock.now_s() - self._settings.now.updates.checked_at_s
        return EVERY_S - since_s if 0 <= since_s < EVERY_S else 0.0

    def _look(self, *, asked: bool) -> None:
        before = self.status
        if before.stage in (Stage.CHECKING, Stage.FETCHING):
            return
        self._plan(RETRY_S)
        if asked:
            self._move(replace(before, stage=Stage.CHECKING, problem=""))
        self._releases.look(lambda answer: self._looked(answer, before, asked=asked))

    def _looked(self, answer: FeedAnswer, before: UpdateStatus, *, asked: bool) -> None:
        if not asked and self.status is not before:
            return  # somebody asked meanwhile, and is answered
        feed, problem = answer.feed, answer.problem
        if feed is not None:
            seen = self._settings.now.updates.serial
            problem = trouble_with(feed, self.here, seen_serial=seen, now_s=self._clock.now_s())
        if feed is None or problem:
            if problem not in _IN_SILENCE:
                _log.warning("no news of updates: %s %s", problem, answer.detail)
            if asked:
                self._move(replace(before, problem=problem))
            return
        self._believe(feed, before, asked=asked)
        self._plan(EVERY_S)

    def _believe(self, feed: Feed, before: UpdateStatus, *, asked: bool) -> None:
        offer = offer_of(feed.release, self.here)
        updates = self._settings.now.updates
        version = feed.release.version if offer is not None else ""
        news = bool(version) and version != updates.skipped and is_newer(version, updates.told)
        told = version if news and (asked or _can_fetch(offer)) else updates.told
        self._remember(serial=feed.serial, checked_at_s=int(self._clock.now_s()), told=told)
        if before.stage is Stage.READY and offer == before.offer:
            self._move(before)
            return
        self._move(UpdateStatus(stage=Stage.NEW if offer else Stage.CURRENT, offer=offer))
        if news and not asked and _can_fetch(offer):
            choices = ("updates/download", "updates/skip")
            self._tell(Notice("update_available", {"version": version}, "info", "updates", choices))

    def _received(self, size_bytes: int) -> None:
        if self.status.stage is Stage.FETCHING:
            self._move(replace(self.status, received_bytes=size_bytes))

    def _fetched(self, answer: FileAnswer) -> None:
        offer = self.status.offer
        if answer.problem:
            _log.warning("a new version was not fetched: %s %s", answer.problem, answer.detail)
            self._move(UpdateStatus(stage=Stage.NEW, offer=offer, problem=answer.problem))
        else:
            self._move(UpdateStatus(stage=Stage.READY, offer=offer, file=answer.file))

    def _remember(self, **fields: object) -> None:
        updates = replace(self._settings.now.updates, **fields)
        self._settings.change_fields(updates=updates)

    def _move(self, status: UpdateStatus) -> None:
        self.status = status
        self._tell(UpdatesMoved())


def _can_fetch(offer: Offer | None) -> bool:
    """Somebody who is told can do something about it."""
    return offer is not None and offer.package is not None
