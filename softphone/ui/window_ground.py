"""The window's ground, from the bar of the call down to the navigation: one column, two where it is wide.

narrow                      wide
┌────────────┐              ┌───────────────────────────┐
│ call bar   │              │ notices                   │
│ notices    │              ├───────────────┬───────────┤
│ page       │              │ place         │ keypad or │
├────────────┤              ├───────────────┤ call      │
│ navigation │              │ navigation    │           │
└────────────┘              └───────────────┴───────────┘
"""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from softphone.ui import theme as tokens
from softphone.ui.labels import hairline
from softphone.ui.look import Look
from softphone.ui.navigation import CallBar, Navigation
from softphone.ui.notice_bar import NoticeBar
from softphone.ui.page_deck import PageDeck
from softphone.ui.places import PlacePage

QWIDGETSIZE_MAX = (1 << 24) - 1  # Qt's word for no limit


class WindowGround(QWidget):
    """Lays out what the window made. Thread: ui."""

    def __init__(
        self,
        look: Look,
        call_bar: CallBar,
        notice_bar: NoticeBar,
        pages: PageDeck,
        navigation: Navigation,
    ) -> None:
        super().__init__()
        self._look = look
        self._pages = pages
        self._navigation = navigation
        self._between = hairline(upright=True)
        px = look.px
        self.setProperty("ground", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        banner = QVBoxLayout()
        banner.setContentsMargins(px(tokens.SPACE_3), px(tokens.SPACE_2), px(tokens.SPACE_3), 0)
        banner.addWidget(notice_bar)
        column.addWidget(call_bar)
        column.addLayout(banner)
        column.addWidget(pages, 1)
        self._arranged: tuple[object, ...] = ()
        pages.moved.connect(self._arrange)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._pages.set_wide(self.width() >= self._look.px(tokens.WIDE_WIDTH))

    def _arrange(self) -> None:
        """As wide and as many as there are pages to be seen."""
        pages, px = self._pages, self._look.px
        wide, place = pages.is_wide, pages.place
        fills = wide or (isinstance(place, PlacePage) and place.wide)
        pages.places.setMaximumWidth(QWIDGETSIZE_MAX if fills else px(tokens.COLUMN_WIDTH))
        pages.phone.setMaximumWidth(px(tokens.PHONE_WIDTH if wide else tokens.COLUMN_WIDTH))
        pages.phone.setMinimumWidth(px(tokens.PHONE_WIDTH) if wide else 0)
        shown = (wide, place is not None)
        if shown == self._arranged:
            return
        self._arranged = shown
        for part in (pages.places, pages.phone, self._between, self._navigation):
            pages.grid.removeWidget(part)
        rows, columns = (2, 1) if wide else (1, 3)
        pages.grid.addWidget(pages.places, 0, 0, 1, columns)
        pages.grid.addWidget(self._between, 0, 1, 2, 1)
        pages.grid.addWidget(pages.phone, 0, 2 if wide else 0, rows, columns)
        pages.grid.addWidget(self._navigation, 1, 0, 1, columns)
        pages.places.setVisible(wide or place is not None)
        pages.phone.setVisible(wide or place is None)
        self._between.setVisible(wide)
