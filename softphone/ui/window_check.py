"""The real window shown for a moment in every language, and whether all of it was there: for the self-test.

What a package can lack shows here: the platform plug-in, Qt's Japanese words, icons, formats of pictures, the
user guide, a module that is imported only when its page is first opened.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer, qVersion
from PySide6.QtGui import QAction, QFontDatabase, QImage, QImageReader
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QTextBrowser, QWidget

from softphone.app.phone import Phone
from softphone.app.text import Text
from softphone.domain.ports import Dispatcher
from softphone.domain.self_test import Fault
from softphone.ui.application import choose_language, create_application
from softphone.ui.dispatcher import QtDispatcher
from softphone.ui.first_paint import once_painted
from softphone.ui.help_pages import load_pages
from softphone.ui.main_window import MainWindow

PAINT_LIMIT_MS = 20_000  # a first start under a virus scanner takes its time
FEWEST_COLOURS = 40  # of a window with letters and icons; an empty one has one or two
PLACES = ("history", "contacts", "colleagues", "search", "settings", "guide", "keypad")
IMAGE_FORMATS = ("svg", "png", "jpeg", "gif")
CANCEL = {"ja": "キャンセル", "en": "Cancel"}  # Qt's own word, by its own translation

Words = Callable[[str], Text]


def look_at_window(
    words: Words, resources: Path, build_phone: Callable[[Dispatcher], Phone]
) -> dict[str, object]:
    """Show it and take it away again; what was seen. Makes the QApplication. Errors: Fault. Thread: main."""
    application = create_application(["softphone"], resources, "ja")
    application.setQuitOnLastWindowClosed(False)
    check_pictures(resources / "icons")
    phone = build_phone(QtDispatcher())
    seen = {language: _shown(application, phone, words, language, resources) for language in CANCEL}
    japanese = QFontDatabase.families(QFontDatabase.WritingSystem.Japanese)
    return {
        "qt": qVersion(),
        "qt_platform": application.platformName(),
        "font": application.font().families()[0],
        "japanese_fonts": len(japanese),
        "windows": seen,
    }


def check_pictures(icons: Path) -> int:
    """Every icon can be drawn and every format of a picture read; how many icons. Errors: Fault."""
    files = sorted(icons.glob("*.svg"))
    if not files:
        raise Fault("resource", icons.name)
    for file in files:
        if not QSvgRenderer(str(file)).isValid():
            raise Fault("resource", file.name)
    known = {bytes(format_.data()).decode() for format_ in QImageReader.supportedImageFormats()}
    missing = [name for name in IMAGE_FORMATS if name not in known]
    if missing:
        raise Fault("image_format", ", ".join(missing))
    return len(files)


def count_colours(image: QImage) -> int:
    """Different colours on a grid of points: an empty window has hardly any."""
    step = max(1, image.width() // 100)
    points = ((x, y) for x in range(0, image.width(), step) for y in range(0, image.height(), 2))
    return len({image.pixel(x, y) for x, y in points})


def _shown(
    application: QApplication, phone: Phone, words: Words, language: str, resources: Path
) -> dict[str, object]:
    choose_language(application, language)
    cancel = QCoreApplication.translate("QPlatformTheme", "Cancel")
    if cancel != CANCEL[language]:
        raise Fault("qt_words", f"{language}: {cancel}")
    began_s = time.perf_counter()
    window = MainWindow(phone, words, language, resources)
    try:
        window.show()
        _wait_painted(window)
        painted_ms = round((time.perf_counter() - began_s) * 1000, 1)
        colours = count_colours(window.grab().toImage())
        if colours < FEWEST_COLOURS:
            raise Fault("window_empty", f"{colours}")
        for place in PLACES:
            window.show_place(place)
            application.processEvents()
        pages = _open_help(window, resources, language)
        return {
            "painted_ms": painted_ms,
            "size": (window.width(), window.height()),
            "colours": colours,
            "help_pages": pages,
        }
    finally:
        window.close()
        window.deleteLater()
        application.processEvents()


def _wait_painted(window: QWidget) -> None:
    """Errors: Fault where it is not painted in time."""
    loop = QEventLoop()
    limit = QTimer(singleShot=True, interval=PAINT_LIMIT_MS)
    limit.timeout.connect(lambda: loop.exit(1))
    limit.start()
    once_painted(window, loop.quit)
    if loop.exec():
        raise Fault("window_empty", "0")


def _open_help(window: MainWindow, resources: Path, language: str) -> int:
    """Press F1, so to speak; how many pages the guide has. Errors: Fault."""
    try:
        pages = load_pages(resources / "help", language)
    except OSError as error:
        raise Fault("resource", f"help/{language}") from error
    action = window.findChild(QAction, "helpAction")
    assert action is not None
    action.trigger()
    QApplication.processEvents()
    page = window.findChild(QTextBrowser, "helpPage")
    if not pages or page is None or not page.isVisible() or not page.toPlainText().strip():
        raise Fault("resource", f"help/{language}")
    return len(pages)
