"""The phone book beside a call: 10,000 people read in and taken back, and what the call heard of it."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.figures import Figure

PEOPLE = 10_000
LONGEST_MS = 50.0
_PHASES = {"ready": "reading and comparing", "done": "writing", "undone": "taking back"}
AFTER = 3  # counts of the audio path after the end
_FAMILIES = ("佐藤", "鈴木", "髙橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤")
_READINGS = (
    *("サトウ", "スズキ", "タカハシ", "タナカ", "イトウ"),
    *("ワタナベ", "ヤマモト", "ナカムラ", "コバヤシ", "カトウ"),
)


def run(*, quick: bool) -> list[Figure]:
    """One import of a Shift_JIS file as Excel writes it, in the window's own process."""
    people = PEOPLE // 5 if quick else PEOPLE
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "people.csv"
        path.write_bytes(_file(people).encode("cp932"))
        told = _told(path)
    before, after = told["before"], told["after"]
    note = f"{people} people, Shift_JIS CSV, {told['ready'][1]} s to look at, {told['done'][0]} s to write; "
    note += f"{before[0]} late frames in the same call before it"
    blocks = [
        Figure(
            f"longest block of the main thread, {words}",
            float(told[phase][-2]),
            "ms",
            LONGEST_MS,
            note=f"{told[phase][-1]} ms of it at work",
        )
        for phase, words in _PHASES.items()
    ]
    return [
        Figure("bridge frames more than 10 ms late, import", after[0] - before[0], "frames", 0, note=note),
        Figure(
            "audio frames dropped or missed, import",
            sum(after[1:3]) - sum(before[1:3]),
            "frames",
            0,
            note="underruns and overruns",
        ),
        Figure("people found by the import", float(told["ready"][0]), "people", people, at_least=True),
        *blocks,
        Figure("import, choosing a file to everybody written", _seconds(told, "ready", "done"), "s", 20.0),
    ]


def _seconds(told: dict[str, list[str]], *phases: str) -> float:
    return round(sum(float(told[phase][-3]) for phase in phases), 2)


def _file(people: int) -> str:
    rng = random.Random(1)
    lines = ["氏名,フリガナ,会社名,部署,会社電話,携帯電話,メールアドレス,備考,社員番号"]
    for number in range(people):
        place = rng.randrange(len(_FAMILIES))
        lines.append(
            f"{_FAMILIES[place]} {number},{_READINGS[place]},株式会社青空{number % 300},営業部,"
            f"03-{number // 10000:04d}-{number % 10000:04d},090-{rng.randrange(10**8):08d},"
            f'p{number}@example.jp,"火曜, 午後",A-{number}'
        )
    return "\r\n".join(lines)


def _told(path: Path) -> dict[str, list]:  # type: ignore[type-arg]
    """What the probe said: the counters before and after, and the figures of each phase."""
    told: dict[str, list] = {}  # type: ignore[type-arg]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.import_probe", str(path), "--demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "SOFTPHONE_BENCH_CALL": "1"},
        text=True,
    )
    counts_after = 0
    try:
        assert process.stdout is not None
        for line in process.stdout:
            what, *figures = line.split()
            if what == "audio":
                told["after" if "reading" in told else "before"] = [int(each) for each in figures]
                counts_after += "undone" in told
            else:
                told[what] = figures
            if counts_after == AFTER:
                break
    finally:
        process.terminate()
        process.wait(10)
    return told
