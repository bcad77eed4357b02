"""How Japanese is read, sorted and found: folded writing, readings, headings of the index, company words.

Width, case, katakana and old forms of kanji are folded away; 株式会社 and the like do not count in sorting.
Sources: JIS X 4061 (order of kana), Unicode NFKC (width). Old forms: those that stand in names.
"""

from __future__ import annotations

import re
import unicodedata

KANA_HEADINGS = ("あ", "か", "さ", "た", "な", "は", "ま", "や", "ら", "わ")
LATIN_HEADINGS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
DIGIT_HEADING = "#"
OTHER_HEADING = "他"
HEADINGS = (*KANA_HEADINGS, *LATIN_HEADINGS, DIGIT_HEADING, OTHER_HEADING)

_HIRAGANA = {code: code - 0x60 for code in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}  # ァ–ヶ, ヽ, ヾ
_OLD_FORMS = dict(
    zip(
        map(ord, "髙﨑濵濱邊邉齋斎齊澤廣嶋嶌櫻眞惠國德瀨塚榮冨𠮷萬藏條彌渕曾壽豐淺會學寳圓龍瀧槇遙晧"),
        map(ord, "高崎浜浜辺辺斉斉斉沢広島島桜真恵国徳瀬塚栄富吉万蔵条弥淵曽寿豊浅会学宝円竜滝槙遥皓"),
        strict=True,
    )
)
_FOLD = _HIRAGANA | _OLD_FORMS

_COMPANY_WORDS = (
    "株式会社|有限会社|合同会社|合資会社|合名会社|相互会社|"
    "(?:特例|一般|公益)?(?:社団|財団)法人|社会福祉法人|社会医療法人|医療法人(?:社団|財団)?|学校法人|宗教法人|"
    "(?:特定非営利活動|npo)法人|(?:地方)?独立行政法人|国立大学法人|税理士法人|弁護士法人|監査法人|"
    r"\((?:株|有|同|資|名|相|社|財|医|学|宗|福|独|特非)\)|"
    "(?:かぶしき|ゆうげん|ごうどう|ごうし|ごうめい)(?:がいしゃ|かいしゃ)|(?:かぶ|ゆう|か|ゆ)\\)|"
    "(?:いっぱん|こうえき)?(?:しゃだん|ざいだん)ほうじん|いりょうほうじん|がっこうほうじん|しゃかいふくしほうじん"
)
_COMPANY = re.compile(f"(?:{_COMPANY_WORDS})")
_SPACES = re.compile(r"\s+")

_ROWS = (
    "あいうえお",
    "かきくけこ",
    "さしすせそ",
    "たちつてと",
    "なにぬねの",
    "はひふへほ",
    "まみむめも",
    "やゆよ",
    "らりるれろ",
    "わゐゑをん",
)
_HEADING_OF = {kana: heading for heading, row in zip(KANA_HEADINGS, _ROWS, strict=True) for kana in row}
_LARGE = str.maketrans("ぁぃぅぇぉっゃゅょゎゕゖゔ", "あいうえおつやゆよわかけう")
_VOWEL_OF = {
    kana: vowel
    for vowel, column in zip(
        "あいうえお",
        (
            "あかさたなはまやらわ",
            "いきしちにひみりゐ",
            "うくすつぬふむゆる",
            "えけせてねへめれゑ",
            "おこそとのほもよろを",
        ),
        strict=True,
    )
    for kana in column
}
_LATER_GROUPS = {DIGIT_HEADING: "2", OTHER_HEADING: "3"}
_MARKS = {"\u3099", "\u309a"}  # combining dakuten, handakuten


def fold(text: str) -> str:
    """One writing for all: half width, small letters, hiragana, today's kanji, single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_FOLD)
    return _SPACES.sub(" ", folded).strip()


def without_company_words(folded: str) -> str:
    """A folded company's name without 株式会社 and its like; the whole where nothing else is left."""
    return _COMPANY.sub("", folded).strip() or folded


def heading(name: str, reading: str = "") -> str:
    """The place in the index, one of HEADINGS, of somebody so read."""
    return _heading(_sorted_by(name, reading)[:1])


def sort_key(name: str, reading: str = "") -> str:
    """Text that sorts あかさたな, A–Z, digits, the rest. Dakuten count only between readings else alike."""
    text = _sorted_by(name, reading)
    place = _heading(text[:1])
    group = "0" if place in KANA_HEADINGS else _LATER_GROUPS.get(place, "1")
    return "\x00".join((group + _plain(text), text, fold(name)))


def _sorted_by(name: str, reading: str) -> str:
    """What counts in sorting: the reading, else the name, folded and without company words."""
    return without_company_words(fold(reading) or fold(name))


def _heading(first: str) -> str:
    if not first:
        return OTHER_HEADING
    plain = _plain(first)[:1]
    if plain in _HEADING_OF:
        return _HEADING_OF[plain]
    if "a" <= plain <= "z":
        return plain.upper()
    return DIGIT_HEADING if plain.isdecimal() or plain in ("+", "*", "#") else OTHER_HEADING


def _plain(folded: str) -> str:
    """Without dakuten, accents, small kana and spaces; ー is the vowel before it."""
    out: list[str] = []
    for char in unicodedata.normalize("NFD", folded):
        if char in _MARKS or unicodedata.combining(char):
            continue
        if char == "ー":
            out.append(_VOWEL_OF.get(out[-1], "") if out else "")
        elif char not in " ・･,.、。":
            out.append(char.translate(_LARGE))
    return "".join(out)
