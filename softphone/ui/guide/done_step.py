"""The end of the guide: whether one can call now, and where help is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from softphone.app.changes import Change, RegistrationMoved
from softphone.app.phone import Phone
from softphone.app.text import registration_hint, registration_title
from softphone.ui import theme as tokens
from softphone.ui.guide.step import FootView, Remark, Step
from softphone.ui.labels import Label
from softphone.ui.look import Look, on_look

_TIPS = ("call", "answer", "help")


class BigMark(QWidget):
    """A tick in a soft disc; a triangle where something is left to do."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._good = True

        def dress() -> None:
            side = look.px(tokens.AVATAR)
            self.setFixedSize(side, side)

        on_look(self, look, dress)

    def show_good(self, good: bool) -> None:
        """Which of the two."""
        self._good = good
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        tone = "good" if self._good else "warn"
        disc = QRectF(self.rect())
        painter.setBrush(self._look.color(f"{tone}_soft"))
        painter.drawEllipse(disc)
        inset = disc.width() / 4
        icon = "check" if self._good else "triangle"
        self._look.paint_icon(painter, icon, tone, disc.adjusted(inset, inset, -inset, -inset))


class DoneStep(Step):
    """「通話可能」, or what is left to do."""

    def __init__(self, look: Look, phone: Phone) -> None:
        super().__init__(look, phone, "guideDone")
        text = look.text
        self._mark = BigMark(look)
        view, column = self.add_view(text("guide.done_title"), text("guide.done_words"))
        column.insertSpacing(0, look.px(tokens.SPACE_4))
        column.insertWidget(1, self._mark, 0, Qt.AlignmentFlag.AlignHCenter)
        for name in ("guideTitle", "guideWords"):
            label = view.findChild(Label, name)
            assert label is not None
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._title, self._words = (view.findChild(Label, name) for name in ("guideTitle", "guideWords"))
        self._state = Remark(look, "doneState")
        column.addWidget(self._state)
        tips = self.add_card(column)
        for tip in _TIPS:
            label = Label(look, "body", wrap=True, name=f"tip_{tip}")
            label.setText(text(f"guide.tip_{tip}"))
            tips.addWidget(label)
        column.addStretch(1)

    def foot(self) -> FootView:
        text = self.look.text
        return FootView(text("guide.to_keypad"), back=text("guide.back"))

    def opened(self) -> None:
        self._show()

    def handle(self, change: Change) -> None:
        if isinstance(change, RegistrationMoved):
            self._show()

    def _show(self) -> None:
        text, registration = self.look.text, self.phone.accounts.registration
        good = registration.can_call
        self._mark.show_good(good)
        for label, key in ((self._title, "title"), (self._words, "words")):
            assert isinstance(label, Label)
            label.show_text(text(f"guide.done_{key}" if good else f"guide.undone_{key}"))
        hint = registration_hint(text, registration)
        self._state.show_words(registration_title(text, registration), hint, "good" if good else "warn")
