"""The registrar as a small PBX with our own phones: groups, pickup, forwarding, reach, the outside line."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from softphone.domain.commands import Hangup, MakeCall
from softphone.domain.events import CallCreated
from softphone.domain.identity import Anonymity
from tests.helpers import tones
from tests.helpers.baresip import Baresip
from tests.helpers.engine_sound import dial as dial_from
from tests.helpers.engine_sound import heard_from_now, levels_dbfs, start_engine, state
from tests.helpers.phone_process import PhoneProcess, RegistrarProcess
from tests.interop.conftest import A_HZ, B_HZ

DESK_HZ = 1700.0
PRESENT_DBFS, ABSENT_DBFS = -26.0, -45.0
TALK_S = "2.5"
NEVER_S = "60"
ANSWER_LIMIT_S = 15.0


@pytest.fixture
def both_hear(a_says: Path, b_says: Path, tmp_path: Path) -> Callable[..., None]:
    """Let one phone call and another answer; each must hear the other's tone."""
    a_heard, b_heard = tmp_path / "a-heard.wav", tmp_path / "b-heard.wav"

    def check(
        call: Callable[..., PhoneProcess], listen: Callable[..., PhoneProcess], number: str
    ) -> tuple[PhoneProcess, PhoneProcess]:
        called = listen("--calls", "1", "--play", b_says, "--record", b_heard)
        called.wait_registered()
        caller = call(number, "--play", a_says, "--record", a_heard, "--duration", TALK_S)
        assert caller.wait_exit(30) == 0, caller.transcript()
        assert called.wait_exit(30) == 0, called.transcript()
        assert tones.heard_s(a_heard, B_HZ) >= 1.0
        assert tones.heard_s(b_heard, A_HZ) >= 1.0
        return caller, called

    return check


@pytest.fixture
def dial(phone: Callable[..., PhoneProcess]) -> Callable[..., Callable[..., PhoneProcess]]:
    """``dial(server, "1000")("1001", …)`` calls."""

    def of(server: RegistrarProcess, user: str) -> Callable[..., PhoneProcess]:
        return lambda number, *options: phone(server, user, "call", number, *options)

    return of


@pytest.fixture
def waiting(phone: Callable[..., PhoneProcess]) -> Callable[..., PhoneProcess]:
    """A registered phone that rings and does not answer."""

    def ready(server: RegistrarProcess, user: str) -> PhoneProcess:
        ringing = phone(server, user, "listen", "--answer-after", NEVER_S)
        ringing.wait_registered()
        return ringing

    return ready


def test_sequential_group_goes_on_to_the_next_phone(
    start_registrar: Callable[..., RegistrarProcess],
    phone: Callable[..., PhoneProcess],
    dial: Callable[..., Callable[..., PhoneProcess]],
    waiting: Callable[..., PhoneProcess],
    both_hear: Callable[..., None],
) -> None:
    server = start_registrar("--hunt", "600:sequential:1003,1001,1002:2")
    first = waiting(server, "1001")
    both_hear(dial(server, "1000"), lambda *options: phone(server, "1002", "listen", *options), "600")
    assert first.seen(event="call", state="early")
    first.wait_event(ANSWER_LIMIT_S, event="call", state="terminated")


def test_simultaneous_group_stops_the_others(
    start_registrar: Callable[..., RegistrarProcess],
    phone: Callable[..., PhoneProcess],
    dial: Callable[..., Callable[..., PhoneProcess]],
    waiting: Callable[..., PhoneProcess],
    both_hear: Callable[..., None],
) -> None:
    server = start_registrar("--hunt", "600:simultaneous:1001,1002:20")
    other = waiting(server, "1001")

    def answers_late(*options: str) -> PhoneProcess:
        return phone(server, "1002", "listen", "--answer-after", "1", *options)

    both_hear(dial(server, "1000"), answers_late, "600")
    assert other.seen(event="call", state="early")
    other.wait_event(ANSWER_LIMIT_S, event="call", state="terminated")


@pytest.mark.parametrize("code", ["*8", "*81001"])
def test_a_ringing_call_is_picked_up(
    start_registrar: Callable[..., RegistrarProcess], tmp_path: Path, stack: ExitStack, code: str
) -> None:
    server = start_registrar("--pickup-group", "office:1001,1002")
    caller, desk, picker = (
        start_engine(
            tmp_path, stack, name, server.port, says=tones.tone(frequency_hz, 60.0, level_dbfs=-15.0)
        )
        for name, frequency_hz in (("1000", A_HZ), ("1001", DESK_HZ), ("1002", B_HZ))
    )
    caller.send(MakeCall(key="out", account_key="main", uri=f"sip:1001@{server.server}"))
    ringing = desk.wait(CallCreated, timeout_s=ANSWER_LIMIT_S).key
    state(caller, "out", "early")

    dial_from(picker, code, server.port, "pick")

    taken = caller.wait(CallCreated, lambda event: event.transferred_from == "out", timeout_s=ANSWER_LIMIT_S)
    state(caller, taken.key, "confirmed")
    state(desk, ringing, "terminated")
    heard = [levels_dbfs(sound, (A_HZ, B_HZ)) for sound in heard_from_now([caller, picker])]
    assert heard[0][1] > PRESENT_DBFS > ABSENT_DBFS > heard[0][0]
    assert heard[1][0] > PRESENT_DBFS > ABSENT_DBFS > heard[1][1]
    assert server.seen(event="call_picked_up", extension="1001", by="1002")


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("always", marks=pytest.mark.cell("転送", "registrar")),
        "no_answer",
        "unreachable",
    ],
)
def test_forwarded_calls_are_heard(
    start_registrar: Callable[..., RegistrarProcess],
    phone: Callable[..., PhoneProcess],
    dial: Callable[..., Callable[..., PhoneProcess]],
    waiting: Callable[..., PhoneProcess],
    both_hear: Callable[..., None],
    kind: str,
) -> None:
    server = start_registrar("--forward", f"1001:{kind}:1002:2")
    if kind == "no_answer":
        waiting(server, "1001")
    both_hear(dial(server, "1000"), lambda *options: phone(server, "1002", "listen", *options), "1001")
    assert server.seen(event="call_forwarded", extension="1001", number="1002")


def test_forwarding_is_switched_by_code(
    registrar: RegistrarProcess,
    phone: Callable[..., PhoneProcess],
    dial: Callable[..., Callable[..., PhoneProcess]],
    both_hear: Callable[..., None],
) -> None:
    owner = dial(registrar, "1001")("*721002")
    assert owner.wait_exit(30) == 0, owner.transcript()
    registrar.wait_event(event="feature_set", user="1001", feature="forward_unconditional", state="1002")
    both_hear(dial(registrar, "1000"), lambda *options: phone(registrar, "1002", "listen", *options), "1001")


@pytest.mark.cell("シングルナンバーリーチ", "registrar")
def test_a_reached_number_answers(
    start_registrar: Callable[..., RegistrarProcess],
    phone: Callable[..., PhoneProcess],
    dial: Callable[..., Callable[..., PhoneProcess]],
    waiting: Callable[..., PhoneProcess],
    both_hear: Callable[..., None],
) -> None:
    server = start_registrar("--reach", "1001:1002:2:30")
    desk = waiting(server, "1001")
    both_hear(dial(server, "1000"), lambda *options: phone(server, "1002", "listen", *options), "1001")
    desk.wait_event(ANSWER_LIMIT_S, event="call", state="terminated")


@pytest.mark.parametrize(
    ("prefix", "number"), [((), "0312345678"), (("--outside-prefix", "0"), "00312345678")]
)
def test_the_outside_line_gives_ones_voice_back(
    start_registrar: Callable[..., RegistrarProcess],
    dial: Callable[..., Callable[..., PhoneProcess]],
    a_says: Path,
    tmp_path: Path,
    prefix: tuple[str, ...],
    number: str,
) -> None:
    heard = tmp_path / "heard.wav"
    server = start_registrar(*prefix)
    caller = dial(server, "1000")(number, "--play", a_says, "--record", heard, "--duration", "5")
    assert caller.wait_exit(30) == 0, caller.transcript()
    assert tones.heard_s(heard, A_HZ) >= 1.0


def test_the_trunk_is_called_and_calls_in(
    start_registrar: Callable[..., RegistrarProcess],
    phone: Callable[..., PhoneProcess],
    baresip: Callable[..., Baresip],
    a_says: Path,
    tmp_path: Path,
) -> None:
    heard = tmp_path / "heard.wav"
    carrier = baresip("0399998888")
    trunk = ("--trunk", f"127.0.0.1:{carrier.sip_port}", "--did", "0311112222:1001")
    server = start_registrar(*trunk, "--outside-number", "1000:0311112222")
    options = ("--play", a_says, "--record", heard, "--duration", TALK_S)

    caller = phone(server, "1000", "call", "1840399998888", *options)
    came = carrier.wait_event("CALL_ESTABLISHED", ANSWER_LIMIT_S)
    assert came["peeruri"].startswith("sip:anonymous@anonymous.invalid")
    assert caller.wait_exit(30) == 0, caller.transcript()
    assert tones.heard_s(heard, B_HZ) >= 1.0
    assert tones.heard_s(carrier.recordings("dec")[-1], A_HZ) >= 1.0

    called = phone(server, "1001", "listen", "--calls", "1", "--play", a_says, "--duration", TALK_S)
    called.wait_registered()
    carrier.dial(f"sip:0311112222@{server.server}")
    assert called.wait_exit(30) == 0, called.transcript()
    assert tones.heard_s(carrier.recordings("dec")[-1], A_HZ) >= 1.0


def test_the_called_phone_reads_who_calls_and_by_which_way(
    start_registrar: Callable[..., RegistrarProcess], tmp_path: Path, stack: ExitStack
) -> None:
    server = start_registrar("--forward", "1002:always:1001")
    caller, called = (start_engine(tmp_path, stack, name, server.port) for name in ("1000", "1001"))
    read = {}
    for number in ("*6701001", "*6711001", "*6721001", "*6731001", "1002"):
        mark = len(called.events)
        caller.send(MakeCall(key=number, account_key="main", uri=f"sip:{number}@{server.server}"))
        came = called.wait(CallCreated, since=mark, timeout_s=ANSWER_LIMIT_S)
        read[number] = (came.anonymity, came.remote.number, came.diverted_by and came.diverted_by.number)
        state(caller, number, "early")
        caller.send(Hangup(key=number))
        state(caller, number, "terminated")
        state(called, came.key, "terminated")
    assert [anonymity for anonymity, *_ in read.values()] == [
        Anonymity.WITHHELD,
        Anonymity.PAYPHONE,
        Anonymity.NOT_AVAILABLE,
        Anonymity.OUT_OF_AREA,
        Anonymity.NONE,
    ]
    assert "1000" not in [number for _, number, _ in list(read.values())[:4]]
    assert read["1002"][1:] == ("1000", "1002")
