"""What is printed for each change, for a program and for a person."""

from __future__ import annotations

import errno
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from softphone.app.changes import (
    AudioCounted,
    CallLogged,
    CallMoved,
    Change,
    DtmfHeard,
    DtmfTold,
    LevelsMoved,
    Notice,
    RecordingsJudged,
    RegistrationMoved,
    RouteMoved,
)
from softphone.cli.output import JsonOutput, PersonOutput
from softphone.domain.account import Registration, RegistrationCause, RegistrationState
from softphone.domain.call import Call, CallState, Direction, TerminatedReason
from softphone.domain.contact import Person
from softphone.domain.errors import FailureCause
from softphone.domain.events import AudioMeasured, AudioRouteChanged, RecordingsCompared
from softphone.domain.history import call_record
from softphone.domain.media import MediaDirection, Quality
from softphone.domain.uri import Party
from tests.helpers.fake_services import FakeServices

TALKING = Call(
    key="out-1",
    account_key="main",
    direction=Direction.INITIATOR,
    remote=Party(uri="sip:202@pbx.example.jp", display_name="山田 太郎", number="202"),
    state=CallState.CONFIRMED,
    codec="G722",
    confirmed_at_s=100.0,
)
OVER = replace(TALKING, state=CallState.TERMINATED, reason=TerminatedReason.REMOTE_BYE, terminated_at_s=102.5)
BUSY = replace(
    OVER,
    confirmed_at_s=0.0,
    reason=TerminatedReason.REJECTED,
    cause=FailureCause.BUSY,
    status_code=486,
)
QUALITY = Quality(codec="G722", fraction_lost=0.015, jitter_ms=2.25, rtt_ms=31.0, mos=4.2)


def _json(*changes: Change) -> list[dict[str, Any]]:
    stream = io.StringIO()
    output = JsonOutput(FakeServices().text, lambda: 4711, stream, io.StringIO())
    for change in changes:
        output.observe(change)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def _words(*changes: Change, language: str = "ja") -> tuple[list[str], list[str]]:
    stream, errors = io.StringIO(), io.StringIO()
    output = PersonOutput(FakeServices(language=language).text, stream, errors)
    for change in changes:
        output.observe(change)
    return stream.getvalue().splitlines(), errors.getvalue().splitlines()


def test_registration() -> None:
    registration = Registration(
        state=RegistrationState.AUTH_FAILED, cause=RegistrationCause.CREDENTIALS, status_code=403
    )
    assert _json(RegistrationMoved(registration)) == [
        {
            "event": "registration",
            "state": "auth_failed",
            "status_code": 403,
            "reason_phrase": "",
            "cause": "credentials",
            "retry_in_s": 0.0,
            "account_key": "main",
            "text": "Authentication failed",
        }
    ]


def test_call_and_its_end() -> None:
    talking, over = _json(CallMoved(TALKING), CallMoved(OVER, TALKING))

    assert talking["event"] == "call"
    assert talking["state"] == "confirmed"
    assert talking["direction"] == "initiator"
    assert talking["remote"] == "sip:202@pbx.example.jp"
    assert talking["number"] == "202"
    assert "reason" not in talking
    assert (over["state"], over["reason"], over["duration_s"]) == ("terminated", "remote-bye", 2.5)


def test_hold_is_media_and_call() -> None:
    held = replace(TALKING, local_media=MediaDirection.SENDONLY)

    media, call = _json(CallMoved(held, TALKING))

    assert media == {
        "event": "media",
        "key": "out-1",
        "local_media": "sendonly",
        "remote_media": "sendrecv",
        "codec": "G722",
        "early_media": False,
    }
    assert (call["event"], call["state"], call["local_media"]) == ("call", "confirmed", "sendonly")


def test_quality_and_mute_are_no_call_events() -> None:
    measured, muted = replace(TALKING, quality=QUALITY), replace(TALKING, muted=True)

    quality, mute = _json(CallMoved(measured, TALKING), CallMoved(muted, TALKING))

    assert quality == {
        "event": "quality",
        "key": "out-1",
        "codec": "G722",
        "loss": 0.015,
        "jitter_ms": 2.25,
        "rtt_ms": 31.0,
        "mos": 4.2,
        "received_packets": 0,
        "sent_packets": 0,
    }
    assert mute == {"event": "mute", "key": "out-1", "muted": True}


def test_nothing_new_is_no_line() -> None:
    assert _json(CallMoved(TALKING, replace(TALKING)), LevelsMoved(-20.0, -30.0)) == []


def test_engine_lost_and_restarted() -> None:
    events = _json(
        Notice("engine_lost", {"exit_code": "-9"}, "warning"), Notice("engine_restarted", {"after_s": "0.4"})
    )

    assert events[0] == {"event": "engine", "state": "lost", "pid": 0, "exit_code": "-9"}
    assert events[1]["code"] == "engine_lost"
    assert events[2] == {"event": "engine", "state": "restarted", "pid": 4711, "after_s": "0.4"}
    assert events[3]["text"] == "The phone's engine is back."


def test_smaller_changes() -> None:
    route = AudioRouteChanged(role="output", wanted="Headset", used="Speakers", fallback=True)
    events = _json(
        RouteMoved(route),
        DtmfHeard("out-1", "5"),
        DtmfTold("out-1", "12#"),
        CallLogged(call_record(BUSY)),
        AudioCounted(AudioMeasured(underruns=3)),
        RecordingsJudged(RecordingsCompared(ok=True, correlation=0.97)),
    )

    assert events[0] == {
        "event": "audio_route",
        "role": "output",
        "wanted": "Headset",
        "used": "Speakers",
        "fallback": True,
    }
    assert events[1] == {"event": "dtmf", "key": "out-1", "direction": "received", "digit": "5"}
    assert events[2] == {"event": "dtmf", "key": "out-1", "direction": "sent", "digits": "12#"}
    assert (events[3]["event"], events[3]["result"], events[3]["cause"]) == ("call_logged", "failed", "busy")
    assert (events[4]["event"], events[4]["underruns"]) == ("audio", 3)
    assert (events[5]["event"], events[5]["correlation"]) == ("recordings_compared", 0.97)


def test_a_problem_is_a_notice_and_a_sentence() -> None:
    stream, errors = io.StringIO(), io.StringIO()

    JsonOutput(FakeServices().text, stream=stream, errors=errors).problem("rang_out", "Nobody answered")

    assert json.loads(stream.getvalue()) == {
        "event": "notice",
        "code": "rang_out",
        "severity": "error",
        "text": "Nobody answered",
    }
    assert errors.getvalue() == "Nobody answered\n"


def test_a_person_reads_sentences() -> None:
    lines, errors = _words(
        RegistrationMoved(Registration(state=RegistrationState.REGISTERING)),
        RegistrationMoved(Registration(state=RegistrationState.REGISTERING)),
        RegistrationMoved(Registration(state=RegistrationState.REGISTERED)),
        CallMoved(TALKING),
        CallMoved(replace(TALKING, quality=QUALITY), TALKING),
        DtmfTold("out-1", "12#"),
        DtmfHeard("out-1", "5"),
        RouteMoved(AudioRouteChanged(role="output", wanted="", used="Speakers")),
        CallMoved(OVER, TALKING),
        RegistrationMoved(Registration(state=RegistrationState.UNREGISTERED)),
    )

    assert lines == [
        "接続中",
        "通話可能",
        "通話中: 山田 太郎 202",
        "音質: G722、損失 1.5 %、ゆらぎ 2.2 ms、往復 31.0 ms、MOS 4.20",
        "プッシュ信号を送りました: 12#",
        "プッシュ信号を受信しました: 5",
        "スピーカー: Speakers",
        "相手が通話を終了しました: 山田 太郎 202(通話時間 2.5 秒)",
    ]
    assert errors == []


def test_a_person_is_told_the_next_step() -> None:
    refused = Registration(state=RegistrationState.UNREACHABLE, cause=RegistrationCause.REFUSED)

    lines, errors = _words(
        RegistrationMoved(refused), CallMoved(BUSY), Notice("audio_no_input", {}, "error", "audio"),
        language="en",
    )  # fmt: skip

    assert lines[0].startswith("Cannot reach the server — The server refuses connections.")
    assert lines[1] == "Busy: 山田 太郎 202 — Try again later."
    assert errors[0].startswith("No microphone was found.")


def test_a_reader_that_has_gone_ends_nothing() -> None:
    reader, writer = os.pipe()
    with os.fdopen(writer, "w", encoding="utf-8") as stream:
        output = JsonOutput(FakeServices().text, stream=stream, errors=io.StringIO())
        output.observe(CallMoved(TALKING))
        assert json.loads(os.read(reader, 10_000))["state"] == "confirmed"
        os.close(reader)

        output.observe(CallMoved(OVER, TALKING))
        output.observe(CallLogged(call_record(OVER)))

        if sys.platform != "win32":
            assert os.fstat(stream.fileno()).st_rdev == os.stat(os.devnull).st_rdev


class Gone(io.StringIO):
    """A stream whose reader has gone, as Windows says it; ``fileno`` is a real one's."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor

    def write(self, text: str) -> int:
        raise OSError(errno.EINVAL, "Invalid argument")

    def fileno(self) -> int:
        return self._descriptor


def test_on_windows_too(tmp_path: Path) -> None:
    with (tmp_path / "pipe").open("wb") as real:
        JsonOutput(FakeServices().text, stream=Gone(real.fileno()), errors=io.StringIO()).observe(
            CallMoved(TALKING)
        )
        real.write(b"into nothing")
    assert (tmp_path / "pipe").read_bytes() == b""


def test_who_the_phone_book_has_under_the_number() -> None:
    known = replace(TALKING, person=Person(contact_key="y", name="山田 花子", company="青空商事"))
    (call,) = _json(CallMoved(known))
    (stranger,) = _json(CallMoved(TALKING))
    over = replace(known, state=CallState.TERMINATED, terminated_at_s=102.5)
    (logged,) = _json(CallLogged(call_record(over)))

    for told in (call, logged):
        assert (told["contact"], told["contact_company"]) == ("山田 花子", "青空商事")
        assert told["display_name"] == "山田 太郎"
    assert "contact" not in stranger
