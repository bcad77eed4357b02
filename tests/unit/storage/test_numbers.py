import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.storage.numbers import LibphonenumberNumbers, digits_of, typed_digits

numbers = LibphonenumberNumbers()


@pytest.mark.parametrize(
    "written",
    [
        "03-1234-5678",
        "0312345678",
        "(03)1234-5678",
        "(03) 1234 5678",
        "０３－１２３４－５６７８",
        "０３（１２３４）５６７８",
        "+81 3-1234-5678",
        "+81(0)3-1234-5678",
        "＋８１３１２３４５６７８",
        "0081 3 1234 5678",
        "010-81-3-1234-5678",
        "81312345678",
        "184-03-1234-5678",
        "186 0312345678",
        "184+81312345678",
        "0033-03-1234-5678",
        "sip:0312345678@pbx.example.jp",
        "sip:+81312345678@pbx.example.jp;user=phone",
        "0312345678@pbx.example.jp",
        "tel:+81-3-1234-5678",
    ],
)
def test_every_way_to_write_one_number_has_one_key(written: str) -> None:
    assert numbers.key(written) == "+81312345678"
    assert numbers.shown(written) == "03-1234-5678"


@pytest.mark.parametrize(
    "dialled",
    ["201", "8001", "110", "119", "*21", "*21*0312345678#", "0", "9", "18402", "0312345", "00312345678"],
)
def test_what_is_only_dialled_here_stays_as_it_is(dialled: str) -> None:
    assert numbers.key(dialled) == dialled
    assert numbers.shown(dialled) == dialled


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("09012345678", "090-1234-5678"),
        ("+819012345678", "090-1234-5678"),
        ("05012345678", "050-1234-5678"),
        ("0120123456", "0120-123-456"),
        ("0570012345", "0570-012-345"),
        ("08001234567", "0800-123-4567"),
        ("0463123456", "0463-12-3456"),
        ("010-1-650-253-0000", "+1 650-253-0000"),
        ("+44 (0)20 7031 3000", "+44 20 7031 3000"),
    ],
)
def test_a_number_is_shown_as_it_is_read(written: str, shown: str) -> None:
    assert numbers.shown(written) == shown


@pytest.mark.parametrize("text", ["", "taro", "anonymous", "山田", "+", "+0", "+999999999999999999"])
def test_what_is_no_number_comes_back(text: str) -> None:
    assert numbers.shown(text) == text
    assert numbers.key(text) == text


def test_the_user_of_an_address_is_the_number() -> None:
    assert numbers.key("sip:201@pbx") == "201"
    assert numbers.key("sip:Taro@pbx") == numbers.key("taro")


@given(st.from_regex(r"0[1-9][0-9]{8}|0[5-9]0[0-9]{8}", fullmatch=True), st.sampled_from(["-", " ", "", "."]))
def test_the_key_of_a_key_and_of_what_is_shown_is_the_key(number: str, between: str) -> None:
    key = numbers.key(number)
    assert key == f"+81{number[1:]}"
    assert numbers.key(key) == key
    assert numbers.key(numbers.shown(number)) == key
    assert numbers.key(between.join((number[:3], number[3:6], number[6:]))) == key


@given(st.text(alphabet="0123456789+*#-() ０１８４－＋＃abcあ山", max_size=20))
def test_any_text_has_a_key_that_stays(text: str) -> None:
    key = numbers.key(text)
    assert numbers.key(key) == key
    assert numbers.key(numbers.shown(text)) == key


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("03-12", "0312"),
        ("+81", "0"),
        ("+81 3", ""),
        ("+813", "03"),
        ("+8", "+8"),
        ("0081", "0"),
        ("(03)", "03"),
    ],
)
def test_digits_are_looked_for_as_they_are_dialled(typed: str, digits: str) -> None:
    assert typed_digits(typed) == digits


def test_a_japanese_number_is_found_from_its_zero_a_foreign_one_from_its_plus() -> None:
    assert digits_of("+81312345678") == "0312345678"
    assert digits_of("+16502530000") == "+16502530000"
    assert digits_of("201") == "201"


def test_the_library_is_not_loaded_for_the_keys_of_japanese_numbers() -> None:
    code = (
        "import sys; from softphone.storage.numbers import LibphonenumberNumbers as N;"
        "N().key('03-1234-5678'); N().key('201'); assert 'phonenumbers' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
