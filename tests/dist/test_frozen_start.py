"""The frozen program starts soon, comes forward when it is started again, and leaves nothing when it ends."""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from installer.product import ROOT
from tests.helpers.child import Child, children_of, command_line, is_running, waited_s
from tests.helpers.waiting import wait_for
from tests.helpers.x_window import WindowStart, XServer

PAINTED_LIMIT_S = 1.5
RUNS = 7
SEEN_RUNS = 3
LIMIT_S = 20.0


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The environment of a user who has nothing yet; home and temporary folder are ours to see."""
    for name in ("home", "tmp", "run"):
        (tmp_path / name).mkdir(mode=0o700)
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(tmp_path / "home"),
        "TMPDIR": str(tmp_path / "tmp"),
        "XDG_RUNTIME_DIR": str(tmp_path / "run"),
        "LANG": "C.UTF-8",
    }


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[XServer]:
    with XServer(tmp_path / "screen") as server:
        yield server


@pytest.fixture
def pictures() -> Path:
    """Where pictures of the windows are left for whoever wants to look at them."""
    folder = ROOT / "build" / "frozen"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class FrozenWindow(Child):
    """The program with its window off screen, everything of it in ``folder``."""

    def __init__(self, bundle: Path, folder: Path, environment: dict[str, str], *arguments: str) -> None:
        self.folder = folder
        self._program = bundle / "softphone"
        self._environment = {**environment, "QT_QPA_PLATFORM": "offscreen"}
        self._began_s = time.time()
        super().__init__(
            [self._program, "--config-dir", folder, *arguments],
            log_path=folder.with_suffix(".log"),
            environment=self._environment,
        )

    @property
    def painted_s(self) -> float:
        """Seconds from its start to the first paint, without those in which other programs ran in its place.

        What waits for the first paint is the engine's start, whose time stands in its log.
        """
        log = self.folder / "log" / "engine.log"
        self.wait_ready(lambda: log.exists() and log.read_text().endswith("starts\n"), LIMIT_S, "no engine")
        stamp = re.search(r"^--- (\S+) the engine starts", log.read_text())
        assert stamp is not None, log.read_text()
        return datetime.fromisoformat(stamp[1]).timestamp() - self._began_s - waited_s(self.pid)

    def ctl(self, *words: str) -> tuple[int, dict[str, Any]]:
        """Exit code and answer of ``softphone ctl``."""
        done = self.run("ctl", *words, "--json")
        return done.returncode, json.loads(done.stdout) if done.stdout.startswith("{") else {}

    @property
    def is_registered(self) -> bool:
        """It says so to ``softphone ctl``."""
        return self.ctl("status")[1].get("registration", {}).get("state") == "registered"

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A second run of the program on the same folder."""
        return subprocess.run(
            [self._program, "--config-dir", self.folder, *words],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )


def test_the_window_is_painted_soon(bundle: Path, tmp_path: Path, home: dict[str, str]) -> None:
    painted = []
    for number in range(RUNS):
        with FrozenWindow(bundle, tmp_path / f"phone-{number}", home) as window:
            painted.append(window.painted_s)
    print("start to painted window, s:", " ".join(f"{each:.3f}" for each in painted))
    assert statistics.median(painted) <= PAINTED_LIMIT_S


@pytest.mark.parametrize(("language", "title"), [("ja", "ソフトフォン"), ("en", "Softphone")])
def test_the_window_is_seen_on_a_screen(
    bundle: Path,
    tmp_path: Path,
    home: dict[str, str],
    screen: XServer,
    pictures: Path,
    language: str,
    title: str,
) -> None:
    command = [str(bundle / "softphone"), "--lang", language]
    starts = []
    for number in range(SEEN_RUNS):
        log = tmp_path / f"window-{number}.log"
        with WindowStart(screen, command, home, log, title=f"^{title}$") as start:
            starts.append(start.shown.painted_s - waited_s(start.program.pid))
            screen.picture(start.shown.window).save(str(pictures / f"window-{language}.png"))
        assert start.program.process.returncode == 0
        assert start.program.log() == ""
    print("start to painted window on X11, s:", " ".join(f"{each:.3f}" for each in starts))
    assert min(starts) <= PAINTED_LIMIT_S


def test_help_opens_by_its_key(
    bundle: Path, tmp_path: Path, home: dict[str, str], screen: XServer, pictures: Path
) -> None:
    command = [str(bundle / "softphone"), "--lang", "ja"]
    with WindowStart(screen, command, home, tmp_path / "window.log", title="^ソフトフォン$") as start:
        hands = {**home, "DISPLAY": screen.name}

        def xdotool(*words: str) -> str:
            return subprocess.run(["xdotool", *words], env=hands, capture_output=True, text=True).stdout

        xdotool("windowfocus", "--sync", str(start.shown.window))
        xdotool("key", "F1")
        found = wait_for(lambda: xdotool("search", "--onlyvisible", "--name", "使い方$").split(), LIMIT_S)
        screen.picture(int(found[0])).save(str(pictures / "help-ja.png"))
    assert start.program.log() == ""


def test_a_second_start_hands_over_and_ctl_speaks_to_the_first(
    bundle: Path, tmp_path: Path, home: dict[str, str]
) -> None:
    with FrozenWindow(bundle, tmp_path / "phone", home, "--demo") as window:
        wait_for(lambda: window.is_registered, LIMIT_S)

        second = window.run("tel:9196")

        assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
        assert window.is_alive
        code, answer = window.ctl("dial", "9196")
        assert (code, answer["ok"]) == (0, True)
        wait_for(lambda: _states(window) == ["confirmed"], LIMIT_S, what="an echo that answers")
        assert window.ctl("hangup")[0] == 0
        assert window.ctl("quit", "now")[0] == 0
        wait_for(lambda: not window.is_alive, LIMIT_S, what="the end")
        assert window.process.returncode == 0


def test_a_killed_engine_is_replaced_and_registered_again(
    bundle: Path, tmp_path: Path, home: dict[str, str]
) -> None:
    with FrozenWindow(bundle, tmp_path / "phone", home, "--demo") as window:
        wait_for(lambda: window.is_registered, LIMIT_S)
        (engine,) = children_of(window.pid)
        assert command_line(engine)[1:] == ["engine"]

        os.kill(engine, 9)

        wait_for(lambda: children_of(window.pid) not in ([], [engine]), LIMIT_S, what="another engine")
        wait_for(lambda: window.is_registered, LIMIT_S)


def test_nothing_is_left_when_it_ends(bundle: Path, tmp_path: Path, home: dict[str, str]) -> None:
    with FrozenWindow(bundle, tmp_path / "phone", home, "--demo") as window:
        wait_for(lambda: window.is_registered, LIMIT_S)
        engines = children_of(window.pid)
        window.process.terminate()
        wait_for(lambda: not window.is_alive, 8.0, what="the end")
        assert window.process.returncode == 0
    assert not any(map(is_running, engines))
    assert list((tmp_path / "tmp").iterdir()) == []
    assert list((tmp_path / "home").rglob("*")) == []  # --config-dir holds everything


@pytest.mark.parametrize(("words", "code"), [(["--version"], 0), (["--help"], 0), (["--bogus"], 2)])
def test_the_command_line_speaks(bundle: Path, home: dict[str, str], words: list[str], code: int) -> None:
    done = subprocess.run(
        [bundle / "softphone", "--lang", "ja", *words], env=home, capture_output=True, text=True, check=False
    )
    assert done.returncode == code
    assert (done.stdout if code == 0 else done.stderr).strip()
    assert "Traceback" not in done.stdout + done.stderr


def _states(window: FrozenWindow) -> list[str]:
    return [call["state"] for call in window.ctl("calls")[1].get("calls", [])]
