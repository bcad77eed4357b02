"""Where PyInstaller would put our files in the macOS bundle, by its own rule, which runs on any system."""

import json
import subprocess

import pytest

from installer.dist import environment
from installer.macos.plist import LANGUAGES
from installer.product import ROOT

# BUNDLE itself does nothing elsewhere than on macOS; the rule that places files needs no Mac.
LAY_OUT = """
import json, sys
from PyInstaller.building.osx import BUNDLE
entries = [tuple(entry) for entry in json.load(sys.stdin)]
print(json.dumps(BUNDLE.__new__(BUNDLE)._process_bundle_toc(entries)))
"""
pytestmark = pytest.mark.timeout(300)  # the first of all makes the environment

PROGRAM = [
    ("softphone", "/built/softphone", "EXECUTABLE"),
    ("libpython3.11.dylib", "/built/libpython3.11.dylib", "BINARY"),
    ("PySide6/QtCore.abi3.so", "/built/QtCore.abi3.so", "EXTENSION"),
    ("resources/licences/parts.toml", "/source/parts.toml", "DATA"),
    ("LICENSE", "/source/LICENSE", "DATA"),
]
STRINGS = [
    (f"{language}.lproj/InfoPlist.strings", "/made/InfoPlist.strings", "DATA") for language in LANGUAGES
]


@pytest.fixture(scope="module")
def places() -> dict[str, str]:
    """Place in the bundle ▸ what kind of entry is there."""
    laid = subprocess.run(
        [str(environment()), "-c", LAY_OUT],
        cwd=ROOT,
        input=json.dumps([*PROGRAM, *STRINGS]),
        capture_output=True,
        text=True,
        check=True,
    )
    return {place: kind for place, _, kind in json.loads(laid.stdout)}


def test_what_macos_asks_stands_where_it_looks(places: dict[str, str]) -> None:
    for language in LANGUAGES:
        assert places[f"Contents/Resources/{language}.lproj/InfoPlist.strings"] == "DATA"


def test_code_and_data_are_apart_so_that_the_seal_covers_both(places: dict[str, str]) -> None:
    assert places["Contents/MacOS/softphone"] == "EXECUTABLE"
    assert places["Contents/Frameworks/libpython3.11.dylib"] == "BINARY"
    assert places["Contents/Frameworks/PySide6/QtCore.abi3.so"] == "EXTENSION"
    real = {place for place, kind in places.items() if kind == "DATA"}
    assert real
    assert all(place.startswith("Contents/Resources/") for place in real)


def test_the_licences_are_found_once(places: dict[str, str]) -> None:
    assert places["Contents/Resources/resources/licences/parts.toml"] == "DATA"
    tables = [place for place in places if place.endswith("licences/parts.toml")]
    assert len(tables) == 1
