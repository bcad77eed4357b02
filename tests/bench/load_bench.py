"""Load: 48 calls at once over 12 engines with media, and 1,000 calls one after the other in one phone."""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from softphone.domain.call import CallState
from softphone.domain.commands import LIBRARY_MAX_CALLS, MakeCall
from softphone.domain.events import AudioMeasured, CallStateChanged
from softphone.domain.media import FRAME_MS
from softphone.domain.uri import parse_sip_uri
from tests.bench.figures import Figure, cpu_s, unique_mb
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.kamailio import Kamailio
from tests.helpers.phone_process import PhoneProcess, RegistrarProcess
from tests.helpers.sipp import SippCalls, SippUas

ENGINES = 12
FIRST_USER = 1000
GATEWAY = "9"
SETUP_LIMIT_S = 30.0
USER, PASSWORD = "201", "bench-password"
WARM_CALLS = 100
CALLS_PER_S = 6.0


def run(*, quick: bool) -> list[Figure]:
    """Both loads."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [
            *_concurrent(folder, 4 if quick else ENGINES, 6.0 if quick else 30.0),
            *_sequential(folder, 100 if quick else 1000),
        ]


def _concurrent(folder: Path, engines: int, span_s: float) -> list[Figure]:
    calls = engines * LIBRARY_MAX_CALLS
    with ExitStack() as stack:
        sipp = stack.enter_context(SippUas(folder / "sipp", "uas_echo", calls=calls))
        kamailio = stack.enter_context(Kamailio(folder / "kamailio", gateways={GATEWAY: sipp.port}))
        drivers = [stack.enter_context(EngineDriver(folder, f"engine{index}")) for index in range(engines)]
        for index, driver in enumerate(drivers):
            user = str(FIRST_USER + index)
            driver.configure(max_calls=LIBRARY_MAX_CALLS)
            driver.set_account(user, kamailio.port, kamailio.password(user))
        for driver in drivers:
            driver.registration("registered")
        for number in range(LIBRARY_MAX_CALLS):
            for driver in drivers:
                uri = f"sip:{GATEWAY}{number}@{kamailio.server}"
                driver.send(MakeCall(key=f"call-{number}", account_key="main", uri=uri))
        for driver in drivers:
            for number in range(LIBRARY_MAX_CALLS):
                driver.wait(CallStateChanged, _confirms(f"call-{number}"), timeout_s=SETUP_LIMIT_S)
        time.sleep(2.5)  # the first figures hold what was late while calls came up
        marks = [len(driver.events) for driver in drivers]
        used_s = [cpu_s(driver.pid) for driver in drivers]
        began_s = time.monotonic()
        time.sleep(span_s)
        elapsed_s = time.monotonic() - began_s
        used = sum(cpu_s(driver.pid) - before for driver, before in zip(drivers, used_s, strict=True))
        told = [
            [event for event in driver.events[mark:] if isinstance(event, AudioMeasured)]
            for driver, mark in zip(drivers, marks, strict=True)
        ]
    lateness = [event.lateness_p99_ms for events in told for event in events]
    late = sum(events[-1].late_frames - events[0].late_frames for events in told)
    frames = round(engines * span_s * 1000 / FRAME_MS)
    share = 100 * late / frames  # at most 1 %: the 99th percentile of all frames is within 10 ms
    note = f"{calls} calls, PCMU, {span_s:.0f} s, Kamailio and SIPp on the same cores"
    return [
        Figure("calls at once", calls, "calls", calls, at_least=True, note=note),
        Figure("bridge frame lateness, worst p99 of 2 s and engine", max(lateness), "ms", None, note=note),
        Figure(
            "bridge frames more than 10 ms late", round(share, 2), "% of all", 1.0, note=f"{late} of {frames}"
        ),
        Figure("CPU of an engine with 4 calls", round(100 * used / elapsed_s / engines, 2), "% of one core"),
    ]


def _confirms(key: str):  # type: ignore[no-untyped-def]
    return lambda event: event.key == key and event.state is CallState.CONFIRMED


def _sequential(folder: Path, calls: int) -> list[Figure]:
    """Calls in, answered and hung up by SIPp; memory after the first hundred and after all."""
    account = ("--user-id", USER, "--transport", "udp", "--bind", "127.0.0.1", "--answer-after", "0")
    with (
        RegistrarProcess(folder / "registrar", {USER: PASSWORD}) as registrar,
        PhoneProcess(
            folder / "listener",
            "listen",
            *account,
            *("--server", registrar.server, "--record", str(folder / "listener.wav")),
            password=PASSWORD,
        ) as phone,
    ):
        phone.wait_registered()
        address = parse_sip_uri(str(registrar.wait_event(event="registered")["contact_uri"]))
        pids = (phone.pid, phone.engine_pid)
        memory, answered = [], 0
        for index, count in enumerate((WARM_CALLS, calls)):
            with SippCalls(
                folder / f"caller{index}",
                f"{address.host}:{address.port}",
                USER,
                calls=count,
                rate_per_s=CALLS_PER_S,
                at_once=1,
                talk_ms=50,
            ) as caller:
                caller.wait_exit(60 + count)
                answered += len(caller.response_times_ms()["invite_200"])
            time.sleep(1.0)
            memory.append(sum(unique_mb(pid) for pid in pids))
    growth = 100 * (memory[1] / memory[0] - 1)
    note = f"{memory[0]:.1f} MB after {WARM_CALLS}, {memory[1]:.1f} MB after {WARM_CALLS + calls} calls"
    return [
        Figure("calls answered one after the other", answered, "calls", WARM_CALLS + calls, at_least=True),
        Figure(f"memory growth over {calls} calls, both processes", round(growth, 2), "%", 3.0, note=note),
    ]
