"""Completes a built bundle: every library in it has a part, and a file beside the program lists them all.

    file in the bundle ─▸ native.toml ─ or the package that installed it ─ or (Linux) the builder's package
                                                                            └▸ /usr/share/doc/…/copyright

A library that nobody is known to have made stops the build.
"""

from __future__ import annotations

import os
import platform
import re
import ssl
import subprocess
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from importlib.metadata import distributions
from pathlib import Path, PurePosixPath

from installer.licences.gather import TABLE, write_parts
from installer.licences.packages import THIS
from installer.product import product
from softphone.ui.licence_parts import Part, load_parts

NOTICE = "THIRD-PARTY.txt"
COMMON = {  # what Debian's copyright files point to ▸ our text
    "Apache-2.0": "apache-2.0",
    "GPL": "gpl-3.0",
    "GPL-2": "gpl-2.0",
    "GPL-3": "gpl-3.0",
    "LGPL": "lgpl-3.0",
    "LGPL-2": "lgpl-2.0",
    "LGPL-2.1": "lgpl-2.1",
    "LGPL-3": "lgpl-3.0",
}
_LIBRARY = re.compile(r"(\.so(\.|$)|\.(dll|dylib|pyd|exe)$)", re.IGNORECASE)


class UnknownLibrary(Exception):
    """A library in the bundle whose licence nobody knows."""


def complete(bundle: Path) -> str:
    """Add the builder's parts to ``bundle``, write its notice; a line that says how many.

    ``bundle`` is the folder, or the application on macOS, signed afterwards. Errors: UnknownLibrary.
    """
    (table,) = [file for file in bundle.rglob("licences/parts.toml") if not file.is_symlink()]
    folder = table.parent
    parts = [_with_version(part) for part in load_parts(folder)]
    debian = sorted({owner for owner in claims(bundle).values() if owner.startswith("dpkg:")})
    texts: dict[str, str] = {}
    for owner in debian:
        part, text = debian_part(owner.removeprefix("dpkg:"))
        parts.append(part)
        texts[part.texts[0]] = text
    parts.sort(key=lambda part: part.name.casefold())
    write_parts(folder, parts, texts)
    place = bundle / "Contents" / "Resources" if bundle.suffix == ".app" else bundle
    notice(folder, place / NOTICE)
    return f"{len(parts)} parts, {len(debian)} of them the builder's"


def claims(bundle: Path) -> dict[str, str]:
    """Who made each library: path in the bundle ▸ ``native``, ``package:NAME`` or ``dpkg:NAME``."""
    found: dict[str, str] = {}
    for file in sorted(bundle.rglob("*")):
        place = file.relative_to(bundle).as_posix()
        if file.is_symlink() or not file.is_file() or not _LIBRARY.search(file.name):
            continue
        inside = re.sub(r"^(_internal|Contents/(Frameworks|Resources|MacOS))/", "", place)
        owner = (
            native_owner(inside)
            or package_owner(inside)
            or (debian_owner(file.name) if THIS == "linux" else "")
        )
        if not owner:
            raise UnknownLibrary(
                f"{place}: no part of installer/licences/native.toml and no package is its maker"
            )
        found[place] = owner
    return found


def native_owner(inside: str, system: str = THIS) -> str:
    """``native`` where a pattern of the table for ``system`` fits the file, in whatever case."""
    path = inside.lower()
    for row in TABLE["part"]:
        if system in row.get("systems", (system,)):
            for pattern in map(str.lower, row.get("files", ())):
                if fnmatchcase(f"/{path}", f"*/{pattern}"):
                    return "native"
    return ""


def package_owner(inside: str) -> str:
    """The installed Python package that brought the file."""
    name = _installed_files().get(inside, "")
    return f"package:{name}" if name else ""


def debian_owner(name: str) -> str:
    """The package of the builder's system that brought a library of this name."""
    answer = subprocess.run(["dpkg", "-S", f"*/{name}"], capture_output=True, text=True, check=False)
    owner = answer.stdout.split(":", 1)[0]
    return f"dpkg:{owner}" if owner else ""


def debian_part(name: str) -> tuple[Part, str]:
    """A package of the builder's system as a part, with its copyright file. Errors: OSError."""
    form = "${Version}\t${Homepage}\n"
    told = subprocess.run(["dpkg-query", "-W", "-f", form, name], capture_output=True, text=True, check=True)
    version, homepage = told.stdout.splitlines()[0].split("\t")
    text = Path("/usr/share/doc", name, "copyright").read_text(encoding="utf-8")
    names = dict.fromkeys(re.findall(r"^License: *([^\s,]\S*)", text, re.MULTILINE))
    common = dict.fromkeys(re.findall(r"/usr/share/common-licenses/([\w.-]*\w)", text))
    texts = dict.fromkeys(COMMON[each] for each in common if each in COMMON)
    part = Part(
        name=name,
        licence=", ".join(names) or "see its text",
        version=version,
        homepage=homepage,
        within="Linux",
        texts=(f"debian-{name}", *texts),
    )
    return part, text


def notice(folder: Path, file: Path) -> None:
    """Every part with its licence, and where in the bundle its texts lie."""
    facts, texts = product(), Path(os.path.relpath(folder, file.parent))
    rows = [
        f"{part.name} {part.version}".strip()
        + f"\n    {part.licence}\n"
        + "".join(f"    {(texts / name).as_posix()}.txt\n" for name in part.texts)
        for part in load_parts(folder)
    ]
    head = (
        f"{facts.name} {facts.version} ({facts.licence}) is made of these parts.\n"
        "Their licences lie in the files named.\n\n"
        "The complete source of this program, and of every part under a GNU licence, in the versions used\n"
        f"here, is offered to anybody at {facts.homepage} and by its publisher, for three years at least.\n\n"
    )
    file.write_text(head + "\n".join(rows), encoding="utf-8", newline="\n")


def _with_version(part: Part) -> Part:
    """What the building interpreter brings, in its version."""
    versions = {"CPython": platform.python_version()}
    if THIS != "linux":
        import sqlite3

        versions |= {
            "OpenSSL (CPython)": ssl.OPENSSL_VERSION.split()[1],
            "SQLite": sqlite3.sqlite_version,
        }
    return replace(part, version=part.version or versions.get(part.name, ""))


@cache
def _installed_files() -> dict[str, str]:
    """Path below site-packages ▸ package."""
    return {
        PurePosixPath(file).as_posix(): str(each.metadata["Name"])
        for each in distributions()
        for file in each.files or ()
    }
