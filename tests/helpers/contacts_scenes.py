"""Scenes of the gallery: 電話帳, favourites, a card, the editor. ``PEOPLE`` are who is known there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter, QLinearGradient, QPainter
from PySide6.QtWidgets import QWidget

from softphone.app.changes import ContactsMoved
from softphone.domain.account import MAIN_ACCOUNT
from softphone.domain.call import Direction
from softphone.domain.contact import Contact, ContactEdit, ContactNumber
from softphone.domain.errors import FailureCause
from softphone.domain.events import TransferChanged
from softphone.domain.history import CallRecord, CallResult
from softphone.domain.media import MediaDirection
from softphone.domain.transfer import Transfer, TransferState
from softphone.domain.uri import Party

if TYPE_CHECKING:
    from tests.helpers.gallery import Stage

DIRECTORY = "青空商事 社内電話帳"


def portrait(hue: int) -> bytes:
    """A picture of nobody: shoulders and a head before a wall."""
    image = QImage(200, 200, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    wall = QLinearGradient(0, 0, 0, 200)
    wall.setColorAt(0, QColor.fromHsv(hue, 60, 235))
    wall.setColorAt(1, QColor.fromHsv(hue, 110, 190))
    painter.fillRect(image.rect(), wall)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor.fromHsv((hue + 180) % 360, 120, 110))
    painter.drawEllipse(QRectF(25, 132, 150, 150))
    painter.setBrush(QColor("#F1CDB0"))
    painter.drawEllipse(QRectF(66, 52, 68, 84))
    painter.setBrush(QColor("#3A2A22"))
    painter.drawChord(QRectF(60, 40, 80, 80), 0, 180 * 16)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(buffer.data().data())


def person(name: str, reading: str, company: str, *numbers: tuple[str, str], **fields: Any) -> Contact:
    """One entry; ``numbers`` as (label, number)."""
    fields.setdefault("key", reading.replace(" ", "") or name)
    own = tuple(ContactNumber(number, label) for label, number in numbers)
    return Contact(name=name, reading=reading, company=company, numbers=own, **fields)


PEOPLE = (
    person("相川 健太", "アイカワ ケンタ", "青空商事株式会社", ("extension", "211")),
    person("伊藤 さくら", "イトウ サクラ", "伊藤会計事務所", ("main", "03-5555-0110"), favourite=3),
    person("遠藤 誠", "エンドウ マコト", "遠藤工務店", ("mobile", "080-2345-6789")),
    person("加藤 美咲", "カトウ ミサキ", "青空商事株式会社", ("extension", "224")),
    person("北村 翔", "キタムラ ショウ", "北斗物流株式会社", ("main", "011-222-3333")),
    person("佐藤 由美", "サトウ ユミ", "青空商事株式会社", ("extension", "201"), favourite=2, photo_id="p2"),
    person("鈴木 一郎", "スズキ イチロウ", "鈴木電機株式会社", ("work", "06-1234-5678")),
    person("高橋 涼", "タカハシ リョウ", "みなと銀行 新橋支店", ("main", "03-3333-4444"), favourite=4),
    person("中村 彩", "ナカムラ アヤ", "青空商事株式会社", ("extension", "230"), favourite=5),
    person("林 大輔", "ハヤシ ダイスケ", "林デザイン", ("mobile", "070-1234-5678")),
    person("松本 恵", "マツモト メグミ", "松本法律事務所", ("work", "03-6666-7777")),
    person(
        "山田 花子",
        "ヤマダ ハナコ",
        "青空商事株式会社",
        ("extension", "202"),
        ("mobile", "090-1234-5678"),
        ("work", "03-1234-5678"),
        company_reading="アオゾラショウジ",
        department="営業部 第二営業課",
        title="課長",
        emails=("yamada.hanako@aozora.example.jp",),
        groups=("営業", "取引先"),
        note="火曜日は在宅勤務。急ぎの用件は携帯電話へ。",
        favourite=1,
        photo_id="p1",
    ),
    person("渡辺 修", "ワタナベ オサム", "渡辺水産", ("work", "0225-11-2222")),
    person("Anna Schmidt", "", "Nordlicht GmbH", ("work", "+49 30 1234567")),
    person("Brian Lee", "", "Harbor Trading", ("mobile", "+1 415 555 0100")),
    Contact(
        key="taxi",
        company="都タクシー",
        company_reading="ミヤコタクシー",
        numbers=(ContactNumber("0120-123-456", "main"),),
    ),
    person(
        "小林 直樹",
        "コバヤシ ナオキ",
        "青空商事株式会社",
        ("extension", "305"),
        ("mobile", "080-9999-0000"),
        department="情報システム部",
        source=DIRECTORY,
    ),
)


def know(stage: Stage, *people: Contact) -> None:
    """These are in the phone book."""
    photos = {"p1": portrait(210), "p2": portrait(30)}
    stage.kit.contacts.apply(ContactEdit(saved=people or PEOPLE, photos=photos))
    stage.kit.phone._tell(ContactsMoved())


def called(stage: Stage, number: str, name: str, result: CallResult, ago_s: float, **fields: Any) -> None:
    """There was a call; ``fields`` are those of CallRecord."""
    fields.setdefault("direction", Direction.RECIPIENT)
    fields.setdefault("duration_s", 0.0)
    at_s = stage.kit.clock.now_s() - ago_s
    stage.kit.history.add(
        CallRecord(
            key=f"{number}-{ago_s}",
            account_key=MAIN_ACCOUNT,
            remote=Party(f"sip:{number}@pbx.example.jp", name, number),
            result=result,
            cause=FailureCause.NONE,
            status_code=200,
            started_at_s=at_s,
            **fields,
        )
    )


def remember(stage: Stage) -> None:
    """Some calls of the last days."""
    out = {"direction": Direction.INITIATOR}
    called(stage, "0312345678", "", CallResult.ANSWERED, 4_000, duration_s=272.0)
    called(stage, "202", "", CallResult.MISSED, 9_500)
    called(stage, "09012345678", "", CallResult.ANSWERED, 90_000, duration_s=65.0, **out)
    called(stage, "0355550110", "", CallResult.FAILED, 200_000, **out)
    called(stage, "0450001111", "ヤマト運輸", CallResult.ANSWERED, 260_000, duration_s=31.0)


def contacts(stage: Stage) -> None:
    stage.kit.registered()
    know(stage)
    stage.window.show_place("contacts")


def contacts_empty(stage: Stage) -> None:
    stage.kit.registered()
    stage.window.show_place("contacts")


def contacts_search(stage: Stage) -> None:
    contacts(stage)
    stage.type("contactSearch", "青空")


def contacts_not_found(stage: Stage) -> None:
    contacts(stage)
    stage.type("contactSearch", "竹内")


def contacts_favourites(stage: Stage) -> None:
    contacts(stage)
    stage.click("filterFavourites")


def contact_card(stage: Stage) -> None:
    stage.kit.registered()
    know(stage)
    remember(stage)
    stage.window.show_place("contacts")
    show(stage, "ヤマダハナコ")


def contact_of_directory(stage: Stage) -> None:
    contacts(stage)
    show(stage, "コバヤシナオキ")


def contact_editor(stage: Stage) -> None:
    contact_card(stage)
    stage.click("cardEdit")


def contact_editor_problems(stage: Stage) -> None:
    contacts(stage)
    stage.click("addContact")
    stage.type("number_1", "03-1234-やまだ")
    stage.type("email", "yamada")
    stage.click("saveContact")


def contact_unsaved(stage: Stage) -> None:
    contact_editor(stage)
    stage.type("name", "山田 花")
    stage.find(QWidget, "contactEditor").findChild(QWidget, "backButton").click()


def contact_deleted(stage: Stage) -> None:
    contact_card(stage)
    stage.find(QWidget, "contactCard").delete_wanted.emit(stage.kit.contacts.get("ヤマダハナコ"))


def call_known_person(stage: Stage) -> None:
    know(stage)
    stage.talk("0312345678", "")


def call_known_transferred(stage: Stage) -> None:
    know(stage)
    key = stage.talk("0612345678", "")
    stage.media(key, local=MediaDirection.SENDONLY)
    transfer = Transfer(target="sip:201@pbx.example.jp", state=TransferState.RINGING, status_code=180)
    stage.kit.engine.emit(TransferChanged(key=key, transfer=transfer))


def calls_known_people(stage: Stage) -> None:
    know(stage)
    first = stage.talk("202", "")
    stage.media(first, local=MediaDirection.SENDONLY)
    stage.talk("0355550110", "")


def incoming_known_person(stage: Stage) -> None:
    stage.kit.registered()
    know(stage)
    stage.away()
    by = Party("sip:201@pbx.example.jp", "", "201")
    stage.kit.incoming(number="09012345678", diverted_by=by)
    stage.settle()
    stage.shown = stage.incoming_window()


def keypad_suggestions(stage: Stage) -> None:
    stage.kit.registered()
    know(stage)
    stage.type("numberField", "アイカ")


def keypad_suggestions_digits(stage: Stage) -> None:
    stage.kit.registered()
    know(stage)
    stage.type("numberField", "123")


def transfer_suggestions(stage: Stage) -> None:
    know(stage)
    stage.talk("0612345678", "")
    stage.click("transferButton")
    stage.type("sheetNumber", "1234")


def search(stage: Stage) -> None:
    stage.kit.registered()
    know(stage)
    remember(stage)
    stage.window.show_place("search")


def search_found(stage: Stage) -> None:
    search(stage)
    stage.type("searchField", "ヤマ")


def search_nothing(stage: Stage) -> None:
    search(stage)
    stage.type("searchField", "竹内")


def show(stage: Stage, key: str) -> None:
    """Open an entry's card."""
    contact = stage.kit.contacts.get(key)
    assert contact is not None
    stage.find(QWidget, "contactsPage").show_contact(contact)


SCENES: dict[str, Callable[[Any], object]] = {
    action.__name__: action
    for action in (
        contacts,
        contacts_empty,
        contacts_search,
        contacts_not_found,
        contacts_favourites,
        contact_card,
        contact_of_directory,
        contact_editor,
        contact_editor_problems,
        contact_unsaved,
        contact_deleted,
        call_known_person,
        call_known_transferred,
        calls_known_people,
        incoming_known_person,
        search,
        search_found,
        search_nothing,
        keypad_suggestions,
        keypad_suggestions_digits,
        transfer_suggestions,
    )
}
