"""Which Debian packages the bundle needs: from the libraries its programs name and do not bring themselves.

A library nobody knows here fails the build: either the bundle lacks it, or a package must be named.
Alternatives are for the names of Debian 13 and Ubuntu 24.04 (…t64), which come first: there the old name is a
virtual package.

    python -m installer.linux.sonames dist/softphone
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

_GLIB = "libglib2.0-0t64 | libglib2.0-0"
PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libXext.so.6": "libxext6",
    "libXrender.so.1": "libxrender1",
    "libasound.so.2": "libasound2t64 | libasound2",
    "libbrotlicommon.so.1": "libbrotli1",
    "libbrotlidec.so.1": "libbrotli1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libdrm.so.2": "libdrm2",
    "libexpat.so.1": "libexpat1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgcc_s.so.1": "libgcc-s1",
    "libgio-2.0.so.0": _GLIB,
    "libglib-2.0.so.0": _GLIB,
    "libgobject-2.0.so.0": _GLIB,
    "libgthread-2.0.so.0": _GLIB,
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "liblzma.so.5": "liblzma5",
    "libudev.so.1": "libudev1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
C_LIBRARY = re.compile(r"(ld-linux-x86-64|ld-linux-aarch64|lib(c|m|dl|pthread|rt|resolv|util|mvec))\.so\.")
# The compiler that first had a version of libstdc++. Source: GCC manual, ABI policy and guidelines.
_COMPILERS = {28: "9", 29: "11", 30: "12", 31: "13", 32: "13.1", 33: "14"}
_OLD_COMPILER = "8"
# What a library that came along reads on the machine it runs on.
_READ_BY = {"libxkbcommon.so.0": "xkb-data", "libssl.so.3": "ca-certificates"}


class UnknownLibraries(ValueError):
    """The bundle wants libraries that no package here is known for."""


@dataclass
class Needs:
    """What programs of the bundle want of the machine. ``sonames``: each with one who wants it."""

    brought: set[str] = field(default_factory=set)
    sonames: dict[str, str] = field(default_factory=dict)
    glibc: tuple[int, ...] = (2, 17)
    libstdcxx: tuple[int, ...] = (3, 4, 0)

    def add(self, name: str, listing: str) -> None:
        """Read ``objdump -p`` of the file ``name``."""
        self.brought.add(Path(name).name)
        self.brought.update(re.findall(r"SONAME\s+(\S+)", listing))
        for soname in re.findall(r"NEEDED\s+(\S+)", listing):
            self.sonames.setdefault(soname, name)
        self.glibc = max((self.glibc, *_versions("GLIBC_", listing)))
        self.libstdcxx = max((self.libstdcxx, *_versions("GLIBCXX_", listing)))

    def depends(self) -> list[str]:
        """The packages, each once, alphabetically. Errors: UnknownLibraries."""
        wanted = {name: by for name, by in self.sonames.items() if name not in self.brought}
        found = {f"libc6 (>= {'.'.join(map(str, self.glibc))})"}
        unknown = []
        for soname, by in sorted(wanted.items()):
            if soname == "libstdc++.so.6":
                found.add(f"libstdc++6 (>= {_COMPILERS.get(self.libstdcxx[-1], _OLD_COMPILER)})")
            elif soname in PACKAGES:
                found.add(PACKAGES[soname])
            elif not C_LIBRARY.match(soname):
                unknown.append(f"{soname} (wanted by {by})")
        if unknown:
            raise UnknownLibraries(", ".join(unknown))
        found.update(package for name, package in _READ_BY.items() if name in self.brought)
        return sorted(found)


def depends(bundle: Path) -> list[str]:
    """What the bundle wants. Errors: UnknownLibraries, OSError, CalledProcessError."""
    needs = Needs()
    for file in elf_files(bundle.rglob("*")):
        listing = subprocess.run(["objdump", "-p", file], capture_output=True, text=True, check=True).stdout
        needs.add(str(file.relative_to(bundle)), listing)
    return needs.depends()


def elf_files(files: Iterable[Path]) -> Iterator[Path]:
    """Programs and libraries among them, links left out."""
    for file in files:
        if file.is_file() and not file.is_symlink():
            with file.open("rb") as stream:
                if stream.read(4) == b"\x7fELF":
                    yield file


def _versions(prefix: str, listing: str) -> Iterator[tuple[int, ...]]:
    for found in re.findall(rf"\b{prefix}(\d+(?:\.\d+)+)", listing):
        yield tuple(int(part) for part in found.split("."))


if __name__ == "__main__":
    print(", ".join(depends(Path(sys.argv[1]))))
