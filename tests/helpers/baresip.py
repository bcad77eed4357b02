"""baresip 1.0.0 as the other telephone, led through its ctrl_tcp module (JSON in netstrings).

It plays a WAV (48 kHz) as its microphone and records what it decoded and what it sent (sndfile module). After
the first hold, by either side, it hears nothing more: it receives the packets but does not decode them again.
Its G.722 is about 6 dB off, so levels are never compared with it; frequencies and gaps are.
"""

from __future__ import annotations

import itertools
import json
import re
import shutil
import socket
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.helpers.child import Child, ChildFailed
from tests.helpers.ports import LOOPBACK, free_port, free_port_range
from tests.helpers.programs import find_program
from tests.helpers.waiting import wait_for

SAMPLE_RATE_HZ = 48_000  # of the WAVs it plays and records
START_LIMIT_S = 8.0
_RTP_PORTS = 20
_BARESIP_CODECS = {"G722": "G722/16000/1", "PCMU": "PCMU/8000/1", "PCMA": "PCMA/8000/1"}
_MODULES = ("g722.so", "g711.so", "sndfile.so", "aufile.so", "aubridge.so")
_REGISTERED = re.compile(r"\{\d+/(UDP|TCP)/v4\} 200 OK")
_MODULE_FOLDERS = ("/usr/lib/baresip/modules", "/usr/local/lib/baresip/modules")


class Baresip(Child):
    """A running baresip with one account; ready when its control port answers.

    ``server`` "host:port" registers there; "" stands alone, reached at ``self.uri``.
    ``answer_mode`` auto (200 at once), manual (rings until ``accept``) or early (183).
    ``call_limit`` calls at once; the next gets 486.
    Thread: the test's; a reader thread only appends to ``events``.
    """

    def __init__(
        self,
        directory: Path,
        user_id: str,
        *,
        play_path: Path,
        server: str = "",
        password: str = "",
        transport: str = "udp",
        answer_mode: str = "auto",
        codecs: Sequence[str] = ("G722", "PCMU", "PCMA"),
        call_limit: int = 4,
    ) -> None:
        self.user_id = user_id
        self.directory = directory
        self.sip_port = free_port()
        self.control_port = free_port()
        self.events: list[dict[str, Any]] = []
        self._taken: set[int] = set()
        self._tokens = itertools.count(1)
        self._control: socket.socket | None = None
        directory.mkdir(parents=True)
        (directory / "config").write_text(self._config(play_path, call_limit))
        (directory / "accounts").write_text(self._account(server, password, transport, answer_mode, codecs))
        (directory / "contacts").write_text("")
        program = find_program("baresip") or "baresip"
        line_buffered = (shutil.which("stdbuf") or "stdbuf", "-oL")
        super().__init__([*line_buffered, program, "-f", directory, "-4", "-v"], log_path=directory / "log")
        self.wait_ready(self._connect, START_LIMIT_S, "its control port stays closed")
        threading.Thread(target=self._read_events, name=f"baresip-{user_id}", daemon=True).start()
        if server:
            self.wait_ready(self._is_registered, START_LIMIT_S, f"not registered at {server}")

    @property
    def uri(self) -> str:
        """Where it is reached without a proxy."""
        return f"sip:{self.user_id}@{LOOPBACK}:{self.sip_port}"

    def dial(self, uri: str) -> None:
        """Call a SIP URI."""
        self.command("dial", uri)

    def accept(self) -> None:
        """Answer the call that rings."""
        self.command("accept")

    def hangup(self) -> None:
        """End the current call; 486 to one that rings."""
        self.command("hangup")

    def hold(self) -> None:
        """Send the re-INVITE that puts the far side on hold."""
        self.command("hold")

    def resume(self) -> None:
        """Take the far side back."""
        self.command("resume")

    def send_dtmf(self, digits: str) -> None:
        """Send telephone-events, one after the other."""
        for digit in digits:
            self.command("sndcode", digit)

    def command(self, name: str, parameters: str = "", timeout_s: float = 5.0) -> str:
        """Run one of baresip's commands; returns its output.

        Errors: AssertionError when baresip refuses it or does not answer.
        """
        assert self._control is not None
        token = f"t{next(self._tokens)}"
        body = json.dumps({"command": name, "params": parameters, "token": token}).encode()
        self._control.sendall(b"%d:%s," % (len(body), body))
        answer = wait_for(lambda: self._answer(token), timeout_s, what=f"baresip's answer to {name}")
        assert answer is not None
        assert answer["ok"], f"baresip refused {name} {parameters}: {answer}"
        return str(answer.get("data", ""))

    def wait_event(self, kind: str, timeout_s: float = 6.0, **fields: str) -> dict[str, Any]:
        """The first event of ``kind`` with these ``fields`` that was not returned before.

        Kinds: CALL_INCOMING, CALL_RINGING, CALL_ESTABLISHED, CALL_CLOSED, CALL_DTMF_START …
        """

        def found() -> dict[str, Any] | None:
            if not self.is_alive:
                raise ChildFailed(f"baresip ended with {self.process.returncode}\n{self.log_tail()}")
            for index, event in enumerate(list(self.events)):
                wanted = event.get("type") == kind and fields.items() <= event.items()
                if wanted and index not in self._taken:
                    self._taken.add(index)
                    return event
            return None

        try:
            event = wait_for(found, timeout_s, what=f"baresip's {kind} {fields or ''}")
        except AssertionError as error:
            raise AssertionError(f"{error}\nevents: {self.events}\n{self.log_tail()}") from error
        return event or {}

    def received_digits(self) -> str:
        """The DTMF digits it has heard so far, in order."""
        pressed = (event for event in list(self.events) if event.get("type") == "CALL_DTMF_START")
        return "".join(str(event.get("param", "")) for event in pressed)

    def recordings(self, side: str = "dec") -> list[Path]:
        """WAVs of its calls, oldest first: ``dec`` is what it heard, ``enc`` what it sent."""
        found = self.directory.glob(f"dump-*-{side}.wav")
        return sorted(found, key=lambda path: path.stat().st_mtime_ns)

    def stop(self, timeout_s: float = 5.0) -> int:
        """End it: unregisters first."""
        if self._control is not None:
            self._control.close()
            self._control = None
        return super().stop(timeout_s)

    def _config(self, play_path: Path, call_limit: int) -> str:
        rtp = free_port_range(_RTP_PORTS)
        folder = next((path for path in _MODULE_FOLDERS if Path(path).is_dir()), _MODULE_FOLDERS[0])
        lines = [
            "poll_method epoll",
            f"sip_listen {LOOPBACK}:{self.sip_port}",
            f"net_interface {LOOPBACK}",
            f"rtp_ports {rtp}-{rtp + _RTP_PORTS - 1}",
            "call_local_timeout 120",
            f"call_max_calls {call_limit}",
            f"audio_source aufile,{play_path}",
            "audio_player aubridge,heard",
            "audio_alert aufile,/dev/null",
            "audio_level no",
            f"ausrc_srate {SAMPLE_RATE_HZ}",
            f"auplay_srate {SAMPLE_RATE_HZ}",
            "ausrc_channels 1",
            "auplay_channels 1",
            "jitter_buffer_delay 1-5",
            f"module_path {folder}",
            *(f"module {module}" for module in _MODULES),
            "module_tmp uuid.so",
            "module_tmp account.so",
            "module_app menu.so",
            "module_app ctrl_tcp.so",
            f"ctrl_tcp_listen {LOOPBACK}:{self.control_port}",
            f"snd_path {self.directory}",
        ]
        return "\n".join(lines) + "\n"

    def _account(
        self, server: str, password: str, transport: str, answer_mode: str, codecs: Sequence[str]
    ) -> str:
        over = "" if transport == "udp" else f";transport={transport}"
        names = ",".join(_BARESIP_CODECS[codec] for codec in codecs)
        fields = [
            f"<sip:{self.user_id}@{server or LOOPBACK}{over}>",
            f"answermode={answer_mode}",
            f"audio_codecs={names}",
            "ptime=20",
            f"regint={120 if server else 0}",
        ]
        if server:
            fields += [f"auth_pass={password}", f'outbound="sip:{server}{over};lr"']
        return ";".join(fields) + "\n"

    def _connect(self) -> bool:
        try:
            self._control = socket.create_connection((LOOPBACK, self.control_port), 1.0)
        except OSError:  # not up yet
            return False
        self._control.settimeout(None)
        return True

    def _is_registered(self) -> bool:
        """Its log says so; the event may have come before the control connection."""
        return _REGISTERED.search(self.log()) is not None

    def _answer(self, token: str) -> dict[str, Any] | None:
        return next((event for event in list(self.events) if event.get("token") == token), None)

    def _read_events(self) -> None:
        """Take netstrings from the control connection until it closes. Thread: its own."""
        connection = self._control
        buffer = b""
        while connection is not None:
            try:
                received = connection.recv(65536)
            except OSError:  # closed by stop()
                return
            if not received:
                return
            buffer += received
            while b":" in buffer:
                length_text, rest = buffer.split(b":", 1)
                length = int(length_text)
                if len(rest) < length + 1:
                    break
                self.events.append(json.loads(rest[:length]))
                buffer = rest[length + 1 :]
