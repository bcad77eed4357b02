"""OpenLDAP's server of one test: a small company of people with Japanese names, on a free port of loopback.

``slapd -T add`` loads them before it starts; no root, no system configuration. With ``certificate`` it speaks
StartTLS and, on ``tls_port``, ldaps.
"""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

from tests.helpers.certificate import Certificate
from tests.helpers.child import Child
from tests.helpers.ports import LOOPBACK, free_port, listens
from tests.helpers.programs import find_program

BASE = "dc=example,dc=jp"
READER, READER_PASSWORD = f"cn=reader,{BASE}", "lesen-123"
START_LIMIT_S = 10.0
_SCHEMAS = ("core", "cosine", "inetorgperson")
_PEOPLE = (
    # name, reading, company, department, telephone, mobile
    ("山田 花子", "やまだ はなこ", "株式会社みどり", "営業部", "03-1234-5678", "090-1111-2222"),
    ("佐藤 太郎", "さとう たろう", "株式会社みどり", "総務部", "+81 3 1234 5679", ""),
    ("鈴木 一郎", "すずき いちろう", "有限会社あおい", "", "06 6123 4567", "080 3333 4444"),
    ("高橋 (仮) *", "たかはし", "", "", "201", ""),
)


class Slapd(Child):
    """A running slapd; ready when it answers."""

    def __init__(self, directory: Path, certificate: Certificate | None = None, port: int = 0) -> None:
        self.port, self.tls_port = port or free_port(), free_port()
        config = directory / "slapd.conf"
        data = directory / "data"
        data.mkdir(parents=True)
        config.write_text(_config(directory, data, certificate))
        people = directory / "people.ldif"
        people.write_text(_ldif())
        program = find_program("slapd") or "slapd"
        added = subprocess.run(
            [program, "-T", "add", "-f", config, "-l", people], capture_output=True, check=False, text=True
        )
        assert added.returncode == 0, added.stderr
        urls = f"ldap://{LOOPBACK}:{self.port}/"
        if certificate is not None:
            urls += f" ldaps://{LOOPBACK}:{self.tls_port}/"
        super().__init__([program, "-d", "stats", "-f", config, "-h", urls], log_path=directory / "slapd.log")
        self.wait_ready(lambda: listens(self.port), START_LIMIT_S, "slapd did not start")

    @property
    def server(self) -> str:
        """host:port of the plain one."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def tls_server(self) -> str:
        """host:port of the one that begins with TLS."""
        return f"{LOOPBACK}:{self.tls_port}"


def _config(directory: Path, data: Path, certificate: Certificate | None) -> str:
    lines = [f"include /etc/ldap/schema/{name}.schema" for name in _SCHEMAS]
    lines += [f"pidfile {directory}/slapd.pid", "modulepath /usr/lib/ldap", "moduleload back_mdb"]
    lines.append("attributeoptions lang- phonetic")
    if certificate is not None:
        lines += [
            f"TLSCertificateFile {certificate.certificate}",
            f"TLSCertificateKeyFile {certificate.key}",
            f"TLSCACertificateFile {certificate.authority}",
        ]
    lines += [
        "database mdb",
        "maxsize 10485760",
        f"suffix {BASE}",
        f"directory {data}",
        "access to attrs=userPassword by anonymous auth by * none",
        "access to * by * read",
    ]
    return "\n".join(lines) + "\n"


def _ldif() -> str:
    entries = [
        f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n",
        f"dn: {READER}\nobjectClass: person\ncn: reader\nsn: reader\nuserPassword: {READER_PASSWORD}\n",
    ]
    for number, (name, reading, company, department, telephone, mobile) in enumerate(_PEOPLE):
        family = name.split()[0]
        lines = [
            f"dn: uid=p{number},{BASE}",
            "objectClass: inetOrgPerson",
            _line("cn", name),
            _line("sn", family),
            _line("displayName", name),
            _line("displayName;lang-ja;phonetic", reading),
            f"telephoneNumber: {telephone}",
            f"mail: p{number}@example.jp",
        ]
        lines += [_line("o", company)] * bool(company) + [_line("ou", department)] * bool(department)
        lines += [f"mobile: {mobile}"] * bool(mobile)
        entries.append("\n".join(lines) + "\n")
    return "\n".join(entries)


def _line(name: str, value: str) -> str:
    return f"{name}:: {base64.b64encode(value.encode()).decode()}"
