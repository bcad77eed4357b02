"""The translation files and provider profiles that come with the program."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import msgspec

from softphone.domain.provider import ProviderProfile


def load_texts(resources: Path, language: str) -> dict[str, str]:
    """Every ``i18n/<language>/*.toml``, nested tables flattened to dotted keys.

    Errors: ValueError for a key that stands in two files, OSError where there is no such language.
    """
    words: dict[str, str] = {}
    folder = resources / "i18n" / language
    if not folder.is_dir():
        raise FileNotFoundError(folder)
    for file in sorted(folder.glob("*.toml")):
        for key, text in _flat("", tomllib.loads(file.read_text(encoding="utf-8"))):
            if key in words:
                raise ValueError(f"{key} stands twice, again in {file.name}")
            words[key] = text
    return words


def load_providers(resources: Path) -> tuple[ProviderProfile, ...]:
    """The profiles of ``providers/*.toml``; the file's name is the key. Errors: msgspec.ValidationError."""
    profiles = []
    for file in sorted((resources / "providers").glob("*.toml")):
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
        profiles.append(msgspec.convert(raw | {"key": file.stem}, ProviderProfile))
    return tuple(profiles)


def _flat(prefix: str, table: dict[str, Any]) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            rows.extend(_flat(f"{prefix}{key}.", value))
        else:
            rows.append((f"{prefix}{key}", str(value)))
    return rows
