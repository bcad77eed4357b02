"""UpdateService: when it looks, what it believes, what it tells and how often."""

from __future__ import annotations

import logging

import pytest
from msgspec.structs import replace

from softphone.app.changes import Notice, UpdatesMoved
from softphone.app.updates import BUSY_S, EVERY_S, FIRST_S, RETRY_S, SPREAD_S, Stage, UpdateService
from softphone.domain.account import Account
from softphone.domain.update import InstallForm
from softphone.domain.uri import HostPort
from tests.helpers.fake_releases import HERE, SETUP, FakeReleases, feed, follow_updates
from tests.helpers.fakes import PhoneKit, fake_phone

ACCOUNT = Account(user_id="201", server=HostPort("pbx.example.jp"))
FILE = "/home/sato/Downloads/setup.exe"


class Desk:
    """A phone that looks for updates."""

    def __init__(self, chance: float = 0.0, form: InstallForm = InstallForm.SETUP) -> None:
        self.kit: PhoneKit = fake_phone(account=ACCOUNT, password="secret")
        self.kit.phone.start()
        self.kit.registered()
        self.updates: UpdateService
        self.releases: FakeReleases
        self.updates, self.releases = follow_updates(self.kit, replace(HERE, form=form), chance=chance)

    @property
    def looks(self) -> int:
        return self.releases.asked.count("look")

    @property
    def notices(self) -> list[Notice]:
        return [each for each in self.kit.changes_of(Notice) if each.code == "update_available"]

    def found(self, version: str = "0.2.0", **fields: object) -> None:
        """The server answered with this version, now."""
        self.releases.find(feed(version, now_s=self.kit.clock.now_s(), **fields))

    def days_later(self, version: str, serial: int = 8) -> None:
        """The next look by itself finds this."""
        self.kit.dispatcher.advance(EVERY_S)
        self.found(version, serial=serial)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_it_looks_a_while_after_the_start_and_then_once_a_day(desk: Desk) -> None:
    assert desk.looks == 0
    desk.kit.dispatcher.advance(FIRST_S)
    assert desk.looks == 1
    desk.found()
    desk.kit.dispatcher.advance(EVERY_S - 1)
    assert desk.looks == 1
    desk.kit.dispatcher.advance(1)
    assert desk.looks == 2


def test_not_every_desk_asks_at_the_same_minute() -> None:
    late = Desk(chance=0.5)
    late.kit.dispatcher.advance(FIRST_S + SPREAD_S / 2 - 1)
    assert late.looks == 0
    late.kit.dispatcher.advance(1)
    assert late.looks == 1


def test_a_start_within_the_day_waits_for_its_end(desk: Desk) -> None:
    updates = replace(desk.kit.phone.settings.now.updates, checked_at_s=int(desk.kit.clock.now_s()) - 3600)
    desk.kit.phone.settings.change_fields(updates=updates)
    desk.kit.dispatcher.advance(EVERY_S - 3601)
    assert desk.looks == 0
    desk.kit.dispatcher.advance(1 + FIRST_S)
    assert desk.looks == 1


def test_a_look_that_lies_in_the_future_does_not_count(desk: Desk) -> None:
    updates = replace(desk.kit.phone.settings.now.updates, checked_at_s=int(desk.kit.clock.now_s()) + 10**6)
    desk.kit.phone.settings.change_fields(updates=updates)
    desk.kit.dispatcher.advance(FIRST_S)
    assert desk.looks == 1


def test_never_in_a_call(desk: Desk) -> None:
    desk.kit.talking("in-1")
    desk.kit.dispatcher.advance(FIRST_S + 3 * BUSY_S)
    assert desk.looks == 0
    desk.kit.ended("in-1")
    desk.kit.dispatcher.advance(BUSY_S)
    assert desk.looks == 1


def test_switched_off_it_asks_nobody_and_has_no_timer(desk: Desk) -> None:
    desk.updates.set_automatic(False)
    desk.kit.dispatcher.advance(30 * EVERY_S)
    assert desk.looks == 0
    desk.updates.set_automatic(True)
    desk.kit.dispatcher.advance(FIRST_S)
    assert desk.looks == 1


def test_where_nobody_answered_it_tries_again_after_some_hours(desk: Desk) -> None:
    desk.kit.dispatcher.advance(FIRST_S)
    desk.releases.find(problem="unreachable")
    assert desk.updates.status.problem == ""  # nobody asked, nobody is told
    desk.kit.dispatcher.advance(RETRY_S)
    assert desk.looks == 2


def test_a_look_that_was_dropped_for_a_download_is_made_up_for(desk: Desk) -> None:
    desk.updates.check()
    desk.found()
    desk.kit.dispatcher.advance(EVERY_S)
    desk.updates.fetch()  # drops the look under way
    desk.releases.finish(problem="unreachable")
    desk.kit.dispatcher.advance(RETRY_S)
    assert desk.looks == 3


def test_a_new_version_is_told_once_with_what_can_be_done(desk: Desk) -> None:
    desk.kit.dispatcher.advance(FIRST_S)
    desk.found()
    (notice,) = desk.notices
    assert (notice.values, notice.action) == ({"version": "0.2.0"}, "updates")
    assert notice.choices == ("updates/download", "updates/skip")
    desk.days_later("0.2.0")
    assert len(desk.notices) == 1
    desk.days_later("0.2.1", serial=9)
    assert [each.values["version"] for each in desk.notices] == ["0.2.0", "0.2.1"]


def test_a_version_that_is_taken_back_makes_no_news_of_the_one_before(desk: Desk) -> None:
    desk.kit.dispatcher.advance(FIRST_S)
    desk.found("0.3.0")
    desk.days_later("0.2.0")
    assert [each.values["version"] for each in desk.notices] == ["0.3.0"]
    offer = desk.updates.status.offer
    assert offer is not None
    assert offer.release.version == "0.2.0"


def test_what_somebody_saw_by_asking_is_not_told_again(desk: Desk) -> None:
    desk.updates.check()
    desk.found()
    desk.days_later("0.2.0")
    assert desk.notices == []


def test_a_skipped_version_is_not_told_but_shown_to_who_asks(desk: Desk) -> None:
    desk.updates.check()
    desk.found()
    desk.updates.skip()
    desk.days_later("0.2.0")
    assert desk.notices == []
    assert desk.updates.status.stage is Stage.NEW
    assert desk.updates.is_skipped
    desk.updates.skip(False)
    assert not desk.updates.is_skipped


def test_who_cannot_install_it_is_not_bothered() -> None:
    everybody = Desk(form=InstallForm.MACHINE)
    everybody.kit.dispatcher.advance(FIRST_S)
    everybody.found()
    assert everybody.notices == []
    assert everybody.updates.status.stage is Stage.NEW


def test_the_same_version_is_no_news(desk: Desk) -> None:
    desk.updates.check()
    assert desk.updates.status.stage is Stage.CHECKING
    desk.found("0.1.0")
    assert desk.updates.status.stage is Stage.CURRENT


@pytest.mark.parametrize("problem", ["signature", "unreachable"])
def test_who_asks_is_told_what_is_wrong_and_a_log_otherwise(
    desk: Desk, problem: str, caplog: pytest.LogCaptureFixture
) -> None:
    desk.kit.dispatcher.advance(FIRST_S)
    with caplog.at_level(logging.WARNING):
        desk.releases.find(problem=problem)
    assert problem in caplog.text
    assert (desk.updates.status.problem, desk.kit.changes_of(Notice)) == ("", [])
    desk.updates.check()
    desk.releases.find(problem=problem)
    assert desk.updates.status.problem == problem
    assert desk.updates.status.stage is Stage.IDLE


def test_a_feed_older_than_one_seen_is_refused_and_changes_nothing(desk: Desk) -> None:
    desk.updates.check()
    desk.found("0.3.0", serial=9)
    remembered = desk.kit.phone.settings.now.updates
    assert remembered.serial == 9
    desk.updates.check()
    desk.found("0.2.0", serial=8)
    assert desk.updates.status.problem == "rolled_back"
    offer = desk.updates.status.offer
    assert offer is not None
    assert offer.release.version == "0.3.0"
    assert desk.kit.phone.settings.now.updates == remembered


def test_a_build_without_a_publisher_is_no_warning_in_the_log(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.kit.dispatcher.advance(FIRST_S)
    with caplog.at_level(logging.WARNING):
        desk.releases.find(problem="not_published")
    assert caplog.text == ""
    desk.updates.check()
    desk.releases.find(problem="not_published")
    assert desk.updates.status.problem == "not_published"


def test_a_file_is_fetched_told_of_and_confirmed_before_it_is_opened(desk: Desk) -> None:
    opened: list[str] = []
    desk.updates.check()
    desk.found()
    desk.updates.fetch()
    assert desk.releases.asked[-1] == f"fetch {SETUP.name}"
    desk.releases.receive(1000)
    assert desk.updates.status.received_bytes == 1000
    desk.releases.finish(FILE)
    assert desk.updates.status.stage is Stage.READY
    desk.updates.confirm(opened.append)
    assert opened == []
    desk.releases.finish(FILE)
    assert opened == [FILE]


def test_a_file_that_is_another_by_now_is_not_opened(desk: Desk) -> None:
    opened: list[str] = []
    desk.updates.check()
    desk.found()
    desk.updates.fetch()
    desk.releases.finish(FILE)
    desk.updates.confirm(opened.append)
    desk.releases.finish(problem="altered")
    assert opened == []
    assert (desk.updates.status.stage, desk.updates.status.problem) == (Stage.NEW, "altered")


def test_a_fetched_file_stays_while_the_feed_is_looked_at_again(desk: Desk) -> None:
    desk.updates.check()
    desk.found()
    desk.updates.fetch()
    desk.releases.finish(FILE)
    desk.updates.check()
    desk.found()
    assert (desk.updates.status.stage, desk.updates.status.file) == (Stage.READY, FILE)


def test_a_download_is_taken_back(desk: Desk) -> None:
    desk.updates.check()
    desk.found()
    desk.updates.fetch()
    desk.updates.cancel()
    assert desk.updates.status.stage is Stage.NEW
    desk.updates.check()
    assert desk.looks == 2


def test_nothing_can_be_fetched_before_there_is_something(desk: Desk) -> None:
    desk.updates.fetch()
    desk.updates.cancel()
    desk.updates.confirm(lambda file: pytest.fail(file))
    desk.updates.skip()
    assert desk.releases.asked == []
    assert desk.kit.changes_of(UpdatesMoved) == []


def test_at_the_end_nothing_goes_on(desk: Desk) -> None:
    desk.updates.stop()
    assert desk.releases.closed
    desk.kit.dispatcher.advance(10 * EVERY_S)
    assert desk.looks == 0
