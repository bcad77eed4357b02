"""``softphone demo``: the call, the measurement, and where a window is opened instead."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from softphone.cli import demo
from softphone.cli.services import PortBusy
from softphone.domain.call import TerminatedReason
from softphone.domain.commands import CompareRecordings, MakeCall, SetAccount
from softphone.domain.errors import FailureCause
from softphone.domain.events import QualityMeasured, RecordingsCompared
from softphone.domain.media import Quality
from tests.helpers.fake_services import FakeServices, confirmed, dialled, ended

QUALITY = Quality(codec="G722", fraction_lost=0.0, jitter_ms=0.5, rtt_ms=1.0, mos=4.4)

ALWAYS_ONE = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="has always a display")


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> FakeServices:
    """An echo that comes back well, without the speech's six seconds."""
    monkeypatch.setattr(demo, "ECHO_DELAY_S", 0.01)
    monkeypatch.setattr(demo, "wave_seconds", lambda path: 0.0)
    services = FakeServices()
    services.engine.on(
        MakeCall,
        lambda command: [
            *dialled(command.key),
            confirmed(command.key),
            QualityMeasured(key=command.key, quality=QUALITY),
        ],
    )
    heard(services, RecordingsCompared(ok=True, correlation=0.98, delay_ms=120.4, level_db=-0.3))
    return services


def test_registers_calls_and_measures(services: FakeServices, tmp_path: Path) -> None:
    recording = tmp_path / "out.wav"

    run = services.run("demo", "--headless", "--json", "--record", str(recording))

    assert run.code == 0
    account = services.engine.sent_of(SetAccount)[0]
    assert str(account.account.aor) == "sip:201@127.0.0.1:50600"
    assert services.registrar_users == [("201", account.password)]
    assert len(account.password) >= 16
    assert services.engine.sent_of(MakeCall)[0].uri == "sip:9196@127.0.0.1:50600"
    assert services.engine.sent_of(CompareRecordings)[0].recorded_path == str(recording)
    assert services.engine.sent_of(CompareRecordings)[0].reference_path.endswith("speech_ja.wav")
    assert run.seen(event="demo") == [
        {
            "event": "demo",
            "ok": True,
            "correlation": 0.98,
            "delay_ms": 120.4,
            "level_db": -0.3,
            "codec": "G722",
            "mos": 4.4,
            "loss": 0.0,
        }
    ]
    assert account.password not in run.out + run.errors


def test_a_person_sees_the_figure(services: FakeServices) -> None:
    services.text = FakeServices(language="ja").text

    run = services.run("demo", "--headless")

    assert run.code == 0
    assert "通話可能" in run.out
    assert "相関 0.980、遅延 120 ms、レベル -0.3 dB、コーデック G722、MOS 4.40" in run.out


def test_an_echo_that_is_not_the_speech_fails(services: FakeServices) -> None:
    heard(services, RecordingsCompared(ok=True, correlation=0.4))

    run = services.run("demo", "--headless")

    assert run.code == 7
    assert "Too little of the speech came back" in run.out


def test_what_cannot_be_compared_fails(services: FakeServices) -> None:
    heard(services, RecordingsCompared(ok=False, problem="silent_recording"))

    run = services.run("demo", "--headless")

    assert run.code == 7
    assert "silent_recording" in run.errors


def test_no_judgement_in_time_fails(services: FakeServices, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "COMPARE_LIMIT_S", 0.01)
    services.engine.on(CompareRecordings, lambda command: [])

    assert services.run("demo", "--headless").code == 7


def test_a_refused_call_gives_its_own_code(services: FakeServices) -> None:
    services.engine.on(
        MakeCall,
        lambda command: [
            *dialled(command.key),
            ended(command.key, TerminatedReason.REJECTED, FailureCause.BUSY, 486),
        ],
    )

    assert services.run("demo", "--headless").code == 5
    assert services.engine.sent_of(CompareRecordings) == []


def test_no_room_for_the_recording(services: FakeServices) -> None:
    run = services.run("demo", "--headless", "--record", "no/such/folder/out.wav")

    assert run.code == 8
    assert "cannot be written" in run.errors


def test_registrar_that_cannot_listen(services: FakeServices) -> None:
    services.registrar_error = PortBusy("127.0.0.1:0")

    assert services.run("demo", "--headless").code == 7


@pytest.mark.parametrize(
    ("display", "arguments", "windows"),
    [
        ("DISPLAY", (), [True]),
        ("WAYLAND_DISPLAY", (), [True]),
        ("DISPLAY", ("--headless",), []),
        ("DISPLAY", ("--json",), []),
        pytest.param("", (), [], marks=ALWAYS_ONE),
    ],
)
def test_window_where_there_is_a_display(
    services: FakeServices,
    monkeypatch: pytest.MonkeyPatch,
    display: str,
    arguments: tuple[str, ...],
    windows: list[bool],
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    if display:
        monkeypatch.setenv(display, ":99")

    assert services.run("demo", *arguments).code == 0
    assert services.windows == windows


@pytest.mark.parametrize(("platform", "shown"), [("win32", True), ("darwin", True), ("linux", False)])
def test_display_by_platform(platform: str, shown: bool) -> None:
    assert demo.has_display({}, platform) is shown


def heard(services: FakeServices, result: RecordingsCompared) -> None:
    services.engine.on(CompareRecordings, lambda command: [result])
