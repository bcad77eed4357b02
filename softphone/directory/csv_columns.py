"""What the columns of a CSV file hold, guessed from their names, else from what stands in them.

Knows the names that Excel sheets of Japanese offices, Google Contacts (old and new), Outlook and Thunderbird
(Japanese and English) and this program use. A name is compared without spaces, marks, case, width and kind of
kana: ``フリガナ (姓)``, ``ﾌﾘｶﾞﾅ(姓)`` and ``ふりがな姓`` are one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

_MARKS = re.compile(r"[\s_\-・:.,()\[\]/'*]+")
_HIRAGANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}

_NAMES = {
    "name": "氏名,名前,お名前,姓名,表示名,連絡先名,フルネーム,担当者,担当者名,宛名,name,"
    "full name,display name",
    "family": "姓,苗字,名字,last name,family name,surname",
    "given": "名,first name,given name,forename",
    "reading": "フリガナ,読み,読み仮名,読みがな,ヨミ,カナ,氏名カナ,氏名フリガナ,カナ氏名,"
    "名前カナ,名前フリガナ,yomi name,yomi,reading,furigana,kana,phonetic name",
    "family_reading": "family name reading,"
    "姓フリガナ,フリガナ姓,姓カナ,カナ姓,セイ,姓の読み,姓読み,読み姓,姓ヨミ,"
    "family name yomi,surname yomi,last name yomi,phonetic last name,"
    "last name phonetic,phonetic family name,family name phonetic,姓のフリガナ",
    "given_reading": "given name reading,"
    "名フリガナ,フリガナ名,名カナ,カナ名,メイ,名の読み,名読み,読み名,名ヨミ,"
    "given name yomi,given yomi,first name yomi,phonetic first name,"
    "first name phonetic,phonetic given name,given name phonetic,名のフリガナ",
    "company": "会社,会社名,勤務先,勤務先名,組織,組織名,法人名,企業名,取引先,取引先名,所属,"
    "顧客名,company,company name,organization,organisation,organization name,"
    "organization 1 name,employer",
    "company_reading": "company reading,会社名フリガナ,会社フリガナ,会社名カナ,会社カナ,company yomi,"
    "organization 1 yomi name,phonetic organization name,会社名のフリガナ,"
    "company name reading",
    "department": "部署,部署名,部門,部課,部課名,所属部署,department,division,"
    "organization department,organization 1 department",
    "title": "役職,役職名,職位,job title,position,organization title,organization 1 title",
    "number_label": "電話の種類,電話種類,phone type,phone label",
    "number_work": "電話,電話番号,TEL,会社電話,会社電話番号,会社電話 2,会社の電話,電話(会社),"
    "電話番号(会社),会社TEL,勤務先電話,勤務先電話番号,勤務先の電話番号,直通,直通電話,"
    "phone,phone number,telephone,telephone number,business phone,business phone 2,"
    "work phone,work phone 2,office phone,work",
    "number_mobile": "携帯,携帯電話,携帯番号,携帯電話番号,携帯TEL,電話(携帯),mobile,mobile phone,"
    "mobile number,cell,cell phone,cell number,cellular",
    "number_home": "自宅,自宅電話,自宅電話番号,自宅電話 2,自宅電話番号 2,自宅の電話番号,自宅TEL,"
    "電話(自宅),home phone,home phone 2,home",
    "number_main": "代表,代表電話,代表番号,代表電話番号,代表TEL,会社代表電話,company main phone,"
    "main phone,main",
    "number_extension": "内線,内線番号,extension,ext,extension number",
    "number_fax": "FAX,FAX番号,ファックス,ファクス,会社FAX,自宅FAX,その他のFAX,fax number,"
    "business fax,home fax,other fax,work fax",
    "number_other": "その他,その他の電話,その他の電話番号,通常の電話,自動車電話,無線電話,"
    "ポケットベル,コールバック,秘書の電話,ISDN,テレックス,TTY TDD 電話,other phone,"
    "other,primary phone,car phone,radio phone,pager,pager number,callback,"
    "assistants phone,telex,TTY TDD phone",
    "email": "メール,メールアドレス,Eメール,Eメールアドレス,電子メール,電子メールアドレス,"
    "別のメールアドレス,mail,email,email address,mail address,primary email,"
    "secondary email",
    "groups": "グループ,グループ名,分類,分類項目,カテゴリ,カテゴリー,タグ,group,groups,"
    "group membership,labels,categories,category,tags",
    "note": "メモ,備考,ノート,コメント,摘要,note,notes,memo,remarks,comment,comments",
    "favourite": "お気に入り,favourite,favorite,starred",
    "extra": "その他の項目,other fields",
}
# Names that hold a title only where no better one is there: in Outlook 肩書き and Title are Mr. and Dr.
_WEAK_TITLES = ("肩書", "肩書き", "title")
_LABELS = {
    "work": "会社,勤務先,仕事,職場,work,business,office",
    "mobile": "携帯,携帯電話,mobile,cell,cellular,iphone,携帯番号",
    "home": "自宅,家,home",
    "main": "代表,代表電話,main,company main",
    "fax": "FAX,ファックス,会社FAX,自宅FAX,仕事FAX,勤務先FAX,work fax,home fax,fax number,"
    "business fax,other fax",
    "extension": "内線,内線番号,extension,ext",
    "other": "その他,other,pager,ポケットベル",
}
_NUMBERED = (
    (re.compile(r"(phone|tel|電話)(\d+)(type|label|ノ種類|種類)"), "number_label"),
    (re.compile(r"(phonetype|phonelabel|電話ノ種類|電話種類|種類)\d+"), "number_label"),
    (re.compile(r"(phone|tel|電話|電話番号|phonenumber)(\d+)(value|番号)?"), "number"),
    (
        re.compile(r"(email|mail|メール|メールアドレス|電子メール|emailaddress)\d+(value|address|アドレス)?"),
        "email",
    ),
)
_PHONE = re.compile(r"\+?[0-9０-９][0-9０-９()（）\-－ー.\s]{2,}")
_ZEROLESS = re.compile(r"[1-9][0-9]{8}|[5789]0[0-9]{8}")
_MOBILE = re.compile(r"(0|\+?81[ -]?)[789]0")
_KANA = re.compile(r"[\u3041-\u309f\u30a0-\u30ff\uff66-\uff9f\s\u3000]+")
_COMPANY = re.compile(
    r"株式会社|有限会社|合同会社|[（(]株[)）]|㈱|\b(inc|ltd|llc|corp|gmbh|co)\b", re.IGNORECASE
)


def plain(name: str) -> str:
    """A name as it is compared."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", name)).casefold().translate(_HIRAGANA)


@cache
def _by_name() -> dict[str, str]:
    return {plain(name): field for field, names in _NAMES.items() for name in names.split(",")}


@cache
def _by_label() -> dict[str, str]:
    return {plain(word): label for label, words in _LABELS.items() for word in words.split(",")}


def label_of(words: str) -> str:
    """One of LABELS for the words of a file, ``* Work`` and ``_$!<Mobile>!$_`` too; else the words."""
    words = words.strip().removeprefix("_$!<").removesuffix(">!$_").removeprefix("* ").strip()
    if not words:
        return ""
    return _by_label().get(plain(words), words)


def field_of(name: str) -> str:
    """The field a column of this name holds; "" where the name says nothing."""
    name = plain(name)
    field = _by_name().get(name, "")
    if field:
        return field
    return next((field for pattern, field in _NUMBERED if pattern.fullmatch(name)), "")


def is_header(row: Sequence[str], following: Sequence[Sequence[str]]) -> bool:
    """The first row names the columns: a known name is in it, or nothing but words over numbers."""
    if any("@" in cell or _PHONE.fullmatch(cell) for cell in row):
        return False
    if any(field_of(cell) or plain(cell) in _WEAK_TITLES for cell in row):
        return True
    numbers = [place for place in range(len(row)) if _guess(_column(following, place)).startswith("number")]
    return bool(numbers) and all(row[place] for place in numbers) and len(following) > 1


def guess_mapping(header: Sequence[str], rows: Sequence[Sequence[str]], columns: int) -> tuple[str, ...]:
    """A field for every column; what nothing is known of is kept."""
    if not header:
        return _by_content(rows, columns)
    found = [field_of(name) for name in header]
    if not any(found):
        return _by_content(rows, columns)
    if "title" not in found:
        found = [
            "title" if not field and plain(name) in _WEAK_TITLES else field
            for field, name in zip(found, header, strict=True)
        ]
    if "number_label" in found:  # each label belongs to the number that follows it
        labelled = [False, *(field == "number_label" for field in found)]
        found = [
            "number" if before and field == "number_work" else field
            for field, before in zip(found, labelled, strict=False)
        ]
    return tuple(field or "keep" for field in found)


def lost_zeros(mapping: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """The columns of numbers of one kind in which no number is whole without a 0 before it.

    Not those with a label beside them: programs write these, ours too, and lose nothing.
    """
    return tuple(
        place
        for place, field in enumerate(mapping)
        if field.startswith("number_") and field not in ("number_label", "number_extension")
        if len(cells := _column(rows, place)) > 1 and all(map(without_zero, cells))
    )


def without_zero(number: str) -> bool:
    """Nine digits, or ten of a mobile or IP telephone: a Japanese number but for its 0."""
    return _ZEROLESS.fullmatch(number) is not None


def _by_content(rows: Sequence[Sequence[str]], columns: int) -> tuple[str, ...]:
    """Without names: numbers, addresses and kana are known by their look, the first words are the name."""
    found = [_guess(_column(rows, place)) for place in range(columns)]
    words = [place for place, field in enumerate(found) if field == ""]
    if words:
        found[words[0]] = "name"
        if len(words) > 1 and "company" not in found:
            found[words[1]] = "company"
    elif "company" in found and "name" not in found:
        pass
    return tuple(field or "keep" for field in found)


def _column(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    return [row[place] for row in rows if place < len(row) and row[place]]


def _guess(cells: list[str]) -> str:
    """What most cells look like; "" for words, keep where there are none."""
    if not cells:
        return "keep"

    def most(pattern: re.Pattern[str]) -> bool:
        return sum(pattern.fullmatch(cell) is not None for cell in cells) * 2 > len(cells)

    if sum("@" in cell for cell in cells) * 2 > len(cells):
        return "email"
    if most(_PHONE):
        mobile = sum(_MOBILE.match(unicodedata.normalize("NFKC", cell)) is not None for cell in cells)
        return "number_mobile" if mobile * 2 > len(cells) else "number_work"
    if sum(_COMPANY.search(cell) is not None for cell in cells) * 2 > len(cells):
        return "company"
    return "reading" if most(_KANA) else ""
