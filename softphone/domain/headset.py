"""A headset with buttons: what was pressed, what its lights say, what a button means at a moment.

Usages are those of "HID Usage Tables", Telephony Device Page (0x0B) and LED Page (0x08).
"""

from __future__ import annotations

import enum

import msgspec

from softphone.domain.call import Call, CallState, Direction


class HeadsetButton(enum.Enum):
    """What a headset tells. Where its hook is no state but a key, it is HOOK."""

    PICK_UP = "pick_up"
    PUT_DOWN = "put_down"
    HOOK = "hook"
    MUTE = "mute"
    FLASH = "flash"
    DROP = "drop"


class HeadsetLights(msgspec.Struct, frozen=True, kw_only=True):
    """What a headset must know to agree with the phone; many ring and beep by it."""

    off_hook: bool = False
    ring: bool = False
    mute: bool = False
    hold: bool = False


class HeadsetNews(msgspec.Struct, frozen=True, kw_only=True):
    """How the headset is doing: ``name`` of the one in use, "" for none.

    ``code``: "", denied (the system does not let us open it), failed (it could not be read).
    """

    name: str = ""
    code: str = ""


class HeadsetWish(enum.Enum):
    """What the user wants of the phone."""

    NOTHING = "nothing"
    ANSWER = "answer"
    DECLINE = "decline"
    HANG_UP = "hang_up"
    MUTE = "mute"
    HOLD = "hold"
    AGREE = "agree"  # show the lights again: headset and phone do not agree


def headset_lights(calls: tuple[Call, ...], active: Call | None) -> HeadsetLights:
    """What the lights say of the live ``calls``; mute and hold are those of the ``active`` one."""
    return HeadsetLights(
        off_hook=any(c.state is CallState.CONFIRMED or c.direction is Direction.INITIATOR for c in calls),
        ring=any(call.is_ringing_here for call in calls),
        mute=active is not None and active.muted,
        hold=active is not None and active.held,
    )


def headset_wish(button: HeadsetButton, lights: HeadsetLights) -> HeadsetWish:
    """What ``button`` means while the phone does what ``lights`` say."""
    if button is HeadsetButton.PICK_UP:
        if lights.off_hook:
            return HeadsetWish.NOTHING  # it only says that it saw the light
        return HeadsetWish.ANSWER if lights.ring else HeadsetWish.AGREE
    if button is HeadsetButton.PUT_DOWN:
        return HeadsetWish.HANG_UP if lights.off_hook else HeadsetWish.NOTHING
    if button is HeadsetButton.MUTE:
        return HeadsetWish.MUTE if lights.off_hook else HeadsetWish.AGREE
    if button is HeadsetButton.FLASH:
        talks = HeadsetWish.HOLD if lights.off_hook else HeadsetWish.AGREE
        return HeadsetWish.ANSWER if lights.ring else talks
    if lights.off_hook:
        return HeadsetWish.HANG_UP
    if lights.ring:
        return HeadsetWish.ANSWER if button is HeadsetButton.HOOK else HeadsetWish.DECLINE
    return HeadsetWish.AGREE
