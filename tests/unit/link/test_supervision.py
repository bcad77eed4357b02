from __future__ import annotations

import pytest

from softphone.domain.account import Account
from softphone.domain.commands import (
    AudioConfig,
    Configure,
    ConfigureAudio,
    ListDevices,
    MakeCall,
    MeterLevels,
    RemoveAccount,
    SetAccount,
)
from softphone.domain.uri import HostPort
from softphone.link.supervision import Limits, Replay, RestartDelay

CONFIGURE = Configure(instance_id="urn:uuid:1", user_agent="softphone")


def _account(key: str, password: str = "pw") -> SetAccount:
    account = Account(user_id="100", server=HostPort("pbx.example"), key=key)
    return SetAccount(account=account, password=password)


def test_delays_grow_to_ten_seconds() -> None:
    delay = RestartDelay(healthy_s=60)
    assert [delay.next_s(0) for _ in range(9)] == [0, 0.5, 1, 2, 4, 8, 10, 10, 10]


def test_delays_start_over_after_a_healthy_run() -> None:
    delay = RestartDelay(healthy_s=60)
    assert [delay.next_s(0), delay.next_s(59.9), delay.next_s(60), delay.next_s(0)] == [0, 0.5, 0, 0.5]


def test_a_thousand_losses_do_not_overflow() -> None:
    delay = RestartDelay(healthy_s=60)
    assert [delay.next_s(0) for _ in range(2000)][-1] == RestartDelay.LONGEST_S


@pytest.mark.parametrize(("silence_s", "missed"), [(6.0, 6), (1.0, 1), (0.1, 1)])
def test_silence_is_counted_in_heartbeats(silence_s: float, missed: int) -> None:
    assert Limits(heartbeat_s=1.0, silence_s=silence_s).missed_heartbeats == missed


def test_nothing_to_replay_at_first() -> None:
    assert Replay().commands() == ()


def test_replay_is_configure_accounts_metering_whatever_the_order_was() -> None:
    replay = Replay()
    for command in (MeterLevels(on=True), _account("b"), _account("a"), CONFIGURE):
        replay.record(command)
    assert replay.commands() == (CONFIGURE, _account("b"), _account("a"), MeterLevels(on=True))


def test_replay_has_the_newest_of_each() -> None:
    replay = Replay()
    audio = AudioConfig(input_gain_db=6.0)
    for command in (
        CONFIGURE,
        ConfigureAudio(audio=AudioConfig(source="file")),
        ConfigureAudio(audio=audio),
        _account("a", "old"),
        _account("b"),
        _account("a", "new"),
        RemoveAccount(account_key="b"),
        RemoveAccount(account_key="unknown"),
        MeterLevels(on=True),
        MeterLevels(on=False),
    ):
        replay.record(command)
    configure = Configure(instance_id="urn:uuid:1", user_agent="softphone", audio=audio)
    assert replay.commands() == (configure, _account("a", "new"))


def test_what_is_of_the_moment_is_not_replayed() -> None:
    replay = Replay()
    replay.record(MakeCall(key="c1", account_key="a", uri="sip:100@pbx.example"))
    replay.record(ListDevices())
    assert replay.commands() == ()
