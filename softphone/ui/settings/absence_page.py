"""不在時動作: what happens to callers one cannot answer, saved as a whole."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from softphone.app.changes import Change, SettingsMoved
from softphone.app.phone import Phone
from softphone.app.text import problem_text
from softphone.domain.account import FieldProblem
from softphone.domain.forwarding import (
    Absence,
    AbsenceAction,
    AbsenceInvalid,
    AbsenceRule,
    AbsenceSettings,
    absence_problems,
)
from softphone.ui.buttons import PillButton
from softphone.ui.labels import hairline
from softphone.ui.look import Look
from softphone.ui.settings.absence_form import ReachBox, RuleBox, ScheduleBox
from softphone.ui.settings.choice import Switch
from softphone.ui.settings.field import Field
from softphone.ui.settings.fold import Fold
from softphone.ui.settings.page import Page

ON_SERVER = (AbsenceAction.NONE, AbsenceAction.FORWARD, AbsenceAction.VOICEMAIL)


class AbsencePage(Page):
    """The form; what was typed stays until it is saved."""

    back_to = "incoming"

    def __init__(self, look: Look, phone: Phone) -> None:
        text = look.text
        super().__init__(look, text("absence_page.title"), "absencePage")
        self._phone = phone
        self._dirty = False
        self._shown: AbsenceSettings | None = None
        section = self.add_section()
        self._active = Switch(look, text("absence_page.active"), "absence_active")
        self._on_server = Switch(look, text("absence_page.on_server"), "absence_on_server")
        section.addWidget(self._active)
        hint = text("absence_page.on_server_hint")
        self._server_hint = self.add_explained(section, self._on_server, hint)
        section = self.add_section(text("absence_page.when"))
        self._rules: dict[str, RuleBox] = {}
        for kind in Absence:
            box = RuleBox(look, kind)
            line = hairline() if self._rules else None
            if line is not None:
                section.addWidget(line)
                self._line = line  # over the last kind
            section.addWidget(box)
            self._rules[kind.value] = box
        section = self.add_section()
        self._reach = ReachBox(look)
        self._reach_card = section.frame
        section.addWidget(self._reach)
        section = self.add_section()
        self._details_card = section.frame
        self._details = Fold(look)
        section.addWidget(self._details)
        self._add_details()
        self.column.addStretch(1)
        save = PillButton(look, text("account.save"), "saveButton", kind="accent")
        save.on_click(self._save)
        self.add_foot(save)
        for switch in (self._active, self._on_server, self._anonymous):
            switch.clicked.connect(self._edited)
        self._forms: tuple[RuleBox | ReachBox | ScheduleBox, ...] = (
            *self._rules.values(),
            self._reach,
            self._schedule,
        )
        for form in self._forms:
            form.edited.connect(self._edited)
        self._callers.edited.connect(self._edited)

    def opened(self) -> None:
        """Show what is stored, and what of it cannot be done any more."""
        if self._dirty:
            return
        self._show_stored()
        absence = self._phone.settings.now.absence
        if absence.rules:
            features = self._phone.features
            self.show_problems(absence_problems(absence, features.codes, features.voicemail_box))

    def handle(self, change: Change) -> None:
        """Follow what is switched or set elsewhere, where nothing is being typed."""
        if isinstance(change, SettingsMoved) and not self._dirty and change.settings.absence != self._shown:
            self._show_stored()

    def absence(self) -> AbsenceSettings:
        """As typed."""
        stored = self._phone.settings.now.absence
        on_server = self._on_server.isChecked()
        rules = {kind: box.rule for kind, box in self._rules.items()}
        if not on_server:
            rules[Absence.UNREACHABLE.value] = AbsenceRule(kind=Absence.UNREACHABLE)
        return replace(
            stored,
            active=self._active.isChecked(),
            on_server=on_server,
            rules=tuple(rule for rule in rules.values() if rule.action is not AbsenceAction.NONE),
            reach=self._reach.numbers,
            schedule=self._schedule.schedule,
            callers=self._callers.items,
            anonymous_callers=self._anonymous.isChecked(),
        )

    def show_problems(self, problems: tuple[FieldProblem, ...]) -> None:
        """Mark every field with a problem and go to the first."""
        for form in self._forms:
            form.clear_problems()
        self._callers.clear_note()
        controls = [self._show_problem(problem) for problem in problems]
        if controls:
            first = controls[0]
            focus = first.line if isinstance(first, Field) else first
            focus.setFocus(Qt.FocusReason.OtherFocusReason)
            # The rows find their new heights first.
            QTimer.singleShot(0, first, lambda: self.show_widget(first))

    def _show_problem(self, problem: FieldProblem) -> QWidget:
        if problem.field in self._rules:
            return self._rules[problem.field].show_problem(problem.code)
        if problem.field.startswith("reach_"):
            return self._reach.show_problem(int(problem.field.removeprefix("reach_")), problem.code)
        self._details.open()
        if problem.field == "schedule":
            return self._schedule.show_problem(problem.code)
        self._callers.show_problem(problem_text(self.look.text, problem))
        return self._callers

    def _add_details(self) -> None:
        look, text = self.look, self.look.text
        self._schedule = ScheduleBox(look)
        self._callers = Field(look, "callers", text("field.callers"), hint=text("absence_page.callers_hint"))
        self._anonymous = Switch(look, text("absence_page.anonymous"), "anonymous_callers")
        for widget in (self._schedule, self._callers, self._anonymous):
            self._details.column.addWidget(widget)

    def _show_stored(self) -> None:
        absence = self._phone.settings.now.absence
        self._shown = absence
        rules = {rule.kind: rule for rule in absence.rules}
        self._active.setChecked(absence.active or not rules)  # who comes for the first time wants it on
        self._on_server.setChecked(absence.on_server)
        self._fit()
        for kind in Absence:
            self._rules[kind.value].show_rule(rules.get(kind, AbsenceRule(kind=kind)))
        self._reach.show_numbers(absence.reach)
        self._schedule.show_schedule(absence.schedule)
        self._callers.show_value(", ".join(absence.callers))
        self._anonymous.setChecked(absence.anonymous_callers)
        self._fit()

    def _edited(self) -> None:
        self._dirty = True
        self._fit()

    def _fit(self) -> None:
        """Offer what whoever does it, the phone or the server, can do."""
        features, on_server = self._phone.features, self._on_server.isChecked()
        possible = on_server or any(features.offered(f"forward_{kind.value}_on") for kind in Absence)
        self._on_server.setVisible(possible)
        self._server_hint.setVisible(possible)
        actions = ON_SERVER if on_server else tuple(AbsenceAction)
        for box in self._rules.values():
            box.offer(actions, box_known=bool(features.voicemail_box))
        self._line.setVisible(on_server)
        self._rules[Absence.UNREACHABLE.value].setVisible(on_server)
        shown = [box for box in self._rules.values() if not box.isHidden()]
        self._reach_card.setVisible(any(box.action is AbsenceAction.REACH for box in shown))
        self._details_card.setVisible(not on_server)

    def _save(self) -> None:
        try:
            self._phone.forwarding.save(self.absence())
        except AbsenceInvalid as error:
            self.show_problems(error.problems)
            return
        self._dirty = False
        self.back_wanted.emit()
