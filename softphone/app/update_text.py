"""Words for 更新: how far it is, how a new version gets onto this machine, why something came to nothing."""

from __future__ import annotations

from softphone.app.text import Text
from softphone.app.updates import Stage, UpdateStatus
from softphone.domain.update import Offer, Package, Release

_MEGABYTE = 1_000_000


def stage_text(text: Text, status: UpdateStatus) -> str:
    """One line: 最新のバージョンです, バージョン 0.2.0 があります …"""
    if status.problem and status.offer is None:
        return text("update_stage.failed")
    version = status.offer.release.version if status.offer is not None else ""
    return text(f"update_stage.{status.stage.value}", version=version)


def problem_words(text: Text, problem: str) -> str:
    """Why, and what to do; "" where there is none."""
    return text(f"update_problem.{problem}") if problem else ""


def way_words(text: Text, status: UpdateStatus) -> str:
    """How it gets here, or what is to be done with the file once it is; "" where there is nothing new."""
    offer = status.offer
    if offer is None:
        return ""
    if status.stage is Stage.READY and offer.package is not None:
        return text(f"update_ready.{offer.way.value}", name=offer.package.name)
    return text(f"update_way.{offer.way.value}")


def notes_of(release: Release, language: str) -> str:
    """What is new in a language, else in the one there is; "" where nothing is told."""
    return release.notes.get(language) or next(iter(release.notes.values()), "")


def megabytes(size_bytes: int) -> str:
    """48.3"""
    return f"{size_bytes / _MEGABYTE:.1f}"


def package_of(offer: Offer | None) -> Package | None:
    """What can be fetched."""
    return offer.package if offer is not None else None
