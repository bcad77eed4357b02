"""The call in front: who it is, what it does, how long and how well."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from softphone.ui import theme as tokens
from softphone.ui.accessible import announce
from softphone.ui.avatar import Avatar
from softphone.ui.call_view import CallView
from softphone.ui.labels import ElidedLabel, IconLabel, Label
from softphone.ui.look import Look, on_look
from softphone.ui.quality_line import QualityLine

_CENTER = Qt.AlignmentFlag.AlignHCenter
SIZES = ("large", "medium", "small")
_TALKS = ("talking", "conference")


class CallCard(QWidget):
    """Draws the head of one CallView. It has no controls."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setAttribute(
            Qt.WidgetAttribute.WA_StyledBackground
        )  # its border, while a call is dragged over it
        self._avatar = Avatar(look)
        self._name = ElidedLabel(look, "name", align=_CENTER, name="callName")
        self._company = ElidedLabel(look, "body", "text_soft", align=_CENTER, name="callCompany")
        self._number = ElidedLabel(look, "body", "text_soft", align=_CENTER, name="callNumber")
        self._detail = ElidedLabel(look, "body", "text_soft", align=_CENTER, name="callDetail")
        self._state = Label(look, "heading", "soft", wrap=True, name="callState")
        self._state.setAlignment(_CENTER)
        self._timer = Label(look, "timer", name="callTimer")
        self._timer.setAlignment(_CENTER)
        self._hint = Label(look, "body", "soft", wrap=True, name="callHint")
        self._hint.setAlignment(_CENTER)
        self._recording = QWidget()
        self._record_words = Label(look, "small_bold", "bad", name="callRecording")
        self._record_row = QHBoxLayout(self._recording)
        self._record_row.setContentsMargins(0, 0, 0, 0)
        self._record_row.addWidget(IconLabel(look, "record", "bad", tokens.ICON_SMALL))
        self._record_row.addWidget(self._record_words)
        self._quality = QualityLine(look)
        self._said = ""
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._avatar, 0, _CENTER)
        words = (self._name, self._company, self._number, self._detail, self._state, self._timer, self._hint)
        for label in words:
            self._column.addWidget(label)
        self._column.addWidget(self._recording, 0, _CENTER)
        self._column.addWidget(self._quality, 0, _CENTER)
        self._lines = (*words, self._recording, self._quality)
        on_look(self, look, self._dress)

    def show_view(self, view: CallView, *, brief: bool) -> None:
        """Show ``view``; ``brief``: only name and time."""
        said = f"{view.name} {view.state_words}"
        if said != self._said:
            self._said = said
            announce(self, said)
        talks = view.phase in _TALKS
        icon = "people" if view.phase == "conference" else "user"
        breathes = view.phase in ("ringing", "waiting", "choosing")
        self._avatar.show_person(view.initial, ringing=breathes, icon=icon, photo_id=view.photo_id)
        self._name.show_text(view.name)
        self._company.show_text("" if brief else view.company)
        self._number.show_text("" if brief or view.parties else view.number)
        way = "  ·  ".join(part for part in (view.detail, view.line) if part)
        self._detail.show_text("" if brief else way)
        self._state.show_text("" if brief else view.state_words, view.tone or "soft")
        self._timer.show_text(view.timer if talks else "")
        ended_time = self._look.text("call_panel.duration", time=view.timer) if view.timer else ""
        self._hint.show_text((view.hint or ended_time) if view.phase == "ended" else "")
        self._record_words.show_text(view.recording)
        self._recording.setVisible(bool(view.recording))
        self._quality.show_quality(view.quality_words, view.bars)
        self._quality.setVisible(bool(view.quality_words) and not brief)

    def words_height(self) -> int:
        """How high it is without a picture, px."""
        lines = [height_in(widget, self.width()) for widget in self._lines if not widget.isHidden()]
        return sum(lines) + (len(lines) + 1) * self._column.spacing()

    def fit(self, room: int) -> int:
        """Take the largest picture, or none, with which all is seen in ``room`` px; what is left of it."""
        left = room - self.words_height() - self._column.spacing()
        size = next((size for size in SIZES if self._avatar.side(size) <= left), "")
        if size:
            self._avatar.set_size(size)
        self._avatar.setVisible(bool(size))
        return max(left - (self._avatar.side(size) if size else 0), 0)

    def _dress(self) -> None:
        px = self._look.px
        self._column.setContentsMargins(0, px(tokens.SPACE_1), 0, px(tokens.SPACE_1))
        self._column.setSpacing(px(tokens.SPACE_1))
        self._record_row.setSpacing(px(tokens.SPACE_1))


def height_in(widget: QWidget, width: int) -> int:
    """How high ``widget`` would like to be, ``width`` px wide."""
    return widget.heightForWidth(width) if widget.hasHeightForWidth() else widget.sizeHint().height()
