"""View state of a directory: how it is doing, in words. No Qt here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from softphone.app.text import Text
from softphone.domain.directory import DirectorySettings, DirectoryStatus


@dataclass(frozen=True)
class DirectoryView:
    """``tone``: good, warn, bad or ""; ``icon`` says the same by its shape."""

    words: str
    icon: str
    tone: str = ""
    can_refresh: bool = True


def directory_view(
    text: Text, directory: DirectorySettings, status: DirectoryStatus, *, clock: Callable[[float], str]
) -> DirectoryView:
    """How ``directory`` is doing; ``clock`` writes Unix seconds as a time of day."""
    if not directory.active:
        return DirectoryView(text("directory_state.off"), "offline", can_refresh=False)
    if status.busy:
        return DirectoryView(text("directory_state.busy"), "pulse", can_refresh=False)
    if status.problem:
        words = directory_problem(text, status.problem)
        if status.count:
            words = f"{words} {text('directory_state.kept', count=status.count)}"
        return DirectoryView(words, "triangle", "bad")
    if not status.at_s:
        return DirectoryView(text("directory_state.waiting"), "pulse")
    if directory.is_searched_there:
        return DirectoryView(text("directory_state.answers"), "check", "good")
    words = text("directory_state.read", count=f"{status.count:,}", time=clock(status.at_s))
    if status.unread:
        return DirectoryView(
            f"{words} {text('directory_state.unread', count=status.unread)}", "triangle", "warn"
        )
    return DirectoryView(words, "check", "good")


def directory_problem(text: Text, problem: str) -> str:
    """Why a directory cannot be read, and what to do about it."""
    if problem.startswith("store_"):
        return text("directory_problem.store")
    return text(f"directory_problem.{problem}")
