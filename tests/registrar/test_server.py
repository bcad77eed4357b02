"""The registrar seen from outside: registration, calls to its numbers, calls between phones, faults."""

from __future__ import annotations

import socket
import struct
from itertools import pairwise

import pytest

from softphone.registrar import RegistrarConfig, RegistrarThread, SipPortBusy, SipTimers
from softphone.registrar.events import (
    AuthenticationFailed,
    CallAnswered,
    CallEnded,
    CallFailed,
    DigitHeard,
    Registered,
    Unregistered,
)
from softphone.registrar.faults import NOT_SIP
from tests.helpers.raw_sip_agent import RawMessage, RawSipAgent, audio_offer
from tests.helpers.registrar_server import Server
from tests.helpers.waiting import wait_for


def rtp_packet(payload_type: int, sequence: int, payload: bytes, timestamp: int = 160) -> bytes:
    return struct.pack(">BBHII", 0x80, payload_type, sequence, timestamp, 0x1234) + payload


def remote_media(answer: RawMessage) -> tuple[str, int]:
    line = next(line for line in answer.body.splitlines() if line.startswith("m=audio"))
    return "127.0.0.1", int(line.split()[1])


def drained(media: socket.socket) -> bytes:
    """A packet that was waiting, or nothing."""
    try:
        return media.recv(2048)
    except BlockingIOError:
        return b""


def answered(agent: RawSipAgent, number: str, offer: str) -> tuple[RawMessage, RawMessage]:
    invite = agent.invite(number, body=offer)
    answer = agent.wait_final(invite)
    assert answer.status_code == 200, answer.text
    agent.send(agent.ack_of(invite, answer))
    return invite, answer


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_register_and_unregister(server: Server, transport: str) -> None:
    with server.agent("201", transport) as agent:
        response = agent.register(120)
        assert response.status_code == 200
        assert "expires=120" in response.header("Contact")
        assert len(server.thread.call(lambda r: r.bindings("201"))) == 1
        assert agent.register(0).status_code == 200
    assert server.thread.call(lambda r: r.bindings("201")) == []
    assert [type(event) for event in server.events] == [Registered, Unregistered]


@pytest.mark.parametrize("server", [{"algorithms": ("MD5",)}, {"algorithms": ("SHA-256",)}], indirect=True)
def test_register_with_each_algorithm(server: Server) -> None:
    with server.agent("201") as agent:
        assert agent.register().status_code == 200


def test_wrong_password_is_challenged_again(server: Server) -> None:
    with server.agent("201", password="not it") as agent:
        response = agent.register()
    assert response.status_code == 401
    assert "stale" not in response.header("WWW-Authenticate")
    assert server.seen(AuthenticationFailed) == [AuthenticationFailed("201", "REGISTER")]


def test_one_user_cannot_register_another(server: Server) -> None:
    with server.agent("201") as agent:
        to = f"<{agent.uri('202')}>"
        response = agent.exchange(agent.request("REGISTER", agent.uri(), headers=("Contact: *",), to=to))
    assert response.status_code == 403


def test_interval_too_brief_and_contact_star(server: Server) -> None:
    with server.agent("201") as agent:
        brief = agent.register(1)
        assert (brief.status_code, brief.header("Min-Expires")) == (423, "5")
        agent.register()
        agent.register(contact="<sip:201@127.0.0.1:5999>")
        assert len(server.thread.call(lambda r: r.bindings("201"))) == 2
        assert agent.register(contact="*").status_code == 400
        assert agent.register(0, contact="*").status_code == 200
    assert server.thread.call(lambda r: r.bindings("201")) == []


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_echo_mirrors_audio_and_digits(server: Server, media: socket.socket, transport: str) -> None:
    with server.agent("201", transport) as agent:
        invite, answer = answered(agent, "9196", audio_offer(media.getsockname()[1]))
        assert "RTP/AVP 9 101" in answer.body
        media.sendto(rtp_packet(9, 7, b"\x55" * 160), remote_media(answer))
        back = media.recv(2048)
        assert (back[1], back[2:4], back[12:]) == (9, b"\x00\x07", b"\x55" * 160)
        media.sendto(rtp_packet(101, 8, struct.pack(">BBH", 5, 10, 160)), remote_media(answer))
        assert media.recv(2048)[1] == 101
        wait_for(lambda: server.seen(DigitHeard))
        assert server.seen(DigitHeard) == [DigitHeard(invite.header("Call-ID"), "5", "telephone-event")]
        assert agent.wait_final(agent.in_dialog("BYE", invite, answer)).status_code == 200
    assert server.thread.call(lambda r: r.active_calls()) == 0
    assert server.seen(CallAnswered) == [CallAnswered(invite.header("Call-ID"), "9196", "G722")]
    assert len(server.seen(CallEnded)) == 1


@pytest.mark.parametrize(("formats", "chosen"), [("9 0 8", "0"), ("8 0", "8")])
def test_tone_is_1004_hz_every_20_ms(server: Server, media: socket.socket, formats: str, chosen: str) -> None:
    with server.agent("201") as agent:
        invite, answer = answered(agent, "9197", audio_offer(media.getsockname()[1], formats))
        packets = [media.recv(2048) for _ in range(10)]
        assert {packet[1] & 0x7F for packet in packets} == {int(chosen)}
        assert {len(packet) for packet in packets} == {172}
        sequences = [struct.unpack(">H", packet[2:4])[0] for packet in packets]
        assert [(b - a) & 0xFFFF for a, b in pairwise(sequences)] == [1] * 9
        signs = [byte >> 7 for packet in packets for byte in packet[12:]]
        crossings = sum(a != b for a, b in pairwise(signs))
        assert abs(crossings - 2 * 1004 * 0.2) <= 3
        agent.in_dialog("BYE", invite, answer)


@pytest.mark.parametrize(
    ("number", "status_code"), [("9000", 486), ("9002", 603), ("999", 404), ("202", 480)]
)
def test_calls_that_fail(server: Server, number: str, status_code: int) -> None:
    with server.agent("201") as agent:
        assert agent.wait_final(agent.invite(number, body=audio_offer(4000))).status_code == status_code
    assert [event.status_code for event in server.seen(CallFailed)] == [status_code]  # type: ignore[attr-defined]


def test_ringing_number_rings_until_cancelled(server: Server) -> None:
    with server.agent("201") as agent:
        invite = agent.invite("9001", body=audio_offer(4000))
        agent.wait_response(180)
        agent.cancel(invite)
        assert agent.wait_final(invite).status_code == 487
    assert server.thread.call(lambda r: r.active_calls()) == 0


def test_early_media_then_answer(server: Server, media: socket.socket) -> None:
    with server.agent("201") as agent:
        invite = agent.invite("9198", body=audio_offer(media.getsockname()[1], "0"))
        assert "m=audio" in agent.wait_response(183).body
        assert len(media.recv(2048)) == 172
        assert agent.wait_final(invite).status_code == 200


def test_no_common_codec_is_488(server: Server) -> None:
    with server.agent("201") as agent:
        assert agent.wait_final(agent.invite("9196", body=audio_offer(4000, "3"))).status_code == 488
        assert agent.wait_final(agent.invite("9196", body="no sdp")).status_code == 400


@pytest.mark.parametrize(("asked", "given"), [("sendonly", "recvonly"), ("inactive", "inactive")])
def test_hold_is_answered_and_silences_the_tone(
    server: Server, media: socket.socket, asked: str, given: str
) -> None:
    port = media.getsockname()[1]
    with server.agent("201") as agent:
        invite, answer = answered(agent, "9197", audio_offer(port, "0"))
        reinvite = agent.in_dialog("INVITE", invite, answer, body=audio_offer(port, "0", asked, 2))
        held = agent.wait_final(reinvite)
        assert f"a={given}" in held.body
        agent.send(agent.ack_of(reinvite, held))
        assert agent.wait_final(agent.in_dialog("UPDATE", invite, answer)).status_code == 200
        media.setblocking(False)
        while drained(media):
            pass
        media.settimeout(0.1)
        with pytest.raises(TimeoutError):
            media.recv(2048)


@pytest.mark.parametrize("server", [{"timers": SipTimers(t1_s=0.01)}], indirect=True)
def test_unacknowledged_answer_is_repeated_then_given_up(server: Server) -> None:
    with server.agent("201") as agent:
        invite = agent.invite("9196", body=audio_offer(4000))
        agent.wait_final(invite)
        agent.wait_final(invite)
        agent.wait_request("BYE", 5)
    wait_for(lambda: server.thread.call(lambda r: r.active_calls()) == 0)


def test_call_between_phones_is_record_routed(server: Server) -> None:
    with server.agent("201") as caller, server.agent("202", "tcp") as callee:
        callee.register()
        invite = caller.invite("202", body=audio_offer(4000))
        arrived = callee.wait_request("INVITE")
        assert arrived.header("P-Asserted-Identity") == "<sip:201@softphone.local>"
        assert not arrived.header("Proxy-Authorization")
        assert [";transport=tcp" in value for value in arrived.headers("Record-Route")] == [True, False]
        callee.reply(arrived, 180)
        caller.wait_response(180)
        callee.reply(arrived, 200, body=audio_offer(4002, "0"))
        answer = caller.wait_final(invite)
        caller.send(caller.ack_of(invite, answer))
        assert callee.wait_request("ACK").header("Max-Forwards") == "69"
        bye = caller.in_dialog("BYE", invite, answer)
        callee.reply(callee.wait_request("BYE"), 200)
        assert caller.wait_final(bye).status_code == 200


def test_fork_first_answer_wins_and_the_other_is_cancelled(server: Server) -> None:
    with server.agent("201") as caller, server.agent("202") as left, server.agent("202") as right:
        left.register()
        right.register()
        invite = caller.invite("202", body=audio_offer(4000))
        at_left, at_right = left.wait_request("INVITE"), right.wait_request("INVITE")
        left.reply(at_left, 180)
        right.reply(at_right, 180)
        caller.wait_response(180)
        caller.wait_response(180)
        right.reply(at_right, 200, body=audio_offer(4002, "0"))
        left.reply(left.wait_request("CANCEL"), 200)
        left.reply(at_left, 487)
        left.wait_request("ACK")
        assert f"tag={right.tag}" in caller.wait_final(invite).header("To")


def test_fork_best_answer_when_all_refuse(server: Server) -> None:
    with server.agent("201") as caller, server.agent("202") as left, server.agent("202") as right:
        left.register()
        right.register()
        invite = caller.invite("202", body=audio_offer(4000))
        left.reply(left.wait_request("INVITE"), 480)
        right.reply(right.wait_request("INVITE"), 486)
        assert caller.wait_final(invite).status_code == 486


def test_cancel_reaches_the_phone(server: Server) -> None:
    with server.agent("201") as caller, server.agent("202") as callee:
        callee.register()
        invite = caller.invite("202", body=audio_offer(4000))
        arrived = callee.wait_request("INVITE")
        callee.reply(arrived, 180)
        caller.wait_response(180)
        caller.cancel(invite)
        callee.reply(callee.wait_request("CANCEL"), 200)
        callee.reply(arrived, 487)
        assert caller.wait_final(invite).status_code == 487


def test_identity_is_checked(server: Server) -> None:
    with server.agent("201") as agent:
        text = agent.request(
            "INVITE", agent.uri("9196"), from_=f"<{agent.uri('202')}>;tag=x", body=audio_offer(4000)
        )
        assert agent.exchange(text).status_code == 403


def test_no_relay_to_strangers(server: Server) -> None:
    with server.agent("201") as agent:
        assert agent.exchange(agent.request("INVITE", "sip:x@127.0.0.2:5060")).status_code == 403


def test_hops_loops_and_other_methods(server: Server) -> None:
    with server.agent("201") as agent:
        assert agent.exchange(agent.request("INVITE", agent.uri("202"), max_forwards=0)).status_code == 483
        assert agent.exchange(agent.request("OPTIONS", agent.uri())).status_code == 200
        assert agent.exchange(agent.request("MESSAGE", agent.uri("9196"))).status_code == 405
        assert agent.exchange(agent.request("SUBSCRIBE", agent.uri("202"))).status_code == 489
        assert agent.exchange(agent.request("BYE", agent.uri("202"), to="<sip:x@y>;tag=z")).status_code == 481
        assert agent.exchange(agent.request("INVITE", "tel:110")).status_code == 416


def test_fault_status_with_retry_after(server: Server) -> None:
    retry = (("Retry-After", "7"),)
    server.thread.call(lambda r: r.faults.answer("REGISTER", 503, headers=retry, times=1))
    with server.agent("201") as agent:
        response = agent.register()
        assert (response.status_code, response.header("Retry-After")) == (503, "7")
        assert agent.register().status_code == 200


def test_fault_drop_and_delay(server: Server) -> None:
    server.thread.call(lambda r: (r.faults.drop("OPTIONS", times=1), r.faults.delay("OPTIONS", 0.1, times=1)))
    with server.agent("201") as agent:
        text = agent.request("OPTIONS", agent.uri())
        agent.send(text)
        agent.send(text)
        assert agent.receive_bytes(0.05) == b""
        assert agent.wait_response(200).status_code == 200


def test_fault_stale_and_wrong_nonce(server: Server) -> None:
    server.thread.call(lambda r: r.faults.stale())
    with server.agent("201") as agent:
        assert "stale=true" in agent.register().header("WWW-Authenticate")
        assert agent.register().status_code == 200
        server.thread.call(lambda r: r.faults.wrong_nonce())
        refused = agent.register()
        assert refused.status_code == 401
        assert "stale" not in refused.header("WWW-Authenticate")
        server.thread.call(lambda r: r.faults.clear())
        assert agent.register().status_code == 200


def test_fault_interval_routes_and_malformed(server: Server) -> None:
    def arrange(registrar) -> None:  # type: ignore[no-untyped-def]
        registrar.faults.interval_too_brief(600)
        registrar.faults.service_route = ("<sip:edge.invalid;lr>",)
        registrar.faults.path = ("<sip:path.invalid;lr>",)

    server.thread.call(arrange)
    with server.agent("201") as agent:
        assert agent.register().header("Min-Expires") == "600" or agent.register().status_code == 200
        done = agent.register()
        assert done.header("Service-Route") == "<sip:edge.invalid;lr>"
        assert done.header("Path") == "<sip:path.invalid;lr>"
        server.thread.call(lambda r: r.faults.malformed("OPTIONS", NOT_SIP))
        agent.send(agent.request("OPTIONS", agent.uri()))
        assert agent.receive_bytes(1) == NOT_SIP


def test_fault_closes_the_connection(server: Server) -> None:
    server.thread.call(lambda r: r.faults.close_connection("REGISTER"))
    with server.agent("201", "tcp") as agent:
        agent.send(agent.request("REGISTER", agent.uri()))
        assert agent.receive_bytes(1) == b""
    with server.agent("201", "tcp") as agent:
        assert agent.register().status_code == 200


def test_restart_on_the_same_port_forgets_registrations(server: Server) -> None:
    port = server.port
    with server.agent("201") as agent:
        agent.register()
        server.thread.stop()
        server.thread.start()
        assert server.port == port
        assert server.thread.call(lambda r: r.bindings("201")) == []
        assert agent.register().status_code == 200


def test_busy_port_is_said(server: Server) -> None:
    with pytest.raises(SipPortBusy) as caught:
        RegistrarThread(RegistrarConfig(port=server.port)).start()
    assert (caught.value.port, caught.value.code) == (server.port, "port_busy")


def test_ladder_has_the_messages_and_no_credentials(server: Server) -> None:
    with server.agent("201") as agent:
        agent.register()
    text = server.thread.ladder(whole=True)
    assert "REGISTER sip:127.0.0.1" in text
    assert "SIP/2.0 200 OK" in text
    assert "pw201" not in text
    assert 'response="' not in text


TORTURE = [
    b"",
    b"\x00\xff\xfe\x80" * 300,
    b"INVITE\r\n\r\n",
    b"INVITE sip:9196@127.0.0.1 SIP/2.0\r\n\r\n",
    b"INVITE  sip:9196@127.0.0.1  SIP/2.0\r\nVia: SIP/2.0/UDP x\r\n\r\n",
    b"SIP/2.0 999 Whatever\r\nVia: x\r\n\r\n",
    b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a;branch=z9hG4bKx\r\nFrom: <sip:a@b>\r\nTo: <sip:a@b>\r\n"
    b"Call-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n",
    b"OPTIONS sip:x SIP/2.0\r\n" + b"X-Long: " + b"a" * 60000 + b"\r\n\r\n",
    b"OPTIONS sip:[::1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKq\r\nFrom: <sip:a@b>;tag=1\r\n"
    b'To: "unclosed <sip:a@b>\r\nCall-ID: \xe3\x81\x82\xff\r\nCSeq: 36893488147419103232 OPTIONS\r\n\r\n',
    b"ACK sip:9196@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKq\r\n"
    b"From: <sip:a@b>;tag=1\r\n"
    b"To: <sip:a@b>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 ACK\r\n\r\n",
    b"REGISTER sip:127.0.0.1 SIP/2.0\r\nv: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKr\r\nf: <sip:a@b>;tag=1\r\n"
    b"t: <sip:a@b>\r\ni: 1\r\nCSeq: 1 REGISTER\r\nl: -5\r\n\r\n",
]


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_garbage_is_survived(server: Server, transport: str) -> None:
    for data in TORTURE:
        with server.agent("201", transport) as stranger:
            stranger.send_bytes(data)
    with server.agent("201", transport) as agent:
        assert agent.register().status_code == 200


def test_malformed_request_gets_400_and_foreign_version_505(server: Server) -> None:
    with server.agent("201") as agent:
        text = agent.request("OPTIONS", agent.uri())
        agent.send(text.replace("Content-Length: 0", "Content-Length: 99"))
        agent.wait_response(400)
        agent.send(text.replace("SIP/2.0\r\nVia", "SIP/3.0\r\nVia", 1))
        agent.wait_response(505)
