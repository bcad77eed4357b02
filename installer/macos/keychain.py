"""A keychain of a build's own for the signing certificate and the notary's credentials. Runs on macOS.

    python -m installer.macos.keychain open    from the environment (see below) into a new, unlocked keychain
    python -m installer.macos.keychain close   takes it away

Read from the environment: MACOS_CERTIFICATE (a .p12, base64), MACOS_CERTIFICATE_PASSWORD, NOTARY_KEY (the
text of an App Store Connect .p8), NOTARY_KEY_ID, NOTARY_ISSUER. ``security`` would take passwords as
arguments, which every program of the machine can read: it is given them as commands on its standard input.
"""

from __future__ import annotations

import base64
import os
import secrets
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

PROFILE = "softphone"  # under which notarytool finds its credentials
LOCKS_AFTER_S = 3600


def keychain() -> Path:
    """Where it lies: a folder the runner empties."""
    return Path(os.environ.get("RUNNER_TEMP", tempfile.gettempdir())) / "softphone-release.keychain-db"


def security_commands(file: Path, certificate: Path, password: str, certificate_password: str) -> str:
    """What ``security -i`` reads: make the keychain, put the certificate in, let codesign use it unasked."""
    commands = (
        ("create-keychain", "-p", password, str(file)),
        ("set-keychain-settings", "-u", "-t", str(LOCKS_AFTER_S), str(file)),
        ("unlock-keychain", "-p", password, str(file)),
        ("import", str(certificate), "-k", str(file), "-P", certificate_password, "-T", "/usr/bin/codesign"),
        ("set-key-partition-list", "-S", "apple-tool:,apple:", "-s", "-k", password, str(file)),
        ("list-keychains", "-d", "user", "-s", str(file), "login.keychain-db"),
    )
    return "".join(shlex.join(command) + "\n" for command in commands)


def notary_command(file: Path, key: Path, key_id: str, issuer: str) -> list[str]:
    """Store the notary's credentials under PROFILE; the key is named by its file, the ids are no secrets."""
    command = ["xcrun", "notarytool", "store-credentials", PROFILE, "--keychain", str(file)]
    return [*command, "--key", str(key), "--key-id", key_id, "--issuer", issuer]


def open_keychain(given: Mapping[str, str]) -> None:
    """Errors: KeyError where a variable is missing, subprocess.CalledProcessError."""
    file = keychain()
    with tempfile.TemporaryDirectory() as folder:
        certificate, key = Path(folder) / "certificate.p12", Path(folder) / "notary.p8"
        for secret, content in (
            (certificate, base64.b64decode(given["MACOS_CERTIFICATE"])),
            (key, given["NOTARY_KEY"].encode()),
        ):
            secret.touch(mode=0o600)
            secret.write_bytes(content)
        commands = security_commands(
            file, certificate, secrets.token_urlsafe(24), given["MACOS_CERTIFICATE_PASSWORD"]
        )
        subprocess.run(["security", "-i"], input=commands, text=True, check=True)
        subprocess.run(notary_command(file, key, given["NOTARY_KEY_ID"], given["NOTARY_ISSUER"]), check=True)


def close_keychain() -> None:
    """Take it away; without one nothing happens."""
    if keychain().exists():
        subprocess.run(["security", "delete-keychain", str(keychain())], check=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["open"]:
        open_keychain(os.environ)
    elif sys.argv[1:] == ["close"]:
        close_keychain()
    else:
        sys.exit(__doc__)
