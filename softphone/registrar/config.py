"""How a registrar is run. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from softphone.domain.pbx import PbxPlan
from softphone.registrar.digest import NONCE_LIFETIME_S
from softphone.registrar.numbers import Application
from softphone.registrar.parking import PARK_S
from softphone.registrar.voicemail import SILENCE_S
from softphone.sip.transaction import SipTimers

DEFAULT_REALM = "softphone.local"


@dataclass(frozen=True)
class RegistrarConfig:
    """How a registrar is run. ``users``: user id → password; ``port`` 0 takes a free one.

    ``auth_ids``: user id → digest username where it differs; ``domains``: host names that mean this server;
    ``pbx``: hunt groups, forwarding, the outside line; ``park_s``: how long a parked call waits;
    ``message_silence_s``: how much silence ends a voicemail message.
    """

    host: str = "127.0.0.1"
    port: int = 0
    users: Mapping[str, str] = field(default_factory=dict, repr=False)
    realm: str = DEFAULT_REALM
    algorithms: tuple[str, ...] = ("SHA-256", "MD5")
    min_expires_s: int = 5
    max_expires_s: int = 3600
    default_expires_s: int = 300
    nonce_lifetime_s: float = NONCE_LIFETIME_S
    auth_ids: Mapping[str, str] = field(default_factory=dict)
    domains: tuple[str, ...] = ()
    timers: SipTimers = field(default_factory=SipTimers)
    applications: Mapping[str, Application] | None = None
    pbx: PbxPlan = field(default_factory=PbxPlan)
    park_s: float = PARK_S
    message_silence_s: float = SILENCE_S
