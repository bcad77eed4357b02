"""A CSV file on a share as a directory: looked at now and then, taken anew when it has changed. Read only.

A share may hang: the file is touched on the directory's own thread alone.
"""

from __future__ import annotations

import os
from pathlib import Path

from softphone.directory.fetched import FetchedDirectory
from softphone.domain.directory import DirectoryAnswer, DirectorySettings
from softphone.domain.ports import Dispatcher

LIMIT_S = 30.0
MAX_BYTES = 64 * 1024 * 1024


class CsvDirectory(FetchedDirectory):
    """The content of the file. Thread: main."""

    def __init__(self, dispatcher: Dispatcher, settings: DirectorySettings) -> None:
        super().__init__(dispatcher, LIMIT_S)
        self._path = Path(settings.address.strip()).expanduser()

    def _fetched(self, state: str) -> DirectoryAnswer:
        """Thread: the worker's."""
        try:
            with self._path.open("rb") as file:
                found = os.fstat(file.fileno())
                now = f"{found.st_mtime_ns} {found.st_size}"
                if now == state:
                    return DirectoryAnswer(unchanged=True, state=state)
                data = file.read(MAX_BYTES + 1)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            return DirectoryAnswer(problem="not_found", detail=type(error).__name__)
        except PermissionError as error:
            problem = "not_found" if self._path.is_dir() else "not_allowed"  # so Windows says of a folder
            return DirectoryAnswer(problem=problem, detail=type(error).__name__)
        except OSError as error:
            return DirectoryAnswer(problem="unreachable", detail=error.strerror or type(error).__name__)
        if len(data) > MAX_BYTES:
            return DirectoryAnswer(problem="too_large", detail=f"more than {MAX_BYTES} bytes")
        return DirectoryAnswer(content=data, state=now)
