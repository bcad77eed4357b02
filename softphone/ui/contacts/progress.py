"""How far something is: a thin bar, its percentage for readers."""

from __future__ import annotations

from softphone.ui.bar import Bar
from softphone.ui.look import Look


class ProgressBar(Bar):
    """A bar from nothing to all."""

    def __init__(self, look: Look, words: str) -> None:
        super().__init__(look, words, "progressBar")
        self._words = words

    def show_part(self, part: float) -> None:
        """So much is done, 0 to 1."""
        if round(part * 100) != round(self.part * 100):
            self.setAccessibleName(f"{self._words} {round(part * 100)} %")
        self.fill(part)
