from __future__ import annotations

import io

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.domain.account import Account
from softphone.domain.commands import AnyCommand, Configure, MakeCall, Ping, SetAccount, Shutdown
from softphone.domain.errors import FailureCause
from softphone.domain.events import CommandFailed, EngineReady
from softphone.domain.uri import HostPort
from softphone.link.framing import (
    COMMAND_DECODER,
    EVENT_DECODER,
    HEADER_BYTES,
    MAX_FRAME_BYTES,
    FrameDamaged,
    FrameReader,
    FrameTooLong,
    encode_frame,
    write_all,
)

COMMANDS: list[AnyCommand] = [
    Configure(instance_id="urn:uuid:1", user_agent="softphone"),
    SetAccount(account=Account(user_id="山田", server=HostPort("pbx.example", 5070)), password="pässword"),
    MakeCall(key="c1", account_key="main", uri="sip:100@pbx.example"),
    Shutdown(),
]


def _read(data: bytes, most: int = 65_536) -> list[AnyCommand]:
    stream = io.BytesIO(data)
    return list(FrameReader(lambda size: stream.read(min(size, most)), COMMAND_DECODER))


@given(most=st.integers(1, 300), pings=st.lists(st.integers(0, 2**63 - 1), max_size=5))
def test_messages_survive_any_cutting(most: int, pings: list[int]) -> None:
    commands = [*COMMANDS, *(Ping(sequence=number) for number in pings)]
    assert _read(b"".join(map(encode_frame, commands)), most) == commands


def test_header_is_the_length_big_endian() -> None:
    frame = encode_frame(Shutdown())
    assert int.from_bytes(frame[:HEADER_BYTES], "big") == len(frame) - HEADER_BYTES
    assert msgspec.msgpack.decode(frame[HEADER_BYTES:]) == {"command": "Shutdown"}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (encode_frame(Shutdown())[:-1], "inside a frame"),
        (b"\x00\x00", "inside a frame"),
        (b"\x00\x00\x00\x00", "0 bytes"),
        ((MAX_FRAME_BYTES + 1).to_bytes(4, "big"), "bytes"),
        (b"\x00\x00\x00\x01\xc1", "no message"),
        (encode_frame(EngineReady(protocol_version=1, pid=1)), "no message"),
    ],
)
def test_what_is_no_frame_is_damaged(data: bytes, words: str) -> None:
    with pytest.raises(FrameDamaged, match=words):
        _read(data)


def test_messages_before_the_damage_are_delivered() -> None:
    stream = io.BytesIO(encode_frame(Ping(sequence=1)) + b"\xff\xff\xff\xff")
    messages = iter(FrameReader(stream.read, COMMAND_DECODER))
    assert next(messages) == Ping(sequence=1)
    with pytest.raises(FrameDamaged):
        next(messages)


def test_too_long_a_message_is_refused_without_its_content() -> None:
    secret = "s3cret" * MAX_FRAME_BYTES
    account = Account(user_id="100", server=HostPort("pbx.example"))
    with pytest.raises(FrameTooLong, match="SetAccount of") as caught:
        encode_frame(SetAccount(account=account, password=secret))
    assert "s3cret" not in str(caught.value)


def test_bytes_that_were_no_utf8_become_question_marks() -> None:
    event = CommandFailed(command="MakeCall", cause=FailureCause.INTERNAL, detail="caf\udce9")
    stream = io.BytesIO(encode_frame(event))
    assert list(FrameReader(stream.read, EVENT_DECODER)) == [msgspec.structs.replace(event, detail="caf?")]


def test_write_all_goes_on_after_a_short_write() -> None:
    written = bytearray()

    def write(data: bytes) -> int:
        written.extend(data[:3])
        return len(data[:3])

    write_all(write, b"0123456789")
    assert bytes(written) == b"0123456789"
