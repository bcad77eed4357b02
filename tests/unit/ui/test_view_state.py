"""View states: pure functions of the domain's values."""

from __future__ import annotations

from pathlib import Path

import pytest

from softphone.app.changes import Notice
from softphone.app.text import Text
from softphone.domain.account import Account, Registration, RegistrationCause, RegistrationState
from softphone.domain.errors import FailureCause
from softphone.domain.events import AudioDevice, AudioMeasured, AudioRouteChanged
from softphone.domain.media import Quality
from softphone.domain.uri import HostPort
from softphone.storage.catalogue import load_texts
from softphone.ui.view_state import (
    audio_rows,
    cannot_call,
    connection_rows,
    device_options,
    dial_problem,
    notice_view,
    quality_bars,
    quality_text,
    status_view,
    timer_text,
)

JA = Text(load_texts(Path(__file__).parents[3] / "resources", "ja"), "ja")
ACCOUNT = Account(user_id="abcde20201", server=HostPort("pbx.example.jp"))


def quality(mos: float) -> Quality:
    return Quality(codec="G722", fraction_lost=0, jitter_ms=0, rtt_ms=0, mos=mos)


def test_every_state_has_its_own_mark() -> None:
    views = [status_view(JA, Registration(state=state), ACCOUNT) for state in RegistrationState]
    assert all(view.title for view in views)
    problems = {view.mark for view in views if view.hint}
    assert "good" not in problems
    assert "busy" not in problems


def test_ready_shows_the_account_and_asks_nothing() -> None:
    view = status_view(JA, Registration(state=RegistrationState.REGISTERED), ACCOUNT)
    assert (view.mark, view.title, view.detail, view.hint, view.action) == (
        "good",
        "通話可能",
        "abcde20201",
        "",
        "",
    )


@pytest.mark.parametrize(
    ("state", "cause", "action"),
    [
        (RegistrationState.UNCONFIGURED, RegistrationCause.NONE, "account"),
        (RegistrationState.AUTH_FAILED, RegistrationCause.CREDENTIALS, "account"),
        (RegistrationState.UNREACHABLE, RegistrationCause.DNS, "account"),
        (RegistrationState.UNREACHABLE, RegistrationCause.TIMEOUT, "retry"),
        (RegistrationState.NO_NETWORK, RegistrationCause.NO_ROUTE, ""),
    ],
)
def test_each_problem_has_its_next_step(
    state: RegistrationState, cause: RegistrationCause, action: str
) -> None:
    view = status_view(JA, Registration(state=state, cause=cause), ACCOUNT)
    assert view.action == action
    assert bool(view.action_words) == bool(action)
    assert view.hint


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (65.9, "1:05"), (3599, "59:59"), (3661, "1:01:01"), (-3, "0:00")]
)
def test_timer(seconds: float, shown: str) -> None:
    assert timer_text(seconds) == shown


@pytest.mark.parametrize(
    ("mos", "words", "bars"), [(4.2, "良好", 4), (3.7, "ふつう", 3), (3.2, "やや悪い", 2), (2.0, "悪い", 1)]
)
def test_quality(mos: float, words: str, bars: int) -> None:
    assert quality_text(JA, "G722", quality(mos)) == f"G.722 · {words} · MOS {mos}"
    assert quality_bars(quality(mos)) == bars


def test_quality_before_it_is_measured() -> None:
    assert quality_text(JA, "PCMU", None) == "G.711 μ-law"
    assert quality_bars(None) == 0


@pytest.mark.parametrize(("severity", "tone"), [("info", "info"), ("warning", "warn"), ("error", "bad")])
def test_notices(severity: str, tone: str) -> None:
    view = notice_view(JA, Notice("engine_lost", {"exit_code": "-9"}, severity, "audio"))
    assert (view.tone, view.words) == (tone, "電話の処理が停止したため、再起動しています。")
    assert view.action_words == "音声の設定"


def test_cannot_call_says_the_reason_once() -> None:
    down = Registration(state=RegistrationState.UNREACHABLE, cause=RegistrationCause.TIMEOUT)
    problem = cannot_call(JA, FailureCause.NOT_REGISTERED, down)
    assert (problem.words, problem.hint) == ("通話不可: サーバーに接続できません", "")
    waiting = cannot_call(JA, FailureCause.NOT_REGISTERED, Registration(state=RegistrationState.REGISTERING))
    assert waiting.words == "通話不可"
    assert "通話可能" in waiting.hint
    assert dial_problem(JA, "empty").words == "電話番号を入力してください。"


def test_device_options() -> None:
    devices = (
        AudioDevice(name="Mic", inputs=1, outputs=0),
        AudioDevice(name="Both", inputs=1, outputs=2),
    )
    assert device_options(JA, devices, "Both", role="input") == (
        ("", "システムの既定"),
        ("Mic", "Mic"),
        ("Both", "Both"),
    )
    assert device_options(JA, devices, "Gone", role="ring")[-1] == ("Gone", "Gone(接続されていません)")


def test_diagnostics() -> None:
    registration = Registration(state=RegistrationState.REGISTERED, status_code=200, reason_phrase="OK")
    assert [value for _, value in connection_rows(JA, registration, ACCOUNT)] == [
        "通話可能",
        "pbx.example.jp",
        "abcde20201",
        "200 OK",
    ]
    assert connection_rows(JA, Registration(), None)[1][1] == "–"
    routes = {"input": AudioRouteChanged(role="input", wanted="", used="")}
    rows = dict(audio_rows(JA, routes, AudioMeasured(underruns=2)))
    assert rows["マイク"] == "なし"
    assert rows["スピーカー"] == "–"
    assert rows["不足/あふれ/飛び"] == "2 回 / 0 回 / 0 サンプル"
    assert "通話中に表示されます" in dict(audio_rows(JA, {}, None)).values()
