"""The registrar proper: REGISTER carried out on the location service (RFC 3261 §10.3).

Knows no credentials: a request that comes here has been proven to be its user's.
"""

from __future__ import annotations

import contextlib

from softphone.domain.uri import UriInvalid, parse_sip_uri
from softphone.registrar.events import OnEvent, Registered, Unregistered
from softphone.registrar.faults import Faults
from softphone.registrar.location import (
    Binding,
    ContactUpdate,
    IntervalTooBrief,
    Location,
    LocationChange,
    RegisterOutOfOrder,
    Registration,
    TooManyBindings,
)
from softphone.sip.header import HeaderInvalid, NameAddr, parse_name_addr, parse_number
from softphone.sip.message import SipRequest, SipResponse, new_tag, response_to
from softphone.sip.transport import Flow


class RegistrationService:
    """Answers REGISTER."""

    def __init__(self, location: Location, faults: Faults, emit: OnEvent) -> None:
        self._location = location
        self._faults = faults
        self._emit = emit

    def register(self, request: SipRequest, flow: Flow, user: str) -> SipResponse:
        """Carry out a REGISTER of ``user`` and return its answer: 200, 400, 403, 423 or 500."""
        headers = request.headers
        try:
            common = Registration(
                user=user,
                flow=flow,
                sip_call_id=request.call_id,
                cseq_number=request.cseq.number,
                path=tuple(headers.get_all("Path")),
                user_agent=headers.get("User-Agent"),
            )
            if headers.get_all("Contact") == ["*"]:
                if parse_number(headers.get("Expires") or "1") != 0:
                    return response_to(request, 400, "Contact * without Expires 0", to_tag=new_tag())
                change = self._location.clear_user(common)
            else:
                change = self._location.update(common, _contacts(request))
        except IntervalTooBrief as error:
            minimum = (("Min-Expires", str(error.min_expires_s)),)
            return response_to(request, 423, to_tag=new_tag(), headers=minimum)
        except HeaderInvalid as error:
            return response_to(request, 400, str(error).splitlines()[0][:60], to_tag=new_tag())
        except RegisterOutOfOrder:
            return response_to(request, 500, "Out of order", to_tag=new_tag())
        except TooManyBindings:
            return response_to(request, 403, "Too many bindings", to_tag=new_tag())
        self._tell(change)
        return self._accept(request, user)

    def expire(self) -> None:
        """Forget what has expired, and tell."""
        for binding in self._location.take_expired():
            self._emit(Unregistered(binding.user, binding.contact_uri, "expired"))

    def _accept(self, request: SipRequest, user: str) -> SipResponse:
        lines = [("Contact", str(self._contact(binding))) for binding in self._location.bindings(user)]
        lines += [("Path", value) for value in (*request.headers.get_all("Path"), *self._faults.path)]
        lines += [("Service-Route", value) for value in self._faults.service_route]
        return response_to(request, 200, to_tag=new_tag(), headers=lines)

    def _contact(self, binding: Binding) -> NameAddr:
        parameters = {"expires": str(self._location.remaining_s(binding))}
        if binding.q != 1.0:
            parameters["q"] = f"{binding.q:.3g}"
        if binding.instance:
            parameters["+sip.instance"] = binding.instance
        return NameAddr(binding.contact_uri, parameters=parameters)

    def _tell(self, change: LocationChange) -> None:
        for binding in change.kept:
            self._emit(
                Registered(
                    binding.user,
                    binding.contact_uri,
                    self._location.remaining_s(binding),
                    binding.flow.transport,
                    binding.user_agent,
                )
            )
        for binding in change.removed:
            self._emit(Unregistered(binding.user, binding.contact_uri, "request"))


def _contacts(request: SipRequest) -> list[ContactUpdate]:
    """The Contacts of a REGISTER.

    Errors: HeaderInvalid.
    """
    default_s: int | None = None
    with contextlib.suppress(HeaderInvalid):  # RFC 3261 §20.19: a malformed value counts as none
        default_s = parse_number(request.headers.get("Expires"))
    updates = []
    for value in request.headers.get_all("Contact"):
        contact = parse_name_addr(value)
        try:
            parse_sip_uri(contact.uri)
        except UriInvalid as error:
            raise HeaderInvalid(f"Contact: {error.code}") from error
        expires_s = default_s
        if "expires" in contact.parameters:
            expires_s = parse_number(contact.parameters["expires"])
        updates.append(
            ContactUpdate(contact.uri, expires_s, _q(contact), contact.parameters.get("+sip.instance", ""))
        )
    return updates


def _q(contact: NameAddr) -> float:
    try:
        return min(max(float(contact.parameters.get("q", "1")), 0.0), 1.0)
    except ValueError:
        return 1.0
