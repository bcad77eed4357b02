"""The client's side of digest: which challenge is answered, how it is counted, what is never shown."""

from __future__ import annotations

import pytest

from softphone.sip.authorization import Credentials, choose_challenge, parse_challenge
from softphone.sip.digest import digest_response, parse_digest_answer
from softphone.sip.header import HeaderInvalid
from softphone.sip.message import Headers, SipRequest, SipResponse

MD5 = 'Digest realm="pbx", nonce="n1", algorithm=MD5, qop="auth,auth-int", opaque="o"'
SHA_256 = 'Digest realm="pbx", nonce="n2", algorithm=SHA-256, qop="auth"'


def challenge_of(status_code: int, *values: str) -> SipResponse:
    name = "WWW-Authenticate" if status_code == 401 else "Proxy-Authenticate"
    return SipResponse(status_code, "", Headers([(name, value) for value in values]))


def request() -> SipRequest:
    return SipRequest("SUBSCRIBE", "sip:1001@pbx", Headers([("CSeq", "1 SUBSCRIBE")]))


def test_sha_256_is_preferred_whatever_stands_first() -> None:
    chosen = choose_challenge([MD5, SHA_256])
    assert chosen is not None
    assert (chosen.hash_name, chosen.nonce) == ("SHA-256", "n2")


@pytest.mark.parametrize(
    "value",
    [
        'Digest realm="pbx", nonce="n", algorithm=MD5-sess, qop="auth"',
        'Digest realm="pbx", nonce="n", algorithm=AKAv1-MD5',
        'Digest realm="pbx", nonce="n", qop="auth-int"',
        'Basic realm="pbx"',
        'Digest realm="pbx"',
    ],
)
def test_what_cannot_be_answered_is_not_chosen(value: str) -> None:
    assert choose_challenge([value]) is None
    assert Credentials("u", "p").learn(challenge_of(401, value)) is None


def test_no_digest_is_refused() -> None:
    with pytest.raises(HeaderInvalid):
        parse_challenge("Bearer x")


@pytest.mark.parametrize(("status_code", "header"), [(401, "Authorization"), (407, "Proxy-Authorization")])
@pytest.mark.parametrize("challenge", [MD5, SHA_256, 'Digest realm="pbx", nonce="n3"'])
def test_the_answer_holds(status_code: int, header: str, challenge: str) -> None:
    credentials = Credentials('1000"x', "secret", lambda: "cn")
    credentials.learn(challenge_of(status_code, challenge))
    sent = request()
    credentials.apply(sent)
    answer = parse_digest_answer(sent.headers.get(header))
    assert answer.response == digest_response(answer, "secret", "SUBSCRIBE")
    assert (answer.username, answer.realm, answer.uri) == ('1000"x', "pbx", "sip:1001@pbx")
    assert (answer.qop, answer.nc) == (("auth", "00000001") if "qop" in challenge else ("", ""))
    assert ("algorithm" in sent.headers.get(header)) == ("algorithm" in challenge)


def test_later_requests_are_answered_ahead_and_counted_until_another_nonce() -> None:
    credentials = Credentials("1000", "secret")

    def count() -> str:
        sent = request()
        credentials.apply(sent)
        return parse_digest_answer(sent.headers.get("Authorization")).nc

    credentials.learn(challenge_of(401, MD5))
    assert [count(), count()] == ["00000001", "00000002"]
    credentials.learn(challenge_of(401, MD5))
    assert count() == "00000003"
    credentials.learn(challenge_of(401, MD5.replace("n1", "n9") + ", stale=TRUE"))
    assert count() == "00000001"


def test_the_password_is_not_shown() -> None:
    assert "secret" not in repr(Credentials("1000", "secret"))
