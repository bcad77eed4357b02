"""A program's first window, watched from outside on an X server of its own: how soon it is there and painted.

The same for every program: nothing of it has to help. No window manager, so a window that is mapped is seen.
"""

from __future__ import annotations

import os
import re
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtGui import QImage
from Xlib import X, display, error

from tests.helpers.child import Child
from tests.helpers.programs import find_program

LEAST_SIDE_PX = 200  # smaller ones are tips, tray icons, helpers
FEWEST_COLOURS = 30  # on the grid below; an unpainted window has one or two
GRID = 48
LOOK_S = 0.004


class Shown(NamedTuple):
    """Seconds after the start until the window was mapped and until its letters and icons stood in it."""

    mapped_s: float
    painted_s: float
    title: str
    window: int


class XServer(Child):
    """Xvfb for one test or bench; ``name`` is its DISPLAY. A context manager."""

    def __init__(self, folder: Path, size: str = "1280x900x24") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        options = ["-noreset", "-nolisten", "tcp", "-displayfd", "1", "-screen", "0", size]
        super().__init__(
            [find_program("Xvfb") or "Xvfb", *options], log_path=folder / "xvfb.log", stdout=subprocess.PIPE
        )
        assert self.process.stdout is not None
        number = self.process.stdout.readline().decode().strip()
        assert number, self.log_tail()
        self.name = f":{number}"

    def picture(self, window: int) -> QImage:
        """What stands in a window now."""
        connection = display.Display(self.name)
        try:
            return _picture(connection.create_resource_object("window", window))
        finally:
            connection.close()


class WindowStart:
    """Starts ``command`` and waits for its window with a title that ``title`` matches. A context manager.

    ``shown`` is how it went. Errors: AssertionError where there is none in ``limit_s``.
    """

    def __init__(
        self,
        server: XServer,
        command: Sequence[str],
        environment: Mapping[str, str],
        log_path: Path,
        *,
        title: str = ".",
        limit_s: float = 30.0,
    ) -> None:
        self._connection = display.Display(server.name)
        self._title = re.compile(title)
        self._connection.screen().root.change_attributes(event_mask=X.SubstructureNotifyMask)
        self._connection.sync()
        self._began_s = time.monotonic()
        self.program = Child(command, log_path=log_path, environment={**environment, "DISPLAY": server.name})
        try:
            self.shown = self._watched(self._began_s + limit_s)
        except BaseException:
            self.program.stop()
            raise
        finally:
            self._connection.close()

    def __enter__(self) -> WindowStart:
        return self

    def __exit__(self, *_: object) -> None:
        self.program.stop(10.0)

    def _watched(self, until_s: float) -> Shown:
        mapped: dict[int, float] = {}
        while time.monotonic() < until_s:
            assert self.program.is_alive, f"it ended\n{self.program.log_tail()}"
            self._take_events(mapped)
            for window, mapped_s in mapped.items():
                if (title := self._painted(window)) is not None:
                    return Shown(mapped_s, time.monotonic() - self._began_s, title, window)
        raise AssertionError(f"no painted window; mapped: {mapped}\n{self.program.log_tail()}")

    def _take_events(self, mapped: dict[int, float]) -> None:
        """Put down what was mapped; waits ``LOOK_S`` for it."""
        select.select([self._connection.fileno()], [], [], LOOK_S)
        while self._connection.pending_events():
            event = self._connection.next_event()
            if event.type == X.MapNotify and not event.override:
                mapped.setdefault(event.window.id, time.monotonic() - self._began_s)
            elif event.type in (X.UnmapNotify, X.DestroyNotify):
                mapped.pop(event.window.id, None)

    def _painted(self, window_id: int) -> str | None:
        """Its title, where it is the one that is meant and has been painted."""
        window = self._connection.create_resource_object("window", window_id)
        try:
            shape = window.get_geometry()
            title = _title(self._connection, window)
            if min(shape.width, shape.height) < LEAST_SIDE_PX or not self._title.search(title):
                return None
            return title if colours(_picture(window)) >= FEWEST_COLOURS else None
        except (error.BadMatch, error.BadWindow, error.BadDrawable):  # it went, or is not seen yet
            return None


def colours(image: QImage) -> int:
    """Different colours on a grid of points."""
    width, height = image.width(), image.height()
    return len(
        {
            image.pixel(width * x // GRID, height * y // (4 * GRID))
            for x in range(GRID)
            for y in range(4 * GRID)
        }
    )


def _picture(window: Any) -> QImage:
    shape = window.get_geometry()
    data = window.get_image(0, 0, shape.width, shape.height, X.ZPixmap, 0xFFFFFFFF).data
    return QImage(data, shape.width, shape.height, 4 * shape.width, QImage.Format.Format_RGB32).copy()


def _title(connection: Any, window: Any) -> str:
    text = window.get_full_property(connection.intern_atom("_NET_WM_NAME"), X.AnyPropertyType)
    if text is not None:
        return bytes(text.value).decode("utf-8", "replace")
    return str(window.get_wm_name() or "")


def drop_file_cache() -> bool:
    """Make the next start read its files from the disk, as after a boot; False where that is not allowed."""
    os.sync()
    try:
        Path("/proc/sys/vm/drop_caches").write_text("3")
    except OSError:
        return False
    return True
