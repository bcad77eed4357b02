"""Digest challenges: nonces that age, and what must be refused."""

from __future__ import annotations

from softphone.registrar.digest import DigestAuthenticator, Verdict
from softphone.sip.digest import DigestAnswer, digest_response


class Phone:
    """Answers challenges with a clock that is turned by hand."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.server = DigestAuthenticator("r", ("SHA-256", "MD5"), {"201": "pw"}, lambda: self.now_s, 60)

    def answer(
        self, challenge: str, *, nc: str = "00000001", password: str = "pw", method: str = "REGISTER"
    ) -> str:
        nonce = challenge.split('nonce="')[1].split('"')[0]
        algorithm = challenge.split("algorithm=")[1].split(",")[0]
        answer = DigestAnswer("201", "r", nonce, "sip:r", "", algorithm, "auth", nc, "c")
        response = digest_response(answer, password, method)
        return (
            f'Digest username="201", realm="r", nonce="{nonce}", uri="sip:r", response="{response}", '
            f'algorithm={algorithm}, qop=auth, nc={nc}, cnonce="c"'
        )

    def verdict(self, *values: str) -> Verdict:
        return self.server.verify(values, "REGISTER")[0]


def test_the_preferred_algorithm_comes_first_and_either_is_taken() -> None:
    phone = Phone()
    first, second = phone.server.challenge()
    assert "algorithm=SHA-256" in first
    assert "algorithm=MD5" in second
    assert phone.verdict(phone.answer(first)) is Verdict.ACCEPTED
    assert phone.verdict(phone.answer(second)) is Verdict.ACCEPTED


def test_an_old_nonce_and_a_repeated_count_are_stale() -> None:
    phone = Phone()
    challenge = phone.server.challenge()[0]
    assert phone.verdict(phone.answer(challenge)) is Verdict.ACCEPTED
    assert phone.verdict(phone.answer(challenge)) is Verdict.STALE
    assert phone.verdict(phone.answer(challenge, nc="00000002")) is Verdict.ACCEPTED
    phone.now_s = 61
    assert phone.verdict(phone.answer(challenge, nc="00000003")) is Verdict.STALE


def test_what_is_refused() -> None:
    phone = Phone()
    challenge = phone.server.challenge()[0]
    assert phone.verdict() is Verdict.MISSING
    assert phone.verdict("Basic abc") is Verdict.WRONG
    assert phone.verdict('Digest username="201"') is Verdict.WRONG
    assert phone.verdict(phone.answer(challenge, password="no")) is Verdict.WRONG
    assert phone.verdict(phone.answer(challenge, method="INVITE")) is Verdict.WRONG
    assert phone.verdict(phone.answer(challenge).replace("SHA-256", "SHA-512")) is Verdict.WRONG
    assert phone.verdict(phone.answer(challenge).replace('realm="r"', 'realm="other"')) is Verdict.MISSING
