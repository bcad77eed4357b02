"""Transfers in all three roles against a far side written by hand (RFC 3515, RFC 3891, RFC 5589)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from softphone.domain.call import CallState, Direction, TerminatedReason
from softphone.domain.commands import Answer, CancelTransfer, MakeCall, TransferCall
from softphone.domain.errors import FailureCause
from softphone.domain.events import (
    CallCreated,
    CommandFailed,
    MediaChanged,
    TransferChanged,
)
from softphone.domain.transfer import TransferState
from tests.helpers.engine_calls import is_usable, state, talk
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.sip_peer import PeerDialog, SipPeer, is_request


def transfer(engine: EngineDriver, value: str, since: int = 0) -> TransferChanged:
    return engine.wait(TransferChanged, lambda event: event.transfer.state.value == value, since=since)


# -- transferor ------------------------------------------------------------------------------------


def test_a_blind_transfer_from_asked_to_succeeded(engine: EngineDriver, peer: SipPeer) -> None:
    dialog = talk(engine, peer)
    mark = engine.send(TransferCall(key="out", target=peer.uri("2002")))
    refer = dialog.wait_request("REFER")
    assert transfer(engine, "asked", mark).transfer.target == peer.uri("2002")
    assert refer.header("Refer-To") == f"<{peer.uri('2002')}>"
    peer.reply(refer, 202)
    assert dialog.notify("100 Trying").status_code == 200
    transfer(engine, "trying", mark)
    dialog.notify("180 Ringing")
    assert transfer(engine, "ringing", mark).transfer.status_code == 180
    dialog.notify("200 OK", final=True)
    assert transfer(engine, "succeeded", mark).transfer.status_code == 200
    peer.reply(dialog.wait_request("BYE"), 200)  # nobody else ended it: we do
    assert state(engine, "out", "terminated").reason is TerminatedReason.LOCAL_BYE
    states = [event.transfer.state for event in engine.events if isinstance(event, TransferChanged)]
    assert states == [
        TransferState.ASKED,
        TransferState.TRYING,
        TransferState.RINGING,
        TransferState.SUCCEEDED,
    ]


def test_a_transferred_call_may_be_ended_by_the_far_side(engine: EngineDriver, peer: SipPeer) -> None:
    dialog = talk(engine, peer)
    engine.send(TransferCall(key="out", target=peer.uri("2002")))
    peer.reply(dialog.wait_request("REFER"), 202)
    dialog.notify("200 OK", final=True)
    dialog.final(dialog.request("BYE"))
    assert state(engine, "out", "terminated").reason is TerminatedReason.REMOTE_BYE
    assert peer.is_silent(lambda m: is_request(m, "BYE"), 2.5)


def test_a_refused_refer_leaves_the_call(engine: EngineDriver, peer: SipPeer) -> None:
    dialog = talk(engine, peer)
    engine.send(TransferCall(key="out", target=peer.uri("2002")))
    peer.reply(dialog.wait_request("REFER"), 603)
    failed = transfer(engine, "failed").transfer
    assert (failed.status_code, failed.cause) == (603, FailureCause.DECLINED)
    assert is_usable(engine, dialog)


def test_a_target_that_is_busy_leaves_the_call(engine: EngineDriver, peer: SipPeer) -> None:
    dialog = talk(engine, peer)
    engine.send(TransferCall(key="out", target=peer.uri("2002")))
    peer.reply(dialog.wait_request("REFER"), 202)
    dialog.notify("180 Ringing")
    dialog.notify("486 Busy Here", final=True)
    failed = transfer(engine, "failed").transfer
    assert (failed.status_code, failed.cause) == (486, FailureCause.BUSY)
    assert is_usable(engine, dialog)
    mark = engine.send(TransferCall(key="out", target=peer.uri("2003")))  # and once more
    peer.reply(dialog.wait_request("REFER"), 202)
    transfer(engine, "trying", mark)


def test_a_cancelled_transfer_hears_no_more(engine: EngineDriver, peer: SipPeer) -> None:
    dialog = talk(engine, peer)
    engine.send(TransferCall(key="out", target=peer.uri("2002")))
    peer.reply(dialog.wait_request("REFER"), 202)
    transfer(engine, "trying")
    mark = engine.send(CancelTransfer(key="out"))
    transfer(engine, "cancelled", mark)
    dialog.notify("180 Ringing")
    dialog.notify("200 OK", final=True)
    assert peer.is_silent(lambda m: is_request(m, "BYE"), 2.5)
    assert sum(isinstance(event, TransferChanged) for event in engine.events[mark:]) == 1
    mark = engine.send(CancelTransfer(key="out"))
    assert engine.wait(CommandFailed, since=mark).key == "out"
    dialog.final(dialog.request("BYE"))
    assert state(engine, "out", "terminated").reason is TerminatedReason.REMOTE_BYE


@pytest.mark.parametrize("target", ["", "nobody", "sip:", "sip:127.0.0.1", "http://x.example/"])
def test_a_transfer_to_nobody_drops_nothing(engine: EngineDriver, peer: SipPeer, target: str) -> None:
    dialog = talk(engine, peer)
    mark = engine.send(TransferCall(key="out", target=target))
    failed = engine.wait(CommandFailed, since=mark)
    assert (failed.command, failed.key, failed.cause) == ("TransferCall", "out", FailureCause.INVALID_NUMBER)
    assert is_usable(engine, dialog)


def test_what_cannot_be_transferred(engine: EngineDriver, peer: SipPeer) -> None:
    dialog = talk(engine, peer)
    engine.send(MakeCall(key="second", account_key="main", uri=peer.uri("2002")))
    ringing = peer.wait_invite("2002")
    peer.reply(ringing, 180, to=peer.new_tag(ringing))
    state(engine, "second", "early")
    for command, cause in (
        (TransferCall(key="second", target=peer.uri("2003")), FailureCause.NOT_SUPPORTED),
        (TransferCall(key="out", to_key="second"), FailureCause.NOT_SUPPORTED),
        (TransferCall(key="out", to_key="out"), FailureCause.INTERNAL),
        (TransferCall(key="out", to_key="nobody"), FailureCause.INTERNAL),
        (TransferCall(key="nobody", target=peer.uri("2003")), FailureCause.INTERNAL),
    ):
        mark = engine.send(command)
        assert engine.wait(CommandFailed, since=mark).cause is cause
    assert peer.is_silent(lambda m: is_request(m, "REFER"), 0.3)
    assert is_usable(engine, dialog)


def test_an_attended_transfer_ends_both_calls(engine: EngineDriver, peer: SipPeer) -> None:
    first = talk(engine, peer, "first", "2001")
    second = talk(engine, peer, "second", "2002")
    engine.send(TransferCall(key="first", to_key="second"))
    refer = first.wait_request("REFER")
    refer_to = refer.header("Refer-To")
    assert refer_to.startswith(f"<{peer.uri('2002')}")
    assert (
        f"Replaces={second.call_id}%3Bto-tag%3D{second.our_tag}%3Bfrom-tag%3D{second.their_tag}" in refer_to
    )
    assert transfer(engine, "asked").transfer.to_key == "second"
    peer.reply(refer, 202)
    first.notify("200 OK", final=True)
    second.final(second.request("BYE"))  # the target lets its old call go; the transferred one is ours to end
    peer.reply(first.wait_request("BYE"), 200)
    assert state(engine, "second", "terminated").reason is TerminatedReason.REMOTE_BYE
    assert state(engine, "first", "terminated").reason is TerminatedReason.LOCAL_BYE


def test_an_attended_transfer_that_fails_leaves_both_calls(engine: EngineDriver, peer: SipPeer) -> None:
    first = talk(engine, peer, "first", "2001")
    second = talk(engine, peer, "second", "2002")
    engine.send(TransferCall(key="first", to_key="second"))
    peer.reply(first.wait_request("REFER"), 202)
    first.notify("481 Call/Transaction Does Not Exist", final=True)
    assert transfer(engine, "failed").transfer.status_code == 481
    assert is_usable(engine, first, "first")
    assert is_usable(engine, second, "second")


# -- transferee ------------------------------------------------------------------------------------


def refer(dialog: PeerDialog, target: str, *headers: str) -> int:
    """Ask the engine to call somebody else; returns its answer."""
    return dialog.final(dialog.request("REFER", f"Refer-To: {target}", *headers)).status_code


def test_being_transferred_makes_a_new_call(engine: EngineDriver, peer: SipPeer) -> None:
    dialog = talk(engine, peer)
    mark = len(engine.events)
    referred_by = f"Referred-By: <{peer.uri('2001')}>"
    assert refer(dialog, f"<{peer.uri('2002')}?Replaces=abc%3Bto-tag%3D1%3Bfrom-tag%3D2>", referred_by) == 202
    notify = dialog.wait_request("NOTIFY")
    assert "100" in notify.body
    peer.reply(notify, 200)
    created = engine.wait(CallCreated, since=mark)
    assert (created.direction, created.transferred_from) == (Direction.INITIATOR, "out")
    assert created.remote.number == "2002"
    assert "?" not in created.remote.uri
    invite = peer.wait_invite("2002")
    assert invite.header("Referred-By") == f"<{peer.uri('2001')}>"
    assert invite.header("Replaces") == "abc;to-tag=1;from-tag=2"
    assert created.sip_call_id == invite.header("Call-ID")
    new = peer.take_call(invite)
    state(engine, created.key, "confirmed")
    notify = dialog.wait_request("NOTIFY")
    assert "200" in notify.body
    peer.reply(notify, 200)
    dialog.final(dialog.request("BYE"))
    assert state(engine, "out", "terminated").reason is TerminatedReason.REMOTE_BYE
    assert is_usable(engine, new, created.key)


def test_a_transfer_of_us_that_fails_leaves_the_old_call(engine: EngineDriver, peer: SipPeer) -> None:
    dialog = talk(engine, peer)
    mark = len(engine.events)
    assert refer(dialog, f"<{peer.uri('2002')}>") == 202
    created = engine.wait(CallCreated, since=mark)
    peer.reply(dialog.wait_request("NOTIFY"), 200)
    invite = peer.wait_invite("2002")
    peer.reply(invite, 486, to=peer.new_tag(invite))
    ended = state(engine, created.key, "terminated")
    assert (ended.reason, ended.cause) == (TerminatedReason.REJECTED, FailureCause.BUSY)
    notify = dialog.wait_request("NOTIFY")
    assert "486" in notify.body
    peer.reply(notify, 200)
    assert is_usable(engine, dialog)


@pytest.mark.parametrize("target", ["<garbage>", "sip:", "<tel:110>", "<sip:@>"])
def test_a_refer_to_garbage_is_refused(engine: EngineDriver, peer: SipPeer, target: str) -> None:
    dialog = talk(engine, peer)
    assert refer(dialog, target) == 400
    assert sum(isinstance(event, CallCreated) for event in engine.events) == 1
    assert is_usable(engine, dialog)


def test_a_refer_where_transfers_are_not_wanted(
    start_engine: Callable[..., EngineDriver], peer: SipPeer
) -> None:
    engine = start_engine(accept_transfers=False)
    dialog = talk(engine, peer)
    assert refer(dialog, f"<{peer.uri('2002')}>") == 603
    assert is_usable(engine, dialog)


def test_a_refer_without_a_line_left(engine: EngineDriver, peer: SipPeer) -> None:
    dialogs = [talk(engine, peer, f"out{number}", f"200{number}") for number in range(4)]
    assert refer(dialogs[0], f"<{peer.uri('2009')}>") == 486
    assert is_usable(engine, dialogs[0], "out0")


def test_a_refer_from_a_stranger_changes_nothing(engine: EngineDriver, peer: SipPeer) -> None:
    dialog = talk(engine, peer)
    peer.request("REFER", f"Refer-To: <{peer.uri('2002')}>")  # outside any call: not even answered
    wrong_tag = peer.request(
        "REFER",
        f"Refer-To: <{peer.uri('2002')}>",
        call_id=dialog.call_id,
        from_=dialog.ours,
        to=f"{dialog.theirs}x",
        cseq=2,
    )
    assert peer.final(wrong_tag).status_code == 481
    assert peer.is_silent(lambda m: is_request(m, "INVITE") or m.method == "REFER", 1.0)
    assert is_usable(engine, dialog)


# -- target ----------------------------------------------------------------------------------------


def test_an_invite_with_replaces_takes_a_call_s_place(engine: EngineDriver, peer: SipPeer) -> None:
    old = talk(engine, peer)
    mark = len(engine.events)
    new = peer.invite(f"Replaces: {old.replaces()}", from_='"Third" <sip:2003@127.0.0.1>')
    peer.wait_answer(new, 200)
    peer.reply(old.wait_request("BYE"), 200)
    created = engine.wait(CallCreated, since=mark)
    assert (created.transferred_from, created.direction) == ("out", Direction.RECIPIENT)
    assert (created.remote.number, created.remote.display_name) == ("2003", "Third")
    assert created.state is not CallState.EARLY  # it never rings
    state(engine, created.key, "confirmed")
    assert state(engine, "out", "terminated").reason is TerminatedReason.REPLACED
    assert is_usable(engine, new, created.key)


def test_an_invite_with_replaces_takes_an_early_call_s_place(engine: EngineDriver, peer: SipPeer) -> None:
    engine.send(MakeCall(key="out", account_key="main", uri=peer.uri("2001")))
    invite = peer.wait_invite("2001")
    old = peer.dialog_of(invite)
    peer.reply(invite, 180, to=old.ours)
    state(engine, "out", "early")
    mark = len(engine.events)
    new = peer.invite(f"Replaces: {old.replaces()};early-only")
    peer.wait_answer(new, 200)
    peer.reply(old.wait_request("CANCEL"), 200)
    peer.reply(invite, 487, to=old.ours)
    created = engine.wait(CallCreated, since=mark)
    state(engine, created.key, "confirmed")
    assert state(engine, "out", "terminated").reason is TerminatedReason.REPLACED
    assert is_usable(engine, new, created.key)


def test_replaces_with_wrong_tags_touches_nothing(engine: EngineDriver, peer: SipPeer) -> None:
    old = talk(engine, peer)
    for value in (
        f"{old.call_id};to-tag=wrong;from-tag={old.our_tag}",
        f"{old.call_id};to-tag={old.their_tag};from-tag=wrong",
        f"other;to-tag={old.their_tag};from-tag={old.our_tag}",
    ):
        peer.wait_answer(peer.invite(f"Replaces: {value}"), 481)
    assert sum(isinstance(event, CallCreated) for event in engine.events) == 1
    assert is_usable(engine, old)


def test_replaces_with_dtls_is_refused_and_survived(engine: EngineDriver, peer: SipPeer) -> None:
    old = talk(engine, peer)
    body = old.invite.body.replace("RTP/AVP", "UDP/TLS/RTP/SAVPF")
    body += "a=fingerprint:sha-256 " + ":".join(["AA"] * 32) + "\r\na=setup:actpass\r\n"
    peer.wait_answer(peer.invite(f"Replaces: {old.replaces()}", body=body), 488)
    assert is_usable(engine, old)


def test_picking_up_another_phone_s_call(engine: EngineDriver, peer: SipPeer) -> None:
    value = "abc@192.0.2.1;to-tag=t1;from-tag=f1;early-only"
    engine.send(MakeCall(key="out", account_key="main", uri=peer.uri("2001"), replaces=value))
    invite = peer.wait_invite("2001")
    assert invite.header("Replaces") == value
    assert invite.header("Require") == "replaces"
    peer.reply(invite, 420, "Unsupported: replaces", to=peer.new_tag(invite))
    assert state(engine, "out", "terminated").cause is FailureCause.NOT_SUPPORTED


def test_answering_on_hold(engine: EngineDriver, peer: SipPeer) -> None:
    dialog = peer.invite()
    peer.wait_answer(dialog, 180)
    key = engine.wait(CallCreated).key
    engine.send(Answer(key=key, held=True))
    peer.wait_answer(dialog, 200)
    request = dialog.wait_request("INVITE")
    assert "a=sendonly" in request.body
    peer.reply(request, 200, body=request.body.replace("sendonly", "recvonly"))
    assert engine.wait(MediaChanged, lambda event: event.local_media.holds).key == key
