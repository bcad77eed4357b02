"""The local test registrar: a small SIP server in pure Python, for the demo, the tests and a laptop.

Imports nothing else of the program but ``softphone.sip`` and ``softphone.domain``.

  sip.transport ─ sip.transaction ─ switchboard ─┬─ registration ─ location
       │                                         ├─ proxy ─ addressing
  server (faults, ladder)                        └─ numbers ─ inbound_call ─ sdp, rtp, tones
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
