"""Dial strings: what a person types, pastes or clicks, turned into what the phone calls.

Understood: digits with spaces, hyphens, dots and brackets; full-width digits; ``+81…``; ``*`` and ``#``
codes; ``tel:`` (RFC 3966), ``sip:`` and ``callto:`` links; user names such as ``taro`` or ``taro@host``.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from softphone.domain.halfwidth import to_halfwidth, wide_positions
from softphone.domain.uri import HostPort, SipUri, UriInvalid, parse_sip_uri

_SEPARATORS = re.compile(r"[\s\-.()/\[\]\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
_NUMBER = re.compile(r"\+?[0-9*#A-Da-d]+\Z")
_USER = re.compile(r"[*#]{0,2}[A-Za-z0-9][A-Za-z0-9\-_.!~*'&=+$]*\Z")  # a code may stand before it
MAX_LENGTH = 128


class DialStringInvalid(ValueError):
    """Nothing that can be called; ``code`` is ``empty``, ``characters`` or ``address``."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text!r}")
        self.code = code


def clean_dial_string(text: str) -> str:
    """The number (or user, or SIP URI) meant by ``text``, as it is shown and dialled.

    Errors: DialStringInvalid.
    """
    text = to_halfwidth(text).strip()
    scheme, colon, rest = text.partition(":")
    if colon and scheme.lower() in ("tel", "callto"):
        text = unquote(rest.partition(";")[0].partition("?")[0]).removeprefix("//").strip()
        scheme = ""
    if len(text) > MAX_LENGTH:
        raise DialStringInvalid("address", text[:MAX_LENGTH])
    if colon and scheme.lower() in ("sip", "sips"):
        try:
            uri = parse_sip_uri(f"{scheme}:{rest.removeprefix('//')}")
        except UriInvalid as error:
            raise DialStringInvalid("address", text) from error
        if not uri.user:
            raise DialStringInvalid("address", text)
        return str(uri)
    digits = _SEPARATORS.sub("", text)
    if not digits:
        raise DialStringInvalid("empty", text)
    if _NUMBER.match(digits):
        return digits
    if "@" in text:
        return clean_dial_string(f"sip:{text}")
    if wide_positions(text) or not _USER.match(text):
        raise DialStringInvalid("characters", text)
    return text


def target_uri(dialled: str, server: HostPort) -> SipUri:
    """The SIP URI that ``dialled`` means on ``server``.

    Errors: DialStringInvalid.
    """
    cleaned = clean_dial_string(dialled)
    if cleaned.lower().startswith(("sip:", "sips:")):
        return parse_sip_uri(cleaned)
    return SipUri(user=cleaned, host=server.host, port=server.port)
