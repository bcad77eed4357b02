import pytest
from msgspec.structs import replace

from softphone.app.changes import LineMoved, MessageSummaryMoved, PresenceMoved
from softphone.app.subscriptions import MAX_WATCHED, TooManyWatched
from softphone.domain.account import MAIN_ACCOUNT, RegistrationState
from softphone.domain.commands import Unwatch, Watch
from softphone.domain.dial_plan import DialPlan
from softphone.domain.dial_string import DialStringInvalid
from softphone.domain.dialog_info import DialogInfo
from softphone.domain.events import DialogInfoChanged, EngineLost, MessageSummaryChanged, PresenceChanged
from softphone.domain.message_summary import MessageSummary
from softphone.domain.presence import Presence
from softphone.domain.provider import ProviderProfile
from softphone.domain.uri import HostPort
from tests.helpers.fakes import ACCOUNT, PhoneKit, fake_phone

URI = "sip:202@01234abc.example.jp"
IDLE = DialogInfo(entity=URI)


@pytest.fixture
def kit() -> PhoneKit:
    kit = fake_phone(account=ACCOUNT, password="x")
    kit.phone.start()
    kit.registered()
    return kit


def told(kit: PhoneKit, info: DialogInfo | None = IDLE, status_code: int = 0) -> None:
    kit.engine.emit(DialogInfoChanged(account_key=MAIN_ACCOUNT, uri=URI, info=info, status_code=status_code))


def test_what_is_watched_is_told(kit: PhoneKit) -> None:
    service = kit.phone.subscriptions
    service.watch("202")
    assert kit.engine.sent_of(Watch) == [Watch(account_key=MAIN_ACCOUNT, uri=URI, presence=True)]
    assert service.state("202") is None
    told(kit)
    assert service.state("202") == IDLE
    assert kit.changes_of(LineMoved) == [LineMoved("202", IDLE)]


def test_the_server_is_asked_once_it_knows_us() -> None:
    kit = fake_phone(account=ACCOUNT, password="x")
    kit.phone.start()
    kit.phone.subscriptions.watch("202")
    assert kit.engine.sent_of(Watch) == []
    kit.registered()
    kit.registered()
    assert len(kit.engine.sent_of(Watch)) == 1


def test_each_watcher_counts(kit: PhoneKit) -> None:
    service = kit.phone.subscriptions
    service.watch("202")
    service.watch("202")
    service.unwatch("202")
    assert kit.engine.sent_of(Unwatch) == []
    service.unwatch("202")
    service.unwatch("202")
    assert kit.engine.sent_of(Unwatch) == [Unwatch(account_key=MAIN_ACCOUNT, uri=URI)]
    assert len(kit.engine.sent_of(Watch)) == 1
    assert service.watched == ()


def test_two_names_of_one_extension_are_one_subscription(kit: PhoneKit) -> None:
    service = kit.phone.subscriptions
    service.watch("202")
    service.watch(URI)
    assert len(kit.engine.sent_of(Watch)) == 1
    told(kit)
    assert [change.extension for change in kit.changes_of(LineMoved)] == ["202", URI]
    service.unwatch("202")
    assert kit.engine.sent_of(Unwatch) == []


def test_presence_is_told_and_goes_with_the_engine(kit: PhoneKit) -> None:
    service = kit.phone.subscriptions
    service.watch("202")
    away = Presence(is_open=True, activities=("away",))
    kit.engine.emit(PresenceChanged(account_key=MAIN_ACCOUNT, uri=URI, presence=away))
    assert service.presence("202") == away
    kit.engine.emit(EngineLost(exit_code=-6))
    assert service.presence("202") is None
    assert kit.changes_of(PresenceMoved) == [PresenceMoved("202", away), PresenceMoved("202", None)]


def test_a_provider_without_presence_is_not_asked_for_it() -> None:
    profile = ProviderProfile(
        key="p", name_ja="p", name_en="p", server_patterns=("*.example.jp",), presence=False
    )
    kit = fake_phone(account=ACCOUNT, password="x", profiles=(profile,))
    kit.phone.start()
    kit.registered()
    kit.phone.subscriptions.watch("202")
    assert kit.engine.sent_of(Watch) == [Watch(account_key=MAIN_ACCOUNT, uri=URI, presence=False)]


def test_why_a_state_is_not_known_is_kept_until_it_is(kit: PhoneKit) -> None:
    service = kit.phone.subscriptions
    service.watch("202")
    assert service.reason("202") is None
    told(kit, None, 403)
    assert service.reason("202") == 403
    service.retry("202")
    assert service.reason("202") is None
    assert len(kit.engine.sent_of(Watch)) == 2
    told(kit)
    service.retry("202")
    assert len(kit.engine.sent_of(Watch)) == 2


def test_what_is_watched_is_what_a_call_would_ring(kit: PhoneKit) -> None:
    service = kit.phone.subscriptions
    service.watch("202")
    told(kit)
    kit.phone.settings.change_fields(dialling=DialPlan(site_number="20", extension_digits=3))
    whole = "sip:20202@01234abc.example.jp"
    assert [command.uri for command in kit.engine.sent_of(Watch)] == [URI, whole]
    assert [command.uri for command in kit.engine.sent_of(Unwatch)] == [URI]
    assert service.state("202") is None
    assert kit.changes_of(LineMoved)[-1] == LineMoved("202", None)


def test_the_257th_extension_is_an_error_in_words(kit: PhoneKit) -> None:
    service = kit.phone.subscriptions
    for number in range(MAX_WATCHED):
        service.watch(str(1000 + number))
    with pytest.raises(TooManyWatched):
        service.watch("9999")
    service.watch("1000")
    assert len(kit.engine.sent_of(Watch)) == MAX_WATCHED


def test_what_cannot_be_watched_is_said(kit: PhoneKit) -> None:
    with pytest.raises(DialStringInvalid):
        kit.phone.subscriptions.watch("内線")
    assert kit.phone.subscriptions.watched == ()


def test_a_lost_engine_knows_nothing_and_a_new_one_is_asked_again(kit: PhoneKit) -> None:
    service = kit.phone.subscriptions
    service.watch("202")
    told(kit)
    kit.engine.emit(EngineLost(exit_code=-11))
    assert service.state("202") is None
    assert kit.changes_of(LineMoved)[-1] == LineMoved("202", None)
    kit.registered()
    assert len(kit.engine.sent_of(Watch)) == 2


def test_a_refused_subscription_is_unknown_with_its_reason(kit: PhoneKit) -> None:
    kit.phone.subscriptions.watch("202")
    told(kit, None, 489)
    assert kit.changes_of(LineMoved) == [LineMoved("202", None, 489)]


def test_another_account_watches_on_its_own_server(kit: PhoneKit) -> None:
    service = kit.phone.subscriptions
    service.watch("202")
    told(kit)
    other = replace(ACCOUNT, server=HostPort("other.example.jp"))
    kit.phone.accounts.use(other, "y")
    assert kit.engine.sent_of(Unwatch) == [Unwatch(account_key=MAIN_ACCOUNT, uri=URI)]
    assert kit.changes_of(LineMoved)[-1] == LineMoved("202", None)
    kit.registration(RegistrationState.UNREACHABLE)
    kit.registered()
    assert kit.engine.sent_of(Watch)[-1].uri == "sip:202@other.example.jp"


def test_voice_messages_are_told(kit: PhoneKit) -> None:
    summary = MessageSummary(waiting=True, new=2)
    assert kit.phone.subscriptions.message_summary() is None
    kit.engine.emit(MessageSummaryChanged(account_key=MAIN_ACCOUNT, summary=summary))
    assert kit.phone.subscriptions.message_summary() == summary
    assert kit.changes_of(MessageSummaryMoved) == [MessageSummaryMoved(MAIN_ACCOUNT, summary)]
    kit.phone.accounts.use(replace(ACCOUNT, user_id="other"), "y")
    assert kit.phone.subscriptions.message_summary() is None
    assert not kit.changes_of(MessageSummaryMoved)[-1].summary.waiting
