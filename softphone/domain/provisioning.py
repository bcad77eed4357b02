"""Provisioning: an account in a file or in the text of a QR code.

Read are, told apart by how they begin:

    softphone:account?user_id=abcde20201&password=…&server=01234abc.example.jp  our own URI
    {"username": "abcde20201", "password": "…", "domain": "01234abc.example.jp"}  JSON: names of _NAMES
    [account]                                                                   TOML: likewise
    user_id = "abcde20201"
    password = "…"
    server = "01234abc.example.jp"
    sip:abcde20201:…@01234abc.example.jp;transport=tcp                          RFC 3261 §19.1

Anything else is read as the sheet of paper. The fields are those of AccountForm; an administrator leaves out
what the phone's user is to type. Never logs: the text has a password in it.
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import parse_qsl, unquote

from softphone.domain.account import AccountForm, Transport
from softphone.domain.account_sheet import MAX_VALUE_CHARS, read_sheet

MAX_FILE_BYTES = 65_536
MAX_DEPTH = 8

_NAMES = {
    "user_id": ("user_id", "userid", "username", "user", "extension", "login", "device_id", "端末ID"),
    "password": ("password", "secret", "pass", "passwd", "パスワード"),
    "server": ("server", "domain", "host", "registrar", "sip_server", "realm", "proxy", "内線サーバアドレス"),
    "service_code": ("service_code", "サービスコード"),
    "transport": ("transport", "protocol"),
    "outbound_proxy": ("outbound_proxy", "outboundproxy"),
    "expires_s": ("expires_s", "expires"),
    "display_name": ("display_name", "displayname", "caller_id", "label"),
    "auth_id": ("auth_id", "authid", "auth_user", "authorization_user", "auth_username"),
}
_FIELDS = {name.lower(): field for field, names in _NAMES.items() for name in names}
_SIP = re.compile(r"sips?:(?P<user>[^@]*)@(?P<host>[^;?]*)(?P<parameters>[^?]*)", re.I)
_TOML = re.compile(r"\s*(?:#[^\n]*\n\s*)*(?:\[[^\]\n]+\]|[A-Za-z_]+[ \t]*=[ \t]*[\"'0-9])")


class ProvisioningInvalid(ValueError):
    """The text holds no account; ``code``: empty, too_large, not_text, syntax, nothing."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def decode_file(data: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 with its mark, else Shift_JIS.

    Errors: ProvisioningInvalid empty, too_large, not_text.
    """
    if len(data) > MAX_FILE_BYTES:
        raise ProvisioningInvalid("too_large")
    if not data.strip():
        raise ProvisioningInvalid("empty")
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\x00" in data and not marked:
        raise ProvisioningInvalid("not_text")
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ProvisioningInvalid("not_text")


def read_account(text: str) -> AccountForm:
    """The account in ``text``; what it leaves out stays as in an empty form.

    Errors: ProvisioningInvalid empty, too_large, syntax, nothing.
    """
    if len(text) > MAX_FILE_BYTES:
        raise ProvisioningInvalid("too_large")
    text = text.strip().removeprefix("\ufeff")
    if not text:
        raise ProvisioningInvalid("empty")
    form = _read(text)
    if not (form.user_id or form.password or form.server):
        raise ProvisioningInvalid("nothing")
    return form


def _read(text: str) -> AccountForm:
    text = text.strip("<>") if text.startswith("<sip") else text
    lower = text[:16].lower()
    if lower.startswith("softphone:"):
        return _form(dict(parse_qsl(text.partition("?")[2], keep_blank_values=True)))
    if lower.startswith(("sip:", "sips:")) and "\n" not in text:
        return _sip_form(text)
    if text.startswith("{"):
        return _form(_flat(_parsed(json.loads, text)))
    if _TOML.match(text):
        return _form(_flat(_parsed(tomllib.loads, text)))
    return read_sheet(text)


def _parsed(parse: Callable[[str], object], text: str) -> Mapping[str, object]:
    try:
        value = parse(text)
    except (ValueError, RecursionError) as error:  # both parsers' own errors are ValueErrors
        raise ProvisioningInvalid("syntax") from error
    return value if isinstance(value, Mapping) else {}


def _flat(table: Mapping[str, object]) -> dict[str, str]:
    """Names and values of all tables, the outermost first: what is said twice is not said anew."""
    flat: dict[str, str] = {}
    for name, value in _entries(table, MAX_DEPTH):
        flat.setdefault(name, value)
    return flat


def _entries(table: Mapping[str, object], depth: int) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, str | int) and not isinstance(value, bool):
            yield str(name), str(value)
    for value in table.values() if depth else ():
        inner = value[0] if isinstance(value, list) and value else value
        if isinstance(inner, Mapping):
            yield from _entries(inner, depth - 1)


def _form(values: Mapping[str, str]) -> AccountForm:
    given: dict[str, str] = {}
    for name, value in values.items():
        field = _FIELDS.get(name.lower().replace("-", "_"), "")
        if field and field not in given and _is_plain(value):
            given[field] = value if field == "password" else value.strip()
    if given.get("transport", "").lower() not in {transport.value for transport in Transport}:
        given.pop("transport", None)
    else:
        given["transport"] = given["transport"].lower()
    return AccountForm(**given)


def _sip_form(text: str) -> AccountForm:
    match = _SIP.fullmatch(text)
    if match is None:
        return AccountForm()
    user, _, password = match["user"].partition(":")
    parameters = dict(parse_qsl(match["parameters"].replace(";", "&")))
    return _form(
        {
            "user_id": unquote(user),
            "password": unquote(password),
            "server": match["host"],
            "transport": parameters.get("transport", ""),
        }
    )


def _is_plain(value: str) -> bool:
    """Short enough for a field and without control characters."""
    return len(value) <= MAX_VALUE_CHARS and not any(unicodedata.category(char) == "Cc" for char in value)
