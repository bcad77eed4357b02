"""Whom the phone trusts over TLS."""

import ssl
import sys
from pathlib import Path

import pytest

from softphone.tls import client_context, knows_authorities


def test_a_name_that_is_not_proven_is_not_talked_to() -> None:
    context = client_context()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


@pytest.mark.skipif(sys.platform != "linux", reason="Windows and macOS judge certificates themselves")
def test_the_systems_authorities_are_found_where_the_builders_openssl_does_not_look(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As on another distribution than the one the program was frozen on."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nothing.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "nowhere"))
    paths = ssl.get_default_verify_paths()
    assert (paths.cafile, paths.capath) == (None, None)
    assert knows_authorities()
