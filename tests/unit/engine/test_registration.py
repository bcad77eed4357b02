"""When an account tries to register, what it shows, and when it tries again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from softphone.domain.account import Account, RegistrationCause, RegistrationState, Transport
from softphone.domain.events import RegistrationChanged
from softphone.domain.uri import HostPort
from softphone.engine.reachability import Found, Look, Reachability, Report, Unreachable
from softphone.engine.registration import OVERDUE_S, Registration
from softphone.engine.schedule import Schedule
from softphone.engine.translate import RegistrationAnswer

ACCOUNT = Account(user_id="1001", server=HostPort("127.0.0.1", 5060))
FOUND = Found(address="127.0.0.1", port=5060, transport=Transport.UDP, local_address="127.0.0.1")
OK = RegistrationAnswer(status_code=200, reason_phrase="OK", expires_s=300)


class FakeReachability(Reachability):
    """Answers when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.looks: list[Look] = []
        self.found: Callable[[Report], None] = lambda _: None
        self.trouble: Callable[[RegistrationCause], None] | None = None

    def look(
        self,
        server: HostPort,
        transport: Transport,
        on_found: Callable[[Report], None],
        on_trouble: Callable[[RegistrationCause], None] | None = None,
    ) -> Look:
        self.looks.append(Look())
        self.found, self.trouble = on_found, on_trouble
        return self.looks[-1]


class FakeRegistrar:
    """Counts REGISTERs."""

    def __init__(self) -> None:
        self.sent: list[Found] = []
        self.unregistered = 0

    def register(self, found: Found) -> bool:
        self.sent.append(found)
        return True

    def unregister(self) -> bool:
        self.unregistered += 1
        return True


class Bench:
    """A registration with everything around it in the test's hands."""

    def __init__(self, *, has_password: bool = True) -> None:
        self.now_s = 1000.0
        self.schedule = Schedule(lambda: self.now_s)
        self.reachability = FakeReachability()
        self.registrar = FakeRegistrar()
        self.events: list[RegistrationChanged] = []
        self.registration = Registration(
            ACCOUNT,
            has_password=has_password,
            registrar=self.registrar,
            reachability=self.reachability,
            schedule=self.schedule,
            emit=lambda event: self.events.append(event),  # type: ignore[arg-type]
        )

    def after(self, seconds: float) -> None:
        self.now_s += seconds
        self.schedule.run_due()

    @property
    def shown(self) -> tuple[str, str]:
        return self.events[-1].state.value, self.events[-1].cause.value


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_good_registration(bench: Bench) -> None:
    bench.registration.start()
    assert bench.shown == ("registering", "")
    bench.reachability.found(FOUND)
    assert bench.registrar.sent == [FOUND]
    bench.registration.answered(OK)
    assert bench.shown == ("registered", "")
    assert bench.events[-1].expires_s == 300
    bench.registration.stop()


def test_a_wrong_password_is_tried_once(bench: Bench) -> None:
    bench.registration.start()
    bench.reachability.found(FOUND)
    bench.registration.answered(RegistrationAnswer(status_code=401))
    assert bench.shown == ("auth_failed", "credentials")
    assert bench.events[-1].retry_in_s == 0.0
    bench.after(600.0)
    bench.registration.try_again()
    assert len(bench.registrar.sent) == 1
    assert len(bench.reachability.looks) == 1


def test_an_unknown_name_is_told_and_tried_again_without_flicker(bench: Bench) -> None:
    bench.registration.start()
    bench.reachability.found(Unreachable(RegistrationCause.DNS))
    assert bench.shown == ("unreachable", "dns")
    assert 0.9 <= bench.events[-1].retry_in_s <= 1.1
    bench.after(1.2)
    assert len(bench.reachability.looks) == 2
    assert [event.state for event in bench.events].count(RegistrationState.REGISTERING) == 1
    bench.reachability.found(FOUND)
    bench.registration.answered(OK)
    assert bench.shown == ("registered", "")
    bench.registration.stop()


def test_silence_is_told_after_five_seconds_and_a_late_answer_still_counts(bench: Bench) -> None:
    bench.registration.start()
    bench.reachability.found(FOUND)
    bench.after(OVERDUE_S)
    assert bench.shown == ("unreachable", "timeout")
    bench.registration.answered(OK)
    assert bench.shown == ("registered", "")
    bench.registration.stop()


def test_a_closed_port_is_not_called_a_time_out_later(bench: Bench) -> None:
    bench.registration.start()
    bench.reachability.found(FOUND)
    assert bench.reachability.trouble is not None
    bench.reachability.trouble(RegistrationCause.REFUSED)
    assert bench.shown == ("unreachable", "refused")
    bench.registration.answered(RegistrationAnswer(status_code=408, from_server=False))
    assert bench.shown == ("unreachable", "refused")
    bench.registration.stop()


def test_no_route_is_no_network(bench: Bench) -> None:
    bench.registration.start()
    bench.reachability.found(Unreachable(RegistrationCause.NO_ROUTE))
    assert bench.shown == ("no_network", "no_route")
    bench.registration.stop()


def test_retry_after_is_respected(bench: Bench) -> None:
    bench.registration.start()
    bench.reachability.found(FOUND)
    bench.registration.answered(RegistrationAnswer(status_code=503, retry_after_s=30.0))
    assert bench.shown == ("unreachable", "rejected")
    assert (bench.events[-1].status_code, bench.events[-1].retry_in_s) == (503, 30.0)
    bench.after(29.0)
    assert len(bench.reachability.looks) == 1
    bench.after(1.1)
    assert len(bench.reachability.looks) == 2
    bench.registration.stop()


def test_a_challenge_without_a_password() -> None:
    bench = Bench(has_password=False)
    bench.registration.start()
    bench.reachability.found(FOUND)
    bench.registration.answered(RegistrationAnswer(status_code=401))
    assert bench.shown == ("auth_failed", "no_password")


def test_a_stopped_registration_tries_nothing(bench: Bench) -> None:
    bench.registration.start()
    bench.registration.stop()
    bench.after(100.0)
    assert bench.reachability.looks[0].is_stopped
    assert len(bench.reachability.looks) == 1


def test_taking_it_back_quietly_shows_nothing(bench: Bench) -> None:
    bench.registration.start()
    bench.reachability.found(FOUND)
    bench.registration.answered(OK)
    shown = len(bench.events)
    assert bench.registration.unregister(told=False)
    bench.registration.answered(RegistrationAnswer(status_code=200))
    assert len(bench.events) == shown
