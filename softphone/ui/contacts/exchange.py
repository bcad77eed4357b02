"""読み込み… and 書き出し… of the phone book: what its page opens, for a menu or for files that were dropped.

open_import(look, phone, page)              asks for the file first
open_import(look, phone, page, path)        a file that was dropped
open_export(look, phone, page)
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMainWindow, QWidget

from softphone.app.phone import Phone
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
