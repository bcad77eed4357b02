"""What a headset's buttons mean, and what its lights say."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from softphone.domain.call import Call, CallState, Direction
from softphone.domain.headset import (
    HeadsetButton,
    HeadsetLights,
    HeadsetWish,
    headset_lights,
    headset_wish,
)
from softphone.domain.media import MediaDirection
from softphone.domain.uri import Party

IDLE, RINGS = HeadsetLights(), HeadsetLights(ring=True)
TALKS, TWO = HeadsetLights(off_hook=True), HeadsetLights(off_hook=True, ring=True)
B, W = HeadsetButton, HeadsetWish


def call(state: CallState, direction: Direction = Direction.RECIPIENT) -> Call:
    return Call(key="k", account_key="main", direction=direction, remote=Party("sip:1@x"), state=state)


@pytest.mark.parametrize(
    ("button", "lights", "wish"),
    [
        (B.PICK_UP, RINGS, W.ANSWER),
        (B.PICK_UP, TALKS, W.NOTHING),  # the headset says back what its light was set to
        (B.PICK_UP, IDLE, W.AGREE),
        (B.PUT_DOWN, TALKS, W.HANG_UP),
        (B.PUT_DOWN, IDLE, W.NOTHING),
        (B.PUT_DOWN, RINGS, W.NOTHING),
        (B.HOOK, RINGS, W.ANSWER),
        (B.HOOK, TALKS, W.HANG_UP),
        (B.HOOK, IDLE, W.AGREE),
        (B.MUTE, TALKS, W.MUTE),
        (B.MUTE, IDLE, W.AGREE),
        (B.FLASH, TWO, W.ANSWER),
        (B.FLASH, TALKS, W.HOLD),
        (B.FLASH, IDLE, W.AGREE),
        (B.DROP, RINGS, W.DECLINE),
        (B.DROP, TALKS, W.HANG_UP),
        (B.DROP, IDLE, W.AGREE),
    ],
)
def test_a_button_means_what_one_can_do_now(
    button: HeadsetButton, lights: HeadsetLights, wish: HeadsetWish
) -> None:
    assert headset_wish(button, lights) is wish


def test_lights_say_what_the_phone_does() -> None:
    rings, talks = call(CallState.EARLY), call(CallState.CONFIRMED)
    assert headset_lights((), None) == IDLE
    assert headset_lights((rings,), None) == RINGS
    assert headset_lights((replace(rings, quiet=True),), None) == IDLE
    assert headset_lights((talks,), talks) == TALKS
    dials = call(CallState.TRYING, Direction.INITIATOR)
    assert headset_lights((dials,), dials) == TALKS
    held = replace(talks, muted=True, local_media=MediaDirection.SENDONLY)
    assert headset_lights((held, rings), held) == HeadsetLights(
        off_hook=True, ring=True, mute=True, hold=True
    )
