"""PIDF and RPID as real servers and telephones write them, and the one state made of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.domain.presence import DO_NOT_DISTURB, Presence, PresenceState, presence_state
from softphone.domain.presence_xml import MAX_NOTE, PresenceInvalid, format_presence, parse_presence

MEETING = (
    '<?xml version="1.0"?><presence xmlns="urn:ietf:params:xml:ns:pidf"'
    ' xmlns:d="urn:ietf:params:xml:ns:pidf:data-model" xmlns:r="urn:ietf:params:xml:ns:pidf:rpid"'
    ' entity="sip:201@x"><tuple id="a"><status><basic>open</basic></status><note>会議中\n です</note></tuple>'
    '<d:person id="p"><r:activities><r:note>x</r:note><r:meeting/></r:activities></d:person></presence>'
).encode()
CISCO = (
    b'<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"'
    b' xmlns:ce="urn:cisco:params:xml:ns:pidf:rpid" entity="sip:201@x"><dm:person id="p"><activities>'
    b"<ce:dnd/></activities></dm:person><tuple id='t'><status><basic>open</basic></status></tuple></presence>"
)
BOMB = b'<!DOCTYPE presence [<!ENTITY a "aaaa">]>' + MEETING.partition(b"?>")[2]


def test_activities_notes_and_the_basic_state_are_read() -> None:
    read = parse_presence(MEETING)
    assert read == Presence(is_open=True, activities=("meeting",), note="会議中 です")
    assert presence_state(read) is PresenceState.BUSY


def test_a_maker_s_own_namespace_is_read_too() -> None:
    assert presence_state(parse_presence(CISCO)) is PresenceState.DND


def test_what_we_publish_is_read_back() -> None:
    for presence in (DO_NOT_DISTURB, Presence(is_open=False, note='<外出> & "会議"'), Presence(is_open=True)):
        assert parse_presence(format_presence(presence, 'sip:201@x;a="b"')) == presence
    assert presence_state(DO_NOT_DISTURB) is PresenceState.DND


def test_no_note_is_endless() -> None:
    assert len(parse_presence(MEETING.replace("会議中".encode(), b"a" * 5000)).note) == MAX_NOTE


@pytest.mark.parametrize(
    "data", [b"", b"no xml", BOMB, MEETING.replace(b"presence", b"presents"), MEETING[:-5]]
)
def test_what_is_no_pidf_is_refused(data: bytes) -> None:
    with pytest.raises(PresenceInvalid):
        parse_presence(data)


@given(st.binary(max_size=200), st.integers(0, len(MEETING)))
def test_foreign_bytes_raise_nothing_else(data: bytes, place: int) -> None:
    try:
        read = parse_presence(MEETING[:place] + data + MEETING[place:])
    except PresenceInvalid:
        return
    assert presence_state(read) in PresenceState


@pytest.mark.parametrize(
    ("presence", "shown"),
    [
        (None, PresenceState.UNKNOWN),
        (Presence(), PresenceState.UNKNOWN),
        (Presence(is_open=True), PresenceState.AVAILABLE),
        (Presence(is_open=False), PresenceState.AWAY),
        (Presence(is_open=True, activities=("away",)), PresenceState.AWAY),
        (Presence(is_open=True, activities=("on-the-phone", "vacation")), PresenceState.ON_THE_PHONE),
        (Presence(is_open=True, activities=("busy",)), PresenceState.BUSY),
        (Presence(is_open=True, activities=("busy",), note="Do not disturb."), PresenceState.DND),
        (Presence(is_open=True, note="DND"), PresenceState.DND),
        (Presence(is_open=True, note="dnd-server maintenance"), PresenceState.AVAILABLE),
        (Presence(is_open=True, activities=("on-the-phone", "do-not-disturb")), PresenceState.DND),
        (Presence(is_open=True, activities=("looking-for-work",)), PresenceState.AVAILABLE),
    ],
)
def test_what_a_list_shows(presence: Presence | None, shown: PresenceState) -> None:
    assert presence_state(presence) is shown
