"""Kamailio as registrar and proxy of one test: digest, UDP and TCP on one free port, no database.

Users 1000–1999 with the password ``<password_prefix><user>``. ``gateways`` sends numbers that begin with
a prefix to another SIP port, as a PBX does with its trunks. With ``pbx`` it is a whole PBX: dialog-info,
voice messages, hunt groups, pickup, voicemail (``tests/data/kamailio/pbx.cfg`` says at which numbers).
"""

from __future__ import annotations

import re
import shutil
import socket
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.helpers import ladder
from tests.helpers.child import Child
from tests.helpers.ports import LOOPBACK, free_port
from tests.helpers.programs import find_program

_TEMPLATES = Path(__file__).parents[1] / "data" / "kamailio"
_EMPTY_TABLES = Path("/usr/share/kamailio/dbtext/kamailio")
_PBX_TABLES = ("version", "presentity", "active_watchers", "watchers", "xcap", "pua")
_SHARED_MB = "64"
_PRIVATE_MB = "8"
START_LIMIT_S = 10.0


class Kamailio(Child):
    """A running Kamailio; ready when both UDP and TCP have answered OPTIONS.

    Stopping it before its TCP process is up would leave one behind: hence the wait for both. ``port`` 0 takes
    a free one; a stopped one's port lets it come back. ``voicemail_port``: where the PBX's voicemail box
    listens, 0 for none. ``hunt_members``: who is called by 700, 701 and 702.
    """

    def __init__(
        self,
        directory: Path,
        *,
        password_prefix: str = "pw",
        gateways: Mapping[str, int] | None = None,
        pbx: bool = False,
        voicemail_port: int = 0,
        hunt_members: Sequence[str] = ("1001", "1002", "1003"),
        port: int = 0,
    ) -> None:
        self.port = port or free_port()
        self.password_prefix = password_prefix
        runtime = directory / "run"
        runtime.mkdir(parents=True)
        config = directory / "kamailio.cfg"
        tables = directory / "tables"
        values = {
            "TABLES": str(tables),
            "HUNT_MEMBERS": " ".join(hunt_members),
            "FIRST_MEMBER": hunt_members[0],
        }
        values["VOICEMAIL_PORT"] = str(voicemail_port)
        values["DEFINE_VOICEMAIL"] = "#!define VOICEMAIL" if voicemail_port else ""
        template = _TEMPLATES / ("pbx.cfg" if pbx else "registrar_proxy.cfg")
        config.write_text(self._config(template, gateways or {}, values))
        if pbx:
            _make_tables(tables)
        program = find_program("kamailio") or "kamailio"
        memory = ("-m", _SHARED_MB, "-M", _PRIVATE_MB)
        super().__init__(
            [program, "-f", config, "-DD", "-E", *memory, "-Y", runtime], log_path=directory / "kamailio.log"
        )
        ladder.register_source(lambda: ladder.kamailio_arrows(self.log(), f"{LOOPBACK}:{self.port}"))
        self.wait_ready(self._answers_udp, START_LIMIT_S, "no answer to OPTIONS over UDP")
        self.wait_ready(self._answers_tcp, START_LIMIT_S, "no answer to OPTIONS over TCP")

    @property
    def server(self) -> str:
        """host:port as it stands in an account."""
        return f"{LOOPBACK}:{self.port}"

    def password(self, user_id: str) -> str:
        """The user's password."""
        return f"{self.password_prefix}{user_id}"

    def received(self, method: str) -> list[str]:
        """The ladder lines of every request of ``method`` that came in, in order."""
        return re.findall(rf"^.*LADDER\|.*\|{method} .*$", self.log(), re.MULTILINE)

    def _config(self, template: Path, gateways: Mapping[str, int], more: Mapping[str, str]) -> str:
        routes = "\n".join(
            f'  if ($rU =~ "^{prefix}") {{ $du = "sip:{LOOPBACK}:{port}"; t_relay(); exit; }}'
            for prefix, port in gateways.items()
        )
        values = {
            "PORT": str(self.port),
            "MODULES": _module_folder(),
            "PASSWORD_PREFIX": self.password_prefix,
            "GATEWAYS": routes,
            **more,
        }
        return re.sub(r"@([A-Z_]+)@", lambda match: values[match.group(1)], template.read_text())

    def _answers_udp(self) -> bool:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind((LOOPBACK, 0))
            sock.settimeout(0.05)
            sock.connect((LOOPBACK, self.port))
            return _answers_options(sock, "UDP")

    def _answers_tcp(self) -> bool:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
            sock.settimeout(0.5)
            try:
                sock.connect((LOOPBACK, self.port))
            except OSError:
                return False
            return _answers_options(sock, "TCP")


def _answers_options(sock: socket.socket, transport: str) -> bool:
    """Send OPTIONS (RFC 3261 §11) on a connected socket; True when 200 comes back in time."""
    host, port = sock.getsockname()
    peer_host, peer_port = sock.getpeername()
    unique = uuid.uuid4().hex
    request = (
        f"OPTIONS sip:{peer_host}:{peer_port} SIP/2.0\r\n"
        f"Via: SIP/2.0/{transport} {host}:{port};branch=z9hG4bK{unique};rport\r\n"
        f"From: <sip:probe@{host}>;tag={unique[:8]}\r\nTo: <sip:{peer_host}:{peer_port}>\r\n"
        f"Call-ID: {unique}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 10\r\nContent-Length: 0\r\n\r\n"
    )
    try:
        sock.sendall(request.encode())
        return sock.recv(4096).startswith(b"SIP/2.0 200")
    except OSError:  # refused or silent: not up yet
        return False


def _make_tables(folder: Path) -> None:
    """Empty db_text tables: the presence modules want to see them, and keep everything in memory."""
    folder.mkdir()
    for name in _PBX_TABLES:
        shutil.copy(_EMPTY_TABLES / name, folder / name)


def _module_folder() -> str:
    for folder in sorted(Path("/usr/lib").glob("*/kamailio/modules")):
        return f"{folder}/"
    return "/usr/lib/kamailio/modules/"
