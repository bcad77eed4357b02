"""Signs the application bundle and has Apple notarise what is handed out. Runs on macOS with Xcode's tools.

    python -m installer.macos.sign sign dist/Softphone.app IDENTITY     "-" signs for this machine only
    python -m installer.macos.sign notarise dist/packages/….dmg PROFILE [KEYCHAIN]
    python -m installer.macos.sign check dist/Softphone.app

inside ▸ outside: every Mach-O file, deepest first ▸ the main program ▸ the bundle, whose seal covers them all

IDENTITY is the name of a certificate in the keychain, PROFILE a name that ``xcrun notarytool
store-credentials`` gave its credentials there: no secret is an argument. Source: Apple TN2206, TN3127.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ENTITLEMENTS = Path(__file__).with_name("entitlements.plist")
AD_HOC = "-"
# mach-o/loader.h, mach-o/fat.h: 64-bit and universal, either byte order
_MAGICS = {bytes.fromhex(magic) for magic in ("cffaedfe", "feedfacf", "cafebabe", "bebafeca")}


def is_machine_code(file: Path) -> bool:
    """Whether ``file`` is a program or library (Mach-O), not a link to one."""
    if file.is_symlink() or not file.is_file():
        return False
    with file.open("rb") as opened:
        return opened.read(4) in _MAGICS


def signing_order(app: Path) -> tuple[Path, ...]:
    """Everything that is signed, inside out: libraries, nested bundles, the program, the bundle."""
    program = app / "Contents" / "MacOS"
    code = [file for file in app.rglob("*") if is_machine_code(file)]
    inner = [file for file in code if file.parent != program]
    nested = [
        each
        for each in app.rglob("*")
        if each.suffix in (".framework", ".app", ".bundle") and each.is_dir() and not each.is_symlink()
    ]
    deepest_first = sorted((*inner, *nested), key=lambda path: (-len(path.parts), path.is_dir(), str(path)))
    return (*deepest_first, *sorted(file for file in code if file.parent == program), app)


def sign_command(path: Path, identity: str, *, entitled: bool) -> list[str]:
    """The call of codesign.

    An ad-hoc signature names no team and has no time stamp of Apple's; under the hardened runtime a program
    may load no library that is not of its team, so it goes without.
    """
    command = ["codesign", "--force", "--sign", identity]
    command += ["--timestamp=none"] if identity == AD_HOC else ["--options", "runtime", "--timestamp"]
    if entitled:
        command += ["--entitlements", str(ENTITLEMENTS)]
    return [*command, str(path)]


def sign(app: Path, identity: str) -> None:
    """Sign ``app`` as a whole. Errors: subprocess.CalledProcessError."""
    program = app / "Contents" / "MacOS"
    for path in signing_order(app):
        _run(sign_command(path, identity, entitled=path == app or path.parent == program))
    check(app)


def check(app: Path) -> None:
    """The seal is whole; shows the entitlements and flags. Errors: subprocess.CalledProcessError."""
    _run(["codesign", "--verify", "--deep", "--strict", "--verbose=2", str(app)])
    _run(["codesign", "--display", "--entitlements", "-", "--verbose=2", str(app)])


def notarise(package: Path, profile: str, keychain: str = "") -> None:
    """Hand ``package`` to Apple, wait for its answer, staple the ticket to it: it opens without a network."""
    credentials = ["--keychain-profile", profile, *(["--keychain", keychain] if keychain else [])]
    _run(["xcrun", "notarytool", "submit", str(package), *credentials, "--wait"])
    _run(["xcrun", "stapler", "staple", str(package)])
    _run(["xcrun", "stapler", "validate", str(package)])
    _run(["spctl", "--assess", "--type", "open", "--context", "context:primary-signature", str(package)])


def main(arguments: Sequence[str]) -> None:
    """The commands of the module's docstring."""
    verb, path, *rest = arguments
    verbs: dict[str, Callable[..., None]] = {"sign": sign, "check": check, "notarise": notarise}
    verbs[verb](Path(os.path.abspath(path)), *rest)


def _run(command: list[str]) -> None:
    print("+", *command, flush=True)
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
