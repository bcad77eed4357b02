"""Settings: everything a user chose that is no secret. Written as TOML by ``storage.settings``."""

from __future__ import annotations

import enum

import msgspec

from softphone.domain.account import Account
from softphone.domain.colleague import Colleague, ColleagueOrder
from softphone.domain.commands import LIBRARY_MAX_CALLS, RecordingFormat, RedirectPolicy
from softphone.domain.dial_plan import DialPlan
from softphone.domain.directory import DirectorySettings
from softphone.domain.dtmf import DtmfMethod
from softphone.domain.forwarding import AbsenceSettings
from softphone.domain.provider import FeatureCodes


class Appearance(enum.Enum):
    """Which look the window takes."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class RingBy(enum.Enum):
    """What shows a caller while the window is not in use; AUTO takes what the desktop keeps in sight."""

    AUTO = "auto"
    WINDOW = "window"
    NOTIFICATION = "notification"


class HideCaller(enum.Enum):
    """When notifications do not say who calls."""

    NEVER = "never"
    LOCKED = "locked"
    ALWAYS = "always"


class HotKeySettings(msgspec.Struct, frozen=True, kw_only=True):
    """Keys that work in every program, as ``domain.hot_key`` writes them; "" for none."""

    answer: str = ""
    hang_up: str = ""
    mute: str = ""
    dial_selection: str = ""
    show_window: str = ""


class DesktopSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The page デスクトップ, but for what the system itself remembers.

    ``call_bar_place`` x and y of the call bar, () where the user never moved it. ``told_of_tray``: it was
    said once that closing the window does not end the phone. ``dial_links``: a link is called at once.
    ``headset``: its buttons and lights are used. ``pause_media``: other players pause during calls.
    """

    ring_by: RingBy = RingBy.AUTO
    hide_caller: HideCaller = HideCaller.LOCKED
    notify_missed: bool = True
    call_bar: bool = True
    call_bar_place: tuple[int, ...] = ()
    stay_in_tray: bool = True
    told_of_tray: bool = False
    dial_links: bool = False
    hot_keys: HotKeySettings = HotKeySettings()
    headset: bool = True
    pause_media: bool = True
    keep_awake: bool = True


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


class AutoAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Answering by itself. ``callers``: patterns of numbers, none = all; ``after_s`` seconds of ringing.

    ``on_request``: also where the caller asks for it (Call-Info or Alert-Info ``answer-after``).
    """

    active: bool = False
    callers: tuple[str, ...] = ()
    after_s: int = 0
    on_request: bool = False


class CallSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How calls are made and taken. ``max_calls`` 1 to 4; ``rtp_timeout_s`` 0 never ends a silent call.

    ``accept_transfers``: a far side may send us on to another number by REFER.
    """

    max_calls: int = LIBRARY_MAX_CALLS
    do_not_disturb: bool = False
    auto_answer: AutoAnswer = AutoAnswer()
    accept_transfers: bool = True
    redirects: RedirectPolicy = RedirectPolicy.ASK
    dtmf: DtmfMethod = DtmfMethod.AUTO
    rtp_timeout_s: int = 0


class RecordingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The page 録音. ``folder`` "" is the user's own recordings folder; ``never`` patterns of numbers."""

    automatic: bool = False
    folder: str = ""
    format: RecordingFormat = RecordingFormat.WAV
    notice: bool = False
    never: tuple[str, ...] = ()


class PresenceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """``publish``: colleagues see one's own state. ``show_remote``: one sees with whom they talk.

    ``order`` is how the place 内線 sorts them.
    """

    publish: bool = True
    show_remote: bool = False
    order: ColleagueOrder = ColleagueOrder.OWN


class HookSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The page 連携: a command line for each event, "" for none."""

    on_ring: str = ""
    on_answer: str = ""
    on_end: str = ""
    on_missed: str = ""


class HistorySettings(msgspec.Struct, frozen=True, kw_only=True):
    """How long calls are remembered: ``keep_days``, 0 for ever."""

    keep_days: int = 365


class UpdateSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The page 更新. ``skipped``: a version nobody wants to hear of; ``told``: the last one that was told.

    ``serial`` of the newest feed seen: none older is believed. ``checked_at_s`` Unix seconds of that look.
    """

    automatic: bool = True
    skipped: str = ""
    told: str = ""
    serial: int = 0
    checked_at_s: int = 0


class PbxSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on the customer's own sheet about their PBX; "" is the provider profile's."""

    web_page: str = ""
    feature_codes: FeatureCodes = FeatureCodes()


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One file, one version; unknown keys are kept out, missing keys take these defaults."""

    version: int = 1
    account: Account | None = None
    audio: AudioSettings = AudioSettings()
    calls: CallSettings = CallSettings()
    dialling: DialPlan = DialPlan()
    absence: AbsenceSettings = AbsenceSettings()
    pbx: PbxSettings = PbxSettings()
    recording: RecordingSettings = RecordingSettings()
    hooks: HookSettings = HookSettings()
    desktop: DesktopSettings = DesktopSettings()
    colleagues: tuple[Colleague, ...] = ()
    presence: PresenceSettings = PresenceSettings()
    directories: tuple[DirectorySettings, ...] = ()
    history: HistorySettings = HistorySettings()
    updates: UpdateSettings = UpdateSettings()
    codecs: tuple[str, ...] = ()  # empty: the provider's order
    language: str = "ja"
    appearance: Appearance = Appearance.SYSTEM
    ui_scale: int = 100  # percent
    bring_to_front_on_call: bool = False
    log_level: int = 3  # PJSIP's scale, 0 (nothing) to 5
    instance_id: str = ""  # RFC 5626 UUID, made at the first start
    last_dialled: str = ""
