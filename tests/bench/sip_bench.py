"""Signalling: how fast the phone registers and answers, measured on the wire by SIPp."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from softphone.domain.uri import parse_sip_uri
from tests.bench.figures import Figure, spread
from tests.helpers.phone_process import PhoneProcess, RegistrarProcess
from tests.helpers.sipp import SippCalls

USER, PASSWORD = "201", "bench-password"


def run(*, quick: bool) -> list[Figure]:
    """All signalling figures."""
    with tempfile.TemporaryDirectory() as folder:
        return [
            *_registration(Path(folder), 3 if quick else 10),
            *_answering(Path(folder), 20 if quick else 200),
        ]


def _listener(folder: Path, server: str, *more: str) -> PhoneProcess:
    account = ("--user-id", USER, "--server", server, "--transport", "udp")
    sound = ("--record", str(folder.with_suffix(".wav")))
    return PhoneProcess(folder, "listen", *account, "--bind", "127.0.0.1", *sound, *more, password=PASSWORD)


def _registration(folder: Path, runs: int) -> list[Figure]:
    samples = []
    with RegistrarProcess(folder / "registrar", {USER: PASSWORD}) as registrar:
        for number in range(runs):
            began_s = time.monotonic()
            with _listener(folder / f"start-{number}", registrar.server) as phone:
                samples.append(phone.wait_registered()["received_s"] - began_s)
    return spread("process start to registered (headless)", samples, "s", 1.2, None)[:1]


def _answering(folder: Path, calls: int) -> list[Figure]:
    with (
        RegistrarProcess(folder / "registrar2", {USER: PASSWORD}) as registrar,
        _listener(
            folder / "listener", registrar.server, "--calls", str(calls), "--answer-after", "0"
        ) as phone,
    ):
        phone.wait_registered()
        contact = registrar.wait_event(event="registered")["contact_uri"]
        address = parse_sip_uri(contact)
        target = f"{address.host}:{address.port}"
        with SippCalls(
            folder / "sipp", target, USER, calls=calls, rate_per_s=4, at_once=1, talk_ms=50
        ) as caller:
            exit_code = caller.wait_exit(30 + calls)
            times = caller.response_times_ms()
    answered = len(times["invite_200"])
    if not answered:
        raise RuntimeError(f"SIPp exit {exit_code}: no call was answered")
    return [
        Figure("calls answered", answered, "calls", calls, at_least=True, note=f"SIPp exit {exit_code}"),
        *spread("INVITE to 180", times["invite_180"], "ms", 5.0, 20.0),
        *spread("180 to 200 (pipe to the phone process and back)", times["ringing_200"], "ms", 5.0, 20.0),
    ]
