"""The window on a phone of fakes, drawn to no screen."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from softphone.ui.application import create_application
from tests.helpers.gallery import RESOURCES, Stage, staged

OFFSCREEN = ("This plugin does not support", "No such signal .*systemTrayWindowChanged")


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    application = create_application(["softphone"], RESOURCES, "ja")
    application.setQuitOnLastWindowClosed(False)
    return application


@pytest.fixture
def ready(qapp: QApplication) -> Iterator[Stage]:
    """A window with a stored account, registered."""
    with staged("keypad_ready") as stage:
        yield stage


@pytest.fixture
def fresh(qapp: QApplication) -> Iterator[Stage]:
    """A window without an account."""
    with staged("status_unconfigured") as stage:
        yield stage


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform says so whenever a window is raised, and has no tray."""
    for item in items:
        if "tests/gui" in item.path.as_posix():
            item.add_marker(pytest.mark.qt_log_ignore(*OFFSCREEN))
