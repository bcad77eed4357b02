"""The Debian package of a tiny program: its control data, its scripts, and the same bytes every time."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from installer.linux import deb
from installer.linux.copyright import copyright_file
from installer.linux.sonames import PACKAGES, Needs, UnknownLibraries
from installer.product import product


@pytest.fixture
def build(
    bundle: Path, icons: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Path]:
    """Build the package into a folder of this name."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    return lambda name: deb.build(bundle, tmp_path / name, icons=icons, level=deb.FAST)


def field(package: Path, name: str) -> str:
    """A field of the control file."""
    command = ["dpkg-deb", "--field", str(package), name]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def contents(package: Path) -> dict[str, list[str]]:
    """Mode, owner, size, day, time of every file by its name."""
    command = ["dpkg-deb", "--contents", str(package)]
    listing = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "TZ": "UTC"}
    )
    return {line.split(maxsplit=5)[5]: line.split()[:5] for line in listing.stdout.splitlines()}


def test_the_same_input_gives_the_same_bytes(build: Callable[[str], Path], bundle: Path) -> None:
    first = build("first").read_bytes()
    os.utime(bundle / "softphone")
    (bundle / "_internal" / "resources" / "words.toml").chmod(0o600)
    assert build("second").read_bytes() == first


def test_control_says_what_the_product_says(build: Callable[[str], Path]) -> None:
    package = build("out")
    assert package.name == f"softphone_{product().version}_{field(package, 'Architecture')}.deb"
    assert field(package, "Version") == product().version
    assert field(package, "Homepage") == product().homepage
    assert field(package, "Maintainer").startswith(product().publisher)
    assert field(package, "Depends").startswith("libc6 (>= 2.")
    assert int(field(package, "Installed-Size")) > 30


def test_files_are_roots_and_only_the_program_is_executed(build: Callable[[str], Path]) -> None:
    files = contents(build("out"))
    assert {owner for _, owner, *_ in files.values()} == {"root/root"}
    assert {(day, time) for *_, day, time in files.values()} == {("2023-11-14", "22:13")}
    executable = [name for name, (mode, *_) in files.items() if mode.startswith("-rwx")]
    assert executable == ["./usr/lib/softphone/package/softphone"]
    assert "./usr/bin/softphone -> ../lib/softphone/current/softphone" in files
    assert "./usr/lib/udev/rules.d/70-softphone-headset.rules" in files


def test_a_library_nobody_knows_fails_the_build() -> None:
    needs = Needs()
    needs.add(
        "_internal/libours.so.1", "  NEEDED  libmystery.so.3\n  NEEDED  libc.so.6\n  SONAME  libours.so.1"
    )
    with pytest.raises(UnknownLibraries, match=r"libmystery\.so\.3 \(wanted by _internal/libours\.so\.1\)"):
        needs.depends()


def test_needs_become_packages() -> None:
    needs = Needs()
    needs.add("softphone", "NEEDED libasound.so.2\nNEEDED libxkbcommon.so.0\n0x0 GLIBC_2.35\nGLIBC_2.4")
    needs.add("_internal/libxkbcommon.so.0", "NEEDED libstdc++.so.6\nGLIBC_2.17 GLIBCXX_3.4.29")
    assert needs.depends() == [
        "libasound2t64 | libasound2",
        "libc6 (>= 2.35)",
        "libstdc++6 (>= 11)",
        "xkb-data",
    ]


def test_names_of_both_sides_of_the_64_bit_time_are_given() -> None:
    assert {name for name in PACKAGES.values() if "t64" in name} == {
        "libasound2t64 | libasound2",
        "libglib2.0-0t64 | libglib2.0-0",
    }


def test_every_part_is_in_the_copyright_file(bundle: Path) -> None:
    stanzas = copyright_file(bundle, product()).split("\n\n")
    (qt,) = (stanza for stanza in stanzas if "Comment: Qt 6.11" in stanza)
    assert "usr/lib/softphone/package/_internal/*libQt6*" in qt.splitlines()[0]
    assert "\n Copyright (C) 2024 The Qt Company Ltd.\n" in qt
    assert "\nLicense: LGPL-3 or GPL-2.0-only-with-Qt-exception\n" in qt
    told = {line for stanza in stanzas for line in stanza.splitlines() if stanza.startswith("License: ")}
    assert {"License: LGPL-3", "License: GPL-2.0-only-with-Qt-exception", "License: GPL-3+"} <= told
