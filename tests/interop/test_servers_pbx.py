"""The PBX behind the phones, through each server: groups, pickup, reach, voicemail, by what is heard.

1000 calls; 1001, 1002 and 1003 are the members of 700 (順次着信) and 701 (一斉着信). Each says its own tone.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from msgspec.structs import replace

from softphone.domain.call import CallState, TerminatedReason
from softphone.domain.commands import Answer, Hangup, MakeCall
from softphone.domain.events import CallCreated, MessageSummaryChanged
from tests.helpers import tones
from tests.helpers.call_figures import TONES_HZ, speakers, start_phones
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.engine_sound import heard_from_now, levels_dbfs, start_engine, state
from tests.helpers.kamailio import Kamailio
from tests.helpers.phone_process import RegistrarProcess
from tests.helpers.raw_sip_agent import RawMessage, RawSipAgent, audio_offer
from tests.helpers.registrar_server import cancelled, ringing
from tests.helpers.rtp_voice import RtpVoice
from tests.helpers.waiting import wait_for
from tests.helpers.whole_phone import LOCAL, WholePhone
from tests.interop.conftest import Server

LIMIT_S = 15.0
PRESENT_DBFS = -26.0
GROUPS = (
    *("--hunt", "700:sequential:1001,1002,1003:2"),
    *("--hunt", "701:simultaneous:1001,1002,1003:20"),
)


@pytest.fixture(params=["registrar", "kamailio"])
def server(
    request: pytest.FixtureRequest,
    start_registrar: Callable[..., RegistrarProcess],
    start_pbx: Callable[..., Kamailio],
) -> Server:
    """Each server in turn, with the groups."""
    return start_pbx() if request.param == "kamailio" else start_registrar(*GROUPS)


@pytest.fixture
def start_member(stack: ExitStack, server: Server) -> Callable[[str], RawSipAgent]:
    """A member of the groups that does what the test says."""

    def start(user: str) -> RawSipAgent:
        member = stack.enter_context(RawSipAgent(user, server.port))
        assert member.register().status_code == 200
        return member

    return start


def call(caller: EngineDriver, server: Server, number: str) -> None:
    caller.send(MakeCall(key="out", account_key="main", uri=f"sip:{number}@{server.server}"))


def rings(phone: EngineDriver) -> str:
    """The key of the call that rings there."""
    return phone.wait(CallCreated, timeout_s=LIMIT_S).key


def assert_talk(caller: EngineDriver, called: EngineDriver) -> None:
    """Each hears the other, and nobody else."""
    by_caller, by_called = heard_from_now([caller, called], 0.8)
    assert speakers(by_caller) == {called.name}
    assert speakers(by_called) == {caller.name}


@pytest.mark.cell("順次着信")
def test_one_after_the_other(
    tmp_path: Path, stack: ExitStack, server: Server, start_member: Callable[[str], RawSipAgent]
) -> None:
    caller, first = start_phones(tmp_path, stack, server.port, 2).values()
    second, third = start_member("1002"), start_member("1003")
    call(caller, server, "700")
    tried = rings(first)  # and nobody answers there
    second.reply(second.wait_request("INVITE", LIMIT_S), 486)
    first.wait_messages("RX INVITE", "TX 180/INVITE", "RX CANCEL", "TX 487/INVITE")
    with RtpVoice() as voice:
        take(third, third.wait_request("INVITE", LIMIT_S), voice)
        state(caller, "out", "confirmed")
        state(first, tried, "terminated")
        voice.speak(TONES_HZ["1003"])
        [heard] = heard_from_now([caller], 0.6)
        voice.wait_heard(TONES_HZ["1000"])
    assert speakers(heard) == {"1003"}
    assert first.messages.count("RX INVITE") == 1, "it rings once"


@pytest.mark.cell("一斉着信")
def test_all_at_once(
    tmp_path: Path, stack: ExitStack, server: Server, start_member: Callable[[str], RawSipAgent]
) -> None:
    caller, first, quickest = start_phones(tmp_path, stack, server.port, 3).values()
    last = start_member("1003")
    call(caller, server, "701")
    at_first, at_quickest, at_last = rings(first), rings(quickest), ringing(last)
    quickest.send(Answer(key=at_quickest))
    state(caller, "out", "confirmed")
    assert state(first, at_first, "terminated").reason is TerminatedReason.REPLACED, "answered elsewhere"
    first.wait_messages("TX 180/INVITE", "RX CANCEL", "TX 487/INVITE")
    cancelled(last, at_last)
    assert_talk(caller, quickest)
    assert sum(isinstance(event, CallCreated) for event in caller.events) == 1


@pytest.mark.cell("pickup by code", "kamailio")
def test_pickup_by_code_rings_at_the_one_who_dialled_it(
    tmp_path: Path, stack: ExitStack, start_pbx: Callable[..., Kamailio]
) -> None:
    """Kamailio adds the phone that dialled *8 to those that ring; the registrar's way is in test_absence."""
    pbx = start_pbx()
    caller, desk, picker = start_phones(tmp_path, stack, pbx.port, 3).values()
    call(caller, pbx, "1001")
    at_desk = rings(desk)
    picker.send(MakeCall(key="pick", account_key="main", uri=f"sip:*81001@{pbx.server}"))
    taken = picker.wait(CallCreated, lambda event: event.key != "pick", timeout_s=LIMIT_S)
    assert taken.remote.number == "1000"
    picker.send(Answer(key=taken.key))
    state(caller, "out", "confirmed")
    state(desk, at_desk, "terminated")
    desk.wait_messages("TX 180/INVITE", "RX CANCEL", "TX 487/INVITE")
    picker.wait_messages("RX 486/INVITE", "TX ACK", "TX 200/INVITE", "RX ACK")
    assert_talk(caller, picker)


@pytest.mark.cell("pickup by Replaces")
def test_pickup_by_replaces_takes_the_place_of_the_one_who_rings(
    tmp_path: Path, stack: ExitStack, server: Server
) -> None:
    caller, desk = start_phones(tmp_path, stack, server.port, 2).values()
    profile = replace(LOCAL, pickup_by_replaces=True)
    says = tones.tone(TONES_HZ["1002"], 60.0, level_dbfs=-15.0)
    picker = stack.enter_context(WholePhone(tmp_path, "1002", server.port, profile=profile, says=says))
    call(caller, server, "1001")
    at_desk = rings(desk)
    picker.do(lambda: picker.services.features.pickup("1001"))
    assert picker.wait_call(lambda call: call.state is CallState.CONFIRMED).remote.number == "1000"
    taken = caller.wait(CallCreated, lambda event: event.transferred_from == "out", timeout_s=LIMIT_S)
    state(caller, taken.key, "confirmed")
    assert state(caller, "out", "terminated").reason is TerminatedReason.REPLACED
    state(desk, at_desk, "terminated")
    caller.wait_messages("RX INVITE", "TX CANCEL", "RX 487/INVITE")
    by_caller, by_picker = heard_from_now([caller, picker], 0.8)
    assert speakers(by_caller) == {"1002"}
    assert speakers(by_picker) == {"1000"}


@pytest.mark.cell("シングルナンバーリーチ", "kamailio")
def test_contacts_are_rung_in_the_order_of_their_q(
    tmp_path: Path, stack: ExitStack, start_pbx: Callable[..., Kamailio]
) -> None:
    pbx = start_pbx()
    mobile, desk = (stack.enter_context(RawSipAgent("1001", pbx.port)) for _ in range(2))
    for phone, q in ((mobile, "0.3"), (desk, "0.9")):
        assert phone.register(contact=f"{phone.contact};q={q}").status_code == 200
    caller = start_engine(tmp_path, stack, "1000", pbx.port)
    with RtpVoice() as voice:
        call(caller, pbx, "702")
        at_desk = ringing(desk)
        state(caller, "out", "early")
        cancelled(desk, at_desk)
        invite = mobile.wait_request("INVITE")
        take(mobile, invite, voice)
        state(caller, "out", "confirmed")
        voice.speak(TONES_HZ["1001"])
        [heard] = heard_from_now([caller], 0.8)
    assert levels_dbfs(heard, (TONES_HZ["1001"],))[0] > PRESENT_DBFS


def take(phone: RawSipAgent, invite: RawMessage, voice: RtpVoice) -> None:
    """Answer with 200 and a voice."""
    voice.meet(invite)
    phone.reply(invite, 200, body=audio_offer(voice.port, "0 101"))
    phone.wait_request("ACK")


def publish_messages(box: RawSipAgent, user: str, voice: str) -> None:
    """Tell the presence server what lies in a box (RFC 3842, RFC 3903)."""
    waiting = "no" if voice.startswith("0/") else "yes"
    body = f"Messages-Waiting: {waiting}\r\nMessage-Account: sip:*97@127.0.0.1\r\nVoice-Message: {voice}\r\n"
    headers = ("Event: message-summary", "Expires: 300")
    text = box.request("PUBLISH", box.uri(user), headers=headers, body=body)
    sent = box.send(text.replace("application/sdp", "application/simple-message-summary"))
    assert box.wait_final(sent).status_code == 200


def wait_light(phone: EngineDriver, new: int, old: int) -> str:
    """Until so many messages wait; returns where they can be heard."""
    told = phone.wait(
        MessageSummaryChanged,
        lambda event: (event.summary.new, event.summary.old) == (new, old),
        timeout_s=LIMIT_S,
    )
    return told.summary.account_uri


@pytest.mark.cell("voicemail and MWI", "kamailio")
@pytest.mark.cell("転送", "kamailio")
def test_a_message_is_left_with_kamailios_box_and_heard(
    tmp_path: Path, stack: ExitStack, start_pbx: Callable[..., Kamailio]
) -> None:
    """Who is busy has callers sent on to the voicemail box, a far side of its own beside Kamailio."""
    box = stack.enter_context(RawSipAgent("1900", 0))
    pbx = start_pbx(voicemail_port=box.port)
    box.server_port = pbx.port
    caller, owner = start_phones(tmp_path, stack, pbx.port, 2).values()

    call(caller, pbx, "1001")
    owner.send(Hangup(key=rings(owner), status_code=486))
    invite = box.wait_request("INVITE", LIMIT_S)
    assert invite.text.startswith("INVITE sip:vm-1001@")
    assert invite.header("Diversion") == "<sip:1001@127.0.0.1>;reason=user-busy"
    with RtpVoice() as voice:
        take(box, invite, voice)
        state(caller, "out", "confirmed")
        voice.wait_heard(TONES_HZ["1000"], duration_s=1.0)
        caller.send(Hangup(key="out"))
        box.reply(box.wait_request("BYE"), 200)
        message = voice.sound()
    publish_messages(box, "1001", "1/0")
    assert wait_light(owner, 1, 0) == "sip:*97@127.0.0.1"

    owner.send(MakeCall(key="listen", account_key="main", uri=f"sip:*97@{pbx.server}"))
    invite = box.wait_request("INVITE", LIMIT_S)
    assert invite.text.startswith("INVITE sip:vm-1001@")
    with RtpVoice() as voice:
        take(box, invite, voice)
        voice.play(message)
        wait_for(
            lambda: tones.heard_s(owner.record_path, TONES_HZ["1000"]) >= 0.5, LIMIT_S, what="the message"
        )
    publish_messages(box, "1001", "0/1")
    wait_light(owner, 0, 1)
