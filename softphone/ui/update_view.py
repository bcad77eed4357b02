"""View state of 更新: how far it is in words, what can be done now. No Qt here."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from softphone.app.text import Text
from softphone.app.update_text import megabytes, notes_of, package_of, problem_words, stage_text, way_words
from softphone.app.updates import Stage, UpdateStatus
from softphone.domain.update import Offer, Way

_MARKS = {
    Stage.IDLE: ("update", "text_soft"),
    Stage.CHECKING: ("pulse", "text_soft"),
    Stage.CURRENT: ("check", "good"),
    Stage.NEW: ("download", "accent"),
    Stage.FETCHING: ("download", "accent"),
    Stage.READY: ("check", "good"),
}
_OPENED = (Way.RUN, Way.MOUNT)  # the system does the rest


@dataclass(frozen=True)
class UpdateView:
    """``icon`` in the colour role ``tone``. ``part`` of a download, 0 to 1; None where none goes on.

    ``primary`` and ``others`` are what can be done now: check, download, retry, start, folder; folder,
    cancel, skip, take_back. ``primary_words`` of the first. ``facts`` and ``notes`` of the new version, ""
    where there is none.
    """

    icon: str
    tone: str
    title: str
    problem: str = ""
    way: str = ""
    part: float | None = None
    received: str = ""
    primary: str = ""
    primary_words: str = ""
    others: tuple[str, ...] = ()
    facts: str = ""
    notes: str = ""


def update_view(
    text: Text, status: UpdateStatus, *, skipped: bool, day: Callable[[datetime.date], str]
) -> UpdateView:
    """``day`` writes a date as the language does; ``skipped``: nobody wants to hear of what is offered."""
    icon, tone = _MARKS[status.stage]
    if status.problem:
        icon, tone = "triangle", "warn"
    package = package_of(status.offer)
    part, received = None, ""
    if status.stage is Stage.FETCHING and package is not None:
        part = status.received_bytes / package.size_bytes
        sizes = {"received": megabytes(status.received_bytes), "size": megabytes(package.size_bytes)}
        received = text("updates_page.received", **sizes)
    primary, others = _actions(status, skipped=skipped)
    way = way_words(text, status)
    if skipped and status.stage is Stage.NEW:
        way = f"{text('updates_page.skipped')}\n{way}"
    return UpdateView(
        icon=icon,
        tone=tone,
        title=stage_text(text, status),
        problem=problem_words(text, status.problem),
        way=way,
        part=part,
        received=received,
        primary=primary,
        primary_words=_primary_words(text, primary, status.offer),
        others=others,
        facts=_facts(text, status.offer, day),
        notes=_notes(text, status.offer),
    )


def _actions(status: UpdateStatus, *, skipped: bool) -> tuple[str, tuple[str, ...]]:
    """The first thing to do and the others."""
    offer = status.offer
    if status.stage is Stage.FETCHING:
        return "", ("cancel",)
    if offer is None or status.stage is Stage.CHECKING:
        return "check", ()  # while it checks too: the keyboard stays there
    if status.stage is Stage.READY:
        return ("start", ("folder",)) if offer.way in _OPENED else ("folder", ())
    skip = "take_back" if skipped else "skip"
    if offer.package is None:
        return "check", (skip,)
    return ("retry" if status.problem else "download"), (skip,)


def _primary_words(text: Text, primary: str, offer: Offer | None) -> str:
    if primary == "start" and offer is not None:
        return text(f"updates_page.start.{offer.way.value}")
    return text(f"updates_page.{primary}") if primary else ""


def _facts(text: Text, offer: Offer | None, day: Callable[[datetime.date], str]) -> str:
    if offer is None:
        return ""
    facts = [text("updates_page.released", date=day(offer.release.date))]
    if offer.package is not None:
        facts.append(text("updates_page.size", size=megabytes(offer.package.size_bytes)))
    return " · ".join(facts)


def _notes(text: Text, offer: Offer | None) -> str:
    if offer is None:
        return ""
    return notes_of(offer.release, text.language) or text("updates_page.no_notes")
