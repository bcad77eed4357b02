"""The gate: who a request comes from, by digest, and whether it may say so.

Sends the challenge or the refusal itself; knows nothing of what the request is for.
"""

from __future__ import annotations

from collections.abc import Callable

from softphone.domain.uri import UriInvalid, parse_sip_uri
from softphone.registrar import faults as fault
from softphone.registrar.answering import reply
from softphone.registrar.config import RegistrarConfig
from softphone.registrar.digest import DigestAuthenticator, Verdict
from softphone.registrar.events import AuthenticationFailed, OnEvent
from softphone.registrar.faults import Faults
from softphone.sip.transaction import ServerTransaction

ANONYMOUS_HOST = "anonymous.invalid"  # RFC 3323 §4.1.1.3


class Gate:
    """Authenticates the users of one registrar (RFC 3261 §22)."""

    def __init__(
        self, config: RegistrarConfig, faults: Faults, emit: OnEvent, now: Callable[[], float]
    ) -> None:
        self._faults = faults
        self._emit = emit
        self._user_of = {config.auth_ids.get(user, user): user for user in config.users}
        passwords = {name: config.users[user] for name, user in self._user_of.items()}
        self._digest = DigestAuthenticator(
            config.realm, config.algorithms, passwords, now, config.nonce_lifetime_s
        )

    def authenticate(self, transaction: ServerTransaction, status_code: int, identity: str) -> str:
        """The user a request comes from; empty where a challenge (``status_code``) or a refusal was sent.

        ``identity`` is the URI the request claims: To of REGISTER, From of everything else.
        """
        request = transaction.request
        name, challenge = (
            ("Authorization", "WWW-Authenticate")
            if status_code == 401
            else ("Proxy-Authorization", "Proxy-Authenticate")
        )
        verdict, username = self._digest.verify(request.headers.get_all(name), request.method)
        if verdict is not Verdict.MISSING:
            struck = self._faults.take(request.method, fault.AUTHENTICATION_FAULTS)
            if struck:
                verdict = Verdict.STALE if isinstance(struck, fault.Stale) else Verdict.WRONG
        if verdict is Verdict.ACCEPTED:
            user = self._user_of.get(username, "")
            if _may_claim(user, identity):
                return user
            reply(transaction, 403, "Identity does not match the credentials")
            return ""
        if verdict is Verdict.WRONG:
            self._emit(AuthenticationFailed(username, request.method))
        values = self._digest.challenge(stale=verdict is Verdict.STALE)
        reply(transaction, status_code, headers=[(challenge, value) for value in values])
        return ""


def _may_claim(user: str, identity: str) -> bool:
    try:
        claimed = parse_sip_uri(identity)
    except UriInvalid:
        return False
    return claimed.user == user or claimed.host.lower() == ANONYMOUS_HOST
