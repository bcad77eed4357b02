"""Pictures of people: read from any file within bounds, kept small, drawn round.

A file may be huge, broken or no picture at all; what is read of it never takes more than ``MAX_MB``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QRectF, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage, QImageReader, QImageWriter, QPainter, QPainterPath, QPixmap

from softphone.ui.theme import PHOTO_SIDE

MAX_MB = 256  # of one decoded picture: 8,000 × 8,000
MAX_FILE_BYTES = 64_000_000
_QUALITY = 88


class PhotoInvalid(Exception):
    """No picture could be made of a file. ``code``: unreadable, too_large, not_a_picture."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_photo(path: str) -> bytes:
    """The picture in a file as a JPEG or PNG of at most PHOTO_SIDE px a side. Errors: PhotoInvalid."""
    QImageReader.setAllocationLimit(MAX_MB)
    reader = QImageReader(path)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)  # a camera held upright
    device = reader.device()
    if device is None or (not device.isOpen() and not device.open(QIODevice.OpenModeFlag.ReadOnly)):
        raise PhotoInvalid("unreadable")
    if device.size() > MAX_FILE_BYTES:
        raise PhotoInvalid("too_large")
    if not reader.canRead():
        raise PhotoInvalid("not_a_picture")
    size = reader.size()
    if size.width() * size.height() * 4 > MAX_MB << 20:
        raise PhotoInvalid("too_large")
    if size.isValid() and max(size.width(), size.height()) > PHOTO_SIDE:
        reader.setScaledSize(size.scaled(PHOTO_SIDE, PHOTO_SIDE, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise PhotoInvalid("not_a_picture")
    return _encoded(image)


def photo_id_of(data: bytes) -> str:
    """The name of a picture: the same for the same bytes."""
    return hashlib.sha256(data).hexdigest()[:32]


def round_picture(data: bytes, size: int, ratio: float) -> QPixmap:
    """The middle of a picture, round, ``size`` px; a null one where ``data`` is none."""
    image = _decoded(data, round(size * ratio))
    if image.isNull():
        return QPixmap()
    side = round(size * ratio)
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    circle = QPainterPath()
    circle.addEllipse(QRectF(0, 0, side, side))
    painter.setClipPath(circle)
    painter.drawImage(round((side - image.width()) / 2), round((side - image.height()) / 2), image)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


class PhotoReading(QObject):
    """Reads a file beside the window, for a large one takes a moment. Thread: ui; Qt's pool reads.

    ``done`` carries the bytes and "", or b"" and the code of what is wrong.
    """

    done = Signal(bytes, str)

    def start(self, path: str) -> None:
        """Read ``path``; ``done`` comes once."""
        QThreadPool.globalInstance().start(self._job(path))

    def _job(self, path: str) -> Callable[[], None]:
        def read() -> None:
            try:
                data, code = read_photo(path), ""
            except PhotoInvalid as error:
                data, code = b"", error.code
            self.done.emit(data, code)

        return read


def _decoded(data: bytes, side: int) -> QImage:
    """A picture that covers ``side`` × ``side`` px; null where ``data`` is none."""
    if not data:
        return QImage()
    QImageReader.setAllocationLimit(MAX_MB)
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() * 4 > MAX_MB << 20:
        return QImage()
    wanted = size.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
    image = reader.read()
    return image.scaled(
        wanted, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    )


def _encoded(image: QImage) -> bytes:
    if max(image.width(), image.height()) > PHOTO_SIDE:  # a format that cannot scale while it reads
        image = image.scaled(
            PHOTO_SIDE,
            PHOTO_SIDE,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"PNG" if image.hasAlphaChannel() else b"JPG"))
    writer.setQuality(_QUALITY)
    writer.write(image)
    return bytes(buffer.data().data())
