"""Who calls, on which line, by which way: what an INVITE's headers say of it.

Who: P-Asserted-Identity, unless Privacy forbids it, before From. Why there is no number: From's display
name. By which way: Diversion before History-Info. On which line: P-Called-Party-ID before To.

Sources: RFC 3261 §20.20 (From), RFC 3325 (P-Asserted-Identity), RFC 3323 (Privacy), RFC 5806 (Diversion),
RFC 7044 (History-Info), RFC 7315 §4.2 (P-Called-Party-ID), RFC 5373 (Answer-Mode). The words for a missing
number are those of 3GPP TS 24.008 §10.5.4.30, "cause of no CLI", which carriers put into From's display name.
"""

from __future__ import annotations

import enum
import re

import msgspec
from msgspec.structs import replace

from softphone.domain.header_value import parse_parameters, split_outside
from softphone.domain.uri import Party, parse_party

ANONYMOUS_URI = "sip:anonymous@anonymous.invalid"  # RFC 3323 §4.1.1.3
MAX_ANSWER_AFTER_S = 600.0

_MAX_MESSAGE = 65_536
_MAX_VALUE = 1_000
_MAX_VALUES = 20
_LINE_END = re.compile(r"\r?\n")
_NUMBER = re.compile(r"[+*#0-9][*#0-9]*\Z")
_VISUAL_SEPARATORS = re.compile(r"[-.()]")  # RFC 3966 §5.1.1
_INDEX = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){0,20}\Z")
_SECONDS = re.compile(r"[0-9]{1,4}(\.[0-9]{1,3})?\Z")
_COMPACT = {"f": "from", "t": "to"}
_WANTED = (
    "from",
    "to",
    "privacy",
    "p-asserted-identity",
    "p-called-party-id",
    "diversion",
    "history-info",
    "call-info",
    "alert-info",
    "answer-mode",
    "priv-answer-mode",
    "p-auto-answer",
)


class Anonymity(enum.Enum):
    """Why there is no number: 非通知, 公衆電話, 通知不可, 表示圏外."""

    NONE = ""
    WITHHELD = "withheld"
    PAYPHONE = "payphone"
    NOT_AVAILABLE = "not_available"
    OUT_OF_AREA = "out_of_area"


_REASON_NAMES = {
    "anonymous": Anonymity.WITHHELD,
    "coin line/payphone": Anonymity.PAYPHONE,
    "interaction with other service": Anonymity.NOT_AVAILABLE,
    "unavailable": Anonymity.OUT_OF_AREA,
}


class CallerIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a caller. ``answer_after_s`` −1 where the caller asks for no automatic answer.

    Where ``anonymity`` is set, ``remote`` holds neither number nor name.
    """

    remote: Party
    anonymity: Anonymity = Anonymity.NONE
    diverted_by: Party | None = None
    called: str = ""
    answer_after_s: float = -1.0


Headers = dict[str, list[str]]


def parse_identity(message: str) -> CallerIdentity:
    """What the text of an INVITE says of its caller. Never raises; the work is bounded."""
    headers = _read_headers(message)
    remote, anonymity = _caller(headers)
    return CallerIdentity(
        remote=remote,
        anonymity=anonymity,
        diverted_by=_last_diversion(headers) or _last_history(headers),
        called=_called(headers),
        answer_after_s=_answer_after(headers),
    )


def _read_headers(message: str) -> Headers:
    """The fields looked at here: folds undone, comma lists cut, each value on one line and printable."""
    lines: list[str] = []
    for line in _LINE_END.split(message[:_MAX_MESSAGE])[1:]:
        if not line:
            break
        if line[0] in " \t" and lines:
            lines[-1] += line
        else:
            lines.append(line)
    headers: Headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        name = name.strip().lower()
        name = _COMPACT.get(name, name)
        if name in _WANTED:
            values = headers.setdefault(name, [])
            values.extend(split_outside(_printable(value), ",")[: _MAX_VALUES - len(values)])
    return headers


def _printable(value: str) -> str:
    """One line of at most 1,000 characters without controls, overrides of direction or stray surrogates."""
    line = " ".join(value[: 4 * _MAX_VALUE].split()).encode("utf-8", "replace").decode()
    return "".join(char for char in line if char.isprintable())[:_MAX_VALUE]


def _party(value: str) -> Party:
    """A name-addr with the number as one dials it: no separators, no parameters of a telephone-subscriber."""
    party = parse_party(value)
    number = party.number.partition(";")[0]
    plain = _VISUAL_SEPARATORS.sub("", number)
    return replace(party, number=plain if _NUMBER.match(plain) else number)


def _caller(headers: Headers) -> tuple[Party, Anonymity]:
    privacy = {token.strip().lower() for value in headers.get("privacy", []) for token in value.split(";")}
    asserted = _asserted(headers)
    origin = _party(headers["from"][0]) if headers.get("from") else None
    if asserted is not None and not privacy & {"id", "user", "header"}:
        if not asserted.display_name and origin is not None and origin.number == asserted.number:
            asserted = replace(asserted, display_name=origin.display_name)
        return asserted, Anonymity.NONE
    reason = _reason(origin)
    if reason is Anonymity.NONE:
        shown = asserted is not None and origin is not None and origin.number == asserted.number
        if privacy & {"user", "header"} or ("id" in privacy and shown):
            reason = Anonymity.WITHHELD
    if origin is None or reason is not Anonymity.NONE:
        return Party(uri=ANONYMOUS_URI), reason
    return origin, Anonymity.NONE


def _asserted(headers: Headers) -> Party | None:
    """One party of all that is asserted: a number before a name, SIP before tel, a name from either."""
    parties = [_party(value) for value in headers.get("p-asserted-identity", [])]
    parties = [party for party in parties if party.number and _reason(party) is Anonymity.NONE]
    if not parties:
        return None
    best = min(parties, key=lambda party: (not _NUMBER.match(party.number), party.uri.startswith("tel:")))
    name = next((party.display_name for party in parties if party.display_name), "")
    return replace(best, display_name=best.display_name or name)


def _reason(party: Party | None) -> Anonymity:
    """Why ``party`` shows no number: its name says so, or its address is one that means nobody."""
    if party is None:
        return Anonymity.NOT_AVAILABLE
    named = _REASON_NAMES.get(party.display_name.strip().lower())
    if named is not None:
        return named
    user, _, host = party.uri.lower().partition(":")[2].partition("@")
    if user == "anonymous" or host.startswith("anonymous.invalid"):
        return Anonymity.WITHHELD
    if user == "unavailable" and host.startswith("unknown.invalid"):  # 3GPP TS 23.003 §13.7
        return Anonymity.OUT_OF_AREA
    return Anonymity.NONE


def _last_diversion(headers: Headers) -> Party | None:
    """Who diverted the call last: the topmost value (RFC 5806 §4), unless they want to stay unknown."""
    for value in headers.get("diversion", [])[:1]:
        if _header_parameters(value).get("privacy", "off").lower() in ("off", "name"):
            return _usable(_party(value))
    return None


def _last_history(headers: Headers) -> Party | None:
    """Who diverted the call last, by History-Info.

    A target that was reached by diversion says where from (``mp``, RFC 7044 §10.3) or why (``cause``,
    RFC 4458); then the one before it diverted. Older servers mark the one that diverted, by a Reason.
    """
    entries: list[tuple[tuple[int, ...], str]] = []
    for value in headers.get("history-info", []):
        index = _index(_header_parameters(value).get("index", ""))
        if index:
            entries.append((index, value))
    entries.sort(key=lambda entry: entry[0])
    by_index = dict(entries)
    for place in range(len(entries) - 1, 0, -1):
        own, value = entries[place]
        origin = _index(_header_parameters(value).get("mp", ""))
        before = by_index.get(origin or own[:-1], entries[place - 1][1])
        told_why = re.search(r";cause=[0-9]{3}", value, re.IGNORECASE) or "reason=" in before.lower()
        if not origin and not told_why:
            continue
        hidden = re.search(r"[?&]privacy=", before, re.IGNORECASE)
        return None if hidden else _usable(_party(before))
    return None


def _index(text: str) -> tuple[int, ...]:
    """``1.2.1`` as numbers; none where it is no index (RFC 7044 §10.1)."""
    return tuple(int(part) for part in text.split(".")) if _INDEX.match(text) else ()


def _usable(party: Party) -> Party | None:
    return party if party.number and _reason(party) is Anonymity.NONE else None


def _header_parameters(value: str) -> dict[str, str]:
    """The parameters behind ``<uri>``; of a bare URI everything behind its first semicolon."""
    _, semicolon, parameters = value.rpartition(">")[2].partition(";")
    return parse_parameters(semicolon + parameters)


def _called(headers: Headers) -> str:
    for name in ("p-called-party-id", "to"):
        for value in headers.get(name, [])[:1]:
            return _party(value).number
    return ""


def _answer_after(headers: Headers) -> float:
    """Seconds after which the caller asks to be answered, −1 where it does not.

    RFC 5373 has a header of its own for it; Call-Info and Alert-Info are the practice of PBXs:
    ``answer-after=N``, ``info=alert-autoanswer`` (with ``delay=N``), ``Auto Answer``, ``Ring Answer``.
    """
    for name in ("call-info", "alert-info"):
        for value in headers.get(name, []):
            seconds = _asked_delay(value)
            if seconds >= 0:
                return min(seconds, MAX_ANSWER_AFTER_S)
    modes = [value for name in ("answer-mode", "priv-answer-mode") for value in headers.get(name, [])]
    if any(mode.partition(";")[0].strip().lower() == "auto" for mode in modes):
        return 0.0
    return 0.0 if any(value.lower() == "normal" for value in headers.get("p-auto-answer", [])) else -1.0


def _asked_delay(value: str) -> float:
    parameters = parse_parameters(value.rpartition(">")[2])
    after = parameters.get("answer-after", "")
    if _SECONDS.match(after):
        return float(after)
    words = {re.sub(r"[ _-]", "", word.lower()) for word in (*parameters, parameters.get("info", ""))}
    if parameters.get("intercom", "").lower() == "true" or words & {
        "alertautoanswer",
        "autoanswer",
        "ringanswer",
    }:
        delay = parameters.get("delay", "0")
        return float(delay) if _SECONDS.match(delay) else 0.0
    return -1.0
