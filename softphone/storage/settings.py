"""The settings file: TOML, written whole, read with as much kept as can be understood.

A damaged file is never overwritten: it is put aside under another name and the user is told which.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
import tomllib
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin

import msgspec
import tomli_w

from softphone.domain.account import MAX_EXPIRES_S, MIN_EXPIRES_S
from softphone.domain.commands import LIBRARY_MAX_CALLS
from softphone.domain.dial_string import DialStringInvalid, clean_dial_string
from softphone.domain.ports import LoadedSettings
from softphone.domain.settings import Settings
from softphone.domain.uri import HostPort, UriInvalid, parse_host_port
from softphone.storage.paths import Paths

Section = TypeVar("Section", bound=msgspec.Struct)

Result = TypeVar("Result")

TRIES = 5
TRY_AGAIN_S = 0.01

_LANGUAGES = ("ja", "en")
_GAIN_LIMIT_DB = 40.0
_MAX_SECONDS = 3_600
_DAY_MIN = 24 * 60
_MAX_KEEP_DAYS = 3_660


def _is_usable_server(server: HostPort) -> bool:
    """Host and port are what a person could have typed."""
    try:
        return parse_host_port(str(server)) == server
    except UriInvalid:
        return False


def _is_seconds(value: int) -> bool:
    return 0 <= value <= _MAX_SECONDS


def _is_minute_of_day(value: int) -> bool:
    return 0 <= value <= _DAY_MIN


def _is_digits(value: str) -> bool:
    return not value or (value.isascii() and value.isdigit())


def _is_dialled(value: str) -> bool:
    try:
        return clean_dial_string(value) == value
    except DialStringInvalid:
        return False


# What has the right type and still cannot be used would only fail later. By the field's name, in any section.
_USABLE: dict[str, Callable[[Any], bool]] = {
    "expires_s": lambda value: MIN_EXPIRES_S <= value <= MAX_EXPIRES_S,
    "language": lambda value: value in _LANGUAGES,
    "log_level": lambda value: 0 <= value <= 5,
    "keep_days": lambda value: 0 <= value <= _MAX_KEEP_DAYS,
    "ui_scale": lambda value: 50 <= value <= 300,
    "input_gain_db": lambda value: abs(value) <= _GAIN_LIMIT_DB,
    "output_gain_db": lambda value: abs(value) <= _GAIN_LIMIT_DB,
    "user_id": bool,
    "server": _is_usable_server,
    "outbound_proxy": lambda value: value is None or _is_usable_server(value),
    "max_calls": lambda value: 1 <= value <= LIBRARY_MAX_CALLS,
    "rtp_timeout_s": _is_seconds,
    "after_s": _is_seconds,
    "start_s": _is_seconds,
    "end_s": _is_seconds,
    "from_min": _is_minute_of_day,
    "until_min": _is_minute_of_day,
    "weekdays": lambda value: all(0 <= day <= 6 for day in value),
    "outside_prefix": _is_digits,
    "site_number": _is_digits,
    "extension": _is_dialled,
    "extension_digits": lambda value: 0 <= value <= 12,
}


class TomlSettings:
    """Implements ``domain.ports.SettingsStore``. Thread: main."""

    def __init__(self, paths: Paths) -> None:
        self._file = paths.settings_file

    def load(self) -> LoadedSettings:
        """Read the file; what is missing takes its default, what is damaged too.

        The whole file is kept aside when it is no TOML, when a value does not fit, or when it was written
        by a newer version; the instance ID is made at the first load.
        """
        settings, damaged = self._read()
        kept_aside = str(self._put_aside()) if damaged else ""
        if not settings.instance_id:
            settings = msgspec.structs.replace(settings, instance_id=str(uuid.uuid4()))
        if damaged or not self._file.exists():
            # An unwritable folder is told when the user changes something; this run works without it.
            with contextlib.suppress(OSError):
                self.save(settings)
        return LoadedSettings(settings=settings, kept_aside=kept_aside)

    def save(self, settings: Settings) -> None:
        """Write the file whole: a temporary file, flushed to the disk, takes its place. Errors: OSError."""
        content = tomli_w.dumps(_without_none(msgspec.to_builtins(settings, str_keys=True)))
        handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=".settings-", suffix=".toml")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content.encode())
                file.flush()
                os.fsync(file.fileno())
            _patiently(lambda: temporary.replace(self._file))
        except OSError:
            temporary.unlink(missing_ok=True)
            raise

    def _read(self) -> tuple[Settings, bool]:
        """Settings and whether something in the file could not be used."""
        try:
            raw = tomllib.loads(_patiently(self._file.read_bytes).decode("utf-8-sig"))
        except FileNotFoundError:
            return Settings(), False
        except (OSError, ValueError, RecursionError):
            return Settings(), True
        newer = isinstance(raw.get("version"), int) and raw["version"] > Settings().version
        settings, damaged = _convert(raw, Settings)
        assert settings is not None  # every field of it has a default
        if newer:
            settings = msgspec.structs.replace(settings, version=Settings().version)
        return settings, damaged or newer

    def _put_aside(self) -> Path:
        stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
        target = self._file.with_name(f"{self._file.name}.damaged-{stamp}")
        number = 1
        while target.exists():
            number += 1
            target = self._file.with_name(f"{self._file.name}.damaged-{stamp}-{number}")
        try:
            self._file.rename(target)
        except OSError:
            return self._file
        return target


def _patiently(action: Callable[[], Result]) -> Result:
    """Do it, again where it is refused: Windows refuses a file that somebody reads or puts in place just now.

    Errors: OSError.
    """
    for _ in range(TRIES - 1):
        with contextlib.suppress(PermissionError):
            return action()
        time.sleep(TRY_AGAIN_S)
    return action()


def _convert(raw: dict[str, Any], kind: type[Section]) -> tuple[Section | None, bool]:
    """Field by field, so that one wrong value does not lose the others; whether there was a wrong one.

    None where a field that has no default is missing or wrong.
    """
    values: dict[str, Any] = {}
    damaged = False
    for field in msgspec.structs.fields(kind):
        if field.encode_name not in raw:
            damaged = damaged or field.required
            continue
        value, wrong = _section(raw[field.encode_name], field.type)
        try:
            values[field.name] = msgspec.convert(value, field.type)
        except msgspec.ValidationError:
            wrong = True
        usable = _USABLE.get(field.name)
        if usable is not None and field.name in values and not usable(values[field.name]):
            del values[field.name]
            wrong = True
        damaged = damaged or wrong
    try:
        return kind(**values), damaged
    except TypeError:  # a required field is not there
        return None, True


def _section(value: Any, kind: Any) -> tuple[Any, bool]:
    """A table, or a list of tables, made into the structs that ``kind`` names; anything else as it is."""
    for choice in get_args(kind) if isinstance(kind, UnionType) else (kind,):
        if isinstance(value, dict) and isinstance(choice, type) and issubclass(choice, msgspec.Struct):
            return _convert(value, choice)
        if isinstance(value, list) and get_origin(choice) is tuple:
            made = [_section(item, get_args(choice)[0]) for item in value]
            return tuple(item for item, _ in made if item is not None), any(wrong for _, wrong in made)
    return value, False


def _without_none(value: Any) -> Any:
    """TOML has no null: what is None is left out."""
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_without_none(item) for item in value]
    return value
