"""The program's icon in every form a system asks for, drawn from resources/icons/app.svg.

``python -m installer.icons FOLDER`` writes softphone-16.png … -1024.png, softphone.svg, softphone.ico
for Windows and softphone.icns for macOS.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from installer.product import ROOT

SOURCE = ROOT / "resources" / "icons" / "app.svg"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512, 1024)
WINDOWS_SIZES = (16, 24, 32, 48, 64, 256)


def write(folder: Path) -> None:
    """Every form into ``folder``. Errors: OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(SOURCE, folder / "softphone.svg")
    pictures = {size: _picture(size) for size in SIZES}
    for size, picture in pictures.items():
        picture.save(folder / f"softphone-{size}.png", optimize=True)
    biggest = pictures[WINDOWS_SIZES[-1]]
    biggest.save(
        folder / "softphone.ico",
        sizes=[(size, size) for size in WINDOWS_SIZES],
        append_images=[pictures[size] for size in WINDOWS_SIZES[:-1]],
    )
    pictures[1024].save(folder / "softphone.icns", append_images=[pictures[size] for size in SIZES[:-1]])


def _picture(size: int) -> Image.Image:
    """The icon, drawn for this size, ``size`` × ``size`` RGBA."""
    image = QImage(size, size, QImage.Format.Format_RGBA8888)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(SOURCE)).render(painter)
    painter.end()
    return Image.frombytes("RGBA", (size, size), bytes(image.constBits()))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
