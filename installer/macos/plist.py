"""Info.plist of the application bundle, and what it says in each language.

    softphone.app/Contents/Info.plist                            info_plist()
    softphone.app/Contents/Resources/ja.lproj/InfoPlist.strings  write_strings(): what macOS asks, in Japanese

Source: Information Property List (Apple), Core Foundation and Launch Services keys.
"""

from __future__ import annotations

import plistlib
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

from installer.product import Product, machine, product
from softphone.domain.link import SCHEMES

LANGUAGES = ("en", "ja")  # the first is the development region
# The pjsua2 wheels are built for these and later ones, see ``wheels_minimum``.
MINIMUM_SYSTEM = {"arm64": "14.0", "x86_64": "15.0"}
SIP_SCHEMES = tuple(scheme for scheme in SCHEMES if scheme.startswith("sip"))
NUMBER_SCHEMES = tuple(scheme for scheme in SCHEMES if scheme not in SIP_SCHEMES)
_WORDS = Path(__file__).with_name("words.toml")


def info_plist() -> dict[str, object]:
    """The dictionary build.spec hands to BUNDLE. Errors: ValueError where a wheel needs a later macOS."""
    facts = product()
    minimum = MINIMUM_SYSTEM[machine()]
    needed = wheels_minimum() if sys.platform == "darwin" else minimum
    if _numbers(needed) > _numbers(minimum):
        raise ValueError(f"an installed wheel needs macOS {needed}, the bundle promises {minimum}")
    return {
        "CFBundleName": facts.name,
        "CFBundleShortVersionString": facts.version,
        "CFBundleVersion": facts.version,
        "CFBundleDevelopmentRegion": LANGUAGES[0],
        "CFBundleLocalizations": list(LANGUAGES),
        "CFBundleURLTypes": [
            _url_type(facts, "sip", SIP_SCHEMES),
            _url_type(facts, "tel", NUMBER_SCHEMES),
        ],
        "LSApplicationCategoryType": "public.app-category.business",
        "LSHasLocalizedDisplayName": True,
        "LSMinimumSystemVersion": minimum,
        "LSUIElement": False,  # a window and a place in the Dock
        "NSAppTransportSecurity": {"NSAllowsArbitraryLoads": False},
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": f"{facts.publisher}, {facts.licence}",
        "NSPrincipalClass": "NSApplication",
        "NSSupportsAutomaticGraphicsSwitching": True,
        **strings(LANGUAGES[0]),
    }


def strings(language: str) -> dict[str, str]:
    """What differs by language: the displayed name, and why macOS is asked for a permission."""
    facts = product()
    words = _words(language)
    name = facts.name_ja if language == "ja" else facts.name
    return {
        "CFBundleDisplayName": name,
        "NSMicrophoneUsageDescription": words["microphone"].format(name=name),
        "NSLocalNetworkUsageDescription": words["local_network"].format(name=name),
    }


def write_strings(folder: Path) -> tuple[tuple[str, str], ...]:
    """``LANGUAGE.lproj/InfoPlist.strings`` into ``folder``: (file, place) pairs for PyInstaller."""
    pairs = []
    for language in LANGUAGES:
        place = f"{language}.lproj"
        file = folder / place / "InfoPlist.strings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(plistlib.dumps(_localised(language)))
        pairs.append((str(file), place))
    return tuple(pairs)


def wheels_minimum() -> str:
    """The latest macOS that any installed wheel for this processor asks for: "14.0"; "0" without one."""
    wheels = [(each.read_text("WHEEL") or "").splitlines() for each in distributions()]
    tags = [[line[5:] for line in lines if line.startswith("Tag: ")] for lines in wheels]
    return max((minimum_of(each, machine()) for each in tags), key=_numbers, default="0")


def minimum_of(tags: list[str], processor: str) -> str:
    """The earliest macOS of a wheel's tags (``cp311-cp311-macosx_14_0_arm64``); "0" where none is named."""
    versions = []
    for tag in tags:
        system, _, rest = tag.rpartition("-")[2].partition("_")
        if system == "macosx" and rest.endswith((processor, "universal2")):
            versions.append(".".join(rest.split("_")[:2]))
    return min(versions, key=_numbers, default="0")


def _url_type(facts: Product, kind: str, schemes: tuple[str, ...]) -> dict[str, object]:
    return {
        "CFBundleURLName": f"{facts.identifier}.{kind}",
        "CFBundleTypeRole": "Viewer",
        "CFBundleURLSchemes": list(schemes),
    }


def _localised(language: str) -> dict[str, str]:
    """A language's strings, the names of the link types by their CFBundleURLName among them."""
    words, identifier = _words(language), product().identifier
    names = {f"{identifier}.{kind}": words[kind] for kind in ("sip", "tel")}
    facts = product()
    name = facts.name_ja if language == "ja" else facts.name
    return {"CFBundleName": name, **strings(language), **names}


def _words(language: str) -> dict[str, str]:
    words: dict[str, str] = tomllib.loads(_WORDS.read_text(encoding="utf-8"))[language]
    return words


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
