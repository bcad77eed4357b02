"""A run: what ends it, and that it ends in order."""

from __future__ import annotations

import os
import signal

import pytest

from softphone.cli import session as session_module
from softphone.domain.call import TerminatedReason
from softphone.domain.commands import Hangup, MakeCall, SetAccount
from softphone.domain.events import EngineLost, EngineRestarted
from tests.helpers.fake_services import FakeServices, confirmed, dialled, ended
from tests.helpers.fakes import ACCOUNT


@pytest.fixture
def services() -> FakeServices:
    """A stored account and its password."""
    return FakeServices(account=ACCOUNT, stored_password="himitsu1")


def test_engine_that_cannot_be_started(services: FakeServices) -> None:
    services.engine.on(SetAccount, lambda command: [EngineLost(exit_code=1, stderr_tail="no module")] * 3)

    run = services.run("call", "9196")

    assert run.code == 7
    assert "engine cannot be started" in run.errors
    assert services.engine.stopped


def test_engine_lost_in_a_call_is_a_failed_call(services: FakeServices) -> None:
    services.engine.on(
        MakeCall,
        lambda command: [
            *dialled(command.key),
            confirmed(command.key),
            EngineLost(exit_code=-9),
            EngineRestarted(pid=4243, after_s=0.4),
        ],
    )

    run = services.run("call", "9196", "--json")

    assert run.code == 7
    assert run.seen(event="call_logged", result="lost")
    assert run.seen(event="notice", code="call_lost")
    assert run.seen(event="engine", state="started", pid=4242)
    assert run.seen(event="engine", state="lost")


def test_server_that_never_answers(services: FakeServices, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "REGISTER_LIMIT_S", 0.01)
    services.engine.on(SetAccount, lambda command: [])

    run = services.run("account", "test")

    assert run.code == 4
    assert "not registered in time" in run.errors


@pytest.mark.skipif(os.name == "nt", reason="Windows has no kill() with SIGINT")
def test_interrupted_while_it_rings(services: FakeServices) -> None:
    def interrupted(command: MakeCall) -> list[object]:
        services.engine.later(*dialled(command.key))
        os.kill(os.getpid(), signal.SIGINT)
        return []

    services.engine.on(MakeCall, interrupted)
    services.engine.on(Hangup, lambda command: [ended(command.key, TerminatedReason.CANCELLED)])

    run = services.run("call", "9196", "--json")

    assert run.code == 130
    assert run.seen(event="call", state="terminated", reason="cancelled")
    assert services.engine.stopped


@pytest.mark.parametrize(("interrupts", "in_order"), [(1, True), (2, False)])
def test_a_far_side_that_does_not_confirm(
    services: FakeServices, monkeypatch: pytest.MonkeyPatch, interrupts: int, in_order: bool
) -> None:
    """One Ctrl-C waits a little for the far side, a second one not at all."""
    monkeypatch.setattr(session_module, "HANG_UP_LIMIT_S", 0.01)
    left = iter(range(interrupts))

    def unconfirmed(command: Hangup) -> list[object]:
        if next(left, None) is not None:
            signal.raise_signal(signal.SIGINT)
        return []

    services.engine.on(Hangup, unconfirmed)

    run = services.run("call", "9196", "--duration", "0")

    assert run.code == 130
    assert len(services.engine.sent_of(Hangup)) == 2
    assert services.engine.stopped is in_order
