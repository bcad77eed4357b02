"""履歴: what is kept, for how long, and what comes back."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from softphone.app.changes import HistoryMoved, Notice
from softphone.app.history import DAY_S, EXPORT_STEP, PRUNED_AT_ONCE, Export
from softphone.domain.call import TerminatedReason
from softphone.domain.history import CallRecord, CallResult, HistoryKind, HistoryQuery
from softphone.domain.ports import StoreTrouble
from softphone.domain.settings import HistorySettings, Settings
from tests.helpers.call_records import record, unanswered
from tests.helpers.fake_people import FakeHistory
from tests.helpers.fake_table import FakeTable
from tests.helpers.fakes import ACCOUNT, START_S, PhoneKit, fake_phone

FULL = StoreTrouble(code="full")


def missed(key: str, at_s: float = START_S) -> CallRecord:
    return unanswered(key, "202", at_s, CallResult.MISSED, seen=False)


def phone_with(*records: CallRecord, keep_days: int = 365, **options: object) -> PhoneKit:
    settings = Settings(account=ACCOUNT, history=HistorySettings(keep_days=keep_days))
    kit = fake_phone(settings, password="secret", history=FakeHistory(*records), **options)
    kit.phone.start()
    return kit


def keys(kit: PhoneKit) -> set[str]:
    return {each.key for each in kit.history.records}


def test_a_call_that_is_over_is_remembered_and_told() -> None:
    kit = phone_with()
    before = len(kit.changes_of(HistoryMoved))
    kit.ended(kit.incoming(), TerminatedReason.CANCELLED)
    assert [each.result for each in kit.history.records] == [CallResult.MISSED]
    assert kit.phone.history.unseen_missed == 1
    assert len(kit.changes_of(HistoryMoved)) == before + 1


def test_a_call_that_cannot_be_stored_is_told() -> None:
    kit = phone_with()
    kit.history.trouble = FULL
    kit.ended(kit.incoming())
    assert [notice.code for notice in kit.changes_of(Notice)] == ["history_not_saved_full"]


def test_nothing_is_counted_before_the_history_is_open() -> None:
    kit = fake_phone(account=ACCOUNT, password="secret", history=FakeHistory(missed("m")))
    assert kit.phone.history.unseen_missed == 0
    kit.phone.start()
    assert kit.phone.history.unseen_missed == 1
    assert kit.changes_of(HistoryMoved)


def test_old_calls_go_at_the_start_and_every_day() -> None:
    kit = phone_with(missed("old", START_S - 31 * DAY_S), missed("kept", START_S - 29 * DAY_S), keep_days=30)
    assert keys(kit) == {"kept"}
    kit.dispatcher.advance(2 * DAY_S)
    assert keys(kit) == set()


def test_many_old_calls_go_a_turn_of_the_window_at_a_time() -> None:
    old = [missed(f"old{number}", START_S - 31 * DAY_S) for number in range(2 * PRUNED_AT_ONCE + 1)]
    kit = phone_with(*old, missed("kept"), keep_days=30)
    assert keys(kit) == {"kept"}
    assert len(kit.changes_of(HistoryMoved)) >= 3


def test_nothing_goes_where_calls_are_kept_for_ever() -> None:
    kit = phone_with(missed("old", START_S - 4000 * DAY_S), keep_days=0)
    kit.dispatcher.advance(3 * DAY_S)
    assert keys(kit) == {"old"}


def test_a_shorter_time_deletes_nothing_at_once() -> None:
    kit = phone_with(missed("m", START_S - 100 * DAY_S))
    settings = kit.phone.settings
    settings.change_fields(history=replace(settings.now.history, keep_days=90))
    assert keys(kit) == {"m"}
    kit.dispatcher.advance(DAY_S)
    assert keys(kit) == set()


def test_missed_calls_are_looked_at() -> None:
    kit = phone_with(missed("a"), missed("b"))
    kit.phone.history.mark_seen()
    assert kit.phone.history.unseen_missed == 0
    told = len(kit.changes_of(HistoryMoved))
    kit.phone.history.mark_seen()
    assert len(kit.changes_of(HistoryMoved)) == told  # nothing to tell


def test_what_was_deleted_comes_back() -> None:
    kit = phone_with(missed("a"), missed("b"), missed("c"))
    history = kit.phone.history
    assert not history.can_undo
    assert history.delete(("a", "b"))
    assert keys(kit) == {"c"}
    assert kit.changes_of(HistoryMoved)[-1].deleted == ("a", "b")
    assert history.undo()
    assert keys(kit) == {"a", "b", "c"}
    assert not history.undo()


def test_what_cannot_be_deleted_is_told_and_stays() -> None:
    kit = phone_with(missed("a"))
    kit.history.trouble = FULL
    assert not kit.phone.history.delete(("a",))
    assert not kit.phone.history.clear()
    assert keys(kit) == {"a"}
    assert {notice.code for notice in kit.changes_of(Notice)} == {"history_not_deleted_full"}


def test_all_is_forgotten_for_good() -> None:
    kit = phone_with(missed("a"), missed("b"))
    kit.phone.history.delete(("a",))
    assert kit.phone.history.clear()
    assert keys(kit) == set()
    assert not kit.phone.history.can_undo
    assert kit.phone.history.unseen_missed == 0


def export(kit: PhoneKit, query: HistoryQuery = HistoryQuery()) -> tuple[Export, list[int]]:
    steps: list[int] = []
    made = kit.phone.history.export(
        "/x/a.csv", query, ("key",), lambda each: (each.key,), lambda told: steps.append(told.written)
    )
    return made, steps


def test_an_export_goes_step_by_step() -> None:
    table = FakeTable()
    calls = [record(f"k{number}", "202", START_S - number) for number in range(EXPORT_STEP + 10)]
    kit = phone_with(*calls, open_table=lambda path: table)
    made, steps = export(kit)
    assert table.rows == [("key",)]  # the thread was free before the first step
    kit.dispatcher.advance(0.0)
    assert steps == [EXPORT_STEP, EXPORT_STEP + 10]
    assert (made.state, made.total, table.state) == ("finished", EXPORT_STEP + 10, "finished")
    assert table.rows == [("key",), *((each.key,) for each in calls)]


def test_an_export_has_what_is_shown() -> None:
    table = FakeTable()
    kit = phone_with(missed("m"), record("r", "202", START_S), open_table=lambda path: table)
    export(kit, HistoryQuery(kind=HistoryKind.MISSED))
    kit.dispatcher.advance(0.0)
    assert table.rows == [("key",), ("m",)]


def test_a_cancelled_export_leaves_no_file() -> None:
    table = FakeTable()
    kit = phone_with(missed("m"), open_table=lambda path: table)
    made, _ = export(kit)
    made.cancel()
    kit.dispatcher.advance(1.0)
    assert (made.state, table.state, table.rows) == ("cancelled", "discarded", [("key",)])


def test_a_full_disk_ends_an_export() -> None:
    table = FakeTable(fails_at=1)
    kit = phone_with(missed("m"), open_table=lambda path: table)
    made, steps = export(kit)
    kit.dispatcher.advance(1.0)
    assert (made.state, made.reason, table.state) == ("failed", "No space left on device", "discarded")
    assert steps


def test_a_file_that_cannot_be_opened_is_told() -> None:
    def refuse(path: str) -> FakeTable:
        raise PermissionError(13, "Permission denied")

    kit = phone_with(missed("m"), open_table=refuse)
    made, steps = export(kit)
    assert (made.state, made.reason, len(steps)) == ("failed", "Permission denied", 1)


@pytest.mark.parametrize("options", [{}, {"open_table": lambda path: FakeTable()}])
def test_export_is_offered_only_where_files_can_be_written(options: dict[str, object]) -> None:
    assert phone_with(**options).phone.history.can_export == bool(options)
