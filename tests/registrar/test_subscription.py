"""SUBSCRIBE and NOTIFY seen from a phone: RFC 6665's rules, whichever the package."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from softphone.registrar import subscription
from tests.helpers.registrar_server import Server
from tests.helpers.subscriber import ask, dialogs, publish, subscribe, take_notify
from tests.helpers.waiting import wait_for


def count(server: Server) -> int:
    return server.thread.call(lambda r: r.active_subscriptions())


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("package", ["dialog", "presence", "message-summary"])
def test_state_comes_at_once(server: Server, package: str, transport: str) -> None:
    with server.agent("201", transport) as agent:
        _, answer = subscribe(agent, package, "201")
        assert answer.header("Expires") == "300"
        assert package in answer.header("Allow-Events")
        notify = take_notify(agent)
        assert notify.header("Event") == package
        assert notify.header("Subscription-State") == "active;expires=300"
        assert notify.header("CSeq") == "1 NOTIFY"
        assert notify.body
        assert count(server) == 1


def test_refresh_is_in_the_dialog_and_told_again(server: Server) -> None:
    with server.agent("201") as agent:
        sent, answer = subscribe(agent, "dialog", "202")
        take_notify(agent)
        headers = ("Event: dialog", "Expires: 600")
        again = agent.wait_final(agent.in_dialog("SUBSCRIBE", sent, answer, headers=headers))
        assert (again.status_code, again.header("Expires")) == (200, "600")
        notify = take_notify(agent)
        assert notify.header("Subscription-State") == "active;expires=600"
        assert 'version="1"' in notify.body
        other = agent.in_dialog("SUBSCRIBE", sent, answer, headers=("Event: presence", "Expires: 600"))
        assert agent.wait_final(other).status_code == 489
        assert agent.wait_final(agent.in_dialog("MESSAGE", sent, answer)).status_code == 405
        assert count(server) == 1


def test_unsubscribe_and_fetch(server: Server) -> None:
    with server.agent("201") as agent:
        sent, answer = subscribe(agent, "dialog;id=7", "202")
        assert take_notify(agent).header("Event") == "dialog;id=7"
        headers = ("Event: dialog;id=7", "Expires: 0")
        gone = agent.wait_final(agent.in_dialog("SUBSCRIBE", sent, answer, headers=headers))
        assert (gone.status_code, gone.header("Expires")) == (200, "0")
        last = take_notify(agent)
        assert last.header("Subscription-State") == "terminated;reason=timeout"
        assert "dialog-info" in last.body
        assert count(server) == 0
        late = agent.wait_final(agent.in_dialog("SUBSCRIBE", sent, answer, headers=headers))
        assert late.status_code == 481

        subscribe(agent, "dialog", "202", expires="0")
        assert take_notify(agent).header("Subscription-State") == "terminated;reason=timeout"
        assert count(server) == 0


@pytest.mark.parametrize(
    ("package", "resource", "expires", "headers", "status_code"),
    [
        ("dialog", "202", "4", (), 423),
        ("dialog", "202", "soon", (), 400),
        ("dialog", "299", "300", (), 404),
        ("presence", "299", "300", (), 404),
        ("message-summary", "202", "300", (), 403),
        ("message-summary", "9196", "300", (), 404),
        ("kpml", "202", "300", (), 489),
        ("", "202", "300", (), 489),
        ("dialog", "202", "300", ("Accept: text/plain",), 406),
        ("dialog", "202", "300", ("Accept: text/plain, application/*",), 200),
    ],
)
def test_what_is_refused(
    server: Server, package: str, resource: str, expires: str, headers: tuple[str, ...], status_code: int
) -> None:
    with server.agent("201") as agent:
        _, answer = ask(agent, package, resource, expires=expires, headers=headers)
        assert answer.status_code == status_code
        if status_code == 423:
            assert answer.header("Min-Expires") == "5"
        if status_code == 489:
            assert answer.header("Allow-Events") == "dialog, message-summary, presence"
        assert count(server) == (1 if status_code == 200 else 0)


def test_strangers_are_challenged(server: Server) -> None:
    with server.agent("201", password="not it") as agent:
        _, answer = ask(agent, "dialog", "202")
        assert answer.status_code == 407
    assert count(server) == 0


@pytest.mark.parametrize("status_code", [481, 500])
def test_a_refused_notify_ends_it(server: Server, status_code: int) -> None:
    with server.agent("201") as agent:
        subscribe(agent, "dialog", "202")
        agent.reply(agent.wait_request("NOTIFY"), status_code)
        wait_for(lambda: count(server) == 0)


def test_an_unanswered_notify_is_repeated_and_ends_it(server: Server) -> None:
    with server.agent("201") as agent:
        subscribe(agent, "dialog", "202")
        first, second = agent.wait_request("NOTIFY"), agent.wait_request("NOTIFY")
        assert first.text == second.text
        wait_for(lambda: count(server) == 0, 15.0)


def test_expiry_is_told(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscription, "MIN_EXPIRES_S", 1)
    with server.agent("201") as agent:
        subscribe(agent, "dialog", "202", expires="1")
        take_notify(agent)
        assert take_notify(agent).header("Subscription-State") == "terminated;reason=timeout"
        assert count(server) == 0


def test_changes_while_a_notify_is_unanswered_go_into_one(server: Server) -> None:
    with server.agent("201") as agent, server.agent("202") as other:
        subscribe(agent, "presence", "202")
        first = agent.wait_request("NOTIFY")
        other.register()
        body = '<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="x"><note>{}</note></presence>'
        for note in ("one", "two"):
            assert publish(other, body.format(note)).status_code == 200
        assert not [m for m in agent.inbox if "<note>" in m.text]
        agent.reply(first, 200)
        notify = agent.wait_request("NOTIFY")
        while notify.header("CSeq") == first.header("CSeq"):  # a repetition that crossed the answer
            notify = agent.wait_request("NOTIFY")
        assert notify.header("CSeq") == "2 NOTIFY"
        assert "<note>two</note>" in notify.body


def test_stop_tells_everyone_to_come_back(server: Server) -> None:
    with server.agent("201") as agent:
        subscribe(agent, "dialog", "202")
        subscribe(agent, "presence", "202")
        take_notify(agent)
        take_notify(agent)
        server.thread.stop()
        reasons = [agent.wait_request("NOTIFY").header("Subscription-State") for _ in range(2)]
        server.thread.start()
    assert reasons == ["terminated;reason=deactivated"] * 2


def test_300_subscriptions_hear_of_one_call(server: Server) -> None:
    with ExitStack() as stack:
        caller = stack.enter_context(server.agent("202"))
        watchers = [stack.enter_context(server.agent("201")) for _ in range(10)]
        for watcher in watchers:
            for _ in range(30):
                subscribe(watcher, "dialog", "202")
                take_notify(watcher)
        assert count(server) == 300
        caller.invite("9001")
        caller.wait_response(180)
        for watcher in watchers:
            told: dict[str, str] = {}
            while len(told) < 30:
                notify = take_notify(watcher)
                told[notify.header("Call-ID")] = dialogs(notify)[0]["state"]
            assert set(told.values()) <= {"trying", "early"}
