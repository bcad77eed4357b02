"""What a person gets wrong, and what is not there: a sentence, an exit code, no traceback, nothing lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.helpers import tones
from tests.helpers.kamailio import Kamailio
from tests.helpers.phone_process import PhoneProcess, RegistrarProcess
from tests.interop.conftest import A_HZ

USAGE, NOT_REACHED, FAILED, AUDIO = 2, 4, 7, 8
ECHO = "9196"


@pytest.mark.parametrize(
    ("server", "number", "more", "exit_code"),
    [
        ("ho st:99999", "1001", (), USAGE),
        ("127.0.0.1:0", "1001", (), USAGE),
        ("127.0.0.1", "あ", (), USAGE),
        ("127.0.0.1", "1001", ("--dtmf", "12x"), USAGE),
        ("127.0.0.1", "1001", ("--codec", "MP3"), USAGE),
        ("nowhere.invalid", "1001", (), NOT_REACHED),
    ],
)
def test_unusable_argument_is_explained(
    server: str, number: str, more: tuple[str, ...], exit_code: int, phone: Callable[..., PhoneProcess]
) -> None:
    caller = phone(server, "1000", "call", number, *more)

    assert caller.wait_exit(30.0) == exit_code, caller.transcript()
    assert "Traceback" not in caller.transcript()
    assert caller.lines or caller.log().strip()


@pytest.mark.parametrize("content", [None, b"", b"RIFF\0\0\0\0WAVEgarbage", b"\0" * 4000])
def test_sound_file_that_is_none(
    content: bytes | None, kamailio: Kamailio, phone: Callable[..., PhoneProcess], tmp_path: Path
) -> None:
    path = tmp_path / "broken.wav"
    if content is not None:
        path.write_bytes(content)

    caller = phone(kamailio, "1000", "call", "1001", "--play", path)

    assert caller.wait_exit() == AUDIO, caller.transcript()
    assert [event["severity"] for event in caller.seen(event="notice")] == ["error"]
    assert "Traceback" not in caller.transcript()


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 44_100, 48_000])
def test_sound_file_of_another_rate_is_played_as_it_sounds(
    rate_hz: int, registrar: RegistrarProcess, phone: Callable[..., PhoneProcess], tmp_path: Path
) -> None:
    said = tones.write_wav(tmp_path / "said.wav", tones.beeps(A_HZ, 10.0, rate_hz), rate_hz)
    heard = tmp_path / "heard.wav"

    caller = phone(registrar, "1000", "call", ECHO, "--play", said, "--record", heard, "--duration", "2")

    assert caller.wait_exit() == 0, caller.transcript()
    assert tones.heard_s(heard, A_HZ) >= 1.0
    assert tones.heard_share(heard, A_HZ) > 0.9


def test_no_sound_device_is_said(
    registrar: RegistrarProcess, phone: Callable[..., PhoneProcess], tmp_path: Path
) -> None:
    environment = {**os.environ, "PULSE_SERVER": f"unix:{tmp_path}/none"}
    devices = ("--input-device", "", "--output-device", "")

    caller = phone(registrar, "1000", "call", ECHO, *devices, "--duration", "2", environment=environment)

    assert caller.wait_exit() == AUDIO, caller.transcript()
    assert caller.seen(event="notice", severity="error"), caller.transcript()
    assert "Traceback" not in caller.transcript()


def test_damaged_settings_are_kept_aside_and_the_call_is_made(
    registrar: RegistrarProcess, phone: Callable[..., PhoneProcess], tmp_path: Path
) -> None:
    folder = tmp_path / "phone-1000"
    folder.mkdir()
    (folder / "settings.toml").write_text("account = [broken")

    caller = phone(registrar, "1000", "call", ECHO, "--duration", "1")

    assert caller.wait_exit() == 0, caller.transcript()
    (aside,) = folder.glob("settings.toml.*")
    assert aside.read_text() == "account = [broken"
    assert caller.seen(event="notice"), caller.transcript()


def test_busy_port_is_said(kamailio: Kamailio, tmp_path: Path, stack: ExitStack) -> None:
    registrar = stack.enter_context(
        PhoneProcess(tmp_path / "second", "registrar", "--port", str(kamailio.port))
    )

    assert registrar.wait_exit() == FAILED, registrar.transcript()
    assert str(kamailio.port) in registrar.transcript()
    assert "Traceback" not in registrar.transcript()
