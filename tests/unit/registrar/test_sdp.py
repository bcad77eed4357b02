"""Offers and answers: order of codecs, directions, streams that are refused."""

from __future__ import annotations

import pytest

from softphone.domain.media import MediaDirection
from softphone.registrar.sdp import (
    G722,
    PCMA,
    PCMU,
    LocalAudio,
    NoCommonMedia,
    SdpInvalid,
    accept_audio,
    answer_audio,
    offer_audio,
    parse_sdp,
)

LOCAL = LocalAudio("127.0.0.1", 4000, 1)
ALL = (G722, PCMU, PCMA)


def offer(media: str, *lines: str) -> bytes:
    head = ["v=0", "o=- 1 1 IN IP4 127.0.0.9", "s=-", "c=IN IP4 127.0.0.9", "t=0 0"]
    return "\r\n".join([*head, media, *lines, ""]).encode()


@pytest.mark.parametrize(
    ("formats", "codec", "payload_type"),
    [("9 0 8", G722, 9), ("8 0", PCMA, 8), ("3 0 9", PCMU, 0), ("96 8", PCMU, 96)],
)
def test_the_first_offered_codec_wins(formats: str, codec: str, payload_type: int) -> None:
    body = offer(
        f"m=audio 5000 RTP/AVP {formats} 101", "a=rtpmap:96 pcmu/8000", "a=rtpmap:101 telephone-event/8000"
    )
    text, agreement = answer_audio(parse_sdp(body), LOCAL, ALL)
    assert (agreement.codec, agreement.payload_type, agreement.telephone_event) == (codec, payload_type, 101)
    assert (agreement.remote_host, agreement.remote_port) == ("127.0.0.9", 5000)
    assert f"m=audio 4000 RTP/AVP {payload_type} 101".encode() in text


@pytest.mark.parametrize(
    ("asked", "ours", "sends"),
    [
        ("sendrecv", MediaDirection.SENDRECV, True),
        ("sendonly", MediaDirection.RECVONLY, False),
        ("recvonly", MediaDirection.SENDONLY, True),
        ("inactive", MediaDirection.INACTIVE, False),
    ],
)
def test_directions_are_mirrored(asked: str, ours: MediaDirection, sends: bool) -> None:
    _, agreement = answer_audio(parse_sdp(offer("m=audio 5000 RTP/AVP 0", f"a={asked}")), LOCAL, ALL)
    assert (agreement.direction, agreement.may_send) == (ours, sends)


def test_the_old_hold_address_gets_no_packets() -> None:
    body = offer("m=audio 5000 RTP/AVP 0").replace(b"c=IN IP4 127.0.0.9", b"c=IN IP4 0.0.0.0")
    assert not answer_audio(parse_sdp(body), LOCAL, ALL)[1].may_send


@pytest.mark.parametrize("host", ["pbx.example.jp", "localhost", "*\x00*", "ｘ"])
def test_a_name_is_not_resolved_and_gets_no_packets(host: str) -> None:
    body = offer("m=audio 5000 RTP/AVP 0").replace(b"c=IN IP4 127.0.0.9", f"c=IN IP4 {host}".encode())
    assert not answer_audio(parse_sdp(body), LOCAL, ALL)[1].may_send


def test_other_streams_are_refused_in_their_place() -> None:
    body = offer("m=video 6000 RTP/AVP 96", "m=audio 5002 RTP/SAVP 0", "m=audio 5000 RTP/AVP 0")
    text, _ = answer_audio(parse_sdp(body), LOCAL, ALL)
    lines = [line for line in text.decode().splitlines() if line.startswith("m=")]
    assert lines == ["m=video 0 RTP/AVP 96", "m=audio 0 RTP/SAVP 0", "m=audio 4000 RTP/AVP 0"]


@pytest.mark.parametrize(
    "media",
    [
        "m=audio 5000 RTP/AVP 200\r\na=rtpmap:200 PCMU/8000",
        "m=audio 5000 RTP/AVP 3",
        "m=audio 0 RTP/AVP 0",
        "m=audio 5000 RTP/SAVP 0",
    ],
)
def test_nothing_in_common(media: str) -> None:
    with pytest.raises(NoCommonMedia):
        answer_audio(parse_sdp(offer(media)), LOCAL, ALL)


def test_our_offer_can_be_answered() -> None:
    answer, _ = answer_audio(parse_sdp(offer_audio(LOCAL, ALL)), LocalAudio("127.0.0.2", 7000, 2), (PCMU,))
    agreement = accept_audio(parse_sdp(answer), ALL)
    assert (agreement.codec, agreement.remote_host, agreement.remote_port) == (PCMU, "127.0.0.2", 7000)


@pytest.mark.parametrize(
    "body", [b"", b"v=1\r\n", b"v=0\r\nm=audio\r\n", b"v=0\r\nm=audio 99999 RTP/AVP 0\r\n"]
)
def test_no_session_description(body: bytes) -> None:
    with pytest.raises(SdpInvalid):
        parse_sdp(body)
