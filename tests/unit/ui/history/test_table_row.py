"""A call as a row of a table."""

from __future__ import annotations

from datetime import datetime

import pytest

from softphone.app.text import Text
from softphone.domain.contact import Person
from softphone.domain.history import CallRecord, CallResult
from softphone.domain.identity import Anonymity
from softphone.storage.catalogue import load_texts
from softphone.storage.paths import resources_dir
from softphone.ui.history.table_row import table_cells, table_head
from tests.helpers.call_records import record, unanswered

AT_S = datetime(2026, 11, 24, 14, 5, 9).timestamp()
TEXT = Text(load_texts(resources_dir(), "ja"), "ja")


def row(call: CallRecord) -> dict[str, str]:
    cells = table_cells(TEXT, call, lambda number: number)
    return dict(zip(table_head(TEXT), cells, strict=True))


def test_a_call_with_everything() -> None:
    person = Person(contact_key="c", name="山田 花子", company="みどり商事")
    cells = row(record("k", "0312345678", AT_S, person=person, recording_path="/r/a.wav", duration_s=3725.0))
    assert cells == {
        "日時": "2026-11-24 14:05:09",
        "方向": "着信",
        "結果": "着信",
        "名前": "山田 花子",
        "会社": "みどり商事",
        "番号": "0312345678",
        "通話時間": "1:02:05",
        "着信先": "201",
        "転送元": "",
        "転送先": "",
        "理由": "",
        "コーデック": "G.722",
        "品質(MOS)": "4.2",
        "録音ファイル": "/r/a.wav",
    }


@pytest.mark.parametrize(
    ("anonymity", "name", "number"),
    [(Anonymity.NONE, "", "0312345678"), (Anonymity.WITHHELD, "非通知", "")],
)
def test_a_stranger_has_a_number_or_a_reason_why_not(anonymity: Anonymity, name: str, number: str) -> None:
    cells = row(unanswered("k", "0312345678", AT_S, CallResult.MISSED, anonymity=anonymity))
    assert (cells["名前"], cells["番号"]) == (name, number)
