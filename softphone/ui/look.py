"""The look: theme, words and icons, handed to every widget; one signal when the theme is another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from softphone.app.text import Text
from softphone.ui.photo import round_picture
from softphone.ui.theme import TYPE, Theme

FONT_FAMILIES = {
    "darwin": ("Hiragino Sans",),
    "win32": ("Yu Gothic UI", "Meiryo UI"),
    "linux": ("Noto Sans CJK JP", "Noto Sans JP", "IPAexGothic", "DejaVu Sans"),
}

MAX_PHOTOS = 400  # round pictures kept at hand


def _no_photo(photo_id: str) -> bytes:
    return b""


class Look(QObject):
    """What widgets paint with. Thread: ui. ``photo_data`` gives a picture of the phone book by its id."""

    changed = Signal()

    def __init__(
        self, theme: Theme, text: Text, resources: Path, photo_data: Callable[[str], bytes] = _no_photo
    ) -> None:
        super().__init__()
        self.theme = theme
        self.text = text
        self.keyboard = False  # the last focus came by the keyboard: rings are shown
        self.resources = resources
        self._folder = resources / "icons"
        self._sources: dict[str, bytes] = {}
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}
        self._fonts: dict[str, QFont] = {}
        self._photo_data = photo_data
        self._photos: dict[tuple[str, int, float], QPixmap] = {}

    def set_theme(self, theme: Theme) -> None:
        """Take another theme and tell everybody who paints."""
        if theme != self.theme:
            self.theme = theme
            self._pixmaps.clear()
            self._fonts.clear()
            self.changed.emit()

    def tabbed(self, window: QWidget) -> None:
        """``window`` moves the focus on: the keyboard is in use, unless what had it was only hidden."""
        focused = window.focusWidget()
        if focused is not None and focused.isVisible():
            self.keyboard = True

    def px(self, size: float) -> int:
        """A token in px of this theme."""
        return self.theme.px(size)

    def color(self, role: str) -> QColor:
        """A colour role."""
        return QColor(getattr(self.theme.colors, role))

    def font(self, role: str) -> QFont:
        """A letter size of ``theme.TYPE``, figures all of one width."""
        if role not in self._fonts:
            size, weight = TYPE[role]
            font = QFont(QGuiApplication.font())
            font.setPixelSize(self.px(size))
            font.setWeight(QFont.Weight(weight))
            font.setFeature(QFont.Tag("tnum"), 1)
            self._fonts[role] = font
        return self._fonts[role]

    def pixmap(self, icon: str, role: str, size: int) -> QPixmap:
        """An icon in a colour role, ``size`` px of the screen's logical grid; kept once drawn."""
        color = getattr(self.theme.colors, role)
        ratio = QGuiApplication.primaryScreen().devicePixelRatio()
        key = (icon, color, size, ratio)
        if key not in self._pixmaps:
            self._pixmaps[key] = draw_icon(self._source(icon), color, size, ratio)
        return self._pixmaps[key]

    def icon(self, icon: str, role: str, size: int) -> QIcon:
        """``pixmap`` as a QIcon, for actions and menus."""
        return QIcon(self.pixmap(icon, role, size))

    def paint_icon(self, painter: QPainter, icon: str, role: str, rect: QRectF) -> None:
        """Draw an icon in the middle of ``rect``, as large as its shorter side."""
        size = max(int(min(rect.width(), rect.height())), 1)
        left = rect.x() + (rect.width() - size) / 2
        top = rect.y() + (rect.height() - size) / 2
        painter.drawPixmap(round(left), round(top), self.pixmap(icon, role, size))

    def photo(self, photo_id: str, size: int) -> QPixmap:
        """A picture of the phone book, round, ``size`` px; a null one where there is none."""
        ratio = QGuiApplication.primaryScreen().devicePixelRatio()
        key = (photo_id, size, ratio)
        if photo_id and key not in self._photos:
            if len(self._photos) >= MAX_PHOTOS:
                del self._photos[next(iter(self._photos))]
            self._photos[key] = round_picture(self._photo_data(photo_id), size, ratio)
        return self._photos.get(key) or QPixmap()

    def know_photo(self, photo_id: str, data: bytes) -> None:
        """Show ``data`` for ``photo_id``, though it is not stored yet."""
        stored = self._photo_data
        self._photo_data = lambda wanted: data if wanted == photo_id else stored(wanted)

    def _source(self, icon: str) -> bytes:
        if icon not in self._sources:
            self._sources[icon] = (self._folder / f"{icon}.svg").read_bytes()
        return self._sources[icon]


def draw_icon(source: bytes, color: str, size: int, ratio: float) -> QPixmap:
    """An SVG whose strokes are ``currentColor``, drawn in ``color``."""
    renderer = QSvgRenderer(QByteArray(source.replace(b"currentColor", color.encode())))
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def on_look(widget: QWidget, look: Look, action: Callable[[], None]) -> None:
    """Run ``action`` now and whenever the theme is another, as long as ``widget`` lives."""
    watcher = _Watcher(widget, action)
    look.changed.connect(watcher.run)
    action()


class _Watcher(QObject):
    """Ties an action to the life of a widget: a child of it, so that Qt disconnects it in time."""

    def __init__(self, parent: QWidget, action: Callable[[], None]) -> None:
        super().__init__(parent)
        self._action = action

    def run(self) -> None:
        self._action()


def set_role(widget: QWidget, **roles: str | bool) -> None:
    """Set style properties and have the style sheet look again."""
    changed = False
    for name, value in roles.items():
        if widget.property(name) != value:
            widget.setProperty(name, value)
            changed = True
    if changed:
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        QGuiApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))
        widget.update()
