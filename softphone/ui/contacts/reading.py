"""フリガナ by itself: what was typed to get kanji is how they are read."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QLineEdit

_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fcー]+")
_KANJI = re.compile(r"[\u3005\u3400-\u9fff\uf900-\ufaff]")
_TO_KATAKANA = str.maketrans({code: code + 0x60 for code in range(0x3041, 0x3097)})


class ReadingListener(QObject):
    """Follows an input method in ``name`` and writes the kana into ``reading``, in katakana.

    Only behind what it wrote itself: a reading somebody typed or corrected is never touched.
    """

    def __init__(self, name: QLineEdit, reading: QLineEdit, changed: Callable[[], None]) -> None:
        super().__init__(name)
        self._reading = reading
        self._changed = changed
        self._kana = ""  # the last that was composed and is kana alone
        self._written = ""
        name.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QInputMethodEvent):
            self._composed(event.preeditString(), event.commitString())
        return False

    def _composed(self, preedit: str, commit: str) -> None:
        if _KANA.fullmatch(preedit):
            self._kana = preedit
        if not commit:
            return
        kana = self._kana if _KANJI.search(commit) else commit if _KANA.fullmatch(commit) else ""
        self._kana = ""
        if not kana or self._reading.text() not in ("", self._written):
            return
        before = self._reading.text()
        self._written = " ".join(part for part in (before, kana.translate(_TO_KATAKANA)) if part)
        self._reading.setText(self._written)
        self._changed()
