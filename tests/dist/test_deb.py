"""The Debian package as its users meet it: installed by apt in a clean system, used, upgraded, removed.

Needs root and debootstrap. Each release of Debian (Ubuntu) the package is for has its own clean system.
"""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from installer.linux import deb
from installer.product import product
from tests.helpers.clean_root import USER, CleanRoot, suites
from tests.helpers.programs import find_program
from tests.helpers.root_desktop import PROGRAMS, RootDesktop
from tests.helpers.waiting import wait_for

LIMIT_MB = 75.0 if os.environ.get("SOFTPHONE_FAST") else 65.0
HOME = "/usr/lib/softphone"
WINDOW = "ソフトフォン"
LIMIT_S = 30.0
OLD = "0.0.9"
REPORT = f"/home/{USER}/report.json"

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="session")
def package(packages: Path) -> Path:
    """The .deb that people download."""
    found = list(packages.glob("softphone_*.deb"))
    assert len(found) == 1, f"one package in {packages}, not {found}"
    return found[0]


@pytest.fixture(scope="session")
def old_package(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same program as an older version."""
    facts = dataclasses.replace(product(), version=OLD)
    return deb.build(bundle, tmp_path_factory.mktemp("old"), facts=facts, level=deb.FAST)


@pytest.fixture(params=suites())
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CleanRoot]:
    """A clean system of each release."""
    with CleanRoot(request.param, tmp_path / "root") as root:
        yield root


@pytest.fixture(params=suites())
def desktop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RootDesktop]:
    """A desktop of each release."""
    with (
        CleanRoot(request.param, tmp_path / "root", PROGRAMS) as root,
        RootDesktop(root, tmp_path) as desktop,
    ):
        yield desktop


def gone(root: CleanRoot) -> bool:
    """Nothing of the program is left in the system's folders."""
    return not [name for name in root.files() if "softphone" in name and not name.startswith("home/")]


# -- the file ------------------------------------------------------------------------------------


def test_lintian_has_nothing_against_it(package: Path, requires_peer: Callable[..., None]) -> None:
    requires_peer("lintian")
    command = [find_program("lintian") or "", "--allow-root", "--fail-on", "error,warning", str(package)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (checked.stdout.strip(), checked.returncode) == ("", 0)


def test_our_scripts_are_good_shell(requires_peer: Callable[..., None]) -> None:
    requires_peer("shellcheck")
    here = Path(deb.__file__).parent
    scripts = [*sorted((here / "debian").glob("p*")), here / "install.sh"]
    assert len(scripts) == 4
    command = [find_program("shellcheck") or "", *map(str, scripts)]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stdout == ""


def test_it_is_small(package: Path) -> None:
    assert package.stat().st_size < LIMIT_MB * 1e6


# -- on a machine --------------------------------------------------------------------------------


def test_it_is_installed_works_and_goes_without_a_trace(root: CleanRoot, package: Path) -> None:
    root.install(root.take(package))

    assert root.run("softphone", "--version", user=USER) == product().version
    root.run("softphone", "--selftest", "--out", REPORT, user=USER, QT_QPA_PLATFORM="offscreen")
    report = json.loads((root.folder / REPORT[1:]).read_text(encoding="utf-8"))
    assert (report["ok"], report["frozen"], report["version"]) == (True, True, product().version)
    assert root.run("dpkg", "--verify", "softphone") == ""

    root.run("apt-get", "purge", "--yes", "--autoremove", "softphone")
    assert gone(root)


def test_a_link_starts_the_phone_with_the_number_on_its_keypad(desktop: RootDesktop, package: Path) -> None:
    desktop.root.install(desktop.root.take(package))
    registrar = desktop.set_up()
    for opener, link, number in (
        (("xdg-open",), "tel:0312345678", "0312345678"),
        (("gio", "open"), "callto:0387654321", "0387654321"),
    ):
        assert desktop.phones() == []
        desktop.start(*opener, link)
        wait_for(lambda: desktop.active_window() == WINDOW, LIMIT_S, what="the window in front")
        desktop.wait_registered()
        assert desktop.ask("calls")["calls"] == []
        desktop.press("Return")
        registrar.wait_event(LIMIT_S, event="call_started", callee=number)
        (phone,) = desktop.phones()
        assert desktop.program_of(phone) == f"{HOME}/{product().version}/softphone"
        os.kill(phone, signal.SIGTERM)
        wait_for(lambda: not desktop.phones(), LIMIT_S, what="the phone ended")


def test_an_upgrade_leaves_the_running_phone_alone(
    desktop: RootDesktop, package: Path, old_package: Path
) -> None:
    root = desktop.root
    root.install(root.take(old_package))
    registrar = desktop.set_up()
    running = desktop.start("softphone", "--background")
    desktop.wait_registered()
    settings = desktop.settings()
    (phone,) = desktop.phones()

    root.install(root.take(package))

    assert root.run("softphone", "--version", user=USER) == product().version
    assert desktop.program_of(phone) == f"{HOME}/{OLD}/softphone"
    # What it has not read yet is still the old program's: a new engine, a call, its window.
    os.kill(desktop.engine_of(phone), signal.SIGKILL)
    wait_for(lambda: not desktop.registered(), what="the engine missed")
    desktop.wait_registered()
    assert desktop.program_of(desktop.engine_of(phone)) == f"{HOME}/{OLD}/softphone"
    assert desktop.ask("dial", "9196")["ok"]
    registrar.wait_event(LIMIT_S, event="call_answered", callee="9196")
    desktop.run("xdg-open", "tel:201")
    wait_for(lambda: desktop.active_window() == WINDOW, LIMIT_S, what="its window in front")
    assert desktop.phones() == [phone]

    assert desktop.ask("hangup-all")["ok"]
    wait_for(lambda: desktop.ask("calls")["calls"] == [], LIMIT_S, what="no call")
    assert desktop.ask("quit")["ok"]
    assert running.process.wait(LIMIT_S) == 0
    desktop.start("softphone", "--background")
    desktop.wait_registered()
    (phone,) = desktop.phones()
    assert desktop.program_of(phone) == f"{HOME}/{product().version}/softphone"
    assert desktop.settings()["account"] == settings["account"]

    # Repaired while it runs: the folder nothing runs from goes, the one in use stays.
    root.install("--reinstall", root.take(package))
    folders = {path.name for path in (root.folder / HOME[1:]).iterdir()}
    assert folders == {"package", "current", product().version, f"{product().version}.2"}


def test_removal_ends_the_phone_and_keeps_what_is_the_users(desktop: RootDesktop, package: Path) -> None:
    root = desktop.root
    root.install(root.take(package))
    registrar = desktop.set_up()
    running = desktop.start("softphone", "--background")
    desktop.wait_registered()
    settings = desktop.settings()
    policy = root.folder / "etc" / "xdg" / "softphone" / "policy.toml"
    policy.parent.mkdir(parents=True)
    policy.write_text("# the administrator's\n")

    root.run("apt-get", "remove", "--yes", "softphone")

    registrar.wait_event(LIMIT_S, event="unregistered", user="1000", reason="request")
    wait_for(lambda: not running.is_alive, what="the phone ended")
    assert not (root.folder / HOME[1:]).exists()
    assert policy.exists()
    assert desktop.settings() == settings

    root.run("apt-get", "purge", "--yes", "softphone")
    assert gone(root)
    assert "softphone" not in (root.folder / "usr/share/applications/mimeinfo.cache").read_text()
    assert desktop.settings() == settings
