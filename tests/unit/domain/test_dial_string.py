import pytest

from softphone.domain.dial_string import DialStringInvalid, clean_dial_string, target_uri
from softphone.domain.uri import HostPort


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        ("03-1234-5678", "0312345678"),
        ("０３（１２３４）５６７８", "0312345678"),
        ("+81 3 1234 5678", "+81312345678"),
        ("tel:+81-3-1234-5678;ext=1", "+81312345678"),
        ("tel:%2B81312345678", "+81312345678"),
        ("callto:201", "201"),
        ("sip:201@pbx.example.jp", "sip:201@pbx.example.jp"),
        ("sip:201@pbx.example.jp?Replaces=x", "sip:201@pbx.example.jp"),
        ("＊８２０１＃", "*8201#"),
        (" 201 ", "201"),
        ("taro", "taro"),
        ("taro@example.jp", "sip:taro@example.jp"),
        ("\u202a03-1234\u202c", "031234"),
    ],
)
def test_every_writing_is_understood(typed: str, dialled: str) -> None:
    assert clean_dial_string(typed) == dialled


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        (" - ", "empty"),
        ("山田", "characters"),
        ("03 1234 あ", "characters"),
        ("sip:@", "address"),
        ("sip:h.jp", "address"),
        ("sip:1@-", "address"),
        ("1" * 200, "address"),
        ("201\r\nVia: x", "characters"),
    ],
)
def test_what_cannot_be_called_says_why(typed: str, code: str) -> None:
    with pytest.raises(DialStringInvalid) as caught:
        clean_dial_string(typed)
    assert caught.value.code == code


def test_a_number_is_called_on_the_accounts_server() -> None:
    assert str(target_uri("03-1234", HostPort("pbx.jp", 5070))) == "sip:031234@pbx.jp:5070"
    assert str(target_uri("sip:1@other.jp", HostPort("pbx.jp"))) == "sip:1@other.jp"
    assert str(target_uri("*21#", HostPort("pbx.jp"))) == "sip:*21%23@pbx.jp"


def test_a_code_may_stand_before_a_user_name() -> None:
    assert clean_dial_string("*99abcde20201") == "*99abcde20201"
    assert str(target_uri("*99abcde20201", HostPort("pbx.example.jp"))) == "sip:*99abcde20201@pbx.example.jp"
