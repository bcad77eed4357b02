"""Every call shows a name: from the phone book, now, whatever way the number is written."""

from __future__ import annotations

from msgspec.structs import replace

from softphone.app.call_table import CallTable
from softphone.app.changes import CallLogged, Change, ContactsMoved
from softphone.app.text import party_title
from softphone.domain.call import CallState, Direction
from softphone.domain.contact import Contact, ContactNumber, Person
from softphone.domain.events import CallCreated
from softphone.domain.identity import Anonymity
from softphone.domain.uri import Party
from tests.helpers.fake_people import FakeContacts
from tests.helpers.fakes import FakeClock, PhoneKit, fake_phone
from tests.helpers.gallery import words

YAMADA = Contact(
    key="y", name="山田 花子", company="青空商事", numbers=(ContactNumber("03-1234-5678"),), photo_id="p"
)


def kit_with(*people: Contact) -> PhoneKit:
    kit = fake_phone(contacts=FakeContacts(*people))
    kit.phone.start()
    return kit


def test_a_caller_is_known_by_the_number() -> None:
    kit = kit_with(YAMADA)
    key = kit.incoming(number="+81312345678", name="0312345678")
    call = kit.phone.calls.find(key)
    assert call is not None
    assert call.person == Person(contact_key="y", name="山田 花子", company="青空商事", photo_id="p")
    assert party_title(words("ja"), call) == "山田 花子"
    kit.ended(key)
    assert kit.changes_of(CallLogged)[-1].record.person == call.person


def test_live_calls_are_renamed_with_the_phone_book() -> None:
    kit = kit_with()
    key = kit.talking(number="0312345678")
    kit.phone.contacts.save(YAMADA)
    call = kit.phone.calls.find(key)
    assert call is not None
    assert party_title(words("ja"), call) == "山田 花子"
    kit.phone.contacts.save(replace(YAMADA, name="佐藤 花子"))
    call = kit.phone.calls.find(key)
    assert call is not None
    assert party_title(words("ja"), call) == "佐藤 花子"
    kit.phone.contacts.delete(("y",))
    call = kit.phone.calls.find(key)
    assert call is not None
    assert call.person is None


def test_who_hides_is_nobody() -> None:
    kit = kit_with(YAMADA)
    key = kit.incoming(number="0312345678", anonymity=Anonymity.WITHHELD)
    call = kit.phone.calls.find(key)
    assert call is not None
    assert call.person is None


def test_who_sent_the_caller_on_has_a_name_too() -> None:
    kit = kit_with(YAMADA)
    key = kit.incoming(number="09011112222", diverted_by=Party("sip:0312345678@x", "", "0312345678"))
    call = kit.phone.calls.find(key)
    assert call is not None
    assert call.diverted_by is not None
    assert call.diverted_by.display_name == "山田 花子"


def test_a_name_a_directory_gave_outlasts_changes_of_the_book() -> None:
    moved: list[Change] = []
    table = CallTable(FakeClock(), moved.append, lambda number: None)
    remote = Party("sip:0399998888@x", "", "0399998888")
    table.created(
        CallCreated(
            key="a",
            account_key="main",
            direction=Direction.RECIPIENT,
            remote=remote,
            state=CallState.EARLY,
            at_s=1.0,
        )
    )
    found = Person(contact_key="", name="小林 直樹", source="ldap")
    table.recognise("a", found)
    table.observe(ContactsMoved())
    call = table.find("a")
    assert call is not None
    assert call.person == found
    assert len(moved) == 2
