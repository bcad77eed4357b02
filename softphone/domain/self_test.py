"""What a self-test finds: steps in their order, each passed or failed, and what the machine lacks.

A **fault** is something of the program that does not work here; a **note** something of the machine that is
not there and that the program does without (no keyring, no sound device). Both are codes with words under
``selftest.fault`` and ``selftest.note``.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

Details = dict[str, object]


class Fault(Exception):
    """A step fails. ``code`` has words; ``detail`` is what a library said, or which file it was."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a step that passed found out."""

    details: Mapping[str, object] = {}
    notes: tuple[str, ...] = ()


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step as it stands in the report. ``error`` and ``notes`` are sentences, ``code`` is the fault's."""

    name: str
    ok: bool
    ms: float = 0.0
    code: str = ""
    error: str = ""
    notes: tuple[str, ...] = ()
    details: Mapping[str, object] = {}


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The whole test. ``running`` names the step that was begun and not finished; "" at the end.

    ``memory_mb``: the most this process has used so far; 0.0 where the system does not say.
    """

    ok: bool
    running: str
    version: str
    frozen: bool
    python: str
    system: str
    language: str
    total_ms: float
    memory_mb: float
    steps: tuple[Step, ...]
