"""The meter reports peaks while it is on and nothing while it is off."""

from softphone.audio.levels import LevelMeter
from softphone.domain.events import LevelsMeasured
from tests.helpers.waiting import wait_for


def test_peaks_are_reported_and_forgotten() -> None:
    events: list = []
    meter = LevelMeter(events.append, interval_s=0.01)
    meter.note_input(30_000)
    assert not events
    meter.switch(True)
    meter.switch(True)
    meter.note_input(3276.7)
    wait_for(lambda: any(event.input_dbfs > -21 for event in events))
    wait_for(lambda: events[-1] == LevelsMeasured(input_dbfs=-90.0, output_dbfs=-90.0))
    meter.note_output(32767)
    wait_for(lambda: any(event.output_dbfs == 0 for event in events))
    assert max(event.input_dbfs for event in events) < -19
    meter.switch(False)
    assert not meter.on
