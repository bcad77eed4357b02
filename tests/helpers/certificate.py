"""A certificate authority of one test and a server's certificate of it, made by openssl."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.helpers.ports import LOOPBACK

_NEW_KEY = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"


@dataclass(frozen=True)
class Certificate:
    """Files: the server's certificate and key, and the authority one has to trust for it."""

    certificate: Path
    key: Path
    authority: Path


def make_certificate(directory: Path, name: str = f"IP:{LOOPBACK},DNS:localhost") -> Certificate:
    """A certificate for ``name`` (subjectAltName), valid for a day."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "extensions").write_text(f"subjectAltName={name}\n")
    for command in (
        f"req -x509 {_NEW_KEY} -keyout ca.key -out ca.pem -days 1 -subj /CN=Authority",
        f"req {_NEW_KEY} -keyout key.pem -out request.pem -subj /CN=Server",
        "x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 1"
        " -extfile extensions",
    ):
        subprocess.run(["openssl", *command.split()], check=True, capture_output=True, cwd=directory)
    return Certificate(directory / "server.pem", directory / "key.pem", directory / "ca.pem")
