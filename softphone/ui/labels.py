"""Labels, cards and hairlines: words on the ground, sized and coloured by role."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from softphone.ui import theme as tokens
from softphone.ui.look import Look, on_look, set_role

_ENDLESS = 1 << 20  # px: taller than any text


class Label(QLabel):
    """Words in a role of ``theme.TYPE`` and a tone (soft, accent, good, warn, bad or "")."""

    def __init__(
        self, look: Look, role: str = "body", tone: str = "", *, wrap: bool = False, name: str = ""
    ) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setObjectName(name)
        self.setProperty("tone", tone)
        if wrap:
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
        on_look(self, look, lambda: self.setFont(look.font(role)))

    def show_text(self, text: str, tone: str | None = None) -> None:
        """Show ``text``; an empty one takes no room."""
        self.setText(text)
        show_if(self, bool(text))
        if tone is not None:
            set_role(self, tone=tone)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        # QVBoxLayout gives wrapped labels less than they need when several compete: ask for it as a minimum.
        # Measured by hand, for heightForWidth never answers less than the minimum that stands.
        if self.wordWrap() and self.width() > 0:
            flags = Qt.TextFlag.TextWordWrap.value | self.alignment().value
            room = QRect(0, 0, self.width(), _ENDLESS)
            needed = self.fontMetrics().boundingRect(room, flags, self.text()).height()
            if self.text() and needed != self.minimumHeight():
                self.setMinimumHeight(needed)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._fit()


class ElidedLabel(QWidget):
    """One line that ends in … where there is no room; the whole of it in the tool tip and for readers."""

    accessible_role = QAccessible.Role.StaticText

    def __init__(
        self,
        look: Look,
        role: str = "body",
        color: str = "text",
        *,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        name: str = "",
    ) -> None:
        super().__init__()
        self._look = look
        self._role = role
        self._color = color
        self._align = align
        self._text = ""
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        on_look(self, look, self.updateGeometry)

    def text(self) -> str:
        """The whole text."""
        return self._text

    def show_text(self, text: str, color: str = "") -> None:
        """Show ``text``; an empty one takes no room."""
        self._color = color or self._color
        self._text = text
        self.setAccessibleName(text)
        show_if(self, bool(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = _metrics(self._look, self._role)
        return QSize(metrics.horizontalAdvance(self._text) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(_metrics(self._look, self._role).averageCharWidth() * 3, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._look.font(self._role))
        painter.setPen(self._look.color(self._color))
        metrics = painter.fontMetrics()
        text = metrics.elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(self._text if text != self._text else "")
        painter.drawText(self.rect(), self._align | Qt.AlignmentFlag.AlignVCenter, text)


class IconLabel(QWidget):
    """An icon that says something, with its words for readers."""

    accessible_role = QAccessible.Role.Graphic

    def __init__(self, look: Look, icon: str, color: str, size: int, words: str = "") -> None:
        super().__init__()
        self._look = look
        self._icon = icon
        self._color = color
        self._size = size
        self.setAccessibleName(words)
        on_look(self, look, self._dress)

    def show_icon(self, icon: str, color: str) -> None:
        """Another icon."""
        self._icon, self._color = icon, color
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._look.paint_icon(QPainter(self), self._icon, self._color, QRectF(self.rect()))

    def _dress(self) -> None:
        size = self._look.px(self._size)
        self.setFixedSize(size, size)


class Chip(QFrame):
    """A small pill with an icon and a few words."""

    def __init__(self, look: Look, icon: str, name: str = "") -> None:
        super().__init__()
        self._look = look
        self.setProperty("chip", True)
        self._label = Label(look, "small", "accent", name=name)
        self._row = QHBoxLayout(self)
        self._row.addWidget(IconLabel(look, icon, "accent", tokens.ICON_SMALL))
        self._row.addWidget(self._label)
        on_look(self, look, self._space)

    def show_text(self, text: str) -> None:
        """Show ``text``; an empty one takes no room."""
        self._label.show_text(text)
        show_if(self, bool(text))

    def _space(self) -> None:
        px = self._look.px
        self._row.setContentsMargins(
            px(tokens.SPACE_2), px(tokens.SPACE_1), px(tokens.SPACE_3), px(tokens.SPACE_1)
        )
        self._row.setSpacing(px(tokens.SPACE_1))


def card(kind: str = "true", name: str = "") -> QFrame:
    """A rounded frame: "true", or a tone: good, warn, bad, info."""
    frame = QFrame()
    frame.setObjectName(name)
    frame.setProperty("card", kind)
    return frame


def hairline(*, upright: bool = False) -> QFrame:
    """A thin line between rows, or between columns."""
    frame = QFrame()
    frame.setProperty("hairlineUpright" if upright else "hairline", True)
    return frame


def show_if(widget: QWidget, wanted: bool) -> None:
    """Show or hide ``widget``; one without a parent waits for it, for it would be a window of its own.

    A window that comes and goes moves the focus, and a menu that is open closes.
    """
    if wanted and widget.parentWidget() is None:
        widget.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, False)
    else:
        widget.setVisible(wanted)


def blend(one: QColor, other: QColor, part: float) -> QColor:
    """``part`` 0 is ``one``, 1 is ``other``."""
    return QColor.fromRgbF(
        one.redF() + (other.redF() - one.redF()) * part,
        one.greenF() + (other.greenF() - one.greenF()) * part,
        one.blueF() + (other.blueF() - one.blueF()) * part,
    )


def _metrics(look: Look, role: str) -> QFontMetrics:
    return QFontMetrics(look.font(role))
