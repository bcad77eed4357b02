"""The copyright file of the Debian package: the program's licence, and each part's with its files.

The parts are those the bundle was completed with (installer.licences); THIRD-PARTY.txt says where their texts
lie.
Source: Debian's machine-readable copyright format 1.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from installer.licences.bundled import NOTICE
from installer.licences.gather import TABLE
from installer.linux.template import PACKAGE, maintainer
from installer.product import Product
from softphone.ui.licence_parts import Part, licence_text, load_parts

_FORMAT = "https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/"
_HOLDER = re.compile(r"^\W*((?:Portions )?copyright (?:\(c\)|©|[12]\d{3}).*)$", re.IGNORECASE | re.MULTILINE)
_HOLDERS = 12  # a part's first ones; all of them stand in its text
_JOINT = re.compile(r",\s+|\s+(?:and|or)\s+")
_ELSEWHERE = re.compile(r"\.(dll|dylib|exe|pyd)|framework|^Python$")  # files of other systems
_COMMON = {  # SPDX ▸ this format
    "GPL-2.0-only": "GPL-2",
    "GPL-2.0-or-later": "GPL-2+",
    "GPL-3.0-only": "GPL-3",
    "GPL-3.0-or-later": "GPL-3+",
    "LGPL-2.0-or-later": "LGPL-2+",
    "LGPL-2.1-only": "LGPL-2.1",
    "LGPL-2.1-or-later": "LGPL-2.1+",
    "LGPL-3.0-only": "LGPL-3",
    "LGPL-3.0-or-later": "LGPL-3+",
    "Apache-2.0": "Apache-2.0",
    "MPL-2.0": "MPL-2.0",
}


def copyright_file(bundle: Path, facts: Product) -> str:
    """The text. Errors: OSError, ValueError where the bundle carries no table of its parts."""
    folder = bundle / "_internal" / "resources" / "licences"
    head = [
        f"Format: {_FORMAT}",
        f"Upstream-Name: {facts.name}",
        f"Upstream-Contact: {maintainer(facts)}",
        f"Source: {facts.homepage}",
    ]
    own = ["Files: *", f"Copyright: 2026 {facts.publisher}", f"License: {_short(facts.licence)}"]
    stanzas, licences = [head, own], {*_atoms(_short(facts.licence))}
    for part in load_parts(folder, "linux"):
        stanzas.append(list(_stanza(part, licence_text(folder, part))))
        licences.update(_atoms(_short(part.licence)))
    stanzas += [_licence(each) for each in sorted(licences)]
    return "\n\n".join("\n".join(lines) for lines in stanzas) + "\n"


def _stanza(part: Part, text: str) -> Iterator[str]:
    yield f"Files: {' '.join(_files(part))}"
    holders = list(dict.fromkeys(" ".join(found.split()) for found in _HOLDER.findall(text)))
    yield "Copyright:" + "".join(
        f"\n {each}" for each in holders[:_HOLDERS] or [f"the authors of {part.name}"]
    )
    yield f"License: {_short(part.licence)}"
    yield f"Comment: {part.name} {part.version}".rstrip() + (f", {part.homepage}" if part.homepage else "")


def _files(part: Part) -> Iterator[str]:
    """Its own files; where it is inside another part, that one's."""
    table = {row["name"]: row.get("files", ()) for row in TABLE["part"]}
    patterns = [each for each in table.get(part.name, ()) if not _ELSEWHERE.search(each)]
    if not patterns:
        name = part.name if part.package else part.within or part.name
        patterns = [f"{name.lower().replace('-', '_')}*"]
    for pattern in patterns:
        yield f"usr/lib/{PACKAGE}/package/_internal/*{pattern.lstrip('*')}"


def _licence(name: str) -> list[str]:
    if name in _COMMON.values():
        common = name.rstrip("+")
        where = f"On Debian systems the complete text is in /usr/share/common-licenses/{common}."
    else:
        where = f"The complete text is in the file that /usr/lib/{PACKAGE}/package/{NOTICE} names."
    return [f"License: {name}", f" {where}"]


def _short(licence: str) -> str:
    """A licence in this format: names of one word, joined by ``and`` and ``or``."""
    words = re.sub(r"\s+(AND|OR|WITH)\s+", lambda word: word[0].lower(), re.sub(r"[()]", "", licence))
    names = [_COMMON.get(name, name.replace(" ", "-")) for name in _atoms(words)]
    joints = [" and " if "," in joint else joint for joint in _JOINT.findall(words)]
    return "".join(f"{name}{joint}" for name, joint in zip(names, [*joints, ""], strict=True))


def _atoms(words: str) -> list[str]:
    return _JOINT.split(words)
