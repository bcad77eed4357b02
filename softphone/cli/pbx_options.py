"""What makes ``softphone registrar`` a small PBX: options of one form each, read into a PbxPlan."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable

import msgspec

from softphone.app.text import Text
from softphone.domain.forwarding import Absence, ReachNumber
from softphone.domain.pbx import ForwardRule, HuntGroup, HuntStrategy, PbxPlan, PickupGroup
from softphone.domain.uri import UriInvalid, parse_host_port

_NUMBER = re.compile(r"[0-9*#+][0-9*#+-]*\Z")
_LONGEST_S = 3600.0
KINDS = {
    "always": Absence.UNCONDITIONAL,
    "busy": Absence.BUSY,
    "no_answer": Absence.NO_ANSWER,
    "unreachable": Absence.UNREACHABLE,
}


class _Form:
    """An argument type: a word of one form; anything else is answered with that form."""

    def __init__(self, text: Text, form: str, read: Callable[[str], object]) -> None:
        self._text = text
        self._form = form
        self._read = read

    def __call__(self, word: str) -> object:
        """Errors: argparse.ArgumentTypeError."""
        try:
            return self._read(word)
        except (ValueError, KeyError) as error:
            words = self._text("cli.registrar.form", value=word, form=self._form)
            raise argparse.ArgumentTypeError(words) from error


def add_options(parser: argparse.ArgumentParser, text: Text) -> None:
    """Every option; ``pbx_plan`` reads them."""
    group = parser.add_argument_group(text("cli.help.pbx"))
    parser.epilog = text("cli.help.feature_codes")

    def add(option: str, key: str, form: str, read: Callable[[str], object], *, once: bool = False) -> None:
        words = text(f"cli.option.{key}")
        action = "store" if once else "append"
        default: object = None if once else []
        group.add_argument(
            option, metavar=form, action=action, default=default, type=_Form(text, form, read), help=words
        )

    add("--hunt", "hunt", "NUMBER:STRATEGY:EXT,EXT", read_hunt_group)
    add("--pickup-group", "pickup_group", "NAME:EXT,EXT", read_pickup_group)
    add("--forward", "forward", "EXT:KIND:NUMBER", read_forward_rule)
    add("--reach", "reach", "EXT:NUMBER:START:END", read_reach)
    add("--outside-prefix", "outside_prefix", "0", read_prefix, once=True)
    add("--trunk", "trunk", "HOST:PORT", read_trunk, once=True)
    add("--did", "did", "NUMBER:EXT", read_did)
    add("--outside-number", "outside_number", "EXT:NUMBER", read_outside_numbers)
    add("--voicemail", "voicemail", "EXT,EXT", _numbers)


def pbx_plan(options: argparse.Namespace) -> PbxPlan:
    """What the options say together."""
    return PbxPlan(
        hunt_groups=tuple(options.hunt),
        pickup_groups=tuple(options.pickup_group),
        forwards=tuple(options.forward),
        reach=dict(options.reach),
        outside_prefix=options.outside_prefix or "",
        trunk=options.trunk or "",
        dids=dict(options.did),
        outside_numbers=dict(options.outside_number),
        voicemail=tuple(extension for extensions in options.voicemail for extension in extensions),
    )


def read_hunt_group(word: str) -> HuntGroup:
    """``600:sequential:201,202:15``. Errors: ValueError."""
    number, strategy, members, *rest = word.split(":")
    group = HuntGroup(number=_number(number), strategy=HuntStrategy(strategy), members=_numbers(members))
    return msgspec.structs.replace(group, ring_s=_seconds(rest)) if rest else group


def read_pickup_group(word: str) -> PickupGroup:
    """``office:201,202``. Errors: ValueError."""
    name, members = word.split(":")
    if not name:
        raise ValueError(word)
    return PickupGroup(name=name, members=_numbers(members))


def read_forward_rule(word: str) -> ForwardRule:
    """``201:no_answer:202:20``. Errors: ValueError, KeyError."""
    extension, kind, number, *rest = word.split(":")
    rule = ForwardRule(extension=_number(extension), kind=KINDS[kind], number=_number(number))
    return msgspec.structs.replace(rule, after_s=_seconds(rest)) if rest else rule


def read_reach(word: str) -> tuple[str, tuple[ReachNumber, ...]]:
    """``201:09012345678:0:30,202:10:40``. Errors: ValueError."""
    extension, rest = word.split(":", 1)
    reached = []
    for part in rest.split(","):
        number, start, end = part.split(":")
        start_s, end_s = int(start), int(end)
        if not 0 <= start_s < end_s <= _LONGEST_S:
            raise ValueError(word)
        reached.append(ReachNumber(number=_number(number), start_s=start_s, end_s=end_s))
    return _number(extension), tuple(reached)


def read_prefix(word: str) -> str:
    """``0``; "" for outside numbers alone. Errors: ValueError."""
    if word not in ("", "0"):
        raise ValueError(word)
    return word


def read_trunk(word: str) -> str:
    """``192.0.2.1:5060``: an address, for nothing is resolved. Errors: ValueError."""
    try:
        address = parse_host_port(word)
    except UriInvalid as error:
        raise ValueError(word) from error
    if not re.fullmatch(r"[0-9.]+|.*:.*", address.host):
        raise ValueError(word)
    return str(address)


def read_did(word: str) -> tuple[str, str]:
    """``0312345678:201``. Errors: ValueError."""
    number, to = word.split(":")
    return _number(number), _number(to)


def read_outside_numbers(word: str) -> tuple[str, tuple[str, ...]]:
    """``201:0312345678,05012345678``. Errors: ValueError."""
    extension, numbers = word.split(":")
    return _number(extension), _numbers(numbers)


def _seconds(rest: list[str]) -> float:
    (text,) = rest
    seconds = float(text)
    if not 0.0 < seconds <= _LONGEST_S:
        raise ValueError(text)
    return seconds


def _numbers(text: str) -> tuple[str, ...]:
    return tuple(_number(part) for part in text.split(","))


def _number(text: str) -> str:
    if not _NUMBER.match(text):
        raise ValueError(text)
    return text
