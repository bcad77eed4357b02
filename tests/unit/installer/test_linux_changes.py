"""The changelog as Debian and software centres read it."""

from __future__ import annotations

from datetime import UTC, datetime

from installer.linux.changes import appstream_releases, debian_changelog, releases

CHANGELOG = """# Changelog

## Unreleased (0.2.0)

### Added

- **Video**, which goes on
  for a second line.

## 0.1.0 (2026-12-01)

- The [first](https://x.example/) call.
"""
NOW = 1_800_000_000


def test_releases_are_read_newest_first() -> None:
    newest, first = releases(CHANGELOG, "0.2.0", NOW)
    assert (newest.version, newest.changes) == ("0.2.0", ("Video, which goes on for a second line.",))
    assert newest.when == datetime.fromtimestamp(NOW, UTC)
    assert (first.version, first.changes) == ("0.1.0", ("The first call.",))
    assert first.when == datetime(2026, 12, 1, tzinfo=UTC)


def test_a_version_the_changelog_does_not_know_stands_first() -> None:
    assert [each.version for each in releases(CHANGELOG, "0.3.0", NOW)] == ["0.3.0", "0.2.0", "0.1.0"]


def test_debian_reads_it() -> None:
    text = debian_changelog("softphone", "We <we@x.example>", releases(CHANGELOG, "0.2.0", NOW))
    assert text.startswith("softphone (0.2.0) stable; urgency=medium\n\n  * Video, which")
    assert text.endswith("\n -- We <we@x.example>  Tue, 01 Dec 2026 00:00:00 +0000\n")
    assert max(map(len, text.splitlines())) <= 80


def test_software_centres_read_it() -> None:
    lines = appstream_releases(releases(CHANGELOG, "0.2.0", NOW)).splitlines()
    assert lines[1].strip() == '<release version="0.1.0" date="2026-12-01"/>'
