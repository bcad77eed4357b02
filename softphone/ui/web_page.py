"""Web設定変更サイト: the PBX's own settings page, opened in the browser."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from softphone.app.phone import Phone


def is_web_page(url: str) -> bool:
    """Whether ``url`` is one that a browser shows: nothing else is ever opened."""
    parsed = QUrl(url, QUrl.ParsingMode.StrictMode)
    return parsed.isValid() and parsed.scheme() in ("https", "http") and bool(parsed.host())


def open_web_page(phone: Phone) -> None:
    """Open it, where one is known."""
    if is_web_page(phone.features.web_page):
        QDesktopServices.openUrl(QUrl(phone.features.web_page))
