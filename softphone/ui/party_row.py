"""The parties of the conference, one row each: who, whether the others hear them, out with them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from softphone.ui import theme as tokens
from softphone.ui.avatar import Avatar
from softphone.ui.buttons import IconButton
from softphone.ui.call_view import PartyView
from softphone.ui.labels import ElidedLabel, hairline
from softphone.ui.look import Look, on_look


class PartyRow(QFrame):
    """Shows one PartyView. ``wanted`` carries an action and the party's key."""

    wanted = Signal(str, str)

    def __init__(self, look: Look, key: str) -> None:
        super().__init__()
        self._look = look
        self.setObjectName(f"party_{key}")
        self._avatar = Avatar(look, "tiny")
        self._name = ElidedLabel(look, "body_bold", name="partyName")
        self._words = ElidedLabel(look, "small", "text_soft", name="partyWords")
        self._mute = IconButton(look, look.text("conference.mute_party"), "partyMute", "mic")
        self._drop = IconButton(
            look, look.text("conference.drop_party"), "partyDrop", "hang-up-fill", tone="bad"
        )
        self._mute.on_click(lambda: self.wanted.emit("mute_party", key))
        self._drop.on_click(lambda: self.wanted.emit("drop_party", key))
        self._lines = QVBoxLayout()
        self._lines.addWidget(self._name)
        self._lines.addWidget(self._words)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._avatar)
        self._row.addLayout(self._lines, 1)
        self._row.addWidget(self._mute)
        self._row.addWidget(self._drop)
        on_look(self, look, self._dress)

    def show_view(self, view: PartyView) -> None:
        """Show ``view``."""
        text = self._look.text
        self._avatar.show_person(view.initial, ringing=False, photo_id=view.photo_id)
        self._name.show_text(view.name)
        muted = text("call_panel.muted") if view.muted else ""
        self._words.show_text("  ·  ".join(part for part in (view.number, muted) if part))
        mute = text("conference.unmute_party" if view.muted else "conference.mute_party")
        self._mute.show_icon("mic-off" if view.muted else "mic", f"{mute}: {view.name}")
        self._drop.show_icon("hang-up-fill", f"{text('conference.drop_party')}: {view.name}")

    def _dress(self) -> None:
        px = self._look.px
        self._row.setContentsMargins(
            px(tokens.SPACE_3), px(tokens.SPACE_1), px(tokens.SPACE_1), px(tokens.SPACE_1)
        )
        self._row.setSpacing(px(tokens.SPACE_1))
        self._lines.setContentsMargins(px(tokens.SPACE_1), 0, 0, 0)
        self._lines.setSpacing(0)
        self.setMinimumHeight(px(tokens.CONTROL_HEIGHT + tokens.SPACE_2))


class PartyList(QFrame):
    """All parties in one card."""

    wanted = Signal(str, str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setObjectName("partyList")
        self.setProperty("card", True)
        self._rows: dict[str, PartyRow] = {}
        self._lines: dict[str, QWidget] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.hide()

    def show_views(self, views: tuple[PartyView, ...]) -> None:
        """Show ``views``; none takes no room."""
        wanted = {view.key for view in views}
        for key in [key for key in self._rows if key not in wanted]:
            for gone in (self._rows.pop(key), self._lines.pop(key)):
                self._column.removeWidget(gone)
                gone.hide()
                gone.deleteLater()
        for view in views:
            if view.key not in self._rows:
                self._add(view.key)
            self._rows[view.key].show_view(view)
        for key, line in self._lines.items():
            line.setVisible(key != views[0].key)
        self.setVisible(bool(views))

    def _add(self, key: str) -> None:
        self._lines[key] = line = hairline()
        self._rows[key] = row = PartyRow(self._look, key)
        row.wanted.connect(self.wanted)
        self._column.addWidget(line)
        self._column.addWidget(row)
        row.show()
