"""An LDAP server: searched as one types, asked who a caller is. Read only; nothing of it is stored.

The certificate is always checked. A password never goes unencrypted, but to this machine.
Source: RFC 4511, RFC 4519 (attributes), RFC 2798 (inetOrgPerson); ldap3 speaks it.
"""

from __future__ import annotations

import logging
import re
import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from softphone.directory.worker import DirectoryWorker, Done
from softphone.domain.contact import Contact, ContactNumber
from softphone.domain.directory import (
    LOOPBACK_HOSTS,
    DirectoryAnswer,
    DirectorySettings,
    Encryption,
    is_plain,
    server_of,
)
from softphone.domain.ports import Dispatcher
from softphone.tls import client_context

if TYPE_CHECKING:
    from ldap3 import Connection, Tls

CONNECT_S, ANSWER_S = 3, 4  # whole: ldap3 packs them into a timeval as they are
LIMIT_S = 1.0 * CONNECT_S + 2 * ANSWER_S
MAX_WORDS = 5

_log = logging.getLogger(__name__)
_NUMBER_ATTRIBUTES = {
    "telephoneNumber": "work",
    "mobile": "mobile",
    "homePhone": "home",
    "facsimileTelephoneNumber": "fax",
    "ipPhone": "extension",
    "otherTelephone": "other",
}
_READINGS = (
    "displayName;lang-ja;phonetic",  # RFC 3866 and the custom of Japanese directories
    "cn;lang-ja;phonetic",
    "msDS-PhoneticDisplayName",  # Active Directory
)
_SEARCHED = ("displayName", "cn", "sn", "givenName", "company", "o", "department", "mail", *_READINGS)
_FEWEST_DIGITS = 3  # of a number worth asking for
_COMPARED_DIGITS = 9  # 3-1234-5678 is the same in 03-… and +81 3-…
MAX_DETAIL = 200
_SUCCESS, _SIZE_LIMIT_EXCEEDED = 0, 4  # RFC 4511 §4.1.9
_RESULTS = {
    3: "timeout",  # timeLimitExceeded
    8: "insecure",  # strongerAuthRequired
    13: "insecure",  # confidentialityRequired
    32: "not_found",  # noSuchObject: the base
    34: "not_found",  # invalidDNSyntax
    48: "credentials",  # inappropriateAuthentication
    49: "credentials",  # invalidCredentials
    50: "not_allowed",  # insufficientAccessRights
    51: "unreachable",  # busy
    52: "unreachable",  # unavailable
    53: "not_allowed",  # unwillingToPerform
}


class _Refused(Exception):
    """The server (or we) would not have it; ``problem`` as in DirectoryAnswer."""

    def __init__(self, problem: str, detail: str) -> None:
        super().__init__(detail)
        self.problem = problem


class LdapDirectory:
    """Implements ``domain.ports.Directory``. One connection, kept while it works. Thread: main."""

    def __init__(self, dispatcher: Dispatcher, settings: DirectorySettings, password: str) -> None:
        self._settings = settings
        self._password = password
        self._worker = DirectoryWorker(dispatcher, LIMIT_S, self._drop)
        self._connection: Connection | None = None

    def search(self, text: str, limit: int, done: Done) -> None:
        """Who is found by every word of ``text``, anywhere in name, reading, company, number."""
        wanted = search_filter(text)
        if not wanted:
            done(DirectoryAnswer())
            return
        self._worker.ask("search", lambda: self._ask(wanted, limit), done)

    def find(self, number: str, done: Done) -> None:
        """Who has this number, however the directory writes it."""
        wanted = number_filter(number)
        if not wanted:
            done(DirectoryAnswer())
            return
        self._worker.ask("find", lambda: self._ask(wanted, 1), done)

    def fetch(self, state: str, done: Done) -> None:
        """Nobody is stored; whether the server answers."""
        self._worker.ask("fetch", lambda: self._ask("(objectClass=*)", 1), done)

    def close(self) -> None:
        """Ask nothing any more."""
        self._worker.close()

    def _ask(self, wanted: str, limit: int) -> DirectoryAnswer:
        """One search, once more on a new connection where the kept one is dead. Thread: the worker's."""
        from ldap3.core.exceptions import LDAPException

        while True:
            kept = self._connection is not None
            try:
                return self._searched(wanted, limit)
            except _Refused as error:
                self._drop()
                return DirectoryAnswer(problem=error.problem, detail=str(error))
            except LDAPException as error:
                self._drop()
                if not kept:
                    return _problem(error)

    def _searched(self, wanted: str, limit: int) -> DirectoryAnswer:
        """Errors: LDAPException, _Refused."""
        from ldap3 import SUBTREE

        connection = self._connection or self._connect()
        connection.search(
            self._settings.base,
            wanted,
            search_scope=SUBTREE,
            attributes=["*"],
            size_limit=limit,
            time_limit=ANSWER_S,
        )
        result = connection.result
        if result["result"] not in (_SUCCESS, _SIZE_LIMIT_EXCEEDED):
            return DirectoryAnswer(problem=_RESULTS.get(result["result"], "failed"), detail=_said(result))
        found = [entry for entry in connection.response or [] if entry["type"] == "searchResEntry"]
        contacts = tuple(contact_of(entry["attributes"]) for entry in found)
        people = tuple(contact for contact in contacts if contact is not None)
        return DirectoryAnswer(contacts=people, more=result["result"] == _SIZE_LIMIT_EXCEEDED)

    def _connect(self) -> Connection:
        """A new connection, kept. Errors: LDAPException, _Refused; the caller drops it then."""
        from ldap3 import NONE, Connection, Server

        settings = self._settings
        host = server_of(settings)[1]
        if is_plain(settings) and self._password and host not in LOOPBACK_HOSTS:
            raise _Refused("insecure", "a password would go unencrypted")
        server = Server(
            settings.address.strip(),
            use_ssl=settings.encryption is Encryption.TLS or server_of(settings)[0] == "ldaps",
            tls=_checking_tls(host),
            get_info=NONE,
            connect_timeout=CONNECT_S,
        )
        self._connection = connection = Connection(
            server,
            user=settings.user or None,
            password=self._password or None,
            receive_timeout=ANSWER_S,
            read_only=True,
            auto_referrals=False,  # a referral would take the password elsewhere
        )
        connection.open()
        starts_tls = settings.encryption is Encryption.STARTTLS and not server.ssl
        if starts_tls and not connection.start_tls(read_server_info=False):
            raise _Refused("certificate", _said(connection.result))
        if not connection.bind():
            result = connection.result
            raise _Refused(_RESULTS.get(result["result"], "credentials"), _said(result))
        return connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            from ldap3.core.exceptions import LDAPException

            try:
                connection.unbind()
            except (LDAPException, OSError) as error:
                _log.info("the connection was gone: %s", error)
            if connection.socket is not None:  # one that never came to be open is left to us
                connection.socket.close()


def _checking_tls(host: str) -> Tls:
    """TLS that checks the certificate as Python does: ldap3's own look at the name knows no IP addresses."""
    from ldap3 import Tls

    class CheckingTls(Tls):  # type: ignore[misc]
        """ldap3's hook, with Python's context behind it."""

        def wrap_socket(self, connection: Connection, do_handshake: bool = False) -> None:
            """Errors: ssl.SSLError."""
            context = client_context()
            plain = connection.socket
            try:
                connection.socket = context.wrap_socket(plain, server_hostname=host)
            except OSError:
                plain.close()
                raise

    return CheckingTls(validate=ssl.CERT_REQUIRED)


def search_filter(text: str) -> str:
    """The filter (RFC 4515) for people one can call: every word typed stands somewhere; "" for no word."""
    words = text.split()[:MAX_WORDS]
    if not words:
        return ""
    can_be_called = "".join(f"({name}=*)" for name in _NUMBER_ATTRIBUTES)
    return f"(&(|{can_be_called}){''.join(_word_filter(word) for word in words)})"


def number_filter(number: str) -> str:
    """The filter for who has ``number``: its last digits, whatever stands between them; "" for none."""
    digits = re.sub(r"[^0-9]", "", number)
    return _digits_filter(digits[-_COMPARED_DIGITS:]) if len(digits) >= _FEWEST_DIGITS else ""


def contact_of(attributes: Mapping[str, Any]) -> Contact | None:
    """An entry as a contact; None for what is nobody one could call."""
    names = {name.lower(): _first(value) for name, value in attributes.items()}
    numbers = tuple(
        ContactNumber(number, label)
        for name, label in _NUMBER_ATTRIBUTES.items()
        for number in _values(attributes, name)
    )
    own = " ".join(filter(None, (names.get("sn", ""), names.get("givenname", ""))))
    name = names.get("displayname") or names.get("cn") or own
    if not numbers or not name:
        return None
    return Contact(
        name=name,
        reading=next((names[each.lower()] for each in _READINGS if names.get(each.lower())), ""),
        company=names.get("company") or names.get("o", ""),
        department=names.get("department") or names.get("ou", ""),
        title=names.get("title", ""),
        numbers=numbers,
        emails=tuple(_values(attributes, "mail")),
    )


def _word_filter(word: str) -> str:
    safe = _escaped(word)
    parts = [f"({name}=*{safe}*)" for name in _SEARCHED]
    digits = re.sub(r"[^0-9]", "", word)
    if len(digits) >= _FEWEST_DIGITS:
        parts.append(_digits_filter(digits))
    return f"(|{''.join(parts)})"


def _digits_filter(digits: str) -> str:
    """Digits one after the other with anything between: servers fold blanks and hyphens, or do not."""
    pattern = f"*{'*'.join(digits)}*"
    return f"(|{''.join(f'({name}={pattern})' for name in _NUMBER_ATTRIBUTES)})"


def _escaped(text: str) -> str:
    r"""RFC 4515 §3: what means something in a filter as ``\xx``."""
    return "".join(f"\\{ord(char):02x}" if char in "*()\\\0" else char for char in text)


def _values(attributes: Mapping[str, Any], name: str) -> list[str]:
    value: Any = next((found for each, found in attributes.items() if each.lower() == name.lower()), [])
    several = value if isinstance(value, list) else [value]
    return [each.strip() for each in several if isinstance(each, str) and each.strip()]


def _first(value: Any) -> str:
    several = value if isinstance(value, list) else [value]
    return next((each.strip() for each in several if isinstance(each, str) and each.strip()), "")


def _said(result: Mapping[str, Any]) -> str:
    return " ".join(str(result.get(part) or "") for part in ("description", "message")).strip()[:MAX_DETAIL]


def _problem(error: Exception) -> DirectoryAnswer:
    """Why a server did not answer."""
    words = f"{type(error).__name__}: {error}"[:MAX_DETAIL]
    kind = type(error).__name__
    if "certificate" in words.lower() or kind in ("LDAPStartTLSError", "LDAPCertificateError"):
        return DirectoryAnswer(problem="certificate", detail=words)
    if "timed out" in words or kind == "LDAPResponseTimeoutError":
        return DirectoryAnswer(problem="timeout", detail=words)
    if kind in ("LDAPInvalidPortError", "LDAPInvalidServerError"):
        return DirectoryAnswer(problem="address", detail=words)
    if kind in ("LDAPInvalidDnError", "LDAPInvalidFilterError"):
        return DirectoryAnswer(problem="not_found", detail=words)
    return DirectoryAnswer(problem="unreachable", detail=words)
