"""View states of 内線: what a tile says, by colour, shape and words; the list with its headings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from softphone.app.colleagues import ColleagueLine
from softphone.app.text import Text
from softphone.domain.colleague import ColleagueOrder, ColleagueState

# state: icon, colour role of words and mark, ground of the mark ("" an outline)
_SHAPES = {
    ColleagueState.RINGING: ("bell", "accent", "accent_fill"),
    ColleagueState.IDLE: ("check", "good", "good_soft"),
    ColleagueState.TALKING: ("phone-fill", "bad", "bad_soft"),
    ColleagueState.HELD: ("pause", "warn", "warn_soft"),
    ColleagueState.BUSY: ("state-busy", "warn", "warn_soft"),
    ColleagueState.DND: ("state-dnd", "bad", "bad_soft"),
    ColleagueState.AWAY: ("state-away", "text_soft", "fill"),
    ColleagueState.UNKNOWN: ("state-unknown", "text_soft", ""),
}
_STATES = {state: place for place, state in enumerate(ColleagueState)}
_EXPLAINED = (403, 404, 489)


@dataclass(frozen=True)
class TileView:
    """One colleague. ``title`` is the name, else the extension; ``detail`` stands behind the state's words.

    ``hint`` is all of it for the tool tip, ``spoken`` for screen readers.
    """

    extension: str
    title: str
    state: ColleagueState
    words: str
    icon: str
    tone: str
    ground: str
    detail: str = ""
    hint: str = ""
    spoken: str = ""


@dataclass(frozen=True)
class Heading:
    """The name of a group, over its tiles."""

    words: str


Row = TileView | Heading


def tile_view(text: Text, line: ColleagueLine) -> TileView:
    """The tile of one colleague."""
    icon, tone, ground = _SHAPES[line.state]
    extension = line.colleague.extension
    title = line.name or extension
    words = text(f"colleague_state.{line.state.value}")
    said = _said(text, line)
    detail = said or (extension if line.name else "")
    more = said
    if line.why:
        more = _why_long(text, line)
    elif line.remote is not None:
        more = text("colleague_tile.with", who=said)
    name = "spoken" if line.name else "spoken_number"
    values = {"name": line.name, "extension": extension, "state": words, "detail": more}
    spoken = (
        text(f"colleague_tile.{name}_more", **values) if more else text(f"colleague_tile.{name}", **values)
    )
    group = line.colleague.group
    first = "  ".join(part for part in (line.name, extension, group) if part)
    hint = "\n".join(part for part in (first, words, more) if part)
    return TileView(extension, title, line.state, words, icon, tone, ground, detail, hint, spoken)


def rows_of(
    text: Text, lines: Iterable[ColleagueLine], order: ColleagueOrder, search: str
) -> tuple[Row, ...]:
    """The list: those found, in ``order``; in one's own, groups have headings."""
    found = [line for line in lines if line.is_found_by(search)]
    if order is ColleagueOrder.NAME:
        found.sort(key=lambda line: line.sort_key)
    elif order is ColleagueOrder.STATE:
        found.sort(key=lambda line: (_STATES[line.state], line.sort_key))
    if order is not ColleagueOrder.OWN or not any(line.colleague.group for line in found):
        return tuple(tile_view(text, line) for line in found)
    rows: list[Row] = []
    for group in dict.fromkeys(line.colleague.group for line in found):
        rows.append(Heading(group or text("colleagues.no_group")))
        rows += [tile_view(text, line) for line in found if line.colleague.group == group]
    return tuple(rows)


def _said(text: Text, line: ColleagueLine) -> str:
    """Whom they talk to, what they say of themselves, or in two words why nothing is known."""
    if line.remote is not None:
        return line.remote.display_name or line.remote.number or line.remote.uri
    if line.why == "refused":
        code = line.status_code
        key = f"refused_{code}" if code in _EXPLAINED else "refused"
        return text(f"colleague_why.{key}", code=code)
    return text(f"colleague_why.{line.why}") if line.why else line.note


def _why_long(text: Text, line: ColleagueLine) -> str:
    key = line.why
    if key == "refused" and line.status_code in _EXPLAINED:
        key = f"refused_{line.status_code}"
    return text(f"colleague_why.long_{key}", code=line.status_code)
