"""``python -m tests.screenshots DIR``: every screen in ja/en × light/dark, the main ones at 200 % too.

The pictures of the user guide are drawn anew as well: some of the same scenes, in few colours.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter

from softphone.domain.settings import Appearance
from softphone.ui.application import create_application
from softphone.ui.theme import LIGHT
from tests.helpers.gallery import RESOURCES, SCENES, staged

LARGE = (
    "keypad_number",
    "status_auth_failed",
    "call_talking",
    "call_incoming",
    "calls_two",
    "conference_four",
    "transfer_consulting",
    "transfer_sheet",
    "account_problems",
    "audio",
    "guide_account_found",
    "guide_sound_silent",
    "guide_call_passed",
    "help_page",
    "history",
    "history_detail",
    "contacts",
    "contact_card",
    "contact_editor",
    "contacts_favourites",
    "search_found",
    "colleagues_states",
    "import_csv",
    "import_done",
    "directories",
    "desktop_page",
    "keys",
    "mini_bar",
)
# What the pages of resources/help show, and the scenes it is drawn from.
HELP_PICTURES = {
    "guide": "guide_account_found",
    "keypad": "keypad_number",
    "incoming": "incoming_window",
    "call": "call_talking",
    "history": "history",
    "contacts": "contacts",
    "colleagues": "colleagues_states",
    "absence": "absence_details",
    "desktop": "desktop_page",
}
PLAIN = Qt.ImageConversionFlag.AvoidDither | Qt.ImageConversionFlag.ThresholdDither
COLOURS = 256
LOOKS = (Appearance.LIGHT, Appearance.DARK)


def render_all(out: Path, only: str = "") -> int:
    """Draw every scene whose name starts with ``only`` into ``out``; how many pictures there are."""
    application = create_application(["screenshots"], RESOURCES, "ja")
    application.setQuitOnLastWindowClosed(False)
    out.mkdir(parents=True, exist_ok=True)
    drawn = 0
    for language in ("ja", "en"):
        for appearance in LOOKS:
            for name in SCENES:
                for scale in (100, 200) if name in LARGE else (100,):
                    if not name.startswith(only):
                        continue
                    size = "" if scale == 100 else f"-{scale}"
                    with staged(name, language=language, appearance=appearance, scale=scale) as stage:
                        file = out / f"{name}-{language}-{appearance.value}{size}.png"
                        if not stage.picture().save(str(file)):
                            raise OSError(f"cannot write {file}")
                    drawn += 1
    return drawn


def in_few_colours(image: QImage) -> QImage:
    """The picture in its 256 most frequent colours: a fifth of the size, and nobody sees it."""
    page = QImage(image.size(), QImage.Format.Format_RGB32)
    page.fill(QColor(LIGHT.surface))  # round corners of a window are clear
    painter = QPainter(page)
    painter.drawImage(0, 0, image)
    painter.end()
    pixels = memoryview(page.constBits()).cast("I")
    palette = [colour for colour, _ in Counter(pixels).most_common(COLOURS)]
    return page.convertToFormat(QImage.Format.Format_Indexed8, palette, PLAIN)


def draw_help(folder: Path) -> int:
    """Draw the pictures of the user guide into ``folder``/<language>; how many there are."""
    drawn = 0
    for language in ("ja", "en"):
        (folder / language).mkdir(parents=True, exist_ok=True)
        for picture, name in HELP_PICTURES.items():
            with staged(name, language=language) as stage:
                image = in_few_colours(stage.picture().toImage())
            file = folder / language / f"{picture}.png"
            if not image.save(str(file)):
                raise OSError(f"cannot write {file}")
            drawn += 1
    return drawn


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/screenshots")
    print(f"{render_all(folder, *sys.argv[2:3])} pictures in {folder}")
    if not sys.argv[2:3]:
        print(f"{draw_help(RESOURCES / 'help' / 'pictures')} pictures of the user guide")
