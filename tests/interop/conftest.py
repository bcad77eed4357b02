"""Peers, phones and sounds for the interop tests. Each test has its own ports and folder.

Phones of ours have numbers below 1100, baresip 1100 and up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from softphone.domain.commands import MakeCall
from tests.helpers import tones
from tests.helpers.baresip import SAMPLE_RATE_HZ as BARESIP_HZ
from tests.helpers.baresip import Baresip
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.kamailio import Kamailio
from tests.helpers.phone_process import PhoneProcess, RegistrarProcess
from tests.helpers.sip_peer import SipPeer
from tests.helpers.sipp import SippCaller, SippUas, write_voice

A_HZ = 440.0  # what the first phone says
B_HZ = 1000.0  # what the second says
LONG_S = 30.0
LADDER_LOG_LEVEL = "4"  # from here on PJSIP logs every message

Server = Kamailio | RegistrarProcess


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Everything entered into it ends with the test, the last one first."""
    with ExitStack() as entered:
        yield entered


@pytest.fixture
def start_kamailio(
    tmp_path: Path, stack: ExitStack, requires_peer: Callable[..., None]
) -> Callable[..., Kamailio]:
    """Start Kamailio with these gateways (prefix → port)."""

    def start(gateways: Mapping[str, int] | None = None, password_prefix: str = "pw") -> Kamailio:
        requires_peer("kamailio")
        peer = Kamailio(tmp_path / "kamailio", gateways=gateways, password_prefix=password_prefix)
        return stack.enter_context(peer)

    return start


@pytest.fixture
def kamailio(start_kamailio: Callable[..., Kamailio]) -> Kamailio:
    """Kamailio as it comes."""
    return start_kamailio()


@pytest.fixture
def start_pbx(
    tmp_path: Path, stack: ExitStack, requires_peer: Callable[..., None]
) -> Callable[..., Kamailio]:
    """Start Kamailio as a PBX with these options of ``Kamailio``; ``name`` is its folder."""

    def start(name: str = "pbx", **options: Any) -> Kamailio:
        requires_peer("kamailio")
        return stack.enter_context(Kamailio(tmp_path / name, pbx=True, **options))

    return start


@pytest.fixture
def pbx(start_pbx: Callable[..., Kamailio]) -> Kamailio:
    """Kamailio as a PBX."""
    return start_pbx()


@pytest.fixture
def start_registrar(tmp_path: Path, stack: ExitStack) -> Callable[..., RegistrarProcess]:
    """Start our own registrar with users 1000 to 1003, password ``pw<user>``, and these options."""

    def start(*options: str) -> RegistrarProcess:
        users = {user: f"pw{user}" for user in ("1000", "1001", "1002", "1003")}
        return stack.enter_context(RegistrarProcess(tmp_path / "registrar", users, *options))

    return start


@pytest.fixture
def registrar(start_registrar: Callable[..., RegistrarProcess]) -> RegistrarProcess:
    """Our own registrar."""
    return start_registrar()


@pytest.fixture(params=["registrar", "kamailio"])
def server(request: pytest.FixtureRequest) -> Server:
    """Each registrar in turn."""
    started: Server = request.getfixturevalue(request.param)
    return started


@pytest.fixture
def phone(tmp_path: Path, stack: ExitStack) -> Callable[..., PhoneProcess]:
    """Start one of our phones: ``phone(server, "1000", "call", "1001", …)``.

    ``server`` is a peer or "host:port"; the password is ``pw<user_id>`` unless given, and goes by the
    environment unless it is ``stdin_text``. Audio goes by files unless ``environment`` has sound devices.
    """

    def start(
        server: Server | str,
        user_id: str,
        verb: str,
        *arguments: str | Path,
        transport: str = "udp",
        password: str = "",
        environment: Mapping[str, str] | None = None,
        stdin_text: str = "",
    ) -> PhoneProcess:
        address = server if isinstance(server, str) else server.server
        sound = {"--play", "--record", "--input-device", "--output-device"}
        if verb in ("call", "listen") and sound.isdisjoint(arguments):
            arguments = (*arguments, "--record", tmp_path / f"heard-{user_id}.wav")
        if verb in ("call", "listen") and "--log-level" not in arguments:
            arguments = (*arguments, "--log-level", LADDER_LOG_LEVEL)
        account = ("--user-id", user_id, "--server", address, "--transport", transport)
        process = PhoneProcess(
            tmp_path / f"phone-{user_id}",
            verb,
            *(str(argument) for argument in arguments),
            *account,
            password="" if stdin_text else password or f"pw{user_id}",
            stdin_text=stdin_text,
            environment=environment,
        )
        return stack.enter_context(process)

    return start


@pytest.fixture
def baresip(tmp_path: Path, stack: ExitStack, requires_peer: Callable[..., None]) -> Callable[..., Baresip]:
    """Start baresip: ``baresip("1100", server=kamailio, …)``; without ``play_path`` it says ``B_HZ``."""

    def start(
        user_id: str,
        *,
        server: Kamailio | None = None,
        play_path: Path | None = None,
        **options: Any,
    ) -> Baresip:
        requires_peer("baresip")
        said = play_path or tones.write_wav(
            tmp_path / "baresip-says.wav", tones.beeps(B_HZ, LONG_S, BARESIP_HZ), BARESIP_HZ
        )
        account: dict[str, Any] = (
            {"server": server.server, "password": server.password(user_id)} if server else {}
        )
        peer = Baresip(tmp_path / f"baresip-{user_id}", user_id, play_path=said, **account, **options)
        return stack.enter_context(peer)

    return start


@pytest.fixture
def peer() -> Iterator[SipPeer]:
    """A registrar and every phone behind it, written by hand."""
    with SipPeer() as opened:
        yield opened


@pytest.fixture
def start_engine(tmp_path: Path, stack: ExitStack, peer: SipPeer) -> Callable[..., EngineDriver]:
    """Start an engine for 1001, registered at ``peer``, with these changes to its configuration."""

    def start(**configuration: Any) -> EngineDriver:
        driver = stack.enter_context(EngineDriver(tmp_path, "engine"))
        driver.configure(**{"max_calls": 4, **configuration})
        driver.set_account("1001", peer.port, "secret")
        peer.accept_registration()
        driver.registration("registered")
        return driver

    return start


@pytest.fixture
def engine(start_engine: Callable[..., EngineDriver]) -> EngineDriver:
    """An engine as it comes, registered at ``peer``."""
    return start_engine()


@pytest.fixture
def sipp_says(tmp_path: Path) -> Path:
    """What SIPp's scenarios call @VOICE@: 1.6 s of beeps at ``B_HZ`` in G.711."""
    return write_voice(tmp_path / "sipp-says.ulaw", tones.beeps(B_HZ, 1.6, 8000))


@pytest.fixture
def dial_sipp(
    tmp_path: Path, stack: ExitStack, requires_peer: Callable[..., None], a_says: Path, sipp_says: Path
) -> Callable[..., tuple[EngineDriver, SippUas]]:
    """An engine that says ``A_HZ``, registered at SIPp with this scenario, and calling it with key "out".

    ``calls`` it takes, the engine makes the first; ``configuration`` is the engine's; ``request`` more of
    MakeCall.
    """

    def start(
        scenario: str,
        *,
        calls: int = 1,
        configuration: Mapping[str, Any] | None = None,
        request: Mapping[str, Any] | None = None,
        **values: str,
    ) -> tuple[EngineDriver, SippUas]:
        requires_peer("sipp")
        filled = {"VOICE": str(sipp_says), **values}
        sipp = stack.enter_context(
            SippUas(tmp_path / "sipp", scenario, calls=calls, values=filled, registers=True)
        )
        engine = stack.enter_context(EngineDriver(tmp_path, "engine"))
        engine.configure(a_says, **{"max_calls": 4, "processing": False, **(configuration or {})})
        engine.set_account("1001", sipp.port, "secret")
        engine.registration("registered")
        engine.send(MakeCall(key="out", account_key="main", uri=sipp.uri("2001"), **(request or {})))
        return engine, sipp

    return start


@pytest.fixture
def sipp_calls(
    tmp_path: Path, stack: ExitStack, requires_peer: Callable[..., None], peer: SipPeer, sipp_says: Path
) -> Callable[..., SippCaller]:
    """SIPp calls the engine registered at ``peer`` as a scenario says: ``sipp_calls("uac_late_offer")``."""

    def start(scenario: str, *, name: str = "sipp", **values: str) -> SippCaller:
        requires_peer("sipp")
        filled = {"VOICE": str(sipp_says), **values}
        target = peer.engine_uri.partition("@")[2].partition(";")[0]
        return stack.enter_context(SippCaller(tmp_path / name, scenario, target, "1001", values=filled))

    return start


@pytest.fixture
def a_says(tmp_path: Path) -> Path:
    """A WAV of beeps at ``A_HZ``."""
    return tones.write_wav(tmp_path / "a-says.wav", tones.beeps(A_HZ, LONG_S))


@pytest.fixture
def b_says(tmp_path: Path) -> Path:
    """A WAV of beeps at ``B_HZ``."""
    return tones.write_wav(tmp_path / "b-says.wav", tones.beeps(B_HZ, LONG_S))


@pytest.fixture
def a_speaks(tmp_path: Path, requires_peer: Callable[..., None]) -> Path:
    """A WAV of speech, about 5 s."""
    requires_peer("espeak-ng")
    return tones.speech(tmp_path / "a-speaks.wav", text="Good morning, is this the office in Osaka speaking?")


@pytest.fixture
def b_speaks(tmp_path: Path, requires_peer: Callable[..., None]) -> Path:
    """A WAV of other speech, about 5 s."""
    requires_peer("espeak-ng")
    return tones.speech(
        tmp_path / "b-speaks.wav", text="Yes it is, the weather here has been wonderful today."
    )
