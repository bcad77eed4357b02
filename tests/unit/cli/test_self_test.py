"""``--selftest``: each step's outcome, what a missing thing is called, and the report a reader can trust."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from softphone.cli import demo, self_test, self_test_steps
from softphone.cli.self_test import Program
from softphone.cli.services import PortBusy
from softphone.cli.streams import Unheard
from softphone.domain.commands import Configure, DescribeEngine, ListDevices, MakeCall
from softphone.domain.events import (
    AudioDevice,
    AudioDevicesChanged,
    EngineLost,
    QualityMeasured,
    RecordingsCompared,
)
from softphone.domain.self_test import Fault
from tests.helpers.fake_services import ENGINE, FakeServices, confirmed, dialled
from tests.unit.cli.test_demo import QUALITY, heard

STEPS = ["sounds", "libraries", "window", "database", "keyring", "engine", "devices", "echo_call"]


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> FakeServices:
    """An echo that comes back well, without the speech's six seconds."""
    monkeypatch.setattr(demo, "ECHO_DELAY_S", 0.01)
    monkeypatch.setattr(self_test_steps, "wave_seconds", lambda path: 0.01)
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


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "結果 1.json"


def run_it(services: FakeServices, out: Path) -> tuple[int, dict[str, Any]]:
    code = self_test.run(Program("1.2.3", False, "Test-OS", str(out)), services)
    return code, json.loads(out.read_text(encoding="utf-8"))


def step_of(report: dict[str, Any], name: str) -> dict[str, Any]:
    (step,) = (step for step in report["steps"] if step["name"] == name)
    return step


def test_every_part_is_used_once(
    services: FakeServices, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, report = run_it(services, out)

    assert (code, report["ok"], report["running"]) == (0, True, "")
    assert [step["name"] for step in report["steps"]] == STEPS
    assert [step["error"] for step in report["steps"] if not step["ok"]] == []
    assert (report["version"], report["system"], report["frozen"]) == ("1.2.3", "Test-OS", False)
    assert report["python"] == sys.version.split()[0]
    assert report["memory_mb"] > 10.0
    assert report["total_ms"] >= sum(step["ms"] for step in report["steps"]) > 0.0
    assert step_of(report, "database")["details"]["number_shown"] == "03-1234-5678"
    assert step_of(report, "keyring")["details"]["backend"] == "tests.FakeSecrets"
    assert step_of(report, "engine")["details"]["transports"] == ["udp", "tcp"]
    assert step_of(report, "engine")["details"]["tls_problem"] == "Unsupported transport"
    assert step_of(report, "echo_call")["details"]["correlation"] == 0.98
    assert services.keyring.passwords == {}
    assert services.probed.stopped
    assert services.probed.sent_of(Configure)[0].audio.source == "file"  # no microphone is opened
    assert "works  window" in capsys.readouterr().out
    assert list(out.parent.iterdir()) == [out]


def test_what_the_machine_lacks_is_a_note(services: FakeServices, out: Path) -> None:
    services.keyring.problem = "unavailable"
    services.library_notes = ("no_certificates",)

    code, report = run_it(services, out)

    assert code == 0
    assert step_of(report, "keyring")["notes"][0].startswith("There is no safe place for passwords")
    assert step_of(report, "libraries")["notes"][0].startswith("No certificate authorities")
    assert step_of(report, "devices")["notes"] == ["No microphone was found.", "No speaker was found."]


def test_a_machine_with_sound_devices_has_no_note(services: FakeServices, out: Path) -> None:
    headset = AudioDevice(name="Headset", inputs=1, outputs=2)
    services.probed.on(ListDevices, lambda command: [AudioDevicesChanged(devices=(headset,))])

    _, report = run_it(services, out)

    assert step_of(report, "devices")["notes"] == []
    assert step_of(report, "devices")["details"] == {"inputs": ["Headset"], "outputs": ["Headset"]}


@pytest.mark.parametrize("problem", ["denied", "failed"])
def test_a_keyring_that_refuses_fails_the_step(services: FakeServices, out: Path, problem: str) -> None:
    services.keyring.problem = problem

    code, report = run_it(services, out)

    assert (code, report["ok"]) == (7, False)
    assert step_of(report, "keyring")["code"] == f"keyring_{problem}"
    assert step_of(report, "echo_call")["ok"]  # the next ones are tried all the same


def test_a_step_that_fails_says_why_and_the_others_go_on(
    services: FakeServices, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    services.window_fault = Fault("qt_words", "ja: Cancel")
    services.library_problems = {"ldap": "ModuleNotFoundError: No module named 'ldap3'"}
    services.registrar_error = PortBusy("127.0.0.1:0")

    code, report = run_it(services, out)

    assert code == 7
    failed = {step["name"]: step["error"] for step in report["steps"] if not step["ok"]}
    assert set(failed) == {"window", "libraries", "echo_call"}
    assert failed["window"] == "Qt's own words were not found: ja: Cancel"
    assert "ldap: ModuleNotFoundError" in failed["libraries"]
    assert "Cannot listen on 127.0.0.1" in failed["echo_call"]
    assert "libraries, window, registration and echo call" in capsys.readouterr().err


def test_what_nobody_thought_of_is_a_failed_step_too(services: FakeServices, out: Path) -> None:
    services.window_fault = ImportError("libQt6Gui.so.6: cannot open shared object file")

    _, report = run_it(services, out)

    assert step_of(report, "window")["code"] == "unexpected"
    assert "ImportError: libQt6Gui.so.6" in step_of(report, "window")["error"]


def test_an_engine_without_a_codec_or_a_part(services: FakeServices, out: Path) -> None:
    import msgspec

    for broken, code in (
        ({"codecs": ("PCMU/8000/1", "PCMA/8000/1")}, "codec"),
        ({"problems": {"processing": "OSError: livekit"}}, "engine_part"),
    ):
        services.probed.on(DescribeEngine, lambda _, b=broken: [msgspec.structs.replace(ENGINE, **b)])
        _, report = run_it(services, out)
        assert step_of(report, "engine")["code"] == code


def test_an_engine_that_dies_or_keeps_silent(
    services: FakeServices, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.probed.on(
        DescribeEngine, lambda _: [EngineLost(exit_code=-11, stderr_tail="Segmentation fault")]
    )
    _, report = run_it(services, out)
    assert step_of(report, "engine")["error"] == "The engine does not run. -11: Segmentation fault"

    monkeypatch.setattr(self_test_steps, "ENGINE_LIMIT_S", 0.01)
    services.probed.on(DescribeEngine, lambda _: [])
    _, report = run_it(services, out)
    assert step_of(report, "engine")["code"] == "engine_silent"


def test_an_echo_that_is_not_the_speech(services: FakeServices, out: Path) -> None:
    heard(services, RecordingsCompared(ok=True, correlation=0.2))

    code, report = run_it(services, out)

    assert code == 7
    assert "0.2" in step_of(report, "echo_call")["error"]


def test_a_crash_leaves_the_name_of_the_step(services: FakeServices, out: Path) -> None:
    class Crash(BaseException):
        """As the process would end."""

    services.window_fault = Crash()  # type: ignore[assignment]

    with pytest.raises(Crash):
        run_it(services, out)

    report = json.loads(out.read_text(encoding="utf-8"))
    assert (report["ok"], report["running"]) == (False, "window")
    assert [step["name"] for step in report["steps"]] == ["sounds", "libraries"]


def test_a_report_that_cannot_be_written(services: FakeServices, capsys: pytest.CaptureFixture[str]) -> None:
    assert self_test.run(Program("1", False, "OS", "/no/such/folder/r.json"), services) == 7
    assert "/no/such/folder/r.json cannot be written" in capsys.readouterr().err


def test_a_report_that_somebody_reads_meanwhile_is_written_at_the_end(
    services: FakeServices, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, tried = Path.replace, []

    def held(part: Path, target: str) -> Path:
        tried.append(target)
        if 1 < len(tried) < 9:
            raise PermissionError(13, "The process cannot access the file")
        return replace(part, target)

    monkeypatch.setattr(Path, "replace", held)

    code, report = run_it(services, out)

    assert (code, report["ok"], len(report["steps"])) == (0, True, len(STEPS))
    assert list(out.parent.iterdir()) == [out]


def test_without_a_file_the_report_is_printed(
    services: FakeServices, capsys: pytest.CaptureFixture[str]
) -> None:
    assert self_test.run(Program("1", False, "OS", ""), services) == 0
    assert json.loads(capsys.readouterr().out)["ok"]


def test_without_a_file_and_a_stream_nothing_is_tried(
    services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    unheard = Unheard()
    monkeypatch.setattr(sys, "stdout", unheard)
    monkeypatch.setattr(sys, "stderr", unheard)

    assert self_test.run(Program("1", False, "OS", ""), services) == 2
    assert "--out" in unheard.kept
