"""Keys of a test alone, and feeds signed with them."""

from __future__ import annotations

import msgspec
from nacl.signing import SigningKey

from softphone.domain.update import Feed
from softphone.release.envelope import PAYLOAD_TYPE, Envelope, Signature, key_id, signed_bytes


class Signer:
    """A new pair of keys."""

    def __init__(self) -> None:
        self._key = SigningKey.generate()
        self.public = bytes(self._key.verify_key)
        self.key_id = key_id(self.public)

    @property
    def trusted(self) -> dict[str, bytes]:
        """As a build that believes this key alone has it."""
        return {self.key_id: self.public}

    def signature(self, signed: bytes) -> Signature:
        """Over exactly these bytes."""
        return Signature(self.key_id, self._key.sign(signed).signature)


def envelope_of(feed: Feed | bytes, *signers: Signer) -> bytes:
    """A feed in its envelope, signed by each of ``signers``."""
    payload = feed if isinstance(feed, bytes) else msgspec.json.encode(feed)
    signatures = tuple(signer.signature(signed_bytes(payload)) for signer in signers)
    return msgspec.json.encode(Envelope(payload_type=PAYLOAD_TYPE, payload=payload, signatures=signatures))
