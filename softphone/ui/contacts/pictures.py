"""Photos of an imported file made small, beside the window: ``domain.ports.Pictures`` on Qt."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage, QImageReader

MAX_SIDE_PX = 256
MAX_PIXELS = 60_000_000  # what is larger when it is unpacked is left alone: 240 MB
_QUALITY = 85


def scaled(photo: bytes) -> bytes:
    """A JPEG (PNG where it is transparent) of at most MAX_SIDE_PX a side; b"" where ``photo`` is no picture.

    One that is small already is given back as it is. Thread: any.
    """
    buffer = QBuffer()
    buffer.setData(QByteArray(photo))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > MAX_PIXELS:
        return b""
    small = max(size.width(), size.height()) <= MAX_SIDE_PX
    if not small:
        bound = QSize(MAX_SIDE_PX, MAX_SIDE_PX)
        reader.setScaledSize(size.scaled(bound, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        return b""
    return photo if small and len(photo) <= 1 << 16 else _packed(image)


def _packed(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG" if image.hasAlphaChannel() else "JPG", _QUALITY)  # type: ignore[call-overload]
    return bytes(buffer.data().data())


class _Job(QObject):
    """Carries a picture back to the main thread."""

    finished = Signal(bytes)


class QtPictures:
    """Implements ``domain.ports.Pictures``. Thread: ui; Qt's pool unpacks."""

    def __init__(self) -> None:
        self._jobs: set[_Job] = set()

    def scale(self, photo: bytes, done: Callable[[bytes], None]) -> None:
        """Make it small; ``done`` comes on the main thread."""
        job = _Job()
        self._jobs.add(job)

        def finish(small: bytes) -> None:
            self._jobs.discard(job)
            done(small)

        job.finished.connect(finish, Qt.ConnectionType.QueuedConnection)
        QThreadPool.globalInstance().start(lambda: job.finished.emit(scaled(photo)))
