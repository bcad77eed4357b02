"""What the services tell their observers: small frozen values, past tense like events.

An observer is a function taking one ``Change``; it looks at the kinds it knows and ignores the others.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from softphone.domain.account import Registration
from softphone.domain.call import Call
from softphone.domain.dialog_info import DialogInfo
from softphone.domain.directory import DirectoryStatus
from softphone.domain.events import AudioDevice, AudioMeasured, AudioRouteChanged, RecordingsCompared
from softphone.domain.history import CallRecord
from softphone.domain.message_summary import MessageSummary
from softphone.domain.presence import Presence
from softphone.domain.settings import Settings


class RegistrationMoved(msgspec.Struct, frozen=True):
    """The status line changes."""

    registration: Registration


class CallMoved(msgspec.Struct, frozen=True):
    """A call is new (``before`` None), moved, or over (``call.state`` terminated: told once)."""

    call: Call
    before: Call | None = None


class CallLogged(msgspec.Struct, frozen=True):
    """A call is over and worth a row in the history."""

    record: CallRecord


class HistoryMoved(msgspec.Struct, frozen=True):
    """The history has other rows, or other calls of it were looked at.

    ``deleted`` are the keys of rows that went, where somebody deleted them.
    """

    deleted: tuple[str, ...] = ()


class ContactsMoved(msgspec.Struct, frozen=True):
    """The phone book is another: own entries or those of a directory."""


class DirectoryMoved(msgspec.Struct, frozen=True):
    """A directory is doing otherwise: read anew, or it cannot be read."""

    key: str
    status: DirectoryStatus


class ImportMoved(msgspec.Struct, frozen=True):
    """An import is further: ``ImportService.state`` says where."""


class ExportMoved(msgspec.Struct, frozen=True):
    """An export began or is over: ``ExportService.saved`` says how."""


class DtmfHeard(msgspec.Struct, frozen=True):
    """The far side pressed a key."""

    call_key: str
    digit: str


class DtmfTold(msgspec.Struct, frozen=True):
    """Digits went out to the far side."""

    call_key: str
    digits: str


class DevicesMoved(msgspec.Struct, frozen=True):
    """The list of sound devices is another."""

    devices: tuple[AudioDevice, ...]


class RouteMoved(msgspec.Struct, frozen=True):
    """A role (input, output, ring) uses another device."""

    route: AudioRouteChanged


class LevelsMoved(msgspec.Struct, frozen=True):
    """Microphone and speaker peaks in dBFS (−90 is silence)."""

    input_dbfs: float
    output_dbfs: float


class AudioCounted(msgspec.Struct, frozen=True):
    """New figures of the audio path."""

    counters: AudioMeasured


class SettingsMoved(msgspec.Struct, frozen=True):
    """The settings are others; saving them was tried already."""

    settings: Settings


class LineMoved(msgspec.Struct, frozen=True):
    """A watched extension does something else; ``info`` None where unknown, ``status_code`` says why."""

    extension: str
    info: DialogInfo | None
    status_code: int = 0


class PresenceMoved(msgspec.Struct, frozen=True):
    """A watched extension's person says something else; ``presence`` None where nobody told us."""

    extension: str
    presence: Presence | None


class ColleagueMoved(msgspec.Struct, frozen=True):
    """One of 内線 shows something else."""

    extension: str


class ColleaguesMoved(msgspec.Struct, frozen=True):
    """The list of 内線 is another: who is on it, their names, order or groups."""


class MessageSummaryMoved(msgspec.Struct, frozen=True):
    """Other voice messages wait than before."""

    account_key: str
    summary: MessageSummary


class RecordingsJudged(msgspec.Struct, frozen=True):
    """An answer to ``DeviceService.compare``."""

    result: RecordingsCompared


class HotKeyPressed(msgspec.Struct, frozen=True):
    """A key of the whole desktop asks for what only a window can do: dial_selection, show_window."""

    action: str


class SurroundingsMoved(msgspec.Struct, frozen=True):
    """Hot keys, headset, players, sleep or lock are otherwise than before: see ``Phone.surroundings``."""


class UpdatesMoved(msgspec.Struct, frozen=True):
    """A new version was looked for, found or fetched: ``UpdateService.status`` says how far."""


class Notice(msgspec.Struct, frozen=True):
    """Something a person must be told in words: ``[notice]`` of the translation files.

    ``severity`` is info, warning or error; ``action`` names the page that helps (account, audio) or "".
    ``choices`` are what else can be done at once, each a page and what to do there (updates/skip).
    """

    code: str
    values: dict[str, str] = {}
    severity: str = "info"
    action: str = ""
    choices: tuple[str, ...] = ()


Change = (
    RegistrationMoved
    | CallMoved
    | CallLogged
    | HistoryMoved
    | ContactsMoved
    | DirectoryMoved
    | ImportMoved
    | ExportMoved
    | DtmfHeard
    | DtmfTold
    | DevicesMoved
    | RouteMoved
    | LevelsMoved
    | AudioCounted
    | SettingsMoved
    | LineMoved
    | PresenceMoved
    | ColleagueMoved
    | ColleaguesMoved
    | MessageSummaryMoved
    | RecordingsJudged
    | HotKeyPressed
    | SurroundingsMoved
    | UpdatesMoved
    | Notice
)
Observer = Callable[[Change], None]
