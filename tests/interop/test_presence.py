"""Colleagues seen: dialog-info, presence and messages within 300 ms; all of it back after a restart.

1000 watches, 1001 is watched.
"""

from __future__ import annotations

import os
import signal
import statistics
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from softphone.app.changes import ColleagueMoved, RegistrationMoved
from softphone.domain.colleague import Colleague, ColleagueState
from softphone.domain.provider import ProviderProfile
from softphone.domain.settings import CallSettings, PresenceSettings, Settings
from softphone.link.engine_client import EngineClient
from tests.helpers.each_pbx import Server, each_pbx
from tests.helpers.kamailio import Kamailio
from tests.helpers.phone_process import RegistrarProcess
from tests.helpers.presence_stopwatch import COLLEAGUE, WATCHER, PbxSource, PhoneSource, Source, times_ms
from tests.helpers.waiting import wait_for
from tests.helpers.whole_phone import LIMIT_S, LOCAL, WholePhone

SEEN_MS = 300.0
SAMPLES = 8
EVERYBODY = tuple(str(1001 + number) for number in range(250))
BACK_LIMIT_S = 60.0


server = each_pbx("presence")


@pytest.fixture
def whole_phone(tmp_path: Path, stack: ExitStack) -> Callable[..., WholePhone]:
    """Start one of our phones that lists these colleagues."""

    def start(
        port: int,
        user: str,
        *colleagues: str,
        settings: Settings = Settings(),
        profile: ProviderProfile = LOCAL,
    ) -> WholePhone:
        listed = tuple(Colleague(extension=each) for each in colleagues)
        settings = replace(settings, colleagues=listed)
        return stack.enter_context(WholePhone(tmp_path, user, port, settings, profile=profile))

    return start


def states(phone: WholePhone) -> list[ColleagueState]:
    return phone.do(lambda: [line.state for line in phone.services.colleagues.lines()])


def wait_states(phone: WholePhone, state: ColleagueState, timeout_s: float = LIMIT_S) -> None:
    """Everybody shows ``state``."""
    wait_for(lambda: set(states(phone)) == {state}, timeout_s, what=f"{state} everywhere")


def test_what_happens_is_seen_within_300_ms(server: Server, whole_phone: Callable[..., WholePhone]) -> None:
    phone = whole_phone(server.port, WATCHER, COLLEAGUE)
    opened = PbxSource(server.port) if isinstance(server, Kamailio) else PhoneSource(server.port)
    with closing(opened):
        source: Source = opened
        wait_for(lambda: states(phone) != [ColleagueState.UNKNOWN], LIMIT_S)
        for package in source.packages:
            source.say(package, False)
            samples = times_ms(phone, source, package, SAMPLES)
            median_ms = statistics.median(samples)
            print(f"{package}: {median_ms:.0f} ms, at most {max(samples):.0f} ms")
            assert median_ms <= SEEN_MS


def test_do_not_disturb_is_seen_and_who_quits_is_away(
    server: Server, whole_phone: Callable[..., WholePhone], tmp_path: Path
) -> None:
    watcher = whole_phone(server.port, WATCHER, COLLEAGUE)
    settings = Settings(calls=CallSettings(do_not_disturb=True))
    with WholePhone(tmp_path, COLLEAGUE, server.port, settings, profile=LOCAL) as other:
        wait_states(watcher, ColleagueState.DND)
        other.do(lambda: other.services.forwarding.set_do_not_disturb(False))
        wait_states(watcher, ColleagueState.IDLE)
    wait_states(watcher, ColleagueState.AWAY)


def test_nothing_of_a_dead_engine_or_of_a_private_user_is_left_standing(
    server: Server, whole_phone: Callable[..., WholePhone]
) -> None:
    watcher = whole_phone(server.port, WATCHER, COLLEAGUE)
    settings = Settings(calls=CallSettings(do_not_disturb=True))
    other = whole_phone(server.port, COLLEAGUE, settings=settings)
    wait_states(watcher, ColleagueState.DND)
    kill_engine(other)
    other.do(lambda: other.services.forwarding.set_do_not_disturb(False))
    wait_states(watcher, ColleagueState.IDLE)
    other.do(lambda: other.services.forwarding.set_do_not_disturb(True))
    wait_states(watcher, ColleagueState.DND)
    private = PresenceSettings(publish=False)
    other.do(lambda: other.services.settings.change_fields(presence=private))
    wait_for(lambda: states(watcher) != [ColleagueState.DND], LIMIT_S, what="no word of it any more")


@pytest.mark.timeout(180)
def test_a_server_that_was_away_is_told_and_asked_again(
    pbx: Kamailio, start_pbx: Callable[..., Kamailio], whole_phone: Callable[..., WholePhone]
) -> None:
    watcher = whole_phone(pbx.port, WATCHER, COLLEAGUE)
    whole_phone(pbx.port, COLLEAGUE, settings=Settings(calls=CallSettings(do_not_disturb=True)))
    wait_states(watcher, ColleagueState.DND)
    pbx.stop()
    wait_states(watcher, ColleagueState.UNKNOWN, BACK_LIMIT_S)
    start_pbx("pbx-again", port=pbx.port)
    wait_states(watcher, ColleagueState.DND, BACK_LIMIT_S)


@pytest.mark.timeout(180)
def test_250_are_back_after_the_server_and_after_the_engine_died(
    tmp_path: Path, stack: ExitStack, whole_phone: Callable[..., WholePhone]
) -> None:
    users = {user: f"pw{user}" for user in (WATCHER, *EVERYBODY)}
    registrar = stack.enter_context(RegistrarProcess(tmp_path / "registrar", users))
    port = registrar.port
    phone = whole_phone(port, WATCHER, *EVERYBODY)
    wait_known(phone)

    registrar.stop()
    wait_states(phone, ColleagueState.UNKNOWN, BACK_LIMIT_S)
    stack.enter_context(RegistrarProcess(tmp_path / "registrar-again", users, "--port", str(port)))
    wait_known(phone)

    mark = len(phone.changes)
    kill_engine(phone)
    assert any(isinstance(change, ColleagueMoved) for change in phone.changes[mark:]), "the loss is told"
    wait_known(phone)
    with closing(PhoneSource(port)) as source:
        samples = times_ms(phone, source, "dialog", 2)
        print(f"dialog among {len(EVERYBODY)}: {max(samples):.0f} ms")


def wait_known(phone: WholePhone) -> None:
    """Nobody is unknown."""
    wait_for(lambda: ColleagueState.UNKNOWN not in states(phone), BACK_LIMIT_S, what="everybody's state")


def kill_engine(phone: WholePhone) -> None:
    """The engine of a phone dies; a new one comes and is registered."""
    engine = phone.services._engine
    assert isinstance(engine, EngineClient)
    died, changes = engine.pid, phone.changes
    mark = len(changes)
    os.kill(died, signal.SIGKILL)

    def is_back() -> bool:
        moves = [change for change in changes[mark:] if isinstance(change, RegistrationMoved)]
        return engine.pid not in (0, died) and bool(moves) and moves[-1].registration.can_call

    wait_for(is_back, LIMIT_S, what="a new engine, registered")
