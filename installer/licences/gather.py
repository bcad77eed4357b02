"""Writes resources/licences, and says where what is written there is no longer so."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, replace
from importlib.metadata import Distribution, PackageNotFoundError
from pathlib import Path

import msgspec
import tomli_w
from packaging.utils import canonicalize_name

from installer.licences.packages import ENVIRONMENTS, THIS, closure, finder, licence_files, licence_of
from installer.product import ROOT
from softphone.ui.licence_parts import Part, all_parts

FOLDER = ROOT / "resources" / "licences"
TABLE = tomllib.loads(Path(__file__).with_name("native.toml").read_text(encoding="utf-8"))
# Texts that are written from what wheels say of the Rust crates in them: a bill of materials, and a library's
# own messages, which name the source files of the crates it was made of.
CRATES, FFI_CRATES = "cryptography-crates", "livekit-crates"
_CRATE = re.compile(rb"registry[/\\]src[/\\][^/\\]+[/\\]([\w-]+?)-(\d+\.\d+\.\d+[\w.+-]*)[/\\]")
HEADER = """\
# Written by `python -m installer.licences write` from the packages' metadata and native.toml.

"""


class Texts:
    """Licence texts by name, each kept once however many parts have it."""

    def __init__(self, known: dict[str, str]) -> None:
        self._names = {text: name for name, text in known.items()}
        self.added: dict[str, str] = {}

    def name_of(self, wanted: str, text: str, system: str) -> str:
        """The name ``text`` is kept under: ``wanted``, with ``system`` where another system's differs."""
        if text not in self._names:
            name = f"{wanted}-{system}" if wanted in self._names.values() else wanted
            self._names[text] = name
            self.added[name] = text
        return self._names[text]


def native_parts() -> tuple[Part, ...]:
    """The table's parts."""
    return msgspec.convert(TABLE["part"], tuple[Part, ...])  # what is only the table's own is left out


def package_part(name: str, package: Distribution, texts: Texts, system: str) -> Part:
    """A Python package as a part. Errors: ValueError where its licence or its text is not known."""
    proper = package.metadata["Name"]
    licence = TABLE["licences"].get(proper) or licence_of(package)
    names = list(TABLE["texts"].get(proper, ()))
    files = list(licence_files(package))
    for file, text in files:
        place = re.sub(r"\W+", "-", file.removeprefix(f"{name}/").removesuffix(".txt")).strip("-").lower()
        names.append(texts.name_of(name if len(files) == 1 else f"{name}-{place}", text, system))
    if not licence or not names:
        raise ValueError(f"{proper}: no licence or no text in its metadata: say it in native.toml")
    return Part(
        name=proper,
        licence=licence,
        version=package.version,
        homepage=homepage(package),
        texts=tuple(dict.fromkeys(names)),
        package=True,
    )


def homepage(package: Distribution) -> str:
    """Its own page or its source's; "" where none is said."""
    pages = dict(line.split(", ", 1) for line in package.metadata.get_all("Project-URL") or ())
    pages = {label.lower(): page for label, page in pages.items()}
    told = (pages.get(label) for label in ("homepage", "home", "source", "repository", "source code"))
    found = next((page for page in told if page), (package.metadata.get_all("Home-page") or [""])[0])
    return "" if "your-org" in found else found


def collect(systems: Iterable[str], downloads: Path) -> tuple[tuple[Part, ...], dict[str, str]]:
    """Every part of ``systems`` and the texts that are not the table's."""
    native = native_parts()
    own = {
        name for part in native for name in part.texts if name[0] != "@" and name not in (CRATES, FFI_CRATES)
    }
    own |= {name for names in TABLE["texts"].values() for name in names}
    texts = Texts({name: (FOLDER / f"{name}.txt").read_text(encoding="utf-8") for name in sorted(own)})
    found: dict[Part, list[str]] = {}
    by_name: dict[str, list[tuple[str, Part]]] = {}
    for system in systems:
        for name, package in closure(system, finder(system, downloads)).items():
            part = package_part(name, package, texts, system)
            found.setdefault(part, []).append(system)
            by_name.setdefault(name, []).append((system, part))
            if name == "cryptography" and system == THIS:
                texts.name_of(CRATES, crates(package), system)
            if name == "livekit" and system == THIS:
                texts.name_of(FFI_CRATES, ffi_crates(package), system)
    everywhere = len(tuple(ENVIRONMENTS))
    packages = [
        replace(part, systems=() if len(where) == everywhere else tuple(where))
        for part, where in found.items()
    ]
    return tuple(sorted([*packages, *_resolved(native, by_name)], key=_order)), texts.added


def crates(package: Distribution) -> str:
    """The Rust crates compiled into cryptography, from the bill of materials in its wheel."""
    (bill,) = [file for file in package.files or () if file.name == "cryptography-rust.cyclonedx.json"]
    components = json.loads(bill.locate().read_text(encoding="utf-8"))["components"]  # type: ignore[attr-defined]
    rows = [
        f"{each['name']} {each['version']}: {each['licenses'][0]['expression']}"
        for each in sorted(components, key=lambda each: str(each["name"]))
    ]
    return (
        "Rust crates compiled into cryptography, as its own bill of materials lists them.\n\n"
        + "\n".join(rows)
        + "\n"
    )


def ffi_crates(package: Distribution) -> str:
    """The Rust crates that livekit's library names in its messages; it lists them nowhere else."""
    (library,) = [
        file for file in package.files or () if re.search(r"livekit_ffi\.(so|dll|dylib)$", file.name)
    ]
    found = {match.groups() for match in _CRATE.finditer(Path(str(library.locate())).read_bytes())}
    rows = sorted(f"{name.decode()} {version.decode()}" for name, version in found)
    return (
        "Rust crates in LiveKit's library, as far as it names them itself. Their licences, most of them MIT\n"
        "or Apache-2.0, stand at https://crates.io/ under these names and versions.\n\n"
        + "\n".join(rows)
        + "\n"
    )


def write(downloads: Path) -> None:
    """resources/licences for all three systems."""
    parts, texts = collect(ENVIRONMENTS, downloads)
    write_parts(FOLDER, parts, texts)
    used = {f"{name}.txt" for part in parts for name in part.texts}
    for file in FOLDER.glob("*.txt"):
        if file.name not in used:
            file.unlink()


def write_parts(folder: Path, parts: Iterable[Part], texts: dict[str, str]) -> None:
    """``parts.toml`` and the texts into ``folder``."""
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8", newline="\n")
    rows = [{key: value for key, value in asdict(part).items() if value} for part in parts]
    (folder / "parts.toml").write_text(HEADER + tomli_w.dumps({"part": rows}), encoding="utf-8", newline="\n")


def differences() -> tuple[str, ...]:
    """What resources/licences says otherwise than the packages installed here; () where all is so."""
    written = {
        (part.name, part.version): part
        for part in all_parts(FOLDER)
        if not part.systems or THIS in part.systems
    }
    try:
        parts, _ = collect([THIS], Path())
    except PackageNotFoundError as error:
        return (f"{error.name} is not installed",)
    wrong = []
    for part in parts:
        if not part.package:
            continue
        told = written.get((part.name, part.version))
        if told is None:
            wrong.append(f"{part.name} {part.version} is not in parts.toml")
        elif replace(told, systems=()) != replace(part, systems=(), texts=told.texts):
            wrong.append(f"{part.name} {part.version} says another licence or homepage")
    return tuple(wrong)


def _resolved(native: tuple[Part, ...], packages: dict[str, list[tuple[str, Part]]]) -> list[Part]:
    """The table's parts with ``@package`` replaced by the main text of that package, system by system."""
    parts: dict[Part, list[str]] = {}
    for part in native:
        borrowed = next((name[1:] for name in part.texts if name[0] == "@"), "")
        if not borrowed:
            parts[part] = list(part.systems)
            continue
        for system, package in packages.get(canonicalize_name(borrowed), ()):
            if not part.systems or system in part.systems:
                text = next(name for name in package.texts if "libsodium" in name or borrowed != "pynacl")
                parts.setdefault(replace(part, texts=(text,), systems=()), []).append(system)
    return [replace(part, systems=tuple(where)) for part, where in parts.items()]


def _order(part: Part) -> tuple[str, str, tuple[str, ...]]:
    return (part.name.casefold(), part.version, part.systems)
