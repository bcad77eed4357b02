"""What the engine tells the phone process. Past tense, frozen, one tagged union.

Times ``at_s`` are Unix seconds taken when it happened. Audio never travels here: levels and quality do,
throttled. ``EngineLost`` and ``EngineRestarted`` are made by ``link.EngineClient``, never by an engine.
"""

from __future__ import annotations

import msgspec

from softphone.domain.account import RegistrationCause, RegistrationState
from softphone.domain.call import CallState, Direction, TerminatedReason
from softphone.domain.dialog_info import DialogInfo
from softphone.domain.errors import FailureCause
from softphone.domain.identity import Anonymity, CallerIdentity
from softphone.domain.media import MediaDirection, Quality
from softphone.domain.message_summary import MessageSummary
from softphone.domain.presence import Presence
from softphone.domain.transfer import Transfer
from softphone.domain.uri import Party


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag=str):
    """Base of every event."""


class EngineReady(Event, frozen=True, kw_only=True):
    """The engine runs and waits for Configure."""

    protocol_version: int
    pid: int
    versions: dict[str, str] = {}


class RegistrationChanged(Event, frozen=True, kw_only=True):
    """The registrar's word on an account, or why there is none.

    ``status_code`` 0 where no answer came. ``retry_in_s`` 0 where nothing more is tried by itself.
    """

    account_key: str
    state: RegistrationState
    cause: RegistrationCause = RegistrationCause.NONE
    status_code: int = 0
    reason_phrase: str = ""
    expires_s: int = 0
    retry_in_s: float = 0.0
    at_s: float = 0.0


class CallCreated(Event, frozen=True, kw_only=True):
    """A call exists: ours after MakeCall (trying), theirs after INVITE (early: 180 is sent).

    ``transferred_from`` is the key of the call whose far side asked for this one (REFER) or whose place it
    takes (INVITE with Replaces). ``anonymity`` to ``answer_after_s`` as in ``identity.CallerIdentity``.
    """

    key: str
    account_key: str
    direction: Direction
    remote: Party
    state: CallState
    sip_call_id: str = ""
    transferred_from: str = ""
    anonymity: Anonymity = Anonymity.NONE
    diverted_by: Party | None = None
    called: str = ""
    answer_after_s: float = -1.0
    at_s: float = 0.0


class CallRefused(Event, frozen=True, kw_only=True):
    """A caller was refused before the phone rang: every line was in use (486). A missed call."""

    account_key: str
    caller: CallerIdentity
    status_code: int
    at_s: float = 0.0


class CallStateChanged(Event, frozen=True, kw_only=True):
    """A call moved (RFC 4235 §3.7.1). ``reason`` only with terminated."""

    key: str
    state: CallState
    reason: TerminatedReason | None = None
    cause: FailureCause = FailureCause.NONE
    status_code: int = 0
    reason_phrase: str = ""
    q850_cause: int = 0
    remote: Party | None = None
    at_s: float = 0.0


class MediaChanged(Event, frozen=True, kw_only=True):
    """The media of a call were negotiated (again).

    ``local_media`` is what we asked for, ``remote_media`` what they did. ``early_media``: the far side
    plays its own ringback or guidance before the answer.
    """

    key: str
    local_media: MediaDirection
    remote_media: MediaDirection
    codec: str
    early_media: bool = False


class MuteChanged(Event, frozen=True, kw_only=True):
    """The microphone of a call was muted or opened."""

    key: str
    muted: bool


class TransferChanged(Event, frozen=True, kw_only=True):
    """The transfer of a call came further, or failed (the call is still there), or succeeded (it ends)."""

    key: str
    transfer: Transfer


class RedirectOffered(Event, frozen=True, kw_only=True):
    """A call out was answered 3xx; FollowRedirect decides. ``targets`` are SIP URIs, best first.

    None once the choice was made.
    """

    key: str
    targets: tuple[str, ...]


class ConferenceChanged(Event, frozen=True, kw_only=True):
    """These calls hear each other; none where there is no conference (any more)."""

    keys: tuple[str, ...]


class PartyMuteChanged(Event, frozen=True, kw_only=True):
    """The others do (not) hear this party of the conference."""

    key: str
    muted: bool


class RecordingChanged(Event, frozen=True, kw_only=True):
    """A call is recorded to ``path``; "" where it is not any more. ``duration_s`` of the finished file.

    A file may be finished after its call.
    """

    key: str
    path: str
    duration_s: float = 0.0


class RecordingFailed(Event, frozen=True, kw_only=True):
    """The file cannot be written (any more); the call goes on. ``code``: folder, read_only, full, file."""

    key: str
    path: str
    code: str
    detail: str = ""


class MediaSilent(Event, frozen=True, kw_only=True):
    """Packets of the far side stay away for 5 s in a call nobody holds, or come again."""

    key: str
    silent: bool


class DialogInfoChanged(Event, frozen=True, kw_only=True):
    """What a watched extension does; ``info`` None where unknown, ``status_code`` says why (0 silence)."""

    account_key: str
    uri: str
    info: DialogInfo | None
    status_code: int = 0


class PresenceChanged(Event, frozen=True, kw_only=True):
    """What a watched extension's person says; ``presence`` None where nobody told us."""

    account_key: str
    uri: str
    presence: Presence | None


class PresencePublished(Event, frozen=True, kw_only=True):
    """Our presence stands at the server under this SIP-ETag (RFC 3903 §4.1); "" where it does no more."""

    account_key: str
    etag: str


class MessageSummaryChanged(Event, frozen=True, kw_only=True):
    """The voice messages that wait for an account."""

    account_key: str
    summary: MessageSummary


class DtmfReceived(Event, frozen=True, kw_only=True):
    """The far side pressed a key."""

    key: str
    digit: str


class DtmfSent(Event, frozen=True, kw_only=True):
    """Digits were handed to the stream (telephone-event), accepted (INFO) or sounded; ``,`` a pause began."""

    key: str
    digits: str


class QualityMeasured(Event, frozen=True, kw_only=True):
    """Every 2 s in a confirmed call, and once more just before it ends."""

    key: str
    quality: Quality


class LevelsMeasured(Event, frozen=True, kw_only=True):
    """Peak of the last 100 ms in dBFS, −90 for silence."""

    input_dbfs: float
    output_dbfs: float


class AudioDevice(msgspec.Struct, frozen=True, kw_only=True):
    """One sound device; ``name`` is stable across starts and re-plugging."""

    name: str
    inputs: int
    outputs: int
    is_default_input: bool = False
    is_default_output: bool = False


class AudioDevicesChanged(Event, frozen=True, kw_only=True):
    """The devices there are now."""

    devices: tuple[AudioDevice, ...]


class AudioRouteChanged(Event, frozen=True, kw_only=True):
    """A role plays on (or listens to) another device than before.

    ``role`` input, output or ring. ``wanted`` is the device of the settings, ``used`` the one in use
    ("" = none). ``fallback`` is True where ``used`` had to replace ``wanted``.
    """

    role: str
    wanted: str
    used: str
    fallback: bool = False


class AudioFailed(Event, frozen=True, kw_only=True):
    """Sound does not work. ``code``: no_input, no_output, device, play_file, record_file."""

    code: str
    detail: str = ""


class AudioMeasured(Event, frozen=True, kw_only=True):
    """Counters of the audio path since the engine started, every 2 s in a call.

    Fills in ms; ``skipped_samples`` were dropped or invented outside the resampler; ``late_frames`` are
    bridge frames more than 10 ms off the clock, ``lateness_p99_ms`` over the last 2 s.
    """

    capture_fill_ms: float = 0.0
    playout_fill_ms: float = 0.0
    overruns: int = 0
    underruns: int = 0
    skipped_samples: int = 0
    late_frames: int = 0
    lateness_p99_ms: float = 0.0


class RecordingsCompared(Event, frozen=True, kw_only=True):
    """``correlation`` 0–1 after alignment, ``delay_ms`` of the recording, ``level_db`` against the reference.

    ``ok`` False and ``problem`` set where a file could not be compared.
    """

    ok: bool
    correlation: float = 0.0
    delay_ms: float = 0.0
    level_db: float = 0.0
    problem: str = ""


class EngineDescribed(Event, frozen=True, kw_only=True):
    """What the engine is made of on this machine, each part tried.

    ``codecs`` by the library's names; ``transports`` that open: udp, tcp, tls; ``sound_systems`` PortAudio's
    host APIs; ``recording_formats`` that can be written. ``problems`` says of a part (transport, sound,
    processing, resampler, recording format) why it does not work, in the library's words.
    """

    codecs: tuple[str, ...]
    transports: tuple[str, ...]
    sound_systems: tuple[str, ...] = ()
    recording_formats: tuple[str, ...] = ()
    versions: dict[str, str] = {}
    problems: dict[str, str] = {}


class CommandFailed(Event, frozen=True, kw_only=True):
    """A command could not be carried out; nothing changed. ``key`` is the call's or account's, if any."""

    command: str
    cause: FailureCause
    key: str = ""
    detail: str = ""


class Pong(Event, frozen=True, kw_only=True):
    """The engine thread is alive. ``loop_lateness_ms`` is the longest stall since the last one."""

    sequence: int
    loop_lateness_ms: float = 0.0


class EngineLost(Event, frozen=True, kw_only=True):
    """The engine process ended unasked. ``exit_code`` negative: the signal. ``stderr_tail`` is redacted."""

    exit_code: int
    stderr_tail: str = ""
    restart_in_s: float = 0.0


class EngineRestarted(Event, frozen=True, kw_only=True):
    """The engine is back; accounts were handed to it again."""

    pid: int
    after_s: float


AnyEvent = (
    EngineReady
    | RegistrationChanged
    | CallCreated
    | CallRefused
    | CallStateChanged
    | MediaChanged
    | MuteChanged
    | TransferChanged
    | RedirectOffered
    | ConferenceChanged
    | PartyMuteChanged
    | RecordingChanged
    | RecordingFailed
    | MediaSilent
    | DialogInfoChanged
    | PresenceChanged
    | PresencePublished
    | MessageSummaryChanged
    | DtmfReceived
    | DtmfSent
    | QualityMeasured
    | LevelsMeasured
    | AudioDevicesChanged
    | AudioRouteChanged
    | AudioFailed
    | AudioMeasured
    | RecordingsCompared
    | EngineDescribed
    | CommandFailed
    | Pong
    | EngineLost
    | EngineRestarted
)

CallEvent = (
    CallStateChanged
    | MediaChanged
    | MuteChanged
    | QualityMeasured
    | TransferChanged
    | RedirectOffered
    | PartyMuteChanged
    | RecordingChanged
    | MediaSilent
)
