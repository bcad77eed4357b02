"""Links to numbers: understood or refused in a word, never called by surprise."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.domain.dial_plan import split_post_dial
from softphone.domain.dial_string import clean_dial_string
from softphone.domain.link import CAUTIONS, Link, LinkInvalid, is_link, parse_link


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("tel:03-1234-5678", "0312345678"),
        ("TEL:+81-3-1234-5678", "+81312345678"),
        ("tel://0120-123-456", "0120123456"),
        ("tel:%EF%BC%90%EF%BC%93-1234-5678", "0312345678"),
        ("tel:0312345678?body=hello", "0312345678"),
        ("tel:03-1234-5678;ext=200", "0312345678,,200"),
        ("tel:03-1234-5678;isub=12;ext=2-0-0", "0312345678,,200"),
        ("tel:0312345678,,200", "0312345678,,200"),
        ("callto:201", "201"),
        ("callto://+81312345678", "+81312345678"),
        ("callto:taro@pbx.example.jp", "sip:taro@pbx.example.jp"),
        ("sip:201@pbx.example.jp", "sip:201@pbx.example.jp"),
        ("sip:201@pbx.example.jp?Replaces=abc&Subject=x", "sip:201@pbx.example.jp"),
        ("sip:201", "201"),
        ("sips:201@pbx.example.jp:5061", "sips:201@pbx.example.jp:5061"),
        ("  tel:117 ", "117"),
    ],
)
def test_what_a_link_calls(text: str, number: str) -> None:
    assert is_link(text)
    assert parse_link(text) == Link(number=number)


@pytest.mark.parametrize(
    ("text", "caution"),
    [
        ("tel:110", "emergency"),
        ("tel:0119", "emergency"),
        ("tel:184118", "emergency"),
        ("sip:110@pbx.example.jp", "emergency"),
        ("callto:tel:119", "emergency"),
        ("tel:*21*09012345678%23", "code"),
        ("tel:%2A%23002%23", "code"),
        ("tel:＊21＃", "code"),
        ("sip:*21*09012345678@pbx.example.jp", "code"),
        ("sip:%2A21%2A0901234@pbx.example.jp", "code"),
        ("tel:0312345678,,*9#", "code"),
        ("tel:+1-914-555-0100", "international"),
        ("tel:010-1-914-555-0100", "international"),
        ("tel:0033-010-1-914-555-0100", "international"),
        ("tel:7042;phone-context=example.jp", "context"),
        ("tel:3-1234-5678;phone-context=+81", "context"),
    ],
)
def test_what_is_asked_first(text: str, caution: str) -> None:
    assert parse_link(text).caution == caution


def test_the_context_is_told() -> None:
    assert parse_link("tel:7042;phone-context=%2B81").context == "+81"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "scheme"),
        ("0312345678", "scheme"),
        ("https://example.jp/tel:110", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("tel:", "empty"),
        ("tel:%20", "empty"),
        ("tel:0312%0A345", "hidden"),
        ("tel:0312%00345", "hidden"),
        ("tel:0312\n345", "hidden"),
        ("tel:\u202e110", "hidden"),
        ("sip:20%0D%0A1@pbx.example.jp", "hidden"),
        ("tel:03%zz", "characters"),
        ("tel:03%ff", "characters"),
        ("tel:やまだ", "characters"),
        ("tel:201;ext=%22;rm", "characters"),
        ("tel:201;phone-context=<script>", "characters"),
        ("sip:201@-bad-", "address"),
        ("sip:@pbx.example.jp", "address"),
        ("tel:" + "1" * 600, "too_long"),
        ("tel:" + "1" * 200, "address"),
    ],
)
def test_what_is_refused(text: str, code: str) -> None:
    with pytest.raises(LinkInvalid) as caught:
        parse_link(text)
    assert caught.value.code == code


def test_an_escape_is_taken_once() -> None:
    """%250A is the text %0A, never a line of its own."""
    try:
        number = parse_link("sip:201%250A@pbx.example.jp").number
    except LinkInvalid:
        return
    assert "\n" not in number


@given(st.text(max_size=80), st.sampled_from(["tel:", "sip:", "callto:", "sips:", "tel://", ""]))
def test_whatever_is_written_is_a_number_to_call_or_refused(rest: str, scheme: str) -> None:
    try:
        link = parse_link(scheme + rest)
    except LinkInvalid:
        return
    number, digits = split_post_dial(link.number)
    assert clean_dial_string(number) == number
    assert set(digits) <= set("0123456789*#ABCD,")
    assert not [c for c in link.number if unicodedata.category(c) in ("Cc", "Cf")]
    assert link.caution in ("", *CAUTIONS)
    if "*" in link.number or "#" in link.number:
        assert link.caution in ("code", "emergency")


@given(st.text(alphabet="0123456789-.() ", min_size=1, max_size=30))
def test_a_number_means_the_same_in_a_link(number: str) -> None:
    digits = "".join(c for c in number if c.isdigit())
    if digits:
        assert parse_link(f"tel:{number}").number == digits
