"""dialog-info of calls between phones, as a key beside the telephone shows them."""

from __future__ import annotations

from tests.helpers.raw_sip_agent import RawMessage, RawSipAgent, audio_offer
from tests.helpers.registrar_server import Server
from tests.helpers.subscriber import dialogs, subscribe, tag, take_notify


def ringing(caller: RawSipAgent, callee: RawSipAgent, number: str = "202") -> tuple[RawMessage, RawMessage]:
    """A call that rings: the INVITE as the caller sent it, and as the callee got it."""
    invite = caller.invite(number, body=audio_offer(4000))
    arrived = callee.wait_request("INVITE")
    callee.reply(arrived, 180)
    caller.wait_response(180)
    return invite, arrived


def test_a_watched_extension_rings_talks_and_is_free(server: Server) -> None:
    with server.agent("201") as caller, server.agent("202") as callee, server.agent("203") as watcher:
        callee.register()
        subscribe(watcher, "dialog", "202")
        assert dialogs(take_notify(watcher)) == []

        invite, arrived = ringing(caller, callee)
        [early] = dialogs(take_notify(watcher))
        assert (early["state"], early["direction"]) == ("early", "recipient")
        assert early["call-id"] == invite.header("Call-ID")
        assert (early["local-tag"], early["remote-tag"]) == (callee.tag, tag(invite.header("From")))
        assert early["remote"] == caller.uri("201")
        assert early["target"] == caller.contact.strip("<>")

        callee.reply(arrived, 200, body=audio_offer(4002))
        answer = caller.wait_final(invite)
        caller.send(caller.ack_of(invite, answer))
        [talking] = dialogs(take_notify(watcher))
        assert (talking["state"], talking["id"]) == ("confirmed", early["id"])

        held = caller.in_dialog("INVITE", invite, answer, body=audio_offer(4000, direction="sendonly"))
        callee.reply(callee.wait_request("INVITE"), 200, body=audio_offer(4002))
        caller.send(caller.ack_of(held, caller.wait_final(held)))

        bye = caller.in_dialog("BYE", invite, answer)
        callee.reply(callee.wait_request("BYE"), 200)
        assert caller.wait_final(bye).status_code == 200
        [over] = dialogs(take_notify(watcher))
        assert (over["state"], over["id"]) == ("terminated", early["id"])


def test_the_caller_is_watched_too_and_its_hold_shows(server: Server) -> None:
    with server.agent("201") as caller, server.agent("202") as callee, server.agent("203") as watcher:
        callee.register()
        subscribe(watcher, "dialog", "201")
        take_notify(watcher)
        invite, arrived = ringing(caller, callee)
        states = [dialogs(take_notify(watcher))[0] for _ in range(2)]
        assert [entry["state"] for entry in states] == ["trying", "early"]
        assert {entry["direction"] for entry in states} == {"initiator"}
        assert states[1]["remote"] == caller.uri("202")
        callee.reply(arrived, 200, body=audio_offer(4002))
        answer = caller.wait_final(invite)
        caller.send(caller.ack_of(invite, answer))
        [confirmed] = dialogs(take_notify(watcher))
        assert (confirmed["state"], confirmed["held"]) == ("confirmed", "")
        assert confirmed["remote-tag"] == callee.tag
        caller.in_dialog("INVITE", invite, answer, body=audio_offer(4000, direction="sendonly"))
        [held] = dialogs(take_notify(watcher))
        assert (held["state"], held["held"]) == ("confirmed", "yes")


def test_a_call_given_up_is_over_even_if_the_phone_is_silent(server: Server) -> None:
    with server.agent("201") as caller, server.agent("202") as callee, server.agent("203") as watcher:
        callee.register()
        subscribe(watcher, "dialog", "202")
        take_notify(watcher)
        invite, _ = ringing(caller, callee)
        assert dialogs(take_notify(watcher))[0]["state"] == "early"
        caller.cancel(invite)
        assert dialogs(take_notify(watcher, 20.0))[0]["state"] == "terminated"


def test_a_refusal_ends_it_and_a_second_call_is_a_second_dialog(server: Server) -> None:
    with server.agent("201") as caller, server.agent("202") as callee, server.agent("203") as watcher:
        callee.register()
        subscribe(watcher, "dialog", "202")
        take_notify(watcher)
        invite, arrived = ringing(caller, callee)
        take_notify(watcher)
        watched, _ = ringing(watcher, callee)
        both = dialogs(take_notify(watcher))
        assert [entry["state"] for entry in both] == ["early", "early"]
        assert len({entry["id"] for entry in both}) == 2
        callee.reply(arrived, 486)
        assert caller.wait_final(invite).status_code == 486
        left = {entry["call-id"]: entry["state"] for entry in dialogs(take_notify(watcher))}
        assert left == {
            invite.header("Call-ID"): "terminated",
            watched.header("Call-ID"): "early",
        }


def test_foreign_names_cannot_break_the_document(server: Server) -> None:
    with server.agent("201") as caller, server.agent("202") as callee, server.agent("203") as watcher:
        callee.register()
        subscribe(watcher, "dialog", "202")
        take_notify(watcher)
        name = '"<x>&\x01 \\"田中\\"" '
        first = caller.send(
            caller.request(
                "INVITE",
                caller.uri("202"),
                headers=(f"Contact: {caller.contact}",),
                from_=f"{name}<{caller.uri('201')}>;tag={caller.tag}",
            )
        )
        caller.send(caller.authorized(first, caller.wait_final(first)))
        callee.reply(callee.wait_request("INVITE"), 180)
        notify = take_notify(watcher)
        assert dialogs(notify)[0]["remote"] == caller.uri("201")
        assert "&lt;x&gt;&amp;" in notify.body
        assert "田中" in notify.body
