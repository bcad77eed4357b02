"""読み込み… and 書き出し… of the phone book: what its page opens, for a menu or for files that were dropped.

open_import(look, phone, page)              asks for the file first
open_import(look, phone, page, path)        a file that was dropped
open_export(look, phone, page)
show_exchange_menu(look, phone, page, button)   both, in a menu under a button of the page
FileDrop(page, open)                        what is dropped on the page
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QMainWindow, QMenu, QWidget

from softphone.app.phone import Phone
from softphone.ui import theme as tokens
from softphone.ui.contacts.export_sheet import ExportSheet
from softphone.ui.contacts.import_sheet import ImportSheet
from softphone.ui.look import Look

SUFFIXES = (".csv", ".tsv", ".txt", ".vcf", ".vcard")


def open_import(look: Look, phone: Phone, parent: QWidget, path: str = "") -> ImportSheet | None:
    """Look at a file and offer to read it in; None where none was chosen."""
    path = path or choose_file(parent, look)
    if not path:
        return None
    sheet = ImportSheet(look, phone, _ground(parent), path)
    sheet.rise_now()
    return sheet


def open_export(look: Look, phone: Phone, parent: QWidget) -> ExportSheet:
    """Offer to write the phone book into a file."""
    sheet = ExportSheet(look, phone, _ground(parent))
    sheet.rise_now()
    return sheet


def show_exchange_menu(look: Look, phone: Phone, parent: QWidget, button: QWidget) -> QMenu:
    """読み込み… and 書き出し… under ``button``."""
    menu = QMenu(button)
    menu.setObjectName("exchangeMenu")
    menu.setAccessibleName(button.accessibleName())
    size = look.px(tokens.ICON_SMALL)
    taken = menu.addAction(look.icon("download", "text", size), look.text("exchange.import_menu"))
    taken.triggered.connect(lambda: open_import(look, phone, parent))
    given = menu.addAction(look.icon("upload", "text", size), look.text("exchange.export_menu"))
    given.triggered.connect(lambda: open_export(look, phone, parent))
    given.setEnabled(phone.contacts.book.count("") > 0)
    menu.aboutToHide.connect(menu.deleteLater)
    below = QPoint(button.width() - menu.sizeHint().width(), button.height())
    menu.popup(button.mapToGlobal(below))
    return menu


class FileDrop(QObject):
    """Takes files of contacts that are dropped on a page; ``open_file`` gets the path of the first."""

    def __init__(self, page: QWidget, open_file: Callable[[str], object]) -> None:
        super().__init__(page)
        self._open = open_file
        page.setAcceptDrops(True)
        page.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QDropEvent):  # entering and moving are of it too
            return False
        path = importable(url.toLocalFile() for url in event.mimeData().urls())
        if not path:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if event.type() is QEvent.Type.Drop:
            self._open(path)
        return True


def importable(paths: Iterable[str]) -> str:
    """The first of these files that may hold contacts; "" where none does: for what is dropped."""
    return next((path for path in paths if Path(path).suffix.lower() in SUFFIXES), "")


def choose_file(parent: QWidget, look: Look) -> str:
    """Ask for the file; "" where none was chosen."""
    kinds = " ".join(f"*{suffix}" for suffix in SUFFIXES)
    words = f"{look.text('exchange.contact_files')} ({kinds});;{look.text('exchange.all_files')} (*)"
    path, _ = QFileDialog.getOpenFileName(parent, look.text("exchange.import"), "", words)
    return path


def _ground(parent: QWidget) -> QWidget:
    """What a sheet rises over: the whole of the window, so that the keyboard stays in the sheet."""
    window = parent.window()
    middle = window.centralWidget() if isinstance(window, QMainWindow) else None
    return middle or window
