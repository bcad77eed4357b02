"""What is shown with figures: the silence of an attended transfer, the conference of four and its cost.

The figures stand in the test's properties and its output (``pytest -rP``); `make bench` has them too.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.helpers.call_figures import attended_transfer, conference_of_four, start_phones
from tests.interop.conftest import Server

LONGEST_SILENCE_S = 0.3
CPU_SPAN_S = 2.0

Report = Callable[[str, object], None]


@pytest.fixture
def report(record_property: Report) -> Report:
    """Say a figure in the test's output and keep it as a property."""

    def say(name: str, value: object) -> None:
        record_property(name, value)
        print(f"{name}: {value}")

    return say


@pytest.mark.parametrize(
    "codec",
    [
        "PCMU",
        pytest.param(
            "G722",
            marks=[pytest.mark.cell("attended transfer"), pytest.mark.cell("attended transfer, target")],
        ),
    ],
)
def test_attended_transfer_leaves_no_silence(
    tmp_path: Path, stack: ExitStack, server: Server, codec: str, report: Report
) -> None:
    phones = start_phones(tmp_path, stack, server.port, 3, codecs=(codec,))
    handover = attended_transfer(phones, server.port)
    for user, silence_s in handover.silence_s.items():
        report(f"longest silence at {user}, {codec}, ms", round(1000 * silence_s))
    assert handover.heard == {"1001": {"1002"}, "1002": {"1001"}}
    assert handover.left_calls == 0
    assert max(handover.silence_s.values()) <= LONGEST_SILENCE_S
    transferor, transferee, target = phones.values()
    transferor.wait_messages("TX REFER", "RX 202/REFER", "RX NOTIFY", "TX 200/NOTIFY", "RX NOTIFY")
    transferee.wait_messages("RX REFER", "TX 202/REFER", "TX INVITE", "RX 200/INVITE", "TX ACK")
    target.wait_messages("RX ACK", "RX INVITE", "TX 200/INVITE", "TX BYE", "RX 200/BYE")


@pytest.mark.cell("conference of four")
def test_conference_of_four_and_what_it_costs(
    tmp_path: Path, stack: ExitStack, server: Server, report: Report
) -> None:
    phones = start_phones(tmp_path, stack, server.port, 4)
    conference = conference_of_four(phones, server.port, CPU_SPAN_S)
    report("CPU of the mixing engine, % of one core", round(conference.cpu_percent, 1))
    report("quietest of the others, dBFS", round(conference.quietest_other_dbfs, 1))
    report("loudest of one's own, dBFS", round(conference.loudest_own_dbfs, 1))
    assert conference.heard == {user: set(phones) - {user} for user in phones}
