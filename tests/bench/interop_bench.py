"""Calls through Kamailio: the silence of an attended transfer, the conference of four and its cost."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.bench.figures import Figure
from tests.helpers.call_figures import attended_transfer, conference_of_four, start_phones
from tests.helpers.kamailio import Kamailio

CODECS = ("PCMU", "G722")
LONGEST_SILENCE_MS = 300.0


def run(*, quick: bool) -> list[Figure]:
    """The transfer in each codec, then the conference."""
    figures = [figure for codec in CODECS for figure in _transfers(codec, 1 if quick else 5)]
    return figures + _conference(3.0 if quick else 10.0)


def _transfers(codec: str, times: int) -> list[Figure]:
    silences_ms: dict[str, list[float]] = {"transferee": [], "target": []}
    for _ in range(times):
        with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
            server = stack.enter_context(Kamailio(Path(name) / "kamailio"))
            phones = start_phones(Path(name), stack, server.port, 3, codecs=(codec,))
            silence_s = attended_transfer(phones, server.port).silence_s
            silences_ms["transferee"].append(round(1000 * silence_s["1001"]))
            silences_ms["target"].append(round(1000 * silence_s["1002"]))
    return [
        Figure(
            f"longest silence of an attended transfer, {role}, {codec}",
            max(samples),
            "ms",
            LONGEST_SILENCE_MS,
            note="from the REFER on, through Kamailio",
            samples=samples,
        )
        for role, samples in silences_ms.items()
    ]


def _conference(span_s: float) -> list[Figure]:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        server = stack.enter_context(Kamailio(Path(name) / "kamailio"))
        conference = conference_of_four(start_phones(Path(name), stack, server.port, 4), server.port, span_s)
    everyone = set(conference.heard)
    hears_the_others = sum(heard == everyone - {user} for user, heard in conference.heard.items())
    return [
        Figure(f"conference of four: {name}", round(value, 1), unit, target, at_least=True, note=note)
        for name, value, unit, target, note in (
            ("phones that hear exactly the others", hears_the_others, "phones", 4.0, ""),
            ("quietest of the others", conference.quietest_other_dbfs, "dBFS", None, ""),
            ("loudest of one's own", conference.loudest_own_dbfs, "dBFS", None, ""),
            (
                "CPU of the mixing engine",
                conference.cpu_percent,
                "% of one core",
                None,
                f"G.722, {span_s:.0f} s",
            ),
        )
    ]
