"""Scenes of the gallery: the licences of every part. Each function sets a stage; ``SCENES`` has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QApplication, QLineEdit, QListView, QWidget


def open_licences(stage: Any) -> QWidget:
    """The window, from the About page."""
    stage.kit.registered()
    stage.window.show_place("about")
    stage.click("showLicences")
    stage.settle()
    window = next(
        w for w in QApplication.topLevelWidgets() if w.objectName() == "licenceWindow" and w.isVisible()
    )
    stage.shown = window
    return window


def licences(stage: Any) -> None:
    """The list as it opens, one part chosen."""
    window = open_licences(stage)
    parts: QListView = window.findChild(QListView, "licenceList")
    model = parts.model()
    row = next(row for row in range(model.rowCount()) if str(model.index(row, 0).data()).startswith("PJSIP"))
    parts.setCurrentIndex(model.index(row, 0))


def licences_search(stage: Any) -> None:
    """Those under the LGPL."""
    window = open_licences(stage)
    window.findChild(QLineEdit, "licenceSearch").setText("lgpl")
    stage.settle()


def licences_nothing(stage: Any) -> None:
    """Nothing is found."""
    window = open_licences(stage)
    window.findChild(QLineEdit, "licenceSearch").setText("xyzzy")
    stage.settle()


SCENES: dict[str, Callable[[Any], None]] = {
    scene.__name__: scene for scene in (licences, licences_search, licences_nothing)
}
