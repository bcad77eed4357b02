"""What colleagues see of us is said once, and only where it is wanted."""

from msgspec.structs import replace

from softphone.domain.account import MAIN_ACCOUNT, RegistrationState
from softphone.domain.commands import SetPresence
from softphone.domain.events import EngineLost, PresencePublished
from softphone.domain.presence import AVAILABLE, DO_NOT_DISTURB, Presence
from softphone.domain.provider import ProviderProfile
from softphone.domain.settings import PresenceSettings
from tests.helpers.fakes import ACCOUNT, PhoneKit, fake_phone

NO_PRESENCE = ProviderProfile(
    key="p", name_ja="p", name_en="p", server_patterns=("*.example.jp",), presence=False
)


def started(*profiles: ProviderProfile) -> PhoneKit:
    kit = fake_phone(account=ACCOUNT, password="x", profiles=profiles)
    kit.phone.start()
    kit.registered()
    return kit


def said(kit: PhoneKit) -> list[Presence | None]:
    return [command.presence for command in kit.engine.sent_of(SetPresence)]


def test_do_not_disturb_is_published_while_it_is_on() -> None:
    kit = started()
    assert said(kit) == [AVAILABLE]
    kit.phone.forwarding.set_do_not_disturb(True)
    kit.registered()
    kit.phone.settings.change_fields(ui_scale=150)
    assert said(kit) == [AVAILABLE, DO_NOT_DISTURB]
    kit.phone.forwarding.set_do_not_disturb(False)
    assert said(kit) == [AVAILABLE, DO_NOT_DISTURB, AVAILABLE]


def test_the_user_may_keep_it_to_themselves() -> None:
    kit = started()
    kit.phone.forwarding.set_do_not_disturb(True)
    kit.phone.settings.change_fields(presence=PresenceSettings(publish=False))
    assert said(kit) == [AVAILABLE, DO_NOT_DISTURB, None]


def test_a_provider_without_presence_hears_nothing() -> None:
    kit = started(NO_PRESENCE)
    kit.phone.forwarding.set_do_not_disturb(True)
    assert said(kit) == []


def test_a_new_engine_and_another_account_are_told_again() -> None:
    kit = started()
    kit.phone.forwarding.set_do_not_disturb(True)
    kit.engine.emit(PresencePublished(account_key=MAIN_ACCOUNT, etag="one"), EngineLost(exit_code=-6))
    kit.registration(RegistrationState.REGISTERING)
    kit.registered()
    assert said(kit) == [AVAILABLE, *[DO_NOT_DISTURB] * 2]
    assert kit.engine.sent_of(SetPresence)[-1].etag == "one", "nothing of the dead one is left standing"
    kit.phone.accounts.use(replace(ACCOUNT, user_id="other"), "y")
    kit.registered()
    assert said(kit) == [AVAILABLE, *[DO_NOT_DISTURB] * 3]
    assert kit.engine.sent_of(SetPresence)[-1].etag == ""
