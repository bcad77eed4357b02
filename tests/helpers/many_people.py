"""A phone book and a history of the size of a busy office: the same ones every time.

10,000 people and companies with readings and several numbers; 100,000 calls over two years, most with 3,000
of them, the others with strangers who call once or twice.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from pathlib import Path

from softphone.domain.call import Direction
from softphone.domain.contact import Contact, ContactNumber
from softphone.domain.errors import FailureCause
from softphone.domain.history import CallRecord, CallResult
from softphone.domain.uri import Party

_NAMES = tomllib.loads((Path(__file__).parents[1] / "data/japanese_names.toml").read_text(encoding="utf-8"))
SURNAMES, GIVEN_NAMES, TRADES = (
    [tuple(pair.split("/")) for pair in _NAMES[which]] for which in ("surnames", "given_names", "trades")
)
FORMS = ("株式会社{}", "{}株式会社", "有限会社{}", "㈱{}", "{}（株）", "合同会社{}")
DEPARTMENTS = ("営業部", "総務部", "経理部", "開発部", "購買課", "人事部", "")
AREAS = ("03", "06", "052", "011", "092", "045", "075", "022")
YEAR_S = 365 * 86_400
NOW_S = 1_780_000_000.0


def many_contacts(count: int = 10_000) -> tuple[Contact, ...]:
    """People of companies; one in ten is a company alone."""
    chance = random.Random(4)
    return tuple(_contact(chance, number) for number in range(count))


def many_calls(
    contacts: tuple[Contact, ...], count: int = 100_000, known: int = 3_000
) -> Iterator[CallRecord]:
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
