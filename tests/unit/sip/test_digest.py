"""Digest answers: the RFC's own examples, and nothing shown that is secret."""

from __future__ import annotations

import pytest

from softphone.sip.digest import DigestAnswer, digest_response, parse_digest_answer


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_examples_of_rfc_7616_section_3_9_1(algorithm: str, expected: str) -> None:
    answer = DigestAnswer(
        username="Mufasa",
        realm="http-auth@example.org",
        nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
        uri="/dir/index.html",
        response="",
        algorithm=algorithm,
        qop="auth",
        nc="00000001",
        cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    )
    assert digest_response(answer, "Circle of Life", "GET") == expected


def test_a_digest_answer_is_not_shown() -> None:
    answer = parse_digest_answer('Digest username="u", realm="r", nonce="n", uri="x", response="secret"')
    assert "secret" not in repr(answer)
