import pytest

from softphone.app.changes import Notice
from softphone.domain.account import AccountForm, AccountInvalid, RegistrationCause, RegistrationState
from softphone.domain.commands import Configure, Register, RemoveAccount, SetAccount
from softphone.domain.dial_plan import DialPlan
from softphone.domain.events import EngineLost
from softphone.domain.provider import ProviderProfile
from tests.helpers.fakes import ACCOUNT, PhoneKit, fake_phone

FORM = AccountForm(user_id="ａｂｃｄｅ２０２０１", password="himitsu1", server="01234abc.example.jp")


def started(**options: object) -> PhoneKit:
    kit = fake_phone(**options)  # type: ignore[arg-type]
    kit.phone.start()
    return kit


def notices(kit: PhoneKit) -> list[str]:
    return [notice.code for notice in kit.changes_of(Notice)]


def test_a_new_phone_is_not_set_up() -> None:
    kit = started()
    assert kit.phone.accounts.registration.state is RegistrationState.UNCONFIGURED
    assert kit.engine.sent_of(SetAccount) == []


def test_saving_the_sheet_of_paper_registers() -> None:
    kit = started()
    kit.phone.accounts.save(FORM)
    (command,) = kit.engine.sent_of(SetAccount)
    assert (command.account.user_id, command.password) == ("abcde20201", "himitsu1")
    assert kit.store.settings.account == command.account
    assert kit.secrets.passwords == {"abcde20201@01234abc.example.jp": "himitsu1"}
    kit.registered()
    assert kit.phone.accounts.registration.can_call


def test_a_wrong_form_changes_nothing() -> None:
    kit = started(account=ACCOUNT, password="old")
    before = kit.store.settings
    with pytest.raises(AccountInvalid):
        kit.phone.accounts.save(AccountForm(user_id="か", password="x", server="h.jp"))
    assert kit.store.settings == before
    assert len(kit.engine.sent_of(SetAccount)) == 1


def test_the_next_start_registers_with_the_stored_password() -> None:
    kit = started(account=ACCOUNT, password="himitsu1")
    (command,) = kit.engine.sent_of(SetAccount)
    assert command.password == "himitsu1"


def test_without_a_stored_password_the_user_is_asked_for_it() -> None:
    kit = started(account=ACCOUNT)
    registration = kit.phone.accounts.registration
    assert registration.state is RegistrationState.AUTH_FAILED
    assert registration.cause is RegistrationCause.NO_PASSWORD


def test_an_empty_password_keeps_the_stored_one() -> None:
    kit = started(account=ACCOUNT, password="himitsu1")
    kit.phone.accounts.save(
        AccountForm(user_id="abcde20201", server="01234abc.example.jp", display_name="山田")
    )
    last = kit.engine.sent_of(SetAccount)[-1]
    assert (last.password, last.account.display_name) == ("himitsu1", "山田")


def test_an_empty_password_does_not_serve_another_user() -> None:
    kit = started(account=ACCOUNT, password="himitsu1")
    with pytest.raises(AccountInvalid) as caught:
        kit.phone.accounts.save(AccountForm(user_id="other", server="01234abc.example.jp"))
    assert caught.value.problems[0].field == "password"


def test_another_user_s_password_replaces_the_old_one() -> None:
    kit = started(account=ACCOUNT, password="himitsu1")
    kit.phone.accounts.save(AccountForm(user_id="other", password="new", server="01234abc.example.jp"))
    assert kit.secrets.passwords == {"other@01234abc.example.jp": "new"}


def test_no_keyring_is_told() -> None:
    kit = started()
    kit.secrets.problem = "unavailable"
    kit.phone.accounts.save(FORM)
    assert "keyring_unavailable" in notices(kit)
    assert kit.engine.sent_of(SetAccount)


def test_an_unknown_service_code_is_told_and_a_known_one_chooses_the_codecs() -> None:
    profile = ProviderProfile(key="p", name_ja="p", name_en="p", service_codes=("77",), codecs=("PCMU",))
    kit = started(profiles=(profile,))
    kit.phone.accounts.save(AccountForm(user_id="a", password="b", server="h.jp", service_code="99"))
    assert "unknown_service_code" in notices(kit)
    kit.phone.accounts.save(AccountForm(user_id="a", password="b", server="h.jp", service_code="77"))
    assert kit.engine.sent_of(Configure)[-1].codecs == ("PCMU",)


def test_retry_asks_the_engine() -> None:
    kit = started(account=ACCOUNT, password="x")
    kit.registration(RegistrationState.UNREACHABLE, RegistrationCause.TIMEOUT)
    kit.phone.accounts.retry()
    assert len(kit.engine.sent_of(Register)) == 1


def test_a_dead_engine_is_no_registration() -> None:
    kit = started(account=ACCOUNT, password="x")
    kit.registered()
    kit.engine.emit(EngineLost(exit_code=-9))
    assert kit.phone.accounts.registration.state is RegistrationState.REGISTERING
    assert "engine_lost" in notices(kit)


def test_removing_forgets_the_password_too() -> None:
    kit = started(account=ACCOUNT, password="x")
    kit.phone.accounts.remove()
    assert kit.secrets.passwords == {}
    assert kit.store.settings.account is None
    assert len(kit.engine.sent_of(RemoveAccount)) == 1


def test_an_account_of_this_run_is_not_stored() -> None:
    kit = fake_phone()
    kit.phone.accounts.use(ACCOUNT, "himitsu1")
    kit.phone.start()
    assert kit.store.settings.account is None
    assert kit.secrets.passwords == {}
    assert kit.phone.accounts.account == ACCOUNT
    assert kit.phone.accounts.registration.state is RegistrationState.REGISTERING


def test_a_wrong_form_leaves_the_account_of_this_run() -> None:
    kit = fake_phone()
    kit.phone.start(ACCOUNT, "himitsu1")
    with pytest.raises(AccountInvalid):
        kit.phone.accounts.save(AccountForm(user_id="other", server="h.jp"))
    assert kit.phone.accounts.account == ACCOUNT


def test_a_settings_file_that_cannot_be_written_is_told() -> None:
    kit = started()
    kit.store.error = OSError(28, "No space left on device")
    kit.phone.accounts.save(FORM)
    assert "settings_not_saved" in notices(kit)
    assert kit.engine.sent_of(SetAccount)


def test_a_provider_brings_its_outside_prefix_unless_the_user_chose_one() -> None:
    profile = ProviderProfile(
        key="p", name_ja="p", name_en="p", server_patterns=("*.example.jp",), outside_prefix="0"
    )
    kit = started(profiles=(profile,))
    kit.phone.accounts.save(FORM)
    assert kit.store.settings.dialling.outside_prefix == "0"
    kit.phone.settings.change_fields(dialling=DialPlan(outside_prefix="9"))
    kit.phone.accounts.save(AccountForm(user_id="a", password="b", server="elsewhere.jp"))
    assert kit.store.settings.dialling.outside_prefix == "9"
