"""The location service on a clock that is turned by hand."""

from __future__ import annotations

import pytest

from softphone.registrar.location import (
    MAX_BINDINGS_PER_AOR,
    ContactUpdate,
    IntervalTooBrief,
    Location,
    RegisterOutOfOrder,
    Registration,
    TooManyBindings,
)
from softphone.sip.transport import Flow

FLOW = Flow("udp", "127.0.0.1", 5070)


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def location(clock: Clock) -> Location:
    return Location(clock, min_expires_s=10, max_expires_s=600, default_expires_s=300)


def register(number: int = 1, call_id: str = "a") -> Registration:
    return Registration("201", FLOW, call_id, number)


def test_a_binding_lives_until_it_expires(location: Location, clock: Clock) -> None:
    location.update(register(), [ContactUpdate("sip:a", 60)])
    clock.now_s += 59.5
    assert [location.remaining_s(binding) for binding in location.bindings("201")] == [1]
    assert location.take_expired() == []
    clock.now_s += 0.5
    assert location.bindings("201") == []
    assert [binding.contact_uri for binding in location.take_expired()] == ["sip:a"]


def test_expiry_is_bounded(location: Location) -> None:
    with pytest.raises(IntervalTooBrief) as caught:
        location.update(register(), [ContactUpdate("sip:a", 9)])
    assert caught.value.min_expires_s == 10
    location.update(register(), [ContactUpdate("sip:a", 9999), ContactUpdate("sip:b")])
    assert [location.remaining_s(binding) for binding in location.bindings("201")] == [600, 300]


def test_several_phones_the_wanted_first(location: Location) -> None:
    location.update(register(1, "a"), [ContactUpdate("sip:a", 60, q=0.2)])
    location.update(register(1, "b"), [ContactUpdate("sip:b", 60, q=0.9)])
    assert [binding.contact_uri for binding in location.bindings("201")] == ["sip:b", "sip:a"]
    change = location.update(register(2, "a"), [ContactUpdate("sip:a", 0)])
    assert [binding.contact_uri for binding in change.removed] == ["sip:a"]
    assert [binding.contact_uri for binding in location.clear_user(register(9, "c")).removed] == ["sip:b"]


def test_an_instance_that_comes_back_replaces_itself(location: Location) -> None:
    location.update(register(1, "a"), [ContactUpdate("sip:old", 60, instance="<urn:uuid:1>")])
    location.update(register(1, "b"), [ContactUpdate("sip:new", 60, instance="<urn:uuid:1>")])
    assert [binding.contact_uri for binding in location.bindings("201")] == ["sip:new"]


def test_an_old_register_changes_nothing(location: Location) -> None:
    location.update(register(5), [ContactUpdate("sip:a", 60)])
    with pytest.raises(RegisterOutOfOrder):
        location.update(register(5), [ContactUpdate("sip:a", 0)])
    with pytest.raises(RegisterOutOfOrder):
        location.clear_user(register(4))
    assert len(location.bindings("201")) == 1


def test_bindings_are_limited(location: Location) -> None:
    contacts = [ContactUpdate(f"sip:{index}", 60) for index in range(MAX_BINDINGS_PER_AOR + 1)]
    with pytest.raises(TooManyBindings):
        location.update(register(), contacts)
    assert location.bindings("201") == []
