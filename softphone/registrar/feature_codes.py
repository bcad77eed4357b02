"""What a feature code switches, and the short call that confirms it.

*72203 ─▶ FeatureSwitch(change) ─▶ 200, a tone of 1 s, BYE
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from softphone.registrar.inbound_call import InboundCall
from softphone.registrar.sdp import PCMA, PCMU
from softphone.registrar.tones import beep

CONFIRMATION_S = 1.0


class FeatureSwitch:
    """Answers, switches, sounds a tone and hangs up."""

    def __init__(self, change: Callable[[], None]) -> None:
        self._change = change

    async def serve(self, call: InboundCall) -> None:
        """200, tone, BYE."""
        stream = await call.open_audio((PCMU, PCMA))
        self._change()
        call.answer()
        await asyncio.sleep(0)
        stream.play_once(beep())
        await asyncio.sleep(CONFIRMATION_S)
