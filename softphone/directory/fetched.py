"""What directories fetched whole have in common: their people are searched in the phone book, not there."""

from __future__ import annotations

from abc import ABC, abstractmethod

from softphone.directory.worker import DirectoryWorker, Done
from softphone.domain.directory import DirectoryAnswer
from softphone.domain.ports import Dispatcher


class FetchedDirectory(ABC):
    """Implements ``domain.ports.Directory``; a kind of them overrides ``_fetched``. Thread: main."""

    def __init__(self, dispatcher: Dispatcher, limit_s: float) -> None:
        self._worker = DirectoryWorker(dispatcher, limit_s)

    def search(self, text: str, limit: int, done: Done) -> None:
        """Nobody is searched there."""
        done(DirectoryAnswer())

    def find(self, number: str, done: Done) -> None:
        """Nobody is looked up there."""
        done(DirectoryAnswer())

    def fetch(self, state: str, done: Done) -> None:
        """Everybody, unless nothing has changed since ``state``."""
        self._worker.ask("fetch", lambda: self._fetched(state), done)

    def close(self) -> None:
        """Ask nothing any more."""
        self._worker.close()

    @abstractmethod
    def _fetched(self, state: str) -> DirectoryAnswer:
        """What there is now, or ``unchanged``. Thread: the worker's."""
