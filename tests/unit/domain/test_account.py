import msgspec
import pytest

from softphone.domain.account import (
    AccountForm,
    AccountInvalid,
    Transport,
    account_form,
    parse_account,
)
from softphone.domain.uri import HostPort

SHEET = AccountForm(user_id="abcde20201", password="himitsu1", server="01234abc.smart-pbx.jp")


def problems(**changes: str) -> list[tuple[str, str]]:
    with pytest.raises(AccountInvalid) as caught:
        parse_account(msgspec.structs.replace(SHEET, **changes))
    return [(problem.field, problem.code) for problem in caught.value.problems]


def test_the_sheet_of_paper_becomes_an_account() -> None:
    account = parse_account(SHEET)
    assert account.aor == "sip:abcde20201@01234abc.smart-pbx.jp"
    assert account.username == "abcde20201"
    assert account.transport is Transport.UDP


def test_the_same_typed_with_the_ime_on() -> None:
    form = AccountForm(
        user_id="ａｂｃｄｅ２０２０１　",
        password="ｈｉｍｉｔｓｕ１",
        server="０１２３４ａｂｃ。ｓｍａｒｔーｐｂｘ。ｊｐ",
    )
    assert parse_account(form) == parse_account(SHEET)


def test_empty_fields_are_all_named() -> None:
    assert problems(user_id="", password="", server="") == [
        ("user_id", "required"),
        ("password", "required"),
        ("server", "required"),
    ]


def test_kana_are_marked_in_place() -> None:
    with pytest.raises(AccountInvalid) as caught:
        parse_account(msgspec.structs.replace(SHEET, user_id="abかd漢"))
    (problem,) = caught.value.problems
    assert (problem.field, problem.code, problem.positions) == ("user_id", "wide", (2, 4))


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("server", "exa!mple", "server"),
        ("server", "example.jp:99999", "port"),
        ("server", "exam ple.jp", "space"),
        ("outbound_proxy", "proxy:x", "port"),
        ("expires_s", "abc", "number"),
        ("expires_s", "5", "range"),
        ("user_id", "201@pbx.jp", "character"),
    ],
)
def test_each_wrong_field_says_what_is_wrong(field: str, value: str, code: str) -> None:
    assert problems(**{field: value}) == [(field, code)]


def test_a_stored_password_need_not_be_typed_again() -> None:
    form = msgspec.structs.replace(SHEET, password="")
    assert parse_account(form, password_known=True).user_id == "abcde20201"


def test_sip_scheme_before_the_server_is_understood() -> None:
    form = msgspec.structs.replace(SHEET, server="sip:pbx.jp:5070")
    assert parse_account(form).server == HostPort("pbx.jp", 5070)


def test_the_page_shows_what_was_saved_without_the_password() -> None:
    account = parse_account(SHEET)
    form = account_form(account)
    assert form.password == ""
    assert parse_account(form, password_known=True) == account


def test_the_password_is_in_no_repr() -> None:
    assert "himitsu1" not in repr(SHEET)
