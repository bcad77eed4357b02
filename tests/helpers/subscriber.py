"""A raw agent that subscribes and publishes: what a phone's keys and lists do."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from tests.helpers.raw_sip_agent import RawMessage, RawSipAgent

DIALOG_INFO = "{urn:ietf:params:xml:ns:dialog-info}"


def send_authenticated(agent: RawSipAgent, text: str) -> RawMessage:
    """Send a request, answer its challenge; returns it as sent last."""
    first = agent.send(text)
    challenge = agent.wait_final(first)
    assert challenge.status_code == 407, challenge.text
    return agent.send(agent.authorized(first, challenge))


def ask(
    agent: RawSipAgent,
    package: str,
    resource: str,
    *,
    expires: str = "300",
    headers: tuple[str, ...] = (),
) -> tuple[RawMessage, RawMessage]:
    """SUBSCRIBE; returns it as sent last, and its final response."""
    lines = (f"Contact: {agent.contact}", f"Event: {package}", f"Expires: {expires}", *headers)
    sent = send_authenticated(agent, agent.request("SUBSCRIBE", agent.uri(resource), headers=lines))
    return sent, agent.wait_final(sent)


def subscribe(
    agent: RawSipAgent, package: str, resource: str, *, expires: str = "300"
) -> tuple[RawMessage, RawMessage]:
    """SUBSCRIBE that succeeds; its first NOTIFY still waits."""
    sent, answer = ask(agent, package, resource, expires=expires)
    assert answer.status_code == 200, answer.text
    return sent, answer


def take_notify(agent: RawSipAgent, timeout_s: float = 5.0) -> RawMessage:
    """The next NOTIFY, answered. One that came before is answered again and left aside."""
    while True:
        notify = agent.wait_request("NOTIFY", timeout_s)
        agent.reply(notify, 200)
        key = (notify.header("Call-ID"), notify.header("CSeq"))
        if key not in agent.taken:
            agent.taken.add(key)
            return notify


def publish(
    agent: RawSipAgent,
    body: str,
    *,
    headers: tuple[str, ...] = (),
    user: str = "",
    content_type: str = "application/pidf+xml",
    event: str = "presence",
) -> RawMessage:
    """PUBLISH; returns its final response."""
    uri = agent.uri(user or agent.user)
    text = agent.request("PUBLISH", uri, headers=(f"Event: {event}", *headers), body=body)
    text = text.replace("Content-Type: application/sdp", f"Content-Type: {content_type}")
    return agent.wait_final(send_authenticated(agent, text))


def dialogs(notify: RawMessage) -> list[dict[str, str]]:
    """The dialogs of a dialog-info body: attributes, ``state`` and ``remote``, ``target``."""
    found = []
    for element in ElementTree.fromstring(notify.body):
        entry = dict(element.attrib)
        entry["state"] = element.findtext(f"{DIALOG_INFO}state") or ""
        remote = element.find(f"{DIALOG_INFO}remote")
        if remote is not None:
            entry["remote"] = remote.findtext(f"{DIALOG_INFO}identity") or ""
            target = remote.find(f"{DIALOG_INFO}target")
            entry["target"] = target.attrib["uri"] if target is not None else ""
        held = element.find(f"{DIALOG_INFO}local/{DIALOG_INFO}target/{DIALOG_INFO}param")
        entry["held"] = "yes" if held is not None and held.attrib["pvalue"] == "no" else ""
        found.append(entry)
    return found


def tag(value: str) -> str:
    """The tag of a From or To."""
    match = re.search(r"tag=([^;>\s]+)", value)
    return match.group(1) if match else ""
