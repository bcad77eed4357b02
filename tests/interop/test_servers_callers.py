"""Who calls, how many at once, and what becomes of calls that are not taken: through each server.

1000 is our phone. The others are engines of ours where they are to be heard, scripted far sides else.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from softphone.app.text import Text, failure_text
from softphone.domain.call import CallState
from softphone.domain.commands import Answer, FollowRedirect, MakeCall, RedirectPolicy
from softphone.domain.errors import FailureCause
from softphone.domain.events import CallCreated, CallRefused, MediaChanged, RedirectOffered
from softphone.domain.identity import Anonymity
from softphone.domain.media import MediaDirection
from softphone.storage.catalogue import load_texts
from softphone.storage.paths import resources_dir
from tests.helpers import tones
from tests.helpers.call_figures import TONES_HZ, speakers
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.engine_sound import heard_from_now, levels_dbfs, start_engine, state
from tests.helpers.kamailio import Kamailio
from tests.helpers.phone_process import RegistrarProcess
from tests.helpers.raw_sip_agent import RawMessage, RawSipAgent, audio_offer
from tests.helpers.rtp_voice import RtpVoice
from tests.helpers.whole_phone import WholePhone
from tests.interop.conftest import B_HZ, Server

LIMIT_S = 15.0
PRESENT_DBFS = -26.0
LINES = 4
FAILURES = (
    (404, (), FailureCause.NOT_FOUND),
    (480, (), FailureCause.UNAVAILABLE),
    (480, ('Reason: Q.850;cause=1;text="Unallocated number"',), FailureCause.NOT_FOUND),
    (486, (), FailureCause.BUSY),
    (488, ('Warning: 370 127.0.0.1 "Insufficient bandwidth"',), FailureCause.BANDWIDTH),
    (500, (), FailureCause.SERVER_ERROR),
    (603, (), FailureCause.DECLINED),
    (607, (), FailureCause.UNWANTED),
)

StartPhone = Callable[..., EngineDriver]


@pytest.fixture
def start_phone(tmp_path: Path, stack: ExitStack, server: Server) -> StartPhone:
    """A phone of this user, which says its tone."""

    def start(user: str, **configuration: object) -> EngineDriver:
        says = tones.tone(TONES_HZ[user], 60.0, level_dbfs=-15.0)
        return start_engine(tmp_path, stack, user, server.port, says=says, **configuration)

    return start


@pytest.fixture
def far(stack: ExitStack, server: Server) -> RawSipAgent:
    """A scripted phone, 1002."""
    agent = stack.enter_context(RawSipAgent("1002", server.port))
    assert agent.register().status_code == 200
    return agent


def dial(phone: EngineDriver, server: Server, number: str, **wishes: object) -> int:
    uri = f"sip:{number}@{server.server}"
    return phone.send(MakeCall(key="out", account_key="main", uri=uri, **wishes))  # type: ignore[arg-type]


@pytest.mark.cell("call waiting and swap")
def test_the_second_caller_is_taken_and_swapped_with_the_first(
    tmp_path: Path, stack: ExitStack, start_phone: StartPhone, server: Server
) -> None:
    says = tones.tone(TONES_HZ["1000"], 60.0, level_dbfs=-15.0)
    ours = stack.enter_context(WholePhone(tmp_path, "1000", server.port, says=says))
    callers = [start_phone("1001"), start_phone("1002")]
    for caller in callers:
        dial(caller, server, "1000")
        came = ours.wait_call(lambda call, user=caller.name: call.remote.number == user)
        ours.do(lambda key=came.key: ours.services.calls.answer(key))
        state(caller, "out", "confirmed")
    first, second = callers
    first.wait(MediaChanged, lambda event: event.remote_media is MediaDirection.SENDONLY)
    assert hearing(ours, first, second) == [{"1002"}, set(), {"1000"}]
    mark = len(second.events)
    ours.do(ours.services.calls.swap)
    second.wait(MediaChanged, lambda event: event.remote_media is MediaDirection.SENDONLY, since=mark)
    assert hearing(ours, first, second) == [{"1001"}, {"1000"}, set()]
    first.wait_messages(*("RX INVITE", "TX 200/INVITE", "RX ACK") * 2)


def hearing(*phones: WholePhone | EngineDriver) -> list[set[str]]:
    """Whom each hears now."""
    return [speakers(samples) for samples in heard_from_now(phones, 0.6)]


@pytest.mark.cell("max calls")
def test_the_caller_after_the_last_line_hears_busy_and_no_call_breaks(
    start_phone: StartPhone, far: RawSipAgent
) -> None:
    ours = start_phone("1000", max_calls=LINES)
    with RtpVoice() as voice:
        for line in range(LINES):
            mark = len(ours.events)
            invite = far.invite("1000", body=audio_offer(voice.port if line == 0 else 4000, "0 101"))
            ours.send(Answer(key=ours.wait(CallCreated, since=mark).key))
            answer = far.wait_final(invite)
            far.send(far.ack_of(invite, answer))
            if line == 0:
                voice.meet(answer)
        refused = far.invite("1000", body=audio_offer(4000, "0 101"))
        assert far.wait_final(refused).status_code == 486
        assert ours.wait(CallRefused).caller.remote.number == "1002"
        voice.speak(B_HZ)
        [heard] = heard_from_now([ours], 0.6)
        assert levels_dbfs(heard, (B_HZ,))[0] > PRESENT_DBFS
        voice.wait_heard(TONES_HZ["1000"], voice.mark())
    assert sum(isinstance(event, CallCreated) for event in ours.events) == LINES


@pytest.mark.cell("caller identity")
def test_who_calls_is_told_and_can_be_hidden(
    start_phone: StartPhone, far: RawSipAgent, server: Server
) -> None:
    ours = start_phone("1000")
    dial(ours, server, "1002", anonymous=True)
    hidden = far.wait_request("INVITE", LIMIT_S)
    assert hidden.header("From").startswith('"Anonymous" <sip:anonymous@anonymous.invalid>')
    assert "id" in hidden.header("Privacy")
    far.reply(hidden, 486)
    state(ours, "out", "terminated")

    for headers, expected in (
        ((), (Anonymity.NONE, "1002", None)),
        (("Diversion: <sip:201@127.0.0.1>;reason=no-answer",), (Anonymity.NONE, "1002", "201")),
    ):
        mark = len(ours.events)
        invite = far.invite("1000", body=audio_offer(4000), headers=headers)
        came = ours.wait(CallCreated, since=mark)
        diverted_by = came.diverted_by.number if came.diverted_by else None
        assert (came.anonymity, came.remote.number, diverted_by) == expected
        far.cancel(invite)
        state(ours, came.key, "terminated")


@pytest.mark.cell("redirected by the far side")
def test_a_redirect_to_a_colleague_is_followed_and_heard(
    start_phone: StartPhone, far: RawSipAgent, server: Server
) -> None:
    """Kamailio passes the 302 on to the caller; the registrar obeys it by itself."""
    ours = start_phone("1000", follow_redirects=RedirectPolicy.FOLLOW)
    colleague = start_phone("1003")
    dial(ours, server, "1002")
    invite = far.wait_request("INVITE", LIMIT_S)
    far.reply(invite, 302, contact=f"<sip:1003@{server.server}>")
    colleague.send(Answer(key=colleague.wait(CallCreated, timeout_s=LIMIT_S).key))
    state(ours, "out", "confirmed")
    assert hearing(ours, colleague) == [{"1003"}, {"1000"}]
    assert ("RX 302/INVITE" in ours.messages) == isinstance(server, Kamailio)


@pytest.mark.cell("redirected by the far side")
def test_the_user_is_asked_about_a_redirect_to_a_stranger(
    stack: ExitStack, start_phone: StartPhone, far: RawSipAgent, server: Server
) -> None:
    """Kamailio takes the caller there; the registrar serves no strangers, which is told."""
    ours, stranger = start_phone("1000"), stack.enter_context(RawSipAgent("stranger", server.port))
    dial(ours, server, "1002")
    where = f"sip:stranger@127.0.0.1:{stranger.port}"
    invite = far.wait_request("INVITE", LIMIT_S)
    far.reply(invite, 302, contact=f"<{where}>")
    assert ours.wait(RedirectOffered).targets == (where,)
    ours.send(FollowRedirect(key="out", follow=True))
    if isinstance(server, RegistrarProcess):
        assert state(ours, "out", "terminated").cause is FailureCause.FORBIDDEN
        return
    with RtpVoice() as voice:
        again = stranger.wait_request("INVITE", LIMIT_S)
        voice.meet(again)
        stranger.reply(again, 200, body=audio_offer(voice.port, "0 101"))
        stranger.wait_request("ACK")
        state(ours, "out", "confirmed")
        voice.speak(B_HZ)
        [heard] = heard_from_now([ours], 0.6)
    assert levels_dbfs(heard, (B_HZ,))[0] > PRESENT_DBFS
    ours.wait_messages("RX 302/INVITE", "TX ACK", "TX INVITE", "RX 200/INVITE", "TX ACK")


@pytest.mark.cell("failure in words")
def test_what_the_far_side_answers_is_said_in_words(
    tmp_path: Path, stack: ExitStack, far: RawSipAgent, server: Server
) -> None:
    ours = stack.enter_context(WholePhone(tmp_path, "1000", server.port))
    texts = [Text(load_texts(resources_dir(), language), language) for language in ("ja", "en")]
    said: set[str] = set()
    invite: RawMessage | None = None
    for status_code, headers, cause in FAILURES:
        key = ours.do(lambda: ours.services.calls.dial("1002"))
        for _ in range(2 if status_code == 488 else 1):  # it is tried with other codecs first
            invite = far.wait_request("INVITE", LIMIT_S, after=invite)
            far.reply(invite, status_code, headers=headers)
            far.wait_request("ACK")
        over = ours.wait_call(lambda call, key=key: call.key == key and call.state is CallState.TERMINATED)
        assert over.cause is cause, over
        said |= {failure_text(text, over.cause, over.status_code) for text in texts}
    causes = {cause for _, _, cause in FAILURES}
    assert len(said) >= 2 * len(causes), "each has a sentence of its own, in both languages"
