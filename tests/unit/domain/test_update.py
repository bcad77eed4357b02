"""Feeds: read whole or not at all, believed by rules, offered to whom they fit."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from softphone.domain.update import (
    CLOCK_SLACK_S,
    FeedRefused,
    InstallForm,
    PackageKind,
    Way,
    is_fetchable,
    offer_of,
    read_feed,
    trouble_with,
)
from softphone.domain.version import Version
from tests.helpers.fake_releases import DAY_S, HERE, feed
from tests.helpers.fakes import START_S


def altered(change: Callable[[dict[str, Any]], object]) -> bytes:
    """A feed's bytes with something in them otherwise."""
    document = json.loads(msgspec.json.encode(feed()))
    change(document)
    return json.dumps(document).encode()


def of_package(**fields: object) -> Callable[[dict[str, Any]], object]:
    return lambda document: document["release"]["packages"][0].update(fields)


def test_a_feed_comes_back_as_it_was_written() -> None:
    assert read_feed(msgspec.json.encode(feed())) == feed()


def test_what_a_later_feed_adds_does_not_matter() -> None:
    assert read_feed(altered(lambda document: document.update(mirrors=["x"]))) == feed()


def test_a_feed_of_a_later_schema_is_said_to_be_one() -> None:
    with pytest.raises(FeedRefused) as refused:
        read_feed(altered(lambda document: document.update(schema=2, release="elsewhere")))
    assert refused.value.problem == "newer_schema"


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.pop("serial"),
        lambda document: document.update(issued="2026-11-26T12:00:00"),  # no zone
        lambda document: document.update(expires=document["issued"]),
        lambda document: document["release"].update(version="next"),
        lambda document: document["release"].update(notes={"ja": "長" * 20_001}),
        of_package(name="../../evil.exe"),
        of_package(name="..exe"),
        of_package(name="setup.exe\0.exe"),
        of_package(name="softphone.bat"),
        of_package(url="http://softphone.example/a.exe"),
        of_package(url="https://user@softphone.example/a.exe"),
        of_package(url="file:///etc/passwd"),
        of_package(url="https://[softphone/a.exe"),
        of_package(sha256="AB" * 32),
        of_package(sha256="ab" * 31),
        of_package(size_bytes=0),
        of_package(size_bytes=3 * 1024**3),
        of_package(system="beos"),
    ],
)
def test_a_field_that_cannot_be_used_refuses_the_whole_feed(
    change: Callable[[dict[str, Any]], object],
) -> None:
    with pytest.raises(FeedRefused) as refused:
        read_feed(altered(change))
    assert refused.value.problem == "unreadable"


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with pytest.raises(FeedRefused):
        read_feed(content)


def test_an_array_that_never_ends_is_refused() -> None:
    with pytest.raises(FeedRefused):
        read_feed(b'{"schema": 1, "x": ' + b"[" * 100_000)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, ""),
        ({"product": "org.example.other"}, "other_product"),
        ({"channel": "beta"}, "other_product"),
        ({"serial": 4}, "rolled_back"),
        ({"serial": 5}, ""),
        ({"expires": datetime.datetime.fromtimestamp(START_S, datetime.UTC)}, "expired"),
        ({"issued": datetime.datetime.fromtimestamp(START_S + 2 * CLOCK_SLACK_S, datetime.UTC)}, "clock"),
    ],
)
def test_a_feed_is_believed_that_is_ours_and_of_now(fields: dict[str, Any], problem: str) -> None:
    assert trouble_with(feed(**fields), HERE, seen_serial=5, now_s=START_S) == problem


def test_a_clock_a_little_behind_is_no_trouble() -> None:
    assert trouble_with(feed(), HERE, seen_serial=0, now_s=START_S - 1.5 * DAY_S) == ""


@pytest.mark.parametrize(
    ("form", "system", "way", "kind"),
    [
        (InstallForm.SETUP, "windows", Way.RUN, PackageKind.SETUP),
        (InstallForm.PORTABLE, "windows", Way.UNPACK, PackageKind.PORTABLE),
        (InstallForm.MACHINE, "windows", Way.ADMINISTRATOR, None),
        (InstallForm.APP, "macos", Way.MOUNT, PackageKind.DMG),
        (InstallForm.DEB, "linux", Way.PACKAGE, PackageKind.DEB),
        (InstallForm.APPIMAGE, "linux", Way.REPLACE, PackageKind.APPIMAGE),
        (InstallForm.TAR, "linux", Way.SCRIPT, PackageKind.TAR),
        (InstallForm.FLATPAK, "linux", Way.FLATPAK, None),
        (InstallForm.SOURCE, "linux", Way.SOURCE, None),
    ],
)
def test_each_installation_is_offered_what_fits_it(
    form: InstallForm, system: str, way: Way, kind: PackageKind | None
) -> None:
    here = replace(HERE, form=form, system=system, system_version="99.0")
    offer = offer_of(feed().release, here)
    assert offer is not None
    assert offer.way is way
    assert (offer.package.kind if offer.package else None) is kind


def test_a_machine_without_a_file_and_a_system_too_old_are_told_apart() -> None:
    release = feed().release
    arm = offer_of(release, replace(HERE, machine="arm64"))
    old = offer_of(release, replace(HERE, system_version="10.0.9200"))
    unknown = offer_of(release, replace(HERE, system_version=""))
    assert arm is not None
    assert (arm.way, arm.package) == (Way.NO_PACKAGE, None)
    assert old is not None
    assert (old.way, old.package) == (Way.SYSTEM_TOO_OLD, None)
    assert unknown is not None
    assert unknown.package is not None


NUMBERS = st.sampled_from(["0.1.0.dev1", "0.1.0a1", "0.1.0rc1", "0.1.0", "0.1.1b2", "0.1.1", "0.2.0"])


@given(own=NUMBERS, new=NUMBERS)
def test_nothing_older_is_ever_offered_and_no_trial_to_who_runs_none(own: str, new: str) -> None:
    offer = offer_of(feed(new).release, replace(HERE, version=own))
    trial_for_others = Version(new).is_prerelease and not Version(own).is_prerelease
    assert (offer is not None) == (Version(new) > Version(own) and not trial_for_others)


@pytest.mark.parametrize(
    ("url", "fetchable"),
    [
        ("https://softphone.example/updates/stable.json", True),
        ("https://softphone.example:8443/x", True),
        ("http://127.0.0.1:8000/x", True),
        ("http://localhost/x", True),
        ("http://softphone.example/x", False),
        ("http://127.0.0.1.softphone.example/x", False),
        ("ftp://softphone.example/x", False),
        ("https:///x", False),
        ("https://softphone.example:port/x", False),
        ("", False),
    ],
)
def test_only_https_is_fetched_and_http_from_here(url: str, fetchable: bool) -> None:
    assert is_fetchable(url) == fetchable
