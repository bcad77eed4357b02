"""Standard streams, also where a windowed program has none."""

from __future__ import annotations

import argparse
import io
import sys

import pytest

from softphone.cli.output import complain, say
from softphone.cli.streams import MOST_KEPT, Unheard, open_streams


def test_streams_that_are_there_become_utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="cp932"))
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))

    assert open_streams() is None
    say("髙橋さん、通話可能")

    assert raw.getvalue().decode("utf-8").strip() == "髙橋さん、通話可能"


def test_what_nobody_hears_is_kept_in_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)

    unheard = open_streams()
    assert unheard is not None
    say("first")
    complain("second")
    argparse.ArgumentParser(prog="p", usage="third")._print_message("third", None)

    assert unheard.kept == "first\nsecond\nthird"
    assert sys.stdin.readline() == ""
    sys.stdin.close()


def test_no_more_is_kept_than_a_box_holds() -> None:
    unheard = Unheard()
    for _ in range(100):
        unheard.write("x" * 1000)
    assert len(unheard.kept) == MOST_KEPT
