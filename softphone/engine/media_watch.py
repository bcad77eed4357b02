"""Listening for packets that stay away: the notice after 5 s, the end of the call after the user's limit."""

from __future__ import annotations

from collections.abc import Callable

from softphone.domain.events import MediaSilent
from softphone.domain.ports import EventSink
from softphone.engine.call import CallRecord, PjCall
from softphone.engine.quality import packet_counts
from softphone.engine.schedule import Schedule

LOOK_S = 1.0
SILENT_S = 5.0


class PacketWatch:
    """One call's signs of life. RTCP keeps a call alive but is no sound."""

    def __init__(self, now_s: float) -> None:
        self.silent = False
        self._packets = self._reports = -1
        self._heard_s = self._alive_s = now_s

    def look(self, now_s: float, packets: int, reports: int) -> None:
        """Take the running totals of RTP packets and RTCP reports; a new stream counts from 0 again."""
        if packets != self._packets:
            self._heard_s = self._alive_s = now_s
        elif reports != self._reports:
            self._alive_s = now_s
        self._packets, self._reports = packets, reports
        self.silent = now_s - self._heard_s >= SILENT_S

    def rest(self, now_s: float) -> None:
        """Nothing is to be heard: somebody holds."""
        self._heard_s = self._alive_s = now_s
        self.silent = False

    def dead_s(self, now_s: float) -> float:
        """How long there has been no sign of life."""
        return now_s - self._alive_s


class MediaWatch:
    """Every call with media, once a second. Thread: engine."""

    def __init__(self, schedule: Schedule, emit: EventSink, on_dead: Callable[[str], None]) -> None:
        self.timeout_s = 0.0  # 0: never
        self._schedule = schedule
        self._emit = emit
        self._on_dead = on_dead
        self._calls: dict[str, tuple[PjCall, PacketWatch]] = {}
        self._looking = False

    def add(self, call: PjCall) -> None:
        """Watch a call from now on. Idempotent."""
        self._calls.setdefault(call.record.key, (call, PacketWatch(self._schedule.now_s())))
        if not self._looking:
            self._looking = True
            self._schedule.call_later(LOOK_S, self._look)

    def remove(self, key: str) -> None:
        """The call is over, or has no media any more. Idempotent."""
        self._calls.pop(key, None)

    def close(self) -> None:
        """Let every call go, before libDestroy."""
        self._calls.clear()

    def _look(self) -> None:
        self._looking = bool(self._calls)
        if not self._looking:
            return
        self._schedule.call_later(LOOK_S, self._look)
        for call, watch in list(self._calls.values()):
            self._look_at(call, watch)

    def _look_at(self, call: PjCall, watch: PacketWatch) -> None:
        record, now_s, was_silent = call.record, self._schedule.now_s(), watch.silent
        counts = packet_counts(call, record.media.index) if _is_to_be_heard(record) else None
        if counts is None:
            watch.rest(now_s)
        else:
            watch.look(now_s, *counts)
        if watch.silent is not was_silent:
            self._emit(MediaSilent(key=record.key, silent=watch.silent))
        if 0.0 < self.timeout_s <= watch.dead_s(now_s):
            self._on_dead(record.key)


def _is_to_be_heard(record: CallRecord) -> bool:
    held = record.held or record.remote_media.holds
    return record.was_confirmed and record.media.negotiated.receives and not held
