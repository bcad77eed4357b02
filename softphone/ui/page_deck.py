"""The window's pages on two stacks: places on one, keypad and call on the other.

narrow   the page one went to last, alone
wide     a place on the left, keypad or call on the right; the page one went to last has the keyboard
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QWidget


class PageDeck(QWidget):
    """Knows which page is in front and which is seen; ``WindowGround`` fills ``grid``. Thread: ui.

    ``moved``: another page is in front, or seen, or the width is another. A page that wants to be
    ``alone`` has nothing beside it however wide the window is.
    """

    moved = Signal()

    def __init__(self, settings: QWidget, *phone: QWidget) -> None:
        super().__init__()
        self.places, self.phone = QStackedWidget(), QStackedWidget()
        self.places.addWidget(settings)
        for page in phone:
            self.phone.addWidget(page)
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setSpacing(0)
        self.grid.setColumnStretch(0, 1)
        self.grid.setRowStretch(0, 1)
        self._wide = False
        self._front: QWidget | None = None
        self._place: QWidget | None = None

    def add_place(self, page: QWidget) -> None:
        """One more of the places."""
        self.places.addWidget(page)

    def go_to(self, page: QWidget) -> None:
        """Bring ``page`` to the front."""
        self._front = page
        self.show_beside(page)

    def show_beside(self, page: QWidget) -> None:
        """Have ``page`` stand on its stack, whichever is in front."""
        stack = self._stack(page)
        stack.setCurrentWidget(page)
        if stack is self.places:
            self._place = page
        self.moved.emit()

    def show_unasked(self, page: QWidget) -> bool:
        """Have ``page`` stand beside the place one is at and types in; False where one is not."""
        typing = self.window().focusWidget()
        in_phone = typing is not None and self.phone.isAncestorOf(typing)
        keeps = self.is_wide and self._front is self._place and not in_phone
        if keeps:
            self.show_beside(page)
        return keeps

    def set_wide(self, wide: bool) -> None:
        """There is room for two, or not."""
        if wide is not self._wide:
            self._wide = wide
            self.moved.emit()

    @property
    def front(self) -> QWidget | None:
        """The page one went to last."""
        return self._front

    @property
    def is_wide(self) -> bool:
        """Two pages are seen."""
        return self._wide and not getattr(self._front, "alone", False)

    @property
    def place(self) -> QWidget | None:
        """The place that is seen; None where none is."""
        return self._place if self.is_wide or self._front is self._place else None

    def is_seen(self, page: QWidget) -> bool:
        """Whether ``page`` is in front, or beside it."""
        return page is self._front or (self.is_wide and self._stack(page).currentWidget() is page)

    def _stack(self, page: QWidget) -> QStackedWidget:
        return self.phone if self.phone.indexOf(page) >= 0 else self.places
