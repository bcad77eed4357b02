"""The signed envelope of a feed: the exact bytes and the signatures of them, in one file.

    {"payloadType": …, "payload": base64, "signatures": [{"keyid": …, "sig": base64}]}

One file, so that no cache can hand out a feed with another one's signature. Each signature is Ed25519 over
``signed_bytes``: the type is signed too, so a signature of anything else never fits a feed. A feed may carry
signatures of several keys: the old and the new one, while keys are changed.
Source: Dead Simple Signing Envelope (secure-systems-lab/dsse), protocol v1.0.2; RFC 8032 (Ed25519).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec
from nacl.exceptions import BadSignatureError, CryptoError
from nacl.signing import VerifyKey

from softphone.domain.update import FeedRefused

PAYLOAD_TYPE = "application/vnd.softphone.update+json"
MAX_ENVELOPE_BYTES = 512 * 1024
MAX_SIGNATURES = 8


class Signature(msgspec.Struct, frozen=True):
    """Whose, and the 64 bytes."""

    keyid: str
    sig: bytes


class Envelope(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What stands in the file; JSON carries bytes as base64."""

    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...]


def read_envelope(content: bytes) -> Envelope:
    """Errors: FeedRefused (unreadable)."""
    try:
        envelope = msgspec.json.decode(content, type=Envelope)
    except (msgspec.DecodeError, RecursionError) as error:
        raise FeedRefused("unreadable", f"no envelope: {error}") from error
    if envelope.payload_type != PAYLOAD_TYPE or len(envelope.signatures) > MAX_SIGNATURES:
        raise FeedRefused("unreadable", f"an envelope of {envelope.payload_type[:80]}")
    return envelope


def signed_payload(content: bytes, keys: Mapping[str, bytes]) -> bytes:
    """The payload of an envelope that one of ``keys`` signed, byte by byte as it was signed.

    Errors: FeedRefused (unreadable, signature).
    """
    envelope = read_envelope(content)
    signed = signed_bytes(envelope.payload)
    for signature in envelope.signatures:
        if signature.keyid in keys and _is_good(signature.sig, signed, keys[signature.keyid]):
            return envelope.payload
    raise FeedRefused("signature", "signed by " + ", ".join(each.keyid[:16] for each in envelope.signatures))


def signed_bytes(payload: bytes) -> bytes:
    """What is signed: DSSE's pre-authentication encoding."""
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def key_id(public: bytes) -> str:
    """A public key's name: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def _is_good(signature: bytes, signed: bytes, public: bytes) -> bool:
    try:
        VerifyKey(public).verify(signed, signature)
    except (BadSignatureError, CryptoError, ValueError):  # ValueError: not 64 or not 32 bytes
        return False
    return True
