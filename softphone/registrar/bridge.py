"""Two calls made one: what comes in on either goes out on the other, sound and digits."""

from __future__ import annotations

from softphone.registrar.inbound_call import InboundCall
from softphone.registrar.rtp import AudioStream


async def bridge(own: InboundCall, other: InboundCall, streams: tuple[AudioStream, AudioStream]) -> None:
    """Join two answered calls until one is over; then the other is hung up.

    ``own`` is the call whose application runs this: its end cancels the application, and that ends here.
    """
    streams[0].relay_to(streams[1])
    streams[1].relay_to(streams[0])
    own.on_info, other.on_info = other.send_info, own.send_info
    try:
        await other.wait_over()
    finally:
        other.hang_up()
        own.hang_up()
