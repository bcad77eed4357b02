"""The engine dies, the phone lives on; the phone dies, the engine goes with it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from softphone.domain.commands import LIBRARY_MAX_CALLS
from tests.helpers.child import is_running
from tests.helpers.kamailio import Kamailio
from tests.helpers.phone_process import JsonEvent, PhoneProcess
from tests.helpers.ports import LOOPBACK
from tests.helpers.sip_peer import PeerDialog, SipPeer
from tests.helpers.waiting import wait_for

REGISTERED_AGAIN_S = 2.0
ENGINE_GONE_S = 1.0


def test_killed_idle_engine_is_back_and_registered(
    kamailio: Kamailio, phone: Callable[..., PhoneProcess]
) -> None:
    process = phone(kamailio, "1000", "listen", "--calls", "1")
    process.wait_registered()
    first_engine = process.engine_pid

    killed_s = _kill(first_engine)

    told = process.wait_event(event="notice", where=_after(killed_s))
    again = process.wait_event(event="registration", state="registered", where=_after(killed_s))
    assert told["received_s"] - killed_s <= REGISTERED_AGAIN_S
    assert again["received_s"] - killed_s <= REGISTERED_AGAIN_S
    assert process.engine_pid != first_engine
    assert process.is_alive


def test_killed_engine_takes_the_call_and_says_so(
    kamailio: Kamailio, phone: Callable[..., PhoneProcess], a_says: Path, b_says: Path
) -> None:
    called = phone(kamailio, "1001", "listen", "--calls", "2", "--play", b_says)
    called.wait_registered()
    caller = phone(kamailio, "1000", "call", "1001", "--play", a_says, "--duration", "20")
    caller.wait_event(event="call", state="confirmed")
    confirmed = called.wait_event(event="call", state="confirmed")
    called.wait_event(event="quality")  # two seconds of talking

    killed_s = _kill(called.engine_pid)

    lost = called.wait_event(event="call", state="terminated", where=_after(killed_s))
    called.wait_event(event="notice", where=_after(killed_s))
    logged = called.wait_event(event="call_logged", key=lost["key"], result="lost")
    again = called.wait_event(event="registration", state="registered", where=_after(killed_s))
    assert lost["reason"] == "error"
    assert lost["cause"] == "engine_lost"
    assert lost["key"] == confirmed["key"]
    assert logged["duration_s"] == lost["duration_s"]
    assert abs(lost["duration_s"] - (killed_s - confirmed["received_s"])) < 1.0
    assert again["received_s"] - killed_s <= REGISTERED_AGAIN_S


def test_phone_takes_calls_again_after_its_engine_was_killed(
    kamailio: Kamailio, phone: Callable[..., PhoneProcess]
) -> None:
    called = phone(kamailio, "1001", "listen", "--calls", "1")
    called.wait_registered()
    killed_s = _kill(called.engine_pid)
    called.wait_event(event="registration", state="registered", where=_after(killed_s))

    caller = phone(kamailio, "1000", "call", "1001", "--duration", "1")

    assert caller.wait_exit() == 0, caller.transcript()
    assert called.wait_exit() == 0, called.transcript()


def test_a_message_that_ends_the_library_costs_two_seconds(
    peer: SipPeer, phone: Callable[..., PhoneProcess]
) -> None:
    """A REFER in a call that is over, whose slot of the library serves another call, is an assertion."""
    process = phone(f"{LOOPBACK}:{peer.port}", "1001", "listen", "--calls", "9")
    peer.accept_registration()
    process.wait_registered()
    first_engine = process.engine_pid
    over = _call(peer)
    peer.final(over.request("BYE"))
    for _ in range(LIBRARY_MAX_CALLS - 1):
        peer.final(_call(peer).request("BYE"))
    _call(peer)

    sent_s = time.monotonic()
    over.request("REFER", f"Refer-To: <{peer.uri('1003')}>")

    peer.accept_registration()
    process.wait_event(event="registration", state="registered", where=_after(sent_s))
    lost = process.wait_event(event="call", state="terminated", cause="engine_lost", where=_after(sent_s))
    assert lost["received_s"] - sent_s <= REGISTERED_AGAIN_S
    assert process.engine_pid != first_engine
    peer.final(_call(peer).request("BYE"))


def test_killed_phone_leaves_no_engine(kamailio: Kamailio, phone: Callable[..., PhoneProcess]) -> None:
    process = phone(kamailio, "1000", "listen", "--calls", "1")
    process.wait_registered()
    engine = process.engine_pid

    process.kill()

    wait_for(lambda: not is_running(engine), ENGINE_GONE_S, what=f"end of engine {engine}")


def test_killed_phone_leaves_no_engine_in_a_call(
    kamailio: Kamailio, phone: Callable[..., PhoneProcess]
) -> None:
    called = phone(kamailio, "1001", "listen", "--calls", "1")
    called.wait_registered()
    caller = phone(kamailio, "1000", "call", "1001", "--duration", "20")
    caller.wait_event(event="call", state="confirmed")
    engine = caller.engine_pid

    caller.kill()

    wait_for(lambda: not is_running(engine), ENGINE_GONE_S, what=f"end of engine {engine}")


def test_interrupt_hangs_up_and_unregisters(kamailio: Kamailio, phone: Callable[..., PhoneProcess]) -> None:
    called = phone(kamailio, "1001", "listen", "--calls", "1")
    called.wait_registered()
    caller = phone(kamailio, "1000", "call", "1001", "--duration", "20")
    caller.wait_event(event="call", state="confirmed")
    registers = len(kamailio.received("REGISTER"))

    caller.interrupt()

    caller.wait_exit()
    ended = called.wait_event(event="call", state="terminated")
    assert ended["reason"] == "remote-bye"
    assert len(kamailio.received("BYE")) == 1
    assert len(kamailio.received("REGISTER")) > registers


def _call(peer: SipPeer) -> PeerDialog:
    """A call to the phone, which answers by itself."""
    dialog = peer.invite()
    peer.wait_answer(dialog, 200)
    return dialog


def _kill(pid: int) -> float:
    """SIGKILL; returns when, in monotonic seconds."""
    at_s = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    return at_s


def _after(at_s: float) -> Callable[[JsonEvent], bool]:
    return lambda event: float(event["received_s"]) > at_s
