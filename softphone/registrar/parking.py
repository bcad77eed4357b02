"""Park and retrieve: a call left in a slot hears music until somebody takes it out, from any phone.

    REFER to sip:*683@server ─▶ the parked phone calls *683 ─▶ slot 3, music on hold
    *693 ─▶ the same INVITE + Replaces ─▶ the parked phone: the two are connected, we are out of it
            a phone without Replaces: both calls stay ours, bridged     120 s and nobody came: BYE

``*68`` alone takes the first free slot. Who watches ``*693`` (dialog package) sees who stands in slot 3.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from softphone.registrar.bridge import bridge
from softphone.registrar.dialog_events import DialogBook
from softphone.registrar.events import CallParked, CallRetrieved
from softphone.registrar.inbound_call import InboundCall
from softphone.registrar.plan import Target
from softphone.registrar.rtp import AudioStream
from softphone.registrar.sdp import PCMA, PCMU
from softphone.registrar.tones import music_on_hold

SLOTS = tuple("123456789")
PARK_S = 120.0


@dataclass
class ParkedCall:
    """Who waits in a slot."""

    call: InboundCall
    stream: AudioStream
    taken: asyncio.Event = field(default_factory=asyncio.Event)


class ParkingLot:
    """The slots. ``retrieve_number`` before a slot is what is dialled, and watched, for it."""

    def __init__(self, book: DialogBook, retrieve_number: str) -> None:
        self._book = book
        self._retrieve_number = retrieve_number
        self._parked: dict[str, ParkedCall] = {}

    def free_slot(self) -> str:
        """The first free slot; empty where all are taken."""
        return next((slot for slot in SLOTS if slot not in self._parked), "")

    def is_free(self, slot: str) -> bool:
        """True where nobody waits there."""
        return slot not in self._parked

    def target(self, slot: str) -> Target | None:
        """The phone that waits in ``slot``, asked by Replaces; None where nobody waits, or it cannot."""
        parked = self._parked.get(slot)
        return parked.call.replaceable_target() if parked else None

    def put(self, slot: str, parked: ParkedCall) -> None:
        """Somebody waits in ``slot`` from now on."""
        self._parked[slot] = parked
        call = parked.call
        self._book.occupy(
            self._retrieve_number + slot, call.dialog.sip_call_id, call.dialog.local_tag, call.caller_identity
        )

    def take(self, slot: str) -> ParkedCall | None:
        """Who waits in ``slot``, no longer there after this."""
        parked = self._parked.pop(slot, None)
        if parked:
            self._book.ended(parked.call.dialog.sip_call_id, parked.call.dialog.local_tag)
            parked.taken.set()
        return parked

    def leave(self, slot: str, parked: ParkedCall) -> None:
        """Somebody gave up waiting."""
        if self._parked.get(slot) is parked:
            self.take(slot)


class Park:
    """Puts a call into ``slot``, or the first free one."""

    def __init__(self, lot: ParkingLot, slot: str = "", park_s: float = PARK_S) -> None:
        self._lot = lot
        self._slot = slot
        self._park_s = park_s

    async def serve(self, call: InboundCall) -> None:
        """Music until taken; BYE when nobody came."""
        slot = self._slot or self._lot.free_slot()
        if not slot or not self._lot.is_free(slot):
            call.reject(486)
            return
        parked = ParkedCall(call, await call.open_audio((PCMU, PCMA)))
        if not self._lot.is_free(slot):
            call.reject(486)
            return
        self._lot.put(slot, parked)
        call.emit(CallParked(call.dialog.sip_call_id, slot))
        try:
            call.answer()
            parked.stream.play(music_on_hold())
            async with asyncio.timeout(self._park_s):
                await parked.taken.wait()
        except TimeoutError:
            return
        finally:
            self._lot.leave(slot, parked)
        await call.wait_over()


class Retrieve:
    """Connects a call to the one in ``slot``."""

    def __init__(self, lot: ParkingLot, slot: str) -> None:
        self._lot = lot
        self._slot = slot

    def target(self) -> Target | None:
        """Who is asked first, before this answers itself."""
        return self._lot.target(self._slot)

    async def serve(self, call: InboundCall) -> None:
        """404 where nobody waits; else both talk until one hangs up."""
        if self._lot.is_free(self._slot):
            call.reject(404, "Nobody is parked here")
            return
        stream = await call.open_audio((PCMU, PCMA))
        parked = self._lot.take(self._slot)
        if parked is None:
            call.reject(404, "Nobody is parked here")
            return
        call.answer()
        call.emit(CallRetrieved(parked.call.dialog.sip_call_id, self._slot, call.caller))
        await bridge(call, parked.call, (stream, parked.stream))
