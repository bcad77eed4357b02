"""Radicale as the CardDAV server of one test: one user, one address book, on a free port of loopback."""

from __future__ import annotations

import base64
import http.client
from pathlib import Path

from tests.helpers.certificate import Certificate
from tests.helpers.child import Child
from tests.helpers.ports import LOOPBACK, free_port, listens
from tests.helpers.programs import find_program

USER, PASSWORD = "sato", "geheim-456"
BOOK = f"/{USER}/people/"
START_LIMIT_S = 15.0
_MAKE_BOOK = (
    '<mkcol xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"><set><prop><resourcetype><collection/>'
    "<c:addressbook/></resourcetype><displayname>People</displayname></prop></set></mkcol>"
)


class Radicale(Child):
    """A running Radicale with an empty book; ready when it answers."""

    def __init__(self, directory: Path, certificate: Certificate | None = None) -> None:
        self.port = free_port()
        self._certificate = certificate
        directory.mkdir(parents=True, exist_ok=True)
        users = directory / "users"
        users.write_text(f"{USER}:{PASSWORD}\n")
        config = directory / "config"
        lines = [
            "[server]",
            f"hosts = {LOOPBACK}:{self.port}",
            "[auth]",
            "type = htpasswd",
            f"htpasswd_filename = {users}",
            "htpasswd_encryption = plain",
            "[rights]",
            "type = owner_only",
            "[storage]",
            f"filesystem_folder = {directory / 'collections'}",
            "[web]",
            "type = none",
        ]
        if certificate is not None:
            tls = [f"certificate = {certificate.certificate}", f"key = {certificate.key}", "ssl = True"]
            lines[2:2] = tls
        config.write_text("\n".join(lines) + "\n")
        program = find_program("radicale") or "radicale"
        super().__init__([program, "--config", config], log_path=directory / "radicale.log")
        self.wait_ready(lambda: listens(self.port), START_LIMIT_S, "Radicale did not start")
        if certificate is None:
            self.request("MKCOL", BOOK, _MAKE_BOOK)

    @property
    def address(self) -> str:
        """What a user types: the server alone."""
        scheme = "http" if self._certificate is None else "https"
        return f"{scheme}://{LOOPBACK}:{self.port}"

    def put(self, name: str, card: str) -> None:
        """Put a card into the book."""
        self.request("PUT", f"{BOOK}{name}.vcf", card, "text/vcard; charset=utf-8")

    def request(self, method: str, path: str, body: str = "", kind: str = "application/xml") -> bytes:
        """A request of the book's owner. Errors: AssertionError where the server says no."""
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=10)
        pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        headers = {"Authorization": f"Basic {pair}", "Content-Type": kind}
        try:
            connection.request(method, path, body.encode(), headers)
            response = connection.getresponse()
            data = response.read()
            assert response.status < 300, f"{method} {path}: {response.status} {data[:200]!r}"
            return data
        finally:
            connection.close()
