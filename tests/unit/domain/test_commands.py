"""The contract crosses the pipe whole, and the password is in no repr."""

import msgspec

from softphone.domain import commands, events
from softphone.domain.account import AccountForm, parse_account
from softphone.domain.provider import ProviderProfile, choose_profile


def test_set_account_crosses_and_hides_its_password() -> None:
    account = parse_account(AccountForm(user_id="201", password="x", server="h.jp:5070"))
    command = commands.SetAccount(account=account, password="himitsu1")
    there = msgspec.msgpack.Decoder(commands.AnyCommand).decode(msgspec.msgpack.encode(command))
    assert there == command
    assert there.password == "himitsu1"
    assert "himitsu1" not in repr(command)


def test_every_message_has_its_own_tag() -> None:
    for union, base in ((commands.AnyCommand, commands.Command), (events.AnyEvent, events.Event)):
        listed = set(union.__args__)
        assert listed == set(base.__subclasses__())
        assert len({kind.__struct_config__.tag for kind in listed}) == len(listed)


def test_the_service_code_chooses_before_the_server_name() -> None:
    cloud = ProviderProfile(key="c", name_ja="c", name_en="c", server_patterns=("*.smart-pbx.jp",))
    coded = ProviderProfile(key="d", name_ja="d", name_en="d", service_codes=("77",))
    profiles = (cloud, coded)
    assert choose_profile(profiles, service_code="", host="0A.Smart-PBX.jp") is cloud
    assert choose_profile(profiles, service_code="77", host="a.smart-pbx.jp") is coded
    assert choose_profile(profiles, service_code="99", host="example.jp") is None
