"""Messages: round trips, compact forms, folding, lengths, streams and garbage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.sip.framing import StreamFramer
from softphone.sip.message import MessageMalformed, SipRequest, SipResponse, parse_message, response_to

INVITE = (
    b"INVITE sip:202@127.0.0.1 SIP/2.0\r\n"
    b"v: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKa, SIP/2.0/TCP [::1]:5060;branch=z9hG4bKb\r\n"
    b'f: "\xe5\xb1\xb1, \\"T\\"" <sip:201@127.0.0.1;x=y>;tag=1\r\n'
    b"t: sip:202@127.0.0.1\r\n"
    b"i: abc@here\r\n"
    b"CSeq: 7\r\n  INVITE\r\n"
    b"Route: <sip:a;lr>, <sip:b;lr>\r\n"
    b"X-Binary: \xff\xfe\r\n"
    b"l: 4\r\n\r\n"
    b"v=0\nrest"
)


def test_compact_forms_folding_and_lists() -> None:
    request = parse_message(INVITE)
    assert isinstance(request, SipRequest)
    assert [via.split(";")[0] for via in request.headers.get_all("Via")] == [
        "SIP/2.0/UDP 127.0.0.1:5070",
        "SIP/2.0/TCP [::1]:5060",
    ]
    assert (request.cseq.number, request.cseq.method) == (7, "INVITE")
    assert request.from_.display_name == '山, "T"'
    assert (request.from_.uri, request.from_.tag) == ("sip:201@127.0.0.1;x=y", "1")
    assert request.headers.get_all("Route") == ["<sip:a;lr>", "<sip:b;lr>"]
    assert request.body == b"v=0\n"


def test_round_trip_keeps_every_byte_of_a_header() -> None:
    once = parse_message(INVITE).to_bytes()
    assert b"X-Binary: \xff\xfe\r\n" in once
    assert parse_message(once).to_bytes() == once


def test_response_copies_what_it_must() -> None:
    request = parse_message(INVITE)
    assert isinstance(request, SipRequest)
    response = parse_message(response_to(request, 486, to_tag="9").to_bytes())
    assert isinstance(response, SipResponse)
    assert (response.status_code, response.reason_phrase, response.to.tag) == (486, "Busy Here", "9")
    assert response.headers.get_all("Via") == request.headers.get_all("Via")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"l: 4", b"l: 400"),
        (b"l: 4", b"l: -1"),
        (b"l: 4", b"l: 4\r\nContent-Length: 3"),
        (b"CSeq: 7", b"CSeq: 4294967296"),
        (b"  INVITE\r\n", b"  BYE\r\n"),
        (b"i: abc@here\r\n", b""),
        (b"i: abc@here\r\n", b"i: a\r\ni: b\r\n"),
        (b"v: SIP/2.0/UDP 127.0.0.1:5070", b"v: SIP/2.0/UDP :::"),
        (b"X-Binary: \xff", b"no colon here"),
        (b" SIP/2.0\r\nv", b" SIP/7.0\r\nv"),
    ],
)
def test_malformed_but_answerable(old: bytes, new: bytes) -> None:
    with pytest.raises(MessageMalformed) as caught:
        parse_message(INVITE.replace(old, new, 1))
    assert caught.value.request is not None
    assert caught.value.status_code == (505 if b"7.0" in new else 400)


@given(st.binary(max_size=400))
def test_foreign_bytes_raise_nothing_else(data: bytes) -> None:
    try:
        message = parse_message(data)
    except MessageMalformed:
        return
    assert message.to_bytes()


@given(st.lists(st.integers(1, 60), max_size=30))
def test_a_stream_is_cut_wherever_the_pieces_fall(sizes: list[int]) -> None:
    stream = INVITE[:-4] + b"\r\n\r\n" + INVITE[:-4]
    framer, messages, pings, start = StreamFramer(), [], 0, 0
    for size in [*sizes, len(stream)]:
        whole, seen = framer.feed(stream[start : start + size])
        messages += whole
        pings += seen
        start += size
    assert messages == [INVITE[:-4]] * 2
    assert pings == 1


def test_a_stream_that_lies_about_its_length_is_given_up() -> None:
    with pytest.raises(MessageMalformed):
        StreamFramer().feed(INVITE.replace(b"l: 4", b"l: x"))
