"""The sheet of paper: the text of 「ご利用内容のご案内」 or of a mail like it, read for the account's values.

text ▸ lines without quoting ▸ labels and what stands behind, beside or below them ▸ AccountForm

A value belongs to the label before it, on the same line, in the next cell or on the next line. Labels of
other things (拠点番号, 留守番電話パスワード) end a value too. Never logs: a sheet has a password on it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from softphone.domain.account import AccountForm
from softphone.domain.halfwidth import to_halfwidth

WANTED = ("user_id", "password", "server")
MAX_SHEET_CHARS = 65_536
MAX_VALUE_CHARS = 255

# Field, then its labels from the surest to the vaguest; "" are labels of what is not looked for.
_LABELS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "user_id",
        ("端末ID", "内線端末ID", "SIPユーザーID", "SIPユーザID", "SIP ID", "Device ID", "Terminal ID"),
    ),
    ("user_id", ("ユーザーID", "ユーザID", "User ID", "SIP user", "ユーザー名", "ユーザ名", "Username")),
    ("user_id", ("User name", "Account name", "User", "ID")),
    ("password", ("端末パスワード", "SIPパスワード", "SIP password", "Device password")),
    ("password", ("パスワード", "Password", "Pass", "PW")),
    ("server", ("内線サーバーアドレス", "内線サーバアドレス", "内線サーバー", "内線サーバ")),
    ("server", ("SIPサーバーアドレス", "SIPサーバアドレス", "SIPサーバー", "SIPサーバ", "SIP server")),
    ("server", ("サーバーアドレス", "サーバアドレス", "サーバー", "サーバ", "Server address", "Server name")),
    ("server", ("Server", "ドメイン", "SIP domain", "Domain", "Registrar", "Host")),
    ("service_code", ("サービスコード", "Service code")),
    (
        "",
        (
            "拠点番号",
            "端末番号",
            "内線代表番号",
            "内線番号",
            "外線番号",
            "電話番号",
            "契約番号",
            "お客様番号",
        ),
    ),
    ("", ("留守番電話パスワード", "留守番電話 暗証番号", "Voicemail password", "管理者パスワード")),
    ("", ("Webパスワード", "Web password", "Admin password", "ログインパスワード", "Login password")),
    (
        "",
        ("管理者ID", "お客様ID", "契約ID", "ログインID", "Login ID", "Web ID", "Contract ID", "Customer ID"),
    ),
    (
        "",
        ("拠点名", "会社名", "氏名", "利用者名", "端末名", "機種", "MACアドレス", "URL", "E-mail", "メール"),
    ),
    ("", ("Site number", "Extension number", "Extension", "Telephone", "Phone number", "Webサイト")),
    ("", ("Web設定変更サイト", "お問い合わせ", "メールアドレス", "IPアドレス", "MAC address", "IP address")),
)
_HALF_KANA = re.compile(r"[\uFF61-\uFF9F]+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_TO_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xA0: " "}
_QUOTE = re.compile(r"^(?:[ \t]*[>|])+[ \t]?")
_LEADERS = re.compile(
    r"(?:[ \t]*\([^()]*[^\x00-\x7f][^()]*\))?[ \t]*"
    r"(?:[.・…‥]{2,}|…)?[ \t]*(?:[:=|]|->|=>|→|は(?=[ \t:]*[!-~]))?[ \t]*"
)
_REMARK = re.compile(r"[(【\[]|[^\x00-\x7f]{2,}")
_RULE = re.compile(r"\d+[ ]?(?:文字|桁|characters)")  # how long a value must be is none
_TAIL = re.compile(r"(?:です|になります|となります)?[。、，]?$")
_CELL = re.compile(r"[ ]*(?:\t|\||[ ]{2,})[ ]*")
_HOST = re.compile(
    r"(?<![\w@/.-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?::\d{1,5})?(?![\w@/-])", re.I
)


def read_sheet(text: str) -> AccountForm:
    """The values that stand in ``text``; fields that were not found stay empty."""
    found: dict[str, tuple[int, str]] = {}
    for field, rank, value in _pairs(text[:MAX_SHEET_CHARS]):
        if field and (value := _value(field, value)) and (field not in found or rank < found[field][0]):
            found[field] = (rank, value)
    values = {field: value for field, (_, value) in found.items()}
    _split_address(values)
    if "server" not in values and (host := _only_host(text)):
        values["server"] = host
    if not found:
        values |= _unlabelled(text)
    return AccountForm(**values)


def found_fields(form: AccountForm) -> tuple[str, ...]:
    """Which of the three values a form has."""
    return tuple(field for field in WANTED if getattr(form, field))


@cache
def _label_pattern() -> re.Pattern[str]:
    """Every label, longest first, with the blanks an OCR puts between letters."""
    labels = sorted({label for _, group in _LABELS for label in group}, key=len, reverse=True)
    alternatives = []
    for label in labels:
        letters = [re.escape(char) for char in label if char != " "]
        between = r"[ \t_-]?" if label.isascii() else r"[ \t]?"
        body = between.join(letters)
        alternatives.append(rf"(?<![A-Za-z0-9@._-]){body}(?![A-Za-z0-9@._-])" if label.isascii() else body)
    return re.compile("|".join(alternatives), re.IGNORECASE)


def _key(label: str) -> str:
    return re.sub(r"[ \t_-]", "", label).lower()


_MEANING = {_key(label): (field, rank) for rank, (field, group) in enumerate(_LABELS) for label in group}


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """(as written, the same with ASCII for full-width ASCII), of the same length, without mail quoting."""
    text = _HALF_KANA.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    for line in _UNSEEN.sub("", text).splitlines():
        folded = line.translate(_TO_ASCII)
        start = quote.end() if (quote := _QUOTE.match(folded)) else 0
        yield line[start:], folded[start:]


def _pairs(text: str) -> Iterator[tuple[str, int, str]]:
    """(field, rank of its label, raw value) as they stand in the text."""
    waiting: list[tuple[str, int]] = []
    for line, folded in _lines(text):
        labels = list(_label_pattern().finditer(folded))
        before = line[: labels[0].start()] if labels else line
        if waiting and before.strip():
            cells = _cells(before, len(waiting))
            for (field, rank), cell in zip(waiting, cells, strict=False):
                yield field, rank, cell
            waiting = waiting[len(cells) :]
        for label, following in zip(labels, [*labels[1:], None], strict=False):
            meaning = _MEANING[_key(label[0])]
            end = following.start() if following else len(line)
            start = _LEADERS.match(folded, label.end(), end)
            value = line[start.end() if start else label.end() : end].strip(" \t\u3000|")
            if value:
                yield *meaning, value
            elif meaning not in waiting:
                waiting.append(meaning)


def _cells(line: str, wanted: int) -> list[str]:
    """A line of values for ``wanted`` labels above it."""
    whole = line.strip(" \t\u3000|")
    if wanted == 1:
        return [whole]
    cells = [cell for cell in _CELL.split(whole.replace("\u3000", "  ")) if cell]
    return cells if len(cells) > 1 else whole.split() if len(whole.split()) == wanted else [whole]


def _value(field: str, raw: str) -> str:
    """The value in what stands behind a label: no remark, no blanks of an OCR; "" for prose."""
    folded = raw.translate(_TO_ASCII)
    text = to_halfwidth(_TAIL.sub("", raw[: _remark(folded)]).strip(" \t\u3000"))
    if _RULE.match(folded) or not re.search("[A-Za-z0-9]", text):
        return ""
    text = re.sub(r"\s+", "", text)
    if len(text) > MAX_VALUE_CHARS:
        return ""
    if field == "server":
        text = re.sub(r"^(?:sips?:|https?:)?(?://)?", "", text, flags=re.I).rstrip("./")
    return text.strip("\"'<>") if field != "password" else text


def _remark(folded: str) -> int:
    """Where a remark begins: a bracket after a blank, or words that are no ASCII."""
    for match in _REMARK.finditer(folded):
        at = match.start()
        if not match[0].isascii() or (at and folded[at - 1].isspace()):
            return at
    return len(folded)


def _split_address(values: dict[str, str]) -> None:
    """``abcde20201@01234abc.example.jp`` in the user's place is both."""
    user, at, host = values.get("user_id", "").removeprefix("sip:").rpartition("@")
    if at and user and _HOST.fullmatch(host):
        values["user_id"] = user
        values.setdefault("server", host)


def _only_host(text: str) -> str:
    """The one name of a server in the text, where there is just one: no web page, no mail address."""
    hosts = {host for _, folded in _lines(text[:MAX_SHEET_CHARS]) for host in _HOST.findall(folded)}
    return hosts.pop() if len(hosts) == 1 else ""


def _unlabelled(text: str) -> dict[str, str]:
    """Three words alone, a server among them: user, password, server in whatever place the server stands."""
    words = to_halfwidth(text).split()
    hosts = [word for word in words if _HOST.fullmatch(word)]
    if len(words) != len(WANTED) or len(hosts) != 1 or not all(word.isascii() for word in words):
        return {}
    user_id, password = (word for word in words if word != hosts[0])
    return {"user_id": user_id, "password": password, "server": hosts[0]}
