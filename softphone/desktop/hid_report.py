"""HID report descriptors: which bits of a report say what. Bytes in, values out; no device here.

descriptor ─▸ parse ─▸ HidReports ─ read(report) ─▸ {usage: value}
                                  ─ write({usage: value}) ─▸ reports

A usage is page << 16 | id. Source: USB Device Class Definition for HID 1.11, §6.2.2.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

MAX_DESCRIPTOR_BYTES = 4_096  # Linux's own limit
MAX_REPORT_BITS = 8 * 4_096
MAX_USAGES = 4_096

_CONSTANT, _VARIABLE, _RELATIVE = 0x01, 0x02, 0x04
_LONG_ITEM = 0xFE
_SIZES = (0, 1, 2, 4)


class HidDescriptorInvalid(Exception):
    """No report descriptor, or one out of all bounds."""


class ReportKind(enum.Enum):
    """By the tag of its main item."""

    INPUT = 0x8
    OUTPUT = 0x9
    FEATURE = 0xB


@dataclass(frozen=True)
class HidField:
    """``count`` values of ``size_bits`` from ``first_bit`` on, in one report (``report_id`` 0: unnumbered).

    A variable has a usage for each value, the last one for all that follow. An array's values are
    numbers of usages that are on now, ``logical_min`` standing for the first. Padding has no usages.
    """

    kind: ReportKind
    report_id: int
    usages: tuple[int, ...]
    first_bit: int
    size_bits: int
    count: int
    is_array: bool
    is_relative: bool
    logical_min: int

    def usage(self, place: int) -> int:
        """That of the value at ``place``; 0 for none."""
        return self.usages[min(place, len(self.usages) - 1)] if self.usages else 0


class HidReports:
    """The reports of one device."""

    def __init__(self, fields: tuple[HidField, ...]) -> None:
        self._fields = fields
        self._numbered = any(each.report_id for each in fields)
        self._bits: dict[tuple[ReportKind, int], int] = {}
        for each in fields:
            key = (each.kind, each.report_id)
            end = each.first_bit + each.size_bits * each.count
            self._bits[key] = max(self._bits.get(key, 0), end)

    def usages(self, kind: ReportKind) -> frozenset[int]:
        """Everything that reports of a kind can say."""
        return frozenset(usage for each in self._fields if each.kind is kind for usage in each.usages)

    def is_relative(self, usage: int) -> bool:
        """Whether an input tells of a press, not of a state."""
        told_by = [e for e in self._fields if e.kind is ReportKind.INPUT and usage in e.usages]
        return any(each.is_relative for each in told_by)

    def read(self, report: bytes) -> dict[int, int]:
        """What an input report says: every usage it can say, with its value. A short report says less."""
        report_id = report[0] if self._numbered and report else 0
        body = report[1:] if self._numbered else report
        number, have = int.from_bytes(body, "little"), 8 * len(body)
        values: dict[int, int] = {}
        for each in self._fields:
            if each.kind is not ReportKind.INPUT or each.report_id != report_id or not each.usages:
                continue
            if each.is_array:
                values |= dict.fromkeys(each.usages, 0)
            for place in range(each.count):
                first = each.first_bit + place * each.size_bits
                if first + each.size_bits > have:
                    break
                value = (number >> first) & ((1 << each.size_bits) - 1)
                if not each.is_array:
                    values[each.usage(place)] = value
                elif 0 <= value - each.logical_min < len(each.usages):
                    values[each.usages[value - each.logical_min]] = 1
        return values

    def write(self, values: Mapping[int, int]) -> tuple[bytes, ...]:
        """The output reports that say ``values``, everything else in them 0; each begins with its number."""
        numbers: dict[int, int] = {}
        for each in self._fields:
            if each.kind is not ReportKind.OUTPUT or not values.keys() & set(each.usages):
                continue
            number = numbers.setdefault(each.report_id, 0)
            for place in range(each.count):
                number |= _bits(each, place, values) << (each.first_bit + place * each.size_bits)
            numbers[each.report_id] = number
        sizes = {report_id: (self._bits[ReportKind.OUTPUT, report_id] + 7) // 8 for report_id in numbers}
        return tuple(bytes((key,)) + number.to_bytes(sizes[key], "little") for key, number in numbers.items())


def _bits(each: HidField, place: int, values: Mapping[int, int]) -> int:
    """What stands at one place of an output field."""
    if not each.is_array:
        return values.get(each.usage(place), 0) & ((1 << each.size_bits) - 1)
    on = [number for number, usage in enumerate(each.usages) if values.get(usage)]
    return on[place] + each.logical_min if place < len(on) else 0


@dataclass(frozen=True)
class _Globals:
    """What stays in force from item to item (§6.2.2.7)."""

    usage_page: int = 0
    logical_min: int = 0
    size_bits: int = 0
    report_id: int = 0
    count: int = 0


@dataclass
class _Locals:
    """What the next main item takes (§6.2.2.8). A usage of four bytes brings its own page."""

    usages: list[tuple[int, int]] = field(default_factory=list)  # value, bytes
    first: tuple[int, int] | None = None

    def resolved(self, page: int) -> tuple[int, ...]:
        """The page in force at the main item is that of the short ones."""
        return tuple(value if size == 4 else page << 16 | value for value, size in self.usages)


def parse_descriptor(descriptor: bytes) -> HidReports:
    """The reports that ``descriptor`` describes. Errors: HidDescriptorInvalid."""
    if not 0 < len(descriptor) <= MAX_DESCRIPTOR_BYTES:
        raise HidDescriptorInvalid(f"{len(descriptor)} bytes")
    state, kept, here = _Globals(), list[_Globals](), _Locals()
    fields: list[HidField] = []
    ends: dict[tuple[ReportKind, int], int] = {}
    for kind, tag, data in _items(descriptor):
        if kind == 0:
            if tag in (each.value for each in ReportKind):
                _add_field(fields, ends, ReportKind(tag), int.from_bytes(data, "little"), state, here)
            here = _Locals()
        elif kind == 1 and tag == 0xA:
            kept.append(state)
        elif kind == 1 and tag == 0xB:
            if not kept:
                raise HidDescriptorInvalid("pop without push")
            state = kept.pop()
        elif kind == 1:
            state = _with_global(state, tag, data)
        elif kind == 2:
            _take_local(here, tag, data)
    return HidReports(tuple(fields))


def _items(descriptor: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Type (0 main, 1 global, 2 local), tag and data of each short item; long ones are none of ours."""
    at = 0
    while at < len(descriptor):
        prefix = descriptor[at]
        if prefix == _LONG_ITEM:
            at += 3 + (descriptor[at + 1] if at + 1 < len(descriptor) else 0)
            continue
        size = _SIZES[prefix & 3]
        data = descriptor[at + 1 : at + 1 + size]
        if len(data) < size:
            raise HidDescriptorInvalid("it breaks off")
        yield prefix >> 2 & 3, prefix >> 4, data
        at += 1 + size


def _with_global(state: _Globals, tag: int, data: bytes) -> _Globals:
    value = int.from_bytes(data, "little")
    if tag == 0x0:
        return replace(state, usage_page=value)
    if tag == 0x1:
        return replace(state, logical_min=int.from_bytes(data, "little", signed=True))
    if tag == 0x7:
        return replace(state, size_bits=value)
    if tag == 0x8:
        return replace(state, report_id=value)
    if tag == 0x9:
        return replace(state, count=value)
    return state


def _take_local(here: _Locals, tag: int, data: bytes) -> None:
    value = int.from_bytes(data, "little")
    if tag == 0x0:
        here.usages.append((value, len(data)))
    elif tag == 0x1:
        here.first = (value, len(data))
    elif tag == 0x2 and here.first is not None:
        first, size = here.first
        if value - first >= MAX_USAGES:
            raise HidDescriptorInvalid(f"{value - first} usages")
        here.usages += [(usage, size) for usage in range(first, value + 1)]
        here.first = None


def _add_field(
    fields: list[HidField],
    ends: dict[tuple[ReportKind, int], int],
    kind: ReportKind,
    flags: int,
    state: _Globals,
    here: _Locals,
) -> None:
    """Add what a main item describes behind what its report has already; padding only takes room."""
    key = (kind, state.report_id)
    first = ends.get(key, 0)
    ends[key] = first + state.size_bits * state.count
    if ends[key] > MAX_REPORT_BITS or state.report_id > 0xFF:
        raise HidDescriptorInvalid(f"report {state.report_id} has {ends[key]} bits")
    usages = () if flags & _CONSTANT else here.resolved(state.usage_page)
    fields.append(
        HidField(
            kind=kind,
            report_id=state.report_id,
            usages=usages,
            first_bit=first,
            size_bits=state.size_bits,
            count=state.count,
            is_array=not flags & _VARIABLE,
            is_relative=bool(flags & _RELATIVE),
            logical_min=state.logical_min,
        )
    )
