"""Asks for a number where an action needs one, and does it: transfer, sending a caller elsewhere, parking."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from softphone.app.calls import CannotCall
from softphone.app.features import FeatureNotOffered
from softphone.app.phone import Phone
from softphone.app.text import party_title
from softphone.domain.dial_string import DialStringInvalid
from softphone.ui.call_desk import CallDesk
from softphone.ui.look import Look
from softphone.ui.transfer_dialog import ElsewhereSheet, NumberSheet, ParkSheet, TransferSheet
from softphone.ui.view_state import ProblemView, call_problem, problem_notice


class CallSheets(QObject):
    """At most one sheet, over the window's ground. Thread: ui.

    ``troubled`` carries a NoticeView: an action without a sheet could not be done.
    """

    troubled = Signal(object)

    def __init__(self, phone: Phone, desk: CallDesk, parent: QObject) -> None:
        super().__init__(parent)
        self._phone = phone
        self._desk = desk
        self._look: Look | None = None
        self._over: QWidget | None = None
        self._sheet: NumberSheet | None = None
        self._asked = ("", "")
        desk.actions.number_wanted.connect(self.ask)
        desk.actions.failed.connect(self._failed)
        desk.moved.connect(self._calls_moved)

    def serve(self, look: Look, over: QWidget) -> None:
        """Rise over ``over`` from now on; a sheet on what was there before went with it."""
        self._look, self._over, self._sheet = look, over, None

    def ask(self, why: str, key: str) -> None:
        """Ask for the number: ``why`` is transfer, elsewhere or park, ``key`` the call it is for."""
        call = self._phone.calls.find(key)
        if call is None or self._look is None or self._over is None:
            return
        if self._sheet is not None and self._asked == (why, key):
            return  # what is typed there stays
        self._dismiss()
        who = party_title(self._look.text, call)
        if why == "transfer":
            sheet: NumberSheet = self._transfer_sheet(key, who)
        elif why == "park":
            sheet = ParkSheet(self._look, self._over, who)
        else:
            sheet = ElsewhereSheet(self._look, self._over, who)
        if why != "park":
            for typed in (sheet.field.textChanged, sheet.field.composed):
                typed.connect(partial(sheet.suggestions.suggest, self._phone))
        sheet.chosen.connect(partial(self._chosen, key))
        sheet.closed.connect(self._closed)
        self._sheet, self._asked = sheet, (why, key)
        window = self._over.window()
        if not window.isActiveWindow():  # asked for from the incoming window, which takes no keyboard
            window.raise_()
            window.activateWindow()
        sheet.rise(sheet.field)

    def _transfer_sheet(self, key: str, who: str) -> TransferSheet:
        assert self._look is not None
        assert self._over is not None
        apart = (key, *self._phone.conference.keys)
        others = [other for other in self._desk.view().joinable if other[0] not in apart]
        sheet = TransferSheet(self._look, self._over, who, others)
        sheet.joined.connect(partial(self._joined, key))
        return sheet

    def _chosen(self, key: str, action: str, number: str) -> None:
        transfers = self._phone.transfers
        services: dict[str, Callable[[str, str], object]] = {
            "consult": transfers.consult,
            "blind": transfers.blind,
            "elsewhere": self._phone.calls.send_elsewhere,
            "park": self._phone.features.park,
        }
        try:
            services[action](key, number)
        except (DialStringInvalid, CannotCall, FeatureNotOffered) as error:
            if self._sheet is not None and self._look is not None:
                self._sheet.show_problem(self._problem(self._look, error))
        else:
            self._dismiss()

    def _failed(self, error: DialStringInvalid | CannotCall | FeatureNotOffered) -> None:
        if self._look is not None:
            self.troubled.emit(problem_notice(self._look.text, self._problem(self._look, error)))

    def _problem(self, look: Look, error: DialStringInvalid | CannotCall | FeatureNotOffered) -> ProblemView:
        return call_problem(look.text, error, self._phone.accounts.registration)

    def _joined(self, key: str, other: str) -> None:
        self._dismiss()
        self._phone.transfers.to_call(key, other)

    def _calls_moved(self) -> None:
        """What it was asked for is over."""
        if self._sheet is not None and self._phone.calls.find(self._asked[1]) is None:
            self._dismiss()

    def _dismiss(self) -> None:
        if self._sheet is not None:
            self._sheet.dismiss()

    def _closed(self) -> None:
        self._sheet = None
