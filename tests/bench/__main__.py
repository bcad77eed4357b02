"""``make bench``: every figure of the phone as JSON, also in build/bench.json.

    python -m tests.bench [--quick] [--only NAME]

Reports, never judges: a target that is missed stands as ``"ok": false`` and the exit code is 0. A benchmark
that cannot run is an entry with its error, and the exit code 1.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import traceback
from pathlib import Path

from tests.bench.figures import Figure, machine

BENCHMARKS = (
    "audio_bench",
    "sip_bench",
    "resource_bench",
    "window_bench",
    "history_bench",
    "device_bench",
    "load_bench",
    "conference_bench",
    "presence_bench",
    "interop_bench",
    "people_bench",
    "import_bench",
)
OF_THE_BUNDLE = ("frozen_bench",)  # only where named: what `make dist` builds has to be there


def main() -> int:
    """Run them one after the other: two at once would measure each other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer runs, for a look")
    parser.add_argument("--only", choices=(*BENCHMARKS, *OF_THE_BUNDLE), action="append")
    arguments = parser.parse_args()
    figures: list[dict[str, object]] = []
    failed = False
    for name in arguments.only or BENCHMARKS:
        print(f"{name} …", file=sys.stderr, flush=True)
        try:
            module = importlib.import_module(f"tests.bench.{name}")
            measured = [_as_json(figure) for figure in module.run(quick=arguments.quick)]
        except Exception as error:  # noqa: BLE001 - one benchmark's trouble must not lose the others' figures
            traceback.print_exc()
            measured = [{"name": name, "error": f"{type(error).__name__}: {error}"}]
            failed = True
        figures += measured
        for figure in measured:
            print(json.dumps(_short(figure), ensure_ascii=False), file=sys.stderr, flush=True)
    report = {"machine": machine(), "benchmarks": figures}
    out = Path("build/bench.json")
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    print(json.dumps(report, ensure_ascii=False))
    return 1 if failed else 0


def _as_json(figure: Figure | dict[str, object]) -> dict[str, object]:
    return figure if isinstance(figure, dict) else figure.as_json()


def _short(figure: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in figure.items() if key != "samples" and value not in ("", None)}


if __name__ == "__main__":
    sys.exit(main())
