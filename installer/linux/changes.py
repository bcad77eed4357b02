"""CHANGELOG.md as Debian and AppStream want to read it.

## Unreleased (0.1.0)          the version that is being built
## 0.1.0 (2026-12-01)          a version that went out
- What a user notices, on a
  line or more.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from installer.release_notes import sections

_MARKS = re.compile(r"\*\*|`|\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True)
class Release:
    """A version, when it went out, and what is said of it."""

    version: str
    when: datetime
    changes: tuple[str, ...]


def releases(changelog: str, version: str, source_date: int) -> tuple[Release, ...]:
    """The newest first; the first is ``version``, which the changelog may not know yet.

    A version without a day is dated ``source_date`` (Unix seconds).
    """
    now = datetime.fromtimestamp(source_date, UTC)
    found = tuple(_parsed(changelog, now))
    if found and found[0].version == version:
        return found
    return (Release(version, now, (f"Version {version}.",)), *found)


def debian_changelog(package: str, maintainer: str, history: tuple[Release, ...]) -> str:
    """Source: Debian Policy §4.4."""
    return "\n".join(_stanza(package, maintainer, release) for release in history)


def appstream_releases(history: tuple[Release, ...]) -> str:
    """The elements inside ``<releases>``."""
    return "\n".join(
        f'    <release version="{each.version}" date="{each.when:%Y-%m-%d}"/>' for each in history
    )


def _parsed(changelog: str, now: datetime) -> Iterator[Release]:
    for heading, section in sections(changelog):
        day = heading["day"]
        when = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else now
        items = re.findall(r"^- (.+(?:\n  .+)*)", section, flags=re.MULTILINE)
        changes = tuple(_MARKS.sub(r"\1", re.sub(r"\s*\n\s*", " ", item)) for item in items)
        yield Release(heading["version"], when, changes)


def _stanza(package: str, maintainer: str, release: Release) -> str:
    lines = [f"{package} ({release.version}) stable; urgency=medium", ""]
    for change in release.changes:
        lines += textwrap.wrap(
            change, 78, initial_indent="  * ", subsequent_indent="    ", break_long_words=False
        )
    return "\n".join((*lines, "", f" -- {maintainer}  {format_datetime(release.when)}", ""))
