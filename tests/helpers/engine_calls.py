"""Calls between an engine under test and a far side written by hand."""

from __future__ import annotations

from softphone.domain.commands import Answer, MakeCall, SetHold
from softphone.domain.events import CallCreated, CallStateChanged, MediaChanged
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.sip_peer import PeerDialog, SipPeer


def talk(engine: EngineDriver, peer: SipPeer, key: str = "out", number: str = "2001") -> PeerDialog:
    """A confirmed call of the engine to the peer."""
    mark = engine.send(MakeCall(key=key, account_key="main", uri=peer.uri(number)))
    dialog = peer.take_call(peer.wait_invite(number))
    state(engine, key, "confirmed", mark)
    engine.wait(MediaChanged, lambda event: event.key == key, since=mark)
    return dialog


def be_called(engine: EngineDriver, peer: SipPeer, *headers: str) -> tuple[str, PeerDialog]:
    """A confirmed call of the peer to the engine, and its key."""
    mark = len(engine.events)
    dialog = peer.invite(*headers)
    peer.wait_answer(dialog, 180)
    key = engine.wait(CallCreated, since=mark).key
    engine.send(Answer(key=key))
    peer.wait_answer(dialog, 200)
    state(engine, key, "confirmed", mark)
    engine.wait(MediaChanged, lambda event: event.key == key, since=mark)
    return key, dialog


def state(engine: EngineDriver, key: str, value: str, since: int = 0) -> CallStateChanged:
    """The first CallStateChanged of a call to this state."""
    return engine.wait(
        CallStateChanged, lambda event: event.key == key and event.state.value == value, since=since
    )


def is_usable(engine: EngineDriver, dialog: PeerDialog, key: str = "out") -> bool:
    """The call takes a hold and its answer."""
    mark = engine.send(SetHold(key=key, held=True))
    request = dialog.wait_request("INVITE")
    assert "a=sendonly" in request.body
    dialog.peer.reply(request, 200, body=request.body.replace("sendonly", "recvonly"))
    dialog.wait_request("ACK")
    held = engine.wait(MediaChanged, lambda event: event.key == key and event.local_media.holds, since=mark)
    return held.key == key
