"""The colleagues one watches: kept, watched, named, told; through restarts of everything."""

from __future__ import annotations

import tracemalloc

import pytest

from softphone.app.changes import ColleagueMoved, ColleaguesMoved
from softphone.app.colleagues import Candidate, ColleagueKnown
from softphone.app.subscriptions import MAX_WATCHED, TooManyWatched
from softphone.domain.account import MAIN_ACCOUNT, RegistrationState
from softphone.domain.call import CallState, Direction
from softphone.domain.colleague import Colleague, ColleagueState
from softphone.domain.commands import Unwatch, Watch
from softphone.domain.contact import Contact, ContactNumber
from softphone.domain.dial_string import DialStringInvalid
from softphone.domain.dialog_info import Dialog, DialogInfo
from softphone.domain.events import DialogInfoChanged, EngineLost, EngineRestarted, PresenceChanged
from softphone.domain.presence import DO_NOT_DISTURB, Presence
from softphone.domain.settings import PresenceSettings, Settings
from softphone.domain.uri import Party
from tests.helpers.fake_people import FakeContacts
from tests.helpers.fakes import ACCOUNT, PhoneKit, fake_phone

SATO = Contact(
    name="佐藤 健", department="営業部", numbers=(ContactNumber("202"), ContactNumber("03-1234-5678"))
)
TANAKA = Contact(name="田中 実", numbers=(ContactNumber("090-1234-5678", "mobile"), ContactNumber("203")))
SHOP = Contact(name="時報", numbers=(ContactNumber("117"), ContactNumber("0120-000-000")))
DOOR = Contact(name="受付", company="本社", numbers=(ContactNumber("*9001", "extension"),))


def started(*colleagues: Colleague) -> PhoneKit:
    settings = Settings(account=ACCOUNT, colleagues=colleagues)
    kit = fake_phone(settings, password="x", contacts=FakeContacts(SATO, TANAKA, SHOP, DOOR))
    kit.phone.start()
    kit.registered()
    return kit


@pytest.fixture
def kit() -> PhoneKit:
    return started(
        Colleague(extension="202"), Colleague(extension="203", name="実さん"), Colleague(extension="209")
    )


def uri(extension: str) -> str:
    return f"sip:{extension}@{ACCOUNT.server.host}"


def told(kit: PhoneKit, extension: str, *dialogs: Dialog) -> None:
    info = DialogInfo(entity=uri(extension), dialogs=dialogs)
    kit.engine.emit(DialogInfoChanged(account_key=MAIN_ACCOUNT, uri=uri(extension), info=info))


def refused(kit: PhoneKit, extension: str, status_code: int) -> None:
    event = DialogInfoChanged(
        account_key=MAIN_ACCOUNT, uri=uri(extension), info=None, status_code=status_code
    )
    kit.engine.emit(event)


def talking(number: str = "0312345678") -> Dialog:
    return Dialog(
        id="a",
        state=CallState.CONFIRMED,
        direction=Direction.INITIATOR,
        remote=Party(f"sip:{number}@x", "", number),
    )


def states(kit: PhoneKit) -> list[ColleagueState]:
    return [line.state for line in kit.phone.colleagues.lines()]


def watched(kit: PhoneKit) -> list[str]:
    return [command.uri for command in kit.engine.sent_of(Watch)]


def test_the_list_of_the_settings_is_watched_at_registration(kit: PhoneKit) -> None:
    assert watched(kit) == [uri("202"), uri("203"), uri("209")]
    assert states(kit) == [ColleagueState.UNKNOWN] * 3
    told(kit, "202")
    told(kit, "203", talking())
    assert states(kit) == [ColleagueState.IDLE, ColleagueState.TALKING, ColleagueState.UNKNOWN]
    assert kit.changes_of(ColleagueMoved) == [ColleagueMoved("202"), ColleagueMoved("203")]


def test_presence_counts_beside_the_dialogs(kit: PhoneKit) -> None:
    told(kit, "202")
    for presence in (DO_NOT_DISTURB, Presence(is_open=True, activities=("meal",), note="13時まで")):
        kit.engine.emit(PresenceChanged(account_key=MAIN_ACCOUNT, uri=uri("202"), presence=presence))
    line = kit.phone.colleagues.line("202")
    assert line is not None
    assert (line.state, line.note) == (ColleagueState.AWAY, "13時まで")
    assert len(kit.changes_of(ColleagueMoved)) == 3


def test_names_are_one_s_own_else_the_phone_book_s(kit: PhoneKit) -> None:
    assert [line.name for line in kit.phone.colleagues.lines()] == ["佐藤 健", "実さん", ""]
    kit.phone.contacts.save(Contact(name="新人", numbers=(ContactNumber("209"),)))
    assert [line.name for line in kit.phone.colleagues.lines()][2] == "新人"
    assert kit.changes_of(ColleaguesMoved)


def test_whom_they_talk_to_is_shown_where_the_user_wants_it(kit: PhoneKit) -> None:
    told(kit, "202", talking("0312345678"))
    line = kit.phone.colleagues.line("202")
    assert line is not None
    assert line.remote is None
    kit.phone.settings.change_fields(presence=PresenceSettings(show_remote=True))
    line = kit.phone.colleagues.line("202")
    assert line is not None
    assert line.remote is not None
    assert line.remote.number == "0312345678"


def test_unknown_says_why(kit: PhoneKit) -> None:
    def why() -> list[tuple[str, int]]:
        return [(line.why, line.status_code) for line in kit.phone.colleagues.lines()]

    assert why() == [("asking", 0)] * 3
    refused(kit, "202", 403)
    refused(kit, "203", 0)
    told(kit, "209")
    assert why() == [("refused", 403), ("silent", 0), ("", 0)]
    kit.phone.colleagues.retry("202")
    assert why()[0] == ("asking", 0)
    kit.registration(RegistrationState.UNREACHABLE)
    refused(kit, "209", 0)
    assert why() == [("offline", 0)] * 3
    assert states(kit) == [ColleagueState.UNKNOWN] * 3


def test_adding_and_removing_watches_and_lets_go(kit: PhoneKit) -> None:
    service = kit.phone.colleagues
    service.add("２１０", "  山田 \n 花子 ", "営業")
    assert service.listed[-1] == Colleague(extension="210", name="山田 花子", group="営業")
    assert watched(kit)[-1] == uri("210")
    assert kit.store.settings.colleagues == service.listed
    before = service.remove(("202", "210"))
    assert {command.uri for command in kit.engine.sent_of(Unwatch)} == {uri("202"), uri("210")}
    assert [each.extension for each in service.listed] == ["203", "209"]
    service.restore(before)
    assert [each.extension for each in service.listed] == ["202", "203", "209", "210"]


def test_what_cannot_be_added_is_said_and_changes_nothing(kit: PhoneKit) -> None:
    service = kit.phone.colleagues
    with pytest.raises(DialStringInvalid):
        service.add("総務")
    with pytest.raises(ColleagueKnown) as known:
        service.add("203")
    assert known.value.name == "実さん"
    assert len(service.listed) == 3


def test_moving_joins_the_group_there() -> None:
    kit = started(
        Colleague(extension="1", group="営業"),
        Colleague(extension="2", group="営業"),
        Colleague(extension="3", group="総務"),
    )
    service = kit.phone.colleagues
    assert service.groups == ("営業", "総務")
    service.move("3", 1)
    assert [(each.extension, each.group) for each in service.listed] == [
        ("1", "営業"),
        ("3", "営業"),
        ("2", "営業"),
    ]
    service.move("1", 99)
    assert [each.extension for each in service.listed] == ["3", "2", "1"]
    service.move("nobody", 0)
    service.change("2", name="二", group="役員")
    assert service.listed[-1] == Colleague(extension="2", name="二", group="役員")  # groups stand together
    assert len(watched(kit)) == 3


def test_the_phone_book_offers_who_has_an_extension(kit: PhoneKit) -> None:
    service = kit.phone.colleagues
    found = {each.extension: each for each in service.candidates()}
    assert set(found) == {"202", "203", "*9001"}
    assert found["202"] == Candidate(name="佐藤 健", extension="202", detail="営業部", listed=True)
    assert [each.name for each in service.candidates("受付")] == ["受付"]
    assert service.add_all(tuple(found.values()), "全員") == 1
    assert service.listed[-1] == Colleague(extension="*9001", group="全員")


def test_the_list_lives_through_the_engine_s_death(kit: PhoneKit) -> None:
    told(kit, "202")
    kit.engine.emit(EngineLost(exit_code=-6))
    assert states(kit) == [ColleagueState.UNKNOWN] * 3
    kit.engine.emit(EngineRestarted(pid=7, after_s=0.2))
    kit.registered()
    assert watched(kit)[3:] == [uri("202"), uri("203"), uri("209")]
    told(kit, "202")
    assert states(kit)[0] is ColleagueState.IDLE


def test_250_are_watched_and_each_moves_alone() -> None:
    everybody = tuple(Colleague(extension=str(1000 + number)) for number in range(250))
    tracemalloc.start()
    kit = started(*everybody)
    for each in everybody:
        told(kit, each.extension)
    assert tracemalloc.get_traced_memory()[0] < 8_000_000  # bytes, the phone and its fakes too
    tracemalloc.stop()
    assert len(watched(kit)) == 250
    assert set(states(kit)) == {ColleagueState.IDLE}
    assert [change.extension for change in kit.changes_of(ColleagueMoved)] == [
        each.extension for each in everybody
    ]


def test_no_more_than_the_phone_can_watch_are_listed() -> None:
    kit = started(*(Colleague(extension=str(1000 + number)) for number in range(MAX_WATCHED)))
    with pytest.raises(TooManyWatched):
        kit.phone.colleagues.add("9999")
    with pytest.raises(TooManyWatched):
        kit.phone.colleagues.add_all((Candidate(name="x", extension="9999"),))
    assert len(kit.phone.colleagues.listed) == MAX_WATCHED


def test_what_the_file_lists_beyond_that_stays_unknown() -> None:
    kit = started(*(Colleague(extension=str(1000 + number)) for number in range(MAX_WATCHED + 1)))
    assert len(watched(kit)) == MAX_WATCHED
    assert states(kit)[-1] is ColleagueState.UNKNOWN
