"""不在時動作 on the server: each extension's rules, and the marks a forwarded INVITE carries.

Sources: RFC 5806 (Diversion), RFC 7044 (History-Info), RFC 4458 §3 (the cause parameter).
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from softphone.domain.forwarding import Absence
from softphone.domain.pbx import ForwardRule
from softphone.domain.uri import SipUri, UriInvalid, parse_sip_uri
from softphone.registrar.plan import Cause
from softphone.sip.header import HeaderInvalid, NameAddr, parse_name_addr
from softphone.sip.message import SipRequest

MAX_FORWARDINGS = 5
DEFLECTION = "deflection"  # the phone's own 302
FOLLOW_ME = "follow-me"  # シングルナンバーリーチ
DIVERSION_REASONS = {
    Absence.UNCONDITIONAL: "unconditional",
    Absence.BUSY: "user-busy",
    Absence.NO_ANSWER: "no-answer",
    Absence.UNREACHABLE: "unavailable",
}
ABSENCE_OF = {
    Cause.BUSY: Absence.BUSY,
    Cause.NO_ANSWER: Absence.NO_ANSWER,
    Cause.UNREACHABLE: Absence.UNREACHABLE,
}
_CAUSE_CODES = {"user-busy": 486, "no-answer": 408, "unavailable": 503, DEFLECTION: 480}


class ForwardingRules:
    """The rules and DND switches of all extensions, as configured and as dialled since."""

    def __init__(self, rules: Iterable[ForwardRule]) -> None:
        self._rules = {(rule.extension, rule.kind): rule for rule in rules}
        self._undisturbed: set[str] = set()

    def rule(self, extension: str, kind: Absence) -> ForwardRule | None:
        """What holds for this kind of absence."""
        return self._rules.get((extension, kind))

    def set_rule(self, extension: str, kind: Absence, number: str) -> None:
        """Forward to ``number``; "" no longer forwards."""
        if number:
            self._rules[extension, kind] = ForwardRule(extension=extension, kind=kind, number=number)
        else:
            self._rules.pop((extension, kind), None)

    def set_undisturbed(self, extension: str, is_on: bool) -> None:
        """Switch DND."""
        if is_on:
            self._undisturbed.add(extension)
        else:
            self._undisturbed.discard(extension)

    def is_undisturbed(self, extension: str) -> bool:
        """True while the extension wants no calls."""
        return extension in self._undisturbed


def diverted(request: SipRequest, realm: str, by: str, to: str, reason: str) -> SipRequest:
    """The request with ``by`` → ``to`` written into Diversion and History-Info, the newest on top."""
    marked = request.copy()
    marked.headers.insert_first("Diversion", diversion_value(realm, by, reason))
    entries = marked.headers.values("History-Info")
    last = _index_of(entries[-1]) if entries else "1"
    cause = _CAUSE_CODES.get(reason, 302)
    if not entries:
        why = quote(f"SIP;cause={cause}", safe="")
        entries.append(f"<{SipUri(by, realm)}?Reason={why}>;index=1")
    entries.append(f"<{SipUri(to, realm)};cause={cause}>;index={last}.1;mp={last}")
    marked.headers.set("History-Info", *entries)
    return marked


def diversion_value(realm: str, by: str, reason: str) -> str:
    """One Diversion value."""
    return str(NameAddr(str(SipUri(by, realm)), parameters={"reason": reason, "counter": "1"}))


def divertors(request: SipRequest) -> tuple[str, ...]:
    """The numbers that forwarded this call already, as Diversion tells."""
    numbers = []
    for value in request.headers.values("Diversion"):
        try:
            numbers.append(parse_sip_uri(parse_name_addr(value).uri).user)
        except (HeaderInvalid, UriInvalid):
            continue
    return tuple(numbers)


def _index_of(entry: str) -> str:
    try:
        return parse_name_addr(entry).parameters.get("index", "1")
    except HeaderInvalid:
        return "1"
