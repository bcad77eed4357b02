import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.domain.account import AccountForm
from softphone.domain.provisioning import (
    MAX_FILE_BYTES,
    ProvisioningInvalid,
    decode_file,
    read_account,
)

WANTED = AccountForm(user_id="abcde20201", password="p/a ss", server="01234abc.example.jp")


@pytest.mark.parametrize(
    "text",
    [
        "softphone:account?user_id=abcde20201&password=p%2Fa%20ss&server=01234abc.example.jp",
        '{"username": "abcde20201", "password": "p/a ss", "domain": "01234abc.example.jp"}',
        '{"account": {"user-id": "abcde20201", "secret": "p/a ss", "host": "01234abc.example.jp"}, "v": [1]}',
        '{"accounts": [{"user": "abcde20201", "pass": "p/a ss", "registrar": "01234abc.example.jp"}]}',
        '# 総務\n[account]\nuser_id = "abcde20201"\npassword = "p/a ss"\nserver = "01234abc.example.jp"\n',
        'user_id = "abcde20201"\npassword = "p/a ss"\nserver = "01234abc.example.jp"\n',
        "sip:abcde20201:p%2Fa%20ss@01234abc.example.jp",
        "<sips:abcde20201:p%2Fa%20ss@01234abc.example.jp;user=phone>",
    ],
)
def test_every_form_gives_the_same_account(text: str) -> None:
    assert read_account(text) == WANTED
    assert read_account("\ufeff" + text + "\r\n") == WANTED


def test_a_form_may_name_more_and_leave_the_password_out() -> None:
    text = '[account]\nuser_id = "a"\nserver = "h.example.jp"\ntransport = "TCP"\nexpires_s = 600\n'
    assert read_account(text) == AccountForm(
        user_id="a", server="h.example.jp", transport="tcp", expires_s="600"
    )
    assert read_account("sip:a:b@h.example.jp:5070;transport=tcp").transport == "tcp"
    assert read_account("sip:a:b@h.example.jp:5070").server == "h.example.jp:5070"


def test_the_sheet_of_paper_is_read_too() -> None:
    assert read_account("端末ID: a1\nパスワード: b2\nサーバ: h.example.jp").server == "h.example.jp"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("{", "syntax"),
        ('{"username": }', "syntax"),
        ("[" * 5000, "nothing"),
        ('{"a":' * 5000, "syntax"),
        ("[account]\nuser_id = \n", "syntax"),
        ("{}", "nothing"),
        ('{"username": null, "password": true}', "nothing"),
        ('{"username": "a\\u0000b"}', "nothing"),
        ("softphone:account", "nothing"),
        ("sip:nobody", "nothing"),
        ("こんにちは", "nothing"),
        ("x" * (MAX_FILE_BYTES + 1), "too_large"),
    ],
)
def test_nonsense_is_told_apart(text: str, code: str) -> None:
    with pytest.raises(ProvisioningInvalid) as caught:
        read_account(text)
    assert caught.value.code == code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_a_file_may_be_written_as_windows_does(encoding: str) -> None:
    text = "端末ID: a1 パスワード: b2 サーバ: h.example.jp"
    assert decode_file(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_text"),
        (b"\xff\xfe\x00", "not_text"),
        (b"\x81", "not_text"),
        (b"a" * (MAX_FILE_BYTES + 1), "too_large"),
    ],
)
def test_what_is_no_text_is_told(data: bytes, code: str) -> None:
    with pytest.raises(ProvisioningInvalid) as caught:
        decode_file(data)
    assert caught.value.code == code


@given(st.dictionaries(st.sampled_from(["username", "password", "domain", "x"]), st.text(max_size=300)))
def test_any_json_is_an_account_or_nonsense(values: dict[str, str]) -> None:
    try:
        form = read_account(json.dumps(values))
    except ProvisioningInvalid:
        return
    assert form.password in ("", values.get("password"))


@given(st.binary(max_size=300))
def test_any_file_is_text_or_none(data: bytes) -> None:
    try:
        form = read_account(decode_file(data))
    except ProvisioningInvalid:
        return
    assert form.user_id or form.password or form.server
