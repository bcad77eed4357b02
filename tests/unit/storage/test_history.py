"""The history. What the fake promises the real one keeps: both are asked the same."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from softphone.domain.call import Direction
from softphone.domain.contact import Contact, ContactEdit, ContactNumber, ContactQuery
from softphone.domain.errors import FailureCause
from softphone.domain.history import CallRecord, CallResult, HistoryKind, HistoryQuery
from softphone.domain.identity import Anonymity
from softphone.domain.ports import Contacts, History
from softphone.domain.uri import Party
from softphone.storage.contacts import SqliteContacts
from softphone.storage.database import Database
from softphone.storage.history import SqliteHistory
from softphone.storage.numbers import LibphonenumberNumbers
from tests.helpers.fake_people import FakeContacts, FakeHistory

TAKAHASHI = Contact(
    key="takahashi",
    name="高橋",
    reading="タカハシ",
    company="山田商事",
    numbers=(ContactNumber("03-1234-5678"),),
)


def call(
    key: str,
    number: str = "0312345678",
    at_s: float = 0.0,
    result: CallResult = CallResult.ANSWERED,
    direction: Direction = Direction.RECIPIENT,
    name: str = "",
    recording: str = "",
) -> CallRecord:
    return CallRecord(
        key=key,
        account_key="account",
        direction=direction,
        remote=Party(f"sip:{number}@pbx", name, number),
        result=result,
        cause=FailureCause.NONE,
        status_code=200,
        started_at_s=at_s,
        duration_s=12.5,
        recording_path=recording,
    )


OUT = Direction.INITIATOR
CALLS = (
    call("first", at_s=100.0),
    call("missed", at_s=200.0, result=CallResult.MISSED),
    call("out", "+81312345678", at_s=300.0, direction=OUT, recording="/r/out.wav"),
    call("colleague", "201", at_s=400.0, name="佐藤 花子"),
    call("stranger", "0399998888", at_s=500.0, result=CallResult.MISSED),
)

MakeHistory = Callable[[Contacts | None], History]


def fake_history(*people: Contact) -> tuple[History, Contacts]:
    contacts = FakeContacts(*people)
    return FakeHistory(contacts=contacts), contacts


def sqlite_history(*people: Contact) -> tuple[SqliteHistory, SqliteContacts]:
    return at_file(None, *people)


def at_file(file: Path | None, *people: Contact) -> tuple[SqliteHistory, SqliteContacts]:
    numbers, database = LibphonenumberNumbers(), Database(file)
    contacts = SqliteContacts(database, numbers)
    if people:
        contacts.apply(ContactEdit(saved=people))
    return SqliteHistory(database, numbers, contacts), contacts


@pytest.fixture(params=[fake_history, sqlite_history])
def both(request: pytest.FixtureRequest) -> History:
    history, _ = request.param(TAKAHASHI)
    for record in CALLS:
        history.add(record)
    return history  # type: ignore[no-any-return]


@pytest.fixture
def history() -> SqliteHistory:
    history, _ = sqlite_history(TAKAHASHI)
    for record in CALLS:
        history.add(record)
    return history


def keys(history: History, offset: int = 0, limit: int = 50, **query: object) -> list[str]:
    asked = HistoryQuery(**query)  # type: ignore[arg-type]
    rows = [row.key for row in history.page(asked, offset, limit)]
    if offset == 0 and limit == 50:
        assert len(rows) == history.count(asked)
    return rows


def test_the_newest_is_first(both: History) -> None:
    assert keys(both) == ["stranger", "colleague", "out", "missed", "first"]
    assert keys(both, offset=1, limit=2) == ["colleague", "out"]
    assert keys(both, offset=9) == []


def test_everything_of_a_call_is_kept() -> None:
    history, _ = sqlite_history()
    full = CallRecord(
        key="whole",
        account_key="account",
        direction=OUT,
        remote=Party("sip:0399998888@pbx", "名前", "0399998888"),
        result=CallResult.FAILED,
        cause=FailureCause.ENGINE_LOST,
        status_code=486,
        started_at_s=1234.5,
        duration_s=6.25,
        anonymity=Anonymity.PAYPHONE,
        diverted_by=Party("sip:201@pbx", "受付", "201"),
        called="0311112222",
        transferred_to="202",
        recording_path="/録音/a.wav",
        codec="G722",
        mos=4.3,
        seen=True,
    )
    history.add(full)
    assert history.get("whole") == full
    assert history.get("nothing") is None


def test_a_row_says_who_the_number_belongs_to_now(both: History) -> None:
    row = both.get("missed")
    assert row is not None
    assert row.person is not None
    assert row.person.name == "高橋"
    assert [each.person is not None for each in both.page(HistoryQuery(), 0, 5)] == [
        False,
        False,
        True,
        True,
        True,
    ]


def test_filters(both: History) -> None:
    assert keys(both, kind=HistoryKind.MISSED) == ["stranger", "missed"]
    assert keys(both, kind=HistoryKind.INCOMING) == ["stranger", "colleague", "missed", "first"]
    assert keys(both, kind=HistoryKind.OUTGOING) == ["out"]
    assert keys(both, kind=HistoryKind.RECORDED) == ["out"]
    assert keys(both, number="0312345678") == ["out", "missed", "first"]
    assert keys(both, since_s=200.0, until_s=400.0) == ["colleague", "out", "missed"]
    assert keys(both, since_s=300.0) == ["stranger", "colleague", "out"]
    assert keys(both, text="高橋", kind=HistoryKind.MISSED) == ["missed"]
    assert keys(both, text="高橋", kind=HistoryKind.INCOMING) == ["missed", "first"]
    assert keys(both, text="高橋", kind=HistoryKind.OUTGOING) == ["out"]
    assert keys(both, text="高橋", kind=HistoryKind.RECORDED, since_s=50.0) == ["out"]
    assert keys(both, text="1234", since_s=200.0, until_s=300.0) == ["out", "missed"]
    assert keys(both, text="1234", number="0312345678") == ["out", "missed", "first"]


def test_missed_calls_count_until_somebody_looked(both: History) -> None:
    assert both.unseen_missed() == 2
    both.mark_seen()
    assert both.unseen_missed() == 0
    row = both.get("missed")
    assert row is not None
    assert row.seen


def test_what_is_deleted_can_be_put_back(both: History) -> None:
    gone = both.delete(("missed", "colleague", "nothing"))
    assert {each.key for each in gone} == {"missed", "colleague"}
    assert keys(both) == ["stranger", "out", "first"]
    both.restore(gone)
    assert keys(both) == ["stranger", "colleague", "out", "missed", "first"]
    assert both.unseen_missed() == 2


def test_old_ones_are_forgotten_then_all(both: History) -> None:
    assert both.prune(300.0, limit=1) == 1
    assert keys(both) == ["stranger", "colleague", "out", "missed"]
    assert both.prune(300.0) == 1
    assert keys(both) == ["stranger", "colleague", "out"]
    assert both.prune(300.0) == 0
    assert both.clear() == 3
    assert keys(both) == []
    assert keys(both, text="0") == []


@pytest.mark.parametrize(
    "typed", ["高橋", "たかはし", "ﾀｶﾊｼ", "takahasi", "山田", "1234", "03-1234", "+8131", "5678"]
)
def test_a_call_is_found_by_its_number_and_by_whom_the_phone_book_has_for_it(
    history: SqliteHistory, typed: str
) -> None:
    assert keys(history, text=typed) == ["out", "missed", "first"]


def test_a_call_is_found_by_the_name_it_came_with(history: SqliteHistory) -> None:
    assert keys(history, text="花子") == ["colleague"]
    assert keys(history, text="佐藤花") == ["colleague"]
    assert keys(history, text="佐藤 201") == ["colleague"]
    assert keys(history, text="佐藤 202") == []


def test_words_may_be_found_partly_in_the_call_and_partly_in_the_phone_book(history: SqliteHistory) -> None:
    history.add(call("named", at_s=600.0, name="YAMADA TRADING"))
    assert keys(history, text="trading たかはし") == ["named"]


def test_what_else_the_phone_book_says_of_somebody_finds_no_call() -> None:
    mobile = ContactNumber("090-1111-2222", "mobile")
    history, contacts = sqlite_history(
        replace(
            TAKAHASHI, numbers=(*TAKAHASHI.numbers, mobile), note="火曜は休み", emails=("t@yamada.example",)
        )
    )
    history.restore(CALLS)
    for typed in ("0901111", "火曜", "t@yamada"):
        assert [row.key for row in contacts.rows(ContactQuery(text=typed))] == ["takahashi"]
        assert keys(history, text=typed) == []


def test_who_is_renamed_is_found_by_the_new_name_at_once() -> None:
    history, contacts = sqlite_history(TAKAHASHI)
    history.restore(CALLS)
    assert keys(history, text="鈴木") == []
    back = contacts.apply(ContactEdit(saved=(replace(TAKAHASHI, name="鈴木", reading="スズキ"),)))
    assert keys(history, text="suzuki") == ["out", "missed", "first"]
    contacts.apply(back)
    assert keys(history, text="suzuki") == []


def test_a_call_added_after_a_search_is_found_at_its_place(history: SqliteHistory) -> None:
    assert keys(history, text="0312") == ["out", "missed", "first"]
    history.add(call("new", at_s=250.0))
    history.add(call("newest", "0312340000", at_s=900.0))
    history.add(call("elsewhere", "0355550000", at_s=901.0))
    assert keys(history, text="0312") == ["newest", "out", "new", "missed", "first"]
    history.delete(("newest",))
    assert keys(history, text="0312") == ["out", "new", "missed", "first"]


def test_calls_that_began_at_once_keep_one_order(history: SqliteHistory) -> None:
    keys(history, text="0312")
    for key in ("x", "y", "z"):
        history.add(call(key, at_s=700.0))
    assert keys(history)[:3] == ["z", "y", "x"]
    assert keys(history, text="0312")[:3] == ["z", "y", "x"]
    history.prune(1.0)
    reread = SqliteHistory(history._database, LibphonenumberNumbers(), history._contacts)
    assert keys(reread, text="0312")[:3] == ["z", "y", "x"]


def test_a_call_is_remembered_once(history: SqliteHistory) -> None:
    history.add(replace(CALLS[0], duration_s=99.0))
    assert history.count() == 5
    assert history.count(HistoryQuery(text="0312")) == 3


def test_another_processs_call_is_found(tmp_path: Path) -> None:
    window, _ = at_file(tmp_path / "phone.db")
    command, _ = at_file(tmp_path / "phone.db")
    window.add(CALLS[0])
    assert keys(window, text="0312") == ["first"]
    command.add(CALLS[1])
    assert keys(window, text="0312") == ["missed", "first"]
    assert keys(window) == ["missed", "first"]
    command.add(CALLS[2])
    assert window.delete(("out", "first"))[0].key == "out"
    assert keys(window, text="0312") == keys(command, text="0312") == ["missed"]


steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 9), st.sampled_from(["0312345678", "201", "0399998888"])),
        st.tuples(st.just("delete"), st.integers(0, 9), st.integers(0, 9)),
        st.tuples(st.just("prune"), st.integers(0, 9), st.integers(0, 2)),
        st.tuples(st.just("rename"), st.sampled_from(["高橋", "鈴木"]), st.none()),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(steps, st.sampled_from(["0", "高橋", "すずき", "01 高", "3"]))
def test_a_search_that_is_kept_up_finds_what_one_read_anew_finds(
    taken: list[tuple[str, object, object]], typed: str
) -> None:
    database, numbers = Database(None), LibphonenumberNumbers()
    contacts = SqliteContacts(database, numbers)
    history = SqliteHistory(database, numbers, contacts)
    for nth, (kind, first, second) in enumerate(taken):
        if kind == "add":
            history.add(call(f"{nth % 5}", str(second), at_s=float(first)))  # type: ignore[arg-type]
        elif kind == "delete":
            history.delete((f"{first}", f"{second}"))
        elif kind == "prune":
            history.prune(float(first), int(second))  # type: ignore[arg-type, call-overload]
        else:
            contacts.apply(ContactEdit(saved=(replace(TAKAHASHI, name=str(first), reading=""),)))
        fresh = SqliteHistory(database, numbers, SqliteContacts(database, numbers))
        assert keys(history, text=typed) == keys(fresh, text=typed)
        assert keys(history) == keys(fresh)
