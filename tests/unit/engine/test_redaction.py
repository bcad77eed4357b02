"""No secret reaches a log."""

from __future__ import annotations

import pytest

from softphone.engine.redaction import redact

SECRET = "5ccc069c403ebaf9f0171e9517f40e41"


@pytest.mark.parametrize(
    "line",
    [
        f'Authorization: Digest username="1001", realm="x", nonce="n", uri="sip:x", response="{SECRET}"',
        f'Proxy-Authorization: Digest username="1001",response = "{SECRET}", qop=auth',
        f'WWW-Authenticate: Digest realm="x", nonce="{SECRET}", opaque="o"',
        f'Authorization: Digest username="1001", cnonce={SECRET}, nc=00000001',
        f"Authorization: Basic {SECRET}",
        f"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{SECRET}|2^20",
        f"k=clear:{SECRET}",
        f"INVITE sip:1001:{SECRET}@example.com SIP/2.0",
        f"password={SECRET}",
    ],
)
def test_secrets_are_masked(line: str) -> None:
    assert SECRET not in redact(f"some words\r\n{line}\r\nmore words")


def test_what_helps_is_kept() -> None:
    text = 'Authorization: Digest username="1001", realm="pbx", uri="sip:pbx", algorithm=MD5'
    assert redact(text) == text


def test_ordinary_uris_are_kept() -> None:
    text = "INVITE sip:1001@example.com:5060;transport=tcp SIP/2.0"
    assert redact(text) == text
