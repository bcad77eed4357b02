"""Answering digest challenges: the client's side of RFC 7616 and RFC 8760.

    401/407 ─▸ learn ─▸ the challenge is kept ─▸ apply ─▸ Authorization / Proxy-Authorization, nc counted

Holds one user's password for as long as it lives; shows it in no repr and no log.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from softphone.sip.digest import HASHES, DigestAnswer, digest_response
from softphone.sip.header import HeaderInvalid, parse_parameters, quote_string
from softphone.sip.message import SipRequest, SipResponse

_PREFERRED = ("SHA-256", "MD5")
_ANSWERS = {401: ("WWW-Authenticate", "Authorization"), 407: ("Proxy-Authenticate", "Proxy-Authorization")}


@dataclass(frozen=True)
class DigestChallenge:
    """A WWW- or Proxy-Authenticate value (RFC 7616 §3.3). ``algorithm`` "" where none was named: MD5."""

    realm: str
    nonce: str
    algorithm: str = ""
    qop: tuple[str, ...] = ()
    opaque: str = ""
    stale: bool = False

    @property
    def hash_name(self) -> str:
        """The algorithm that counts."""
        return self.algorithm.upper() or "MD5"

    @property
    def is_answerable(self) -> bool:
        """An algorithm and a quality of protection we know; ``-sess`` and auth-int are not."""
        return self.hash_name in HASHES and (not self.qop or "auth" in self.qop)


def parse_challenge(value: str) -> DigestChallenge:
    """Parse ``Digest realm="…", nonce="…", …``.

    Errors: HeaderInvalid where it is no digest, or realm or nonce is missing.
    """
    scheme, _, rest = value.strip().partition(" ")
    fields = parse_parameters(rest, ",")
    if scheme.lower() != "digest" or "realm" not in fields or not fields.get("nonce"):
        raise HeaderInvalid("no Digest challenge")
    return DigestChallenge(
        realm=fields["realm"],
        nonce=fields["nonce"],
        algorithm=fields.get("algorithm", ""),
        qop=tuple(part.strip().lower() for part in fields.get("qop", "").split(",") if part.strip()),
        opaque=fields.get("opaque", ""),
        stale=fields.get("stale", "").lower() == "true",
    )


def choose_challenge(values: Sequence[str]) -> DigestChallenge | None:
    """The best challenge we can answer, SHA-256 before MD5; None where there is none."""
    answerable: dict[str, DigestChallenge] = {}
    for value in values:
        try:
            challenge = parse_challenge(value)
        except HeaderInvalid:
            continue
        if challenge.is_answerable:
            answerable.setdefault(challenge.hash_name, challenge)
    return next((answerable[name] for name in _PREFERRED if name in answerable), None)


class Credentials:
    """One user's name and password at one server, and the challenges it set.

    A challenge is answered ahead in every later request, its nonce counted, until the server sets another.
    """

    def __init__(
        self, username: str, password: str, new_cnonce: Callable[[], str] = lambda: secrets.token_hex(8)
    ) -> None:
        self._username = username
        self._password = password
        self._new_cnonce = new_cnonce
        self._challenges: dict[str, DigestChallenge] = {}
        self._counts: dict[str, int] = {}

    def __repr__(self) -> str:
        return f"Credentials(username={self._username!r})"

    def learn(self, response: SipResponse) -> DigestChallenge | None:
        """Keep the challenge of a 401 or 407; None where there is none that can be answered."""
        asked, answered = _ANSWERS[response.status_code]
        challenge = choose_challenge(response.headers.get_all(asked))
        if challenge is not None:
            known = self._challenges.get(answered)
            if known is None or known.nonce != challenge.nonce:
                self._counts[answered] = 0
            self._challenges[answered] = challenge
        return challenge

    def apply(self, request: SipRequest) -> None:
        """Put an answer to every kept challenge into ``request``, in the place of older ones."""
        for header, challenge in self._challenges.items():
            request.headers.set(header, self._answer(header, challenge, request))

    def _answer(self, header: str, challenge: DigestChallenge, request: SipRequest) -> str:
        self._counts[header] += 1
        answer = DigestAnswer(
            username=self._username,
            realm=challenge.realm,
            nonce=challenge.nonce,
            uri=request.uri,
            response="",
            algorithm=challenge.hash_name,
            qop="auth" if challenge.qop else "",
            nc=f"{self._counts[header]:08x}",
            cnonce=self._new_cnonce(),
        )
        fields = [
            f"username={quote_string(answer.username)}",
            f"realm={quote_string(answer.realm)}",
            f"nonce={quote_string(answer.nonce)}",
            f"uri={quote_string(answer.uri)}",
            f'response="{digest_response(answer, self._password, request.method)}"',
        ]
        if challenge.algorithm:
            fields.append(f"algorithm={challenge.algorithm}")
        if challenge.opaque:
            fields.append(f"opaque={quote_string(challenge.opaque)}")
        if answer.qop:
            fields.append(f'qop=auth, nc={answer.nc}, cnonce="{answer.cnonce}"')
        return "Digest " + ", ".join(fields)
