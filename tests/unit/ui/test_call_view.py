"""View states of calls: who is in front, what each says and what can be done with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from softphone.app.text import Text
from softphone.domain.call import Call, CallState, Direction, TerminatedReason
from softphone.domain.errors import FailureCause
from softphone.domain.identity import Anonymity
from softphone.domain.media import MediaDirection
from softphone.domain.transfer import Transfer, TransferState
from softphone.domain.uri import Party
from softphone.storage.catalogue import load_texts
from softphone.ui.call_view import CallFacts, CallsView, CallView, call_view, calls_view, compacted

JA = Text(load_texts(Path(__file__).parents[3] / "resources", "ja"), "ja")
CALL = Call(
    key="a",
    account_key="main",
    direction=Direction.INITIATOR,
    remote=Party("sip:202@x", "山田 花子", "202"),
    state=CallState.CONFIRMED,
    codec="G722",
    created_at_s=90.0,
    confirmed_at_s=100.0,
)
OTHER = replace(
    CALL,
    key="b",
    remote=Party("sip:203@x", "鈴木 一郎", "203"),
    local_media=MediaDirection.SENDONLY,
    created_at_s=150.0,
)
RINGING = replace(
    CALL,
    key="r",
    direction=Direction.RECIPIENT,
    state=CallState.EARLY,
    confirmed_at_s=0.0,
    created_at_s=200.0,
)


def views(*calls: Call, facts: CallFacts | None = None) -> CallsView:
    return calls_view(JA, calls, now_s=300.0, facts=facts or CallFacts())


def front(*calls: Call, facts: CallFacts | None = None) -> CallView:
    view = views(*calls, facts=facts).front
    assert view is not None
    return view


def test_of_held_calls_the_one_talked_on_last_is_in_front() -> None:
    held = replace(CALL, local_media=MediaDirection.SENDONLY)
    assert front(held, OTHER, facts=CallFacts(active="a")).key == "a"
    assert front(held, OTHER, facts=CallFacts(active="b")).key == "b"


def test_how_long_it_waits() -> None:
    row = views(CALL, OTHER, facts=CallFacts(held_since_s={"b": 175.0})).others[0]
    assert (row.since, row.icon, row.row) == ("2:05", "pause", ("switch", "hang_up"))


def test_a_row_is_resumed_where_nobody_talks() -> None:
    held = replace(CALL, local_media=MediaDirection.SENDONLY, created_at_s=500.0)
    assert views(held, OTHER).others[0].row == ("resume", "hang_up")


@pytest.mark.parametrize(
    ("anonymity", "name"),
    [
        (Anonymity.WITHHELD, "非通知"),
        (Anonymity.PAYPHONE, "公衆電話"),
        (Anonymity.NOT_AVAILABLE, "通知不可"),
        (Anonymity.OUT_OF_AREA, "表示圏外"),
    ],
)
def test_why_there_is_no_number(anonymity: Anonymity, name: str) -> None:
    view = call_view(
        JA, replace(RINGING, remote=Party("sip:a@x", "", "anonymous"), anonymity=anonymity), now_s=0
    )
    assert (view.name, view.number, view.initial) == (name, "", "")


def test_the_line_is_said_where_it_is_not_ones_own() -> None:
    called = replace(RINGING, called="0398765432", diverted_by=Party("sip:201@x", "", "201"))
    view = call_view(JA, called, now_s=0, facts=CallFacts(own_number="20201"))
    assert (view.detail, view.line) == ("201 から転送", "着信先 0398765432")
    assert call_view(JA, called, now_s=0, facts=CallFacts(own_number="0398765432")).line == ""


def test_a_second_caller_can_be_answered_in_more_ways() -> None:
    assert views(CALL, RINGING).others[0].menu == (
        "answer_held",
        "end_and_answer",
        "",
        "decline_busy",
        "to_number",
    )
    alone = front(RINGING, facts=CallFacts(offers=("voicemail_box",)))
    assert alone.menu == ("answer_held", "", "decline_busy", "to_voicemail", "to_number")


def test_a_conference_is_one_view() -> None:
    members = [
        replace(call, in_conference=True, local_media=MediaDirection.SENDRECV) for call in (CALL, OTHER)
    ]
    view = front(*members)
    assert (view.phase, view.name, view.number) == ("conference", "会議(3人)", "山田 花子、鈴木 一郎")
    assert [party.name for party in view.parties] == ["山田 花子", "鈴木 一郎"]
    assert "leave" not in view.disabled
    third = replace(members[0], key="c")
    assert "leave" in front(*members, third).disabled


def test_a_held_conference_waits_as_a_row() -> None:
    members = [
        replace(call, in_conference=True, local_media=MediaDirection.SENDONLY) for call in (CALL, OTHER)
    ]
    alone = replace(CALL, key="c", created_at_s=250.0)
    shown = views(*members, alone)
    assert shown.front is not None
    assert shown.front.key == "c"
    assert [(row.key, row.phase) for row in shown.others] == [("a", "conference")]
    assert shown.joinable == (("a", "会議(3人)"),)


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (TransferState.ASKED, "依頼しています"),
        (TransferState.TRYING, "依頼しています"),
        (TransferState.RINGING, "呼び出し中"),
    ],
)
def test_a_transfer_under_way_can_be_stopped_and_not_begun_again(state: TransferState, step: str) -> None:
    view = front(replace(CALL, transfer=Transfer(target="sip:205@x", state=state)))
    assert [(note.words, note.detail, note.actions) for note in view.notes] == [
        ("205 に転送しています", step, ("cancel_transfer",))
    ]
    assert {"transfer", "hold", "join"} <= set(view.disabled)


def test_a_transfer_that_failed_leaves_the_call_as_it_was() -> None:
    view = front(replace(CALL, transfer=Transfer(target="sip:205@x", state=TransferState.FAILED)))
    assert (view.notes, view.state_words) == ((), "通話中")


def test_a_consultation_is_completed_or_given_up() -> None:
    view = front(CALL, OTHER, facts=CallFacts(transferee={"a": "鈴木 一郎"}))
    assert [note.actions for note in view.notes] == [("cancel_consultation", "complete")]
    assert "transfer" in view.disabled


def test_a_redirect_waits_for_a_choice() -> None:
    trying = replace(CALL, state=CallState.TRYING, confirmed_at_s=0.0, redirect_targets=("sip:0312345678@x",))
    view = front(trying)
    assert (view.phase, view.controls) == ("choosing", ())
    assert view.notes[0].actions == ("refuse", "follow")


def test_recording_is_offered_where_it_is_allowed() -> None:
    assert "record" in front(CALL).disabled
    assert "record" not in front(CALL, facts=CallFacts(recordable=frozenset("a"))).disabled
    recorded = replace(CALL, recording_path="/x.wav")
    view = front(recorded, facts=CallFacts(recorded_since_s={"a": 268.0}))
    assert (view.recording, view.state_words) == ("録音中 0:32", "通話中")
    assert "record" not in view.disabled


def test_no_other_call_where_every_line_is_in_use() -> None:
    assert "add_call" in front(CALL).menu
    full = front(CALL, facts=CallFacts(room=False))
    assert "add_call" not in full.menu
    assert "join" in full.disabled


def test_one_row_of_controls_loses_nothing() -> None:
    view = front(CALL, OTHER, facts=CallFacts(recordable=frozenset("a")))
    low = compacted(view)
    assert low.controls == ("mute", "hold", "transfer", "more")
    assert set(view.controls) | set(view.menu) <= set(low.controls) | set(low.menu)
    assert compacted(front(RINGING)) == front(RINGING)


def test_a_talk() -> None:
    view = call_view(JA, CALL, now_s=165.0)
    assert (view.phase, view.name, view.number, view.initial, view.timer) == (
        "talking",
        "山田 花子",
        "202",
        "山",
        "1:05",
    )


def test_a_caller_without_name_or_number() -> None:
    view = call_view(JA, replace(CALL, remote=Party("sip:x")), now_s=100.0)
    assert (view.name, view.number, view.initial) == ("番号不明", "", "")


def test_a_number_is_not_said_twice() -> None:
    view = call_view(JA, replace(CALL, remote=Party("sip:x", "", "0312345678")), now_s=100.0)
    assert (view.name, view.number, view.initial) == ("0312345678", "", "")


def test_held_is_told() -> None:
    view = call_view(JA, replace(CALL, local_media=MediaDirection.SENDONLY), now_s=100.0)
    assert (view.held, view.state_words, view.tone) == (True, "保留中", "warn")


def test_a_failed_call_has_words_hint_and_a_way_to_call_again() -> None:
    ended = replace(
        CALL,
        state=CallState.TERMINATED,
        reason=TerminatedReason.REJECTED,
        cause=FailureCause.BUSY,
        confirmed_at_s=0.0,
        terminated_at_s=110.0,
    )
    view = call_view(JA, ended, now_s=200.0)
    assert (view.phase, view.state_words, view.tone, view.redial) == ("ended", "話し中です", "bad", "202")
    assert view.hint


def test_the_talk_is_in_front_of_held_and_ringing() -> None:
    held = replace(CALL, key="held", local_media=MediaDirection.SENDONLY)
    ringing = replace(
        CALL,
        key="ring",
        direction=Direction.RECIPIENT,
        state=CallState.EARLY,
        confirmed_at_s=0.0,
        created_at_s=200.0,
    )
    view = calls_view(JA, (held, CALL, ringing), now_s=300.0, facts=CallFacts(digits={"a": "12"}))
    assert view.front is not None
    assert (view.front.key, view.front.digits) == ("a", "12")
    assert [other.key for other in view.others] == ["held", "ring"]
    front = calls_view(JA, (held, ringing), now_s=300.0, facts=CallFacts()).front
    assert front is not None
    assert front.key == "ring"
    assert calls_view(JA, (), now_s=0.0, facts=CallFacts()).front is None
