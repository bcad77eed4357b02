"""Standard output: one JSON object a line, or the same for a person.

The only module that writes there. With ``--json`` nothing else may; sentences about trouble go to
standard error in both.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import Protocol, TextIO

from softphone.app.changes import (
    CallMoved,
    Change,
    DtmfHeard,
    DtmfTold,
    Notice,
    RegistrationMoved,
    RouteMoved,
)
from softphone.app.text import (
    Text,
    call_state_text,
    failure_hint,
    notice_text,
    party_line,
    registration_hint,
    registration_title,
)
from softphone.cli import json_fields
from softphone.domain.account import RegistrationState
from softphone.domain.call import CallState
from softphone.domain.media import Quality

_ENGINE_STATES = {"engine_lost": "lost", "engine_restarted": "restarted"}


class Output(Protocol):
    """How a verb tells what happens."""

    def observe(self, change: Change) -> None:
        """Tell of a change, where it is worth a line."""

    def tell(self, event: str, words: str, **fields: object) -> None:
        """Tell of what is no change of the phone: ``words`` to a person, ``fields`` to a program."""

    def problem(self, code: str, words: str) -> None:
        """Say why the run does not do what was asked."""


class JsonOutput:
    """One JSON object a line on ``stream``, each flushed."""

    def __init__(
        self,
        text: Text,
        engine_pid: Callable[[], int] = lambda: 0,
        stream: TextIO | None = None,
        errors: TextIO | None = None,
    ) -> None:
        self._text = text
        self._engine_pid = engine_pid
        self._stream = stream or sys.stdout
        self._errors = errors or sys.stderr

    def observe(self, change: Change) -> None:
        """Print the change's object."""
        if isinstance(change, CallMoved):
            self._call(change)
        elif isinstance(change, RegistrationMoved):
            words = registration_title(self._text, change.registration)
            self._print("registration", json_fields.of_registration(change.registration), text=words)
        elif isinstance(change, Notice):
            self._notice(change)
        else:
            told = json_fields.of_change(change)
            if told is not None:
                self._print(*told)

    def tell(self, event: str, words: str, **fields: object) -> None:
        """Print the fields."""
        self._print(event, fields)

    def problem(self, code: str, words: str) -> None:
        """Print it as a notice, and the sentence on standard error."""
        self._print("notice", {"code": code, "severity": "error", "text": words})
        complain(words, self._errors)

    def _call(self, change: CallMoved) -> None:
        call, before = change.call, change.before
        if before == call:
            return
        if before is not None and call.quality is not before.quality and call.quality is not None:
            self._print("quality", {"key": call.key} | json_fields.of_quality(call.quality))
            return
        if before is not None and call.muted is not before.muted:
            self._print("mute", {"key": call.key, "muted": call.muted})
            return
        if before is not None and json_fields.of_media(call) != json_fields.of_media(before):
            self._print("media", json_fields.of_media(call))
        self._print("call", json_fields.of_call(call), text=call_state_text(self._text, call))

    def _notice(self, notice: Notice) -> None:
        state = _ENGINE_STATES.get(notice.code)
        if state:
            pid = self._engine_pid() if state == "restarted" else 0
            self._print("engine", {"state": state, "pid": pid} | notice.values)
        fields = {"code": notice.code, "severity": notice.severity, "values": notice.values}
        self._print("notice", fields, text=notice_text(self._text, notice))

    def _print(self, event: str, fields: Mapping[str, object], **more: object) -> None:
        line = json.dumps({"event": event, **fields, **more}, ensure_ascii=False, allow_nan=False)
        _write(line, self._stream)


class PersonOutput:
    """The same in sentences."""

    def __init__(self, text: Text, stream: TextIO | None = None, errors: TextIO | None = None) -> None:
        self._text = text
        self._stream = stream or sys.stdout
        self._errors = errors or sys.stderr
        self._said = ""

    def observe(self, change: Change) -> None:
        """Say it where a person wants to know."""
        text = self._text
        if isinstance(change, CallMoved):
            self._call(change)
        elif isinstance(change, RegistrationMoved):
            if change.registration.state is RegistrationState.UNREGISTERED:
                return  # the run is over, and nobody asked
            hint = registration_hint(text, change.registration)
            title = registration_title(text, change.registration)
            self._say(f"{title} — {hint}" if hint and change.registration.cause.value else title)
        elif isinstance(change, Notice):
            stream = self._stream if change.severity == "info" else self._errors
            _write(notice_text(text, change), stream)
        elif isinstance(change, DtmfHeard):
            self._say(text("cli.dtmf_heard", digit=change.digit))
        elif isinstance(change, DtmfTold):
            self._say(text("cli.dtmf_sent", digits=change.digits))
        elif isinstance(change, RouteMoved) and change.route.used:
            role = text(f"role.{change.route.role}")
            self._say(text("cli.route", role=role, device=change.route.used))

    def tell(self, event: str, words: str, **fields: object) -> None:
        """Say the words."""
        if words:
            self._say(words)

    def problem(self, code: str, words: str) -> None:
        """Say it on standard error."""
        complain(words, self._errors)

    def _call(self, change: CallMoved) -> None:
        call, before, text = change.call, change.before, self._text
        if before is not None and call.quality is not before.quality and call.quality is not None:
            self._say(quality_words(text, call.quality))
            return
        words = f"{call_state_text(text, call)}: {party_line(text, call)}"
        if call.state is CallState.TERMINATED:
            hint = failure_hint(text, call.cause)
            if call.confirmed_at_s:
                words = text("cli.ended_after", words=words, seconds=f"{call.duration_s:.1f}")
            words = f"{words} — {hint}" if hint else words
        self._say(words)

    def _say(self, words: str) -> None:
        if words != self._said:
            self._said = words
            _write(words, self._stream)


def say(words: str) -> None:
    """A line on standard output, for verbs that answer and end."""
    _write(words, sys.stdout)


def complain(words: str, stream: TextIO | None = None) -> None:
    """A sentence about trouble on standard error, for what comes before there is an Output too."""
    _write(words, stream or sys.stderr)


def quality_words(text: Text, quality: Quality) -> str:
    """The quality line."""
    return text(
        "cli.quality",
        codec=quality.codec,
        loss=f"{100 * quality.fraction_lost:.1f}",
        jitter=f"{quality.jitter_ms:.1f}",
        rtt=f"{quality.rtt_ms:.1f}",
        mos=f"{quality.mos:.2f}",
    )


def _write(line: str, stream: TextIO) -> None:
    """Print and flush. A reader that has gone (``… | head``) ends neither the call nor the program."""
    try:
        print(line, file=stream, flush=True)
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EINVAL):  # the second is Windows' word for it
            raise
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
