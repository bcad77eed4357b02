"""The wizard's two pictures, drawn from resources/icons/app.svg: its colours, its receiver.

    side-N.bmp    beside welcome and farewell      109 × 193 dialog units, 191 × 362 pixels at 100 %
    header-N.bmp  in the corner of every other page                       150 × 57 pixels at 100 %

N is the scale in percent; the wizard takes the one of the screen it is on. BMP of 24 bits, what NSIS reads.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from installer.product import ROOT

SOURCE = ROOT / "resources" / "icons" / "app.svg"
SCALES = (100, 150, 200)
SIDE = (191, 362)
HEADER = (150, 57)

_ARC = '<circle cx="34" cy="300" r="{radius}" fill="none" stroke="#FFFFFF" stroke-opacity="{opacity}" {pen}/>'
_PEN = 'stroke-width="1.6"'


def write(folder: Path) -> None:
    """Every picture at every scale into ``folder``. Errors: OSError, ValueError (app.svg has changed)."""
    folder.mkdir(parents=True, exist_ok=True)
    icon = SOURCE.read_text(encoding="utf-8")
    for scale in SCALES:
        for name, svg, size in (("side", _side(icon), SIDE), ("header", _header(icon), HEADER)):
            picture = _picture(svg, (size[0] * scale // 100, size[1] * scale // 100))
            file = folder / f"{name}-{scale}.bmp"
            if not picture.save(str(file)):
                raise OSError(f"{file} cannot be written")


def _side(icon: str) -> str:
    """The receiver in the corner, and the rings that go out from it."""
    gradient, receiver = _part(icon, r"<defs>.*?</defs>"), _part(icon, r"<g .*?</g>")
    rings = "".join(
        _ARC.format(radius=72 + 46 * ring, opacity=f"{0.30 - 0.045 * ring:.3f}", pen=_PEN)
        for ring in range(6)
    )
    width, height = SIDE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{gradient}'
        f'<rect width="{width}" height="{height}" fill="url(#g)"/>{rings}'
        f'<g transform="translate(2 268) scale(2.7)" fill="none" stroke-width="1.75" stroke-linejoin="round">'
        f"{receiver}</g></svg>"
    )


def _header(icon: str) -> str:
    """The icon on white."""
    width, height = HEADER
    inside = _part(icon, r"(?<=>)<defs>.*(?=</svg>)")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}" fill="#FFFFFF"/>'
        f'<g transform="translate({width - 49} 10.5) scale(1.5)" fill="none" stroke-width="1.75" '
        f'stroke-linecap="round" stroke-linejoin="round">{inside}</g></svg>'
    )


def _part(icon: str, pattern: str) -> str:
    found = re.search(pattern, icon, re.DOTALL)
    if found is None:
        raise ValueError(f"{SOURCE.name} has no {pattern}")
    return found[0]


def _picture(svg: str, size: tuple[int, int]) -> QImage:
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, *size))
    painter.end()
    return image.convertToFormat(QImage.Format.Format_RGB888)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
