"""Step 3, テスト通話: an echo number, else one's own voicemail; the call in words, and how it sounded."""

from __future__ import annotations

import enum

from softphone.app.calls import CannotCall
from softphone.app.changes import CallMoved, Change, RegistrationMoved
from softphone.app.features import FeatureNotOffered
from softphone.app.phone import Phone
from softphone.app.text import call_state_text, failure_hint
from softphone.domain.call import Call, CallState
from softphone.domain.dial_string import DialStringInvalid
from softphone.domain.errors import FailureCause
from softphone.domain.media import Quality
from softphone.ui.guide.step import FootView, Remark, Step
from softphone.ui.look import Look
from softphone.ui.quality_line import QualityLine
from softphone.ui.view_state import call_problem, quality_bars, quality_text


class _Stage(enum.Enum):
    READY = "ready"
    CALLING = "calling"
    FAILED = "failed"
    PASSED = "passed"


class CallStep(Step):
    """``to`` is what is called: ``echo``, ``voicemail``, or "" where the provider names neither."""

    def __init__(self, look: Look, phone: Phone) -> None:
        super().__init__(look, phone, "guideCall")
        self._stage = _Stage.READY
        self._key = ""
        self._view, column = self.add_view(look.text("guide.call_title"), look.text("guide.call_words"))
        self._plan = Remark(look, "callPlan")
        self._state = Remark(look, "testCall")
        self._quality = QualityLine(look)
        self._quality.hide()
        for widget in (self._plan, self._state, self._quality):
            column.addWidget(widget)
        column.addStretch(1)

    @property
    def to(self) -> str:
        """What can be called."""
        if self._echo_number:
            return "echo"
        return "voicemail" if self.phone.features.offered("voicemail") else ""

    @property
    def shows_calls(self) -> bool:  # type: ignore[override]
        """While the test runs."""
        return self._stage is _Stage.CALLING

    def foot(self) -> FootView:
        text = self.look.text
        back, skip = text("guide.back"), text("guide.skip")
        if self._stage is _Stage.CALLING:
            return FootView(text("guide.hang_up"))
        if self._stage is _Stage.PASSED:
            return FootView(text("guide.next"), back=back)
        if not self.to:
            return FootView(text("guide.finish"), back=back)
        words = text("guide.call_again" if self._stage is _Stage.FAILED else f"guide.call_{self.to}")
        return FootView(words, back=back, skip=skip)

    def act(self) -> None:
        if self._stage is _Stage.CALLING:
            self.phone.calls.hang_up(self._key)
        elif self._stage is _Stage.PASSED or not self.to:
            self.passed.emit()
        else:
            self._call()

    def opened(self) -> None:
        if self._stage is not _Stage.CALLING:
            self._begin()

    def closed(self) -> None:
        if self._stage is _Stage.CALLING:
            self.phone.calls.hang_up(self._key)

    def handle(self, change: Change) -> None:
        if isinstance(change, CallMoved) and change.call.key == self._key and self._key:
            self._call_moved(change.call)
        elif isinstance(change, RegistrationMoved) and self._stage is _Stage.READY:
            self._begin()

    @property
    def _echo_number(self) -> str:
        profile = self.phone.accounts.profile
        return profile.test_number if profile is not None else ""

    def _begin(self) -> None:
        self._stage, self._key = _Stage.READY, ""
        text = self.look.text
        to = self.to or "none"
        words = text(f"guide.plan_{to}_words", number=self._echo_number)
        self._plan.show_words(text(f"guide.plan_{to}"), words)
        self._state.show_words("")
        self._quality.hide()
        self.moved.emit()

    def _call(self) -> None:
        self._stage, self._key = _Stage.CALLING, ""
        try:
            if self.to == "echo":
                self._key = self.phone.calls.dial(self._echo_number)
            else:
                self._key = self.phone.features.voicemail()
        except (CannotCall, DialStringInvalid, FeatureNotOffered) as error:
            self._stage = _Stage.FAILED
            problem = call_problem(self.look.text, error, self.phone.accounts.registration)
            self._state.show_words(problem.words, problem.hint, "bad")
        else:
            call = self.phone.calls.find(self._key)
            if call is not None:
                self._call_moved(call)
        self.moved.emit()

    def _call_moved(self, call: Call) -> None:
        words = call_state_text(self.look.text, call)
        self._plan.show_words("")
        if call.state is CallState.TERMINATED:
            self._ended(call, words)
        else:
            talking = call.state is CallState.CONFIRMED
            hint = self.look.text(f"guide.talk_{self.to}") if talking else ""
            self._state.show_words(words, hint, "good" if talking else "info")
        self._show_quality(call.codec, call.quality)

    def _ended(self, call: Call, words: str) -> None:
        text = self.look.text
        if call.cause is FailureCause.NONE and call.confirmed_at_s:
            self._stage = _Stage.PASSED
            silent = call.silent
            self._state.show_words(
                text("guide.call_silent" if silent else "guide.call_passed"),
                text("guide.call_silent_words" if silent else "guide.call_passed_words"),
                "warn" if silent else "good",
            )
        else:
            self._stage = _Stage.FAILED
            self._state.show_words(words, failure_hint(text, call.cause) or text("guide.call_failed"), "bad")
        self.moved.emit()

    def _show_quality(self, codec: str, quality: Quality | None) -> None:
        self._quality.show_quality(quality_text(self.look.text, codec, quality), quality_bars(quality))
        self._quality.setVisible(quality is not None)
