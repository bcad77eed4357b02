"""What a tile of 内線 says: by shape, by colour and in words."""

from __future__ import annotations

import pytest

from softphone.app.colleagues import ColleagueLine
from softphone.domain.colleague import Colleague, ColleagueOrder, ColleagueState
from softphone.domain.uri import Party
from softphone.ui.colleagues.tile_view import Heading, Row, TileView, rows_of, tile_view
from tests.helpers.gallery import words

TEXT = words("ja")


def line(
    extension: str,
    name: str = "",
    state: ColleagueState = ColleagueState.IDLE,
    *,
    group: str = "",
    reading: str = "",
    **fields: object,
) -> ColleagueLine:
    colleague = Colleague(extension=extension, group=group)
    return ColleagueLine(colleague=colleague, name=name, state=state, reading=reading, **fields)  # type: ignore[arg-type]


SATO = line("202", "佐藤 健一", ColleagueState.TALKING, group="営業部", reading="サトウ ケンイチ")
ITO = line("204", "伊藤 翔", ColleagueState.RINGING, group="営業部", reading="イトウ ショウ")
NOBODY = line("290")


def names(rows: tuple[Row, ...]) -> list[str]:
    return [f"[{row.words}]" if isinstance(row, Heading) else row.extension for row in rows]


def test_no_two_states_look_alike_or_sound_alike() -> None:
    tiles = [tile_view(TEXT, line("202", "佐藤", state)) for state in ColleagueState]
    assert len({tile.icon for tile in tiles}) == len({tile.words for tile in tiles}) == len(ColleagueState)


def test_a_tile_says_who_what_and_with_whom() -> None:
    party = Party("sip:0312345678@x", "青山商事", "0312345678")
    tile = tile_view(TEXT, line("202", "佐藤 健一", ColleagueState.TALKING, remote=party))
    assert (tile.title, tile.words, tile.detail) == ("佐藤 健一", "通話中", "青山商事")
    assert tile.spoken == "佐藤 健一、内線 202、通話中、相手 青山商事"
    assert tile_view(TEXT, SATO).detail == "202"
    assert tile_view(TEXT, NOBODY) == TileView(
        extension="290",
        title="290",
        state=ColleagueState.IDLE,
        words="待受中",
        icon="check",
        tone="good",
        ground="good_soft",
        hint="290\n待受中",
        spoken="内線 290、待受中",
    )


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    ("why", "status_code"),
    [("offline", 0), ("asking", 0), ("silent", 0), *(("refused", code) for code in (403, 404, 489, 500))],
)
def test_unknown_always_says_why(language: str, why: str, status_code: int) -> None:
    tile = tile_view(
        words(language), line("202", "A", ColleagueState.UNKNOWN, why=why, status_code=status_code)
    )
    assert tile.detail
    assert "colleague_" not in tile.detail + tile.hint
    assert len(tile.hint.splitlines()[-1]) > len(tile.detail)
    assert not status_code or str(status_code) in tile.hint


def test_groups_have_headings_in_one_s_own_order_alone() -> None:
    lines = (SATO, ITO, NOBODY)
    assert names(rows_of(TEXT, lines, ColleagueOrder.OWN, "")) == [
        "[営業部]",
        "202",
        "204",
        "[そのほか]",
        "290",
    ]
    assert names(rows_of(TEXT, (NOBODY,), ColleagueOrder.OWN, "")) == ["290"]
    assert names(rows_of(TEXT, lines, ColleagueOrder.NAME, "")) == ["204", "202", "290"]
    assert names(rows_of(TEXT, lines, ColleagueOrder.STATE, "")) == ["204", "290", "202"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("さとう", ["202"]),
        ("ｻﾄｳ", ["202"]),
        ("２０", ["202", "204"]),
        ("営業 翔", ["204"]),
        ("sato", []),
        ("  ", ["202", "204", "290"]),
    ],
)
def test_search_looks_at_names_readings_numbers_and_groups(typed: str, found: list[str]) -> None:
    rows = rows_of(TEXT, (SATO, ITO, NOBODY), ColleagueOrder.OWN, typed)
    assert [row.extension for row in rows if isinstance(row, TileView)] == found
