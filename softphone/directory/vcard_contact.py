"""One vCard to a contact: 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), as telephones and programs write them.

vobject reads each line: names, parameters, QUOTED-PRINTABLE. Its behaviours are not used: it has none for 4.0
(py-vobject/vobject#29) nor for 2.1 (#70), and those of 3.0 drop what follows an unescaped comma, which old
telephones write. So values are taken apart here; one bad line costs that line, not the card.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field

from vobject.base import ContentLine, VObjectError, textLineToContentLine

from softphone.directory.csv_columns import label_of
from softphone.directory.csv_text import has_control, shift_jis_text, shown
from softphone.directory.vcard_lines import CardLine, RawCard
from softphone.directory.vcard_names import CompoundName, name_of, reading_of
from softphone.domain.contact import Contact, ContactNumber
from softphone.domain.contact_file import FoundContact, LineTrouble

EXTRA_PROPERTY = "X-SOFTPHONE-EXTRA"
FAVOURITE_PROPERTY = "X-SOFTPHONE-FAVOURITE"
_CHARSET = re.compile(r"CHARSET=\"?([\w-]+)\"?", re.IGNORECASE)
_SHIFT_JIS = ("shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j", "cp932")
_LETTER = re.compile(r"\\.|.", re.DOTALL)
_UNESCAPE = re.compile(r"\\(.)", re.DOTALL)
_TYPES = (  # the first that is among the TYPEs of a TEL
    ("FAX", "fax"),
    ("CELL", "mobile"),
    ("MOBILE", "mobile"),
    ("IPHONE", "mobile"),
    ("MAIN", "main"),
    ("HOME", "home"),
    ("WORK", "work"),
    ("OTHER", "other"),
    ("PAGER", "other"),
    ("CAR", "other"),
)
_OF_THE_FILE = ("VERSION", "PRODID", "REV", "PROFILE", "X-SOFTPHONE-VERSION")  # says nothing of a person
_PHOTO_SCHEME = re.compile(r"data:[^,]*;base64,", re.IGNORECASE)


@dataclass
class _Card:
    """What is known of a card while it is read."""

    n: CompoundName = field(default_factory=CompoundName)
    words: dict[str, str] = field(default_factory=dict)
    phonetic: dict[str, str] = field(default_factory=dict)
    org: list[str] = field(default_factory=list)
    numbers: list[tuple[str, str, str]] = field(default_factory=list)  # group, number, label
    emails: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)  # X-ABLabel by group
    extra: list[tuple[str, str, str]] = field(default_factory=list)  # group, name, value
    favourite: int = 0
    photo: bytes = b""
    is_group: bool = False
    troubles: list[LineTrouble] = field(default_factory=list)


def card_contact(raw: RawCard) -> tuple[FoundContact | None, tuple[LineTrouble, ...]]:
    """The contact of a card and what was left out of it; None where there is nobody in it."""
    card = _Card()
    for line in raw.lines:
        _take_line(card, line)
    contact = _contact(card)
    known = bool(contact.shown_name or contact.emails) and not card.is_group
    if not raw.closed:
        card.troubles.append(LineTrouble(line=raw.number, code="unclosed", raw=_text_of(raw), kept=known))
    elif not known:
        code = "group" if card.is_group else "empty"
        return None, (LineTrouble(line=raw.number, code=code, raw=_text_of(raw)),)
    if not known:
        return None, tuple(card.troubles)
    return FoundContact(contact=contact, line=raw.number, photo=card.photo), tuple(card.troubles)


def unescaped(value: str) -> str:
    r"""RFC 6350 §3.4: ``\n`` ``\,`` ``\;`` ``\\``."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")  # of QUOTED-PRINTABLE
    if "\\" not in value:
        return value
    return _UNESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)


def parts_of(value: str, mark: str = ";") -> list[str]:
    """The parts of a compound value or of a list, unescaped."""
    if "\\" not in value:
        return unescaped(value).split(mark)
    parts, begin = [], 0
    for match in _LETTER.finditer(value):
        if match[0] == mark:
            parts.append(unescaped(value[begin : match.start()]))
            begin = match.end()
    return [*parts, unescaped(value[begin:])]


def property_name(line: ContentLine) -> str:
    """Group, name and parameters as they are written back: ``item1.ADR;TYPE=HOME``."""
    types = [*line.params.get("TYPE", []), *line.singletonparams]
    params = line.params | ({"TYPE": types} if types else {})
    written = "".join(
        f";{name}={','.join(_quoted(value) for value in values)}" for name, values in sorted(params.items())
    )
    return f"{line.group + '.' if line.group else ''}{line.name}{written}"


def _quoted(value: str) -> str:
    return f'"{value}"' if re.search(r"[,;:]", value) else value


def _take_line(card: _Card, raw: CardLine) -> None:
    if raw.cut:
        photo = raw.content[:64].upper().partition(b":")[0].partition(b".")
        code = "photo_big" if b"PHOTO" in (photo[2] or photo[0]) else "too_long"
        card.troubles.append(_trouble(raw, code))
        return
    text = _decoded(raw.content)
    if text is None or has_control(text):
        card.troubles.append(_trouble(raw, "encoding" if text is None else "control"))
        return
    try:
        line = textLineToContentLine(text, raw.number)
    except (VObjectError, UnicodeError, LookupError, binascii.Error):
        card.troubles.append(_trouble(raw, "line"))
        return
    line.params.pop("CHARSET", None)
    taker = _TAKERS.get(line.name)
    if taker is not None:
        taker(card, line, raw)
    elif line.name.startswith("X-PHONETIC-"):
        card.phonetic[line.name.removeprefix("X-PHONETIC-")] = unescaped(line.value).strip()
    elif line.name not in _OF_THE_FILE and line.value.strip():
        _keep(card, line)


def _decoded(content: bytes) -> str | None:
    """The line's letters: as its CHARSET says, else UTF-8, else Shift_JIS. A CHARSET Python knows is left."""
    if content.isascii():
        text = content.decode("ascii")
        head, mark, value = text.partition(":")
        return _CHARSET.sub(_known_charset, head) + mark + value
    head = content.partition(b":")[0].decode("ascii", "replace")
    named = _CHARSET.search(head)
    for encoding in dict.fromkeys(filter(None, (_codec(named[1]) if named else "", "utf-8"))):
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return shift_jis_text(content)


def _codec(charset: str) -> str:
    return "cp932" if charset.lower() in _SHIFT_JIS else charset


def _known_charset(match: re.Match[str]) -> str:
    """Shift_JIS of telephones has the letters of Windows in it (髙, ①)."""
    return f"CHARSET={_codec(match[1])}"


def _take_n(card: _Card, line: ContentLine, raw: CardLine) -> None:
    parts = [part.strip() for part in parts_of(line.value)]
    card.n = CompoundName(*(parts + [""] * 5)[:5])
    _take_sort_as(card, line, "SORT-NAME")


def _take_sort_as(card: _Card, line: ContentLine, name: str) -> None:
    if line.params.get("SORT-AS"):
        parts = ",".join(line.params["SORT-AS"]).split(",")
        card.phonetic[name] = " ".join(part.strip() for part in parts if part.strip())


def _take_word(card: _Card, line: ContentLine, raw: CardLine) -> None:
    value = unescaped(line.value).strip()
    if line.name in card.words and value != card.words[line.name]:
        if line.name == "NOTE":
            card.words["NOTE"] += f"\n{value}"
        elif value:
            _keep(card, line)
        return
    card.words[line.name] = value


def _take_org(card: _Card, line: ContentLine, raw: CardLine) -> None:
    if card.org:
        _keep(card, line)
        return
    card.org = [part.strip() for part in parts_of(line.value)]
    _take_sort_as(card, line, "SORT-ORG")


def _take_tel(card: _Card, line: ContentLine, raw: CardLine) -> None:
    number = unescaped(line.value).strip()
    extension = ""
    if number.lower().startswith("tel:"):
        number, _, rest = number[4:].partition(";")
        extension = rest.removeprefix("ext=").partition(";")[0] if rest.startswith("ext=") else ""
    types = [part.upper() for value in line.params.get("TYPE", []) for part in value.split(",")]
    types += [part.upper() for part in line.singletonparams]
    label = next((label for kind, label in _TYPES if kind in types), "work")
    if number:
        card.numbers.append((line.group or "", number, label))
    if extension:
        card.numbers.append(("", extension, "extension"))


def _take_email(card: _Card, line: ContentLine, raw: CardLine) -> None:
    if address := unescaped(line.value).strip():
        card.emails.append(address)


def _take_categories(card: _Card, line: ContentLine, raw: CardLine) -> None:
    groups = (part.strip() for part in parts_of(line.value, ","))
    card.groups += [group for group in groups if group and group.casefold() != "mycontacts"]


def _take_label(card: _Card, line: ContentLine, raw: CardLine) -> None:
    card.labels[line.group or ""] = unescaped(line.value).strip()


def _take_photo(card: _Card, line: ContentLine, raw: CardLine) -> None:
    value = line.value.strip()
    scheme = _PHOTO_SCHEME.match(value)
    if scheme is None and (re.match(r"[a-z][a-z0-9+.-]*:", value, re.IGNORECASE) or "VALUE" in line.params):
        _keep(card, line)  # an address: what is there is not fetched
        return
    try:
        photo = base64.b64decode(value[scheme.end() if scheme else 0 :], validate=True)
    except ValueError:
        card.troubles.append(_trouble(raw, "photo_broken"))
        return
    card.photo = card.photo or photo


def _take_favourite(card: _Card, line: ContentLine, raw: CardLine) -> None:
    card.favourite = int(line.value) if line.value.isdecimal() else 1


def _take_extra(card: _Card, line: ContentLine, raw: CardLine) -> None:
    name, value = (*parts_of(line.value), "", "")[:2]
    card.extra.append(("", name, value))


def _take_sound(card: _Card, line: ContentLine, raw: CardLine) -> None:
    """The reading as Japanese telephones write it in 2.1."""
    if "X-IRMC-N" in (*line.singletonparams, *line.params.get("TYPE", [])):
        card.phonetic["SORT-NAME"] = " ".join(filter(None, (part.strip() for part in parts_of(line.value))))
    else:
        _keep(card, line)


def _take_kind(card: _Card, line: ContentLine, raw: CardLine) -> None:
    card.is_group = line.value.strip().lower() == "group"


def _take_sort_string(card: _Card, line: ContentLine, raw: CardLine) -> None:
    card.phonetic.setdefault("SORT-NAME", unescaped(line.value).strip())


_TAKERS = {
    "N": _take_n,
    "FN": _take_word,
    "TITLE": _take_word,
    "NOTE": _take_word,
    "ORG": _take_org,
    "TEL": _take_tel,
    "EMAIL": _take_email,
    "CATEGORIES": _take_categories,
    "X-ABLABEL": _take_label,
    "PHOTO": _take_photo,
    "SORT-STRING": _take_sort_string,
    "SOUND": _take_sound,
    "KIND": _take_kind,
    "X-ADDRESSBOOKSERVER-KIND": _take_kind,
    FAVOURITE_PROPERTY: _take_favourite,
    EXTRA_PROPERTY: _take_extra,
}


def _keep(card: _Card, line: ContentLine) -> None:
    card.extra.append((line.group or "", property_name(line), line.value))


def _contact(card: _Card) -> Contact:
    company = card.org[0] if card.org else ""
    name = name_of(card.n, card.words.get("FN", ""))
    if not any((card.n.family, card.n.given)) and name in (company, *(each[1] for each in card.numbers[:1])):
        name = ""  # FN must be there (RFC 6350 §6.2.1), also where nobody has a name
    of_numbers = {group for group, _, _ in card.numbers if group}
    kept = {group for group, _, _ in card.extra}
    labels = [
        ("", f"{group}.X-ABLABEL", label)
        for group, label in card.labels.items()
        if group in kept and group and group not in of_numbers
    ]
    return Contact(
        name=name,
        reading=reading_of(card.phonetic),
        company=company,
        company_reading=card.phonetic.get("ORG", "") or card.phonetic.get("SORT-ORG", ""),
        department=" ".join(filter(None, card.org[1:])),
        title=card.words.get("TITLE", ""),
        note=card.words.get("NOTE", ""),
        numbers=tuple(
            dict.fromkeys(
                ContactNumber(number, label_of(card.labels.get(group, "") if group else "") or label)
                for group, number, label in card.numbers
            )
        ),
        emails=tuple(dict.fromkeys(card.emails)),
        groups=tuple(dict.fromkeys(card.groups)),
        favourite=card.favourite,
        extra=tuple((name, value) for _, name, value in (*card.extra, *labels)),
    )


def _text_of(raw: RawCard) -> str:
    text = b"\n".join(line.content[:400] for line in raw.lines[:40])
    return shown(_decoded(text) or text.decode("cp932", "backslashreplace"))


def _trouble(raw: CardLine, code: str) -> LineTrouble:
    head = raw.content[:400]
    return LineTrouble(
        line=raw.number, code=code, raw=shown(head.decode("utf-8", "backslashreplace")), kept=True
    )
