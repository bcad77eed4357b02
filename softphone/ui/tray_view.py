"""What the tray shows: one kind of state, missed calls, and the words for both. No Qt here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from softphone.app.text import Text, call_state_text, party_title, registration_title
from softphone.domain.account import Account, Registration
from softphone.domain.call import Call


@dataclass(frozen=True)
class TrayView:
    """``kind``: ringing, in_call, cannot_call, dnd, ready. ``state_words`` say it; ``missed`` calls unseen.

    ``ringing`` is the key of the caller who can be answered, or "".
    """

    kind: str
    state_words: str
    tip: str
    missed: int = 0
    missed_words: str = ""
    do_not_disturb: bool = False
    ringing: str = ""


def tray_view(
    text: Text,
    registration: Registration,
    account: Account | None,
    calls: Iterable[Call],
    *,
    do_not_disturb: bool,
    missed: int,
) -> TrayView:
    """The tray for what holds now. A caller is told before a call, a call before trouble."""
    calls = tuple(calls)
    ringing = next((call for call in calls if call.is_ringing_here), None)
    if ringing is not None:
        kind, words = "ringing", text("tray.ringing", who=party_title(text, ringing))
    elif calls:
        state = call_state_text(text, calls[-1])
        kind, words = "in_call", text("tray.in_call", who=party_title(text, calls[-1]), state=state)
    elif not registration.can_call:
        kind, words = "cannot_call", registration_title(text, registration)
    elif do_not_disturb:
        kind, words = "dnd", text("tray.dnd")
    else:
        kind, words = "ready", registration_title(text, registration)
    missed_words = text("tray.missed", count=missed) if missed else ""
    line = (account.display_name or account.user_id) if account is not None else ""
    tip = "\n".join(part for part in (f"{text('app.name')}  {line}".strip(), words, missed_words) if part)
    return TrayView(
        kind=kind,
        state_words=words,
        tip=tip,
        missed=missed,
        missed_words=missed_words,
        do_not_disturb=do_not_disturb,
        ringing=ringing.key if ringing is not None else "",
    )
