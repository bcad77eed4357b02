"""``softphone call NUMBER``: register, call, talk, hang up."""

from __future__ import annotations

import argparse
from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from softphone.app.calls import CannotCall
from softphone.app.changes import CallMoved, Change, RegistrationMoved
from softphone.app.text import Text, failure_text
from softphone.cli import arguments
from softphone.cli.exit_code import ExitCode, of_call, of_registration
from softphone.cli.loop import PlainLoop
from softphone.cli.output import JsonOutput, Output, PersonOutput
from softphone.cli.run_options import CannotRun, phone_options, run_account
from softphone.cli.services import Services
from softphone.cli.session import Session
from softphone.cli.wave_file import wave_seconds
from softphone.domain.account import Registration
from softphone.domain.call import Call, CallState
from softphone.domain.commands import RedirectPolicy
from softphone.domain.dial_plan import split_post_dial
from softphone.domain.dial_string import DialStringInvalid, clean_dial_string
from softphone.domain.dtmf import clean_digits
from softphone.domain.ports import Timer

DTMF_AFTER_S = 0.5
AFTER_PLAY_S = 0.5


class CallPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What is done in one call. Seconds count from the answer; None: not at all."""

    number: str
    duration_s: float | None = None
    dtmf: str = ""
    hold_after_s: float | None = None
    resume_after_s: float | None = None  # after the hold
    ring_timeout_s: float | None = None  # from dialling to the answer


class CallScript:
    """Follows one call from the registration to its end. Thread: main.

    ``on_ended`` takes the call that is over; without it the session ends with the call's exit code.
    """

    def __init__(
        self, session: Session, plan: CallPlan, on_ended: Callable[[Call], None] | None = None
    ) -> None:
        self._session = session
        self._plan = plan
        self._on_ended = on_ended or (lambda call: session.end(of_call(call)))
        self._key = ""
        self._dialled = False
        self._ring_timer: Timer | None = None
        self._rang_out = False

    def observe(self, change: Change) -> None:
        """Take what the phone tells."""
        if self._session.ending and not isinstance(change, CallMoved):
            return
        if isinstance(change, RegistrationMoved):
            self._registration(change.registration)
        elif isinstance(change, CallMoved) and change.call.key == self._key:
            if change.call.state is CallState.CONFIRMED and not _was_confirmed(change):
                self._answered()
            elif not change.call.is_live:
                self._ended(change.call)

    def _registration(self, registration: Registration) -> None:
        if self._dialled:
            return
        code = of_registration(registration)
        if code is ExitCode.DONE:
            self._dialled = True
            self._session.loop.post(self._dial)
        elif code is not None:
            self._session.end(code)

    def _dial(self) -> None:
        session = self._session
        if session.ending:
            return
        try:
            self._key = session.phone.calls.dial(self._plan.number)
        except CannotCall as error:
            session.output.problem(error.cause.value, failure_text(session.text, error.cause))
            session.end(ExitCode.NOT_REACHED)
            return
        except DialStringInvalid as error:  # too long with what the dial plan put before it
            session.output.problem(f"dial_{error.code}", session.text(f"dial.{error.code}"))
            session.end(ExitCode.USAGE)
            return
        if self._plan.ring_timeout_s is not None:
            self._ring_timer = session.loop.call_later(self._plan.ring_timeout_s, self._ring_out)

    def _ring_out(self) -> None:
        self._rang_out = True
        self._session.phone.calls.hang_up(self._key)

    def _answered(self) -> None:
        plan, session = self._plan, self._session
        calls, loop = session.phone.calls, session.loop
        if self._ring_timer is not None:
            self._ring_timer.cancel()
        if plan.dtmf:
            loop.call_later(DTMF_AFTER_S, lambda: calls.send_dtmf(self._key, plan.dtmf))
        if plan.hold_after_s is not None:
            loop.call_later(plan.hold_after_s, self._hold)
        if plan.duration_s is not None:
            loop.call_later(plan.duration_s, lambda: calls.hang_up(self._key))

    def _hold(self) -> None:
        if self._session.phone.calls.find(self._key) is None:
            return
        self._session.phone.calls.set_hold(self._key, True)
        if self._plan.resume_after_s is not None:
            self._session.loop.call_later(self._plan.resume_after_s, self._resume)

    def _resume(self) -> None:
        if self._session.phone.calls.find(self._key) is not None:
            self._session.phone.calls.set_hold(self._key, False)

    def _ended(self, call: Call) -> None:
        if self._rang_out and not call.confirmed_at_s:
            self._session.fail(ExitCode.NO_ANSWER, "rang_out")
        self._on_ended(call)


def add_parser(verbs: argparse._SubParsersAction[arguments.WordsParser], text: Text) -> None:
    """The verb's options."""
    seconds = arguments.Seconds(text)
    parser = verbs.add_parser(
        "call", text=text, help=text("cli.verb.call"), description=text("cli.verb.call")
    )
    parser.add_argument("number", metavar="NUMBER", help=text("cli.option.number"))
    parser.add_argument("--duration", metavar="S", type=seconds, help=text("cli.option.duration"))
    parser.add_argument("--dtmf", metavar="DIGITS", default="", help=text("cli.option.dtmf"))
    parser.add_argument("--hold-after", metavar="S", type=seconds, help=text("cli.option.hold_after"))
    parser.add_argument("--resume-after", metavar="S", type=seconds, help=text("cli.option.resume_after"))
    parser.add_argument("--ring-timeout", metavar="S", type=seconds, help=text("cli.option.ring_timeout"))
    parser.add_argument("--follow-redirects", action="store_true", help=text("cli.option.follow_redirects"))
    arguments.add_run(parser, text)
    parser.set_defaults(run=run)


def call_plan(options: argparse.Namespace, text: Text) -> CallPlan:
    """What the options ask for. Errors: CannotRun."""
    number, post_dial = split_post_dial(options.number)
    try:
        number = clean_dial_string(number)
    except DialStringInvalid as error:
        raise CannotRun(ExitCode.USAGE, f"dial_{error.code}", text(f"dial.{error.code}")) from error
    try:
        digits = clean_digits(options.dtmf)
    except ValueError as error:
        raise CannotRun(ExitCode.USAGE, "dtmf_invalid", text("cli.dtmf_invalid", value=error)) from error
    duration_s = options.duration
    if duration_s is None and options.play:
        duration_s = wave_seconds(options.play) + AFTER_PLAY_S
    return CallPlan(
        number=number + post_dial,
        duration_s=duration_s,
        dtmf=digits,
        hold_after_s=options.hold_after,
        resume_after_s=options.resume_after,
        ring_timeout_s=options.ring_timeout,
    )


def make_output(services: Services, as_json: bool) -> Output:
    """Standard output of a verb."""
    if as_json:
        return JsonOutput(services.text, services.engine_pid)
    return PersonOutput(services.text)


def run(options: argparse.Namespace, services: Services) -> ExitCode:
    """Make the call."""
    output = make_output(services, options.json)
    try:
        phone_wishes = phone_options(options, services.text)
        redirects = RedirectPolicy.FOLLOW if options.follow_redirects else RedirectPolicy.REFUSE
        plan = call_plan(options, services.text)
        account = run_account(options, services)
    except CannotRun as error:
        output.problem(error.key, error.sentence)
        return error.code
    loop = PlainLoop()
    phone = services.phone(loop, replace(phone_wishes, redirects=redirects))
    session = Session(phone, loop, output, services.text, engine_pid=services.engine_pid)
    script = CallScript(session, plan)
    with services.controlled(phone, loop, session.leave):
        return session.run(script.observe, account.account, account.password)


def _was_confirmed(change: CallMoved) -> bool:
    return change.before is not None and change.before.state is CallState.CONFIRMED
