"""PUBLISH (RFC 3903) and what presence watchers see."""

from __future__ import annotations

import pytest

from softphone.registrar import presence
from softphone.registrar.presence import DocumentInvalid, read_presence
from tests.helpers.raw_sip_agent import audio_offer
from tests.helpers.registrar_server import Server
from tests.helpers.subscriber import publish, subscribe, take_notify

PIDF = (
    '<?xml version="1.0"?><presence xmlns="urn:ietf:params:xml:ns:pidf"'
    ' xmlns:d="urn:ietf:params:xml:ns:pidf:data-model" xmlns:r="urn:ietf:params:xml:ns:pidf:rpid"'
    ' entity="sip:201@x"><tuple id="a"><status><basic>{basic}</basic></status><note>{note}</note></tuple>'
    '<d:person id="p"><r:activities><r:{activity}/></r:activities></d:person></presence>'
)


def pidf(basic: str = "open", note: str = "会議中", activity: str = "meeting") -> str:
    return PIDF.format(basic=basic, note=note, activity=activity)


def test_registration_and_calls_show(server: Server) -> None:
    with server.agent("201") as agent, server.agent("202") as watcher:
        subscribe(watcher, "presence", "201")
        assert "<basic>closed</basic>" in take_notify(watcher).body
        agent.register()
        assert "<basic>open</basic>" in take_notify(watcher).body
        invite = agent.invite("9196", body=audio_offer(4000))
        answer = agent.wait_final(invite)
        agent.send(agent.ack_of(invite, answer))
        assert "<rpid:on-the-phone/>" in take_notify(watcher).body
        agent.in_dialog("BYE", invite, answer)
        assert "on-the-phone" not in take_notify(watcher).body
        agent.register(0)
        assert "<basic>closed</basic>" in take_notify(watcher).body


def test_published_refreshed_changed_and_removed(server: Server) -> None:
    with server.agent("201") as agent, server.agent("202") as watcher:
        subscribe(watcher, "presence", "201")
        take_notify(watcher)
        first = publish(agent, pidf())
        assert (first.status_code, first.header("Expires")) == (200, "3600")
        told = take_notify(watcher).body
        assert "会議中" in told
        assert "<rpid:meeting/>" in told
        refreshed = publish(agent, "", headers=(f"SIP-If-Match: {first.header('SIP-ETag')}", "Expires: 60"))
        assert (refreshed.status_code, refreshed.header("Expires")) == (200, "60")
        assert refreshed.header("SIP-ETag") != first.header("SIP-ETag")
        stale = publish(agent, "", headers=(f"SIP-If-Match: {first.header('SIP-ETag')}",))
        assert stale.status_code == 412
        match = f"SIP-If-Match: {refreshed.header('SIP-ETag')}"
        changed = publish(agent, pidf("closed", "外出"), headers=(match,))
        assert "外出" in take_notify(watcher).body
        match = f"SIP-If-Match: {changed.header('SIP-ETag')}"
        assert publish(agent, "", headers=(match, "Expires: 0")).status_code == 200
        assert "外出" not in take_notify(watcher).body


def test_publications_expire(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "MIN_EXPIRES_S", 1)
    with server.agent("201") as agent, server.agent("202") as watcher:
        subscribe(watcher, "presence", "201")
        take_notify(watcher)
        publish(agent, pidf(), headers=("Expires: 1",))
        assert "会議中" in take_notify(watcher).body
        assert "会議中" not in take_notify(watcher).body


def test_what_is_refused(server: Server) -> None:
    with server.agent("201") as agent:
        assert publish(agent, pidf(), user="202").status_code == 403
        assert publish(agent, pidf(), event="dialog").status_code == 489
        assert publish(agent, pidf(), content_type="text/plain").status_code == 415
        assert publish(agent, "no xml").status_code == 400
        assert publish(agent, "").status_code == 400
        brief = publish(agent, pidf(), headers=("Expires: 2",))
        assert (brief.status_code, brief.header("Min-Expires")) == (423, "5")
        stranger = publish(agent, "", headers=("SIP-If-Match: nothing",))
        assert stranger.status_code == 412


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<presence/>",
        b'<!DOCTYPE x [<!ENTITY a "a">]><presence xmlns="urn:ietf:params:xml:ns:pidf">&a;</presence>',
        pidf().encode("utf-16"),
        b"<presence xmlns='urn:ietf:params:xml:ns:pidf'>" + b" " * 20_000 + b"</presence>",
        b'<?xml version="1.0" encoding="nonsense"?><presence xmlns="urn:ietf:params:xml:ns:pidf"/>',
    ],
)
def test_documents_that_are_none(body: bytes) -> None:
    with pytest.raises(DocumentInvalid):
        read_presence(body)
