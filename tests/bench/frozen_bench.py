"""Start to painted window of the frozen program beside C++/Qt softphones, each watched from outside.

One X server without a window manager; the programs take turns, so that a busy moment meets all of them. A
start is over when the main window is mapped and its letters and icons stand in it. Every program has a home
of its own, an account in it, and a sound device that takes everything. ``cold``: no file is in memory (root).
"""

from __future__ import annotations

import os
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from installer.dist import BUNDLE
from tests.bench.figures import Figure, cpu_s, spread
from tests.helpers.child import waited_s
from tests.helpers.programs import find_program, package_of
from tests.helpers.secret_service import SessionBus
from tests.helpers.x_window import WindowStart, XServer, drop_file_cache

WARM_RUNS = 12
COLD_RUNS = 4
OWN_TARGET_S = 1.5
PEER_SHARE = 0.5
_SILENT_DEVICE = "</usr/share/alsa/alsa.conf>\npcm.!default { type null }\nctl.!default { type hw card 0 }\n"
_SETTINGS = '[account]\nuser_id = "201"\nserver = "127.0.0.1:9"\n'
_TWINKLE_ACCOUNT = "user_name=201\nuser_domain=127.0.0.1\nregistrar=127.0.0.1\nregister_at_startup=no\n"
_LINPHONE = """[misc]
config_version_code=1
[sip]
default_proxy=0
[proxy_0]
reg_proxy=<sip:127.0.0.1:9>
reg_identity=sip:201@127.0.0.1
reg_sendregister=0
[app]
cgu_accepted=1
check_for_update_at_startup=0
"""


class Program(NamedTuple):
    """One of those that take turns. ``prepare`` puts an account into a new home."""

    name: str
    command: tuple[str, ...]
    title: str
    prepare: Callable[[Path], None]


class Start(NamedTuple):
    """One start: seconds until the window was painted; those in which nothing else ran in its main thread's

    place, which is what a quiet machine shows; and the processor seconds of all its threads.
    """

    painted_s: float
    alone_s: float
    cpu_s: float


def run(*, quick: bool) -> list[Figure]:
    """Warm and cold starts of ours and of every peer that is installed."""
    programs = [_ours(), *_peers()]
    with (
        tempfile.TemporaryDirectory() as folder,
        XServer(Path(folder) / "screen") as screen,
        SessionBus(Path(folder) / "session") as bus,
    ):
        turns = _Turns(screen, bus, Path(folder), programs)
        turns.take(1, cold=False)  # the first of each fills the file cache
        warm = turns.take(3 if quick else WARM_RUNS, cold=False)
        cold = turns.take(1 if quick else COLD_RUNS, cold=True) if drop_file_cache() else {}
    return [*_figures("warm", warm, OWN_TARGET_S), *(_figures("cold", cold, None) if cold else [])]


class _Turns:
    def __init__(self, screen: XServer, bus: SessionBus, folder: Path, programs: list[Program]) -> None:
        self._screen = screen
        self._bus = bus
        self._folder = folder
        self._programs = programs
        self._count = 0
        (folder / "asound.conf").write_text(_SILENT_DEVICE)

    def take(self, rounds: int, *, cold: bool) -> dict[str, list[Start]]:
        """Each program once a round."""
        starts: dict[str, list[Start]] = {program.name: [] for program in self._programs}
        for _ in range(rounds):
            for program in self._programs:
                if cold:
                    drop_file_cache()
                starts[program.name].append(self._start(program))
        return starts

    def _start(self, program: Program) -> Start:
        self._count += 1
        home = self._folder / f"{self._count}"
        home.mkdir(mode=0o700)
        program.prepare(home)
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "LANG": "C.UTF-8",
            "QT_QPA_PLATFORM": "xcb",
            "DBUS_SESSION_BUS_ADDRESS": self._bus.address,
            "ALSA_CONFIG_PATH": str(self._folder / "asound.conf"),
        }
        log = self._folder / f"{self._count}.log"
        with WindowStart(self._screen, program.command, environment, log, title=program.title) as start:
            painted_s, pid = start.shown.painted_s, start.program.pid
            return Start(painted_s, painted_s - waited_s(pid), cpu_s(pid))


def _figures(state: str, starts: dict[str, list[Start]], target_s: float | None) -> list[Figure]:
    (own, *peers) = starts
    figures = []
    for name, made in starts.items():
        limit = target_s if name == own else None
        painted = [start.painted_s for start in made]
        figures += spread(f"start to painted window, {state}, {name}", painted, "s", limit, None)[:1]
        figures.append(Figure(f"the same without waiting, {state}, {name}", _median(made, "alone_s"), "s"))
        figures.append(Figure(f"processor time of it, {state}, {name}", _median(made, "cpu_s"), "s"))
    for peer in peers:
        for words, what in (("", "painted_s"), (" without waiting", "alone_s")):
            ratio = round(_median(starts[own], what) / _median(starts[peer], what), 3)
            name = f"start to painted window{words}, {state}, ours beside {peer}"
            figures.append(Figure(name, ratio, "×", PEER_SHARE))
    return figures


def _median(starts: list[Start], what: str) -> float:
    return round(statistics.median(getattr(start, what) for start in starts), 3)


def _ours() -> Program:
    program = BUNDLE / "softphone"
    if not program.exists():
        raise RuntimeError("build it first: python -m installer.dist bundle")

    def prepare(home: Path) -> None:
        folder = home / ".config" / "softphone"
        folder.mkdir(parents=True)
        (folder / "settings.toml").write_text(_SETTINGS)

    return Program("softphone (frozen)", (str(program), "--lang", "en"), "^Softphone$", prepare)


def _peers() -> list[Program]:
    """Twinkle (Qt Widgets, as ours) and Linphone (QML)."""

    def twinkle(home: Path) -> None:
        (home / ".twinkle").mkdir()
        (home / ".twinkle" / "peer.cfg").write_text(_TWINKLE_ACCOUNT)

    def linphone(home: Path) -> None:
        folder = home / ".config" / "linphone"
        folder.mkdir(parents=True)
        (folder / "linphonerc").write_text(_LINPHONE)

    peers = [
        Program("twinkle", ("twinkle", "-f", "peer", "--sip-port", "25070"), "^Twinkle", twinkle),
        Program("linphone", ("linphone",), "^Linphone", linphone),
    ]
    missing = [peer.name for peer in peers if find_program(peer.command[0]) is None]
    if missing:
        packages = ", ".join(package_of(name) for name in missing)
        raise RuntimeError(f"no {', '.join(missing)}: install {packages}")
    return peers
