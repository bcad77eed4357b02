"""電話帳 as a service: favourites in order, undo, what could not be written."""

from __future__ import annotations

from softphone.app.changes import ContactsMoved, Notice
from softphone.domain.contact import Contact, ContactNumber, ContactQuery
from softphone.domain.ports import StoreTrouble
from tests.helpers.fake_people import FakeContacts
from tests.helpers.fakes import PhoneKit, fake_phone


def kit_with(*names: str) -> PhoneKit:
    people = [Contact(key=name, name=name, numbers=(ContactNumber(name),)) for name in names]
    return fake_phone(contacts=FakeContacts(*people))


def favourites(kit: PhoneKit) -> list[str]:
    return [row.key for row in kit.contacts.rows(ContactQuery(favourites=True))]


def test_a_favourite_stands_behind_the_others() -> None:
    kit = kit_with("a", "b", "c")
    service = kit.phone.contacts
    for key in ("b", "c", "a"):
        assert service.set_favourite(key, True)
    assert favourites(kit) == ["b", "c", "a"]
    assert service.set_favourite("c", False)
    assert favourites(kit) == ["b", "a"]


def test_favourites_in_another_order() -> None:
    kit = kit_with("a", "b", "c")
    for key in ("a", "b", "c"):
        kit.phone.contacts.set_favourite(key, True)
    assert kit.phone.contacts.order_favourites(("c", "a", "b"))
    assert favourites(kit) == ["c", "a", "b"]
    assert kit.phone.contacts.undo()
    assert favourites(kit) == ["a", "b", "c"]


def test_an_order_that_is_so_already_changes_nothing() -> None:
    kit = kit_with("a")
    kit.phone.contacts.set_favourite("a", True)
    told = len(kit.changes_of(ContactsMoved))
    assert kit.phone.contacts.order_favourites(("a",))
    assert len(kit.changes_of(ContactsMoved)) == told


def test_what_was_added_is_known_and_can_be_taken_back() -> None:
    kit = kit_with()
    assert kit.phone.contacts.save(Contact(name="山田"))
    (key,) = kit.phone.contacts.added
    assert kit.contacts.get(key) == Contact(key=key, name="山田")
    assert kit.phone.contacts.undo()
    assert kit.contacts.get(key) is None
    assert not kit.phone.contacts.undo()


def test_what_could_not_be_written_is_told_and_cannot_be_taken_back() -> None:
    kit = kit_with("a")
    kit.contacts.trouble = StoreTrouble(code="locked")
    assert not kit.phone.contacts.delete(("a",))
    assert [notice.code for notice in kit.changes_of(Notice)] == ["contacts_not_saved_locked"]
    assert not kit.phone.contacts.can_undo
    assert not kit.phone.contacts.set_favourite("nobody", True)
