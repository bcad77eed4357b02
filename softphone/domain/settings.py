"""Settings: everything a user chose that is no secret. Written as TOML by ``storage.settings``."""

from __future__ import annotations

import enum

import msgspec

from softphone.domain.account import Account


class Appearance(enum.Enum):
    """Which look the window takes."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class AudioSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Devices by stable name; an empty name is the system's default device."""

    input_device: str = ""
    output_device: str = ""
    ring_device: str = ""
    echo_cancellation: bool = True
    noise_suppression: bool = True
    automatic_gain: bool = True
    input_gain_db: float = 0.0
    output_gain_db: float = 0.0


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One file, one version; unknown keys are kept out, missing keys take these defaults."""

    version: int = 1
    account: Account | None = None
    audio: AudioSettings = AudioSettings()
    codecs: tuple[str, ...] = ()  # empty: the provider's order
    language: str = "ja"
    appearance: Appearance = Appearance.SYSTEM
    ui_scale: int = 100  # percent
    bring_to_front_on_call: bool = False
    log_level: int = 3  # PJSIP's scale, 0 (nothing) to 5
    instance_id: str = ""  # RFC 5626 UUID, made at the first start
    last_dialled: str = ""
