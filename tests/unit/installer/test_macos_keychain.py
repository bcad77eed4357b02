"""Secrets of a build reach macOS's keychain by standard input and files of their own, never as arguments."""

import base64
import subprocess
from pathlib import Path
from typing import Any

import pytest

from installer.macos import keychain

GIVEN = {
    "MACOS_CERTIFICATE": base64.b64encode(b"certificate bytes").decode(),
    "MACOS_CERTIFICATE_PASSWORD": "it's a secret",
    "NOTARY_KEY": "-----BEGIN PRIVATE KEY-----",
    "NOTARY_KEY_ID": "ABCDE12345",
    "NOTARY_ISSUER": "00000000-0000-0000-0000-000000000000",
}


class Ran:
    """Takes what would be run, and reads the files it names while they are there."""

    def __init__(self) -> None:
        self.commands: list[tuple[list[str], str]] = []
        self.contents: list[bytes] = []

    def __call__(self, command: list[str], **options: Any) -> None:
        told = str(options.get("input", ""))
        self.commands.append((command, told))
        for word in [*command, *told.split()]:
            if word.endswith((".p12", ".p8")):
                assert Path(word).stat().st_mode & 0o077 == 0
                self.contents.append(Path(word).read_bytes())


def test_no_secret_is_an_argument_and_none_is_left_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RUNNER_TEMP", str(tmp_path))
    ran = Ran()
    monkeypatch.setattr(subprocess, "run", ran)
    keychain.open_keychain(GIVEN)
    (security, told), (notary, _) = ran.commands
    assert security == ["security", "-i"]
    assert "-P 'it'\"'\"'s a secret'" in told
    arguments = " ".join([*security, *notary])
    assert GIVEN["MACOS_CERTIFICATE_PASSWORD"] not in arguments
    assert GIVEN["NOTARY_KEY"] not in arguments
    assert "ABCDE12345" in notary
    assert ran.contents == [b"certificate bytes", GIVEN["NOTARY_KEY"].encode()]
    assert list(tmp_path.iterdir()) == []


def test_the_keychain_lets_codesign_in_and_is_locked_again(tmp_path: Path) -> None:
    commands = keychain.security_commands(
        tmp_path / "k", tmp_path / "c.p12", "password", "other"
    ).splitlines()
    assert [command.split()[0] for command in commands] == [
        "create-keychain",
        "set-keychain-settings",
        "unlock-keychain",
        "import",
        "set-key-partition-list",
        "list-keychains",
    ]
    assert commands[3].endswith("-T /usr/bin/codesign")


def test_a_missing_secret_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", Ran())
    with pytest.raises(KeyError):
        keychain.open_keychain({name: value for name, value in GIVEN.items() if name != "NOTARY_KEY"})
