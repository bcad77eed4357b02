"""A person: picture, name, where they work, every number with its key that calls, what was spoken lately."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, QUrl, Signal, SignalInstance
from PySide6.QtGui import QAccessible, QDesktopServices, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from softphone.domain.contact import Contact
from softphone.ui import theme as tokens
from softphone.ui.avatar import Avatar
from softphone.ui.buttons import Button, IconButton, PillButton
from softphone.ui.call_menu import new_menu, open_below
from softphone.ui.contacts.words import label_words, work_lines
from softphone.ui.labels import ElidedLabel, Label, card, hairline
from softphone.ui.look import Look
from softphone.ui.person_row import initial_of
from softphone.ui.settings.page import Page

_CENTER = Qt.AlignmentFlag.AlignHCenter


@dataclass(frozen=True)
class RecentView:
    """One of the last calls: ``icon`` tells the direction, ``words`` how it ended, ``when`` and how long."""

    icon: str
    tone: str
    words: str
    when: str


@dataclass(frozen=True)
class CardView:
    """What the card shows. ``shown`` are the numbers as one reads them, in order; ``source`` a directory."""

    contact: Contact
    shown: tuple[str, ...] = ()
    recent: tuple[RecentView, ...] = ()
    source: str = ""


class LineButton(Button):
    """A line of the card that does something: quiet words above, what it is below, its icon at the right."""

    def __init__(self, look: Look, name: str, above: str, below: str, icon: str, tone: str) -> None:
        super().__init__(look, below, name, icon)
        self._above = above
        self._tone = tone
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self.look.px(tokens.COLUMN_WIDTH) // 2, self.look.px(tokens.ROW_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.look.px(tokens.ROW_HEIGHT), self.look.px(tokens.ROW_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self.look.px
        painter = self.start_painting()
        body = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self._hover or self.isDown():
            painter.setOpacity(1.0 if self.isDown() else self._hover)
            painter.setBrush(self.look.color("fill_pressed" if self.isDown() else "fill"))
            painter.drawRoundedRect(body, px(tokens.RADIUS_FIELD), px(tokens.RADIUS_FIELD))
            painter.setOpacity(1.0)
        self.paint_focus(painter, body, px(tokens.RADIUS_FIELD))
        icon = px(tokens.ICON)
        left, right = px(tokens.SPACE_3), self.width() - px(tokens.SPACE_3) - icon
        spot = QRectF(right, (self.height() - icon) / 2, icon, icon)
        self.look.paint_icon(painter, self.icon_name, self._tone, spot)
        small, large = QFontMetrics(self.look.font("small")), QFontMetrics(self.look.font("body_bold"))
        top = (self.height() - small.height() - large.height()) / 2
        room = right - left - px(tokens.SPACE_2)
        for words, role, color, metrics in (
            (self._above, "small", "text_soft", small),
            (self.text(), "body_bold", "text", large),
        ):
            painter.setFont(self.look.font(role))
            painter.setPen(self.look.color(color))
            said = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(room))
            painter.drawText(QRectF(left, top, room, metrics.height()), Qt.AlignmentFlag.AlignVCenter, said)
            top += metrics.height()


class RecentLine(QWidget):
    """A call that was."""

    accessible_role = QAccessible.Role.StaticText

    def __init__(self, look: Look, view: RecentView) -> None:
        super().__init__()
        self._look = look
        self._view = view
        self.setAccessibleName(f"{view.words} {view.when}")

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(tokens.COLUMN_WIDTH) // 2, self._look.px(tokens.CONTROL_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, px = self._look, self._look.px
        painter = QPainter(self)
        icon, left = px(tokens.ICON_SMALL), px(tokens.SPACE_3)
        spot = QRectF(left, (self.height() - icon) / 2, icon, icon)
        look.paint_icon(painter, self._view.icon, self._view.tone, spot)
        row = QRectF(spot.right() + px(tokens.SPACE_2), 0, 0, self.height())
        row.setRight(self.width() - px(tokens.SPACE_3))
        painter.setFont(look.font("small"))
        painter.setPen(look.color("text_soft"))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(row, middle | Qt.AlignmentFlag.AlignRight, self._view.when)
        metrics = QFontMetrics(look.font("body"))
        room = row.width() - QFontMetrics(look.font("small")).horizontalAdvance(self._view.when)
        said = metrics.elidedText(
            self._view.words, Qt.TextElideMode.ElideRight, int(room) - px(tokens.SPACE_2)
        )
        painter.setFont(look.font("body"))
        painter.setPen(look.color(self._view.tone if self._view.tone == "bad" else "text"))
        painter.drawText(row, middle, said)


class ContactCard(Page):
    """Shows one CardView. Thread: ui.

    ``call_wanted`` carries a number; ``edit_wanted``, ``delete_wanted``, ``copy_wanted`` the Contact;
    ``star_wanted`` it and whether it becomes a favourite.
    """

    call_wanted = Signal(str)
    edit_wanted = Signal(object)
    delete_wanted = Signal(object)
    copy_wanted = Signal(object)
    star_wanted = Signal(object, bool)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "", "contactCard")
        self._view: CardView | None = None
        text = look.text
        self._star = IconButton(look, text("contacts.star"), "cardStar", "favourite", tone="accent")
        self._star.on_click(self._toggle_star)
        self._edit = IconButton(look, text("contacts.edit"), "cardEdit", "edit")
        self._edit.on_click(lambda: self._tell(self.edit_wanted))
        self._more = IconButton(look, text("contacts.more"), "cardMore", "more")
        self._more.on_click(self._open_menu)
        for button in (self._star, self._edit, self._more):
            self.add_to_head(button)
        self._body = QWidget()
        self.column.addWidget(self._body)
        self.column.addStretch(1)

    @property
    def contact(self) -> Contact | None:
        """Whose card it is."""
        return self._view.contact if self._view is not None else None

    def show_view(self, view: CardView) -> None:
        """Show ``view``; one that is the same is left as it is."""
        if view == self._view:
            return
        self._view = view
        own = not view.contact.source
        for button in (self._star, self._edit, self._more):
            button.setVisible(own)
        starred = bool(view.contact.favourite)
        words = self.look.text("contacts.unstar" if starred else "contacts.star")
        self._star.show_icon("favourite-fill" if starred else "favourite", words)
        self._fill(view)

    def take_focus(self) -> None:
        """The keyboard goes to the first number."""
        first = self._body.findChild(Button, "call_0") or self._back
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self, view: CardView) -> None:
        old, self._body = self._body, QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.look.px(tokens.SPACE_2))
        self._fill_head(column, view)
        if view.contact.source:
            self._fill_source(column, view)
        self._fill_ways(column, view)
        self._fill_more(column, view)
        self.column.replaceWidget(old, self._body)
        old.hide()
        old.deleteLater()
        self._body.show()

    def _fill_head(self, column: QVBoxLayout, view: CardView) -> None:
        contact = view.contact
        avatar = Avatar(self.look, "large")
        name = contact.shown_name
        avatar.show_person(initial_of(name), ringing=False, photo_id=contact.photo_id)
        column.addWidget(avatar, 0, _CENTER)
        lines = QVBoxLayout()
        lines.setSpacing(0)
        shown = [(name, "name", "text", "cardName"), (contact.reading, "small", "text_soft", "cardReading")]
        shown += [(line, "body", "text_soft", "cardWork") for line in work_lines(contact)]
        for words, role, color, label_name in shown:
            if words:
                label = ElidedLabel(self.look, role, color, align=_CENTER, name=label_name)
                label.show_text(words)
                lines.addWidget(label)
        column.addLayout(lines)
        column.addSpacing(self.look.px(tokens.SPACE_1))

    def _fill_source(self, column: QVBoxLayout, view: CardView) -> None:
        """It is the company's: it cannot be changed here, but taken over."""
        text, px = self.look.text, self.look.px
        frame = card("info")
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(*(px(tokens.SPACE_3),) * 4)
        inner.setSpacing(px(tokens.SPACE_2))
        words = Label(self.look, "body", wrap=True, name="cardSource")
        words.setText(text("contacts.read_only", source=view.source))
        inner.addWidget(words)
        height = tokens.CONTROL_HEIGHT
        copy = PillButton(
            self.look,
            text("contacts.copy_to_own"),
            "cardCopy",
            kind="surface",
            icon="person-add",
            height=height,
            elastic=True,
        )
        copy.on_click(lambda: self._tell(self.copy_wanted))
        inner.addWidget(copy)
        column.addWidget(frame)

    def _fill_ways(self, column: QVBoxLayout, view: CardView) -> None:
        """Numbers and addresses."""
        text, lines = self.look.text, []
        for place, (own, shown) in enumerate(zip(view.contact.numbers, view.shown, strict=True)):
            label = label_words(text, own.label)
            line = LineButton(self.look, f"call_{place}", label, shown, "phone-fill", "good")
            line.setAccessibleName(text("contacts.call_number", label=label, number=shown))
            line.on_click(partial(self.call_wanted.emit, own.number))
            lines.append(line)
        for place, email in enumerate(view.contact.emails):
            line = LineButton(
                self.look, f"mail_{place}", text("contact_field.email"), email, "mail", "text_soft"
            )
            line.setAccessibleName(text("contacts.write_mail", email=email))
            line.on_click(partial(QDesktopServices.openUrl, QUrl(f"mailto:{email}")))
            lines.append(line)
        if not lines:
            return
        frame = card()
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(*(self.look.px(tokens.SPACE_1),) * 4)
        inner.setSpacing(0)
        for line in lines:
            if line is not lines[0]:
                inner.addWidget(hairline())
            inner.addWidget(line)
        column.addWidget(frame)

    def _fill_more(self, column: QVBoxLayout, view: CardView) -> None:
        text, px = self.look.text, self.look.px
        contact = view.contact
        groups = text("people_list.between").join(contact.groups)
        for title, words, name in (
            (text("contact_field.groups"), groups, "cardGroups"),
            (text("contact_field.note"), contact.note, "cardNote"),
        ):
            if words:
                frame = card()
                inner = QVBoxLayout(frame)
                inner.setContentsMargins(*(px(tokens.SPACE_4), px(tokens.SPACE_3)) * 2)
                inner.setSpacing(px(tokens.SPACE_1))
                label = Label(self.look, "small", "soft")
                label.setText(title)
                said = Label(self.look, "body", wrap=True, name=name)
                said.setText(words)
                inner.addWidget(label)
                inner.addWidget(said)
                column.addWidget(frame)
        if not view.recent:
            return
        label = Label(self.look, "small_bold", "soft")
        label.setText(text("contacts.recent"))
        column.addWidget(label)
        frame = card()
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(*(px(tokens.SPACE_1),) * 4)
        inner.setSpacing(0)
        for recent in view.recent:
            inner.addWidget(RecentLine(self.look, recent))
        column.addWidget(frame)

    def _open_menu(self) -> None:
        text = self.look.text
        menu = new_menu(self.look, self._more, "cardMenu", text("contacts.more"))
        trash = self.look.icon("trash", "bad", self.look.px(tokens.ICON))
        action = menu.addAction(trash, text("contacts.delete"), lambda: self._tell(self.delete_wanted))
        action.setObjectName("delete")
        open_below(menu, self._more)

    def _toggle_star(self) -> None:
        if self._view is not None:
            self.star_wanted.emit(self._view.contact, not self._view.contact.favourite)

    def _tell(self, signal: SignalInstance) -> None:
        if self._view is not None:
            signal.emit(self._view.contact)
