import pytest
from msgspec.structs import replace

from softphone.app.changes import Notice
from softphone.app.text import Text, notice_text
from softphone.domain.account import MAIN_ACCOUNT
from softphone.domain.call import CallState, TerminatedReason
from softphone.domain.contact import Contact, ContactNumber
from softphone.domain.events import CallRefused
from softphone.domain.identity import CallerIdentity
from softphone.domain.policy import Policy
from softphone.domain.settings import CallSettings, HookSettings, Settings
from softphone.domain.uri import Party
from softphone.storage.catalogue import load_texts
from softphone.storage.paths import resources_dir
from tests.helpers.fakes import ACCOUNT, FakePrograms, PhoneKit, fake_phone

HOOKS = HookSettings(on_ring='ring "a b"', on_answer="answer", on_end="end", on_missed="missed")


def phone_with(
    hooks: HookSettings = HOOKS, *, policy: Policy = Policy(), calls: CallSettings = CallSettings()
) -> tuple[PhoneKit, FakePrograms]:
    programs = FakePrograms()
    settings = Settings(account=ACCOUNT, hooks=hooks, calls=calls)
    kit = fake_phone(settings, password="x", policy=policy, programs=programs)
    kit.phone.start()
    kit.registered()
    return kit, programs


def test_a_call_is_told_from_ring_to_end() -> None:
    kit, programs = phone_with()
    key = kit.incoming(number="0312345678", name="山田\u202e\x00商店")
    kit.call_state(key, CallState.CONFIRMED)
    kit.clock.time_s += 65.4
    kit.call_state(key, CallState.TERMINATED, reason=TerminatedReason.REMOTE_BYE)
    assert [arguments for arguments, _ in programs.runs] == [("ring", "a b"), ("answer",), ("end",)]
    assert programs.runs[0][1] == {
        "SOFTPHONE_EVENT": "ring",
        "SOFTPHONE_NUMBER": "0312345678",
        "SOFTPHONE_NAME": "山田商店",
        "SOFTPHONE_CONTACT": "",
        "SOFTPHONE_COMPANY": "",
        "SOFTPHONE_DIRECTION": "in",
        "SOFTPHONE_RESULT": "",
        "SOFTPHONE_DURATION": "0",
    }
    last = programs.runs[-1][1]
    assert (last["SOFTPHONE_RESULT"], last["SOFTPHONE_DURATION"]) == ("answered", "65")


def test_a_missed_call_and_a_refused_one_are_missed() -> None:
    kit, programs = phone_with()
    kit.call_state(kit.incoming(), CallState.TERMINATED, reason=TerminatedReason.CANCELLED)
    caller = CallerIdentity(remote=Party(uri="sip:203@h", number="203"))
    kit.engine.emit(CallRefused(account_key=MAIN_ACCOUNT, caller=caller, status_code=486))
    assert [environment["SOFTPHONE_EVENT"] for _, environment in programs.runs] == [
        "ring",
        "missed",
        "missed",
    ]
    assert programs.runs[-1][1]["SOFTPHONE_NUMBER"] == "203"


def test_a_call_out_is_told_too() -> None:
    kit, programs = phone_with()
    key = kit.outgoing(kit.phone.calls.dial("201"), "201")
    kit.call_state(key, CallState.CONFIRMED)
    assert [environment["SOFTPHONE_DIRECTION"] for _, environment in programs.runs] == ["out"]


def test_what_never_rings_here_is_no_ring() -> None:
    kit, programs = phone_with(calls=CallSettings(do_not_disturb=True))
    kit.call_state(kit.incoming(), CallState.TERMINATED, reason=TerminatedReason.REJECTED)
    assert [environment["SOFTPHONE_EVENT"] for _, environment in programs.runs] == ["missed"]


def test_nothing_runs_where_nothing_is_set_or_the_administrator_forbids_it() -> None:
    for kit, programs in (phone_with(HookSettings()), phone_with(policy=Policy(hooks_allowed=False))):
        kit.call_state(kit.incoming(), CallState.CONFIRMED)
        assert programs.runs == []


@pytest.mark.parametrize(
    ("problem", "exit_code", "code"),
    [
        ("hung", 0, "hook_hung"),
        ("not_found", 0, "hook_not_found"),
        ("denied", 0, "hook_denied"),
        ("busy", 0, "hook_busy"),
        ("", 3, "hook_failed"),
    ],
)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_trouble_is_told_once_and_touches_no_call(
    problem: str, exit_code: int, code: str, language: str
) -> None:
    kit, programs = phone_with()
    sent = len(kit.engine.sent)
    for key in ("in-1", "in-2"):
        kit.incoming(key)
        programs.end(problem, exit_code)
    (notice,) = kit.changes_of(Notice)
    assert notice.code == code
    words = notice_text(Text(load_texts(resources_dir(), language), language), notice)
    assert 'ring "a b"' in words
    assert "{" not in words
    assert len(kit.phone.calls.live) == 2
    assert all(type(command).__name__ == "PlayTone" for command in kit.engine.sent[sent:])
    kit.phone.settings.change_fields(hooks=replace(HOOKS, on_ring="other"))
    kit.incoming("in-3")
    programs.end(problem, exit_code)
    assert len(kit.changes_of(Notice)) == 2


def test_a_program_that_ends_well_is_not_spoken_of() -> None:
    kit, programs = phone_with()
    kit.incoming()
    programs.end()
    assert kit.changes_of(Notice) == []


def test_a_quote_that_is_never_closed_is_said() -> None:
    kit, programs = phone_with(HookSettings(on_ring='say "hello'))
    kit.incoming()
    assert programs.runs == []
    assert [notice.code for notice in kit.changes_of(Notice)] == ["hook_invalid"]


def test_who_is_in_the_phone_book_is_told_by_that_name() -> None:
    kit, programs = phone_with()
    numbers = (ContactNumber("03-1234-5678"),)
    kit.phone.contacts.save(Contact(name="山田 花子", company="青空商事", numbers=numbers))
    kit.incoming(number="0312345678", name="YAMADA")
    told = programs.runs[0][1]
    assert told["SOFTPHONE_NAME"] == told["SOFTPHONE_CONTACT"] == "山田 花子"
    assert told["SOFTPHONE_COMPANY"] == "青空商事"
