"""Links to a telephone number, from a web page or a mail: what they mean, and what must be asked first.

    tel:+81-3-1234-5678;ext=200   tel:201;phone-context=example.jp   sip:201@example.jp   callto:201

A link is written by a stranger. It becomes a dial string or is refused; one that could cost money, move the
user's own settings (``*21*…#``) or call for help carries a ``caution`` and is never called at once.
Source: RFC 3966 (tel), RFC 3261 §19.1 (sip).
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote, unquote_to_bytes

import msgspec

from softphone.domain.dial_plan import EMERGENCY_NUMBERS, national_number, split_post_dial
from softphone.domain.dial_string import DialStringInvalid, clean_dial_string

SCHEMES = ("tel", "sip", "sips", "callto")
MAX_LINK = 512
CAUTIONS = ("emergency", "code", "context", "international")

_LINK = re.compile(rf"\s*(?:{'|'.join(SCHEMES)}):", re.IGNORECASE)
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # control, direction marks, nothing that can be seen
_EXTENSION = re.compile(r"[0-9\-.()]{1,20}\Z")  # RFC 3966 §3 extension
_CONTEXT = re.compile(r"\+?[A-Za-z0-9\-.()]{1,80}\Z")  # RFC 3966 §3 descriptor
_EMERGENCY = re.compile(rf"0?(?:18[46])?(?:{'|'.join(EMERGENCY_NUMBERS)})\Z")  # an outside prefix, 184, 186
_ABROAD = re.compile(r"\+|010|00[1-9][0-9]")  # +…, 010…, a carrier's 00XY


class LinkInvalid(ValueError):
    """No link to a number. ``code``: scheme, hidden, too_long, or one of DialStringInvalid."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """What a link calls. ``number`` can be dialled as it is, with ``,,`` and an extension behind it.

    ``caution``: "", or why the user is asked first (CAUTIONS). ``context`` says within what a local number
    of RFC 3966 is valid.
    """

    number: str
    caution: str = ""
    context: str = ""


def is_link(text: str) -> bool:
    """Whether ``text`` begins like a link."""
    return _LINK.match(text) is not None


def parse_link(text: str) -> Link:
    """The number a link means. Errors: LinkInvalid."""
    if len(text) > MAX_LINK:
        raise LinkInvalid("too_long")
    _check_visible(text.strip())
    scheme, colon, rest = text.strip().partition(":")
    if not colon or scheme.lower() not in SCHEMES:
        raise LinkInvalid("scheme")
    if scheme.lower() in ("sip", "sips"):
        number = _cleaned(f"{scheme}:{rest}" if "@" in rest else rest.partition(";")[0].partition("?")[0])
        return Link(number=number, caution=_caution(_user(number)))
    number, parameters = _split(rest.removeprefix("//"))
    if "@" in number:
        return parse_link(f"sip:{number}")
    number, digits = split_post_dial(unquote(number))
    number = _cleaned(number)
    extension, context = parameters.get("ext", ""), parameters.get("phone-context", "")
    if not _fits(extension, _EXTENSION) or not _fits(context, _CONTEXT):
        raise LinkInvalid("characters")
    behind = digits + (f",,{re.sub('[^0-9]', '', extension)}" if extension else "")
    caution = _caution(number) or _caution(behind) or ("context" if context else "")
    return Link(number=number + behind, caution=caution, context=context)


def _fits(value: str, pattern: re.Pattern[str]) -> bool:
    return not value or pattern.match(value) is not None


def _check_visible(text: str) -> None:
    """Every character of ``text`` can be seen, those behind percent escapes too. Errors: LinkInvalid."""
    if _BAD_ESCAPE.search(text):
        raise LinkInvalid("characters")
    try:
        plain = unquote_to_bytes(text).decode()
    except UnicodeError as error:
        raise LinkInvalid("characters") from error
    if any(unicodedata.category(character) in _HIDDEN for character in plain):
        raise LinkInvalid("hidden")


def _split(rest: str) -> tuple[str, dict[str, str]]:
    """The number, and the parameters behind it by name."""
    number, *parameters = rest.partition("?")[0].split(";")
    named = (parameter.partition("=") for parameter in parameters)
    return number, {name.lower().strip(): unquote(value).strip() for name, _, value in named}


def _cleaned(number: str) -> str:
    try:
        return clean_dial_string(number)
    except DialStringInvalid as error:
        raise LinkInvalid(error.code) from error


def _user(number: str) -> str:
    """The part of a SIP URI that a PBX dials."""
    return number.partition(":")[2].partition("@")[0] if ":" in number else number


def _caution(number: str) -> str:
    if _EMERGENCY.match(number):
        return "emergency"
    if "*" in number or "#" in number:
        return "code"
    return "international" if _ABROAD.match(national_number(number)) else ""
