"""The one thread that opens, watches and closes devices, so that neither the engine nor a call ever waits.

The endpoint writes a ``Wish``; the worker makes it so::

    wish ─▶ scan (only while nothing is open) ─▶ open ─▶ beating? ─▶ publish ─▶ watch
              ▲                                                               │ a heart stopped
              └────────── close (with a time limit) ◀─────────────────────────┘

A device that dies is replaced by the default and tried again every few seconds while it is in PortAudio's
list. PulseAudio and PipeWire do not let a stream die with its sink but move it: a device that is only a name
for a sink is therefore tried aside every few seconds, and left where it cannot be opened any more. A device
PortAudio has not listed can only be seen by starting PortAudio anew, which needs every stream closed: that
is done when the system says that a card came, and otherwise before the next opening.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import msgspec

from softphone.audio.device import DeviceError, SoundCards, hardware_signature
from softphone.audio.opener import Opened, Opener, close_streams
from softphone.audio.stream import Shared
from softphone.audio.tones import TonePlayer
from softphone.domain.events import AudioDevice, AudioDevicesChanged, AudioFailed, AudioRouteChanged
from softphone.domain.ports import EventSink

DEAD_S = 0.5
FALTERING_S = 0.06
PATIENCE_S = 2.0  # then PortAudio is started anew beside a stream that will not close: its thread is lost
STUCK_S = 6.0  # a step that takes longer hangs inside PortAudio
WATCH_S = 0.1
RETRY_S = 3.0
ASIDE_LONGEST_S = 30.0
RESCAN_S = 30.0  # an idle phone's; PortAudio is started anew for it, which costs 30 ms of the processor
SEEN_RESCAN_S = 600.0  # where the system shows what is plugged in (``hardware_signature``)
STALE_S = 3.0  # older than this, the list is made anew before devices are opened
LINGER_S = 2.0  # an output opened for a tone stays for the next key
log = logging.getLogger(__name__)


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What the engine wants to be open. Devices by name, "" the default."""

    input_device: str = ""
    output_device: str = ""
    ring_device: str = ""
    talking: bool = False
    levels: bool = False
    tone: bool = False
    ringing: bool = False


class TalkNeed(msgspec.Struct, frozen=True):
    """The part of a wish that decides how the talking devices are opened; None: that role is not needed."""

    input_device: str | None
    output_device: str | None
    talking: bool

    @classmethod
    def of(cls, wish: Wish) -> TalkNeed | None:
        """None where nothing has to be open."""
        if not (wish.talking or wish.levels or wish.tone):
            return None
        needs_input = wish.talking or wish.levels
        needs_output = wish.talking or wish.tone
        return cls(
            wish.input_device if needs_input else None,
            wish.output_device if needs_output else None,
            wish.talking,
        )


class Routes:
    """Tells the sink which device each role uses, once for every change, and each failure once."""

    def __init__(self, sink: EventSink) -> None:
        self._sink = sink
        self._used: dict[str, tuple[str, str]] = {}
        self._failed: set[str] = set()

    def tell(self, role: str, wanted: str, opened: Opened, *, any_device: bool) -> None:
        """``any_device`` False: there is no device of this kind at all."""
        used = opened.used.get(role, "")
        before = self._used.get(role, ("", ""))
        missing = "no_input" if role == "input" else "no_output"
        if used != before[1] or (used and wanted != before[0]):
            fallback = bool(wanted) and used != wanted
            self._sink(AudioRouteChanged(role=role, wanted=wanted, used=used, fallback=fallback))
        self._used[role] = (wanted, used)
        if used:
            self._failed -= {missing, f"device:{role}"}
        elif not any_device:
            self.fail(missing, key=missing)
        else:
            self.fail("device", f"{role}: {opened.errors.get(role, '')}", key=f"device:{role}")

    def works_again(self, key: str) -> None:
        """The next failure of this kind is news again."""
        self._failed.discard(key)

    def fail(self, code: str, detail: str = "", *, key: str) -> None:
        """Once until the role works again."""
        if key not in self._failed:
            self._failed.add(key)
            self._sink(AudioFailed(code=code, detail=detail))


class DeviceWorker:
    """Runs from ``start`` to ``stop``. ``publish`` gets every new opening (or None) on the worker."""

    def __init__(
        self,
        cards: SoundCards,
        sink: EventSink,
        *,
        shared: Shared,
        tones: TonePlayer,
        ring_tones: TonePlayer,
        publish: Callable[[Opened | None], None],
    ) -> None:
        self._cards = cards
        self._sink = sink
        self._shared = shared
        self._tones = tones
        self._ring_tones = ring_tones
        self._ring_shared = Shared(shared.counters, clock=shared.clock)
        self._publish = publish
        self._routes = Routes(sink)
        self._opener = Opener(cards, shared, tones)
        self._wake = threading.Condition()
        self._wish = Wish()
        self._woken = True
        self._rescan = True
        self._closed = False
        self.scanned = threading.Event()
        self._told: tuple[AudioDevice, ...] | None = None
        self._scan_s = self._try_s = self._tone_s = -SEEN_RESCAN_S
        self._signature = ""
        self._patience_s = 0.0
        self._aside_s = self._aside_pause_s = 0.0
        self._step_s: float | None = None
        self._talk: Opened | None = None
        self._talk_need: TalkNeed | None = None
        self._ring: Opened | None = None
        self._ring_need: str | None = None
        self._hanging: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._run, name="audio-devices", daemon=True)

    @property
    def devices(self) -> tuple[AudioDevice, ...]:
        """As of the last scan."""
        return tuple(found.device for found in self._opener.devices)

    def start(self) -> None:
        """Thread: engine."""
        self._thread.start()

    def want(self, wish: Wish) -> None:
        """Replace the wish. Thread: engine."""
        with self._wake:
            if wish != self._wish:
                self._wish = wish
                self._woken = True
                self._wake.notify()

    def rescan(self) -> None:
        """Look at the devices again, as soon as no stream is open. Thread: engine."""
        with self._wake:
            self._rescan = self._woken = True
            self._wake.notify()

    def stop(self, limit_s: float) -> bool:
        """Close everything; False where a device hangs (its threads are daemons). Thread: engine."""
        with self._wake:
            self._closed = self._woken = True
            self._wake.notify()
        self._thread.join(limit_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._woken, self._pause_s())
                self._woken = False
                wish, closed = self._wish, self._closed
            if closed:
                self._close_talk()
                self._close_ring()
                return
            self._step_s = time.monotonic()
            try:
                self._step(wish)
            except Exception:  # without this thread there would be no sound until restart
                log.exception("audio devices")
                self._routes.fail("device", "internal", key="internal")
            self._step_s = None

    def look_after(self) -> None:
        """Say so where a call into PortAudio does not come back. Thread: engine.

        Not while a call is heard all the same: a device tried aside may hang in the sound server.
        """
        since_s, talk, wanted = self._step_s, self._talk, self._wish.talking
        if since_s is None or time.monotonic() - since_s <= STUCK_S:
            return
        if wanted and talk is not None and not talk.dead(self._shared.clock(), DEAD_S):
            return
        self._routes.fail("device", "hanging", key="hanging")

    def _pause_s(self) -> float:
        return WATCH_S if self._talk or self._ring or self._hanging or self._wish.tone else RETRY_S

    def _step(self, wish: Wish) -> None:
        self._hanging = [thread for thread in self._hanging if thread.is_alive()]
        if self._hanging and time.monotonic() < self._patience_s:
            self._routes.fail("device", "hanging", key="hanging")
            return
        if not self._hanging:
            self._routes.works_again("hanging")
        now_s = time.monotonic()
        lost = self._close_dead()
        need = self._need(wish, now_s)
        ring_need = wish.ring_device if wish.ringing and self._ring_tones.active else None
        if need != self._talk_need:
            self._close_talk()
        if ring_need != self._ring_need:
            self._close_ring()
        if self._hanging and time.monotonic() < self._patience_s:
            return
        self._scan_if_due(now_s, lost=lost, opening=(need is not None or ring_need is not None))
        due = lost or now_s - self._try_s > RETRY_S
        if need is not None and (need != self._talk_need or (self._talk is None and due)):
            self._open_talk(need)
        if ring_need is not None and (ring_need != self._ring_need or (self._ring is None and due)):
            self._open_ring(ring_need)
        self._talk_need, self._ring_need = need, ring_need
        if due:
            self._try_s = time.monotonic()
            self._check_roles(need)

    def _need(self, wish: Wish, now_s: float) -> TalkNeed | None:
        if self._tones.audible:
            self._tone_s = now_s
        sounding = self._tones.audible or (wish.tone and self._tones.active)
        need = TalkNeed.of(msgspec.structs.replace(wish, tone=sounding))
        current = self._talk_need
        lingering = now_s - self._tone_s < LINGER_S
        if need is None and lingering and current is not None and current.input_device is None:
            return current
        return need

    def _scan_if_due(self, now_s: float, *, lost: bool, opening: bool) -> None:
        if self._talk is not None or self._ring is not None:
            return
        age_s = now_s - self._scan_s
        signature = hardware_signature()
        stale_s = STALE_S if opening else SEEN_RESCAN_S if signature else RESCAN_S
        if lost or self._rescan or signature != self._signature or age_s > stale_s:
            self._scan()

    def _scan(self) -> None:
        self._rescan = False
        self._signature = hardware_signature()
        try:
            self._opener.devices = self._cards.scan()
        except DeviceError as error:
            log.warning("no sound devices: %s", error)
            self._opener.devices = ()
        self._scan_s = time.monotonic()
        self.scanned.set()
        if self.devices != self._told:
            self._told = self.devices
            self._sink(AudioDevicesChanged(devices=self.devices))

    def _open_talk(self, need: TalkNeed) -> None:
        opened = self._opener.open_talk(need.input_device, need.output_device, talking=need.talking)
        for role, wanted in (("input", need.input_device), ("output", need.output_device)):
            if wanted is not None:
                self._routes.tell(role, wanted, opened, any_device=self._any(role))
        if need.output_device is not None and "output" not in opened.used:
            self._tones.give_up()
        self._talk = opened if opened.streams else None
        self._publish(self._talk)

    def _open_ring(self, wanted: str) -> None:
        opened = self._opener.open_ring(wanted, self._ring_tones, self._ring_shared)
        self._routes.tell("ring", wanted, opened, any_device=self._any("ring"))
        self._ring = opened if opened.streams else None

    def _any(self, role: str) -> bool:
        return any(device.inputs if role == "input" else device.outputs for device in self.devices)

    def _close_dead(self) -> bool:
        """Close all where anything died: PortAudio has to be started anew to see what is left."""
        now_s = self._shared.clock()
        if not any(opened is not None and opened.dead(now_s, DEAD_S) for opened in (self._talk, self._ring)):
            return False
        log.warning("a sound device stopped")
        self._close_talk()
        self._close_ring()
        return True

    def _close_talk(self) -> None:
        opened, self._talk, self._talk_need = self._talk, None, None
        if opened is not None:
            self._publish(None)
            self._close(opened)

    def _close_ring(self) -> None:
        opened, self._ring, self._ring_need = self._ring, None, None
        if opened is not None:
            self._close(opened)

    def _close(self, opened: Opened) -> None:
        hanging = close_streams(opened.streams)
        if hanging is not None:
            self._hanging.append(hanging)
            self._patience_s = time.monotonic() + PATIENCE_S

    def _check_roles(self, need: TalkNeed | None) -> None:
        """Leave a device a sound server took away unseen; go back to a wanted device that returned."""
        if self._talk is None or need is None:
            return
        if self._talk.dead(self._shared.clock(), FALTERING_S):
            return  # opening anything on a server that is just dying may never come back
        wanted = {"input": need.input_device, "output": need.output_device}
        used = self._talk.used
        away = [
            role
            for role, name in wanted.items()
            if name is not None and (role not in used or (name and used[role] != name))
        ]
        if away and hardware_signature() != self._signature:
            self._close_talk()
            self._close_ring()
            self._rescan = self._woken = True
        elif self._aside_due(bool(away)) and (
            any(self._opener.works(wanted[role] or "", output=role == "output") for role in away)
            or any(self._opener.vanished(name, output=role == "output") for role, name in used.items())
        ):
            self._close_talk()
            self._woken = True

    def _aside_due(self, away: bool) -> bool:
        """A device that stays away is tried aside less and less often: each try asks the sound server."""
        if not away:
            self._aside_pause_s = 0.0
            return True
        now_s = time.monotonic()
        if now_s - self._aside_s < self._aside_pause_s:
            return False
        self._aside_s = now_s
        self._aside_pause_s = min(max(2 * self._aside_pause_s, RETRY_S), ASIDE_LONGEST_S)
        return True
