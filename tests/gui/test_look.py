"""The look at run time: what the system asks is followed, motion is left out, kanji have Japanese forms."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import (
    QAccessibilityHints,
    QEnterEvent,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QImage,
    QPainter,
    QStyleHints,
)
from PySide6.QtWidgets import QApplication, QWidget

from softphone.domain.account import RegistrationState
from softphone.domain.settings import Appearance
from softphone.ui.application import choose_font, choose_language
from softphone.ui.breathing import BreathingWidget
from softphone.ui.buttons import Button
from softphone.ui.look import FONT_FAMILIES
from softphone.ui.theme import DARK, HIGH_CONTRAST_LIGHT, LIGHT
from tests.helpers.gallery import Stage, staged

JAPANESE = "Noto Sans CJK JP"
CHINESE = "Noto Sans CJK SC"
TOLD_APART = "直骨海画"  # Japanese and Chinese forms differ


def ground(stage: Stage) -> str:
    """The colour in the window's corner."""
    return stage.picture().toImage().pixelColor(3, 3).name().upper()


def test_dark_and_light_follow_the_system(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    with staged("keypad_ready", appearance=Appearance.SYSTEM) as stage:
        assert ground(stage) == LIGHT.ground
        monkeypatch.setattr(QStyleHints, "colorScheme", lambda _: Qt.ColorScheme.Dark)
        QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
        assert stage.window.look.theme.name == "dark"
        assert ground(stage) == DARK.ground
        monkeypatch.undo()
        QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
        assert ground(stage) == LIGHT.ground


def test_high_contrast_follows_the_system(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    with staged("keypad_ready") as stage:
        high = Qt.ContrastPreference.HighContrast
        monkeypatch.setattr(QAccessibilityHints, "contrastPreference", lambda _: high)
        QGuiApplication.styleHints().accessibility().contrastPreferenceChanged.emit(high)
        assert stage.window.look.theme.colors is HIGH_CONTRAST_LIGHT
        assert ground(stage) == HIGH_CONTRAST_LIGHT.ground


def test_who_chose_dark_is_left_alone(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    with staged("keypad_ready", appearance=Appearance.DARK) as stage:
        monkeypatch.setattr(QStyleHints, "colorScheme", lambda _: Qt.ColorScheme.Light)
        QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
        assert ground(stage) == DARK.ground


def test_without_motion_nothing_moves(qapp: QApplication) -> None:
    with staged("keypad_ready") as stage:
        look = stage.window.look
        look.set_theme(replace(look.theme, motion=False))
        stage.kit.registration(RegistrationState.REGISTERING)
        stage.kit.incoming()
        stage.settle()
        moving = [w for w in QApplication.allWidgets() if isinstance(w, BreathingWidget) and w.isVisible()]
        assert moving
        assert [w for w in moving if w.turn() is not None] == []


@pytest.mark.parametrize("motion", [True, False])
def test_a_hover_fades_or_is_there_at_once(ready: Stage, motion: bool) -> None:
    look = ready.window.look
    look.set_theme(replace(look.theme, motion=motion))
    button = ready.find(Button, "callButton")
    before = button.ground("call", "fill", "fill")
    QApplication.sendEvent(button, QEnterEvent(QPointF(5, 5), QPointF(5, 5), QPointF(5, 5)))
    hovered = button.ground("call", "fill", "fill")
    QApplication.sendEvent(button, QEvent(QEvent.Type.Leave))
    assert (hovered == look.color("fill")) is not motion
    assert (hovered == before) is motion


def drawn(font: QFont) -> QImage:
    """Letters that tell Japanese from Chinese forms."""
    image = QImage(200, 60, QImage.Format.Format_Grayscale8)
    image.fill(255)
    painter = QPainter(image)
    sized = QFont(font)
    sized.setPixelSize(36)
    painter.setFont(sized)
    painter.drawText(image.rect(), Qt.AlignmentFlag.AlignCenter, TOLD_APART)
    painter.end()
    return image


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the other systems' fonts are not here")
@pytest.mark.parametrize("language", ["ja", "en"])
def test_kanji_have_japanese_forms_in_both_languages(qapp: QApplication, language: str) -> None:
    if not {JAPANESE, CHINESE} <= set(QFontDatabase.families()):
        pytest.fail("install fonts-noto-cjk: without it nothing can be told apart")
    choose_language(qapp, "ja")
    japanese = drawn(QFont(JAPANESE))
    choose_language(qapp, language)
    choose_font(qapp)
    try:
        assert qapp.font().families()[0] == JAPANESE
        with staged("call_talking", language=language) as stage:
            fonts = [QFont(stage.window.look.font("name")), QFont(stage.find(QWidget, "callState").font())]
        for font in fonts:
            font.setWeight(QFont.Weight.Normal)
            assert drawn(font) == japanese
        choose_language(qapp, "en")  # in Japanese this family has Japanese forms too
        assert drawn(QFont(CHINESE)) != japanese
    finally:
        choose_language(qapp, "ja")


def test_every_system_has_a_japanese_family_first() -> None:
    assert FONT_FAMILIES["linux"][0] == JAPANESE
    assert FONT_FAMILIES["darwin"][0] == "Hiragino Sans"
    assert FONT_FAMILIES["win32"][0] == "Yu Gothic UI"
