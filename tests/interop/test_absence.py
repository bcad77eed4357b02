"""What a phone does with callers by itself, and with the PBX's features: seen on the wire and by the PBX.

201 calls, 202 is the phone, 203 is where callers are sent on to.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from msgspec.structs import replace

from softphone.domain.call import CallState
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
from softphone.storage.catalogue import load_providers
from softphone.storage.paths import resources_dir
from tests.helpers.raw_sip_agent import RawSipAgent, audio_offer
from tests.helpers.registrar_server import Server, ringing
from tests.helpers.waiting import wait_for
from tests.helpers.whole_phone import LIMIT_S, WholePhone

StartPhone = Callable[..., WholePhone]
StartAgent = Callable[[str], RawSipAgent]
LOCAL = next(profile for profile in load_providers(resources_dir()) if profile.key == "local")


@pytest.fixture
def server(stack: ExitStack) -> Server:
    server = Server()
    stack.callback(server.thread.stop)
    return server


@pytest.fixture
def phone(tmp_path: Path, stack: ExitStack, server: Server) -> StartPhone:
    def start(
        settings: Settings = Settings(), user: str = "202", profile: ProviderProfile | None = LOCAL
    ) -> WholePhone:
        return stack.enter_context(WholePhone(tmp_path, user, server.port, settings, profile=profile))

    return start


@pytest.fixture
def agent(stack: ExitStack, server: Server) -> StartAgent:
    def start(user: str) -> RawSipAgent:
        agent = stack.enter_context(server.agent(user, password=f"pw{user}"))
        assert agent.register().status_code == 200
        return agent

    return start


def away(*rules: AbsenceRule, **fields: object) -> Settings:
    absence = AbsenceSettings(active=True, rules=rules, **fields)  # type: ignore[arg-type]
    return Settings(absence=absence)


def forward(kind: Absence, **fields: object) -> AbsenceRule:
    return AbsenceRule(kind=kind, action=AbsenceAction.FORWARD, number="203", **fields)  # type: ignore[arg-type]


def test_do_not_disturb_is_486_and_a_missed_call(phone: StartPhone, agent: StartAgent) -> None:
    callee, caller = phone(Settings(calls=CallSettings(do_not_disturb=True))), agent("201")
    invite = caller.invite("202", body=audio_offer(4000))
    assert caller.wait_final(invite, LIMIT_S).status_code == 486
    record = callee.wait_logged().record
    assert (record.result, record.remote.number) == (CallResult.MISSED, "201")


def test_unconditional_forwarding_rings_elsewhere(phone: StartPhone, agent: StartAgent) -> None:
    callee, caller, other = phone(away(forward(Absence.UNCONDITIONAL))), agent("201"), agent("203")
    caller.invite("202", body=audio_offer(4000))
    ringing(other)
    caller.wait_response(180, LIMIT_S)
    record = callee.wait_logged().record
    assert (record.result, record.transferred_to) == (CallResult.FORWARDED, "203")


def test_no_answer_rings_here_first(phone: StartPhone, agent: StartAgent) -> None:
    callee = phone(away(forward(Absence.NO_ANSWER, after_s=2)))
    caller, other = agent("201"), agent("203")
    caller.invite("202", body=audio_offer(4000))
    assert callee.wait_call(lambda call: call.is_ringing_here).remote.number == "201"
    other.wait_request("INVITE", LIMIT_S)
    assert callee.wait_logged().record.result is CallResult.FORWARDED


def test_single_number_reach_rings_every_number(phone: StartPhone, agent: StartAgent) -> None:
    rule = AbsenceRule(kind=Absence.UNCONDITIONAL, action=AbsenceAction.REACH)
    reach = (ReachNumber(number="203"), ReachNumber(number="201", start_s=1))
    phone(away(rule, reach=reach))
    caller, other = agent("201"), agent("203")
    caller.invite("202", body=audio_offer(4000))
    other.wait_request("INVITE", LIMIT_S)


def test_a_caller_leaves_a_message(phone: StartPhone, agent: StartAgent) -> None:
    rule = AbsenceRule(kind=Absence.UNCONDITIONAL, action=AbsenceAction.VOICEMAIL)
    callee, caller = phone(away(rule)), agent("201")
    invite = caller.invite("202", body=audio_offer(4000))
    assert caller.wait_final(invite, LIMIT_S).status_code == 200, "the box answers"
    assert callee.wait_logged().record.transferred_to == "*99202"


def test_an_automatic_answer_on_request(phone: StartPhone, agent: StartAgent) -> None:
    callee = phone(Settings(calls=CallSettings(auto_answer=AutoAnswer(on_request=True))))
    caller = agent("201")
    headers = ("Call-Info: <sip:pbx>;answer-after=1",)
    invite = caller.invite("202", body=audio_offer(4000), headers=headers)
    answer = caller.wait_final(invite, LIMIT_S)
    assert answer.status_code == 200
    caller.send(caller.ack_of(invite, answer))
    callee.wait_call(lambda call: call.state is CallState.CONFIRMED)


def test_a_withheld_number_is_withheld(phone: StartPhone, agent: StartAgent) -> None:
    callee, caller = phone(), agent("201")
    caller.invite("*671202", body=audio_offer(4000))
    call = callee.wait_call(lambda call: call.is_ringing_here)
    assert (call.anonymity, call.remote.number) == (Anonymity.PAYPHONE, "")


def test_the_server_is_told_and_does_it(phone: StartPhone, agent: StartAgent) -> None:
    absence = AbsenceSettings(on_server=True, rules=(forward(Absence.UNCONDITIONAL),))
    callee, caller, other = phone(Settings(absence=absence)), agent("201"), agent("203")
    callee.do(lambda: callee.services.forwarding.set_active(True))
    assert callee.wait_notice("server_did").values == {"feature": "forward_unconditional_on"}
    caller.invite("202", body=audio_offer(4000))
    other.wait_request("INVITE", LIMIT_S)


def test_a_code_the_server_refuses_is_said(phone: StartPhone, agent: StartAgent) -> None:
    rule = AbsenceRule(kind=Absence.UNCONDITIONAL, action=AbsenceAction.FORWARD, number="99999")
    callee = phone(Settings(absence=AbsenceSettings(on_server=True, rules=(rule,))))
    callee.do(lambda: callee.services.forwarding.set_active(True))
    refused = callee.wait_notice("server_refused")
    assert refused.values["feature"] == "forward_unconditional_on"
    assert int(refused.values["status_code"]) >= 400


@pytest.mark.parametrize("by_replaces", [False, True])
def test_a_ringing_call_is_picked_up(
    phone: StartPhone,
    agent: StartAgent,
    by_replaces: bool,
) -> None:
    profile = replace(LOCAL, pickup_by_replaces=by_replaces)
    caller, picker, rung = phone(user="201"), phone(user="202", profile=profile), agent("203")
    key = caller.do(lambda: caller.services.calls.dial("203"))
    ringing(rung)
    caller.wait_call(lambda call: call.key == key and call.state is CallState.EARLY)
    picker.do(lambda: picker.services.features.pickup("203"))
    taken = picker.wait_call(lambda call: call.state is CallState.CONFIRMED)
    assert taken.remote.number == ("201" if by_replaces else "*8203"), "what was dialled to take it"
    rung.wait_request("CANCEL", LIMIT_S)
    wait_for(
        lambda: [call for call in caller.services.calls.live if call.state is CallState.CONFIRMED], LIMIT_S
    )


def test_a_hook_that_hangs_touches_no_call(tmp_path: Path, phone: StartPhone, agent: StartAgent) -> None:
    told = tmp_path / "told"
    hooks = HookSettings(on_ring="sleep 600", on_end=f"sh -c 'env > $0' {told}")
    callee, caller = phone(Settings(hooks=hooks)), agent("201")
    invite = caller.invite("202", body=audio_offer(4000))
    key = callee.wait_call(lambda call: call.is_ringing_here).key
    callee.do(lambda: callee.services.calls.answer(key))
    answer = caller.wait_final(invite, LIMIT_S)
    assert answer.status_code == 200
    caller.send(caller.ack_of(invite, answer))
    callee.wait_call(lambda call: call.state is CallState.CONFIRMED)
    assert callee.wait_notice("hook_hung").values["command"] == "sleep 600"
    assert [call.state for call in callee.services.calls.live] == [CallState.CONFIRMED]
    callee.do(callee.services.calls.hang_up_all)
    wanted = {"SOFTPHONE_EVENT=end", "SOFTPHONE_RESULT=answered", "SOFTPHONE_NUMBER=201"}
    wait_for(lambda: told.is_file() and wanted <= set(told.read_text(encoding="utf-8").split("\n")), LIMIT_S)
