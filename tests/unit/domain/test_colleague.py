"""One state of dialogs and presence."""

import pytest

from softphone.domain.call import CallState, Direction
from softphone.domain.colleague import ColleagueState, colleague_state
from softphone.domain.dialog_info import Dialog, DialogInfo
from softphone.domain.presence import DO_NOT_DISTURB, Presence

IDLE = DialogInfo(entity="sip:201@x")
OPEN = Presence(is_open=True)
AWAY = Presence(is_open=True, activities=("away",))
ON_THE_PHONE = Presence(is_open=True, activities=("on-the-phone",))


def with_dialog(state: CallState, *, held: bool = False) -> DialogInfo:
    dialog = Dialog(id="a", state=state, direction=Direction.RECIPIENT, held=held)
    return DialogInfo(entity="sip:201@x", dialogs=(dialog,))


@pytest.mark.parametrize(
    ("info", "presence", "shown"),
    [
        (None, None, ColleagueState.UNKNOWN),
        (None, Presence(), ColleagueState.UNKNOWN),
        (None, OPEN, ColleagueState.IDLE),
        (None, ON_THE_PHONE, ColleagueState.TALKING),
        (None, DO_NOT_DISTURB, ColleagueState.DND),
        (IDLE, None, ColleagueState.IDLE),
        (IDLE, ON_THE_PHONE, ColleagueState.IDLE),  # the call ended, the person's word is late
        (IDLE, AWAY, ColleagueState.AWAY),
        (IDLE, DO_NOT_DISTURB, ColleagueState.DND),
        (IDLE, Presence(is_open=True, activities=("meeting",)), ColleagueState.BUSY),
        (with_dialog(CallState.EARLY), DO_NOT_DISTURB, ColleagueState.RINGING),
        (with_dialog(CallState.CONFIRMED), AWAY, ColleagueState.TALKING),
        (with_dialog(CallState.CONFIRMED, held=True), OPEN, ColleagueState.HELD),
    ],
)
def test_a_call_wins_and_unknown_is_not_idle(
    info: DialogInfo | None, presence: Presence | None, shown: ColleagueState
) -> None:
    assert colleague_state(info, presence) is shown
