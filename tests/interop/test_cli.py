"""The command line as a shell sees it: real engine, real registrar, exit codes and what was printed."""

from __future__ import annotations

import os
import signal
import struct
import wave
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.helpers import tones
from tests.helpers.phone_process import PhoneProcess, RegistrarProcess
from tests.helpers.ports import LOOPBACK, free_port
from tests.helpers.secret_service import GnomeKeyring, SessionBus
from tests.helpers.waiting import wait_for

AUTH_FAILED, NOT_REACHED, NO_ANSWER, FAILED, AUDIO = 3, 4, 6, 7, 8
SECRET = "pw1000"


@pytest.fixture
def program(tmp_path: Path, stack: ExitStack) -> Callable[..., PhoneProcess]:
    """Start the program with just these words: ``program("account", "show")``; all runs share a folder."""

    def start(*arguments: str | Path, **options: object) -> PhoneProcess:
        words = (str(argument) for argument in arguments)
        return stack.enter_context(PhoneProcess(tmp_path / "phone", *words, **options))  # type: ignore[arg-type]

    return start


@pytest.fixture
def no_keyring(tmp_path: Path) -> dict[str, str]:
    """An environment in which there is no Secret Service."""
    return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(tmp_path / "home"), "LANG": "C.UTF-8"}


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_demo_measures_that_the_speech_came_back(
    transport: str, program: Callable[..., PhoneProcess], tmp_path: Path
) -> None:
    recording = tmp_path / "echo.wav"

    demo = program("demo", "--headless", "--transport", transport, "--record", recording)

    assert demo.wait_exit(40.0) == 0, demo.transcript()
    (figure,) = demo.seen(event="demo")
    assert figure["correlation"] >= 0.9
    assert abs(figure["level_db"]) < 1.0
    assert 0.0 < figure["delay_ms"] < 400.0
    assert (figure["codec"], figure["loss"]) == ("G722", 0.0)
    with wave.open(str(recording)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
        assert file.getnframes() / 16_000 == pytest.approx(7.2, abs=1.5)


def test_demo_speaks_to_a_person(program: Callable[..., PhoneProcess]) -> None:
    demo = program("demo", "--headless", language="ja", json_output=False)

    assert demo.wait_exit(40.0) == 0, demo.transcript()
    assert "通話可能" in demo.lines
    assert any(
        line.startswith("話した音声が戻ってきました: 相関 0.9") or "相関 1.0" in line for line in demo.lines
    )


@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_call_is_hung_up_and_unregistered(
    number: signal.Signals, exit_code: int, registrar: RegistrarProcess, phone: Callable[..., PhoneProcess]
) -> None:
    caller = phone(registrar, "1000", "call", "9196")
    caller.wait_event(event="call", state="confirmed")

    caller.process.send_signal(number)

    assert caller.wait_exit(6.0) == exit_code
    assert caller.seen(event="call", state="terminated", reason="local-bye")
    registrar.wait_event(event="call_ended")
    registrar.wait_event(event="unregistered", user="1000", reason="request")


def test_interrupted_while_ringing_is_cancelled(
    registrar: RegistrarProcess, phone: Callable[..., PhoneProcess]
) -> None:
    caller = phone(registrar, "1000", "call", "9001")
    caller.wait_event(event="call", state="early")

    caller.interrupt()

    assert caller.wait_exit(6.0) == 130
    registrar.wait_event(event="call_failed", status_code=487)
    registrar.wait_event(event="unregistered", user="1000")


def test_listening_without_end_ends_well_by_an_interrupt(
    registrar: RegistrarProcess, phone: Callable[..., PhoneProcess]
) -> None:
    called = phone(registrar, "1001", "listen")
    called.wait_registered()

    called.interrupt()

    assert called.wait_exit(6.0) == 0
    registrar.wait_event(event="unregistered", user="1001")


@pytest.mark.parametrize(("rate_hz", "width", "channels"), [(8000, 1, 1), (44_100, 3, 2), (48_000, 2, 1)])
def test_a_file_of_any_rate_and_depth_is_said(
    rate_hz: int,
    width: int,
    channels: int,
    registrar: RegistrarProcess,
    phone: Callable[..., PhoneProcess],
    tmp_path: Path,
) -> None:
    said, heard = tmp_path / "said.wav", tmp_path / "heard.wav"
    _write_tone(said, 700.0, 1.5, rate_hz, width, channels)

    caller = phone(registrar, "1000", "call", "9196", "--play", said, "--record", heard)

    assert caller.wait_exit() == 0, caller.transcript()
    assert tones.heard_s(heard, 700.0) >= 1.2
    talked = caller.seen(event="call", state="terminated")[0]["duration_s"]
    assert talked == pytest.approx(2.0, abs=0.3)


def test_a_file_of_a_format_nobody_reads(
    registrar: RegistrarProcess, phone: Callable[..., PhoneProcess], tmp_path: Path
) -> None:
    mp3_in_riff = struct.pack("<HHIIHH", 0x55, 1, 8000, 8000, 1, 8)
    body = b"WAVE" + b"fmt " + struct.pack("<I", 16) + mp3_in_riff + b"data" + struct.pack("<I", 8000)
    file = tmp_path / "mp3.wav"
    file.write_bytes(b"RIFF" + struct.pack("<I", len(body) + 8000) + body + bytes(8000))

    caller = phone(registrar, "1000", "call", "9196", "--play", file)

    assert caller.wait_exit() == AUDIO, caller.transcript()
    assert caller.seen(event="notice", code="audio_play_file")
    assert "Traceback" not in caller.transcript()


def test_no_sound_device_at_all(
    registrar: RegistrarProcess, program: Callable[..., PhoneProcess], tmp_path: Path
) -> None:
    nothing = tmp_path / "asound.conf"
    nothing.write_text("pcm.unplugged { type hw card 99 }\n")  # PortAudio aborts on an empty file
    account = ("--user-id", "1000", "--server", registrar.server)

    caller = program(
        "call",
        "9196",
        *account,
        password=SECRET,
        environment={**os.environ, "ALSA_CONFIG_PATH": str(nothing)},
    )

    assert caller.wait_exit() == AUDIO, caller.transcript()
    assert caller.seen(event="notice", code="audio_no_input")
    registrar.wait_event(event="unregistered", user="1000")


def test_registrar_on_a_busy_port(registrar: RegistrarProcess, program: Callable[..., PhoneProcess]) -> None:
    second = program("registrar", "--port", str(registrar.port), "--user", "1000:x")

    assert second.wait_exit() == FAILED
    assert str(registrar.port) in second.seen(event="notice", code="port_busy")[0]["text"]
    assert "Traceback" not in second.transcript()


def test_account_without_a_keyring(
    registrar: RegistrarProcess,
    program: Callable[..., PhoneProcess],
    no_keyring: dict[str, str],
    tmp_path: Path,
) -> None:
    """It is said, nothing is written in the clear, and the environment variable serves instead."""
    account = ("--user-id", "1000", "--server", registrar.server)
    saving = program(
        "account", "set", *account, "--password-stdin", stdin_text=SECRET, environment=no_keyring
    )
    assert saving.wait_exit() == FAILED, saving.transcript()
    assert saving.seen(event="notice", code="keyring_unavailable")

    showing = program("account", "show", environment=no_keyring)
    assert showing.wait_exit() == 0
    shown = showing.seen(event="account")[0]
    assert (shown["user_id"], shown["password_stored"], shown["keyring"]) == ("1000", False, "unavailable")

    for password, exit_code in ((SECRET, 0), ("wrong", AUTH_FAILED), ("", AUTH_FAILED)):
        testing = program("account", "test", password=password, environment=no_keyring)
        assert testing.wait_exit() == exit_code, testing.transcript()
    assert [path for path in _files(tmp_path / "phone") if SECRET.encode() in path.read_bytes()] == []


def test_account_with_a_keyring(
    registrar: RegistrarProcess,
    program: Callable[..., PhoneProcess],
    stack: ExitStack,
    tmp_path: Path,
    requires_peer: Callable[..., None],
) -> None:
    """Set once; from then on the verbs need nothing."""
    requires_peer("dbus-run-session", "gnome-keyring-daemon")
    bus = stack.enter_context(SessionBus(tmp_path / "home"))
    stack.enter_context(GnomeKeyring(bus, "the login password"))
    account = ("--user-id", "1000", "--server", registrar.server)

    saving = program(
        "account", "set", *account, "--password-stdin", stdin_text=SECRET, environment=bus.environment
    )
    assert saving.wait_exit() == 0, saving.transcript()
    showing = program("account", "show", environment=bus.environment)
    assert showing.wait_exit() == 0
    assert showing.seen(event="account")[0]["password_stored"] is True
    testing = program("account", "test", environment=bus.environment)
    assert testing.wait_exit() == 0, testing.transcript()
    heard = tmp_path / "heard.wav"
    caller = program("call", "9197", "--duration", "2", "--record", heard, environment=bus.environment)
    assert caller.wait_exit() == 0, caller.transcript()

    assert tones.heard_s(heard, 1004.0) >= 1.5
    written = [*_files(tmp_path / "phone"), *_files(bus.home)]
    assert [path for path in written if SECRET.encode() in path.read_bytes()] == []


def test_account_test_at_a_closed_port(
    program: Callable[..., PhoneProcess], no_keyring: dict[str, str]
) -> None:
    account = ("--user-id", "1000", "--server", f"{LOOPBACK}:{free_port()}")
    saving = program(
        "account", "set", *account, "--password-stdin", stdin_text=SECRET, environment=no_keyring
    )
    saving.wait_exit()

    testing = program("account", "test", password=SECRET, environment=no_keyring)

    assert testing.wait_exit(25.0) == NOT_REACHED, testing.transcript()


def test_window_ends_in_order_when_told_to(
    program: Callable[..., PhoneProcess], registrar: RegistrarProcess, no_keyring: dict[str, str]
) -> None:
    environment = {**no_keyring, "QT_QPA_PLATFORM": "offscreen"}
    window = PhoneProcess(
        registrar.config_dir.with_name("window"), environment=environment, json_output=False
    )
    with window:
        engine = window.engine_pid
        wait_for(lambda: Path(f"/proc/{engine}").exists(), 5.0, what="an engine")

        window.process.send_signal(signal.SIGTERM)

        assert window.wait_exit(8.0) == 0, window.transcript()
    assert "Traceback" not in window.transcript()


def _write_tone(
    path: Path, frequency_hz: float, seconds: float, rate_hz: int, width: int, channels: int
) -> None:
    full_scale = (1 << 8 * width - 1) - 1
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate_hz)
        for sample in tones.tone(frequency_hz, seconds, rate_hz):
            value = round(float(sample) * full_scale)
            raw = bytes([value + 128]) if width == 1 else value.to_bytes(width, "little", signed=True)
            file.writeframesraw(raw * channels)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
