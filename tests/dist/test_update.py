"""The frozen program asks a server for updates over https, and believes the publisher alone."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from softphone.domain.update import Feed
from tests.helpers.certificate import Certificate, make_certificate
from tests.helpers.fake_releases import feed
from tests.helpers.signing import Signer, envelope_of
from tests.helpers.web_server import WebServer, page

VERSION = "99.0"
FEED = "/updates/stable.json"


class PublishedProgram:
    """A copy of the bundle that follows ``server`` and believes ``signer``."""

    def __init__(
        self, bundle: Path, folder: Path, server: WebServer, signer: Signer, authority: Path
    ) -> None:
        self._folder = folder
        self._program = shutil.copytree(bundle, folder / "softphone", symlinks=True, copy_function=_same)
        self._authority = authority
        resources = self._program / "_internal" / "resources"
        facts = (resources / "product.toml").read_text(encoding="utf-8")
        lines = [line for line in facts.splitlines() if not line.startswith("update_feed")]
        _write(resources / "product.toml", "\n".join([*lines, f'update_feed = "{server.url}{FEED}"']))
        public = base64.b64encode(signer.public).decode()
        _write(resources / "update_keys.toml", f'[[keys]]\nid = "{signer.key_id}"\npublic = "{public}"')

    def check(self) -> tuple[int, dict[str, Any]]:
        """``softphone update check --json``: exit code and what it printed."""
        run = subprocess.run(
            [
                self._program / "softphone",
                "--config-dir",
                self._folder / "phone",
                "update",
                "check",
                "--json",
            ],
            env={"HOME": str(self._folder), "LANG": "C", "SSL_CERT_FILE": str(self._authority)},
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        return run.returncode, json.loads(run.stdout)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def server(certificate: Certificate) -> Iterator[WebServer]:
    with WebServer(certificate) as started:
        yield started


def newest(signer: Signer, **fields: object) -> bytes:
    now: Feed = feed(VERSION, now_s=time.time(), **fields)
    return envelope_of(now, signer)


def test_it_finds_a_new_version_and_refuses_everything_else(
    bundle: Path, tmp_path: Path, server: WebServer, certificate: Certificate
) -> None:
    signer = Signer()
    program = PublishedProgram(bundle, tmp_path, server, signer, certificate.authority)
    server.pages[FEED] = page(newest(signer, serial=9))
    code, told = program.check()
    assert (code, told["state"], told["newest"], told["way"]) == (0, "new", VERSION, "script")
    assert told["notes"].startswith("・")
    server.pages[FEED] = page(newest(signer, serial=8))
    assert (program.check()[1]["state"]) == "rolled_back"
    server.pages[FEED] = page(newest(Signer(), serial=10))
    assert (program.check()[1]["state"]) == "signature"


def test_it_trusts_no_server_that_the_system_does_not(
    bundle: Path, tmp_path: Path, server: WebServer, certificate: Certificate
) -> None:
    signer = Signer()
    stranger = make_certificate(tmp_path / "stranger").authority
    program = PublishedProgram(bundle, tmp_path, server, signer, stranger)
    server.pages[FEED] = page(newest(signer))
    assert (program.check()[0], program.check()[1]["state"]) == (4, "certificate")
    assert server.asked == []


def _same(source: str, target: str) -> None:
    """A copy that costs no room where it can be had."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _write(file: Path, words: str) -> None:
    """A file of its own: the one that is there is the bundle's too."""
    file.unlink()
    file.write_text(words, encoding="utf-8")
