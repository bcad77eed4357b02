"""View states of calls: the one in front as a card, the others as rows, a conference as one.

calls + CallFacts + Text ─▸ CallsView ─▸ call_panel, incoming_window, call bar. No Qt here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from msgspec import structs

from softphone.app.text import Text, call_state_text, diverted_text, failure_hint, known_name, party_title
from softphone.domain.call import Call, CallState
from softphone.domain.errors import FailureCause
from softphone.domain.transfer import Transfer, TransferState
from softphone.domain.uri import parse_party
from softphone.ui.view_state import quality_bars, quality_text, timer_text

_TRANSFER_WORDS = {
    TransferState.ASKED: "asked",
    TransferState.TRYING: "asked",
    TransferState.RINGING: "ringing",
}
_KEPT = ("mute", "hold", "transfer", "split")  # where there is room for one row of controls
_ROW_ICONS = {"ringing": "bell", "waiting": "phone-fill", "ended": "hang-up-fill"}


@dataclass(frozen=True)
class CallFacts:
    """What the calls themselves do not say. Times are Unix seconds.

    ``held_since_s`` and ``recorded_since_s`` by key; ``transferee`` the name of who is to be handed over, by
    the key of the consultation, ``handing`` that transfer under way; ``recordable`` keys one may record;
    ``offers``: park, voicemail_box; ``own_number`` needs not be said; ``active`` is the call one talked on
    last; ``room``: another call can be made; ``name_of`` names a number where the phone book has it,
    ``shown`` writes it as one reads it.
    """

    digits: dict[str, str] = field(default_factory=dict)
    held_since_s: dict[str, float] = field(default_factory=dict)
    recorded_since_s: dict[str, float] = field(default_factory=dict)
    transferee: dict[str, str] = field(default_factory=dict)
    handing: dict[str, Transfer] = field(default_factory=dict)
    recordable: frozenset[str] = frozenset()
    offers: tuple[str, ...] = ()
    own_number: str = ""
    active: str = ""
    room: bool = True
    name_of: Callable[[str], str] = str
    shown: Callable[[str], str] = str


@dataclass(frozen=True)
class NoteView:
    """Something on the card that is under way or wrong. ``tone``: info, warn, bad; ``actions`` by name."""

    words: str
    tone: str
    icon: str
    detail: str = ""
    actions: tuple[str, ...] = ()


@dataclass(frozen=True)
class PartyView:
    """One party of the conference."""

    key: str
    name: str
    number: str
    initial: str
    muted: bool
    photo_id: str = ""


@dataclass(frozen=True)
class CallView:
    """One call (or the conference) as a card or a row. ``bars`` 0–4 (0: not measured).

    ``phase``: ringing, waiting, choosing, talking, conference, ended. ``company`` and ``photo_id`` are the
    phone book's. ``since`` is how long it waits on hold,
    ``detail`` by which way it came, ``line`` which number of ours was called.
    ``controls`` are its round buttons, ``menu`` the names behind 「その他」, ``row`` its keys as a row;
    ``disabled`` controls cannot be used now.
    """

    key: str
    phase: str
    name: str
    number: str
    initial: str
    state_words: str
    company: str = ""
    photo_id: str = ""
    tone: str = ""
    timer: str = ""
    since: str = ""
    hint: str = ""
    detail: str = ""
    line: str = ""
    quality_words: str = ""
    bars: int = 0
    muted: bool = False
    held: bool = False
    recording: str = ""
    digits: str = ""
    redial: str = ""
    icon: str = ""
    notes: tuple[NoteView, ...] = ()
    parties: tuple[PartyView, ...] = ()
    controls: tuple[str, ...] = ()
    disabled: tuple[str, ...] = ()
    menu: tuple[str, ...] = ()
    row: tuple[str, ...] = ()


def hidden_caller(text: Text, view: CallView) -> CallView:
    """The same without who it is: nobody is to read that on this screen now."""
    return replace(view, name=text("incoming.hidden"), number="", initial="", detail="")


@dataclass(frozen=True)
class CallsView:
    """All calls: the one in front, the others as rows; ``joinable``: (key, name) of other answered ones."""

    front: CallView | None = None
    others: tuple[CallView, ...] = ()
    joinable: tuple[tuple[str, str], ...] = ()


def call_view(text: Text, call: Call, *, now_s: float, facts: CallFacts | None = None) -> CallView:
    """One call at ``now_s`` (Unix seconds)."""
    facts = facts or CallFacts()
    remote = call.remote
    name = party_title(text, call)
    phase = _phase(call)
    failed = phase == "ended" and call.cause is not FailureCause.NONE
    talking = phase == "talking"
    until_s = now_s if call.is_live else call.terminated_at_s
    return CallView(
        key=call.key,
        phase=phase,
        name=facts.shown(name) if name == remote.number else name,
        number=facts.shown(remote.number) if remote.number != name and not call.anonymity.value else "",
        initial="" if call.anonymity.value else _initial(known_name(call)),
        state_words=_state(text, call),
        company=call.person.company if call.person is not None else "",
        photo_id=call.person.photo_id if call.person is not None else "",
        tone="bad" if failed else "warn" if call.held or call.held_by_remote else "",
        timer=timer_text(until_s - call.confirmed_at_s) if call.confirmed_at_s else "",
        since=_passed(facts.held_since_s.get(call.key), now_s) if call.held else "",
        hint=failure_hint(text, call.cause) if failed else "",
        detail=_detail(text, call),
        line=text("incoming.line", line=call.called) if call.called not in ("", facts.own_number) else "",
        quality_words=quality_text(text, call.codec, call.quality) if talking else "",
        bars=quality_bars(call.quality) if talking else 0,
        muted=call.muted,
        held=call.held,
        recording=_recording(text, call, facts, now_s) if talking else "",
        digits=facts.digits.get(call.key, ""),
        redial=remote.number if phase == "ended" and not call.anonymity.value else "",
        icon=_ROW_ICONS.get(phase, "pause" if call.held or call.held_by_remote else "phone-fill"),
        notes=_notes(text, call, facts),
    )


def calls_view(text: Text, calls: tuple[Call, ...], *, now_s: float, facts: CallFacts) -> CallsView:
    """All calls: in front is the one talked on, else the newest that is not only waiting."""
    if not calls:
        return CallsView()
    members = tuple(call for call in calls if call.in_conference and call.state is CallState.CONFIRMED)
    singles = tuple(call for call in calls if call not in members)

    def rank(call: Call) -> tuple[int, bool, float]:
        talked = call.state is CallState.CONFIRMED and not call.held
        order = 3 if talked else 0 if not call.is_live else 1 if call.held else 2
        return order, call.key == facts.active, call.created_at_s

    front = max(calls, key=rank)
    talks = rank(front)[0] == 3
    answered = tuple(call for call in singles if call.state is CallState.CONFIRMED)
    joinable = tuple((call.key, party_title(text, call)) for call in answered if call is not front)
    views = {call.key: call_view(text, call, now_s=now_s, facts=facts) for call in singles}
    if members:
        views[members[0].key] = _conference_view(text, members, now_s=now_s, facts=facts)
        if front not in members:
            joinable += ((members[0].key, views[members[0].key].name),)
    front_key = members[0].key if front in members else front.key
    acting = _Acting(len(views), len(joinable), talks, facts)
    return CallsView(
        acting.front(views[front_key]),
        tuple(acting.other(view) for key, view in views.items() if key != front_key),
        joinable,
    )


def compacted(view: CallView) -> CallView:
    """``view`` with one row of controls: the others go into the menu."""
    if "more" not in view.controls or view.phase == "ringing":
        return view
    kept = tuple(name for name in view.controls if name in _KEPT)
    moved = tuple(name for name in view.controls if name not in (*kept, "more", *view.disabled))
    said = tuple("stop_recording" if name == "record" and view.recording else name for name in moved)
    return replace(view, controls=(*kept, "more"), menu=(*said, "", *view.menu))


@dataclass(frozen=True)
class _Acting:
    """What can be done with each of ``count`` calls, ``joinable`` of them answered and not in front."""

    count: int
    joinable: int
    talks: bool
    facts: CallFacts

    def front(self, view: CallView) -> CallView:
        """The card's controls and menu."""
        common = ("add_call",) * self.facts.room + ("hang_up_all",) * (self.count > 1)
        if view.phase == "conference":
            controls = ("mute", "hold", "record", "audio", "join", "split", "leave", "more")
            possible = {
                "record": self._recordable(view),
                "join": self._others,
                "leave": len(view.parties) == 2,  # a transfer joins two, not three
            }
            return replace(view, controls=controls, disabled=_without(possible), menu=common)
        if view.phase == "talking":
            return self._talking(view, common)
        if view.phase == "ringing":
            return replace(view, controls=("decline", "more", "answer"), menu=self._answers(talking=False))
        if view.phase == "waiting":
            return replace(view, controls=("audio",))
        return view

    def other(self, view: CallView) -> CallView:
        """The row's keys."""
        if view.phase == "ringing":
            row = ("answer", "more", "decline")
            return replace(view, row=row, menu=self._answers(talking=self.talks))
        if view.phase in ("talking", "conference"):
            return replace(view, row=(("switch" if self.talks else "resume"), "hang_up"))
        return replace(view, row=("hang_up",) if view.phase in ("waiting", "choosing") else ())

    def _talking(self, view: CallView, common: tuple[str, ...]) -> CallView:
        under_way = any("cancel_transfer" in note.actions for note in view.notes)
        handing = any("complete" in note.actions for note in view.notes)
        possible = {
            "hold": not under_way,
            "transfer": not under_way and not handing,
            "join": not under_way and self._others,
            "record": self._recordable(view),
        }
        menu = ("swap",) * (self.joinable > 0) + ("park",) * ("park" in self.facts.offers and not under_way)
        return replace(
            view,
            controls=("mute", "hold", "keypad", "audio", "transfer", "join", "record", "more"),
            disabled=_without(possible),
            menu=menu + common,
        )

    @property
    def _others(self) -> bool:
        """Somebody can be taken into a conference."""
        return self.joinable > 0 or self.facts.room

    def _recordable(self, view: CallView) -> bool:
        return bool(view.recording) or view.key in self.facts.recordable

    def _answers(self, *, talking: bool) -> tuple[str, ...]:
        others = ("end_and_answer",) if talking else ()
        voicemail = ("to_voicemail",) if "voicemail_box" in self.facts.offers else ()
        return ("answer_held", *others, "", "decline_busy", *voicemail, "to_number")


def _without(possible: dict[str, bool]) -> tuple[str, ...]:
    """The names of what is not possible."""
    return tuple(name for name, can in possible.items() if not can)


def _conference_view(text: Text, members: tuple[Call, ...], *, now_s: float, facts: CallFacts) -> CallView:
    parties = tuple(
        PartyView(
            key=call.key,
            name=party_title(text, call),
            number="" if call.anonymity.value or not known_name(call) else facts.shown(call.remote.number),
            initial="" if call.anonymity.value else _initial(known_name(call)),
            muted=call.party_muted,
            photo_id=call.person.photo_id if call.person is not None else "",
        )
        for call in members
    )
    first, held = members[0], all(call.held for call in members)
    recorded = next((call for call in members if call.is_recording), first)
    since = min((facts.held_since_s.get(call.key, now_s) for call in members), default=now_s)
    return CallView(
        key=first.key,
        phase="conference",
        name=text("conference.title", count=len(members) + 1),
        number=text("conference.between").join(party.name for party in parties),
        initial="",
        state_words=text("call.held" if held else "conference.state"),
        tone="warn" if held else "",
        timer=timer_text(now_s - min(call.confirmed_at_s for call in members)),
        since=timer_text(now_s - since) if held else "",
        muted=all(call.muted for call in members),
        held=held,
        recording=_recording(text, recorded, facts, now_s),
        icon="pause" if held else "people",
        parties=parties,
        notes=tuple(note for call in members for note in _notes(text, call, facts)),
    )


def _phase(call: Call) -> str:
    if not call.is_live:
        return "ended"
    if call.redirect_targets:
        return "choosing"
    if call.is_ringing_here:
        return "ringing"
    return "talking" if call.state is CallState.CONFIRMED else "waiting"


def _state(text: Text, call: Call) -> str:
    """What it does, in a word; how far a transfer is and that nothing is heard say their notes."""
    if call.is_live and call.transfer is not None and call.transfer.is_under_way:
        return text("transfer.under_way")
    return call_state_text(text, structs.replace(call, silent=False, recording_path=""))


def _detail(text: Text, call: Call) -> str:
    """By which way they came: 201 から転送."""
    return diverted_text(text, call) or (text("call_panel.transferred") if call.transferred_from else "")


def _notes(text: Text, call: Call, facts: CallFacts) -> tuple[NoteView, ...]:
    notes = []
    if call.is_live and call.redirect_targets:
        who = facts.name_of(_target(call.redirect_targets[0]))
        words = text("call_panel.redirect", who=who)
        notes.append(NoteView(words, "info", "transfer", actions=("refuse", "follow")))
    transfer = facts.handing.get(call.key) or call.transfer
    if call.is_live and transfer is not None and transfer.is_under_way:
        step = text(f"transfer.{_TRANSFER_WORDS[transfer.state]}")
        who, target = facts.transferee.get(call.key, ""), facts.name_of(_target(transfer.target))
        words = text("transfer.whom", who=who) if who else text("transfer.to", who=target)
        notes.append(NoteView(words, "info", "transfer", step, ("cancel_transfer",)))
    elif call.key in facts.transferee and call.is_live:
        step = "consulting" if call.state is CallState.CONFIRMED else "calling"
        words = text(f"transfer.{step}", who=facts.transferee[call.key])
        notes.append(NoteView(words, "info", "transfer", actions=("cancel_consultation", "complete")))
    if call.silent and call.is_live:
        notes.append(NoteView(text("call_panel.silent"), "warn", "triangle", text("call_panel.silent_hint")))
    return tuple(notes)


def _target(uri: str) -> str:
    return parse_party(uri).number


def _recording(text: Text, call: Call, facts: CallFacts, now_s: float) -> str:
    if not call.is_recording:
        return ""
    return text("call_panel.recording", time=_passed(facts.recorded_since_s.get(call.key), now_s) or "0:00")


def _passed(since_s: float | None, now_s: float) -> str:
    return "" if since_s is None else timer_text(now_s - since_s)


def _initial(name: str) -> str:
    """The letter in the round picture: of a name, never of a number."""
    return name[0].upper() if name and name[0].isalpha() else ""
