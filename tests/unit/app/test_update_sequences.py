"""UpdateService in any order of events: what never happens, whatever a server, a user and callers do."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from softphone.app.changes import Notice
from softphone.app.updates import EVERY_S, Stage
from softphone.domain.account import Account
from softphone.domain.uri import HostPort
from softphone.domain.version import Version
from tests.helpers.fake_releases import HERE, feed, follow_updates
from tests.helpers.fakes import fake_phone

ACCOUNT = Account(user_id="201", server=HostPort("pbx.example.jp"))
VERSIONS = st.sampled_from(["0.1.0", "0.2.0", "0.3.0rc1", "0.3.0"])
PROBLEMS = st.sampled_from(["unreachable", "signature", "not_published"])


class Updates(RuleBasedStateMachine):
    """A phone, a server and a user."""

    def __init__(self) -> None:
        super().__init__()
        self.kit = fake_phone(account=ACCOUNT, password="secret")
        self.kit.phone.start()
        self.kit.registered()
        self.updates, self.releases = follow_updates(self.kit)
        self.serial = 1
        self.opened: list[str] = []

    @property
    def waits_for(self) -> str:
        """What the server was asked and has not answered."""
        return self.releases.asked[-1].partition(" ")[0] if self.releases.waiting else ""

    @property
    def looks(self) -> int:
        return self.releases.asked.count("look")

    @rule(hours=st.sampled_from([0.1, 1, 5, 25, 60]))
    def time_goes_by(self, hours: float) -> None:
        before, talking = self.looks, bool(self.kit.phone.calls.live)
        self.kit.dispatcher.advance(hours * 3600)
        assert not (talking and self.looks > before), "it looked in a call"

    @precondition(lambda self: self.waits_for == "look")
    @rule(version=VERSIONS, older=st.integers(-1, 2))
    def server_tells(self, version: str, older: int) -> None:
        serial = max(self.serial - older, 1)
        self.releases.find(feed(version, serial=serial, now_s=self.kit.clock.now_s()))
        self.serial = max(self.serial, serial)
        assert self.kit.phone.settings.now.updates.serial == self.serial

    @precondition(lambda self: self.waits_for == "look")
    @rule(problem=PROBLEMS)
    def server_fails(self, problem: str) -> None:
        remembered = self.kit.phone.settings.now.updates
        self.releases.find(problem=problem)
        assert self.kit.phone.settings.now.updates == remembered

    @precondition(lambda self: self.waits_for in ("fetch", "check"))
    @rule(good=st.booleans())
    def file_comes(self, good: bool) -> None:
        checked, opened = self.waits_for == "check", len(self.opened)
        self.releases.finish("/d/setup.exe" if good else "", "" if good else "altered")
        assert len(self.opened) == opened + (good and checked)

    @rule(what=st.sampled_from(["check", "fetch", "cancel", "skip", "take_back", "open", "off", "on"]))
    def user_does(self, what: str) -> None:
        updates = self.updates
        actions = {
            "check": updates.check,
            "fetch": updates.fetch,
            "cancel": updates.cancel,
            "skip": updates.skip,
            "take_back": lambda: updates.skip(False),
            "open": self.do_open,
            "off": lambda: updates.set_automatic(False),
            "on": lambda: updates.set_automatic(True),
        }
        actions[what]()

    @rule()
    def user_goes_on(self) -> None:
        """What the first button does."""
        stage = self.updates.status.stage
        {Stage.NEW: self.updates.fetch, Stage.READY: self.do_open}.get(stage, self.updates.check)()

    @precondition(lambda self: not self.waits_for)
    @rule(version=VERSIONS)
    def a_day_later(self, version: str) -> None:
        self.kit.dispatcher.advance(25 * 3600)
        if self.waits_for == "look":
            self.server_tells(version, -1)

    def do_open(self) -> None:
        self.updates.confirm(self.opened.append)

    @rule()
    def somebody_calls_or_hangs_up(self) -> None:
        if self.kit.phone.calls.live:
            self.kit.ended("in-1")
        else:
            self.kit.talking("in-1")

    @invariant()
    def a_version_is_told_once_and_only_a_newer_one(self) -> None:
        told = [each.values["version"] for each in self.kit.changes_of(Notice) if "version" in each.values]
        assert len(told) == len(set(told))
        assert all(Version(each) > Version(HERE.version) for each in told)

    @invariant()
    def what_is_shown_is_there(self) -> None:
        status = self.updates.status
        if status.stage in (Stage.NEW, Stage.FETCHING, Stage.READY):
            assert status.offer is not None
            assert not Version(status.offer.release.version).is_prerelease
        assert status.file or status.stage is not Stage.READY
        assert not status.file or status.stage in (Stage.READY, Stage.CHECKING)

    def teardown(self) -> None:
        self.updates.stop()
        before = self.looks
        self.kit.dispatcher.advance(10 * EVERY_S)
        assert self.looks == before


class TestUpdates(Updates.TestCase):
    settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
