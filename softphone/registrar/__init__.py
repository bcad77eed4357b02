"""The local test registrar: a small SIP server in pure Python, for the demo, the tests and a laptop.

Imports nothing else of the program but ``softphone.domain``.

    transport ─ transaction ─ switchboard ─┬─ registration ─ location
       │                               ├─ proxy ─ addressing
  server (faults, ladder)              └─ numbers ─ inbound_call ─ sdp, rtp, tones
"""

from __future__ import annotations

from softphone.registrar.config import RegistrarConfig
from softphone.registrar.faults import Faults
from softphone.registrar.server import Registrar
from softphone.registrar.thread import RegistrarThread
from softphone.registrar.transaction import SipTimers
from softphone.registrar.transport import RegistrarBindFailed, RegistrarPortBusy

__all__ = [
    "Faults",
    "Registrar",
    "RegistrarBindFailed",
    "RegistrarConfig",
    "RegistrarPortBusy",
    "RegistrarThread",
    "SipTimers",
]
