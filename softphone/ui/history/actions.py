"""What can be done with calls of the history: call back, add to the phone book, copy, listen, delete."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from softphone.app.phone import Phone
from softphone.domain.contact import Contact, ContactNumber
from softphone.domain.history import CallRecord
from softphone.ui import theme as tokens
from softphone.ui.call_menu import new_menu
from softphone.ui.history.row_view import number_to_call
from softphone.ui.look import Look

MAX_DELETED = 1000  # at once, for they are kept to be brought back
ICONS = {
    "call": "phone",
    "details": "info",
    "contact": "contacts",
    "add": "person-add",
    "copy": "copy",
    "play": "play",
    "folder": "folder",
    "delete": "trash",
}


class CallActions(QObject):
    """Does them for a page. Thread: ui. ``details_wanted``, ``delete_wanted`` are the page's to do.

    ``said`` carries words and a tone: what became of an action.
    """

    dial_wanted = Signal(str)
    contact_wanted = Signal(object)
    details_wanted = Signal()
    delete_wanted = Signal()
    said = Signal(str, str)

    def __init__(self, look: Look, phone: Phone, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._phone = phone
        self._parent = parent

    def run(self, action: str, records: tuple[CallRecord, ...]) -> None:
        """Do one of ``ICONS`` with ``records``, the first alone where it cannot be done with many."""
        if action == "delete":
            self.delete_wanted.emit()
        elif action == "details":
            self.details_wanted.emit()
        elif action == "copy":
            self._copy(records)
        elif action == "call":
            self._call(records[0])
        elif action in ("contact", "add"):
            self.contact_wanted.emit(self._contact(records[0]))
        elif action == "play":
            self._open(Path(records[0].recording_path))
        elif action == "folder":
            self._open(Path(records[0].recording_path).parent)

    def offered(self, records: tuple[CallRecord, ...]) -> tuple[str, ...]:
        """What can be done with ``records``."""
        if not records:
            return ()
        several, record = len(records) > 1, records[0]
        number = bool(number_to_call(record))
        known = record.person is not None
        wanted = {
            "call": number and not several,
            "details": not several,
            "contact": known and not several,
            "add": number and not known and not several,
            "copy": any(number_to_call(each) for each in records),
            "play": bool(record.recording_path) and not several,
            "folder": bool(record.recording_path) and not several,
            "delete": True,
        }
        return tuple(action for action, offered in wanted.items() if offered)

    def show_menu(self, place: QPoint, records: tuple[CallRecord, ...], *, details: bool = True) -> None:
        """A menu of what can be done, at ``place`` of the screen."""
        menu = new_menu(self._look, self._parent, "historyMenu", self._look.text("history.menu"))
        for action in self.offered(records):
            if action == "details" and not details:
                continue
            if action == "delete":
                menu.addSeparator()
            icon = self._look.icon(ICONS[action], "text_soft", self._look.px(tokens.ICON))
            entry = menu.addAction(icon, self._look.text(f"history_action.{action}"))
            entry.setObjectName(action)
            entry.triggered.connect(partial(self._chosen, action, records))
        menu.popup(place)

    def _chosen(self, action: str, records: tuple[CallRecord, ...], checked: bool = False) -> None:
        self.run(action, records)

    def _call(self, record: CallRecord) -> None:
        number = number_to_call(record)
        if number:
            self.dial_wanted.emit(number)
        else:
            self.said.emit(self._look.text("history.no_number"), "warn")

    def _copy(self, records: tuple[CallRecord, ...]) -> None:
        shown = self._phone.numbers.shown
        numbers = dict.fromkeys(shown(number) for each in records if (number := number_to_call(each)))
        if numbers:
            QGuiApplication.clipboard().setText("\n".join(numbers))
            self.said.emit(self._look.text("history.copied", numbers=", ".join(numbers)), "info")
        else:
            self.said.emit(self._look.text("history.no_number"), "warn")

    def _contact(self, record: CallRecord) -> Contact:
        """Their entry; a new one where there is none."""
        if record.person is not None:
            stored = self._phone.contacts.book.get(record.person.contact_key)
            if stored is not None:
                return stored
        numbers = (ContactNumber(number_to_call(record)),)
        return Contact(name=record.remote.display_name, numbers=numbers)

    def _open(self, path: Path) -> None:
        """With the system's own program: it plays what we record on all three systems."""
        text = self._look.text
        if not path.exists():
            self.said.emit(text("history.recording_gone", file=path.name), "warn")
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self.said.emit(text("history.cannot_open", file=path.name), "warn")
