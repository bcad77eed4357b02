"""Scenes of the gallery: updates. Each function sets a stage; ``SCENES`` has them by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from softphone.app.updates import FIRST_S
from softphone.domain.policy import MOST_RESTRICTED
from softphone.domain.update import InstallForm
from tests.helpers.fake_releases import HERE, SETUP, FakeReleases, feed, follow_updates

FILE = "/home/sato/ダウンロード/softphone-0.2.0-windows-x86_64-setup.exe"
PHONE_OPTIONS: dict[str, dict[str, object]] = {"updates_not_allowed": {"policy": MOST_RESTRICTED}}


def _page(stage: Any, **here: object) -> FakeReleases:
    stage.kit.registered()
    _, releases = follow_updates(stage.kit, replace(HERE, **here))
    stage.window.show_place("updates")
    return releases


def updates_never_checked(stage: Any) -> None:
    """As it is on the first day."""
    _page(stage)


def updates_checking(stage: Any) -> None:
    """The server is asked."""
    _page(stage)
    stage.click("updatePrimary")


def updates_current(stage: Any) -> None:
    """Nothing newer."""
    releases = _page(stage)
    stage.click("updatePrimary")
    releases.find(feed("0.1.0"))


def updates_new(stage: Any) -> FakeReleases:
    """A new version with its notes."""
    releases = _page(stage)
    stage.click("updatePrimary")
    releases.find(feed())
    return releases


def updates_skipped(stage: Any) -> None:
    """One that nobody wants to hear of."""
    updates_new(stage)
    stage.click("update_skip")


def updates_fetching(stage: Any) -> FakeReleases:
    """A third is there."""
    releases = updates_new(stage)
    stage.click("updatePrimary")
    releases.receive(SETUP.size_bytes // 3)
    return releases


def updates_ready(stage: Any) -> FakeReleases:
    """Whole, and what it should be."""
    releases = updates_fetching(stage)
    releases.finish(FILE)
    return releases


def updates_altered(stage: Any) -> None:
    """The file is not the publisher's."""
    updates_fetching(stage).finish(problem="altered")


def updates_tampered(stage: Any) -> None:
    """The feed has no good signature."""
    releases = _page(stage)
    stage.click("updatePrimary")
    releases.find(problem="signature")


def updates_by_administrator(stage: Any) -> None:
    """Installed for everybody: a user cannot."""
    releases = _page(stage, form=InstallForm.MACHINE)
    stage.click("updatePrimary")
    releases.find(feed())


def updates_deb_ready(stage: Any) -> None:
    """A package whoever may installs."""
    releases = _page(stage, form=InstallForm.DEB, system="linux", system_version="2.36")
    stage.click("updatePrimary")
    releases.find(feed())
    stage.click("updatePrimary")
    releases.finish("/home/sato/ダウンロード/softphone_0.2.0_amd64.deb")


def updates_not_allowed(stage: Any) -> None:
    """The administrator distributes new versions."""
    stage.kit.registered()
    stage.window.show_place("updates")


def updates_notice(stage: Any) -> FakeReleases:
    """Found by itself, told once."""
    stage.kit.registered()
    _, releases = follow_updates(stage.kit)
    stage.kit.dispatcher.advance(FIRST_S)
    releases.find(feed())
    return releases


SCENES: dict[str, Callable[[Any], object]] = {
    each.__name__: each
    for each in (
        updates_never_checked,
        updates_checking,
        updates_current,
        updates_new,
        updates_skipped,
        updates_fetching,
        updates_ready,
        updates_altered,
        updates_tampered,
        updates_by_administrator,
        updates_deb_ready,
        updates_not_allowed,
        updates_notice,
    )
}
