"""The self-test's look at the window: what it takes for a window, and what for none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtGui import QImage, qRgb

from softphone.domain.self_test import Fault
from softphone.ui.window_check import FEWEST_COLOURS, check_pictures, count_colours

ICONS = Path(__file__).parents[3] / "resources" / "icons"


def test_every_icon_can_be_drawn(qapp: object) -> None:
    assert check_pictures(ICONS) == len(list(ICONS.glob("*.svg")))


@pytest.mark.qt_log_ignore("Cannot read file .*phone.svg")
def test_a_damaged_icon_is_named(qapp: object, tmp_path: Path) -> None:
    shutil.copy(ICONS / "app.svg", tmp_path)
    (tmp_path / "phone.svg").write_text("<svg", encoding="utf-8")
    with pytest.raises(Fault) as fault:
        check_pictures(tmp_path)
    assert (fault.value.code, fault.value.detail) == ("resource", "phone.svg")


def test_no_icons_at_all(qapp: object, tmp_path: Path) -> None:
    with pytest.raises(Fault):
        check_pictures(tmp_path / "icons")


def test_an_empty_window_has_hardly_a_colour() -> None:
    image = QImage(380, 680, QImage.Format.Format_RGB32)
    image.fill(qRgb(246, 247, 249))
    assert count_colours(image) == 1 < FEWEST_COLOURS
    for x in range(380):
        for y in range(0, 680, 2):
            image.setPixel(x, y, qRgb(x % 256, y % 256, 0))
    assert count_colours(image) > FEWEST_COLOURS
