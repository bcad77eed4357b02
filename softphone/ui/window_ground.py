"""The window's ground: one column, from the bar of the call down to the navigation."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from softphone.ui import theme as tokens
from softphone.ui.look import Look
from softphone.ui.navigation import CallBar, Navigation
from softphone.ui.notice_bar import NoticeBar
from softphone.ui.places import PlacePage

QWIDGETSIZE_MAX = (1 << 24) - 1  # Qt's word for no limit


class WindowGround(QWidget):
    """Lays out what the window made. Thread: ui."""

    def __init__(
        self,
        look: Look,
        call_bar: CallBar,
        notice_bar: NoticeBar,
        pages: QStackedWidget,
        navigation: Navigation,
    ) -> None:
        super().__init__()
        px = look.px
        self.setProperty("ground", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        banner = QVBoxLayout()
        banner.setContentsMargins(px(tokens.SPACE_3), px(tokens.SPACE_2), px(tokens.SPACE_3), 0)
        banner.addWidget(notice_bar)
        self._look = look
        self._pages = pages
        pages.currentChanged.connect(self._fit)
        self._fit()
        middle = QHBoxLayout()
        middle.addWidget(pages)
        column.addWidget(call_bar)
        column.addLayout(banner)
        column.addLayout(middle, 1)
        column.addWidget(navigation)

    def _fit(self) -> None:
        """One column, but for a place that uses the width."""
        page = self._pages.currentWidget()
        wide = isinstance(page, PlacePage) and page.wide
        self._pages.setMaximumWidth(QWIDGETSIZE_MAX if wide else self._look.px(tokens.COLUMN_WIDTH))
