"""What the phone process asks of the engine. Imperative, frozen, one tagged union.

Every ``key`` is ours: the phone makes call keys for calls out, the engine for calls in.
Only ``SetAccount`` carries the password; its ``repr`` hides it, and no command is logged but by ``repr``.
"""

from __future__ import annotations

import enum

import msgspec

from softphone.domain.account import Account
from softphone.domain.dtmf import DtmfMethod
from softphone.domain.media import DEFAULT_CODECS

PROTOCOL_VERSION = 1


class ToneKind(enum.Enum):
    """Tones and bells the engine makes itself (ITU-T E.180; Japan: 400 Hz)."""

    RINGBACK = "ringback"
    BUSY = "busy"
    RING = "ring"
    CALL_WAITING = "call_waiting"
    DTMF = "dtmf"


class OutputRole(enum.Enum):
    """Where a sound goes: the device one talks on, or the one that rings."""

    SPEAKER = "speaker"
    RING = "ring"


class Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="command", tag=str):
    """Base of every command."""


class AudioConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Where sound comes from and goes to, and what is done to it.

    ``source`` "device": PortAudio devices by stable name ("" = system default).
    ``source`` "file": ``play_path`` is the microphone (WAV; "" = silence), ``record_path`` takes what is
    heard (16 kHz int16 mono WAV; "" = nowhere); paced by the media clock, no sound card touched.
    Gains in dB.
    """

    source: str = "device"
    input_device: str = ""
    output_device: str = ""
    ring_device: str = ""
    play_path: str = ""
    record_path: str = ""
    echo_cancellation: bool = True
    noise_suppression: bool = True
    automatic_gain: bool = True
    input_gain_db: float = 0.0
    output_gain_db: float = 0.0


class Configure(Command, frozen=True, kw_only=True):
    """First command after EngineReady; may come again (audio and codecs change at once).

    ``bind_host`` "" binds to every address. ``max_calls`` is the user's limit, at most the library's 4;
    the next caller gets 486. ``log_level`` on PJSIP's scale 0–5.
    """

    instance_id: str
    user_agent: str
    audio: AudioConfig = AudioConfig()
    codecs: tuple[str, ...] = DEFAULT_CODECS
    max_calls: int = 1
    bind_host: str = ""
    log_level: int = 3


class ConfigureAudio(Command, frozen=True, kw_only=True):
    """Take other devices, gains or processing, in a call too."""

    audio: AudioConfig


class SetAccount(Command, frozen=True, kw_only=True):
    """Create or replace the account ``account.key`` and register it."""

    account: Account
    password: str

    def __repr__(self) -> str:
        return f"SetAccount(account={self.account!r}, password='***')"


class RemoveAccount(Command, frozen=True, kw_only=True):
    """Unregister and forget an account."""

    account_key: str


class Register(Command, frozen=True, kw_only=True):
    """Register now, whatever the back-off says."""

    account_key: str


class MakeCall(Command, frozen=True, kw_only=True):
    """Call ``uri`` (a SIP URI) from an account."""

    key: str
    account_key: str
    uri: str


class Answer(Command, frozen=True, kw_only=True):
    """Answer an incoming call with 200."""

    key: str


class Hangup(Command, frozen=True, kw_only=True):
    """End a call in any state. ``status_code`` is what an unanswered caller hears (486, 603 …)."""

    key: str
    status_code: int = 603


class SetHold(Command, frozen=True, kw_only=True):
    """Hold (a=sendonly) or resume (a=sendrecv) by re-INVITE (RFC 3264 §8.4)."""

    key: str
    held: bool


class SetMute(Command, frozen=True, kw_only=True):
    """Stop or start sending what the microphone hears; the stream keeps running."""

    key: str
    muted: bool


class SendDtmf(Command, frozen=True, kw_only=True):
    """Send digits 0–9*#A–D, one after the other."""

    key: str
    digits: str
    method: DtmfMethod = DtmfMethod.TELEPHONE_EVENT


class PlayTone(Command, frozen=True, kw_only=True):
    """Play a tone until StopTone (DTMF: once, 100 ms). A new tone on a role replaces the one playing."""

    tone: ToneKind
    role: OutputRole = OutputRole.SPEAKER
    digit: str = ""


class StopTone(Command, frozen=True, kw_only=True):
    """Silence a role."""

    role: OutputRole = OutputRole.SPEAKER


class ListDevices(Command, frozen=True, kw_only=True):
    """Look at the sound devices again; answered by AudioDevicesChanged."""


class MeterLevels(Command, frozen=True, kw_only=True):
    """Run the microphone and report LevelsMeasured ten times a second, in a call or not."""

    on: bool


class CompareRecordings(Command, frozen=True, kw_only=True):
    """How much of ``reference_path`` is in ``recorded_path`` (WAVs); answered by RecordingsCompared."""

    reference_path: str
    recorded_path: str


class Ping(Command, frozen=True, kw_only=True):
    """Heartbeat; answered by Pong from the engine thread, with its own figures."""

    sequence: int


class Shutdown(Command, frozen=True, kw_only=True):
    """Hang up, unregister (at most 2 s), end the process."""


AnyCommand = (
    Configure
    | ConfigureAudio
    | SetAccount
    | RemoveAccount
    | Register
    | MakeCall
    | Answer
    | Hangup
    | SetHold
    | SetMute
    | SendDtmf
    | PlayTone
    | StopTone
    | ListDevices
    | MeterLevels
    | CompareRecordings
    | Ping
    | Shutdown
)
