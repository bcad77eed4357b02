"""A local registrar for raw agents: three extensions, short timers, and what it told."""

from __future__ import annotations

from softphone.registrar import RegistrarConfig, RegistrarThread, SipTimers
from softphone.registrar.events import RegistrarEvent
from softphone.registrar.numbers import EarlyMedia, default_applications
from tests.helpers.raw_sip_agent import RawMessage, RawSipAgent, audio_offer

USERS = {"201": "pw201", "202": "pw202", "203": "pw203"}


class Server:
    """A registrar with what it told."""

    def __init__(self, **options: object) -> None:
        self.events: list[RegistrarEvent] = []
        applications = {**default_applications(), "9198": EarlyMedia(early_s=0.1)}
        settings = {"users": USERS, "timers": SipTimers(t1_s=0.05), "applications": applications, **options}
        self.thread = RegistrarThread(RegistrarConfig(**settings), self.events.append)  # type: ignore[arg-type]
        self.thread.start()

    @property
    def port(self) -> int:
        return self.thread.port

    def agent(self, user: str, transport: str = "udp", password: str = "") -> RawSipAgent:
        return RawSipAgent(user, self.port, transport=transport, password=password)

    def seen(self, kind: type) -> list[RegistrarEvent]:
        return [event for event in self.events if isinstance(event, kind)]


def ringing(phone: RawSipAgent) -> RawMessage:
    """An INVITE came, and the phone rings."""
    arrived = phone.wait_request("INVITE")
    phone.reply(arrived, 180)
    return arrived


def cancelled(phone: RawSipAgent, arrived: RawMessage) -> RawMessage:
    """The phone took its CANCEL."""
    cancel = phone.wait_request("CANCEL")
    phone.reply(cancel, 200)
    phone.reply(arrived, 487)
    return cancel


def dial(phone: RawSipAgent, code: str) -> None:
    """Dial a feature code that is confirmed, and hang up."""
    invite = phone.invite(code, body=audio_offer(4000, "0"))
    answer = phone.wait_final(invite)
    assert answer.status_code == 200, answer.text
    phone.send(phone.ack_of(invite, answer))
    phone.wait_final(phone.in_dialog("BYE", invite, answer))
