"""Envelopes: only the exact bytes that a trusted key signed come out."""

from __future__ import annotations

import base64
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import VerifyKey

from softphone.domain.update import FeedRefused
from softphone.release.envelope import PAYLOAD_TYPE, Envelope, key_id, signed_bytes, signed_payload
from tests.helpers.signing import Signer, envelope_of

OURS, OTHER = Signer(), Signer()
PAYLOAD = b'{"version": "0.2.0"}'


def problem(content: bytes, keys: dict[str, bytes] = OURS.trusted) -> str:
    with pytest.raises(FeedRefused) as refused:
        signed_payload(content, keys)
    return refused.value.problem


def test_what_was_signed_comes_out_byte_by_byte() -> None:
    assert signed_payload(envelope_of(PAYLOAD, OURS), OURS.trusted) == PAYLOAD


def test_while_keys_change_either_signature_will_do() -> None:
    both = envelope_of(PAYLOAD, OTHER, OURS)
    assert signed_payload(both, OURS.trusted) == PAYLOAD
    assert signed_payload(both, OTHER.trusted) == PAYLOAD


def test_a_key_that_is_not_trusted_or_no_key_at_all_is_no_signature() -> None:
    assert problem(envelope_of(PAYLOAD, OTHER)) == "signature"
    assert problem(envelope_of(PAYLOAD)) == "signature"
    assert problem(envelope_of(PAYLOAD, OURS), {}) == "signature"


def test_another_key_cannot_take_the_id_of_ours() -> None:
    taken = msgspec.structs.replace(OTHER.signature(signed_bytes(PAYLOAD)), keyid=OURS.key_id)
    envelope = Envelope(payload_type=PAYLOAD_TYPE, payload=PAYLOAD, signatures=(taken,))
    assert problem(msgspec.json.encode(envelope)) == "signature"


def test_a_signature_of_the_bare_bytes_is_none_of_a_feed() -> None:
    bare = Envelope(payload_type=PAYLOAD_TYPE, payload=PAYLOAD, signatures=(OURS.signature(PAYLOAD),))
    assert problem(msgspec.json.encode(bare)) == "signature"


@pytest.mark.parametrize("length", [0, 63, 65])
def test_a_signature_of_the_wrong_length_is_none(length: int) -> None:
    short = msgspec.structs.replace(OURS.signature(signed_bytes(PAYLOAD)), sig=bytes(length))
    envelope = Envelope(payload_type=PAYLOAD_TYPE, payload=PAYLOAD, signatures=(short,))
    assert problem(msgspec.json.encode(envelope)) == "signature"


@given(place=st.integers(0, len(PAYLOAD) - 1), bit=st.integers(0, 7))
def test_one_other_bit_is_another_document(place: int, bit: int) -> None:
    changed = bytearray(PAYLOAD)
    changed[place] ^= 1 << bit
    document = json.loads(envelope_of(PAYLOAD, OURS))
    document["payload"] = base64.b64encode(changed).decode()
    assert problem(json.dumps(document).encode()) == "signature"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"[]",
        b"[" * 100_000,
        b'{"payloadType": "x"}',
        envelope_of(PAYLOAD, OURS).replace(b"softphone.update", b"softphone.backup"),
        envelope_of(PAYLOAD, OURS)[:-10],
        envelope_of(PAYLOAD, *[OURS] * 9),
    ],
)
def test_what_is_no_envelope_is_refused(content: bytes) -> None:
    assert problem(content) == "unreadable"


def test_the_signature_is_that_of_rfc_8032_over_the_encoding_of_dsse() -> None:
    """The first vector of RFC 8032 §7.1 verifies; the encoding is the example of the DSSE protocol."""
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    signature = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    assert VerifyKey(public).verify(b"", signature) == b""
    assert signed_bytes(b"hello") == b"DSSEv1 37 application/vnd.softphone.update+json 5 hello"
    assert key_id(public) == "21fe31dfa154a261"
