"""The account: what stands on the user's sheet of paper, and how its registration is doing."""

from __future__ import annotations

import enum

import msgspec

from softphone.domain.halfwidth import to_halfwidth, wide_positions
from softphone.domain.uri import HostPort, UriInvalid, parse_host_port

MIN_EXPIRES_S = 30
MAX_EXPIRES_S = 86_400
DEFAULT_EXPIRES_S = 300
MAIN_ACCOUNT = "main"


class Transport(enum.Enum):
    """How SIP travels to the server (RFC 3261 §18)."""

    UDP = "udp"
    TCP = "tcp"


class RegistrationState(enum.Enum):
    """What a person must know about whether they can call."""

    UNCONFIGURED = "unconfigured"
    REGISTERING = "registering"
    REGISTERED = "registered"
    AUTH_FAILED = "auth_failed"
    UNREACHABLE = "unreachable"
    NO_NETWORK = "no_network"
    UNREGISTERED = "unregistered"


class RegistrationCause(enum.Enum):
    """Why a registration is not there; each has its own hint."""

    NONE = ""
    CREDENTIALS = "credentials"  # 401/403/407 after credentials were sent
    NO_PASSWORD = "no_password"
    DNS = "dns"  # the server's name is not known
    TIMEOUT = "timeout"  # no answer (408, or nothing at all)
    REFUSED = "refused"  # the port is closed
    REJECTED = "rejected"  # any other final answer, e.g. 503
    MALFORMED = "malformed"  # an answer that is no SIP
    NO_ROUTE = "no_route"  # this computer has no network


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """How an account's registration is doing: what a status line says.

    ``retry_in_s`` is 0 where nothing more is tried by itself.
    """

    account_key: str = MAIN_ACCOUNT
    state: RegistrationState = RegistrationState.UNCONFIGURED
    cause: RegistrationCause = RegistrationCause.NONE
    status_code: int = 0
    reason_phrase: str = ""
    retry_in_s: float = 0.0

    @property
    def can_call(self) -> bool:
        """「通話可能」."""
        return self.state is RegistrationState.REGISTERED


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One account. The password is never part of it: it goes from the keyring to the engine."""

    user_id: str
    server: HostPort
    service_code: str = ""
    transport: Transport = Transport.UDP
    outbound_proxy: HostPort | None = None
    expires_s: int = DEFAULT_EXPIRES_S
    display_name: str = ""
    auth_id: str = ""
    key: str = MAIN_ACCOUNT

    @property
    def username(self) -> str:
        """The digest username (RFC 7616): the authentication ID where it differs."""
        return self.auth_id or self.user_id

    @property
    def aor(self) -> str:
        """The address of record (RFC 3261 §6)."""
        return f"sip:{self.user_id}@{self.server}"


class AccountForm(msgspec.Struct, frozen=True, kw_only=True):
    """The account page as typed: raw text, nothing checked."""

    user_id: str = ""
    password: str = ""
    server: str = ""
    service_code: str = ""
    transport: str = "udp"
    outbound_proxy: str = ""
    expires_s: str = str(DEFAULT_EXPIRES_S)
    display_name: str = ""
    auth_id: str = ""

    def __repr__(self) -> str:
        return f"AccountForm(user_id={self.user_id!r}, server={self.server!r})"


class FieldProblem(msgspec.Struct, frozen=True):
    """What is wrong with one field; ``positions`` marks the characters in it.

    ``code``: required, wide (not half-width), space, server, port, range, number.
    """

    field: str
    code: str
    positions: tuple[int, ...] = ()


class AccountInvalid(ValueError):
    """The form cannot become an account; every problem is named, first field first."""

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        super().__init__(", ".join(f"{problem.field}: {problem.code}" for problem in problems))
        self.problems = problems


_ASCII_FIELDS = ("user_id", "password", "server", "service_code", "outbound_proxy", "auth_id", "expires_s")
_NO_SPACE_FIELDS = ("user_id", "server", "outbound_proxy", "auth_id")


def halfwidth_form(form: AccountForm) -> AccountForm:
    """The form with every unambiguous full-width character turned, and outer spaces gone."""
    turned = {}
    for field in _ASCII_FIELDS:
        text = to_halfwidth(getattr(form, field))
        turned[field] = text if field == "password" else text.strip()
    turned["display_name"] = form.display_name.strip()
    return msgspec.structs.replace(form, **turned)


def form_problems(form: AccountForm, *, password_known: bool = False) -> tuple[FieldProblem, ...]:
    """Everything wrong with a form that ``halfwidth_form`` has been over.

    ``password_known``: an empty password field keeps the one that is stored.
    """
    problems: list[FieldProblem] = []
    for field in ("user_id", "password", "server"):
        if not getattr(form, field) and not (field == "password" and password_known):
            problems.append(FieldProblem(field, "required"))
    for field in _ASCII_FIELDS:
        text = getattr(form, field)
        wide = wide_positions(text)
        spaces = tuple(i for i, char in enumerate(text) if char == " ")
        if wide:
            problems.append(FieldProblem(field, "wide", wide))
        elif spaces and field in _NO_SPACE_FIELDS:
            problems.append(FieldProblem(field, "space", spaces))
    known = {problem.field for problem in problems}
    for field in ("server", "outbound_proxy"):
        if field not in known and getattr(form, field):
            try:
                _parse_server(getattr(form, field))
            except UriInvalid as error:
                problems.append(FieldProblem(field, "port" if error.code == "port" else "server"))
    if "expires_s" not in known:
        problems.extend(_expires_problems(form.expires_s))
    if any(char in form.user_id for char in '@<>"') and "user_id" not in known:
        places = tuple(i for i, char in enumerate(form.user_id) if char in '@<>"')
        problems.append(FieldProblem("user_id", "character", places))
    order = AccountForm.__struct_fields__
    return tuple(sorted(problems, key=lambda problem: order.index(problem.field)))


def parse_account(form: AccountForm, *, password_known: bool = False) -> Account:
    """The account a form describes.

    Errors: AccountInvalid with every problem.
    """
    form = halfwidth_form(form)
    problems = form_problems(form, password_known=password_known)
    if problems:
        raise AccountInvalid(problems)
    return Account(
        user_id=form.user_id,
        server=_parse_server(form.server),
        service_code=form.service_code,
        transport=Transport(form.transport),
        outbound_proxy=_parse_server(form.outbound_proxy) if form.outbound_proxy else None,
        expires_s=int(form.expires_s or DEFAULT_EXPIRES_S),
        display_name=form.display_name,
        auth_id=form.auth_id,
    )


def account_form(account: Account) -> AccountForm:
    """The form that shows ``account``; the password field stays empty."""
    return AccountForm(
        user_id=account.user_id,
        server=str(account.server),
        service_code=account.service_code,
        transport=account.transport.value,
        outbound_proxy=str(account.outbound_proxy) if account.outbound_proxy else "",
        expires_s=str(account.expires_s),
        display_name=account.display_name,
        auth_id=account.auth_id,
    )


def _parse_server(text: str) -> HostPort:
    scheme, colon, rest = text.partition(":")
    if colon and scheme.lower() == "sip":
        text = rest.removeprefix("//")
    return parse_host_port(text)


def _expires_problems(text: str) -> list[FieldProblem]:
    if not text:
        return []
    if not text.isascii() or not text.isdigit():
        return [FieldProblem("expires_s", "number")]
    if not MIN_EXPIRES_S <= int(text) <= MAX_EXPIRES_S:
        return [FieldProblem("expires_s", "range")]
    return []
