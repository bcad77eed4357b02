"""SIPp: scripted answers to our calls, scripted calls, and calls whose answers are timed.

Scenarios lie in tests/data/sipp; a word between two @ is a value the test gives, or the file of that name in
``parts`` (``@REPLY@``: reply.txt). SIPp ends with 0 only where every message came as the scenario says.
Times come from SIPp's short message trace (microseconds).
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from softphone.registrar.g711 import encode
from softphone.registrar.sdp import PCMU
from tests.helpers import ladder
from tests.helpers.child import Child
from tests.helpers.ports import LOOPBACK, free_port, free_port_range, is_taken
from tests.helpers.programs import find_program
from tests.helpers.tones import Samples
from tests.helpers.waiting import wait_for

_SCENARIOS = Path(__file__).parents[1] / "data" / "sipp"
START_LIMIT_S = 5.0
_TRACE_LINE = re.compile(
    r"^\S+\t(\d\d:\d\d:\d\d\.\d{6})\t(\d+\.\d{6})\t([SR])\t(\S+)\tCSeq:\s*(\d+) (\w+)\t(.*)$", re.MULTILINE
)


class _Sipp(Child):
    """One SIPp in ``directory`` with its own SIP and RTP ports; ``more`` are its other arguments."""

    def __init__(
        self, directory: Path, scenario: str, more: Sequence[str], values: Mapping[str, str] | None = None
    ) -> None:
        directory.mkdir(parents=True)
        self.port = free_port()
        self._trace = directory / "messages.log"
        self._log_lines = directory / "scenario.log"
        arguments = [*_common(directory, scenario, self.port, values), *more]
        super().__init__(arguments, log_path=directory / "sipp.log", directory=directory)
        ladder.register_source(lambda: _arrows(self._trace, f"{LOOPBACK}:{self.port}"))

    def wait_exit(self, timeout_s: float = 10.0) -> int:
        """Its exit code: 0 when every call went as the scenario says."""
        wait_for(lambda: not self.is_alive, timeout_s, what=f"end of SIPp\n{self.log_tail()}")
        return self.process.returncode

    def wait_logged(self, pattern: str, timeout_s: float = 10.0) -> re.Match[str]:
        """The first of what the scenario logs that has this pattern."""

        def found() -> re.Match[str] | None:
            return re.search(pattern, self._log_lines.read_text()) if self._log_lines.exists() else None

        match = wait_for(found, timeout_s, what=f"{pattern} in the scenario's log\n{self.log_tail()}")
        assert match is not None
        return match

    def wait_message(self, first_line: str, method: str, timeout_s: float = 10.0) -> None:
        """Until a message came or went whose first line begins so, in a transaction of ``method``."""

        def seen() -> bool:
            trace = self._trace.read_text(errors="replace") if self._trace.exists() else ""
            return any(
                found[6] == method and found[7].startswith(first_line)
                for found in _TRACE_LINE.finditer(trace)
            )

        wait_for(seen, timeout_s, what=f"{first_line} ({method}) at SIPp\n{self.log_tail()}")


class SippUas(_Sipp):
    """SIPp as the called party, ready when its port is bound. Ends by itself after ``calls`` calls.

    ``values`` replace the scenario's ``@NAME@`` marks. ``registers``: it is the phone's registrar too, which
    takes a registration and the subscription to voice messages that comes with it.
    """

    def __init__(
        self,
        directory: Path,
        scenario: str,
        *,
        calls: int = 1,
        values: Mapping[str, str] | None = None,
        registers: bool = False,
    ) -> None:
        more = [*_echo(scenario), "-m", str(calls + 2 * registers)]
        super().__init__(directory, scenario, more, values)
        self.wait_ready(lambda: is_taken(self.port, socket.SOCK_DGRAM), START_LIMIT_S, "its port stays free")

    @property
    def server(self) -> str:
        """host:port."""
        return f"{LOOPBACK}:{self.port}"

    def uri(self, number: str) -> str:
        """The number at this SIPp."""
        return f"sip:{number}@{self.server}"


def answering(directory: Path, status: str, header: str = "Server: sipp", calls: int = 1) -> SippUas:
    """A called party that answers INVITE with ``status``, e.g. "486 Busy Here", and one more header line."""
    return SippUas(directory, "uas_final", calls=calls, values={"STATUS": status, "HEADER": header})


def write_voice(path: Path, samples: Samples) -> Path:
    """Samples at 8000 Hz as SIPp's rtp_stream plays them (G.711 μ-law, no header); returns ``path``."""
    path.write_bytes(encode((samples * 32767).astype(int).tolist(), PCMU))
    return path


class SippCaller(_Sipp):
    """SIPp calling ``user`` at ``target`` (host:port) once, as a scenario says; ``values`` as SippUas has."""

    def __init__(
        self,
        directory: Path,
        scenario: str,
        target: str,
        user: str,
        *,
        values: Mapping[str, str] | None = None,
    ) -> None:
        more = [*_echo(scenario), target, "-s", user, "-m", "1"]
        super().__init__(directory, scenario, more, values)


class SippCalls(_Sipp):
    """SIPp calling ``user`` at ``target`` (host:port), ``calls`` times at ``rate_per_s``.

    Each call talks for ``talk_ms``. ``at_once`` is the limit of calls at one time. ``refused_with``: the
    status code each call has to be refused with, 0 where it has to be answered.
    """

    def __init__(
        self,
        directory: Path,
        target: str,
        user: str,
        *,
        calls: int = 1,
        rate_per_s: float = 1.0,
        at_once: int = 1,
        talk_ms: int = 200,
        refused_with: int = 0,
    ) -> None:
        scenario = "uac_refused" if refused_with else "uac_call"
        more = [target, "-s", user, "-d", str(talk_ms)]
        more += ["-m", str(calls), "-r", str(rate_per_s), "-l", str(at_once)]
        super().__init__(directory, scenario, more, {"STATUS": str(refused_with)})

    def wait_exit(self, timeout_s: float = 30.0) -> int:
        """Its exit code: 0 when every call went as it should."""
        return super().wait_exit(timeout_s)

    def response_times_ms(self) -> dict[str, list[float]]:
        """Samples, one a call: ``invite_180``, ``invite_200``, ``ringing_200`` and ``bye_200``, in ms."""
        return response_times_ms(self._trace.read_text(errors="replace"))


def response_times_ms(trace: str) -> dict[str, list[float]]:
    """What a short message trace of uac_call says, as SippCalls.response_times_ms."""
    samples: dict[str, list[float]] = {"invite_180": [], "invite_200": [], "ringing_200": [], "bye_200": []}
    first_seen: dict[tuple[str, str], float] = {}
    for match in _TRACE_LINE.finditer(trace):
        _, at_text, _, call_id, _, method, first_line = match.groups()
        at_s = float(at_text)
        status = first_line.split()[1] if first_line.startswith("SIP/2.0") else ""
        event = f"{method}{status}"
        if (call_id, event) in first_seen:
            continue  # a retransmission
        first_seen[call_id, event] = at_s
        for name, start in _MEASURED.get(event, ()):
            if (call_id, start) in first_seen:
                samples[name].append((at_s - first_seen[call_id, start]) * 1000)
    return samples


_MEASURED = {
    "INVITE180": (("invite_180", "INVITE"),),
    "INVITE200": (("invite_200", "INVITE"), ("ringing_200", "INVITE180")),
    "BYE200": (("bye_200", "BYE"),),
}


def _common(directory: Path, scenario: str, port: int, values: Mapping[str, str] | None) -> list[str]:
    filled = directory / f"{scenario}.xml"
    filled.write_text(_filled((_SCENARIOS / f"{scenario}.xml").read_text(), values or {}))
    program = find_program("sipp") or "sipp"
    media = str(free_port_range(4))
    local = ["-i", LOOPBACK, "-mi", LOOPBACK, "-p", str(port), "-mp", media]
    traces = ["-trace_shortmsg", "-shortmessage_file", str(directory / "messages.log")]
    errors = ["-trace_err", "-error_file", str(directory / "errors.log")]
    logs = ["-trace_logs", "-log_file", str(directory / "scenario.log")]
    return [program, "-sf", str(filled), "-nostdin", *local, *traces, *errors, *logs]


def _echo(scenario: str) -> list[str]:
    """Every packet goes back where it came from; not where the scenario speaks itself, on the same port."""
    speaks = "rtp_stream" in (_SCENARIOS / f"{scenario}.xml").read_text()
    return [] if speaks else ["-rtp_echo"]


def _filled(text: str, values: Mapping[str, str]) -> str:
    """``text`` with each word between two @ replaced. Errors: OSError where there is no such part."""

    def replaced(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in values:
            return values[name]
        part = _SCENARIOS / "parts" / f"{name.lower()}.txt"
        return _filled(part.read_text().removesuffix("\n"), values)

    return re.sub(r"@([A-Z_]+)@", replaced, text)


def _arrows(trace: Path, name: str) -> Iterable[ladder.Arrow]:
    if not trace.exists():
        return []
    return [
        ladder.Arrow(
            match.group(1)[:12],
            name if match.group(3) == "S" else "?",
            "?" if match.group(3) == "S" else name,
            f"{match.group(7)}  (cseq {match.group(5)})",
            match.group(4),
            "sipp",
        )
        for match in _TRACE_LINE.finditer(trace.read_text(errors="replace"))
    ]
