import pytest
from msgspec.structs import replace

from softphone.app.absence_text import absence_banner, schedule_text
from softphone.app.changes import Notice
from softphone.app.forwarding import ANNOUNCEMENT_S, AbsenceSummary
from softphone.app.text import Text, notice_text, problem_text
from softphone.domain.account import FieldProblem, RegistrationState
from softphone.domain.call import CallState, TerminatedReason
from softphone.domain.commands import Hangup, MakeCall
from softphone.domain.errors import FailureCause
from softphone.domain.forwarding import (
    Absence,
    AbsenceAction,
    AbsenceInvalid,
    AbsenceRule,
    AbsenceSettings,
    ReachNumber,
    Schedule,
)
from softphone.domain.provider import FeatureCodes, ProviderProfile
from softphone.domain.settings import Settings
from softphone.storage.catalogue import load_providers, load_texts
from softphone.storage.paths import resources_dir
from tests.helpers.fakes import ACCOUNT, PhoneKit, fake_phone

CODES = next(p for p in load_providers(resources_dir()) if p.key == "local").feature_codes
PROFILE = ProviderProfile(
    key="t", name_ja="t", name_en="t", server_patterns=("*.example.jp",), feature_codes=CODES
)
ALWAYS = AbsenceRule(kind=Absence.UNCONDITIONAL, action=AbsenceAction.FORWARD, number="090-1234-5678")
BUSY = AbsenceRule(kind=Absence.BUSY, action=AbsenceAction.FORWARD, number="202")
HERE = AbsenceSettings(rules=(ALWAYS,))
THERE = AbsenceSettings(rules=(ALWAYS, BUSY), on_server=True)


def phone_with(absence: AbsenceSettings) -> PhoneKit:
    kit = fake_phone(Settings(account=ACCOUNT, absence=absence), password="x", profiles=(PROFILE,))
    kit.phone.start()
    kit.registered()
    return kit


def codes_dialled(kit: PhoneKit) -> list[str]:
    return [
        call.uri.removesuffix("@01234abc.example.jp").removeprefix("sip:")
        for call in kit.engine.sent_of(MakeCall)
    ]


def server_says(kit: PhoneKit, yes: bool = True, **fields: object) -> str:
    """The code being dialled is answered and hung up, or refused."""
    key = kit.outgoing(kit.engine.sent_of(MakeCall)[-1].key)
    if yes:
        kit.call_state(key, CallState.CONFIRMED)
        kit.call_state(key, CallState.TERMINATED, reason=TerminatedReason.REMOTE_BYE)
    else:
        kit.call_state(key, CallState.TERMINATED, reason=TerminatedReason.REJECTED, **fields)
    return key


def notices(kit: PhoneKit) -> list[tuple[str, str]]:
    return [(notice.code, notice.values.get("feature", "")) for notice in kit.changes_of(Notice)]


def test_switching_is_kept_and_the_phone_does_it_itself() -> None:
    kit = phone_with(HERE)
    kit.phone.forwarding.set_active(True)
    assert kit.store.settings.absence == replace(HERE, active=True)
    assert codes_dialled(kit) == []


def test_what_is_wrong_cannot_be_switched_on() -> None:
    kit = phone_with(AbsenceSettings(rules=(replace(ALWAYS, number=""),), active=True))
    with pytest.raises(AbsenceInvalid) as caught:
        kit.phone.forwarding.set_active(True)
    assert caught.value.problems == (FieldProblem("unconditional", "required"),)
    kit.phone.forwarding.set_active(False)
    assert not kit.store.settings.absence.active


def test_a_page_with_problems_changes_nothing() -> None:
    kit = phone_with(HERE)
    with pytest.raises(AbsenceInvalid):
        kit.phone.forwarding.save(replace(HERE, callers=("東京",)))
    assert kit.store.saves == 0


def test_a_page_is_saved_tidied() -> None:
    kit = phone_with(AbsenceSettings())
    kit.phone.forwarding.save(replace(HERE, rules=(replace(ALWAYS, number="０９０１２３４５６７８"),)))
    assert kit.store.settings.absence.rules[0].number == "09012345678"


def test_the_server_is_told_code_after_code_and_what_it_says_is_told() -> None:
    kit = phone_with(THERE)
    kit.phone.forwarding.set_active(True)
    assert codes_dialled(kit) == ["*7209012345678"]
    server_says(kit)
    assert codes_dialled(kit) == ["*7209012345678", "*90202"]
    server_says(kit, False, status_code=403, cause=FailureCause.FORBIDDEN)
    assert notices(kit) == [("server_did", "forward_unconditional_on"), ("server_refused", "forward_busy_on")]
    refused = kit.changes_of(Notice)[-1]
    assert refused.values["cause"] == "forbidden"
    assert refused.values["status_code"] == "403"
    kit.phone.forwarding.set_active(False)
    server_says(kit)
    server_says(kit)
    assert codes_dialled(kit)[2:] == ["*73", "*91"]


def test_saving_tells_the_server_only_what_is_new() -> None:
    kit = phone_with(replace(THERE, active=True))
    kit.phone.forwarding.save(replace(THERE, active=True, rules=(replace(ALWAYS, number="203"),)))
    server_says(kit)
    server_says(kit)
    assert codes_dialled(kit) == ["*72203", "*91"]


def test_what_the_phone_does_from_now_on_is_switched_off_on_the_server() -> None:
    kit = phone_with(replace(THERE, active=True))
    kit.phone.forwarding.save(replace(THERE, active=True, on_server=False))
    server_says(kit)
    server_says(kit)
    assert codes_dialled(kit) == ["*73", "*91"]
    kit.phone.forwarding.save(replace(THERE, active=True, on_server=False))
    assert len(codes_dialled(kit)) == 2


def test_an_announcement_is_heard_and_then_hung_up() -> None:
    kit = phone_with(THERE)
    kit.phone.forwarding.set_active(True)
    key = kit.outgoing(kit.engine.sent_of(MakeCall)[-1].key)
    kit.call_state(key, CallState.CONFIRMED)
    kit.dispatcher.advance(ANNOUNCEMENT_S - 1)
    assert kit.engine.sent_of(Hangup) == []
    kit.dispatcher.advance(2)
    assert [hangup.key for hangup in kit.engine.sent_of(Hangup)] == [key]


def test_nobody_is_put_on_hold_to_tell_the_server() -> None:
    kit = phone_with(THERE)
    key = kit.incoming()
    kit.call_state(key, CallState.CONFIRMED)
    kit.phone.forwarding.set_active(True)
    assert codes_dialled(kit) == []
    assert notices(kit) == [("server_waits", "")]
    kit.call_state(key, CallState.TERMINATED, reason=TerminatedReason.REMOTE_BYE)
    assert codes_dialled(kit) == ["*7209012345678"]


def test_a_change_of_mind_is_not_dialled_twice() -> None:
    kit = phone_with(THERE)
    key = kit.incoming()
    kit.call_state(key, CallState.CONFIRMED)
    kit.phone.forwarding.set_active(True)
    kit.phone.forwarding.set_active(False)
    kit.call_state(key, CallState.TERMINATED, reason=TerminatedReason.REMOTE_BYE)
    server_says(kit)
    server_says(kit)
    assert codes_dialled(kit) == ["*73", "*91"]


def test_without_registration_the_server_cannot_be_told() -> None:
    kit = phone_with(THERE)
    kit.registration(RegistrationState.UNREACHABLE)
    kit.phone.forwarding.set_active(True)
    assert notices(kit) == [("server_refused", "forward_unconditional_on")]
    kit.registered()
    kit.phone.forwarding.set_active(True)
    assert codes_dialled(kit) == ["*7209012345678"]


def test_do_not_disturb_is_the_phones_and_the_servers_where_it_does_absence() -> None:
    here, there = phone_with(HERE), phone_with(THERE)
    for kit in (here, there):
        kit.phone.forwarding.set_do_not_disturb(True)
        assert kit.store.settings.calls.do_not_disturb
    assert codes_dialled(here) == []
    assert codes_dialled(there) == ["*78"]
    server_says(there)
    there.phone.forwarding.set_do_not_disturb(False)
    assert codes_dialled(there) == ["*78", "*79"]


def test_the_summary_says_what_is_on() -> None:
    kit = phone_with(HERE)
    forwarding = kit.phone.forwarding
    assert not forwarding.summary.active
    forwarding.set_active(True)
    forwarding.set_do_not_disturb(True)
    assert forwarding.summary == AbsenceSummary(
        do_not_disturb=True, active=True, holds_now=True, rules=(ALWAYS,)
    )
    reach = AbsenceRule(kind=Absence.NO_ANSWER, action=AbsenceAction.REACH)
    numbers = (ReachNumber(number="201", start_s=9), ReachNumber(number="202", start_s=3))
    forwarding.save(AbsenceSettings(active=True, rules=(reach,), reach=numbers))
    assert forwarding.summary.rules == (replace(reach, number="202, 201"),)


@pytest.fixture(params=["ja", "en"])
def text(request: pytest.FixtureRequest) -> Text:
    return Text(load_texts(resources_dir(), request.param), request.param)


def is_words(words: str) -> bool:
    return bool(words) and not any(
        mark in words for mark in ("{", "absence.", "feature.", "problem.", "field.")
    )


def test_the_banner_in_words() -> None:
    text = Text(load_texts(resources_dir(), "ja"), "ja")
    assert absence_banner(text, AbsenceSummary()) == ""
    on = AbsenceSummary(active=True, holds_now=True, rules=(ALWAYS, replace(BUSY, number="201")))
    assert absence_banner(text, on) == (
        "不在時動作が入っています。すべての着信は 090-1234-5678 に転送します。"
        "通話中の着信は 201 に転送します。"
    )
    night = Schedule(weekdays=(0, 4), from_min=17 * 60 + 30, until_min=9 * 60)
    assert schedule_text(text, night) == "月・金 17:30〜翌日9:00"
    assert absence_banner(text, replace(on, schedule=night)).endswith("月・金 17:30〜翌日9:00")


def test_every_rule_has_words(text: Text) -> None:
    for kind in Absence:
        for action in (AbsenceAction.FORWARD, AbsenceAction.VOICEMAIL, AbsenceAction.REACH):
            for on_server, holds_now in ((True, False), (False, True), (False, False)):
                summary = AbsenceSummary(
                    do_not_disturb=True,
                    active=True,
                    on_server=on_server,
                    holds_now=holds_now,
                    rules=(AbsenceRule(kind=kind, action=action, number="201"),),
                    schedule=Schedule(weekdays=tuple(range(7))),
                )
                assert is_words(absence_banner(text, summary))
    assert is_words(schedule_text(text, Schedule()))


PROBLEMS = "required dial emergency seconds order not_offered server_only no_code time pattern"


def test_every_problem_of_the_page_has_words(text: Text) -> None:
    fields = [*(kind.value for kind in Absence), "reach_1", "reach_2", "schedule", "callers"]
    for field in fields:
        for code in PROBLEMS.split():
            assert is_words(problem_text(text, FieldProblem(field, code)))


NOTICES = [
    "call_forwarded",
    "forward_failed",
    "forward_impossible",
    "pickup_nothing",
    "server_waits",
    "number_blocked",
    "number_blocked_emergency",
]


def test_every_notice_has_words(text: Text) -> None:
    for feature in FeatureCodes.__struct_fields__:
        values = {"feature": feature, "cause": "busy", "status_code": "486"}
        assert is_words(notice_text(text, Notice("server_refused", values)))
        assert is_words(notice_text(text, Notice("server_did", {"feature": feature})))
    values = {"who": "201", "to": "202", "number": "203"}
    for code in NOTICES:
        assert is_words(notice_text(text, Notice(code, values)))
