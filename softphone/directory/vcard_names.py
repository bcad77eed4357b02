"""Name and reading of a person from what a vCard says of them, and back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

_CJK = re.compile(r"[\u3005-\u30ff\u3400-\u9fff\uff66-\uff9f]")


@dataclass(frozen=True, slots=True)
class CompoundName:
    """N: RFC 6350 §6.2.2."""

    family: str = ""
    given: str = ""
    additional: str = ""
    prefix: str = ""
    suffix: str = ""


def name_of(n: CompoundName, fn: str) -> str:
    """The name as it is said: FN, but 姓 名 where a program wrote a Japanese name the other way round."""
    japanese = " ".join(filter(None, (n.family, n.additional, n.given)))
    if _CJK.search(japanese):
        turned = " ".join(filter(None, (n.given, n.additional, n.family)))
        return japanese if not fn or _bare(fn) in (_bare(turned), _bare(f"{n.given}{n.family}")) else fn
    return fn or " ".join(filter(None, (n.prefix, n.given, n.additional, n.family, n.suffix)))


def split_name(name: str) -> CompoundName:
    """N of a name that is one text: 姓 名 of a Japanese one, given family of another."""
    first, _, rest = name.partition(" ")
    if _CJK.search(name):
        return CompoundName(family=first, given=rest)
    given, _, family = name.rpartition(" ")
    return CompoundName(family=family, given=given) if given else CompoundName(given=family)


def reading_of(phonetic: Mapping[str, str]) -> str:
    """X-PHONETIC-LAST-NAME and -FIRST-NAME, else what the card is sorted by, if that is kana."""
    parts = (phonetic.get(name, "") for name in ("LAST-NAME", "MIDDLE-NAME", "FIRST-NAME"))
    reading = " ".join(filter(None, parts)) or phonetic.get("SORT-NAME", "")
    return unicodedata.normalize("NFKC", reading) if _HALF_KANA.search(reading) else reading


_HALF_KANA = re.compile(r"[\uff66-\uff9f]")


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)
