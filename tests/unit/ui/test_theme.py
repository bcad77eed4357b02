"""The tokens: everything legible, in every theme."""

from __future__ import annotations

import re
from dataclasses import asdict

import pytest

from softphone.ui import theme
from softphone.ui.style_sheet import style_sheet

THEMES = {
    "light": theme.LIGHT,
    "dark": theme.DARK,
    "high-contrast-light": theme.HIGH_CONTRAST_LIGHT,
    "high-contrast-dark": theme.HIGH_CONTRAST_DARK,
}


@pytest.mark.parametrize("colors", THEMES.values(), ids=THEMES)
def test_words_have_contrast(colors: theme.Colors) -> None:
    weak = {
        pair: round(theme.contrast(getattr(colors, pair[0]), getattr(colors, pair[1])), 2)
        for pair in theme.TEXT_PAIRS
        if theme.contrast(getattr(colors, pair[0]), getattr(colors, pair[1])) < theme.MIN_CONTRAST
    }
    assert weak == {}


@pytest.mark.parametrize("colors", THEMES.values(), ids=THEMES)
def test_marks_have_contrast(colors: theme.Colors) -> None:
    for one, other in theme.MARK_PAIRS:
        assert theme.contrast(getattr(colors, one), getattr(colors, other)) >= theme.MIN_MARK_CONTRAST


@pytest.mark.parametrize("colors", THEMES.values(), ids=THEMES)
def test_colours_are_written_alike(colors: theme.Colors) -> None:
    assert all(re.fullmatch(r"#[0-9A-F]{6}", color) for color in asdict(colors).values())


def test_contrast_of_black_and_white() -> None:
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert theme.contrast("#777777", "#777777") == pytest.approx(1.0)


@pytest.mark.parametrize("scale", [50, 100, 200])
def test_sizes_follow_the_scale(scale: int) -> None:
    chosen = theme.choose_theme(dark=False, high_contrast=False, scale_percent=scale)
    assert chosen.px(100) == scale
    assert chosen.px(1) >= 1


def test_the_theme_follows_system_and_user() -> None:
    assert theme.choose_theme(dark=True, high_contrast=False, scale_percent=100).colors is theme.DARK
    high = theme.choose_theme(dark=True, high_contrast=True, scale_percent=100)
    assert high.colors is theme.HIGH_CONTRAST_DARK


def test_the_style_sheet_has_no_place_left_open() -> None:
    sheet = style_sheet(theme.choose_theme(dark=False, high_contrast=False, scale_percent=150))
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")
