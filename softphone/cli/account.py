"""``softphone account set|show|test``: the stored account without the window."""

from __future__ import annotations

import argparse

from softphone.app.accounts import secret_name
from softphone.app.changes import Change, Notice, RegistrationMoved
from softphone.app.text import Text
from softphone.cli import arguments
from softphone.cli.call import make_output
from softphone.cli.exit_code import ExitCode, of_registration
from softphone.cli.loop import PlainLoop
from softphone.cli.output import Output
from softphone.cli.run_options import problem_words, read_password
from softphone.cli.services import PhoneOptions, Services
from softphone.cli.session import Session
from softphone.domain.account import Account, AccountForm, AccountInvalid, account_form, halfwidth_form
from softphone.domain.ports import SecretResult

KEYRING_LIMIT_S = 60.0  # a keyring may ask the user for its own password first


def add_parser(verbs: argparse._SubParsersAction[arguments.WordsParser], text: Text) -> None:
    """The verb's own verbs and their options."""
    words = text("cli.verb.account")
    parser = verbs.add_parser("account", text=text, help=words, description=words)
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="set|show|test", title=text("cli.help.verbs")
    )
    _add_set(actions, text)
    for name, run in (("show", run_show), ("test", run_test)):
        words = text(f"cli.verb.account_{name}")
        action = actions.add_parser(name, text=text, help=words, description=words)
        arguments.add_json(action, text)
        if name == "test":
            arguments.add_engine(action, text)
        action.set_defaults(run=run)


def _add_set(actions: argparse._SubParsersAction[arguments.WordsParser], text: Text) -> None:
    words = text("cli.verb.account_set")
    parser = actions.add_parser("set", text=text, help=words, description=words)
    parser.add_argument("--user-id", metavar="ID", required=True, help=text("cli.option.user_id"))
    parser.add_argument("--server", metavar="HOST[:PORT]", required=True, help=text("cli.option.server"))
    parser.add_argument("--service-code", metavar="C", default="", help=text("cli.option.service_code"))
    parser.add_argument(
        "--transport", choices=("udp", "tcp"), default="udp", help=text("cli.option.transport")
    )
    parser.add_argument(
        "--outbound-proxy", metavar="HOST[:PORT]", default="", help=text("field.outbound_proxy")
    )
    parser.add_argument("--expires", metavar="S", default="", help=text("field.expires_s"))
    parser.add_argument("--display-name", metavar="NAME", default="", help=text("field.display_name"))
    parser.add_argument("--auth-id", metavar="ID", default="", help=text("field.auth_id"))
    parser.add_argument("--password-stdin", action="store_true", help=text("cli.option.password_stdin"))
    arguments.add_json(parser, text)
    parser.set_defaults(run=run_set)


def run_set(options: argparse.Namespace, services: Services) -> ExitCode:
    """Store the account and its password. 7 where the keyring did not take the password."""
    text = services.text
    output = make_output(services, options.json)
    loop = PlainLoop()
    phone = services.phone(loop, PhoneOptions())
    not_stored: list[Notice] = []
    phone.observe(lambda change: _notice(change, output, not_stored))
    phone.settings.start()
    stored = _Answer(loop)
    form = AccountForm(
        user_id=options.user_id,
        server=options.server,
        service_code=options.service_code,
        transport=options.transport,
        outbound_proxy=options.outbound_proxy,
        display_name=options.display_name,
        auth_id=options.auth_id,
        password=read_password(text, prompt=not options.password_stdin),
        **({"expires_s": options.expires} if options.expires else {}),
    )
    try:
        phone.accounts.save(form, lambda: stored(SecretResult()))
    except AccountInvalid as error:
        output.problem("account_invalid", problem_words(text, error))
        return ExitCode.USAGE
    if stored.wait() is None:
        output.problem("keyring_silent", text("cli.keyring_silent"))
        return ExitCode.FAILED
    for notice in not_stored:
        output.problem(notice.code, _not_stored_words(text, notice))
    if not_stored:
        return ExitCode.FAILED
    form = halfwidth_form(form)
    output.tell("account_saved", text("cli.account_saved"), user_id=form.user_id, server=form.server)
    return ExitCode.DONE


def run_show(options: argparse.Namespace, services: Services) -> ExitCode:
    """Print the account, and whether a password is stored; never the password."""
    output = make_output(services, options.json)
    text = services.text
    loaded = services.store().load()
    if loaded.kept_aside:
        output.observe(Notice("settings_damaged", {"file": loaded.kept_aside}, "warning"))
    account = loaded.settings.account
    if account is None:
        output.tell("account", text("registration.unconfigured.title"), configured=False)
        return ExitCode.DONE
    loop = PlainLoop()
    looked_up = _Answer(loop)
    services.secrets(loop).load(secret_name(account), looked_up)
    result = looked_up.wait() or SecretResult(problem="failed")
    output.tell(
        "account",
        _account_words(text, account, result),
        configured=True,
        **_account_fields(account),
        password_stored=result.password is not None,
        keyring=result.problem or "ok",
    )
    return ExitCode.DONE


def run_test(options: argparse.Namespace, services: Services) -> ExitCode:
    """Register once and say how it went."""
    output = make_output(services, options.json)
    stored = services.store().load().settings.account if services.password else None
    loop = PlainLoop()
    phone = services.phone(loop, PhoneOptions(bind_host=options.bind, log_level=options.log_level))
    session = Session(phone, loop, output, services.text, engine_pid=services.engine_pid)

    def observe(change: Change) -> None:
        if isinstance(change, RegistrationMoved):
            code = of_registration(change.registration)
            if code is not None:
                session.end(code)

    return session.run(observe, stored, services.password if stored else "")


class _Answer:
    """A keyring's answer, waited for on the loop."""

    def __init__(self, loop: PlainLoop) -> None:
        self._loop = loop
        self._result: SecretResult | None = None

    def __call__(self, result: SecretResult) -> None:
        self._result = result
        self._loop.quit()

    def wait(self) -> SecretResult | None:
        """The answer; None where none came in time."""
        if self._result is None:
            self._loop.call_later(KEYRING_LIMIT_S, self._loop.quit)
            self._loop.run()
        return self._result


def _notice(change: Change, output: Output, not_stored: list[Notice]) -> None:
    """Pass a notice on; those that speak of a phone that stays open are kept for words of our own."""
    if isinstance(change, Notice):
        if change.code.startswith("keyring_") or change.code == "settings_not_saved":
            not_stored.append(change)
        else:
            output.observe(change)


def _not_stored_words(text: Text, notice: Notice) -> str:
    if notice.code == "settings_not_saved":
        return text("cli.account_not_saved", **notice.values)
    return text("cli.password_not_stored", why=text(f"cli.{notice.code}"))


def _account_fields(account: Account) -> dict[str, object]:
    form = account_form(account)
    return {
        "user_id": form.user_id,
        "server": form.server,
        "service_code": form.service_code,
        "transport": form.transport,
        "outbound_proxy": form.outbound_proxy,
        "expires_s": account.expires_s,
        "display_name": form.display_name,
        "auth_id": form.auth_id,
    }


def _account_words(text: Text, account: Account, result: SecretResult) -> str:
    rows = [(text(f"field.{name}"), value) for name, value in _account_fields(account).items() if value]
    stored = "yes" if result.password is not None else result.problem or "no"
    rows.append((text("field.password"), text(f"cli.password_stored.{stored}")))
    return "\n".join(f"{name}: {value}" for name, value in rows)
