"""The disk image people download: the program, an arrow, and the Applications folder to drag it to.

    python -m installer.macos.dmg dist/Softphone.app dist/packages

Runs on macOS (dmgbuild calls hdiutil); the window's layout and its background are made anywhere.
"""

from __future__ import annotations

import importlib
import string
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from installer.product import product
from softphone.ui.theme import LIGHT

WINDOW = (600, 400)  # points
ICON = 128
PROGRAM_AT, APPLICATIONS_AT = (160, 190), (440, 190)
SCALES = {1: "background.png", 2: "background@2x.png"}  # dmgbuild joins the two for Retina screens
_DRAWING = Path(__file__).with_name("background.svg")


def build(bundle: Path, out: Path) -> Path:
    """``softphone-VERSION-macos-PROCESSOR.dmg`` in ``out``."""
    package = out / product().file_name(".dmg", "macos")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        background = draw_background(Path(folder))
        dmgbuild = importlib.import_module("dmgbuild")
        dmgbuild.build_dmg(str(package), product().name, settings=layout(bundle, background))
    return package


def layout(bundle: Path, background: Path) -> dict[str, object]:
    """The settings of dmgbuild."""
    return {
        "format": "ULFO",  # lzfse: macOS 10.11 and later
        "filesystem": "APFS",
        "files": [str(bundle)],
        "symlinks": {"Applications": "/Applications"},
        "icon": str(bundle / "Contents" / "Resources" / "softphone.icns"),
        "background": str(background),
        "icon_locations": {bundle.name: PROGRAM_AT, "Applications": APPLICATIONS_AT},
        "window_rect": ((200, 160), WINDOW),
        "default_view": "icon-view",
        "show_status_bar": False,
        "show_tab_view": False,
        "show_toolbar": False,
        "show_pathbar": False,
        "show_sidebar": False,
        "icon_size": ICON,
        "text_size": 13,
    }


def draw_background(folder: Path) -> Path:
    """A quiet ground and an arrow from the program to the folder, a file a scale; the file of scale 1."""
    tokens = {"ground": LIGHT.ground, "accent": LIGHT.accent_fill}
    drawing = string.Template(_DRAWING.read_text(encoding="utf-8")).safe_substitute(tokens)
    renderer = QSvgRenderer(QByteArray(drawing.encode()))
    for scale, name in SCALES.items():
        image = QImage(WINDOW[0] * scale, WINDOW[1] * scale, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        if not image.save(str(folder / name)):
            raise OSError(f"{folder / name} could not be written")
    return folder / SCALES[1]


if __name__ == "__main__":
    print(build(Path(sys.argv[1]).resolve(), Path(sys.argv[2])))
