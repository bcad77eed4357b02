"""A person, edited: every field with its name, what is wrong said in its place, nothing typed ever lost."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout

from softphone.domain.contact import Contact, ContactEdit
from softphone.ui import theme as tokens
from softphone.ui.avatar import Avatar
from softphone.ui.buttons import PillButton, QuietButton
from softphone.ui.contacts.number_rows import NumberRows
from softphone.ui.contacts.reading import ReadingListener
from softphone.ui.labels import Label
from softphone.ui.look import Look
from softphone.ui.person_row import initial_of
from softphone.ui.photo import PhotoReading, photo_id_of
from softphone.ui.settings.choice import Switch
from softphone.ui.settings.field import Field
from softphone.ui.settings.note import Note
from softphone.ui.settings.page import Page

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\Z")
_BETWEEN = re.compile(r"\s*[,、;;,\n]\s*")
WORDS = ("name", "reading", "company", "company_reading", "department", "title")


class ContactEditor(Page):
    """Edits one Contact. Thread: ui.

    ``saved`` carries a ContactEdit; ``edited`` comes with every change, ``draft`` is what stands typed.
    ``other_of`` names another than the entry with this key who has a number.
    """

    saved = Signal(object)
    edited = Signal()

    def __init__(self, look: Look, other_of: Callable[[str, str], str]) -> None:
        super().__init__(look, look.text("contacts.editor"), "contactEditor")
        text = look.text
        self._contact = Contact()
        self._begun = self._contact
        self._photos: dict[str, bytes] = {}
        self._lines = {name: self._line(name) for name in WORDS}
        self._email = self._line("email", ascii_only=True)
        self._groups = self._line("groups")
        self._numbers = NumberRows(look, lambda number: other_of(self._contact.key, number))
        self._numbers.edited.connect(self._changed)
        self._star = Switch(look, text("contacts.favourite"), "editorStar")
        self._star.clicked.connect(self._changed)
        self._note = QPlainTextEdit()
        self._note.setObjectName("note")
        self._note.setAccessibleName(text("contact_field.note"))
        self._note.setTabChangesFocus(True)
        self._note.setFixedHeight(look.px(tokens.TILE_WIDTH))
        self._note.textChanged.connect(self._changed)
        self._quiet = False
        self._problem = Note(look, "editorProblem")
        self._build_photo()
        ReadingListener(self._lines["name"].line, self._lines["reading"].line, self._changed)
        self._lay_out()

    def show_contact(self, contact: Contact, photos: dict[str, bytes] | None = None) -> None:
        """Edit ``contact``; one without a key is new. ``photos`` are pictures that are not stored yet."""
        self._quiet = True
        self._contact = contact
        self._photos = dict(photos or {})
        for name, line in self._lines.items():
            line.show_value(str(getattr(contact, name)))
        self._numbers.show_numbers(contact.numbers)
        self._email.show_value(", ".join(contact.emails))
        between = self.look.text("people_list.between")
        self._groups.show_value(between.join(contact.groups))
        self._note.setPlainText(contact.note)
        self._star.setChecked(bool(contact.favourite))
        self._problem.clear()
        self._show_photo(contact.photo_id)
        self._quiet = False
        self._begun = self.draft.saved[0]

    def suggest_groups(self, groups: tuple[str, ...]) -> None:
        """The groups there are, as a hint."""
        between = self.look.text("people_list.between")
        words = self.look.text("contacts.groups_known", groups=between.join(groups[:8])) if groups else ""
        self._known_groups.show_text(words)

    @property
    def is_changed(self) -> bool:
        """Something stands typed that was not so at first; a copy of a directory's entry is new as it is."""
        return self.draft.saved[0] != self._begun

    @property
    def draft(self) -> ContactEdit:
        """What stands typed, with new pictures."""
        contact = replace(
            self._contact,
            **{name: line.text.strip() for name, line in self._lines.items()},
            numbers=self._numbers.numbers,
            emails=self._items(self._email),
            groups=self._items(self._groups),
            note=self._note.toPlainText().strip(),
            favourite=(self._contact.favourite or 1) if self._star.isChecked() else 0,
            photo_id=self._photo_id,
        )
        photos = {key: data for key, data in self._photos.items() if key == self._photo_id}
        return ContactEdit(saved=(contact,), photos=photos)

    def take_focus(self) -> None:
        """The keyboard goes to the name."""
        self._lines["name"].line.setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> bool:
        """Hand over what is typed, unless something is wrong with it: that is said."""
        if not self._is_right():
            return False
        self.saved.emit(self.draft)
        return True

    def take_photo(self, path: str) -> None:
        """A picture from a file; what is wrong with it is said under it."""
        self._photo_note.clear()
        self._choose.setEnabled(False)
        self._reading.start(path)

    def _is_right(self) -> bool:
        draft = self.draft.saved[0]
        empty = not (draft.name or draft.company or draft.numbers)
        if empty:
            self._lines["name"].show_problem(self.look.text("contacts.nothing_typed"))
        wrong = self._numbers.show_problems()
        bad_mail = [each for each in draft.emails if not _EMAIL.match(each)]
        if bad_mail:
            self._email.show_problem(self.look.text("contacts.email_problem", email=bad_mail[0]))
        first = self._lines["name"].line if empty else wrong or (self._email.line if bad_mail else None)
        if first is not None:
            self._problem.show_problem(self.look.text("contacts.look_again"))
            self.show_widget(first)
            first.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._problem.clear()
        return first is None

    def _line(self, name: str, *, ascii_only: bool = False) -> Field:
        text = self.look.text
        hints = {"reading", "email", "groups"}
        hint = text(f"contact_hint.{name}") if name in hints else ""
        field = Field(self.look, name, text(f"contact_field.{name}"), hint=hint, ascii_only=ascii_only)
        field.edited.connect(self._changed)
        return field

    def _build_photo(self) -> None:
        look, text = self.look, self.look.text
        self._photo_id = ""
        self._avatar = Avatar(look, "large")
        self._choose = QuietButton(look, text("contacts.choose_photo"), "choosePhoto", ground="fill")
        self._choose.on_click(self._ask_photo)
        self._drop_photo = QuietButton(look, text("contacts.remove_photo"), "removePhoto", tone="text_soft")
        self._drop_photo.on_click(self._remove_photo)
        self._photo_note = Note(look, "photoProblem")
        self._reading = PhotoReading(self)
        self._reading.done.connect(self._photo_read)

    def _lay_out(self) -> None:
        px = self.look.px
        photo = QHBoxLayout()
        photo.setSpacing(px(tokens.SPACE_2))
        photo.addWidget(self._avatar)
        keys = QVBoxLayout()
        keys.setSpacing(0)
        keys.addStretch(1)
        for button in (self._choose, self._drop_photo):
            keys.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        keys.addWidget(self._photo_note)
        keys.addStretch(1)
        photo.addLayout(keys, 1)
        self.column.addLayout(photo)
        person = self.add_section()
        for name in ("name", "reading"):
            person.addWidget(self._lines[name])
        numbers = self.add_section(self.look.text("contacts.numbers"))
        numbers.addWidget(self._numbers)
        work = self.add_section(self.look.text("contacts.work"))
        for name in ("company", "company_reading", "department", "title"):
            work.addWidget(self._lines[name])
        more = self.add_section(self.look.text("contacts.rest"))
        more.addWidget(self._email)
        more.addWidget(self._groups)
        self._known_groups = Label(self.look, "small", "soft", wrap=True, name="knownGroups")
        more.addWidget(self._known_groups)
        label = Label(self.look, "small_bold", "soft")
        label.setText(self.look.text("contact_field.note"))
        label.setBuddy(self._note)
        note = QVBoxLayout()
        note.setSpacing(px(tokens.SPACE_1))
        note.addWidget(label)
        note.addWidget(self._note)
        more.addLayout(note)
        more.addWidget(self._star)
        self.column.addStretch(1)
        self.add_foot(self._problem)
        save = PillButton(self.look, self.look.text("contacts.save"), "saveContact", kind="accent")
        save.on_click(self.save)
        self.add_foot(save)
        self._known_groups.show_text("")

    def _ask_photo(self) -> None:
        words = self.look.text("contacts.choose_photo")
        kinds = f"{self.look.text('contacts.pictures')} (*.png *.jpg *.jpeg *.webp *.gif *.bmp *.tif *.tiff)"
        path, _ = QFileDialog.getOpenFileName(self, words, "", kinds)
        if path:
            self.take_photo(path)

    def _remove_photo(self) -> None:
        self._show_photo("")
        self._changed()

    def _photo_read(self, data: bytes, code: str) -> None:
        self._choose.setEnabled(True)
        if code:
            self._photo_note.show_problem(self.look.text(f"contacts.photo_{code}"))
            return
        photo_id = photo_id_of(data)
        self._photos[photo_id] = data
        self._show_photo(photo_id)
        self._changed()

    def _show_photo(self, photo_id: str) -> None:
        self._photo_id = photo_id
        fresh = self._photos.get(photo_id)
        if fresh is not None:
            self.look.know_photo(photo_id, fresh)
        name = self._lines["name"].text or self._lines["company"].text
        self._avatar.show_person(initial_of(name), ringing=False, photo_id=photo_id)
        self._drop_photo.setVisible(bool(photo_id))

    def _changed(self) -> None:
        if not self._quiet:
            self.edited.emit()

    def _items(self, field: Field) -> tuple[str, ...]:
        return tuple(dict.fromkeys(item for item in _BETWEEN.split(field.text.strip()) if item))
