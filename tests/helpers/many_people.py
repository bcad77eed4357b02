"""A phone book and a history of the size of a busy office: the same ones every time.

10,000 people and companies with readings and several numbers; 100,000 calls over two years, most with 3,000 of
them, the others with strangers who call once or twice.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from softphone.domain.call import Direction
from softphone.domain.contact import Contact, ContactNumber
from softphone.domain.errors import FailureCause
from softphone.domain.history import CallRecord, CallResult
from softphone.domain.uri import Party

SURNAMES = [
    tuple(pair.split("/"))
    for pair in (
        "佐藤/サトウ 鈴木/スズキ 高橋/タカハシ 髙橋/タカハシ 田中/タナカ 伊藤/イトウ 渡辺/ワタナベ 渡邉/ワタナベ "
        "山本/ヤマモト 中村/ナカムラ 小林/コバヤシ 加藤/カトウ 吉田/ヨシダ 山田/ヤマダ 佐々木/ササキ 山口/ヤマグチ "
        "松本/マツモト 井上/イノウエ 木村/キムラ 林/ハヤシ 斎藤/サイトウ 清水/シミズ 山崎/ヤマザキ 森/モリ "
        "池田/イケダ 橋本/ハシモト 阿部/アベ 石川/イシカワ 山下/ヤマシタ 中島/ナカジマ 石井/イシイ 小川/オガワ "
        "前田/マエダ 岡田/オカダ 長谷川/ハセガワ 藤田/フジタ 後藤/ゴトウ 近藤/コンドウ 村上/ムラカミ 遠藤/エンドウ "
        "青木/アオキ 坂本/サカモト 福田/フクダ 太田/オオタ 西村/ニシムラ 藤井/フジイ 金子/カネコ 岡本/オカモト "
        "藤原/フジワラ 三浦/ミウラ 中野/ナカノ 中川/ナカガワ 原田/ハラダ 松田/マツダ 竹内/タケウチ 小野/オノ "
        "田村/タムラ 中山/ナカヤマ 和田/ワダ 石田/イシダ 大野/オオノ 千葉/チバ 土屋/ツチヤ 柴田/シバタ"
    ).split()
]
GIVEN_NAMES = [
    tuple(pair.split("/"))
    for pair in (
        "太郎/タロウ 一郎/イチロウ 花子/ハナコ 健一/ケンイチ 真由美/マユミ 大輔/ダイスケ 陽子/ヨウコ 翔太/ショウタ "
        "美咲/ミサキ 直樹/ナオキ 久美子/クミコ 拓也/タクヤ 恵子/ケイコ 浩/ヒロシ 由美/ユミ 誠/マコト 智子/トモコ "
        "隆/タカシ 幸子/サチコ 修/オサム 和子/カズコ 剛/ツヨシ 京子/キョウコ 哲也/テツヤ 裕子/ユウコ 純一/ジュンイチ "
        "千尋/チヒロ 蓮/レン 葵/アオイ 悠真/ユウマ 結衣/ユイ 慎一郎/シンイチロウ 麻衣/マイ 亮/リョウ 香織/カオリ"
    ).split()
]
TRADES = [
    tuple(pair.split("/"))
    for pair in (
        "商事/ショウジ 工業/コウギョウ 電機/デンキ 建設/ケンセツ 製作所/セイサクショ 運輸/ウンユ 不動産/フドウサン "
        "印刷/インサツ 食品/ショクヒン システムズ/システムズ 設計/セッケイ 薬局/ヤッキョク クリニック/クリニック"
    ).split()
]
FORMS = ("株式会社{}", "{}株式会社", "有限会社{}", "㈱{}", "{}（株）", "合同会社{}")
DEPARTMENTS = ("営業部", "総務部", "経理部", "開発部", "購買課", "人事部", "")
AREAS = ("03", "06", "052", "011", "092", "045", "075", "022")
YEAR_S = 365 * 86_400
NOW_S = 1_780_000_000.0


def many_contacts(count: int = 10_000) -> tuple[Contact, ...]:
    """People of companies; one in ten is a company alone."""
    chance = random.Random(4)
    return tuple(_contact(chance, number) for number in range(count))


def many_calls(contacts: tuple[Contact, ...], count: int = 100_000, known: int = 3_000) -> Iterator[CallRecord]:
    """Calls with ``known`` of the contacts, one in eight with a stranger, oldest first."""
    chance = random.Random(7)
    callers = chance.sample(contacts, min(known, len(contacts)))
    for number in range(count):
        stranger = chance.random() < 0.125
        caller = None if stranger else callers[int(len(callers) * chance.random() ** 2)]
        yield _call(chance, number, NOW_S - 2 * YEAR_S * (1 - number / count), caller)


def _contact(chance: random.Random, number: int) -> Contact:
    surname, surname_reading = chance.choice(SURNAMES)
    given, given_reading = chance.choice(GIVEN_NAMES)
    owner, owner_reading = chance.choice(SURNAMES)
    trade, trade_reading = chance.choice(TRADES)
    alone = number % 10 == 0
    numbers = [ContactNumber(_fixed(chance), "main" if alone else "work")]
    if chance.random() < 0.7:
        numbers.append(ContactNumber(_mobile(chance), "mobile"))
    if chance.random() < 0.2:
        numbers.append(ContactNumber(f"{chance.randrange(2000, 9000)}", "extension"))
    if chance.random() < 0.1:
        numbers.append(ContactNumber(_fixed(chance), "fax"))
    return Contact(
        name="" if alone else f"{surname} {given}",
        reading="" if alone else f"{surname_reading} {given_reading}",
        company=chance.choice(FORMS).format(owner + trade),
        company_reading=owner_reading + trade_reading,
        department=chance.choice(DEPARTMENTS),
        note="請求書は月末締め" if chance.random() < 0.1 else "",
        numbers=tuple(numbers),
        emails=(f"user{number}@example.co.jp",) if chance.random() < 0.5 else (),
        groups=(chance.choice(("得意先", "仕入先", "社内")),) if chance.random() < 0.3 else (),
    )


def _call(chance: random.Random, number: int, at_s: float, caller: Contact | None) -> CallRecord:
    dialled = chance.choice(caller.numbers).number if caller else _mobile(chance)
    outgoing = chance.random() < 0.4
    answered = chance.random() < 0.75
    plain = dialled.replace("-", "")
    incoming = CallResult.ANSWERED if answered else CallResult.MISSED
    sent = CallResult.ANSWERED if answered else CallResult.CANCELLED
    return CallRecord(
        key=f"{number:032x}",
        account_key="account",
        direction=Direction.INITIATOR if outgoing else Direction.RECIPIENT,
        remote=Party(f"sip:{plain}@pbx.example.jp", "", plain),
        result=sent if outgoing else incoming,
        cause=FailureCause.NONE,
        status_code=200 if answered else 487,
        started_at_s=at_s + chance.random(),
        duration_s=chance.expovariate(1 / 120) if answered else 0.0,
        called="0312340000",
        recording_path=f"/recordings/{number}.ogg" if answered and chance.random() < 0.2 else "",
        codec="G722" if answered else "",
        mos=round(chance.uniform(3.5, 4.4), 1) if answered else 0.0,
        seen=number < 99_950,
    )


def _fixed(chance: random.Random) -> str:
    area = chance.choice(AREAS)
    local = f"{chance.randrange(10 ** (9 - len(area)), 10 ** (10 - len(area)))}"
    return f"{area}-{local[:-4]}-{local[-4:]}"


def _mobile(chance: random.Random) -> str:
    return f"0{chance.choice('789')}0-{chance.randrange(10_000):04}-{chance.randrange(10_000):04}"
