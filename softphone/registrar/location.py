"""The location service: which phones are where, and until when (RFC 3261 §10.3).

    REGISTER 201 ─▶ Binding(contact_uri, flow, expires_at_s) ─▶ bindings("201") ─▶ the proxy's branches

Pure bookkeeping over a clock that is handed in; knows no socket and answers no request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from softphone.sip.transport import Flow

MAX_BINDINGS_PER_AOR = 10


class IntervalTooBrief(ValueError):
    """The asked-for expiry is under the minimum: 423 with Min-Expires (RFC 3261 §10.2.8)."""

    def __init__(self, min_expires_s: int) -> None:
        super().__init__(str(min_expires_s))
        self.min_expires_s = min_expires_s


class RegisterOutOfOrder(ValueError):
    """A REGISTER older than what is stored (RFC 3261 §10.3 step 7)."""


class TooManyBindings(ValueError):
    """More phones on one AOR than MAX_BINDINGS_PER_AOR."""


@dataclass(frozen=True)
class Binding:
    """One phone of one user.

    ``flow`` is where its REGISTER came from; ``path`` the Route it wants (RFC 3327); ``expires_at_s`` on the
    location's clock; ``instance`` its ``+sip.instance`` (RFC 5626), which survives a change of address.
    """

    user: str
    contact_uri: str
    flow: Flow
    expires_at_s: float
    q: float = 1.0
    instance: str = ""
    path: tuple[str, ...] = ()
    sip_call_id: str = ""
    cseq_number: int = 0
    user_agent: str = ""


@dataclass(frozen=True)
class ContactUpdate:
    """One Contact of a REGISTER; ``expires_s`` None where it names none, 0 takes the binding away."""

    contact_uri: str
    expires_s: int | None = None
    q: float = 1.0
    instance: str = ""


@dataclass(frozen=True)
class Registration:
    """What all Contacts of one REGISTER share."""

    user: str
    flow: Flow
    sip_call_id: str
    cseq_number: int
    path: tuple[str, ...] = ()
    user_agent: str = ""


@dataclass(frozen=True)
class LocationChange:
    """What one REGISTER did: the bindings made or refreshed, and those gone."""

    kept: tuple[Binding, ...] = ()
    removed: tuple[Binding, ...] = ()


class Location:
    """All bindings of all users."""

    def __init__(
        self, now: Callable[[], float], *, min_expires_s: int, max_expires_s: int, default_expires_s: int
    ) -> None:
        self._now = now
        self.min_expires_s = min_expires_s
        self._max_expires_s = max_expires_s
        self._default_expires_s = default_expires_s
        self._bindings: dict[str, list[Binding]] = {}

    def bindings(self, user: str) -> list[Binding]:
        """The user's living bindings, the most wanted (highest q) first."""
        now = self._now()
        alive = [binding for binding in self._bindings.get(user, []) if binding.expires_at_s > now]
        return sorted(alive, key=lambda binding: -binding.q)

    def remaining_s(self, binding: Binding) -> int:
        """Seconds until the binding expires, rounded up."""
        return max(0, -int(-(binding.expires_at_s - self._now()) // 1))

    def update(self, registration: Registration, contacts: Sequence[ContactUpdate]) -> LocationChange:
        """Carry out the Contacts of one REGISTER: all of them or, on an error, none.

        Errors: IntervalTooBrief, RegisterOutOfOrder, TooManyBindings.
        """
        kept = self.bindings(registration.user)
        fresh: list[Binding] = []
        removed: list[Binding] = []
        for contact in contacts:
            expires_s = self._granted_s(contact.expires_s)
            old = [binding for binding in kept if _same_phone(binding, contact)]
            _check_order(registration, old)
            kept = [binding for binding in kept if binding not in old]
            if expires_s == 0:
                removed.extend(old)
            else:
                fresh.append(self._binding(registration, contact, expires_s))
        if len(kept) + len(fresh) > MAX_BINDINGS_PER_AOR:
            raise TooManyBindings(registration.user)
        self._bindings[registration.user] = kept + fresh
        return LocationChange(tuple(fresh), tuple(removed))

    def clear_user(self, registration: Registration) -> LocationChange:
        """``Contact: *`` with ``Expires: 0``: take every binding away.

        Errors: RegisterOutOfOrder.
        """
        old = self.bindings(registration.user)
        _check_order(registration, old)
        self._bindings.pop(registration.user, None)
        return LocationChange(removed=tuple(old))

    def take_expired(self) -> list[Binding]:
        """Forget what has expired, and say what that was."""
        now = self._now()
        gone: list[Binding] = []
        for user, bindings in list(self._bindings.items()):
            gone.extend(binding for binding in bindings if binding.expires_at_s <= now)
            self._bindings[user] = [binding for binding in bindings if binding.expires_at_s > now]
        return gone

    def clear(self) -> None:
        """Forget everything, as a restarted server does."""
        self._bindings.clear()

    def _granted_s(self, asked_s: int | None) -> int:
        if asked_s is None:
            return self._default_expires_s
        if 0 < asked_s < self.min_expires_s:
            raise IntervalTooBrief(self.min_expires_s)
        return min(asked_s, self._max_expires_s)

    def _binding(self, registration: Registration, contact: ContactUpdate, expires_s: int) -> Binding:
        return Binding(
            user=registration.user,
            contact_uri=contact.contact_uri,
            flow=registration.flow,
            expires_at_s=self._now() + expires_s,
            q=contact.q,
            instance=contact.instance,
            path=registration.path,
            sip_call_id=registration.sip_call_id,
            cseq_number=registration.cseq_number,
            user_agent=registration.user_agent,
        )


def _same_phone(binding: Binding, contact: ContactUpdate) -> bool:
    """The same Contact, or the same instance come back from another address after a crash (RFC 5626 §6)."""
    if binding.contact_uri == contact.contact_uri:
        return True
    return bool(contact.instance) and binding.instance == contact.instance and contact.expires_s != 0


def _check_order(registration: Registration, old: Iterable[Binding]) -> None:
    for binding in old:
        if (
            binding.sip_call_id == registration.sip_call_id
            and binding.cseq_number >= registration.cseq_number
        ):
            raise RegisterOutOfOrder(registration.user)
