"""``softphone call``: whole runs on fakes, and the times of a call on a clock that is moved."""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from softphone.app.changes import Change
from softphone.cli.call import CallPlan, CallScript
from softphone.cli.exit_code import ExitCode
from softphone.cli.session import Session
from softphone.domain.account import RegistrationCause, RegistrationState
from softphone.domain.call import CallState, TerminatedReason
from softphone.domain.commands import AudioConfig, Hangup, MakeCall, SendDtmf, SetAccount, SetHold
from softphone.domain.errors import FailureCause
from softphone.domain.events import AnyEvent, AudioFailed, CommandFailed, QualityMeasured
from softphone.domain.media import Quality
from tests.helpers.fake_services import FakeServices, confirmed, dialled, ended, registration
from tests.helpers.fakes import ACCOUNT, FakeDispatcher, PhoneKit, fake_phone

SECRET = "himitsu1"


class FakeLoop:
    """A FakeDispatcher that a Session can run: time is moved by the test."""

    def __init__(self, dispatcher: FakeDispatcher) -> None:
        self.post = dispatcher.post
        self.call_later = dispatcher.call_later

    def run(self) -> None:
        """Returns at once: the test goes on."""

    def quit(self) -> None:
        """Nothing to end."""


class SilentOutput:
    """Implements Output for a test that looks at commands."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def observe(self, change: Change) -> None:
        pass

    def tell(self, event: str, words: str, **fields: object) -> None:
        pass

    def problem(self, code: str, words: str) -> None:
        self.problems.append(code)


@pytest.fixture
def services() -> FakeServices:
    """A stored account and its password."""
    return FakeServices(account=ACCOUNT, stored_password=SECRET)


@pytest.fixture
def start() -> Callable[..., tuple[PhoneKit, SilentOutput, str]]:
    """Start a CallScript on a registered phone; gives the kit, the output and the call's key."""

    def run(**plan: object) -> tuple[PhoneKit, SilentOutput, str]:
        kit = fake_phone(account=ACCOUNT, password=SECRET)
        output = SilentOutput()
        text = FakeServices().text
        session = Session(kit.phone, FakeLoop(kit.dispatcher), output, text)
        session.run(CallScript(session, CallPlan(number="9196", **plan)).observe)  # type: ignore[arg-type]
        kit.registered()
        key = kit.engine.sent_of(MakeCall)[0].key
        kit.outgoing(key)
        return kit, output, key

    return run


def test_register_call_talk_hang_up(services: FakeServices) -> None:
    quality = Quality(codec="G722", fraction_lost=0.01, jitter_ms=1.0, rtt_ms=2.0, mos=4.3)
    services.engine.on(
        MakeCall,
        lambda command: [
            *dialled(command.key),
            confirmed(command.key),
            QualityMeasured(key=command.key, quality=quality),
        ],
    )

    run = services.run("call", "03-9196", "--duration", "0.01", "--json")

    assert run.code == 0
    assert [event["state"] for event in run.seen(event="call")] == [
        "trying",
        "early",
        "confirmed",
        "terminated",
    ]
    assert services.engine.sent_of(MakeCall)[0].uri == "sip:039196@01234abc.example.jp"
    assert run.seen(event="quality", codec="G722", loss=0.01, mos=4.3)
    over = run.seen(event="call", state="terminated")[0]
    assert (over["reason"], over["duration_s"]) == ("local-bye", 3.0)
    assert run.seen(event="call_logged", result="answered")
    assert services.engine.stopped


def test_digits_behind_a_pause_are_sent_after_the_answer(services: FakeServices) -> None:
    services.engine.on(MakeCall, lambda command: [*dialled(command.key), confirmed(command.key)])

    run = services.run("call", "03-9196,,200#", "--duration", "0.01", "--json")

    assert run.code == 0
    assert services.engine.sent_of(MakeCall)[0].uri == "sip:039196@01234abc.example.jp"
    assert [command.digits for command in services.engine.sent_of(SendDtmf)] == [",,200#"]


def test_a_number_the_dial_plan_makes_impossible_ends_the_run() -> None:
    kit = fake_phone(account=ACCOUNT, password=SECRET)
    output = SilentOutput()
    session = Session(kit.phone, FakeLoop(kit.dispatcher), output, FakeServices().text)
    session.run(CallScript(session, CallPlan(number="9" * 1000)).observe)
    kit.registered()
    assert output.problems == ["dial_address"]
    assert session.ending
    assert kit.engine.sent_of(MakeCall) == []


@pytest.mark.parametrize(
    ("state", "cause", "code"),
    [
        (RegistrationState.AUTH_FAILED, RegistrationCause.CREDENTIALS, 3),
        (RegistrationState.UNREACHABLE, RegistrationCause.DNS, 4),
        (RegistrationState.UNREACHABLE, RegistrationCause.MALFORMED, 4),
        (RegistrationState.NO_NETWORK, RegistrationCause.NO_ROUTE, 4),
    ],
)
def test_no_registration_no_call(
    services: FakeServices, state: RegistrationState, cause: RegistrationCause, code: int
) -> None:
    services.engine.on(SetAccount, lambda command: [registration(state, cause)])

    run = services.run("call", "9196", "--json")

    assert run.code == code
    assert run.events[-1]["cause"] == cause.value
    assert services.engine.sent_of(MakeCall) == []
    assert services.engine.stopped


@pytest.mark.parametrize(
    ("status_code", "cause", "code"),
    [(486, FailureCause.BUSY, 5), (408, FailureCause.NO_ANSWER, 6), (603, FailureCause.DECLINED, 7)],
)
def test_refused_call(services: FakeServices, status_code: int, cause: FailureCause, code: int) -> None:
    services.engine.on(
        MakeCall,
        lambda command: [
            *dialled(command.key),
            ended(command.key, TerminatedReason.REJECTED, cause, status_code),
        ],
    )

    run = services.run("call", "9196", "--json")

    assert run.code == code
    assert run.seen(event="call", state="terminated")[0]["status_code"] == status_code


def test_nobody_answers_in_time(services: FakeServices) -> None:
    services.engine.on(MakeCall, lambda command: dialled(command.key))
    services.engine.on(Hangup, lambda command: [ended(command.key, TerminatedReason.CANCELLED)])

    run = services.run("call", "9196", "--ring-timeout", "0.01")

    assert run.code == ExitCode.NO_ANSWER
    assert "given up" in run.errors


def test_engine_refuses_to_dial(services: FakeServices) -> None:
    services.engine.on(
        MakeCall,
        lambda command: [
            CommandFailed(command="MakeCall", key=command.key, cause=FailureCause.TOO_MANY_CALLS)
        ],
    )

    run = services.run("call", "9196", "--json")

    assert run.code == ExitCode.FAILED
    assert run.seen(event="call", state="terminated", cause="too_many_calls")


def test_sound_that_does_not_work_ends_the_call_with_8(services: FakeServices) -> None:
    services.engine.on(MakeCall, lambda command: _answered_without_microphone(command.key))

    run = services.run("call", "9196")

    assert run.code == ExitCode.AUDIO
    assert "No microphone was found" in run.errors
    assert services.engine.sent_of(Hangup)
    assert services.engine.stopped


def test_account_of_this_run_keeps_the_stored_one_out_of_it(services: FakeServices) -> None:
    services.password = "other-secret"

    run = services.run(
        "call", "9196", "--user-id", "2001", "--server", "127.0.0.1:5070", "--duration", "0", "--json"
    )

    assert run.code == 0
    sent = services.engine.sent_of(SetAccount)
    assert [(str(each.account.aor), each.password) for each in sent] == [
        ("sip:2001@127.0.0.1:5070", "other-secret")
    ]
    assert services.settings_store.saves == 0
    assert "other-secret" not in run.out + run.errors


def test_environment_password_serves_the_stored_account_too(services: FakeServices) -> None:
    services.password = "from-environment"

    assert services.run("call", "9196", "--duration", "0").code == 0

    assert services.engine.sent_of(SetAccount)[0].password == "from-environment"


def test_nothing_set_up() -> None:
    run = FakeServices().run("call", "9196", "--json")

    assert run.code == ExitCode.USAGE
    assert run.seen(event="registration", state="unconfigured")


def test_no_stored_password_is_an_authentication_failure() -> None:
    run = FakeServices(account=ACCOUNT).run("call", "9196")

    assert run.code == ExitCode.AUTH_FAILED
    assert "No password is stored" in run.out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("でんわ",), 2, "cannot be dialled"),
        ((" ",), 2, "Enter a telephone number"),
        (("9196", "--dtmf", "12x"), 2, "“X” cannot be sent"),
        (("9196", "--user-id", "2001"), 2, "both --user-id and --server"),
        (("9196", "--user-id", "2001", "--server", "no host"), 2, "SIP server"),
        (("9196", "--play", "no-such.wav"), 8, "was not found"),
        (("9196", "--record", "no/such/folder/b.wav"), 8, "cannot be written"),
        (("9196", "--record", "b.wav", "--input-device", "x"), 2, "not both"),
        (("9196", "--duration", "-1"), 2, "number of seconds"),
        (("9196", "--codec", "OPUS"), 2, "--codec"),
    ],
)
def test_bad_input_is_said_before_anything_is_started(
    services: FakeServices,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)

    run = services.run("call", *arguments)

    assert run.code == code
    assert words in run.errors
    assert run.out == ""
    assert services.engine.sent == []


def test_a_played_file_sets_the_length_and_the_sound(
    services: FakeServices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("softphone.cli.call.AFTER_PLAY_S", 0.01)
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(160))

    run = services.run("call", "9196", "--play", str(tmp_path / "a.wav"), "--codec", "pcma")

    assert run.code == 0
    assert services.options is not None
    assert services.options.codecs == ("PCMA",)
    assert services.options.audio == AudioConfig(
        source="file",
        play_path=str(tmp_path / "a.wav"),
        echo_cancellation=False,
        noise_suppression=False,
        automatic_gain=False,
    )


def test_devices_of_this_run(services: FakeServices) -> None:
    assert services.run("call", "9196", "--output-device", "Headset", "--duration", "0").code == 0

    assert services.options is not None
    assert services.options.audio == AudioConfig(output_device="Headset", ring_device="Headset")


def test_times_count_from_the_answer(start: Callable[..., tuple[PhoneKit, SilentOutput, str]]) -> None:
    kit, _, key = start(dtmf="12#", hold_after_s=2.0, resume_after_s=1.5, duration_s=10.0)
    kit.dispatcher.advance(60.0)
    assert kit.engine.sent_of(SendDtmf) == []

    kit.call_state(key, CallState.CONFIRMED)
    kit.dispatcher.advance(0.4)
    assert kit.engine.sent_of(SendDtmf) == []
    kit.dispatcher.advance(0.2)
    assert [each.digits for each in kit.engine.sent_of(SendDtmf)] == ["12#"]
    kit.dispatcher.advance(1.5)
    assert kit.engine.sent_of(SetHold) == [SetHold(key=key, held=True)]
    kit.held(key)
    kit.dispatcher.advance(1.5)
    assert kit.engine.sent_of(SetHold)[1:] == [SetHold(key=key, held=False)]
    assert kit.engine.sent_of(Hangup) == []
    kit.dispatcher.advance(6.5)
    assert kit.engine.sent_of(Hangup) == [Hangup(key=key)]


def test_ring_timeout_is_over_with_the_answer(
    start: Callable[..., tuple[PhoneKit, SilentOutput, str]],
) -> None:
    kit, output, key = start(ring_timeout_s=5.0)
    kit.call_state(key, CallState.CONFIRMED)

    kit.dispatcher.advance(30.0)

    assert kit.engine.sent_of(Hangup) == []
    assert output.problems == []


def test_a_call_that_ended_is_not_held_any_more(
    start: Callable[..., tuple[PhoneKit, SilentOutput, str]],
) -> None:
    kit, _, key = start(hold_after_s=2.0)
    kit.call_state(key, CallState.CONFIRMED)
    kit.call_state(key, CallState.TERMINATED, reason=TerminatedReason.REMOTE_BYE)

    kit.dispatcher.advance(5.0)

    assert kit.engine.sent_of(SetHold) == []
    assert kit.engine.stopped


def test_losing_the_registration_does_not_end_a_call(
    start: Callable[..., tuple[PhoneKit, SilentOutput, str]],
) -> None:
    kit, _, key = start()
    kit.call_state(key, CallState.CONFIRMED)

    kit.registration(RegistrationState.UNREACHABLE, RegistrationCause.TIMEOUT)
    kit.registered()

    assert not kit.engine.stopped
    assert len(kit.engine.sent_of(MakeCall)) == 1


def _answered_without_microphone(key: str) -> Iterable[AnyEvent]:
    return [*dialled(key), confirmed(key), AudioFailed(code="no_input")]
