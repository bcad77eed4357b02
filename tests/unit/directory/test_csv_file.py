"""CSV files as Excel, Google, Outlook, Thunderbird and this program write them; and as nobody should."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings

from softphone.directory.csv_file import look_at_csv, read_csv, with_header
from softphone.domain.contact import Contact, ContactNumber
from softphone.domain.contact_file import ExportFormat, FoundContact, LineTrouble
from tests.helpers.contact_files import DATA, any_contacts, people, read_all, words_of, written
from tests.helpers.fake_people import disk_files as files

YAMADA = ContactNumber("03-1234-5678", "work")


@pytest.mark.parametrize("name", ["excel_shift_jis.csv", "excel_utf8.csv", "excel_unicode.txt"])
def test_excel(name: str) -> None:
    yamada, sato, takahashi, maruyama = people((DATA / name).read_bytes())
    assert yamada == Contact(
        name="山田 太郎",
        reading="ヤマダ タロウ",
        company="株式会社青空商事",
        department="営業部",
        title="部長",
        note="大口のお客様\n訪問は火曜日",
        numbers=(YAMADA, ContactNumber("090-1111-2222", "mobile"), ContactNumber("201", "extension")),
        emails=("yamada@aozora.example.jp",),
        extra=(("社員番号", "A-001"),),
    )
    assert (sato.name, takahashi.name) == ("佐藤 花子", "髙橋 一郎")
    assert takahashi.note == '「至急」と言われたら"折り返し"'
    assert takahashi.extra == (("社員番号", "B-①"),)
    assert (maruyama.name, maruyama.shown_name) == ("", "丸山運輸株式会社")


def test_a_file_without_names_of_columns() -> None:
    suzuki = people((DATA / "semicolon_no_header.csv").read_bytes())[0]
    assert suzuki == Contact(
        name="鈴木 次郎",
        reading="スズキ ジロウ",
        company="有限会社鈴木工務店",
        numbers=(ContactNumber("090-5555-6666", "mobile"),),
        emails=("suzuki@example.jp",),
    )


def test_google_old() -> None:
    yamada, smith = people((DATA / "google_old.csv").read_bytes())
    assert (yamada.name, yamada.reading) == ("山田 太郎", "ヤマダ タロウ")
    assert (yamada.company, yamada.company_reading) == (
        "株式会社青空商事",
        "カブシキガイシャアオゾラショウジ",
    )
    assert yamada.numbers == (
        YAMADA,
        ContactNumber("090-1111-2222", "mobile"),
        ContactNumber("090-1111-3333", "mobile"),
        ContactNumber("03-1234-9999", "直通"),
    )
    assert yamada.emails == ("yamada@aozora.example.jp", "taro@example.com")
    assert (yamada.groups, yamada.favourite) == (("得意先",), 1)
    assert ("Birthday", "1980-04-01") in yamada.extra
    assert smith.numbers == (ContactNumber("+44 20 7946 0000", "fax"),)


def test_google_new() -> None:
    yamada, smith = people((DATA / "google_new.csv").read_bytes())
    assert (yamada.name, yamada.reading, yamada.note) == ("山田 太郎", "ヤマダ タロウ", "1行目\n2行目")
    assert yamada.numbers == (YAMADA, ContactNumber("090-1111-2222", "mobile"))
    assert ("Address 1 - Formatted", "港区1-2-3\n東京都") in yamada.extra
    assert smith.numbers == (ContactNumber("+44 20 7946 0001", "main"),)
    assert ("Middle Name", "Maria") in smith.extra


def test_outlook_english() -> None:
    (smith,) = people((DATA / "outlook_en.csv").read_bytes())
    assert (smith.name, smith.title, smith.groups) == ("Anna Smith", "CEO", ("Clients", "Europe"))
    assert [each.label for each in smith.numbers] == ["fax", "work", "main", "mobile"]
    assert ("Title", "Ms.") in smith.extra
    assert ("Business Street", "1 High Street\nLondon") in smith.extra


def test_outlook_japanese() -> None:
    (yamada,) = people((DATA / "outlook_ja.csv").read_bytes())
    assert (yamada.name, yamada.reading) == ("山田 太郎", "ヤマダ タロウ")
    assert (yamada.company_reading, yamada.title) == ("アオゾラショウジ", "部長")
    assert [each.label for each in yamada.numbers] == ["fax", "work", "work", "main", "mobile"]
    assert yamada.groups == ("得意先", "東京")
    assert ("番地 (会社)", "港区1-2-3") in yamada.extra


@pytest.mark.parametrize("name", ["thunderbird_en.csv", "thunderbird_ja.csv"])
def test_thunderbird(name: str) -> None:
    (yamada,) = people((DATA / name).read_bytes())
    assert (yamada.name, yamada.company, yamada.title) == ("山田 太郎", "株式会社青空商事", "部長")
    assert YAMADA in yamada.numbers
    assert ContactNumber("090-1111-2222", "mobile") in yamada.numbers
    assert yamada.note == "覚え書き"


def test_broken_lines_are_listed_and_all_others_read() -> None:
    found, troubles = read_all((DATA / "broken_mixed.csv").read_bytes())
    assert [each.contact.name for each in found if each.contact.name.startswith("山田")] == [
        f"山田 {number}" for number in range(1, 13)
    ]
    assert [(each.line, each.code, each.kept) for each in troubles] == [
        (4, "quote", False),
        (7, "encoding", False),
        (9, "columns", False),
        (11, "rounded", True),
    ]
    assert troubles[0].raw == '"佐藤 花子,サトウ,みどり銀行,06-6666-7777'


def hostile(lines: int) -> tuple[bytes, set[int], int]:
    """A file of so many lines, the numbers of its bad ones, and how many people can be read."""
    rng = random.Random(4)
    content = ["氏名,フリガナ,会社名,会社電話".encode()]
    bad: set[int] = set()
    for number in range(2, lines + 1):
        text = f'"山田 {number}","ヤマダ","青空 {number % 90}","03-1234-{number % 10000:04d}"'
        kind = rng.choice(["fine"] * 18 + ["open", "letters"])
        if kind == "open":
            text = text[: rng.randrange(2, 8)] + text[8:].replace('"', "")
            bad.add(number)
        line = text.encode("cp932" if rng.random() < 0.5 else "utf-8")
        if kind == "letters":
            line = line[:4] + b"\xff\xfe" + line[4:]
            bad.add(number)
        content.append(line)
    return b"\r\n".join(content), bad, lines - 1 - len(bad)


def test_50_000_hostile_lines() -> None:
    content, bad, good = hostile(50_000)
    began_s = time.perf_counter()
    found, troubles, longest_s, last_s = 0, set(), 0.0, began_s
    for step in read_csv(content, look_at_csv(content)):
        now_s = time.perf_counter()
        longest_s, last_s = max(longest_s, now_s - last_s), now_s
        if isinstance(step, LineTrouble):
            troubles.add(step.line)
        found += isinstance(step, FoundContact)
    assert (troubles, found) == (bad, good)
    assert time.perf_counter() - began_s < 10.0  # 1.5 s where nothing else runs
    assert longest_s < 0.5


def test_a_quote_opened_on_every_line_takes_no_longer_than_the_lines() -> None:
    content = "氏名,電話,備考\n".encode() + b'"a,b\n' * 20_000
    began_s = time.perf_counter()
    _, troubles = read_all(content)
    assert len(troubles) == 20_000
    assert time.perf_counter() - began_s < 10.0


def test_the_first_line_can_be_taken_for_a_person() -> None:
    content = "山田,03-1\n佐藤,03-2\n".encode()
    look = look_at_csv(content)
    assert look.header == ()
    named = with_header(look, True)
    assert named.header == ("山田", "03-1")
    assert [each.contact.name for each in read_all(content, named)[0]] == ["佐藤"]
    assert with_header(named, False) == look


def test_zeros_that_excel_took_away_are_put_back() -> None:
    text = "氏名,会社電話,携帯電話,内線番号\n山田,312345678,9012345678,201\n佐藤,120444444,8011112222,202\n"
    look = look_at_csv(text.encode("cp932"))
    assert look.lost_zeros == (1, 2)
    assert [[n.number for n in each.numbers] for each in people(text.encode("cp932"))] == [
        ["0312345678", "09012345678", "201"],
        ["0120444444", "08011112222", "202"],
    ]


@pytest.mark.parametrize(
    "numbers", [("312345678", "03-1234-5678"), ("2125551234", "3125551234"), ("312345678",)]
)
def test_numbers_that_lost_nothing_are_left_as_they_are(numbers: tuple[str, ...]) -> None:
    text = "\n".join(["氏名,会社電話", *(f"山田 {n},{n}" for n in numbers)])
    assert [each.numbers[0].number for each in people(text.encode())] == list(numbers)


def test_excels_word_on_the_separator_is_no_person() -> None:
    assert people("sep=;\n氏名;電話\n山田;03-1\n".encode()) == [
        Contact(name="山田", numbers=(ContactNumber("03-1", "work"),))
    ]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe", b"\x00" * 100, bytes(range(256)) * 40])
def test_what_is_no_csv_has_nobody_in_it_and_does_no_harm(content: bytes) -> None:
    found, _ = read_all(content)
    assert all(isinstance(each, FoundContact) for each in found)


@settings(max_examples=60, deadline=None)
@given(any_contacts())
def test_nothing_is_lost_on_the_way_round_in_utf_8(contacts: tuple[Contact, ...]) -> None:
    assert tuple(people(written(contacts, ExportFormat.CSV_UTF8))) == contacts


@settings(max_examples=40, deadline=None)
@given(any_contacts("山田髙①ｱアa1=+-@'\",;:\\ー～"))
def test_nothing_is_lost_on_the_way_round_in_shift_jis(contacts: tuple[Contact, ...]) -> None:
    assert tuple(people(written(contacts, ExportFormat.CSV_SHIFT_JIS, "ja"))) == contacts


def test_letters_that_shift_jis_has_not_are_told() -> None:
    contacts = (Contact(name="𠮷野家", note="한 〜"), Contact(name="山田"))
    assert list(files().unwritable(contacts, words_of("ja"))) == ["𠮷한", ""]
    (yoshino, _) = people(written(contacts, ExportFormat.CSV_SHIFT_JIS))
    assert (yoshino.name, yoshino.note) == ("〓野家", "〓 ～")
