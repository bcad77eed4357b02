"""The help: F1, the page that fits, contents, links, search, back; by keyboard, in both languages."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QImage, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListView, QTextBrowser, QWidget

from softphone.domain.settings import Appearance
from softphone.ui.theme import HELP_PICTURE
from tests.helpers.gallery import Stage, staged


class Browser(QObject):
    """Takes the links that would be opened."""

    def __init__(self, urls: list[QUrl]) -> None:
        super().__init__()
        self._urls = urls

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self._urls.append(url)


def help_window(stage: Stage) -> QWidget | None:
    """The help where it is open."""
    found = [w for w in QApplication.topLevelWidgets() if w.objectName() == "helpWindow" and w.isVisible()]
    assert len(found) < 2
    return found[0] if found else None


def f1(stage: Stage) -> QWidget:
    """Press F1 where the keyboard is; the help."""
    QTest.keyClick(stage.window.focusWidget() or stage.window, Qt.Key.Key_F1)
    stage.settle()
    window = help_window(stage)
    assert window is not None
    return window


def page(window: QWidget) -> QTextBrowser:
    return window.findChild(QTextBrowser, "helpPage")


def title(window: QWidget) -> str:
    return page(window).toPlainText().splitlines()[0]


def contents(window: QWidget) -> list[str]:
    model = window.findChild(QListView, "helpContents").model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        ("keypad", "電話をかける・受ける"),
        ("history", "履歴"),
        ("contacts", "電話帳と読み込み"),
        ("colleagues", "内線の状態"),
        ("guide", "はじめに"),
        ("settings", "はじめに"),
        ("absence", "不在時動作"),
        ("audio", "困ったときは"),
        ("hooks", "管理者の方へ"),
    ],
)
def test_f1_opens_the_page_that_fits(ready: Stage, place: str, wanted: str) -> None:
    ready.window.show_place(place)
    assert title(f1(ready)) == wanted


def test_f1_in_a_call_opens_what_one_can_do_there(qapp: QApplication) -> None:
    with staged("call_talking") as stage:
        assert title(f1(stage)) == "通話中の操作"


def test_the_contents_lead_to_every_page(ready: Stage) -> None:
    window = f1(ready)
    rows = window.findChild(QListView, "helpContents")
    assert len(contents(window)) == 11
    rows.setFocus()
    QTest.keyClick(rows, Qt.Key.Key_Home)
    seen = [title(window)]
    for _ in range(10):
        QTest.keyClick(rows, Qt.Key.Key_Down)
        seen.append(title(window))
    assert seen == contents(window)


def test_back_goes_to_the_page_before(ready: Stage) -> None:
    window = f1(ready)
    first = title(window)
    rows = window.findChild(QListView, "helpContents")
    QTest.keyClick(rows, Qt.Key.Key_Down)
    assert title(window) != first
    QTest.keyClick(rows, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert title(window) == first


def test_a_search_finds_pages_and_marks_the_words(ready: Stage) -> None:
    window = f1(ready)
    QTest.keyClick(page(window), Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    field = window.findChild(QLineEdit, "helpSearch")
    assert field.hasFocus()
    QTest.keyClicks(field, "MOS")
    assert [row.split("  ")[0] for row in contents(window)] == ["通話中の操作"]
    assert title(window) == "通話中の操作"
    assert len(page(window).extraSelections()) == page(window).toPlainText().count("MOS")
    first = page(window).textCursor().position()
    assert page(window).textCursor().selectedText() == "MOS"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert page(window).textCursor().position() == first  # the only one: round to itself

    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    assert len(contents(window)) == 11
    assert page(window).extraSelections() == []
    QTest.keyClick(field, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert title(window) == "電話をかける・受ける"  # where the search began
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert help_window(ready) is None


def test_what_is_not_found_is_said(ready: Stage) -> None:
    window = f1(ready)
    window.findChild(QLineEdit, "helpSearch").setText("xyzzy")
    assert contents(window) == []
    assert "xyzzy" in window.findChild(QLabel, "helpNone").text()
    assert title(window) == "電話をかける・受ける"


def test_a_link_leads_into_the_phone(ready: Stage) -> None:
    window = f1(ready)
    page(window).anchorClicked.emit(QUrl("place:account"))
    assert ready.find(QWidget, "accountPage").isVisible()


@pytest.mark.parametrize(
    ("link", "opened"),
    [
        ("https://www.example.jp/help", True),
        ("http://www.example.jp/", True),
        ("file:///etc/passwd", False),
        ("javascript:alert(1)", False),
        ("sip:1@example.jp", False),
        ("keys.md", False),
    ],
)
def test_only_web_pages_go_to_the_browser(ready: Stage, link: str, opened: bool) -> None:
    urls: list[QUrl] = []
    browser = Browser(urls)
    for scheme in ("http", "https", "file", "javascript", "sip"):
        QDesktopServices.setUrlHandler(scheme, browser, "open")
    try:
        page(f1(ready)).anchorClicked.emit(QUrl(link))
    finally:
        for scheme in ("http", "https", "file", "javascript", "sip"):
            QDesktopServices.unsetUrlHandler(scheme)
    assert [url.toString() for url in urls] == ([link] if opened else [])


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
def test_the_page_has_the_colours_of_the_look(qapp: QApplication, appearance: Appearance) -> None:
    with staged("keypad_ready", appearance=appearance) as stage:
        window = f1(stage)
        assert stage.window.look.theme.colors.text.lower() in page(window).toHtml().lower()


def test_another_language_speaks_in_the_help_too(ready: Stage) -> None:
    assert title(f1(ready)) == "電話をかける・受ける"
    ready.kit.phone.settings.change_fields(language="en")
    ready.settle()
    window = help_window(ready)
    assert window is not None
    assert title(window) == "Making and taking calls"


def test_the_settings_lead_to_the_help(ready: Stage) -> None:
    ready.click("nav_settings")
    ready.click("open_help")
    assert help_window(ready) is not None


def test_it_goes_with_the_phone(qapp: QApplication) -> None:
    with staged("keypad_ready") as stage:
        f1(stage)
        stage.window.close()
        stage.settle()
        assert help_window(stage) is None


def test_a_picture_is_as_wide_as_the_look_says(ready: Stage) -> None:
    window = f1(ready)
    image = page(window).loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl("keypad.png"))
    assert isinstance(image, QImage)
    assert image.width() == ready.window.look.px(HELP_PICTURE)
    assert image.height() > image.width()
