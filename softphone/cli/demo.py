"""``softphone demo``: an embedded registrar and a phone that calls its echo, and measures what came back."""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from softphone.app.changes import CallMoved, Change, RecordingsJudged
from softphone.app.text import Text
from softphone.cli import arguments
from softphone.cli.call import CallPlan, CallScript, make_output
from softphone.cli.exit_code import ExitCode, of_call
from softphone.cli.loop import PlainLoop
from softphone.cli.output import Output
from softphone.cli.run_options import CannotRun, file_audio
from softphone.cli.services import PhoneOptions, PortBusy, RegistrarPorts, Services
from softphone.cli.session import Session
from softphone.cli.wave_file import WaveFileUnusable, check_writable, wave_seconds
from softphone.domain.account import Account, Transport
from softphone.domain.call import Call
from softphone.domain.events import RecordingsCompared
from softphone.domain.media import Quality
from softphone.domain.uri import HostPort

ECHO_NUMBER = "9196"
DEMO_USER = "201"
LOOPBACK = "127.0.0.1"
SPEECH = ("sounds", "speech_ja.wav")
ECHO_DELAY_S = 1.0  # talking goes on that long after the speech, so that all of it can come back
ENOUGH_CORRELATION = 0.9
COMPARE_LIMIT_S = 20.0


def has_display(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """A window can be shown: always on Windows and macOS, elsewhere where a display server is named."""
    if platform in ("win32", "darwin"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


class EchoSound(NamedTuple):
    """Paths of what is said and of what is written, and how long the speech is."""

    speech: str
    recording: str
    seconds: float


class DemoScript:
    """Calls the echo, then judges what was recorded against what was said. Thread: main."""

    def __init__(self, session: Session, plan: CallPlan, speech: str, recording: str) -> None:
        self._session = session
        self._speech = speech
        self._recording = recording
        self._quality: Quality | None = None
        self._call = CallScript(session, plan, self._ended)

    def observe(self, change: Change) -> None:
        """Take what the phone tells."""
        if isinstance(change, CallMoved) and change.call.quality is not None:
            self._quality = change.call.quality
        elif isinstance(change, RecordingsJudged) and not self._session.ending:
            self._judged(change.result)
        self._call.observe(change)

    def _ended(self, call: Call) -> None:
        code = of_call(call)
        if code is not ExitCode.DONE:
            self._session.end(code)
        elif not self._session.ending:
            self._session.phone.devices.compare(self._speech, self._recording)
            self._session.loop.call_later(
                COMPARE_LIMIT_S, lambda: self._session.fail(ExitCode.FAILED, "demo_not_compared", reason="")
            )

    def _judged(self, result: RecordingsCompared) -> None:
        session, quality = self._session, self._quality
        if not result.ok:
            session.fail(ExitCode.FAILED, "demo_not_compared", reason=result.problem)
            return
        passed = result.correlation >= ENOUGH_CORRELATION
        words = session.text(
            "cli.demo_heard" if passed else "cli.demo_not_heard",
            correlation=f"{result.correlation:.3f}",
            delay=f"{result.delay_ms:.0f}",
            level=f"{result.level_db:+.1f}",
            codec=quality.codec if quality else "–",
            mos=f"{quality.mos:.2f}" if quality else "–",
            loss=f"{100 * quality.fraction_lost:.1f}" if quality else "–",
        )
        session.output.tell(
            "demo",
            words,
            ok=passed,
            correlation=round(result.correlation, 4),
            delay_ms=round(result.delay_ms, 1),
            level_db=round(result.level_db, 2),
            codec=quality.codec if quality else "",
            mos=quality.mos if quality else 0.0,
            loss=quality.fraction_lost if quality else 0.0,
        )
        session.end(ExitCode.DONE if passed else ExitCode.FAILED)


def add_parser(verbs: argparse._SubParsersAction[arguments.WordsParser], text: Text) -> None:
    """The verb's options."""
    words = text("cli.verb.demo")
    parser = verbs.add_parser("demo", text=text, help=words, description=words)
    parser.add_argument("--headless", action="store_true", help=text("cli.option.headless"))
    parser.add_argument("--record", metavar="OUT.wav", default="", help=text("cli.option.record"))
    parser.add_argument(
        "--transport", choices=("udp", "tcp"), default="udp", help=text("cli.option.transport")
    )
    arguments.add_engine(parser, text)
    arguments.add_json(parser, text)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, services: Services) -> ExitCode | int:
    """The window where there is a display, else the measured call."""
    headless = options.headless or options.json or options.record
    if not headless and has_display(os.environ):
        return services.window(demo=True)
    output = make_output(services, options.json)
    text = services.text
    speech = str(services.resources.joinpath(*SPEECH))
    with tempfile.TemporaryDirectory(prefix="softphone-demo-") as folder:
        recording = options.record or str(Path(folder, "echo.wav"))
        try:
            seconds = _checked(speech, recording, text)
            sound = EchoSound(speech, recording, seconds)
            return measured_call(
                services, output, sound, options.transport, options.bind or LOOPBACK, options.log_level
            )
        except CannotRun as error:
            output.problem(error.key, error.sentence)
            return error.code


def _checked(speech: str, recording: str, text: Text) -> float:
    try:
        check_writable(recording)
        return wave_seconds(speech)
    except WaveFileUnusable as error:
        sentence = text(f"cli.wave.{error.code}", file=error.path)
        raise CannotRun(ExitCode.AUDIO, f"wave_{error.code}", sentence) from error


def measured_call(
    services: Services,
    output: Output,
    sound: EchoSound,
    transport: str = "udp",
    bind_host: str = LOOPBACK,
    log_level: int | None = None,
) -> ExitCode:
    """Register at an embedded registrar, call its echo, tell ``output`` what came back. Errors: CannotRun."""
    users = demo_users()
    with contextlib.ExitStack() as stack:
        try:
            ports = stack.enter_context(services.registrar(LOOPBACK, 0, users, lambda event: None))
        except (PortBusy, OSError) as error:
            sentence = services.text("cli.registrar.cannot_listen", host=LOOPBACK, reason=str(error))
            raise CannotRun(ExitCode.FAILED, "cannot_listen", sentence) from error
        loop = PlainLoop()
        wishes = PhoneOptions(
            audio=file_audio(sound.speech, sound.recording), bind_host=bind_host, log_level=log_level
        )
        phone = services.phone(loop, wishes)
        session = Session(phone, loop, output, services.text, engine_pid=services.engine_pid)
        plan = CallPlan(number=ECHO_NUMBER, duration_s=sound.seconds + ECHO_DELAY_S)
        script = DemoScript(session, plan, sound.speech, sound.recording)
        return session.run(script.observe, demo_account(ports, transport), users[0][1])


def demo_users() -> list[tuple[str, str]]:
    """The one user of the embedded registrar, with a password nobody knows."""
    return [(DEMO_USER, secrets.token_urlsafe(16))]


def demo_account(ports: RegistrarPorts, transport: str = "udp") -> Account:
    """The account of the demo on the embedded registrar."""
    port = ports.tcp_port if transport == "tcp" else ports.udp_port
    return Account(user_id=DEMO_USER, server=HostPort(ports.host, port), transport=Transport(transport))
