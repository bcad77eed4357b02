import pytest

from softphone.ui.guide.hearing import WAIT_LEVELS, Heard, Hearing


def heard(*levels: float) -> Heard:
    hearing = Hearing()
    for level in levels:
        hearing.hear(level)
    return hearing.state


@pytest.mark.parametrize(
    ("levels", "state"),
    [
        ((), Heard.WAITING),
        ((-90.0,) * (WAIT_LEVELS - 1), Heard.WAITING),
        ((-90.0,) * WAIT_LEVELS, Heard.NOTHING),
        ((-50.0,) * WAIT_LEVELS, Heard.FAINT),
        ((-50.0,) * 3, Heard.WAITING),
        ((-90.0, -20.0), Heard.VOICE),
        ((-20.0, *((-90.0,) * WAIT_LEVELS)), Heard.VOICE),
        ((*((-90.0,) * WAIT_LEVELS), -20.0), Heard.VOICE),
    ],
)
def test_what_can_be_said_of_levels(levels: tuple[float, ...], state: Heard) -> None:
    assert heard(*levels) is state


def test_a_microphone_that_fails_is_not_heard_unless_it_was() -> None:
    hearing = Hearing()
    hearing.fail()
    assert hearing.state is Heard.NOTHING
    hearing.hear(-10.0)
    hearing.fail()
    assert hearing.state is Heard.VOICE
