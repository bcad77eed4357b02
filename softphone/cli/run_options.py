"""What ``call`` and ``listen`` make of their options: the account and the sound of a run."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import TextIO

import msgspec

from softphone.app.text import Text, problem_text
from softphone.cli.exit_code import ExitCode
from softphone.cli.services import PhoneOptions, Services
from softphone.cli.wave_file import WaveFileUnusable, check_writable, wave_seconds
from softphone.domain.account import Account, AccountForm, AccountInvalid, halfwidth_form, parse_account
from softphone.domain.commands import AudioConfig
from softphone.domain.forwarding import AbsenceInvalid


class CannotRun(Exception):
    """The options make no run: ``sentence`` says why, ``code`` is the exit code, ``key`` the word's name."""

    def __init__(self, code: ExitCode, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.key = key
        self.sentence = sentence


class RunAccount(msgspec.Struct, frozen=True, kw_only=True):
    """The account for this run; ``account`` None means the stored one."""

    account: Account | None = None
    password: str = ""

    def __repr__(self) -> str:
        return f"RunAccount(account={self.account!r})"


def run_account(options: argparse.Namespace, services: Services) -> RunAccount:
    """The account of ``--user-id`` and ``--server``, its password asked for where none is in the environment.

    The stored account with SOFTPHONE_PASSWORD where only that is given: for machines without a keyring.
    Errors: CannotRun where one of the two is missing or cannot be understood.
    """
    text, password = services.text, services.password
    if not options.user_id and not options.server:
        stored = services.store().load().settings.account if password else None
        return RunAccount(account=stored, password=password if stored else "")
    if not options.user_id or not options.server:
        raise CannotRun(ExitCode.USAGE, "account_incomplete", text("cli.account_incomplete"))
    form = AccountForm(
        user_id=options.user_id,
        server=options.server,
        transport=options.transport,
        password=password or "-",  # looked at first, so that nobody types a password in vain
    )
    try:
        parse_account(form)
        form = halfwidth_form(msgspec.structs.replace(form, password=password or read_password(text)))
        account = parse_account(form)
    except AccountInvalid as error:
        raise CannotRun(ExitCode.USAGE, "account_invalid", problem_words(text, error)) from error
    return RunAccount(account=account, password=form.password)


def problem_words(text: Text, error: AccountInvalid | AbsenceInvalid) -> str:
    """One line for each field that is wrong."""
    return "\n".join(problem_text(text, problem) for problem in error.problems)


def read_password(text: Text, stdin: TextIO | None = None, *, prompt: bool = True) -> str:
    """One line of standard input; asked for without echo where that is a terminal and ``prompt``."""
    stream = stdin or sys.stdin
    if prompt and stream.isatty():
        return getpass.getpass(text("cli.password_prompt"))
    return stream.readline().rstrip("\r\n")


def phone_options(options: argparse.Namespace, text: Text) -> PhoneOptions:
    """The sound, the lines and the network of this run. Errors: CannotRun for a file that cannot be used."""
    try:
        if options.play:
            wave_seconds(options.play)
        if options.record:
            check_writable(options.record)
    except WaveFileUnusable as error:
        sentence = text(f"cli.wave.{error.code}", file=error.path)
        raise CannotRun(ExitCode.AUDIO, f"wave_{error.code}", sentence) from error
    devices = options.input_device is not None or options.output_device is not None
    audio: AudioConfig | None = None
    if options.play or options.record:
        if devices:
            raise CannotRun(ExitCode.USAGE, "files_or_devices", text("cli.files_or_devices"))
        audio = file_audio(options.play, options.record, processing=options.processing)
    elif devices:
        audio = AudioConfig(
            input_device=options.input_device or "",
            output_device=options.output_device or "",
            ring_device=options.output_device or "",
        )
    return PhoneOptions(
        audio=audio,
        codecs=tuple(options.codec),
        max_calls=options.max_calls,
        bind_host=options.bind,
        log_level=options.log_level,
    )


def file_audio(play_path: str, record_path: str, *, processing: bool = False) -> AudioConfig:
    """Sound by files; untouched on its way unless ``processing``."""
    return AudioConfig(
        source="file",
        play_path=play_path,
        record_path=record_path,
        echo_cancellation=processing,
        noise_suppression=processing,
        automatic_gain=processing,
    )
