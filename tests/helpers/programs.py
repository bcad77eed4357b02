"""Which programs the interop tests need, where they are, and whether a missing one is an error."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

_PACKAGES = {
    "kamailio": "kamailio",
    "baresip": "baresip-core",
    "sipp": "sip-tester",
    "twinkle": "twinkle",
    "linphone": "linphone-desktop",
    "pulseaudio": "pulseaudio",
    "pactl": "pulseaudio-utils",
    "espeak-ng": "espeak-ng",
    "gnome-keyring-daemon": "gnome-keyring",
    "dbus-run-session": "dbus",
    "dbus-daemon": "dbus",
    "at-spi-bus-launcher": "at-spi2-core",
    "slapd": "slapd",
    "radicale": "radicale",
    "openssl": "openssl",
    "Xvfb": "xvfb",
    "xdotool": "xdotool",
    "xwininfo": "x11-utils",
    "openbox": "openbox",
    "wmctrl": "wmctrl",
    "trayer": "trayer",
    "dunst": "dunst",
    "dunstctl": "dunst",
    "gio": "libglib2.0-bin",
    "xdg-open": "xdg-utils",
    "xdg-mime": "xdg-utils",
    "appstreamcli": "appstream",
    "desktop-file-validate": "desktop-file-utils",
    "man": "man-db",
    "shellcheck": "shellcheck",
    "lintian": "lintian",
    "flatpak-builder": "flatpak-builder",
}
_SYSTEM_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/usr/libexec")  # not on an ordinary user's PATH


def find_program(name: str) -> str | None:
    """The program's path, or None."""
    places = os.pathsep.join((os.environ.get("PATH", os.defpath), *_SYSTEM_FOLDERS))
    return shutil.which(name, path=places)


def package_of(name: str) -> str:
    """The Debian package that brings a program."""
    return _PACKAGES[name]


def peers_are_required(environment: Mapping[str, str]) -> bool:
    """In CI and under ``make test`` a missing peer is an error; on a laptop the test is skipped."""
    return environment.get("CI", "").lower() in ("1", "true", "yes") or "MAKELEVEL" in environment
