"""発信: what stands before a number, which number is shown, how digits are sent; with live examples."""

from __future__ import annotations

from msgspec.structs import replace

from softphone.app.phone import Phone
from softphone.domain.commands import RedirectPolicy
from softphone.domain.dial_plan import CallerId, DialPlan, plan_number
from softphone.domain.dial_string import DialStringInvalid, clean_dial_string
from softphone.domain.dtmf import DtmfMethod
from softphone.ui.look import Look
from softphone.ui.settings.choice import Choice
from softphone.ui.settings.figure_table import FigureTable
from softphone.ui.settings.page import Page

OUTSIDE_EXAMPLE, OUTSIDE_GROUPED = "0312345678", "03-1234-5678"
EXTENSION_EXAMPLE = "201000"
SPECIAL_EXAMPLE = "110"
PREFIXES = ("", "0")
MAX_DIGITS = 6


class OutgoingPage(Page):
    """Everything is taken at once."""

    def __init__(self, look: Look, phone: Phone) -> None:
        text = look.text
        super().__init__(look, text("outgoing_page.title"), "outgoingPage")
        self._phone = phone
        self._choices: dict[str, Choice] = {}
        section = self.add_section()
        section.addWidget(self._choice("outside_prefix"))
        section.addWidget(self.field("site_number", self._take_site, hint=text("outgoing_page.site_hint")))
        section.addWidget(self._choice("extension_digits"))
        self._fields["site_number"].edited.connect(self._show_examples)
        self._examples = FigureTable(look, self.add_section(text("outgoing_page.examples")), "dialExample")
        section = self.add_section(text("outgoing_page.shown_number"))
        section.addWidget(self._choice("caller_id"))
        section.addWidget(self.field("own_numbers", self._take_numbers, hint=text("outgoing_page.own_hint")))
        section.addWidget(self._choice("identity"))
        section = self.add_section(text("outgoing_page.calls_title"))
        section.addWidget(self._choice("dtmf"))
        section.addWidget(self._choice("redirects"))
        self.column.addStretch(1)
        for name in ("outside_prefix", "extension_digits", "caller_id", "identity"):
            self._choices[name].chosen.connect(lambda _: self._take_plan())
        self._choices["dtmf"].chosen.connect(lambda value: self._take_calls(dtmf=DtmfMethod(value)))
        self._choices["redirects"].chosen.connect(
            lambda value: self._take_calls(redirects=RedirectPolicy(value))
        )

    def opened(self) -> None:
        """Show what is chosen."""
        text, now = self.look.text, self._phone.settings.now
        plan = now.dialling
        prefixes = tuple(dict.fromkeys((*PREFIXES, plan.outside_prefix)))
        self._offer(
            "outside_prefix",
            tuple(
                (prefix, text("outgoing_page.prefix" if prefix else "outgoing_page.no_prefix", prefix=prefix))
                for prefix in prefixes
            ),
            plan.outside_prefix,
        )
        counts = sorted({*range(2, MAX_DIGITS + 1), plan.extension_digits} - {0})
        digits = ((str(n), text("outgoing_page.digits", count=n)) for n in counts)
        no_digits = ("0", text("outgoing_page.no_digits"))
        self._offer("extension_digits", (no_digits, *digits), str(plan.extension_digits))
        caller_ids = tuple((each.value, text(f"outgoing_page.caller_id_{each.value}")) for each in CallerId)
        self._offer("caller_id", caller_ids, plan.caller_id.value)
        methods = tuple((each.value, text(f"outgoing_page.dtmf_{each.value}")) for each in DtmfMethod)
        self._offer("dtmf", methods, now.calls.dtmf.value)
        redirects = tuple(
            (each.value, text(f"outgoing_page.redirects_{each.value}")) for each in RedirectPolicy
        )
        self._offer("redirects", redirects, now.calls.redirects.value)
        self.show_value("site_number", plan.site_number)
        self.show_value("own_numbers", ", ".join(plan.own_numbers))
        self._show_identities()
        self._show_examples()

    def _choice(self, name: str) -> Choice:
        choice = Choice(self.look, name, self.look.text(f"outgoing_page.{name}"))
        self._choices[name] = choice
        return choice

    def _offer(self, name: str, options: tuple[tuple[str, str], ...], value: str) -> None:
        self._choices[name].show_options(options, value)

    def _show_identities(self) -> None:
        plan = self._phone.settings.now.dialling
        own = ("", self.look.text("outgoing_page.own_identity"))
        self._offer("identity", (own, *((number, number) for number in plan.own_numbers)), plan.identity)
        self._choices["identity"].setVisible(bool(plan.own_numbers))

    def _show_examples(self) -> None:
        plan, profile = self._plan(), self._phone.accounts.profile
        extension = EXTENSION_EXAMPLE[: plan.extension_digits or 3]
        rows = []
        for typed, shown in (
            (extension, extension),
            (OUTSIDE_EXAMPLE, OUTSIDE_GROUPED),
            (SPECIAL_EXAMPLE,) * 2,
        ):
            planned = plan_number(typed, plan, profile)
            called = grouped(planned.number, plan.outside_prefix)
            warned = self.look.text("outgoing_page.blocked", number=called) if planned.warning else called
            rows.append((shown, f"→ {warned}"))
        self._examples.show_rows(tuple(rows))

    def _plan(self) -> DialPlan:
        """As it stands on the page; the stored site number where the one typed is none."""
        site, stored = self._fields["site_number"].text.strip(), self._phone.settings.now.dialling
        return replace(
            stored,
            outside_prefix=self._choices["outside_prefix"].value,
            site_number=site if _are_digits(site) else stored.site_number,
            extension_digits=int(self._choices["extension_digits"].value or 0),
            caller_id=CallerId(self._choices["caller_id"].value or CallerId.DEFAULT.value),
            identity=self._choices["identity"].value,
        )

    def _take_plan(self) -> None:
        self._phone.settings.change_fields(dialling=self._plan())
        self._show_examples()

    def _take_site(self) -> None:
        site = self._fields["site_number"].text.strip()
        if not self.mark("site_number", "" if _are_digits(site) else "digits"):
            self._take_plan()

    def _take_numbers(self) -> None:
        try:
            numbers = tuple(clean_dial_string(item) for item in self._fields["own_numbers"].items)
        except DialStringInvalid:
            self.mark("own_numbers", "dial")
            return
        self.mark("own_numbers", "")
        plan = self._phone.settings.now.dialling
        identity = plan.identity if plan.identity in numbers else ""
        self._phone.settings.change_fields(dialling=replace(plan, own_numbers=numbers, identity=identity))
        self._show_identities()

    def _take_calls(self, **fields: object) -> None:
        calls = self._phone.settings.now.calls
        self._phone.settings.change_fields(calls=replace(calls, **fields))


def _are_digits(text: str) -> bool:
    return text.isascii() and (not text or text.isdecimal())


def grouped(number: str, outside_prefix: str) -> str:
    """What is dialled, its parts set apart: 0 184 03-1234-5678."""
    before = number.removesuffix(OUTSIDE_EXAMPLE)
    if before == number:
        return number
    parts = (outside_prefix, before.removeprefix(outside_prefix), OUTSIDE_GROUPED)
    return " ".join(part for part in parts if part)
