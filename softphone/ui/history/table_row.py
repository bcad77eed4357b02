"""A call as a row of a table for a spreadsheet: head and cells, in the user's words. No Qt."""

from __future__ import annotations

from datetime import datetime

from softphone.app.text import Text, diverted_text
from softphone.domain.history import CallRecord
from softphone.ui.history.row_view import (
    Shown,
    direction_words,
    outcome_words,
    party_words,
    reason_words,
)
from softphone.ui.view_state import CODEC_NAMES

COLUMNS = (
    "when",
    "direction",
    "result",
    "name",
    "company",
    "number",
    "duration",
    "line",
    "diverted",
    "transferred",
    "reason",
    "codec",
    "mos",
    "recording",
)


def table_head(text: Text) -> tuple[str, ...]:
    """The names of the columns."""
    return tuple(text(f"history_table.{column}") for column in COLUMNS)


def table_cells(text: Text, record: CallRecord, shown: Shown) -> tuple[str, ...]:
    """One call; times as Excel takes them: ``2026-11-24 14:05:09``, ``0:05:32``."""
    name, number = party_words(text, record, shown)
    whole = round(record.duration_s)
    cells = {
        "when": f"{datetime.fromtimestamp(record.started_at_s):%Y-%m-%d %H:%M:%S}",
        "direction": direction_words(text, record),
        "result": outcome_words(text, record, shown),
        "name": name if number or record.anonymity.value else "",
        "company": record.person.company if record.person is not None else "",
        "number": number or (shown(record.remote.number) if not record.anonymity.value else ""),
        "duration": f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}",
        "line": shown(record.called) if record.called else "",
        "diverted": diverted_text(text, record),
        "transferred": shown(record.transferred_to) if record.transferred_to else "",
        "reason": reason_words(text, record)[0],
        "codec": CODEC_NAMES.get(record.codec, record.codec),
        "mos": f"{record.mos:.1f}" if record.mos else "",
        "recording": record.recording_path,
    }
    return tuple(cells[column] for column in COLUMNS)
