"""What a person gets wrong, and what is not there: a sentence, an exit code, no traceback, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.kamailio import Kamailio
from tests.helpers.phone_process import PhoneProcess, RegistrarProcess

USAGE, NOT_REACHED, AUDIO = 2, 4, 8
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
