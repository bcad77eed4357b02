"""The bill of materials of a built bundle: CycloneDX 1.6, for those who look for vulnerable parts.

    python -m installer.sbom dist/softphone dist/packages

It lists what ``installer.licences`` found in the bundle: Python packages, what their wheels carry in compiled
form, and the libraries of the system it was built on, each with a package URL or a CPE where there is one.
``installer.sbom_check`` holds it against CycloneDX's schema.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.utils import canonicalize_name

from installer.licences.gather import TABLE
from installer.licences.packages import THIS
from installer.product import Product, product, source_date
from softphone.ui.licence_parts import Part, load_parts

SPEC = "1.6"
_CPES = {row["name"]: row["cpe"] for row in TABLE["part"] if "cpe" in row}
_CRATE = re.compile(r"^([\w-]+) (\d+\.\d+\.\d+\S*?)(?:: (.+))?$", re.MULTILINE)
_NAMESPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # RFC 4122 appendix C, URLs


class Crate(NamedTuple):
    """A Rust crate compiled into a part; ``licence`` "" where only its name is known."""

    name: str
    version: str
    licence: str


def build(bundle: Path, out: Path) -> Path:
    """``softphone-VERSION-SYSTEM-PROCESSOR.cdx.json`` in ``out``. Errors: OSError.

    ``bundle`` is one that ``installer.licences bundle`` has completed.
    """
    (table,) = [file for file in bundle.rglob("licences/parts.toml") if not file.is_symlink()]
    parts = load_parts(table.parent)
    crates = {part: crates_of(table.parent, part) for part in parts}
    bill = bill_of(parts, product(), source_date(), crates)
    out.mkdir(parents=True, exist_ok=True)
    file = out / product().file_name(".cdx.json", THIS)
    file.write_text(json.dumps(bill, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    return file


def bill_of(
    parts: Iterable[Part], facts: Product, made_s: int, crates: Mapping[Part, Iterable[Crate]] = {}
) -> dict[str, Any]:
    """The bill as JSON will hold it; ``made_s`` Unix seconds. The same parts give the same bill."""
    parts = tuple(parts)
    components = [component(part) for part in parts]
    references = {canonicalize_name(part.name): _reference(part) for part in parts}
    holds: dict[str, list[str]] = {_reference(part): [] for part in parts}
    for part in parts:
        holder = references.get(canonicalize_name(part.within)) if part.within else None
        holds.setdefault(holder or _root(facts), []).append(_reference(part))
        for each in crates.get(part, ()):
            found = crate_component(each, _reference(part))
            components.append(found)
            holds[_reference(part)].append(found["bom-ref"])
            holds[found["bom-ref"]] = []
    contents = json.dumps(components, sort_keys=True)
    return {
        "$schema": f"http://cyclonedx.org/schema/bom-{SPEC}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": SPEC,
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, facts.homepage + facts.version + contents)}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(made_s, UTC).isoformat(),
            "component": {
                "bom-ref": _root(facts),
                "type": "application",
                "name": facts.name,
                "version": facts.version,
                "publisher": facts.publisher,
                "description": facts.summary,
                "licenses": _licences(facts.licence),
                "externalReferences": [{"type": "website", "url": facts.homepage}],
            },
        },
        "components": components,
        "dependencies": [
            {"ref": name, "dependsOn": sorted(parts_of)} for name, parts_of in sorted(holds.items())
        ],
    }


def component(part: Part) -> dict[str, Any]:
    """One part as a component."""
    found: dict[str, Any] = {"bom-ref": _reference(part), "type": "library", "name": part.name}
    if part.version:
        found["version"] = part.version
    found["licenses"] = _licences(part.licence)
    if address := package_url(part):
        found["purl"] = address
    elif part.version and part.name in _CPES:
        found["cpe"] = f"cpe:2.3:a:{_CPES[part.name]}:{part.version.partition('-')[0]}:*:*:*:*:*:*:*"
    if part.homepage:
        found["externalReferences"] = [{"type": "website", "url": part.homepage}]
    return found


def crates_of(folder: Path, part: Part) -> tuple[Crate, ...]:
    """The Rust crates in ``part``, as its text in ``folder`` lists them: ``name 1.2.3: LICENCE``."""
    lists = [
        (folder / f"{name}.txt").read_text(encoding="utf-8")
        for name in part.texts
        if name.endswith("-crates")
    ]
    return tuple(Crate(*match.groups(default="")) for text in lists for match in _CRATE.finditer(text))


def crate_component(crate: Crate, holder: str) -> dict[str, Any]:
    """A crate within the part ``holder``."""
    found: dict[str, Any] = {
        "bom-ref": f"{holder}/{crate.name}@{crate.version}",
        "type": "library",
        "name": crate.name,
        "version": crate.version,
        "purl": f"pkg:cargo/{crate.name}@{quote(crate.version, safe='')}",
    }
    return found | ({"licenses": _licences(crate.licence)} if crate.licence else {})


def package_url(part: Part) -> str:
    """Its package URL: on PyPI, or in the distribution it was built on; "" for what a wheel carries."""
    if part.package:
        return f"pkg:pypi/{canonicalize_name(part.name)}@{quote(part.version, safe='')}"
    if any(name.startswith("debian-") for name in part.texts):
        return f"pkg:deb/debian/{quote(part.name)}@{quote(part.version, safe='')}"
    return ""


def _licences(told: str) -> list[dict[str, Any]]:
    """An SPDX expression where it is one, else a name."""
    try:
        return [{"expression": str(canonicalize_license_expression(told))}]
    except InvalidLicenseExpression:
        return [{"license": {"name": told}}]


def _reference(part: Part) -> str:
    return f"{part.name}@{part.version}" if part.version else part.name


def _root(facts: Product) -> str:
    return f"{facts.identifier}@{facts.version}"


if __name__ == "__main__":
    print(build(Path(sys.argv[1]), Path(sys.argv[2])))
