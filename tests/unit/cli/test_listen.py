"""``softphone listen``: whole runs on fakes."""

from __future__ import annotations

import os
import signal

import pytest

from softphone.cli.exit_code import ExitCode
from softphone.domain.account import RegistrationCause, RegistrationState
from softphone.domain.call import TerminatedReason
from softphone.domain.commands import Answer, Hangup, SetAccount
from softphone.domain.events import AnyEvent, RegistrationChanged
from tests.helpers.fake_services import Asker, FakeServices, confirmed, ended, incoming, registration
from tests.helpers.fakes import ACCOUNT

REGISTERED = registration(RegistrationState.REGISTERED, status_code=200)


@pytest.fixture
def services() -> FakeServices:
    """A stored account and its password."""
    return FakeServices(account=ACCOUNT, stored_password="himitsu1")


def _says(services: FakeServices, *events: AnyEvent) -> None:
    services.engine.on(SetAccount, lambda command: events)


def test_answers_and_ends_after_the_calls_asked_for(services: FakeServices) -> None:
    _says(services, REGISTERED, incoming("in-1"))

    def answered(command: Answer) -> list[AnyEvent]:
        over = [confirmed(command.key), ended(command.key, TerminatedReason.REMOTE_BYE)]
        return [*over, incoming("in-2")] if command.key == "in-1" else over

    services.engine.on(Answer, answered)

    run = services.run("listen", "--calls", "2", "--json")

    assert run.code == 0
    assert [event["key"] for event in run.seen(event="call", state="confirmed")] == ["in-1", "in-2"]
    assert run.seen(event="call", key="in-1", state="early", direction="recipient", number="202")
    assert services.engine.stopped


def test_a_caller_who_gives_up_is_no_call(services: FakeServices) -> None:
    gone = ended("in-1", TerminatedReason.CANCELLED)
    _says(services, REGISTERED, incoming("in-1"), gone, incoming("in-2"))
    services.engine.on(
        Answer, lambda command: [confirmed(command.key), ended(command.key, TerminatedReason.REMOTE_BYE)]
    )

    run = services.run("listen", "--calls", "1", "--answer-after", "0.01", "--json")

    assert run.code == 0
    assert [each.key for each in services.engine.sent_of(Answer)] == ["in-2"]
    assert run.seen(event="call_logged", key="in-1", result="missed")


def test_hangs_up_after_the_duration(services: FakeServices) -> None:
    _says(services, REGISTERED, incoming("in-1"))

    run = services.run("listen", "--calls", "1", "--duration", "0.01", "--json")

    assert run.code == 0
    assert services.engine.sent_of(Hangup)
    assert run.seen(event="call", state="terminated", reason="local-bye")


def test_first_registration_must_succeed(services: FakeServices) -> None:
    _says(services, registration(RegistrationState.UNREACHABLE, RegistrationCause.REFUSED))

    assert services.run("listen").code == 4


def test_a_lost_server_is_waited_for_a_refused_password_is_not(services: FakeServices) -> None:
    lost = registration(RegistrationState.UNREACHABLE, RegistrationCause.TIMEOUT)
    refused: RegistrationChanged = registration(
        RegistrationState.AUTH_FAILED, RegistrationCause.CREDENTIALS, 403
    )
    _says(services, REGISTERED, lost, REGISTERED, refused)

    run = services.run("listen", "--json")

    assert run.code == 3
    assert [event["state"] for event in run.seen(event="registration")] == [
        "registering",
        "registered",
        "unreachable",
        "registered",
        "auth_failed",
    ]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no kill() with SIGINT")
@pytest.mark.parametrize(
    ("arguments", "number", "code"),
    [
        ((), signal.SIGINT, 0),
        ((), signal.SIGTERM, 0),
        (("--calls", "1"), signal.SIGINT, 130),
        (("--calls", "1"), signal.SIGTERM, 143),
    ],
)
def test_interrupt_hangs_up_and_unregisters(
    services: FakeServices, arguments: tuple[str, ...], number: signal.Signals, code: int
) -> None:
    _says(services, REGISTERED, incoming("in-1"))

    def answered(command: Answer) -> list[AnyEvent]:
        os.kill(os.getpid(), number)
        return [confirmed(command.key)]

    services.engine.on(Answer, answered)
    before = signal.getsignal(number)

    run = services.run("listen", *arguments, "--json")

    assert run.code == code
    assert [each.key for each in services.engine.sent_of(Hangup)] == ["in-1"]
    assert run.seen(event="call", state="terminated")
    assert services.engine.stopped
    assert signal.getsignal(number) is before


def test_asked_by_ctl_to_leave_it_hangs_up_and_unregisters(services: FakeServices) -> None:
    _says(services, REGISTERED, incoming("in-1"))

    def answered(command: Answer) -> list[AnyEvent]:
        assert services.remote is not None
        services.remote.serve({"verb": "quit", "when": "now"}, Asker())
        return [confirmed(command.key)]

    services.engine.on(Answer, answered)

    run = services.run("listen", "--json")

    assert run.code == ExitCode.DONE
    assert [each.key for each in services.engine.sent_of(Hangup)] == ["in-1"]
    assert services.engine.stopped
