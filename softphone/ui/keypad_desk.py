"""What the keypad shows and does: status, banner, keys of the PBX, and the number that is dialled.

changes ─▸ refresh ─▸ status · banner · keys
keys, 「IP電話」 ─▸ services ─▸ the call, or the problem in its place
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from softphone.app.calls import CannotCall
from softphone.app.changes import (
    Change,
    ContactsMoved,
    MessageSummaryMoved,
    Notice,
    RegistrationMoved,
    SettingsMoved,
)
from softphone.app.features import FeatureNotOffered
from softphone.app.phone import Phone
from softphone.app.text import notice_text
from softphone.domain.dial_plan import plan_number, split_post_dial
from softphone.domain.dial_string import DialStringInvalid, clean_dial_string
from softphone.ui.keypad_page import KeypadPage
from softphone.ui.keypad_view import banner_view, feature_keys, more_features
from softphone.ui.look import Look
from softphone.ui.suggestions import is_name
from softphone.ui.view_state import ProblemView, call_problem, status_view
from softphone.ui.web_page import open_web_page

SLOT = "{slot}"


class KeypadDesk(QObject):
    """Thread: ui. ``place_wanted`` names the page that helps."""

    place_wanted = Signal(str)

    def __init__(self, phone: Phone, parent: QObject) -> None:
        super().__init__(parent)
        self._phone = phone
        self._warned = ""  # the number whose warning stands on the page
        self._offered = ""  # the name that somebody was suggested for

    def serve(self, look: Look, page: KeypadPage) -> None:
        """Fill and obey ``page`` from now on."""
        self._look, self._page = look, page
        page.dial_wanted.connect(self.dial)
        page.status_action.connect(self._status_action)
        page.features.chosen.connect(self._use)
        page.banner.lifted.connect(self._lift)
        page.field.textChanged.connect(self._typed)
        page.field.composed.connect(partial(page.suggestions.suggest, self._phone))
        page.suggestions.chosen.connect(lambda view: self.dial(view.number))
        page.search_wanted.connect(lambda: self.place_wanted.emit("search"))
        self.refresh()

    def handle(self, change: Change) -> None:
        """Follow what changes."""
        if isinstance(change, RegistrationMoved | SettingsMoved | MessageSummaryMoved):
            self.refresh()
        elif isinstance(change, ContactsMoved):
            self._page.suggestions.suggest(self._phone, self._page.field.text())

    def refresh(self) -> None:
        """Show what holds now."""
        phone, text = self._phone, self._look.text
        accounts, features = phone.accounts, phone.features
        self._page.show_status(status_view(text, accounts.registration, accounts.account))
        self._page.banner.show_view(banner_view(text, phone.forwarding.summary))
        keys = feature_keys(
            text,
            features.offered,
            phone.subscriptions.message_summary(),
            do_not_disturb=phone.settings.now.calls.do_not_disturb,
        )
        self._page.features.show_keys(keys, more_features(text, features.offered, features.web_page))

    def dial(self, typed: str) -> None:
        """Call what was typed; nothing brings the last number back, a warning is read first.

        A name is not called as it stands: whom it may mean is suggested, the first is chosen.
        """
        last = self._phone.settings.now.last_dialled
        if not typed.strip() and last:
            self._page.show_number(last)
            return
        if is_name(typed) and self._page.suggestions.shown and typed != self._offered:
            self._offered = typed
            self._page.suggestions.take_keyboard()
            return
        try:
            if self._warns(typed):
                return
            self._phone.calls.dial(typed)
        except (DialStringInvalid, CannotCall) as error:
            self._show_problem(error)
        else:
            self._page.show_problem(ProblemView())
            self._phone.settings.change_fields(last_dialled=typed.strip())

    def offer(self, number: str, problem: ProblemView) -> None:
        """Show a number ("" leaves what is typed) and what is to be known of it."""
        if number:
            self._page.show_number(number)
        self._page.show_problem(problem)

    def _warns(self, typed: str) -> bool:
        """Whether something must be known before this number is called, and was not said yet."""
        number = clean_dial_string(split_post_dial(typed)[0])
        planned = plan_number(number, self._phone.settings.now.dialling, self._phone.accounts.profile)
        if not planned.warning or typed == self._warned:
            return False
        self._warned = typed
        words = notice_text(self._look.text, Notice(planned.warning, {"number": number}))
        self._page.show_problem(ProblemView(words, self._look.text("keypad.call_anyway")))
        return True

    def _typed(self, typed: str) -> None:
        self._warned = self._offered = ""
        self._page.suggestions.suggest(self._phone, typed)

    def _use(self, name: str) -> None:
        """Do what a key says, with the number that is typed."""
        number = self._page.field.text().strip()
        features, forwarding = self._phone.features, self._phone.forwarding
        try:
            if name == "pickup":
                self._pick_up(number)
            elif name == "retrieve":
                self._retrieve(number)
            elif name == "voicemail":
                features.voicemail()
            elif name in ("hunt_login", "hunt_logout"):
                features.hunt_login(name == "hunt_login")
            elif name == "dnd":
                forwarding.set_do_not_disturb(not self._phone.settings.now.calls.do_not_disturb)
            else:
                open_web_page(self._phone)
        except (DialStringInvalid, CannotCall, FeatureNotOffered) as error:
            self._show_problem(error)

    def _pick_up(self, extension: str) -> None:
        """The extension that is typed, else whoever rings in one's own group."""
        features = self._phone.features
        if extension and features.offered("pickup"):
            features.pickup(extension)
            self._page.field.clear()
        elif features.offered("group_pickup"):
            features.group_pickup()
        else:
            self._page.show_problem(ProblemView(self._look.text("keypad.pickup_number")))

    def _retrieve(self, slot: str) -> None:
        features = self._phone.features
        if slot or SLOT not in features.codes.retrieve:
            features.retrieve(slot)
            self._page.field.clear()
        else:
            self._page.show_problem(ProblemView(self._look.text("keypad.retrieve_slot")))

    def _lift(self) -> None:
        """Callers get through again."""
        summary, forwarding = self._phone.forwarding.summary, self._phone.forwarding
        if summary.do_not_disturb:
            forwarding.set_do_not_disturb(False)
        if summary.active:
            forwarding.set_active(False)

    def _status_action(self, action: str) -> None:
        if action == "retry":
            self._phone.accounts.retry()
        else:
            self.place_wanted.emit(action)

    def _show_problem(self, error: DialStringInvalid | CannotCall | FeatureNotOffered) -> None:
        self._page.show_problem(call_problem(self._look.text, error, self._phone.accounts.registration))
