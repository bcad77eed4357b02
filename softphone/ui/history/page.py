"""履歴."""

from __future__ import annotations

from softphone.app.phone import Phone
from softphone.ui.look import Look
from softphone.ui.places import PlacePage


class HistoryPage(PlacePage):
    """The place 履歴. Thread: ui."""

    def __init__(self, look: Look, phone: Phone) -> None:
        super().__init__(look, phone, "historyPage")
