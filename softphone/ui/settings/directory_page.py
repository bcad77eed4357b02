"""共有の電話帳, one of them: what it is, where it is, and with whose password it is read."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from softphone.app.phone import Phone
from softphone.domain.directory import DirectoryInvalid, DirectoryKind, DirectorySettings, Encryption
from softphone.ui.buttons import PillButton, QuietButton
from softphone.ui.labels import show_if
from softphone.ui.look import Look
from softphone.ui.settings.choice import Choice, Switch
from softphone.ui.settings.field import Field
from softphone.ui.settings.page import Page

FIELDS = ("name", "address", "base", "user", "password")
_ASCII = ("base", "user", "password")


class DirectoryPage(Page):
    """The form; nothing is kept until it is saved."""

    back_to = "directories"

    def __init__(self, look: Look, phone: Phone) -> None:
        text = look.text
        super().__init__(look, text("directory_page.title"), "directoryPage")
        self._phone = phone
        self._edited: DirectorySettings | None = None
        section = self.add_section()
        self._kind = Choice(look, "directory_kind", text("directory_page.kind"))
        self._kind.chosen.connect(lambda _: self._fit())
        section.addWidget(self._kind)
        for name in FIELDS:
            field = Field(
                look,
                f"directory_{name}",
                text(f"directory_page.{name}"),
                ascii_only=name in _ASCII,
                secret=name == "password",
            )
            self._fields[name] = field
            section.addWidget(field)
            if name == "address":
                self._browse = QuietButton(look, text("directory_page.browse"), "browse", icon="folder")
                self._browse.on_click(self._choose_file)
                section.addWidget(self._browse)
        self._encryption = Choice(look, "directory_encryption", text("directory_page.encryption"))
        section.addWidget(self._encryption)
        self._active = Switch(look, text("directory_page.active"), "directory_active")
        section.addWidget(self._active)
        self._remove = QuietButton(look, text("directory_page.remove"), "removeDirectory", tone="bad")
        self._remove.on_click(self._forget)
        self.column.addWidget(self._remove, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addStretch(1)
        self._save = PillButton(look, text("directory_page.save"), "saveDirectory", kind="accent")
        self._save.on_click(self._store)
        self.add_foot(self._save)

    def aim(self, what: str) -> None:
        """Show the directory with this key; "" a new one."""
        text = self.look.text
        directories = self._phone.settings.now.directories
        self._edited = next((each for each in directories if each.key == what), None)
        shown = self._edited or DirectorySettings(key="", kind=DirectoryKind.LDAP, name="", address="")
        kinds = tuple((each.value, text(f"directory_kind.{each.value}")) for each in DirectoryKind)
        self._kind.show_options(kinds, shown.kind.value)
        ways = tuple((each.value, text(f"directory_encryption.{each.value}")) for each in Encryption)
        self._encryption.show_options(ways, shown.encryption.value)
        for name, field in self._fields.items():
            field.show_value("" if name == "password" else getattr(shown, name))
        kept = self._edited is not None and bool(shown.user)
        self._fields["password"].line.setPlaceholderText(text("directory_page.password_kept") if kept else "")
        self._active.setChecked(shown.active)
        show_if(self._remove, self._edited is not None)
        self._fit()
        self._fields["name"].line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fit(self) -> None:
        """Only what this kind of directory needs."""
        text, kind = self.look.text, self._kind.value
        is_file = kind == DirectoryKind.CSV.value
        for name in ("user", "password"):
            show_if(self._fields[name], not is_file)
        for widget in (self._fields["base"], self._encryption):
            show_if(widget, kind == DirectoryKind.LDAP.value)
        show_if(self._browse, is_file)
        self._fields["address"].line.setPlaceholderText(text(f"directory_page.address_hint_{kind}"))
        self._fields["base"].line.setPlaceholderText(text("directory_page.base_hint"))

    def _choose_file(self) -> None:
        words = self.look.text("directory_page.browse_title")
        path, _ = QFileDialog.getOpenFileName(self, words, "", "CSV (*.csv *.txt);;* (*)")
        if path:
            self._fields["address"].show_value(path)

    def _store(self) -> None:
        typed = {name: field.text.strip() for name, field in self._fields.items()}
        kind = DirectoryKind(self._kind.value)
        is_file = kind is DirectoryKind.CSV
        directory = DirectorySettings(
            key=self._edited.key if self._edited is not None else "",
            kind=kind,
            name=typed["name"] or typed["address"],
            address=typed["address"],
            base=typed["base"] if kind is DirectoryKind.LDAP else "",
            user="" if is_file else typed["user"],
            encryption=Encryption(self._encryption.value),
            active=self._active.isChecked(),
        )
        # An empty field leaves the password that is kept; without a user there is none.
        password = self._fields["password"].text
        kept = not password and self._edited is not None and directory.user == self._edited.user
        try:
            self._phone.directories.save(directory, None if kept else password if directory.user else "")
        except DirectoryInvalid as error:
            field = self._fields.get(error.field, self._fields["name"])
            field.show_problem(self.look.text(f"directory_problem.{error.code}"))
            field.line.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.back_wanted.emit()

    def _forget(self) -> None:
        if self._edited is not None:
            self._phone.directories.remove(self._edited.key)
        self.back_wanted.emit()
