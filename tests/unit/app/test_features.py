import pytest
from msgspec.structs import replace

from softphone.app.changes import Notice
from softphone.app.features import FeatureNotOffered
from softphone.domain.account import MAIN_ACCOUNT
from softphone.domain.call import CallState, Direction
from softphone.domain.commands import MakeCall, Redirect, TransferCall, Unwatch, Watch
from softphone.domain.dialog_info import Dialog, DialogInfo
from softphone.domain.events import DialogInfoChanged, MessageSummaryChanged
from softphone.domain.message_summary import MessageSummary
from softphone.domain.provider import FeatureCodes, ProviderProfile
from softphone.domain.settings import PbxSettings, Settings
from softphone.domain.uri import Party
from softphone.storage.catalogue import load_providers
from softphone.storage.paths import resources_dir
from tests.helpers.fakes import ACCOUNT, PhoneKit, fake_phone

CODES = FeatureCodes(
    pickup="*8{ext}",
    group_pickup="*8",
    park="*68{slot}",
    retrieve="*69{slot}",
    voicemail="*98",
    hunt_login="*50",
    hunt_logout="*51",
)
PROFILE = ProviderProfile(
    key="t",
    name_ja="t",
    name_en="t",
    server_patterns=("*.example.jp",),
    feature_codes=CODES,
    web_page="https://pbx.example.jp/",
)
BY_REPLACES = replace(PROFILE, pickup_by_replaces=True)
URI_202 = "sip:202@01234abc.example.jp"
RINGING = Dialog(
    id="1",
    state=CallState.EARLY,
    direction=Direction.RECIPIENT,
    sip_call_id="abc@host",
    local_tag="callee",
    remote_tag="caller",
    remote=Party(uri="sip:201@01234abc.example.jp", number="201"),
)


def phone_with(profile: ProviderProfile | None = PROFILE, pbx: PbxSettings = PbxSettings()) -> PhoneKit:
    profiles = (profile,) if profile is not None else ()
    kit = fake_phone(Settings(account=ACCOUNT, pbx=pbx), password="x", profiles=profiles)
    kit.phone.start()
    kit.registered()
    return kit


def called(kit: PhoneKit) -> list[tuple[str, str]]:
    return [
        (call.uri.removesuffix("@01234abc.example.jp"), call.replaces)
        for call in kit.engine.sent_of(MakeCall)
    ]


def told(kit: PhoneKit, *dialogs: Dialog, status_code: int = 0) -> None:
    info = None if status_code else DialogInfo(entity=URI_202, dialogs=dialogs)
    kit.engine.emit(
        DialogInfoChanged(account_key=MAIN_ACCOUNT, uri=URI_202, info=info, status_code=status_code)
    )


def test_codes_are_dialled() -> None:
    kit = phone_with()
    features = kit.phone.features
    features.pickup("202")
    features.group_pickup()
    features.retrieve("701")
    features.voicemail()
    kit.engine.sent_of(MakeCall)
    assert called(kit) == [("sip:*8202", ""), ("sip:*8", ""), ("sip:*69701", ""), ("sip:*98", "")]


def test_a_caller_is_sent_to_ones_own_voicemail_box() -> None:
    profile = replace(PROFILE, feature_codes=FeatureCodes(voicemail_box="*99{ext}"))
    kit = fake_phone(account=replace(ACCOUNT, user_id="202"), password="x", profiles=(profile,))
    kit.phone.start()
    kit.registered()
    key = kit.incoming()
    kit.phone.features.send_to_voicemail(key)
    assert kit.engine.sent_of(Redirect) == [Redirect(key=key, targets=("sip:*99202@01234abc.example.jp",))]
    with pytest.raises(FeatureNotOffered):
        phone_with().phone.features.send_to_voicemail(key)


def test_hunt_groups_are_entered_and_left() -> None:
    kit = phone_with()
    kit.phone.features.hunt_login(True)
    kit.phone.features.hunt_login(False)
    assert called(kit) == [("sip:*50", ""), ("sip:*51", "")]


@pytest.mark.parametrize(("slot", "target"), [("", "sip:*68"), ("701", "sip:*68701")])
def test_parking_hands_the_call_to_the_park_code(slot: str, target: str) -> None:
    kit = phone_with()
    key = kit.incoming()
    kit.call_state(key, CallState.CONFIRMED)
    kit.phone.features.park(key, slot)
    kit.dispatcher.advance(5.0)
    assert kit.engine.sent_of(TransferCall) == [TransferCall(key=key, target=f"{target}@01234abc.example.jp")]


def test_what_nobody_offers_is_said() -> None:
    features = phone_with(None).phone.features
    assert not any(features.offered(name) for name in FeatureCodes.__struct_fields__)
    assert features.web_page == ""
    for use in (features.group_pickup, features.voicemail, lambda: features.pickup("202")):
        with pytest.raises(FeatureNotOffered):
            use()


def test_the_users_own_codes_and_page_come_first() -> None:
    pbx = PbxSettings(web_page="https://own.example.jp/", feature_codes=FeatureCodes(voicemail="1417"))
    features = phone_with(pbx=pbx).phone.features
    assert features.codes == replace(CODES, voicemail="1417")
    assert features.web_page == "https://own.example.jp/"
    assert phone_with().phone.features.web_page == "https://pbx.example.jp/"


def test_voicemail_without_a_code_is_the_box_the_server_named() -> None:
    kit = phone_with(None)
    summary = MessageSummary(waiting=True, account_uri="sip:box@01234abc.example.jp")
    kit.engine.emit(MessageSummaryChanged(account_key=MAIN_ACCOUNT, summary=summary))
    kit.phone.features.voicemail()
    assert called(kit) == [("sip:box", "")]


def test_pickup_by_replaces_waits_for_the_ringing_dialog() -> None:
    kit = phone_with(BY_REPLACES)
    kit.phone.features.pickup("202")
    kit.phone.features.pickup("202")
    assert kit.engine.sent_of(Watch) == [Watch(account_key=MAIN_ACCOUNT, uri=URI_202, presence=True)]
    talking = replace(RINGING, id="0", state=CallState.CONFIRMED)
    told(kit, talking)
    assert called(kit) == []
    told(kit, talking, RINGING)
    assert called(kit) == [("sip:201", "abc@host;to-tag=caller;from-tag=callee;early-only")]
    assert kit.engine.sent_of(Unwatch) == [Unwatch(account_key=MAIN_ACCOUNT, uri=URI_202)]
    kit.dispatcher.advance(10.0)
    assert len(called(kit)) == 1


def test_a_caller_from_outside_is_taken_through_the_extension() -> None:
    kit = phone_with(BY_REPLACES)
    kit.phone.subscriptions.watch("202")
    told(kit, replace(RINGING, remote=Party(uri="sip:0312345678@x", number="0312345678")))
    kit.phone.features.pickup("202")
    assert [target for target, _ in called(kit)] == ["sip:202"]


@pytest.mark.parametrize("status_code", [0, 489])
def test_without_a_dialog_the_code_is_dialled(status_code: int) -> None:
    kit = phone_with(BY_REPLACES)
    kit.phone.features.pickup("202")
    if status_code:
        told(kit, status_code=status_code)
    else:
        kit.dispatcher.advance(2.5)
    assert called(kit) == [("sip:*8202", "")]


def test_nothing_to_pick_up_is_said() -> None:
    kit = phone_with(replace(BY_REPLACES, feature_codes=FeatureCodes()))
    assert kit.phone.features.offered("pickup")
    kit.phone.features.pickup("202")
    kit.dispatcher.advance(2.5)
    assert kit.changes_of(Notice)[-1] == Notice("pickup_nothing", {"number": "202"}, "warning")


def test_the_local_registrar_offers_everything() -> None:
    profiles = {profile.key: profile for profile in load_providers(resources_dir())}
    codes = profiles["local"].feature_codes
    assert all(getattr(codes, name) for name in FeatureCodes.__struct_fields__)
    assert codes.forward_unconditional_on == "*72{number}"
    assert profiles["hikari-cloud-pbx"].feature_codes == FeatureCodes()
