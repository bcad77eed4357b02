"""What goes into the bundle and what stays out, as pure rules over the names PyInstaller proposes.

Left out are Qt's parts the program never shows, and on Linux the libraries that must be the desktop's own:
those that load the desktop's plugins or fit its display server (see the AppImage project's exclude list).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath

EXCLUDED_MODULES = (
    *(
        "IPython",
        "PIL",
        "_tkinter",
        "curses",
        "doctest",
        "lib2to3",
        "matplotlib",
        "pip",
        "pkg_resources",
        "pydoc",
    ),
    *("readline", "setuptools", "test", "tkinter", "unittest"),
    *(f"numpy.{part}" for part in ("distutils", "f2py", "random", "testing")),
    *(
        f"phonenumbers.{part}"
        for part in ("carrier", "carrierdata", "geocoder", "geodata", "timezone", "tzdata")
    ),
    *("PySide6.QtDBus", "PySide6.QtNetwork", "PySide6.QtQml", "PySide6.QtQuick", "PySide6.scripts"),
)

TRANSLATIONS = re.compile(r"(qtbase|qt)_ja\.qm$")  # English is Qt's own language
PLUGINS: Mapping[str, str] = {
    "platforms": r"q(xcb|wayland|offscreen|minimal|windows|cocoa)$",
    "platformthemes": r"qxdgdesktopportal$",
    "platforminputcontexts": r"(composeplatform|ibusplatform)",
    "imageformats": r"q(svg|ico|jpeg|gif|icns)$",
    "iconengines": r".",
    "styles": r".",
    "xcbglintegrations": r".",
    "wayland-shell-integration": r"xdg-shell$",
    "wayland-decoration-client": r".",
    "wayland-graphics-integration-client": r"qt-plugin-wayland-egl$",
}
UNUSED = re.compile(
    r"(opengl32sw|libportaudio\w*-asio|libportaudioarm64|libportaudio32bit"
    r"|Qt6VirtualKeyboard|Qt6Quick|Qt6Qml|Qt6Pdf|Qt6EglF|Qt6WaylandCompositor|WlShell"
    r"|pytz/zoneinfo"  # the zones are the system's or tzdata's
    r"|direct_url\.json)"  # says where the builder fetched a wheel
)
HOST_LIBRARIES = re.compile(
    r"lib(asound|X11|X11-xcb|Xau|Xdmcp|Xext|Xrender|xcb(-\w+)?|GL|EGL|GLX|GLdispatch|drm|gbm|fontconfig|freetype"
    r"|harfbuzz|expat|z|stdc\+\+|gcc_s|com_err|keyutils|gpg-error|wayland-client|p11-kit|dbus-1|systemd|udev"
    r"|mvec|(glib|gio|gobject|gmodule|gthread)-2\.0|mount|blkid|selinux|gssapi_krb5|krb5|krb5support|k5crypto|cap|gcrypt"
    r"|lz4|lzma|zstd|pcre2-8|brotli\w+|png16|bsd|md|graphite2)\.so\."
)
BROUGHT_LIBRARIES = re.compile(  # Ubuntu's desktop has not all of these
    r"lib(xcb-(cursor|icccm|image|keysyms|render-util|util)|xkbcommon(-x11)?)\.so\."
)
_LIBRARY = re.compile(r"(|PySide6/Qt/lib/|[^/]+\.libs/)lib[^/]*\.so[^/]*")
ROOT_LIBRARIES = re.compile(r"lib(python|portaudio|pyside6|shiboken6)")

LINUX_EXCLUDED_MODULES = ("hid",)  # headsets by libusb: hidraw serves them and leaves their sound alone


def is_wanted(name: str, platform: str) -> bool:
    """Whether the file at ``name`` of the bundle belongs there; ``platform`` as in ``sys.platform``."""
    path = PurePosixPath(name.replace("\\", "/"))
    if "PySide6" in path.parts and "plugins" in path.parts:
        kind = path.parts[path.parts.index("plugins") + 1]
        stem = re.sub(r"^lib", "", path.name.split(".")[0])
        return re.search(PLUGINS.get(kind, r"(?!)"), stem) is not None
    if "PySide6" in path.parts and "translations" in path.parts:
        return TRANSLATIONS.match(path.name) is not None
    if UNUSED.search(str(path)):
        return False
    if platform == "win32":
        return path.suffix != ".dylib"
    if platform == "linux" and len(path.parts) == 1:
        return not HOST_LIBRARIES.match(path.name) or BROUGHT_LIBRARIES.match(path.name) is not None
    return True


def orphans(sources: Mapping[str, str], needed_by: Callable[[str], Iterable[str]]) -> set[str]:
    """The shared libraries that nothing kept needs, by their place in the bundle.

    ``sources``: place in the bundle → file it is copied from; ``needed_by``: the NEEDED entries of a file.
    """
    libraries = {PurePosixPath(place).name: place for place in sources if _LIBRARY.fullmatch(place)}
    kept = {name for name in libraries if ROOT_LIBRARIES.match(name)}
    to_read = [file for place, file in sources.items() if not _LIBRARY.fullmatch(place)]
    to_read += [sources[libraries[name]] for name in kept]
    while to_read:
        for name in needed_by(to_read.pop()):
            if name in libraries and name not in kept:
                kept.add(name)
                to_read.append(sources[libraries[name]])
    return {place for name, place in libraries.items() if name not in kept}
