from functools import cache

import pytest
from msgspec.structs import replace

from softphone.app.changes import Notice
from softphone.app.text import (
    Text,
    call_state_text,
    diverted_text,
    failure_hint,
    failure_text,
    notice_text,
    party_line,
    party_number,
    party_title,
    problem_text,
    recording_problem,
    registration_hint,
    registration_title,
    result_text,
)
from softphone.domain.account import FieldProblem, Registration, RegistrationCause, RegistrationState
from softphone.domain.call import Call, CallState, Direction, TerminatedReason
from softphone.domain.errors import FailureCause
from softphone.domain.history import CallResult, call_record
from softphone.domain.identity import Anonymity
from softphone.domain.media import MediaDirection
from softphone.domain.transfer import Transfer, TransferState
from softphone.domain.uri import Party
from softphone.storage.catalogue import load_texts
from softphone.storage.paths import resources_dir
from tests.helpers.fakes import ACCOUNT, START_S, fake_phone


@cache
def words_of(language: str) -> Text:
    return Text(load_texts(resources_dir(), language), language)


@pytest.fixture(params=["ja", "en"])
def text(request: pytest.FixtureRequest) -> Text:
    return words_of(request.param)


def is_words(words: str) -> bool:
    codes = ("registration.", "failure.", "call.", "party.", "result.", "notice.")
    return bool(words) and "{" not in words and not words.startswith(codes)


def test_the_products_own_words() -> None:
    text = japanese()
    assert registration_title(text, Registration(state=RegistrationState.REGISTERED)) == "通話可能"
    failed = Registration(state=RegistrationState.AUTH_FAILED, cause=RegistrationCause.CREDENTIALS)
    assert registration_title(text, failed) == "認証に失敗しました"
    assert "キーボードの入力形式が半角英数字になっているかご確認ください" in registration_hint(text, failed)


def test_every_registration_has_words_and_every_trouble_a_next_step(text: Text) -> None:
    for state in RegistrationState:
        for cause in RegistrationCause:
            registration = Registration(state=state, cause=cause, status_code=503, reason_phrase="x")
            assert is_words(registration_title(text, registration))
            if state is not RegistrationState.REGISTERED:
                assert is_words(registration_hint(text, registration))


def test_every_failure_has_words(text: Text) -> None:
    for cause in FailureCause:
        assert is_words(failure_text(text, cause, 500))
        assert isinstance(failure_hint(text, cause), str)


def test_no_status_code_no_brackets(text: Text) -> None:
    assert "503" in failure_text(text, FailureCause.SERVER_ERROR, 503)
    for cause in FailureCause:
        words = failure_text(text, cause)
        assert "0" not in words
        assert words == words.strip()


def test_why_a_call_cannot_be_recorded(text: Text) -> None:
    for code in ("not_allowed", "never", "not_talking", "no_folder"):
        assert is_words(recording_problem(text, code))


def test_every_call_state_has_words(text: Text) -> None:
    for direction in Direction:
        for state in CallState:
            for reason in TerminatedReason:
                call = Call(
                    key="k",
                    account_key="main",
                    direction=direction,
                    remote=Party(uri="sip:1@h", number="1"),
                    state=state,
                    reason=reason if state is CallState.TERMINATED else None,
                    created_at_s=START_S,
                    local_media=MediaDirection.SENDONLY,
                )
                assert is_words(call_state_text(text, call))


@pytest.mark.parametrize(
    "code", ["required", "wide", "space", "server", "port", "number", "range", "character"]
)
def test_every_problem_of_a_field_has_words(text: Text, code: str) -> None:
    assert is_words(problem_text(text, FieldProblem("server", code)))


def test_a_notice_names_the_role_in_words(text: Text) -> None:
    notice = Notice("audio_fallback", {"role": "output", "wanted": "A", "used": "B"})
    words = notice_text(text, notice)
    assert text("role.output") in words
    assert "A" in words


def test_a_missing_key_shows_itself() -> None:
    assert Text({}, "ja")("no.such.key") == "no.such.key"


def call_of(**fields: object) -> Call:
    base: dict[str, object] = {
        "key": "k",
        "account_key": "main",
        "direction": Direction.RECIPIENT,
        "remote": Party(uri="sip:202@h", number="202"),
        "state": CallState.CONFIRMED,
    }
    return Call(**(base | fields))  # type: ignore[arg-type]


def japanese() -> Text:
    return words_of("ja")


HELD = {"local_media": MediaDirection.SENDONLY}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "通話中"),
        (HELD, "保留中"),
        ({"remote_media": MediaDirection.SENDONLY}, "相手が保留しています"),
        ({"silent": True}, "相手の音声が届いていません"),
        ({"silent": True} | HELD, "保留中"),
        ({"in_conference": True}, "会議中"),
        ({"recording_path": "/r/a.wav"}, "通話中(録音中)"),
        ({"transfer": Transfer(target="sip:203@h", state=TransferState.ASKED)} | HELD, "転送しています…"),
        (
            {"transfer": Transfer(target="sip:203@h", state=TransferState.RINGING)},
            "転送先を呼び出しています…",
        ),
        (
            {"transfer": Transfer(target="sip:203@h", state=TransferState.FAILED)} | HELD,
            "転送できませんでした",
        ),
        ({"transfer": Transfer(target="sip:203@h", state=TransferState.FAILED)}, "通話中"),
        ({"transfer": Transfer(target="sip:203@h", state=TransferState.CANCELLED)} | HELD, "保留中"),
        (
            {
                "state": CallState.PROCEEDING,
                "direction": Direction.INITIATOR,
                "redirect_targets": ("sip:301@h",),
            },
            "ほかの番号が案内されています",
        ),
        (
            {
                "state": CallState.TERMINATED,
                "reason": TerminatedReason.LOCAL_BYE,
                "transfer": Transfer(target="sip:203@h", state=TransferState.SUCCEEDED),
            },
            "転送しました",
        ),
        (
            {"state": CallState.TERMINATED, "reason": TerminatedReason.CANCELLED, "status_code": 200},
            "ほかの電話が応答しました",
        ),
    ],
)
def test_what_a_call_does(fields: dict[str, object], words: str) -> None:
    assert call_state_text(japanese(), call_of(**fields)) == words


@pytest.mark.parametrize(
    ("anonymity", "words"),
    [
        (Anonymity.WITHHELD, "非通知"),
        (Anonymity.PAYPHONE, "公衆電話"),
        (Anonymity.NOT_AVAILABLE, "通知不可"),
        (Anonymity.OUT_OF_AREA, "表示圏外"),
    ],
)
def test_why_there_is_no_number(anonymity: Anonymity, words: str) -> None:
    call = call_of(
        remote=Party(uri="sip:anonymous@anonymous.invalid", number="anonymous"), anonymity=anonymity
    )
    assert party_title(japanese(), call) == words
    assert party_number(japanese(), call) == words


def test_who_it_is() -> None:
    text = japanese()
    assert party_title(text, call_of()) == "202"
    assert party_title(text, call_of(remote=Party(uri="u", display_name="山田", number="202"))) == "山田"
    assert party_title(text, call_of(remote=Party(uri="u"))) == "番号不明"
    assert party_line(text, call_of()) == "202"
    assert party_line(text, call_of(remote=Party(uri="u", display_name="山田", number="202"))) == "山田 202"
    assert party_line(text, call_of(anonymity=Anonymity.PAYPHONE)) == "公衆電話"
    assert party_line(text, call_of(remote=Party(uri="u"))) == "番号不明"
    assert diverted_text(text, call_of()) == ""
    assert diverted_text(text, call_of(diverted_by=Party(uri="u", number="201"))) == "201 から転送"


def test_every_transfer_has_words(text: Text) -> None:
    for state in TransferState:
        for held in ({}, HELD):
            call = call_of(transfer=Transfer(target="sip:203@h", state=state), **held)
            assert is_words(call_state_text(text, call))


def test_every_result_and_every_anonymity_has_words(text: Text) -> None:
    over = call_of(state=CallState.TERMINATED, reason=TerminatedReason.LOCAL_BYE)
    for result in CallResult:
        assert is_words(result_text(text, replace(call_record(over), result=result)))
    for anonymity in Anonymity:
        assert is_words(party_number(text, call_of(anonymity=anonymity)))
    assert "203" in result_text(text, replace(call_record(over), transferred_to="203"))


@pytest.mark.parametrize(
    "command",
    [
        *(
            "SetHold",
            "SendDtmf",
            "Answer",
            "Hangup",
            "SetMute",
            "Redirect",
            "FollowRedirect",
            "CancelTransfer",
        ),
        *("SetConference", "SetPartyMute", "StartRecording", "StopRecording"),
    ],
)
def test_every_refused_command_is_told_in_words(text: Text, command: str) -> None:
    kit = fake_phone(account=ACCOUNT, password="x")
    kit.phone.start()
    kit.registered()
    kit.talking("in-1")
    kit.refused(command, "in-1")
    assert is_words(notice_text(text, kit.changes_of(Notice)[-1]))


def test_every_notice_about_calls_has_words(text: Text) -> None:
    values = {"who": "", "folder": "/r", "detail": "x", "cause": "busy", "status_code": "486"}
    codes = [
        *("transfer_failed", "transferring_here", "transferred_here", "call_refused", "call_lost"),
        *("conference_needs_two", "conference_cannot_leave"),
        *(f"cannot_record_{code}" for code in ("not_allowed", "never", "not_talking", "no_folder")),
        *(f"recording_{code}" for code in ("folder", "read_only", "full", "file")),
    ]
    for code in codes:
        assert is_words(notice_text(text, Notice(code, values))), code


def test_a_notice_says_the_cause_and_who_is_unknown_in_words() -> None:
    words = notice_text(
        japanese(), Notice("transfer_failed", {"who": "", "cause": "busy", "status_code": "486"})
    )
    assert words.startswith("番号不明 を転送できませんでした(話し中です)")
    hidden = {"who": "", "anonymity": "withheld"}
    assert notice_text(japanese(), Notice("call_refused", hidden)).count("非通知 からの着信") == 1
