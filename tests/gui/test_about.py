"""このアプリについて and the licences: shown, searched, read by keyboard, copied for support."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QListView, QPlainTextEdit, QWidget

import softphone
from softphone.ui.licence_parts import licence_text, load_parts
from softphone.ui.licence_window import LicenceWindow
from tests.helpers.about_scenes import open_licences
from tests.helpers.gallery import RESOURCES, Stage, staged

FOLDER = RESOURCES / "licences"


class Browser(QObject):
    """Takes the links that would be opened."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.urls.append(url.toString())


def rows(window: QWidget) -> list[str]:
    model = window.findChild(QListView, "licenceList").model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def shown_text(window: QWidget) -> str:
    return window.findChild(QPlainTextEdit, "licenceText").toPlainText()


def search(stage: Stage, window: QWidget, words: str) -> None:
    window.findChild(QLineEdit, "licenceSearch").setText(words)
    stage.settle()


def test_every_part_is_listed_with_its_licence_in_full(qapp: object) -> None:
    with staged("keypad_ready") as stage:
        window = open_licences(stage)
        parts = load_parts(FOLDER)
        assert rows(window) == [f"{part.name} {part.version}".strip() for part in parts]
        assert shown_text(window).strip() == licence_text(FOLDER, parts[0]).strip()


def test_a_search_narrows_the_list_and_esc_widens_it(qapp: object) -> None:
    with staged("keypad_ready") as stage:
        window = open_licences(stage)
        whole = rows(window)
        search(stage, window, "pjsip")
        assert any(row.startswith("PJSIP") for row in rows(window))
        assert len(rows(window)) < 5
        QTest.keyClick(window.findChild(QLineEdit, "licenceSearch"), Qt.Key.Key_Escape)
        stage.settle()
        assert rows(window) == whole
        assert window.isVisible()


def test_the_keyboard_leads_from_the_search_through_the_list(qapp: object) -> None:
    with staged("keypad_ready") as stage:
        window = open_licences(stage)
        QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        assert window.focusWidget().objectName() == "licenceSearch"
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Down)
        parts = window.findChild(QListView, "licenceList")
        assert window.focusWidget() is parts
        QTest.keyClick(parts, Qt.Key.Key_Down)
        assert shown_text(window).strip() == licence_text(FOLDER, load_parts(FOLDER)[1]).strip()
        QTest.keyClick(parts, Qt.Key.Key_Escape)
        assert not window.isVisible()


def test_a_reader_hears_the_part_and_its_licence(qapp: object) -> None:
    with staged("keypad_ready") as stage:
        window = open_licences(stage)
        search(stage, window, "libsrtp")
        model = window.findChild(QListView, "licenceList").model()
        spoken = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        assert spoken == "libsrtp 2.1.0、BSD-3-Clause"


@pytest.mark.parametrize("damage", ["", "part = 3", "[[part]]\nname = 1"])
def test_a_damaged_installation_says_so(qapp: object, tmp_path: Path, damage: str) -> None:
    if damage:
        (tmp_path / "parts.toml").write_text(damage)
    with staged("keypad_ready") as stage:
        window = LicenceWindow(stage.window.look, tmp_path, stage.window)
        window.come_forward()
        stage.settle()
        assert stage.text("licences.unreadable") in [
            label.text()
            for label in window.findChildren(QWidget, "licenceNone")
            if label.isVisible()  # type: ignore[attr-defined]
        ]
        window.close()


def test_the_version_is_copied_for_support(qapp: object) -> None:
    with staged("about") as stage:
        stage.click("copyVersion")
        copied = QGuiApplication.clipboard().text()
        assert copied.startswith(f"softphone {softphone.__version__} (source)\n")
        assert "PJSIP 2.15.1" in copied
        assert "Qt 6." in copied
        assert str(Path.home()) not in copied
        assert stage.find(QAbstractButton, "copyVersion").text() == stage.text("about.copied")


def test_only_the_products_page_is_opened(qapp: object) -> None:
    browser = Browser()
    QDesktopServices.setUrlHandler("https", browser, "open")
    try:
        with staged("about") as stage:
            stage.click("aboutHomepage")
    finally:
        QDesktopServices.unsetUrlHandler("https")
    assert browser.urls == ["https://softphone.example/"]
