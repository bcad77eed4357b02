"""``python -m tests.screenshots DIR``: every screen in ja/en × light/dark, the main ones at 200 % too."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from softphone.domain.settings import Appearance
from softphone.ui.application import create_application
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
)
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


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/screenshots")
    print(f"{render_all(folder, *sys.argv[2:3])} pictures in {folder}")
