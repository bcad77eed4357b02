"""What a row of the history shows and says."""

from __future__ import annotations

from datetime import datetime

import pytest
from msgspec.structs import replace

from softphone.app.text import Text
from softphone.domain.call import Direction
from softphone.domain.contact import Person
from softphone.domain.errors import FailureCause
from softphone.domain.history import CallRecord, CallResult
from softphone.domain.identity import Anonymity
from softphone.domain.uri import Party
from softphone.storage.catalogue import load_texts
from softphone.storage.paths import resources_dir
from softphone.ui.history.row_view import RowView, detail_rows, reason_words, row_view
from tests.helpers.call_records import record, unanswered

AT = datetime(2026, 11, 26, 14, 5)
TEXT = Text(load_texts(resources_dir(), "ja"), "ja")
YAMADA = Person(contact_key="c1", name="山田 花子", company="みどり商事")


def shown(number: str) -> str:
    return f"{number[:2]}-{number[2:]}" if number.startswith("0") else number


def view(call: CallRecord, **options: bool) -> RowView:
    return row_view(TEXT, call, shown, AT.date(), **options)


def answered(**fields: object) -> CallRecord:
    return record("k", "0312345678", AT.timestamp(), **fields)


def not_answered(result: CallResult, **fields: object) -> CallRecord:
    return unanswered("k", "0312345678", AT.timestamp(), result, **fields)


def test_an_answered_call_says_everything_to_a_screen_reader() -> None:
    row = view(answered(person=YAMADA, recording_path="/r/a.wav"))
    assert (row.name, row.company, row.number) == ("山田 花子", "みどり商事", "03-12345678")
    assert (row.result, row.time, row.duration, row.bars, row.recorded) == ("着信", "14:05", "5:32", 4, True)
    assert row.words == (
        "山田 花子、みどり商事、03-12345678、着信、今日 14:05、5分32秒、G.722 · 良好 · MOS 4.2、録音あり"
    )


def test_a_number_nobody_knows_is_the_name_and_stands_once() -> None:
    row = view(answered())
    assert (row.name, row.number) == ("03-12345678", "")
    assert row.words.count("03-12345678") == 1


def test_the_phone_book_knows_the_name_better_than_the_caller() -> None:
    caller = Party("sip:0312345678@h", "ヤマダ", "0312345678")
    assert view(answered(remote=caller)).name == "ヤマダ"
    assert view(answered(remote=caller, person=YAMADA)).name == "山田 花子"


def test_a_hidden_number_is_not_shown() -> None:
    row = view(not_answered(CallResult.MISSED, anonymity=Anonymity.WITHHELD))
    assert (row.name, row.number) == ("非通知", "")
    assert "0312345678" not in row.words


def test_missed_calls_are_new_until_seen() -> None:
    missed = not_answered(CallResult.MISSED, seen=False)
    assert view(missed).unseen
    assert "新着" in view(missed).words
    assert not view(replace(missed, seen=True)).unseen
    assert view(replace(missed, seen=True), fresh=True).unseen
    assert not view(answered(seen=False)).unseen


OUT = {"direction": Direction.INITIATOR}


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (answered(), "着信"),
        (answered(**OUT), "発信"),
        (answered(transferred_to="0451112222"), "04-51112222 へ転送"),
        (not_answered(CallResult.MISSED), "不在着信"),
        (not_answered(CallResult.DECLINED), "拒否"),
        (not_answered(CallResult.DECLINED, **OUT, cause=FailureCause.DECLINED), "相手が応答を拒否しました"),
        (not_answered(CallResult.CANCELLED, **OUT), "取り消し"),
        (not_answered(CallResult.FAILED, **OUT, cause=FailureCause.BUSY, status_code=486), "話し中です"),
        (not_answered(CallResult.FAILED, **OUT), "つながりませんでした"),
        (not_answered(CallResult.ELSEWHERE), "ほかの電話が応答"),
        (
            not_answered(CallResult.FORWARDED, transferred_to="0451112222"),
            "応答前に 04-51112222 へ転送",
        ),
        (answered(result=CallResult.LOST, cause=FailureCause.ENGINE_LOST), "切断されました"),
    ],
)
def test_every_result_has_its_own_words(call: CallRecord, words: str) -> None:
    assert view(call).result == words


def test_no_two_results_look_alike() -> None:
    """Shape and words tell them apart, not colour alone."""
    rows = [view(not_answered(result, transferred_to="")) for result in CallResult]
    assert len({(row.icon, row.result) for row in rows}) == len(CallResult)


def test_the_reason_comes_with_the_next_step() -> None:
    busy = not_answered(CallResult.FAILED, **OUT, cause=FailureCause.BUSY, status_code=486)
    assert reason_words(TEXT, busy) == ("話し中です", "しばらくしてからおかけ直しください。")
    assert reason_words(TEXT, answered()) == ("", "")


def test_details_say_only_what_is_known() -> None:
    by = Party("sip:202@h", "", "202")
    rows = dict(detail_rows(TEXT, answered(diverted_by=by, transferred_to="203"), shown, AT.date()))
    assert rows == {
        "日時": "今日 14:05",
        "通話時間": "5分32秒",
        "着信先": "201",
        "転送元": "202 から転送",
        "転送先": "203",
        "品質": "G.722 · 良好 · MOS 4.2",
    }
    assert list(dict(detail_rows(TEXT, not_answered(CallResult.MISSED, called=""), shown, AT.date()))) == [
        "日時"
    ]
