"""The local test registrar: a small SIP server in pure Python, for the demo, the tests and a laptop.

Imports nothing else of the program but ``softphone.sip`` and ``softphone.domain``.

  sip.transport ─ sip.transaction ─ switchboard ─┬─ registration ─ location
       │                                         ├─ routing (dial_plan, hunt_group, forwarding, pickup, trunk)
  server (faults, ladder)                        │     └─ plan ─▶ proxy ─ fork ─ addressing
                                                 ├─ application_runner ─ numbers ─ inbound_call ─ sdp, rtp
                                                 └─ event_desk (presence, dialog, message-summary)
"""

from __future__ import annotations

from softphone.registrar.config import RegistrarConfig
from softphone.registrar.faults import Faults
from softphone.registrar.server import Registrar
from softphone.registrar.thread import RegistrarThread
from softphone.sip.transaction import SipTimers
from softphone.sip.transport import SipBindFailed, SipPortBusy

__all__ = [
    "Faults",
    "Registrar",
    "RegistrarConfig",
    "RegistrarThread",
    "SipBindFailed",
    "SipPortBusy",
    "SipTimers",
]
