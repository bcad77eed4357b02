"""Digest answers of SIP: read, written and computed (RFC 7616, RFC 8760). MD5 and SHA-256, qop=auth.

Holds passwords only as long as it takes to hash them, and never logs one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from softphone.sip.header import HeaderInvalid, parse_parameters

HASHES = {"MD5": "md5", "SHA-256": "sha256"}


@dataclass(frozen=True)
class DigestAnswer:
    """The fields of an Authorization or Proxy-Authorization value (RFC 7616 §3.4)."""

    username: str
    realm: str
    nonce: str
    uri: str
    response: str
    algorithm: str = "MD5"
    qop: str = ""
    nc: str = ""
    cnonce: str = ""

    def __repr__(self) -> str:
        return f"DigestAnswer(username={self.username!r}, algorithm={self.algorithm!r})"


def parse_digest_answer(value: str) -> DigestAnswer:
    """Parse ``Digest username="…", …``.

    Errors: HeaderInvalid where it is no digest or a field is missing.
    """
    scheme, _, rest = value.strip().partition(" ")
    fields = parse_parameters(rest, ",")
    if scheme.lower() != "digest":
        raise HeaderInvalid("no Digest credentials")
    try:
        return DigestAnswer(
            username=fields["username"],
            realm=fields["realm"],
            nonce=fields["nonce"],
            uri=fields["uri"],
            response=fields["response"],
            algorithm=fields.get("algorithm", "MD5").upper(),
            qop=fields.get("qop", ""),
            nc=fields.get("nc", ""),
            cnonce=fields.get("cnonce", ""),
        )
    except KeyError as error:
        raise HeaderInvalid(f"Digest without {error}") from error


def digest_response(answer: DigestAnswer, password: str, method: str) -> str:
    """The ``response`` that ``answer`` should carry, in hexadecimal.

    Errors: ValueError for an algorithm other than MD5 and SHA-256.
    Source: RFC 7616 §3.4.1 to §3.4.3; without qop RFC 2617 §3.2.2.1.
    """
    name = HASHES.get(answer.algorithm)
    if name is None:
        raise ValueError(answer.algorithm)

    def hashed(*parts: str) -> str:
        return hashlib.new(name, ":".join(parts).encode("utf-8", "surrogateescape")).hexdigest()

    ha1 = hashed(answer.username, answer.realm, password)
    ha2 = hashed(method, answer.uri)
    if answer.qop:
        return hashed(ha1, answer.nonce, answer.nc, answer.cnonce, answer.qop, ha2)
    return hashed(ha1, answer.nonce, ha2)
