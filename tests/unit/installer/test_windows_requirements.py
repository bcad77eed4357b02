"""What is pinned for Windows is what everybody else gets, all of it is pinned, each with its hashes."""

from __future__ import annotations

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from installer.product import ROOT

WINDOWS = {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "python_version": "3.11"}
_PIN = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    text = (ROOT / "installer" / name).read_text(encoding="utf-8")
    return {canonicalize_name(package): version for package, version in _PIN.findall(text)}


def test_what_the_program_and_its_builder_need_on_windows_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        Requirement(line) for line in project["dependencies"] + project["optional-dependencies"]["dist"]
    ]
    windows = pins("windows/requirements.txt")
    for each in wanted:
        name = canonicalize_name(each.name)
        if each.marker is None or each.marker.evaluate(WINDOWS):
            assert name in windows, f"{name}: make installer/windows/requirements.txt anew, as it says"
            assert windows[name] in each.specifier, name
        else:
            assert name not in windows


def test_versions_are_those_of_every_system() -> None:
    everywhere = pins("constraints.txt")
    differing = {
        name: (version, everywhere[name])
        for name, version in pins("windows/requirements.txt").items()
        if everywhere.get(name, version) != version
    }
    assert differing == {}


def test_every_pin_has_a_hash() -> None:
    text = (ROOT / "installer" / "windows" / "requirements.txt").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip())
    assert all("--hash=sha256:" in block for block in blocks)
    assert len(blocks) == len(pins("windows/requirements.txt"))
