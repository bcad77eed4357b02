"""vCards as iCloud, Google, Outlook, Thunderbird and old telephones write them, and as this program does."""

from __future__ import annotations

import base64
import time
import tracemalloc

import pytest
from hypothesis import given, settings

from softphone.directory.vcard_file import is_vcard
from softphone.domain.contact import Contact, ContactNumber
from softphone.domain.contact_file import ExportFormat, ReadSoFar
from tests.helpers.contact_files import DATA, any_contacts, people, read_all, words_of, written
from tests.helpers.fake_people import disk_files as files

WORK = ContactNumber("03-1234-5678", "work")
MOBILE = ContactNumber("090-1111-2222", "mobile")
PNG = b"\x89PNG"
VCARDS = (ExportFormat.VCARD3, ExportFormat.VCARD4)


def test_icloud() -> None:
    found, troubles = read_all((DATA / "icloud.vcf").read_bytes())
    yamada, maruyama = (each.contact for each in found)
    assert troubles == []
    assert yamada == Contact(
        name="山田 太郎",
        reading="ヤマダ タロウ",
        company="株式会社青空商事",
        company_reading="カブシキガイシャアオゾラショウジ",
        department="営業部",
        title="部長",
        note="火曜日に訪問\n午後が良い",
        numbers=(
            WORK,
            MOBILE,
            ContactNumber("201", "extension"),
            ContactNumber("03-1234-9999", "直通"),
            ContactNumber("03-1234-5000", "main"),
        ),
        emails=("yamada@aozora.example.jp",),
        extra=yamada.extra,
    )
    kept = dict(yamada.extra)
    assert kept["item4.ADR;TYPE=WORK,pref"] == ";;虎ノ門1-2-3;港区;東京都;105-0001;日本"
    assert (kept["BDAY;VALUE=date"], kept["item5.X-ABLABEL"]) == ("1980-04-01", "_$!<HomePage>!$_")
    assert found[0].photo.startswith(PNG)
    assert (maruyama.name, maruyama.company) == ("", "丸山運輸株式会社")


def test_google_writes_a_japanese_name_the_other_way_round() -> None:
    (yamada,) = people((DATA / "google.vcf").read_bytes())
    assert (yamada.name, yamada.reading, yamada.groups) == ("山田 太郎", "ヤマダ タロウ", ("得意先",))
    assert yamada.numbers == (WORK, MOBILE, ContactNumber("03-1234-9999", "直通"))
    assert ("PHOTO", "https://lh3.example.com/a.jpg") in yamada.extra


def test_outlook() -> None:
    found, troubles = read_all((DATA / "outlook.vcf").read_bytes())
    assert troubles == []
    yamada = found[0].contact
    assert (yamada.name, yamada.note) == ("山田 太郎", "火曜日に訪問\n午後が良い、と聞いた")
    assert yamada.numbers == (WORK, MOBILE, ContactNumber("03-1234-5679", "fax"))
    assert (yamada.company, yamada.department) == ("株式会社青空商事", "営業部")
    assert found[0].photo.startswith(PNG)


def test_an_old_telephone() -> None:
    found, troubles = read_all((DATA / "keitai_21.vcf").read_bytes())
    assert troubles == []
    takahashi, suzuki = (each.contact for each in found)
    assert (takahashi.name, takahashi.reading) == ("髙橋 一郎", "タカハシ イチロウ")
    assert takahashi.numbers == (ContactNumber("09055556666", "mobile"), ContactNumber("0312349876", "home"))
    assert found[0].photo.startswith(PNG)
    assert suzuki.name == "鈴木 次郎"


def test_thunderbird() -> None:
    found, troubles = read_all((DATA / "thunderbird.vcf").read_bytes())
    assert troubles == []
    yamada = found[0].contact
    assert (yamada.name, yamada.reading) == ("山田 太郎", "ヤマダ タロウ")
    assert (yamada.company, yamada.company_reading) == ("株式会社青空商事", "アオゾラショウジ")
    assert yamada.numbers == (
        WORK,
        ContactNumber("+81-90-1111-2222", "mobile"),
        ContactNumber("+81-3-1234-5000", "work"),
        ContactNumber("201", "extension"),
    )
    assert yamada.groups == ("得意先", "東京,大阪")
    assert found[0].photo.startswith(PNG)


def test_a_broken_card_spoils_no_other() -> None:
    found, troubles = read_all((DATA / "broken.vcf").read_bytes())
    assert [each.contact.name for each in found] == ["山田 太郎", "佐藤 花子", "鈴木 次郎"]
    assert [(each.line, each.code, each.kept) for each in troubles] == [
        (5, "line", True),
        (7, "outside", False),
        (8, "unclosed", True),
        (12, "empty", False),
        (19, "photo_broken", True),
    ]
    assert found[2].contact.numbers == (ContactNumber("03-2", "work"),)


@pytest.mark.parametrize("fold", [True, False])
def test_a_photo_of_20_mb_costs_neither_the_contact_nor_the_memory(fold: bool) -> None:
    encoded = base64.b64encode(b"\xff\xd8" + bytes(20_000_000))
    if fold:
        encoded = b"\r\n ".join(encoded[at : at + 74] for at in range(0, len(encoded), 74))
    card = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:%s\r\n%s\r\nEND:VCARD\r\n"
    photo = b"PHOTO;ENCODING=b;TYPE=JPEG:" + encoded
    content = card % ("山田".encode(), photo) + card % ("佐藤".encode(), b"TEL:1")
    del encoded, photo
    if not fold:  # watching the memory makes 270,000 lines slow
        tracemalloc.start()
    began_s, longest_s = time.perf_counter(), 0.0
    names, codes = [], []
    for step in files().read(content, files().look(content)):
        last_s, began_s = began_s, time.perf_counter()
        longest_s = max(longest_s, began_s - last_s)
        if isinstance(step, ReadSoFar):
            continue
        if hasattr(step, "contact"):
            names.append(step.contact.name)
        else:
            codes.append((step.code, step.kept, len(step.raw) < 1000))
    peak_bytes = tracemalloc.get_traced_memory()[1] if tracemalloc.is_tracing() else 0
    tracemalloc.stop()
    assert names == ["山田", "佐藤"]
    assert codes == [("photo_big", True, True)]
    assert peak_bytes < 64_000_000
    assert longest_s < 0.5


def test_a_card_of_a_group_is_told_and_is_nobody() -> None:
    content = b"BEGIN:VCARD\nVERSION:4.0\nKIND:group\nFN:Sales\nMEMBER:urn:uuid:1\nEND:VCARD\n"
    found, troubles = read_all(content)
    assert (found, [each.code for each in troubles]) == ([], ["group"])


def test_a_vcard_is_known_by_its_content() -> None:
    assert is_vcard(b"\xef\xbb\xbfBEGIN:VCARD\r\n")
    assert is_vcard("begin:vcard\nversion:3.0".encode("utf-16"))
    assert not is_vcard("氏名,備考\n山田,BEGIN:VCARD".encode())
    assert people("BEGIN:VCARD\nFN:山田\nEND:VCARD\n".encode("utf-16")) == [Contact(name="山田")]


@pytest.mark.parametrize("kind", VCARDS)
@settings(max_examples=50, deadline=None)
@given(contacts=any_contacts())
def test_nothing_is_lost_on_the_way_round(kind: ExportFormat, contacts: tuple[Contact, ...]) -> None:
    assert tuple(people(written(contacts, kind))) == contacts


@pytest.mark.parametrize("kind", VCARDS)
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    "name", ["icloud.vcf", "google.vcf", "outlook.vcf", "thunderbird.vcf", "keitai_21.vcf"]
)
def test_what_others_wrote_is_written_again_without_loss(
    name: str, language: str, kind: ExportFormat
) -> None:
    found, _ = read_all((DATA / name).read_bytes())
    contacts = tuple(each.contact for each in found)
    assert tuple(people(written(contacts, kind, language))) == contacts


@pytest.mark.parametrize("name", ["google_new.csv", "google_old.csv", "outlook_ja.csv", "excel_utf8.csv"])
@pytest.mark.parametrize("kind", ExportFormat)
def test_from_any_file_into_any_other(name: str, kind: ExportFormat) -> None:
    contacts = tuple(people((DATA / name).read_bytes()))
    assert tuple(people(written(contacts, kind))) == contacts


@pytest.mark.parametrize("kind", VCARDS)
def test_photos_are_written_and_read(kind: ExportFormat) -> None:
    photo = b"\xff\xd8" + bytes(range(256)) * 200
    contact = Contact(name="山田", photo_id="p1")
    content = b"".join(files().pieces((contact,), kind, words_of("ja"), {"p1": photo}.__getitem__))
    assert max(len(line) for line in content.splitlines()) < 80
    assert read_all(content)[0][0].photo == photo


def test_what_is_only_reachable_by_number_or_address_comes_back() -> None:
    contacts = (
        Contact(numbers=(ContactNumber("117"),)),
        Contact(emails=("a@example.jp",)),
        Contact(company="青空", department="営業"),
        Contact(name="青空", company="青空"),
    )
    for kind in VCARDS:
        assert tuple(people(written(contacts, kind))) == contacts
