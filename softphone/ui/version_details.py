"""What support asks first: version, system and the parts that matter, as text to paste. No Qt here."""

from __future__ import annotations

import platform
import sys
import tomllib
from pathlib import Path

import softphone
from softphone.ui.licence_parts import Part


def homepage(resources: Path) -> str:
    """The product's own page. Errors: OSError, ValueError, KeyError where the file is damaged."""
    return str(tomllib.loads((resources / "product.toml").read_text(encoding="utf-8"))["homepage"])


def version_details(parts: tuple[Part, ...], qt_version: str) -> str:
    """Three lines, the same in every language."""
    pjsip = next((part.version for part in parts if part.name == "PJSIP"), "")
    built = "package" if getattr(sys, "frozen", False) else "source"
    libraries = (
        f"Python {platform.python_version()}",
        f"Qt {qt_version}",
        *([f"PJSIP {pjsip}"] if pjsip else []),
    )
    return "\n".join(
        (
            f"softphone {softphone.__version__} ({built})",
            f"{_system()}, {platform.machine()}",
            ", ".join(libraries),
        )
    )


def _system() -> str:
    """Windows 11 10.0.22631, macOS 14.5, Debian GNU/Linux 12 (bookworm)."""
    if sys.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]}"
    if sys.platform == "linux":
        try:
            return platform.freedesktop_os_release()["PRETTY_NAME"]
        except OSError:
            return f"Linux {platform.release()}"
    return f"{platform.system()} {platform.release()} {platform.version()}"
