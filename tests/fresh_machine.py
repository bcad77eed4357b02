"""A newcomer's machine: a clean Debian in a folder, the checkout cloned into it, one command run and timed.

    sudo python3 -m tests.fresh_machine "make run" ["make test" …] [--suite bookworm] [--folder DIR]

Needs root, debootstrap and git. What is committed is cloned, so nothing of the developer's own tree helps.
Each command begins in the same clean root, which holds Debian's minimal system, git, make, Python and sudo:
what a developer's machine has anyway. The machine's own mirrors and certificates are used where it has some.
Every process of the root ends with the command (a process namespace of its own).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.helpers.clean_root import settle_apt

ROOT = Path(__file__).parents[1]
A_DEVELOPER_HAS = "ca-certificates,git,make,python3,python3-venv,sudo"
PIP_SETTINGS = "/etc/pip.conf"
IN_ROOT = """
set -e
mount --bind /dev "$1/dev"
mount --bind /dev/pts "$1/dev/pts"
mount -t tmpfs tmpfs "$1/dev/shm"
mount -t proc proc "$1/proc"
mount --rbind /sys "$1/sys"
mount -t tmpfs tmpfs "$1/run"
exec chroot "$1" /bin/sh -c "cd /softphone && $2"
"""
PASSED_ON = (
    *("PIP_CERT", "PIP_DEFAULT_TIMEOUT", "SSL_CERT_FILE", "SSL_CERT_DIR"),
    *("REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"),
)


def main() -> int:
    """Run every command in a root of its own; the exit code is the number of those that failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("commands", nargs="+", help='such as "make test"')
    parser.add_argument("--suite", default="bookworm")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "fresh")
    options = parser.parse_args()
    if os.geteuid() != 0:
        parser.error("a root folder is made by root alone")
    base = options.folder / f"{options.suite}-base"
    if not (base / "usr" / "bin" / "make").exists():
        _timed(f"debootstrap {options.suite}", lambda: _install_base(options.suite, base))
    failed = 0
    for command in options.commands:
        root = options.folder / "root"
        shutil.rmtree(root, ignore_errors=True)
        subprocess.run(["cp", "-a", str(base), str(root)], check=True)
        subprocess.run(["git", "clone", "-q", str(ROOT), str(root / "softphone")], check=True)
        failed += _timed(command, lambda command=command, root=root: _run_in(root, command)) != 0
    return failed


def _install_base(suite: str, base: Path) -> int:
    base.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(base, ignore_errors=True)
    subprocess.run(
        ["debootstrap", "--variant=minbase", f"--include={A_DEVELOPER_HAS}", suite, str(base)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    (base / "etc" / "hosts").write_text("127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n")
    settle_apt(base, suite)
    if Path(PIP_SETTINGS).exists():
        shutil.copyfile(PIP_SETTINGS, base / PIP_SETTINGS[1:])
    return 0


def _run_in(root: Path, command: str) -> int:
    """The command's exit code. Its file systems and processes go with it."""
    environment = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LANG": "C.UTF-8",
        **{name: value for name, value in os.environ.items() if name in PASSED_ON},
    }
    return subprocess.run(
        [
            "unshare",
            "--mount",
            "--pid",
            "--fork",
            "--kill-child",
            "sh",
            "-c",
            IN_ROOT,
            "sh",
            str(root),
            command,
        ],
        env=environment,
        check=False,
    ).returncode


def _timed(name: str, step: Callable[[], int]) -> int:
    began_s = time.monotonic()
    code = step()
    print(f"fresh machine: {name}: {time.monotonic() - began_s:.0f} s, exit {code}", flush=True)
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
