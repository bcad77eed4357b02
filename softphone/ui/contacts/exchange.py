"""読み込み… and 書き出し… of the phone book, and what its page offers of them.

open_import(look, phone, page)          asks for the file first
open_import(look, phone, page, path)    a file one has already
open_export(look, phone, page)
ExchangeDesk(look, phone, page)         a menu of both; files that are dropped on the page
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
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


class ExchangeDesk(QObject):
    """What a page offers of it: a menu, and that files may be dropped on the page. Thread: ui.

    ``undo_offered``: what was imported, in words, and what takes it back.
    """

    undo_offered = Signal(str, object)

    def __init__(self, look: Look, phone: Phone, page: QWidget) -> None:
        super().__init__(page)
        self._look = look
        self._phone = phone
        self._page = page
        page.setAcceptDrops(True)
        page.installEventFilter(self)

    def take(self, path: str = "") -> None:
        """読み込み: ask for a file where none is given."""
        sheet = open_import(self._look, self._phone, self._page, path)
        if sheet is not None:
            sheet.imported.connect(self.undo_offered)

    def give(self) -> None:
        """書き出し."""
        open_export(self._look, self._phone, self._page)

    def show_menu(self, button: QWidget) -> None:
        """Both under ``button``."""
        look = self._look
        menu = QMenu(button)
        menu.setObjectName("exchangeMenu")
        menu.setAccessibleName(button.accessibleName())
        size = look.px(tokens.ICON_SMALL)
        taken = menu.addAction(look.icon("download", "text", size), look.text("exchange.import_menu"))
        taken.triggered.connect(lambda: self.take())
        given = menu.addAction(look.icon("upload", "text", size), look.text("exchange.export_menu"))
        given.triggered.connect(self.give)
        given.setEnabled(self._phone.contacts.book.count("") > 0)
        menu.aboutToHide.connect(menu.deleteLater)
        below = QPoint(button.width() - menu.sizeHint().width(), button.height())
        menu.popup(button.mapToGlobal(below))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take files of contacts; what else is dragged over the page is none of ours."""
        if not isinstance(event, QDropEvent):  # entering and moving are of it too
            return False
        path = importable(url.toLocalFile() for url in event.mimeData().urls())
        if not path:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if event.type() is QEvent.Type.Drop:
            self.take(path)
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
