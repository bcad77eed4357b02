"""内線."""

from __future__ import annotations

from softphone.app.phone import Phone
from softphone.ui.look import Look
from softphone.ui.places import PlacePage


class ColleaguesPage(PlacePage):
    """The place 内線. Thread: ui."""

    def __init__(self, look: Look, phone: Phone) -> None:
        super().__init__(look, phone, "colleaguesPage")
