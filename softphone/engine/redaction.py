"""What must never stand in a log: digest answers, keys, passwords. Pure text in, text out.

PJSIP logs whole SIP messages at level 4 and up; every line goes through ``redact`` at the sink.
"""

from __future__ import annotations

import re

MASK = "***"

_RULES = (
    # RFC 3261 §20.7, §20.28: the credentials; the username stays, it is needed to help people.
    (
        re.compile(
            r'(?i)\b(response|cnonce|nonce|opaque|password|passwd|secret)(\s*=\s*)("[^"\r\n]*"|[^\s,;"]+)'
        ),
        r"\1\2" + MASK,
    ),
    # RFC 4568 §9.1: a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:<key>
    (re.compile(r"(?i)\binline:[^\s|;]+"), f"inline:{MASK}"),
    # RFC 4566 §5.12: k=clear:<key>
    (re.compile(r"(?im)^(k=[a-z0-9]+:)\S+"), r"\1" + MASK),
    # sip:user:password@host
    (re.compile(r"(?i)\b(sips?:[^\s:@;<>]+):[^\s@;<>]+@"), r"\1:" + MASK + "@"),
    # Basic and Bearer credentials, which carry no name=value pairs.
    (
        re.compile(r"(?im)\b((?:Proxy-)?Authorization\s*:\s*(?:Basic|Bearer))\s+\S+"),
        r"\1 " + MASK,
    ),
)


def redact(text: str) -> str:
    """``text`` with every secret value replaced by ``***``."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
