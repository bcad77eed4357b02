"""HTTP Digest for SIP: challenges, nonces and the check of an answer.

MD5 and SHA-256 with qop=auth (RFC 7616 §3.4, RFC 8760), nonces that expire, ``stale`` and the nonce count.
Holds passwords only as long as it takes to hash them, and never logs one.

    challenge() ──▶ WWW-/Proxy-Authenticate ──▶ phone ──▶ Authorization ──▶ verify() ──▶ Verdict
"""

from __future__ import annotations

import enum
import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence

from softphone.sip.digest import HASHES, DigestAnswer, digest_response, parse_digest_answer
from softphone.sip.header import HeaderInvalid

NONCE_LIFETIME_S = 300.0
_MAX_NONCES = 4096


class Verdict(enum.Enum):
    """What an answer to a challenge is worth."""

    ACCEPTED = "accepted"
    MISSING = "missing"  # no answer to our realm's challenge
    STALE = "stale"  # the right password on a nonce of the past: challenge again with stale=true
    WRONG = "wrong"  # unknown user, wrong password, a nonce never given out


class _Nonce:
    __slots__ = ("count", "expires_at_s")

    def __init__(self, expires_at_s: float) -> None:
        self.expires_at_s = expires_at_s
        self.count = 0


class DigestAuthenticator:
    """Challenges and judges, for one realm.

    ``now`` gives seconds of a clock that never goes back.
    """

    def __init__(
        self,
        realm: str,
        algorithms: Sequence[str],
        passwords: Mapping[str, str],
        now: Callable[[], float],
        nonce_lifetime_s: float = NONCE_LIFETIME_S,
    ) -> None:
        for algorithm in algorithms:
            if algorithm not in HASHES:
                raise ValueError(algorithm)
        self._realm = realm
        self._algorithms = tuple(algorithms)
        self._passwords = passwords
        self._now = now
        self._lifetime_s = nonce_lifetime_s
        self._nonces: dict[str, _Nonce] = {}

    def challenge(self, *, stale: bool = False) -> list[str]:
        """A challenge per algorithm, the preferred first (RFC 8760 §2.4), each with its own nonce."""
        mark = ", stale=true" if stale else ""
        return [
            f'Digest realm="{self._realm}", nonce="{self._issue()}", algorithm={algorithm}, qop="auth"{mark}'
            for algorithm in self._algorithms
        ]

    def verify(self, values: Sequence[str], method: str) -> tuple[Verdict, str]:
        """Judge the (Proxy-)Authorization values of a request. Returns verdict and digest username."""
        for value in values:
            try:
                answer = parse_digest_answer(value)
            except HeaderInvalid:
                return Verdict.WRONG, ""
            if answer.realm == self._realm:
                return self._judge(answer, method), answer.username
        return Verdict.MISSING, ""

    def _judge(self, answer: DigestAnswer, method: str) -> Verdict:
        password = self._passwords.get(answer.username)
        if password is None or answer.algorithm not in self._algorithms or answer.qop not in ("", "auth"):
            return Verdict.WRONG
        expected = digest_response(answer, password, method)
        if not hmac.compare_digest(expected.encode(), answer.response.lower().encode("utf-8", "replace")):
            return Verdict.WRONG
        nonce = self._nonces.get(answer.nonce)
        if nonce is None or nonce.expires_at_s <= self._now():
            return Verdict.STALE
        return self._count(nonce, answer)

    def _count(self, nonce: _Nonce, answer: DigestAnswer) -> Verdict:
        if not answer.qop:
            return Verdict.ACCEPTED
        try:
            count = int(answer.nc, 16)
        except ValueError:
            return Verdict.WRONG
        if count <= nonce.count:
            return Verdict.STALE  # a replay, or a phone that lost count: RFC 7616 §3.4.5
        nonce.count = count
        return Verdict.ACCEPTED

    def _issue(self) -> str:
        now = self._now()
        if len(self._nonces) >= _MAX_NONCES:
            alive = {key: nonce for key, nonce in self._nonces.items() if nonce.expires_at_s > now}
            self._nonces = dict(list(alive.items())[-_MAX_NONCES // 2 :])
        nonce = secrets.token_hex(16)
        self._nonces[nonce] = _Nonce(now + self._lifetime_s)
        return nonce
