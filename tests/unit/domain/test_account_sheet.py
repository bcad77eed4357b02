import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.domain.account import parse_account
from softphone.domain.account_sheet import WANTED, found_fields, read_sheet

USER, PASSWORD, SERVER = "abcde20201", "Xy12-34Zq", "01234abc.example.jp"
GUIDE = f"""株式会社サンプル 御中
        ご利用内容のご案内
拠点番号 20   端末番号 201
端末ID：{USER}
パスワード：{PASSWORD}
内線サーバアドレス：{SERVER}
サービスコード：HK01
留守番電話パスワード：9999
お問い合わせ https://support.example.com/ 0120-000-000
"""
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_SAFE = "abcdefghijkmnopqrstuvwxyz23456789"
LABELS = {
    "user_id": ("端末ID", "ユーザーID", "User ID", "端末ＩＤ", "端 末 I D"),
    "password": ("パスワード", "Password", "ﾊﾟｽﾜｰﾄﾞ", "パ ス ワ ー ド"),
    "server": (
        "内線サーバアドレス",
        "内線サーバーアドレス",
        "SIPサーバ",
        "SIP server",
        "内 線 サ ー バ ア ド レ ス",
    ),
}


def values(text: str) -> tuple[str, str, str]:
    form = read_sheet(text)
    return form.user_id, form.password, form.server


def test_the_whole_sheet_gives_an_account() -> None:
    form = read_sheet(GUIDE)
    assert (form.user_id, form.password, form.server) == (USER, PASSWORD, SERVER)
    assert form.service_code == "HK01"
    assert found_fields(form) == WANTED
    assert parse_account(form).aor == f"sip:{USER}@{SERVER}"


@pytest.mark.parametrize(
    "text",
    [
        f"> > 内線サーバーアドレス\t{SERVER}\n> > パスワード\t{PASSWORD}\n> > 端末 Ｉ Ｄ\t{USER} (半角)",
        f"端末ID\tパスワード\t内線サーバアドレス\n{USER}\t{PASSWORD}\t{SERVER}",
        f"端末ID | パスワード | サーバ\n{USER} | {PASSWORD} | {SERVER}",
        f"端末ID\nパスワード\n内線サーバアドレス\n{USER}\n{PASSWORD}\n{SERVER}",
        f"端末ID\n\n{USER}\n\nパスワード\n\n{PASSWORD}\n\n内線サーバアドレス\n\n{SERVER}",
        f"端 末 I D  a b c d e 2 0 2 0 1\nﾊﾟｽﾜｰﾄﾞ = {PASSWORD}\nサ ー バ  01234abc . example . jp",
        f"パスワードは大切にしてください。端末IDは {USER} です。パスワードは{PASSWORD}です。サーバ {SERVER}",
        f"Password: {PASSWORD}\r\nUser ID: {USER}\r\nSIP server: sip:{SERVER}",
        f"端末ID{USER}パスワード{PASSWORD}サーバ{SERVER}",
        f"端末ID .......... {USER}\nパスワード(8文字以上): {PASSWORD}\nドメイン → {SERVER}/",
        f"{USER} {PASSWORD} {SERVER}",
        f"{SERVER}\n{USER}\n{PASSWORD}\n",
        f"ユーザーID: {USER}@{SERVER}\nパスワード: {PASSWORD}",
        f"ログインID: admin\nWebパスワード: web1\n端末ID: {USER}\nパスワード: {PASSWORD}\nサーバ: {SERVER}",
        f"管理者パスワード: no\n端末パスワード: {PASSWORD}\nパスワード: x\nID: y\n端末ID: {USER}\n{SERVER}",
        GUIDE.translate(_WIDE),
    ],
)
def test_in_whatever_shape_it_comes(text: str) -> None:
    assert values(text) == (USER, PASSWORD, SERVER)


def test_an_odd_password_stays_whole() -> None:
    assert read_sheet("パスワード: p(a):ss=w<o>rd'").password == "p(a):ss=w<o>rd'"


@pytest.mark.parametrize(
    "text", ["", " \n\t", "パスワード：別紙参照", "パスワード 8文字以上", "拠点番号 20", "こんにちは"]
)
def test_what_is_not_there_is_not_made_up(text: str) -> None:
    assert found_fields(read_sheet(text)) == ()


def test_a_letter_that_is_not_half_width_is_kept_to_be_marked() -> None:
    assert read_sheet("端末ID: あbcde20201").user_id == "あbcde20201"


def test_web_pages_and_mail_addresses_are_no_server() -> None:
    assert read_sheet("端末ID: abc\nhttps://www.example.com/\nsupport@example.com").server == ""


def test_the_password_is_in_no_log_and_no_repr(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        form = read_sheet(GUIDE)
    assert PASSWORD not in caplog.text + repr(form)


def _has_digit(value: str) -> bool:
    """As the values of a sheet have; a user named ``pass`` or ``domain`` would read as a label."""
    return any(char.isdecimal() for char in value)


@given(
    order=st.permutations(WANTED),
    chosen=st.fixed_dictionaries({field: st.sampled_from(labels) for field, labels in LABELS.items()}),
    user=st.text(_SAFE, min_size=4, max_size=12).filter(_has_digit),
    password=st.text(_SAFE + "ABCDEF!#$%&*+-_?", min_size=6, max_size=16)
    .filter(lambda p: p[0].isalnum())
    .filter(_has_digit),
    between=st.sampled_from((": ", "：", "\t", "   ", " = ", "\n", "\u3000")),
    quote=st.sampled_from(("", "> ", ">> ")),
    wide=st.booleans(),
)
def test_any_order_labels_and_separators(
    order: list[str], chosen: dict[str, str], user: str, password: str, between: str, quote: str, wide: bool
) -> None:
    given_values = {"user_id": user, "password": password, "server": SERVER}
    shown = {field: value.translate(_WIDE) if wide else value for field, value in given_values.items()}
    text = "\n".join(f"{chosen[field]}{between}{shown[field]}" for field in order)
    text = "\n".join(quote + line for line in text.splitlines())
    assert values(text) == (user, password, SERVER)


@given(st.text(max_size=400))
def test_no_text_is_too_strange(text: str) -> None:
    form = read_sheet(text)
    assert all(len(getattr(form, field)) <= 255 for field in WANTED)
