"""``softphone listen``: register, answer who calls, for a number of calls or until Ctrl-C."""

from __future__ import annotations

import argparse

import msgspec

from softphone.app.changes import CallMoved, Change, RegistrationMoved
from softphone.app.text import Text
from softphone.cli import arguments
from softphone.cli.call import make_output
from softphone.cli.exit_code import ExitCode, of_registration
from softphone.cli.loop import PlainLoop
from softphone.cli.run_options import CannotRun, phone_options, run_account
from softphone.cli.services import Services
from softphone.cli.session import Session
from softphone.domain.account import Registration
from softphone.domain.call import CallState


class ListenPlan(msgspec.Struct, frozen=True, kw_only=True):
    """How long to listen and what to do with a call. ``calls`` None: without end; seconds from the answer.

    ``manual``: calls ring until somebody answers them by ``softphone ctl``.
    """

    calls: int | None = None
    answer_after_s: float = 0.0
    manual: bool = False
    duration_s: float | None = None


class ListenScript:
    """Answers every call that rings here. Thread: main."""

    def __init__(self, session: Session, plan: ListenPlan) -> None:
        self._session = session
        self._plan = plan
        self._was_registered = False
        self._over = 0

    def observe(self, change: Change) -> None:
        """Take what the phone tells."""
        if self._session.ending:
            return
        if isinstance(change, RegistrationMoved):
            self._registration(change.registration)
        elif isinstance(change, CallMoved):
            self._call(change)

    def _registration(self, registration: Registration) -> None:
        code = of_registration(registration)
        if code is ExitCode.DONE:
            self._was_registered = True
        elif code is not None and (not self._was_registered or code is ExitCode.AUTH_FAILED):
            self._session.end(code)  # a server that was there once is waited for

    def _call(self, change: CallMoved) -> None:
        call, before = change.call, change.before
        loop, calls = self._session.loop, self._session.phone.calls
        if before is None and call.is_ringing_here and not self._plan.manual:
            loop.call_later(self._plan.answer_after_s, lambda: self._answer(call.key))
        elif call.state is CallState.CONFIRMED and before and before.state is not CallState.CONFIRMED:
            if self._plan.duration_s is not None:
                loop.call_later(self._plan.duration_s, lambda: calls.hang_up(call.key))
        elif not call.is_live and call.confirmed_at_s:
            self._over += 1
            if self._over == self._plan.calls:
                self._session.end(ExitCode.DONE)

    def _answer(self, key: str) -> None:
        if not self._session.ending:
            self._session.phone.calls.answer(key)


def add_parser(verbs: argparse._SubParsersAction[arguments.WordsParser], text: Text) -> None:
    """The verb's options."""
    seconds = arguments.Seconds(text)
    words = text("cli.verb.listen")
    parser = verbs.add_parser("listen", text=text, help=words, description=words)
    parser.add_argument(
        "--calls", metavar="N", type=arguments.Count(text, 1, 1_000_000), help=text("cli.option.calls")
    )
    parser.add_argument(
        "--answer-after", metavar="S", type=seconds, default=0.0, help=text("cli.option.answer_after")
    )
    parser.add_argument("--manual", action="store_true", help=text("cli.option.manual"))
    parser.add_argument("--duration", metavar="S", type=seconds, help=text("cli.option.listen_duration"))
    arguments.add_run(parser, text)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, services: Services) -> ExitCode:
    """Answer calls."""
    output = make_output(services, options.json)
    try:
        phone_wishes = phone_options(options, services.text)
        account = run_account(options, services)
    except CannotRun as error:
        output.problem(error.key, error.sentence)
        return error.code
    plan = ListenPlan(
        calls=options.calls,
        answer_after_s=options.answer_after,
        manual=options.manual,
        duration_s=options.duration,
    )
    loop = PlainLoop()
    phone = services.phone(loop, phone_wishes)
    session = Session(
        phone,
        loop,
        output,
        services.text,
        engine_pid=services.engine_pid,
        interrupted_is_done=options.calls is None,
    )
    script = ListenScript(session, plan)
    with services.controlled(phone, loop, session.leave):
        return session.run(script.observe, account.account, account.password)
