"""What holds for the sources of ``ui``: colours and sizes in one place, one family of icons."""

from __future__ import annotations

import ast
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SOURCES = sorted((ROOT / "softphone" / "ui").rglob("*.py"))
ICONS = sorted((ROOT / "resources" / "icons").glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("source", [s for s in SOURCES if s.name != "theme.py"], ids=lambda path: path.name)
def test_colours_are_written_in_the_theme_alone(source: Path) -> None:
    assert re.findall(r"#[0-9A-Fa-f]{6}\b|rgba?\(", source.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("icon", ICONS, ids=lambda path: path.stem)
def test_icons_are_of_one_family(icon: Path) -> None:
    root = ElementTree.parse(icon).getroot()
    assert root.tag == f"{SVG}svg"
    assert (root.get("viewBox"), root.get("stroke-width")) == ("0 0 24 24", "1.75")
    assert root.get("stroke-linecap") == root.get("stroke-linejoin") == "round"
    assert root.get("stroke") == "currentColor"


def test_every_icon_is_used_and_every_used_one_is_there() -> None:
    used = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                used.add(node.value)
    drawn = {icon.stem for icon in ICONS}
    assert drawn - used - {"app"} == set()
    assert (ROOT / "resources" / "icons" / "app.svg").exists()
