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
from softphone.domain.presence import Presence

PROTOCOL_VERSION = 4
LIBRARY_MAX_CALLS = 4  # compiled into the engine's library


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


class RedirectPolicy(enum.Enum):
    """What happens when a call is answered with 3xx."""

    ASK = "ask"
    FOLLOW = "follow"
    REFUSE = "refuse"


class RecordingFormat(enum.Enum):
    """How a recording is written; two channels, we on the left."""

    WAV = "wav"
    FLAC = "flac"
    OPUS = "opus"


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
    the next caller gets 486. ``rtp_timeout_s``: a call without their packets for so long is ended; 0 never.
    ``accept_transfers`` False answers a far side's REFER with 603. ``log_level`` on PJSIP's scale 0–5.
    """

    instance_id: str
    user_agent: str
    audio: AudioConfig = AudioConfig()
    codecs: tuple[str, ...] = DEFAULT_CODECS
    max_calls: int = LIBRARY_MAX_CALLS
    rtp_timeout_s: float = 0.0
    follow_redirects: RedirectPolicy = RedirectPolicy.ASK
    accept_transfers: bool = True
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
    """Call ``uri`` (a SIP URI) from an account.

    ``identity`` is a SIP URI for P-Preferred-Identity (RFC 3325 §9.2), "" for the account's own;
    ``anonymous`` sends From anonymous.invalid and Privacy: id (RFC 3323 §4.1, RFC 3325 §9.3); ``replaces`` is
    the value of a Replaces header (RFC 3891) that picks another phone's call up.
    """

    key: str
    account_key: str
    uri: str
    identity: str = ""
    anonymous: bool = False
    replaces: str = ""


class Answer(Command, frozen=True, kw_only=True):
    """Answer an incoming call with 200; ``held`` puts it on hold at once."""

    key: str
    held: bool = False


class Hangup(Command, frozen=True, kw_only=True):
    """End a call in any state. ``status_code`` is what an unanswered caller hears (486, 603 …)."""

    key: str
    status_code: int = 603


class Redirect(Command, frozen=True, kw_only=True):
    """Send an unanswered caller elsewhere: 302, these SIP URIs as Contact, best first (RFC 3261 §21.3.3)."""

    key: str
    targets: tuple[str, ...]


class FollowRedirect(Command, frozen=True, kw_only=True):
    """The user's choice after RedirectOffered: call the first target, or end the call."""

    key: str
    follow: bool


class TransferCall(Command, frozen=True, kw_only=True):
    """Hand a call over by REFER: to the SIP URI ``target``, or with ``to_key`` to another call (Replaces)."""

    key: str
    target: str = ""
    to_key: str = ""


class CancelTransfer(Command, frozen=True, kw_only=True):
    """Take a call back whose transfer has no outcome yet; the transfer is told as cancelled."""

    key: str


class SetConference(Command, frozen=True, kw_only=True):
    """Let exactly these calls hear each other and us; fewer than two end the conference.

    Held ones are resumed. Calls that leave it stay up, each on its own.
    """

    keys: tuple[str, ...]


class SetPartyMute(Command, frozen=True, kw_only=True):
    """Stop or start what one party of a conference says to the others and to us."""

    key: str
    muted: bool


class StartRecording(Command, frozen=True, kw_only=True):
    """Record a call to ``path`` (two channels: me, them). ``notice`` lets both sides hear a tone first."""

    key: str
    path: str
    format: RecordingFormat = RecordingFormat.WAV
    notice: bool = False


class StopRecording(Command, frozen=True, kw_only=True):
    """Finish the file."""

    key: str


class Watch(Command, frozen=True, kw_only=True):
    """Subscribe to the dialog-info of an extension (RFC 4235); at most 256 in all.

    ``presence``: to its presence too (RFC 3856), where the server has it.
    """

    account_key: str
    uri: str
    presence: bool = False


class Unwatch(Command, frozen=True, kw_only=True):
    """End that subscription."""

    account_key: str
    uri: str


class SetPresence(Command, frozen=True, kw_only=True):
    """Publish what we say of ourselves (RFC 3903) while the account is registered; None takes it back.

    ``etag`` is that of PresencePublished, told by an engine that is no more.
    """

    account_key: str
    presence: Presence | None
    etag: str = ""


class SetHold(Command, frozen=True, kw_only=True):
    """Hold (a=sendonly) or resume (a=sendrecv) by re-INVITE (RFC 3264 §8.4)."""

    key: str
    held: bool


class SetMute(Command, frozen=True, kw_only=True):
    """Stop or start sending what the microphone hears; the stream keeps running."""

    key: str
    muted: bool


class SendDtmf(Command, frozen=True, kw_only=True):
    """Send digits 0–9*#A–D, one after the other; ``,`` waits 2 s."""

    key: str
    digits: str
    method: DtmfMethod = DtmfMethod.AUTO


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


class DescribeEngine(Command, frozen=True, kw_only=True):
    """Try every part of the engine; answered by EngineDescribed. Not beside calls: it opens transports."""


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
    | Redirect
    | FollowRedirect
    | TransferCall
    | CancelTransfer
    | SetConference
    | SetPartyMute
    | StartRecording
    | StopRecording
    | Watch
    | Unwatch
    | SetPresence
    | SetHold
    | SetMute
    | SendDtmf
    | PlayTone
    | StopTone
    | ListDevices
    | MeterLevels
    | CompareRecordings
    | DescribeEngine
    | Ping
    | Shutdown
)
