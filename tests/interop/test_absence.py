"""What a phone does with callers by itself, and with the PBX's features: seen on the wire and by the PBX.

1000 calls, 1001 is the phone, 1002 and 1003 are where callers are sent on to.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from msgspec.structs import replace

from softphone.domain.call import CallState
from softphone.domain.commands import RedirectPolicy
from softphone.domain.errors import FailureCause
from softphone.domain.forwarding import (
    Absence,
    AbsenceAction,
    AbsenceRule,
    AbsenceSettings,
    ReachNumber,
)
from softphone.domain.history import CallResult
from softphone.domain.identity import Anonymity
from softphone.domain.provider import ProviderProfile
from softphone.domain.settings import AutoAnswer, CallSettings, HookSettings, Settings
from softphone.domain.uri import parse_sip_uri
from tests.helpers.baresip import Baresip
from tests.helpers.kamailio import Kamailio
from tests.helpers.phone_process import RegistrarProcess
from tests.helpers.raw_sip_agent import RawSipAgent, audio_offer
from tests.helpers.registrar_server import ringing
from tests.helpers.sipp import SippCalls
from tests.helpers.waiting import wait_for
from tests.helpers.whole_phone import LIMIT_S, LOCAL, WholePhone

Server = Kamailio | RegistrarProcess
StartPhone = Callable[..., WholePhone]
StartAgent = Callable[[Server, str], RawSipAgent]
FOLLOWS = Settings(calls=CallSettings(redirects=RedirectPolicy.FOLLOW))


@pytest.fixture
def whole_phone(tmp_path: Path, stack: ExitStack) -> StartPhone:
    """Start one of our phones: ``whole_phone(server, "1001", settings)``."""

    def start(
        server: Server,
        user: str = "1001",
        settings: Settings = Settings(),
        profile: ProviderProfile = LOCAL,
    ) -> WholePhone:
        return stack.enter_context(WholePhone(tmp_path, user, server.port, settings, profile=profile))

    return start


@pytest.fixture
def agent(stack: ExitStack) -> StartAgent:
    """Start a registered phone that does what the test says: ``agent(server, "1002")``."""

    def start(server: Server, user: str) -> RawSipAgent:
        agent = stack.enter_context(RawSipAgent(user, server.port))
        assert agent.register().status_code == 200
        return agent

    return start


def away(*rules: AbsenceRule, **fields: object) -> Settings:
    absence = AbsenceSettings(active=True, rules=rules, **fields)  # type: ignore[arg-type]
    return Settings(absence=absence)


def forward(kind: Absence, **fields: object) -> AbsenceRule:
    return AbsenceRule(kind=kind, action=AbsenceAction.FORWARD, number="1002", **fields)  # type: ignore[arg-type]


def dial(phone: WholePhone, number: str) -> str:
    return phone.do(lambda: phone.services.calls.dial(number))


def answered(caller: RawSipAgent, number: str, *headers: str) -> None:
    """Call, and be answered."""
    invite = caller.invite(number, body=audio_offer(4000), headers=headers)
    answer = caller.wait_final(invite, LIMIT_S)
    assert answer.status_code == 200, answer.text
    caller.send(caller.ack_of(invite, answer))


@pytest.mark.cell("do not disturb")
def test_do_not_disturb_is_busy_and_a_missed_call(server: Server, whole_phone: StartPhone) -> None:
    callee = whole_phone(server, settings=Settings(calls=CallSettings(do_not_disturb=True)))
    caller = whole_phone(server, "1000")
    dial(caller, "1001")
    refused = caller.wait_call(lambda call: not call.is_live)
    assert (refused.cause, refused.status_code) == (FailureCause.BUSY, 486)
    record = callee.wait_logged().record
    assert (record.result, record.remote.number) == (CallResult.MISSED, "1000")


@pytest.mark.cell("do not disturb", "sipp")
@pytest.mark.cell("auto-answer", "sipp")
def test_sipp_is_refused_and_answered(
    registrar: RegistrarProcess,
    whole_phone: StartPhone,
    tmp_path: Path,
    stack: ExitStack,
    requires_peer: Callable[..., None],
) -> None:
    requires_peer("sipp")
    callee = whole_phone(registrar, settings=Settings(calls=CallSettings(do_not_disturb=True)))
    address = parse_sip_uri(registrar.wait_event(event="registered")["contact_uri"])
    target = f"{address.host}:{address.port}"
    refused = stack.enter_context(SippCalls(tmp_path / "refused", target, "1001", refused_with=486))
    assert refused.wait_exit() == 0, refused.log_tail()
    answers = CallSettings(auto_answer=AutoAnswer(active=True))
    callee.do(lambda: callee.services.settings.change_fields(calls=answers))
    answered = stack.enter_context(SippCalls(tmp_path / "answered", target, "1001"))
    assert answered.wait_exit() == 0, answered.log_tail()


@pytest.mark.cell("do not disturb", "baresip")
def test_baresip_hears_busy(
    kamailio: Kamailio, whole_phone: StartPhone, baresip: Callable[..., Baresip]
) -> None:
    callee = whole_phone(kamailio, settings=Settings(calls=CallSettings(do_not_disturb=True)))
    peer = baresip("1100", server=kamailio)
    peer.dial(f"sip:1001@{kamailio.server}")
    closed = peer.wait_event("CALL_CLOSED", LIMIT_S)
    assert "486" in str(closed), closed
    assert callee.wait_logged().record.result is CallResult.MISSED


@pytest.mark.cell("転送")
@pytest.mark.cell("redirecting a caller")
def test_unconditional_forwarding_rings_elsewhere(
    server: Server, whole_phone: StartPhone, agent: StartAgent
) -> None:
    callee = whole_phone(server, settings=away(forward(Absence.UNCONDITIONAL)))
    caller, other = whole_phone(server, "1000", FOLLOWS), agent(server, "1002")
    key = dial(caller, "1001")
    ringing(other)
    caller.wait_call(lambda call: call.key == key and call.state is CallState.EARLY)
    record = callee.wait_logged().record
    assert (record.result, record.transferred_to) == (CallResult.FORWARDED, "1002")


@pytest.mark.cell("転送")
def test_no_answer_rings_here_first(server: Server, whole_phone: StartPhone, agent: StartAgent) -> None:
    callee = whole_phone(server, settings=away(forward(Absence.NO_ANSWER, after_s=2)))
    caller, other = whole_phone(server, "1000", FOLLOWS), agent(server, "1002")
    dial(caller, "1001")
    assert callee.wait_call(lambda call: call.is_ringing_here).remote.number == "1000"
    other.wait_request("INVITE", LIMIT_S)
    assert callee.wait_logged().record.result is CallResult.FORWARDED


@pytest.mark.cell("シングルナンバーリーチ")
def test_single_number_reach_tries_its_numbers(
    server: Server, whole_phone: StartPhone, agent: StartAgent
) -> None:
    rule = AbsenceRule(kind=Absence.UNCONDITIONAL, action=AbsenceAction.REACH)
    reach = (ReachNumber(number="1003", start_s=5), ReachNumber(number="1002", start_s=1))
    callee = whole_phone(server, settings=away(rule, reach=reach))
    first, second = agent(server, "1002"), agent(server, "1003")
    caller = whole_phone(server, "1000", FOLLOWS)
    dial(caller, "1001")
    assert callee.wait_call(lambda call: call.is_ringing_here).remote.number == "1000"
    first.reply(first.wait_request("INVITE", LIMIT_S), 480)
    ringing(second)


@pytest.mark.cell("auto-answer")
def test_an_automatic_answer(server: Server, whole_phone: StartPhone) -> None:
    settings = Settings(calls=CallSettings(auto_answer=AutoAnswer(active=True, callers=("10*",), after_s=1)))
    callee, caller = whole_phone(server, settings=settings), whole_phone(server, "1000")
    key = dial(caller, "1001")
    caller.wait_call(lambda call: call.key == key and call.state is CallState.CONFIRMED)
    callee.wait_call(lambda call: call.state is CallState.CONFIRMED)


@pytest.mark.cell("auto-answer")
def test_an_automatic_answer_on_request(server: Server, whole_phone: StartPhone, agent: StartAgent) -> None:
    callee = whole_phone(
        server, settings=Settings(calls=CallSettings(auto_answer=AutoAnswer(on_request=True)))
    )
    answered(agent(server, "1000"), "1001", "Call-Info: <sip:pbx>;answer-after=1")
    callee.wait_call(lambda call: call.state is CallState.CONFIRMED)


def test_a_caller_leaves_a_message(
    registrar: RegistrarProcess, whole_phone: StartPhone, agent: StartAgent
) -> None:
    rule = AbsenceRule(kind=Absence.UNCONDITIONAL, action=AbsenceAction.VOICEMAIL)
    callee = whole_phone(registrar, settings=away(rule))
    answered(agent(registrar, "1000"), "1001")
    assert callee.wait_logged().record.transferred_to == "*991001"


def test_a_withheld_number_is_withheld(
    registrar: RegistrarProcess, whole_phone: StartPhone, agent: StartAgent
) -> None:
    callee, caller = whole_phone(registrar), agent(registrar, "1000")
    caller.invite("*6711001", body=audio_offer(4000))
    call = callee.wait_call(lambda call: call.is_ringing_here)
    assert (call.anonymity, call.remote.number) == (Anonymity.PAYPHONE, "")


def test_the_server_is_told_and_does_it(
    registrar: RegistrarProcess, whole_phone: StartPhone, agent: StartAgent
) -> None:
    absence = AbsenceSettings(on_server=True, rules=(forward(Absence.UNCONDITIONAL),))
    callee = whole_phone(registrar, settings=Settings(absence=absence))
    caller, other = agent(registrar, "1000"), agent(registrar, "1002")
    callee.do(lambda: callee.services.forwarding.set_active(True))
    assert callee.wait_notice("server_did").values == {"feature": "forward_unconditional_on"}
    caller.invite("1001", body=audio_offer(4000))
    other.wait_request("INVITE", LIMIT_S)


def test_a_code_the_server_refuses_is_said(registrar: RegistrarProcess, whole_phone: StartPhone) -> None:
    rule = AbsenceRule(kind=Absence.UNCONDITIONAL, action=AbsenceAction.FORWARD, number="99999")
    callee = whole_phone(registrar, settings=Settings(absence=AbsenceSettings(on_server=True, rules=(rule,))))
    callee.do(lambda: callee.services.forwarding.set_active(True))
    refused = callee.wait_notice("server_refused")
    assert refused.values["feature"] == "forward_unconditional_on"
    assert int(refused.values["status_code"]) >= 400


@pytest.mark.cell("pickup by code", "registrar")
@pytest.mark.parametrize("by_replaces", [False, True])
def test_a_ringing_call_is_picked_up(
    registrar: RegistrarProcess, whole_phone: StartPhone, agent: StartAgent, by_replaces: bool
) -> None:
    profile = replace(LOCAL, pickup_by_replaces=by_replaces)
    caller, picker = whole_phone(registrar, "1000"), whole_phone(registrar, "1001", profile=profile)
    rung = agent(registrar, "1002")
    key = dial(caller, "1002")
    ringing(rung)
    caller.wait_call(lambda call: call.key == key and call.state is CallState.EARLY)
    picker.do(lambda: picker.services.features.pickup("1002"))
    taken = picker.wait_call(lambda call: call.state is CallState.CONFIRMED)
    assert taken.remote.number == ("1000" if by_replaces else "*81002"), "what was dialled to take it"
    rung.wait_request("CANCEL", LIMIT_S)
    wait_for(
        lambda: [call for call in caller.services.calls.live if call.state is CallState.CONFIRMED], LIMIT_S
    )


def test_a_hook_that_hangs_touches_no_call(
    tmp_path: Path, registrar: RegistrarProcess, whole_phone: StartPhone, agent: StartAgent
) -> None:
    told = tmp_path / "told"
    hooks = HookSettings(on_ring="sleep 600", on_end=f"sh -c 'env > $0' {told}")
    callee, caller = whole_phone(registrar, settings=Settings(hooks=hooks)), agent(registrar, "1000")
    invite = caller.invite("1001", body=audio_offer(4000))
    key = callee.wait_call(lambda call: call.is_ringing_here).key
    callee.do(lambda: callee.services.calls.answer(key))
    answer = caller.wait_final(invite, LIMIT_S)
    assert answer.status_code == 200
    caller.send(caller.ack_of(invite, answer))
    callee.wait_call(lambda call: call.state is CallState.CONFIRMED)
    assert callee.wait_notice("hook_hung").values["command"] == "sleep 600"
    assert [call.state for call in callee.services.calls.live] == [CallState.CONFIRMED]
    callee.do(callee.services.calls.hang_up_all)
    wanted = {"SOFTPHONE_EVENT=end", "SOFTPHONE_RESULT=answered", "SOFTPHONE_NUMBER=1000"}
    wait_for(lambda: told.is_file() and wanted <= set(told.read_text(encoding="utf-8").split("\n")), LIMIT_S)
