"""着信と不在時動作: who gets through, what the phone does by itself, and the PBX's own pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from msgspec.structs import replace

from softphone.app.absence_text import absence_banner
from softphone.app.changes import Change, SettingsMoved
from softphone.app.phone import Phone
from softphone.domain.commands import LIBRARY_MAX_CALLS
from softphone.domain.forwarding import MAX_SECONDS, AbsenceInvalid, are_patterns, tidied_patterns
from softphone.ui.buttons import QuietButton
from softphone.ui.look import Look
from softphone.ui.settings.choice import Choice, Switch
from softphone.ui.settings.fold import Fold
from softphone.ui.settings.page import Page
from softphone.ui.web_page import is_web_page, open_web_page


class IncomingPage(Page):
    """Everything is taken at once; 不在時動作 has a page of its own behind this one."""

    def __init__(self, look: Look, phone: Phone) -> None:
        super().__init__(look, look.text("incoming_page.title"), "incomingPage")
        self._phone = phone
        self._add_refusing()
        self._add_absence()
        self._add_answering()
        self._add_calls()
        self._add_pbx()
        self.column.addStretch(1)

    def opened(self) -> None:
        """Show what is chosen."""
        calls = self._phone.settings.now.calls
        self.show_value("answer_callers", ", ".join(calls.auto_answer.callers))
        self.show_value("answer_after", str(calls.auto_answer.after_s))
        self.show_value("web_page", self._phone.settings.now.pbx.web_page)
        self._show()

    def handle(self, change: Change) -> None:
        """The keypad switches too."""
        if isinstance(change, SettingsMoved):
            self._show()

    def _add_refusing(self) -> None:
        section = self.add_section()
        self._refuse = self._switch("do_not_disturb", self._phone.forwarding.set_do_not_disturb)
        self.add_explained(section, self._refuse, self.look.text("incoming_page.do_not_disturb_hint"))

    def _add_absence(self) -> None:
        section = self.add_section(self.look.text("absence_page.title"))
        self._absence = self._switch("absence", self._set_absence)
        self._summary = self.add_explained(section, self._absence, "")
        self._summary.setObjectName("absenceSummary")
        section.addWidget(
            self._quiet("absence_page", "openAbsence", partial(self.page_wanted.emit, "absence"))
        )

    def _add_answering(self) -> None:
        text = self.look.text
        section = self.add_section(text("incoming_page.auto_answer_title"))
        self._answer = self._switch("auto_answer", lambda on: self._change_answer(active=on))
        section.addWidget(self._answer)
        self._after = self.field("answer_after", self._take_after)
        section.addWidget(self._after)
        self._on_request = self._switch("on_request", lambda on: self._change_answer(on_request=on))
        self.add_explained(section, self._on_request, text("incoming_page.on_request_hint"))
        self._callers = self.field(
            "answer_callers", self._take_callers, hint=text("absence_page.callers_hint")
        )
        section.addWidget(self._callers)

    def _add_calls(self) -> None:
        text = self.look.text
        section = self.add_section(text("incoming_page.calls_title"))
        self._max_calls = Choice(self.look, "max_calls", text("incoming_page.max_calls"))
        self._max_calls.chosen.connect(lambda value: self._change(max_calls=int(value)))
        section.addWidget(self._max_calls)
        self._transfers = self._switch("accept_transfers", lambda on: self._change(accept_transfers=on))
        self.add_explained(section, self._transfers, text("incoming_page.accept_transfers_hint"))

    def _add_pbx(self) -> None:
        section = self.add_section(self.look.text("incoming_page.pbx_title"))
        open_it = partial(open_web_page, self._phone)
        self._web = self._quiet("web_page", "openWebPage", open_it, icon="external")
        self._no_web = self.hint(self.look.text("incoming_page.no_web_page"), "noWebPage")
        section.addWidget(self._web)
        section.addWidget(self._no_web)
        section.addWidget(self._quiet("codes", "openCodes", partial(self.page_wanted.emit, "codes")))
        details = Fold(self.look)
        section.addWidget(details)
        address = self.field("web_page", self._take_web_page, hint="https://")
        self.add_explained(details.column, address, self.look.text("incoming_page.web_page_hint"))

    def _switch(self, name: str, take: Callable[[bool], None]) -> Switch:
        switch = Switch(self.look, self.look.text(f"incoming_page.{name}"), name)
        switch.clicked.connect(take)
        return switch

    def _quiet(
        self, words: str, name: str, action: Callable[[], None], *, icon: str = "chevron-right"
    ) -> QuietButton:
        button = QuietButton(
            self.look,
            self.look.text(f"incoming_page.open_{words}"),
            name,
            icon=icon,
            tone="text",
            ground="fill",
        )
        button.on_click(action)
        return button

    def _show(self) -> None:
        text, now, phone = self.look.text, self._phone.settings.now, self._phone
        self._refuse.setChecked(now.calls.do_not_disturb)
        summary = replace(phone.forwarding.summary, do_not_disturb=False)
        self._absence.setChecked(summary.active)
        self._summary.show_text(absence_banner(text, summary) or text("incoming_page.absence_hint"))
        answer = now.calls.auto_answer
        self._answer.setChecked(answer.active)
        self._after.setVisible(answer.active)
        self._on_request.setChecked(answer.on_request)
        self._callers.setVisible(answer.active or answer.on_request)
        counts = range(1, LIBRARY_MAX_CALLS + 1)
        options = tuple((str(n), text("incoming_page.count", count=n)) for n in counts)
        self._max_calls.show_options(options, str(now.calls.max_calls))
        self._transfers.setChecked(now.calls.accept_transfers)
        known = bool(phone.features.web_page)
        self._web.setEnabled(known)
        self._no_web.setVisible(not known)

    def _set_absence(self, on: bool) -> None:
        if on and not self._phone.forwarding.summary.rules:
            self._lead_to_absence()
            return
        try:
            self._phone.forwarding.set_active(on)
        except AbsenceInvalid:
            self._lead_to_absence()

    def _lead_to_absence(self) -> None:
        """Nothing is set yet, or the page says what is wrong with it."""
        self._absence.setChecked(False)
        self.page_wanted.emit("absence")

    def _take_after(self) -> None:
        seconds = self._after.whole
        if not self.mark("answer_after", "" if 0 <= seconds <= MAX_SECONDS else "seconds_field"):
            self._change_answer(after_s=seconds)

    def _take_callers(self) -> None:
        patterns = tidied_patterns(self._callers.items)
        if not self.mark("answer_callers", "" if are_patterns(patterns) else "pattern"):
            self._change_answer(callers=patterns)

    def _take_web_page(self) -> None:
        url = self._fields["web_page"].text.strip()
        if not self.mark("web_page", "" if not url or is_web_page(url) else "url"):
            pbx = self._phone.settings.now.pbx
            self._phone.settings.change_fields(pbx=replace(pbx, web_page=url))

    def _change_answer(self, **fields: object) -> None:
        self._change(auto_answer=replace(self._phone.settings.now.calls.auto_answer, **fields))

    def _change(self, **fields: object) -> None:
        calls = self._phone.settings.now.calls
        self._phone.settings.change_fields(calls=replace(calls, **fields))
