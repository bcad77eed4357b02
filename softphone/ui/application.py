"""The QApplication: its name, icon, letters and Qt's own words; what the system asks of a look."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtGui import QAccessibilityHints, QFont, QFontDatabase, QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from softphone.domain.settings import Appearance, Settings
from softphone.ui.accessible import tell_readers
from softphone.ui.caret import RestingCaret
from softphone.ui.look import FONT_FAMILIES
from softphone.ui.style_sheet import palette, style_sheet
from softphone.ui.theme import TYPE, Theme, choose_theme

APPLICATION = "softphone"
_LOCALES = {"ja": QLocale(QLocale.Language.Japanese, QLocale.Country.Japan)}


def create_application(argv: list[str], resources: Path, language: str) -> QApplication:
    """The application object, ready for a window. Thread: main, once."""
    QGuiApplication.setDesktopFileName(os.environ.get("FLATPAK_ID") or APPLICATION)
    application = QApplication(argv)
    application.setApplicationName(APPLICATION)
    tell_readers()
    application.setStyle("Fusion")
    application.setWindowIcon(QIcon(str(resources / "icons" / "app.svg")))
    choose_font(application)
    choose_language(application, language)
    RestingCaret(application)
    return application


def choose_font(application: QApplication) -> None:
    """The system's letters with a Japanese fallback; on Linux one family for both scripts."""
    wanted = FONT_FAMILIES.get(sys.platform, FONT_FAMILIES["linux"])
    present = [family for family in wanted if QFontDatabase.hasFamily(family)]
    font = QFont(application.font())
    families = [*present, font.family()] if sys.platform.startswith("linux") else [font.family(), *present]
    font.setFamilies(families)
    font.setPixelSize(TYPE["body"][0])
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    application.setFont(font)


def choose_language(application: QApplication, language: str) -> None:
    """Qt's own words and the locale that gives kanji their Japanese forms."""
    locale = _LOCALES.get(language, QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    QLocale.setDefault(locale)
    old = application.findChild(QTranslator, "qtbase")
    if old is not None:
        application.removeTranslator(old)
        old.setObjectName("")
        old.deleteLater()
    translator = QTranslator(application)
    translator.setObjectName("qtbase")
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(locale, "qtbase", "_", folder):
        application.installTranslator(translator)


def dress(theme: Theme) -> None:
    """Give every window the letters, the palette and the style sheet of ``theme``."""
    application = QApplication.instance()
    if isinstance(application, QApplication):
        font = application.font()
        if font.pixelSize() != theme.px(TYPE["body"][0]):
            font.setPixelSize(theme.px(TYPE["body"][0]))
            application.setFont(font)
        application.setPalette(palette(theme))
        application.setStyleSheet(style_sheet(theme))


def system_theme(settings: Settings) -> Theme:
    """The theme for the settings and what the system says of dark, contrast and motion."""
    hints = QGuiApplication.styleHints()
    access = hints.accessibility()
    dark = hints.colorScheme() is Qt.ColorScheme.Dark
    if settings.appearance is not Appearance.SYSTEM:
        dark = settings.appearance is Appearance.DARK
    return choose_theme(
        dark=dark,
        high_contrast=access.contrastPreference() is Qt.ContrastPreference.HighContrast,
        scale_percent=settings.ui_scale,
        motion=_wants_motion(access),
    )


def follow_system(changed: Callable[[], None]) -> None:
    """Run ``changed`` whenever the system turns dark or light, or asks for contrast or less motion."""
    hints = QGuiApplication.styleHints()
    access = hints.accessibility()
    hints.colorSchemeChanged.connect(changed)
    for name in ("contrastPreferenceChanged", "motionPreferenceChanged"):
        signal = getattr(access, name, None)  # the second is new in Qt 6.12
        if signal is not None:
            signal.connect(changed)


def _wants_motion(access: QAccessibilityHints) -> bool:
    ask = getattr(access, "motionPreference", None)  # new in Qt 6.12
    if ask is not None:
        return bool(ask().name != "ReducedMotion")
    if sys.platform == "win32":
        return QApplication.isEffectEnabled(Qt.UIEffect.UI_AnimateMenu)
    return True
