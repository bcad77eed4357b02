import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.domain.uri import (
    HostPort,
    SipUri,
    UriInvalid,
    escape_user,
    parse_host_port,
    parse_party,
    parse_sip_uri,
)


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("01234abc.smart-pbx.jp", "01234abc.smart-pbx.jp", 0),
        (" sip.example.jp:5070 ", "sip.example.jp", 5070),
        ("127.0.0.1:5060", "127.0.0.1", 5060),
        ("[::1]:5060", "::1", 5060),
        ("::1", "::1", 0),
        ("localhost", "localhost", 0),
    ],
)
def test_servers_as_people_write_them(text: str, host: str, port: int) -> None:
    assert parse_host_port(text) == HostPort(host, port)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("sip.example.jp:", "port"),
        ("sip.example.jp:0", "port"),
        ("sip.example.jp:70000", "port"),
        ("sip.example.jp:５０６０", "port"),
        ("exa mple", "host"),
        ("http://example.jp", "port"),
        ("999.1.1.1", "host"),
        ("1.2.3", "host"),
        ("-a.jp", "host"),
        ("a..jp", "host"),
        ("[::1", "host"),
        ("a@b", "host"),
    ],
)
def test_servers_that_are_none(text: str, code: str) -> None:
    with pytest.raises(UriInvalid) as caught:
        parse_host_port(text)
    assert caught.value.code == code


def test_uri_is_parsed_and_written_back() -> None:
    uri = parse_sip_uri("sip:201@pbx.example.jp:5070;transport=tcp?Subject=x")
    assert uri == SipUri("201", "pbx.example.jp", 5070, "sip", ";transport=tcp")
    assert str(uri) == "sip:201@pbx.example.jp:5070;transport=tcp"


def test_hash_is_escaped_in_the_user_part() -> None:
    assert str(SipUri("*8#", "h.jp")) == "sip:*8%23@h.jp"
    assert parse_sip_uri("sip:*8%23@h.jp").user == "*8#"


@given(st.text(min_size=1, max_size=20))
def test_any_user_survives_escaping(user: str) -> None:
    escaped = escape_user(user)
    assert escaped.isascii()
    assert parse_sip_uri(f"sip:{escaped}@h.jp").user == user


@pytest.mark.parametrize(
    ("header", "name", "number"),
    [
        ('"山田 太郎" <sip:201@h.jp>;tag=1', "山田 太郎", "201"),
        ('"a \\"b\\" c" <sip:1@h>', 'a "b" c', "1"),
        ("Taro <sip:taro@h>", "Taro", "taro"),
        ("<sip:h.jp>", "", "h.jp"),
        ("sip:201@h.jp;tag=9", "", "201"),
        ("<tel:+81312345678;phone-context=x>", "", "+81312345678"),
        ("garbage", "", "garbage"),
        ("<sip:@:::>", "", "sip:@:::"),
    ],
)
def test_who_it_is(header: str, name: str, number: str) -> None:
    party = parse_party(header)
    assert (party.display_name, party.number) == (name, number)


@given(st.text(max_size=200))
def test_no_from_header_breaks_the_phone(text: str) -> None:
    assert isinstance(parse_party(text).number, str)
